import type { DType } from "../model/dtype.ts";
import { say } from "../model/sentence.ts";
import { elementCount } from "../model/tensor.ts";
import type { Work } from "../work.ts";
import type { ParameterPair } from "./element-change.ts";
import { decimalTruncated } from "./explanations/decimal-truncated.ts";
import type { Explanation, Hypothesis, Hypothesise, PairFacts, Tolerance } from "./explanations/explanation.ts";
import { permuted } from "./explanations/permuted.ts";
import { quantised } from "./explanations/quantised.ts";
import { rounded } from "./explanations/rounded.ts";
import { scaled } from "./explanations/scaled.ts";
import { withinTolerance } from "./explanations/tolerance.ts";
import { BLOCK } from "./lanes.ts";
import { markBlock, type Measured } from "./measure.ts";
import { pairChunks } from "./pairs.ts";
import type { Scratch } from "./scratch.ts";
import { isSameShape, shapeText } from "./shape.ts";

/** Explanations that are looked for element by element, the strongest claim first. */
const HYPOTHESES: readonly Hypothesise[] = [rounded, decimalTruncated, quantised, scaled, withinTolerance];
/** A reordering is a stronger claim than these. */
const WEAKER_THAN_PERMUTED: readonly Hypothesise[] = [scaled, withinTolerance];
/** Explanations by fewer digits. */
const PRECISION: readonly Hypothesise[] = [rounded, decimalTruncated, quantised];

/**
 * Why the elements of a pair differ; undefined when no explanation holds: then they simply changed. All hypotheses are
 * held against the same one pass over the values, which ends as soon as none is left.
 */
export async function explainChange(
  pair: ParameterPair,
  measured: Measured,
  tolerance: Tolerance | undefined,
  scratch: Scratch,
  work: Work,
): Promise<Explanation | undefined> {
  const facts: PairFacts = { pair, stats: measured.stats, tally: measured.tally, tolerance };
  const found = await hold(facts, HYPOTHESES, scratch, work);
  const strong = HYPOTHESES.find((make) => found.has(make) && !WEAKER_THAN_PERMUTED.includes(make));
  if (strong !== undefined) return found.get(strong);
  const moved = await permuted(pair, measured.tally, work);
  if (moved !== undefined) return moved;
  const weak = WEAKER_THAN_PERMUTED.find((make) => found.has(make));
  return weak === undefined ? undefined : found.get(weak);
}

/**
 * What makes the old side of the new one, where that is fewer digits: rounded, printed, quantised. Costs no more than the
 * first values of a pair that differs in anything else.
 */
export async function explainBackwards(
  { old, next }: ParameterPair,
  { stats, tally }: Measured,
  scratch: Scratch,
  work: Work,
): Promise<Explanation | undefined> {
  // How many differ is the same both ways; what became infinite is not, and is not asked for.
  const facts = { pair: { old: next, next: old }, stats: { ...stats, overflow: 0 }, tally, tolerance: undefined };
  const found = await hold(facts, PRECISION, scratch, work);
  const strongest = PRECISION.find((make) => found.has(make));
  return strongest === undefined ? undefined : found.get(strongest);
}

async function hold(
  facts: PairFacts,
  hypotheses: readonly Hypothesise[],
  scratch: Scratch,
  work: Work,
): Promise<ReadonlyMap<Hypothesise, Explanation>> {
  let alive: (readonly [Hypothesise, Hypothesis])[] = hypotheses.flatMap((make) => {
    const hypothesis = make(facts);
    return hypothesis === undefined ? [] : [[make, hypothesis] as const];
  });
  const tensors = { old: facts.pair.old.tensor, next: facts.pair.next.tensor };
  const { oldLanes, nextLanes, marks } = scratch;
  if (alive.length > 0)
    pass: for await (const chunk of pairChunks(tensors, scratch, work, 0, true))
      for (let start = 0; start < chunk.count; start += BLOCK) {
        const count = Math.min(BLOCK, chunk.count - start);
        markBlock(tensors, chunk, start, count, scratch);
        const block = { old: oldLanes, next: nextLanes, marks, start: chunk.start + start, count };
        alive = alive.filter(([, hypothesis]) => hypothesis.accepts(block));
        if (alive.length === 0) break pass;
        if (work.isDue()) await work.checkpoint();
      }
  const found = new Map<Hypothesise, Explanation>();
  for (const [make, hypothesis] of alive) {
    const explanation = hypothesis.conclude();
    if (explanation !== undefined) found.set(make, explanation);
  }
  return found;
}

/** The verdict on a pair whose elements are all equal. */
export function equalVerdict(pair: ParameterPair): Explanation {
  const [old, next] = [pair.old.tensor, pair.next.tensor];
  const [a, b] = [old.dtype, next.dtype];
  if (!isSameShape(old.shape, next.shape))
    return {
      verdict: "reshaped",
      because: say("the same {count} values in shape {to} instead of {from}", {
        count: elementCount(next.shape),
        from: shapeText(old.shape),
        to: shapeText(next.shape),
      }),
      detail: { from: shapeText(old.shape), to: shapeText(next.shape) },
    };
  if (a.scalar !== b.scalar || blockName(a) !== blockName(b))
    return {
      verdict: "recast-lossless",
      because: say("every value is the same, as {to} instead of {from}", { from: a.name, to: b.name }),
      detail: { from: a.name, to: b.name },
    };
  if (a.bigEndian !== b.bigEndian)
    return {
      verdict: "identical",
      because: say("every bit is the same; only the byte order of the file is another"),
      detail: { byteOrder: b.bigEndian ? "big-endian" : "little-endian" },
    };
  // Two blocks of other bytes can give the same values.
  if (a.block !== undefined)
    return { verdict: "identical", because: say("every value is the same, in blocks of the same type"), detail: {} };
  return { verdict: "identical", because: say("every bit is the same"), detail: {} };
}

function blockName({ block, name }: DType): string | undefined {
  return block === undefined ? undefined : name;
}
