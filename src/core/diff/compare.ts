import { fromBytes } from "../bytes/source.ts";
import { tensorDifference } from "../convert/compare-tensors.ts";
import { ArtifactError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { denseStrides, isContiguous } from "../model/window-layout.ts";
import { english, type Sentence, say } from "../model/sentence.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { readElements } from "../model/window.ts";
import type { Work } from "../work.ts";
import { compareByName } from "./by-name.ts";
import type { AlignedPair } from "./align.ts";
import { changesAt, type ParameterPair } from "./element-change.ts";
import type { Explanation, Tolerance } from "./explanations/explanation.ts";
import { scaledAlong } from "./explanations/scaled-along.ts";
import { derived } from "./meaning/derive.ts";
import { measure, type Measured } from "./measure.ts";
import type { DiffEntry, DiffStats, ElementChange, Tier, Verdict } from "./report.ts";
import type { Scratch } from "./scratch.ts";
import { isSameShape, isSqueezedAlike, shapeText, sideOf } from "./shape.ts";
import { equalVerdict, explainBackwards, explainChange } from "./verdict.ts";
import { fitsWhole, littleEndian, readWhole } from "./whole.ts";

export interface CompareContext {
  readonly scratch: Scratch;
  readonly work: Work;
  readonly tolerance: Tolerance | undefined;
  /** Largest changes listed in an entry. */
  readonly top: number;
  /** True when both sides are one version of one file: equal byte ranges are then equal bytes. */
  readonly isSameFile: boolean;
  /** What was found of pairs of tensors without names along them: what many parameters share is compared once. */
  readonly decided: WeakMap<TensorRef, Map<TensorRef, Decision>>;
}

/** An entry, and what is needed of it to say what kind of change the whole is. */
export interface Compared {
  readonly entry: DiffEntry;
  /** The element with the largest relative change, where there is a finite one. */
  readonly farthest?: ElementChange;
  /** True when one side is held in another way than the other, and could not be turned into it. */
  readonly isUnderivable?: boolean;
}

/**
 * Compares one parameter with another, cheapest way first, and says which way decided. Throws only when cancelled or when
 * a file changed.
 */
export async function comparePair(
  aligned: ParameterPair & Pick<AlignedPair, "meaning"> & Partial<Pick<AlignedPair, "by">>,
  context: CompareContext,
): Promise<Compared> {
  const { old, next } = aligned;
  const base = {
    path: next.path,
    ...(old.path === next.path ? {} : { oldPath: old.path }),
    old: sideOf(old.tensor),
    new: sideOf(next.tensor),
  };
  try {
    const pair = await meantAlike(aligned, context.work);
    if ("why" in pair) {
      const because = say("not compared: what {path} holds would have to be made of the other, and {reason}", {
        path: pair.of,
        reason: english(pair.why),
      });
      return { entry: { ...base, verdict: "unread", tier: "presence", because, top: [] }, isUnderivable: true };
    }
    const found = await orFolded(aligned, pair, await decide(pair, context), context.work);
    const byName = await byNameDetail(pair, found, context);
    const detail = { ...found.detail, ...byName };
    const compared = found.pair ?? pair;
    const ends = found.farthest === undefined ? [] : [found.farthest];
    const changes = found.changes ?? (await changesAt(compared, [...ends, ...found.top], context.work));
    if (isNameless(pair)) found.changes = changes;
    const farthest = changes[ends.length - 1];
    const entry: DiffEntry = {
      ...base,
      verdict: found.verdict,
      tier: found.tier,
      because: found.because,
      ...(Object.keys(detail).length === 0 ? {} : { detail }),
      ...(found.stats === undefined ? {} : { stats: found.stats }),
      top: changes.slice(ends.length),
    };
    return { entry, ...(farthest === undefined ? {} : { farthest }) };
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    const because = say("the values could not be read: {reason}", { reason: error.message });
    return { entry: { ...base, verdict: "unread", tier: "presence", because, top: [] } };
  }
}

/**
 * The pair with one side as the other has it, where the two libraries hold it in different ways; where it cannot be made,
 * why, and of which path.
 */
async function meantAlike(
  { old, next, meaning }: ParameterPair & Pick<AlignedPair, "meaning">,
  work: Work,
): Promise<ParameterPair | { readonly of: string; readonly why: Sentence }> {
  if (meaning === undefined || meaning.derivation === "same") return { old, next };
  const [plain, other] = meaning.isBackwards ? [next, old] : [old, next];
  const made = await derived(plain.tensor, meaning.derivation, other.tensor.shape, work);
  if ("why" in made) return { of: other.path, why: made.why };
  // What its axes were called is not what they are called in the other's shape.
  const same = { ...plain, tensor: made.tensor, axes: other.axes };
  return meaning.isBackwards ? { old, next: same } : { old: same, next };
}

/** What likeness alone brought together may be a layer into which a converter folded another one. */
async function orFolded(
  { by }: Partial<Pick<AlignedPair, "by">>,
  pair: ParameterPair,
  found: Decision,
  work: Work,
): Promise<Decision> {
  if (found.verdict !== "changed" || (by !== "values" && by !== "transposed" && by !== "shape")) return found;
  const folded = await scaledAlong(found.pair ?? pair, work);
  return folded === undefined ? found : { ...found, ...folded, detail: { ...found.detail, ...folded.detail } };
}

export interface Decision extends Explanation {
  readonly tier: Tier;
  readonly stats?: DiffStats;
  /** What was compared, where that is not the pair as it lies: rows as columns. */
  readonly pair?: ParameterPair;
  /** C-order indices of the largest changes. */
  readonly top: readonly number[];
  /** C-order index of the largest relative change. */
  readonly farthest?: number;
  /** What stands at `farthest` and `top`, where no names belong to it and it was looked up. */
  changes?: readonly ElementChange[];
}

/** Sentences and changes name rows and columns where they have names. */
function isNameless({ old, next }: ParameterPair): boolean {
  return [...old.axes, ...next.axes].every((axis) => axis === undefined);
}

async function decide(pair: ParameterPair, context: CompareContext): Promise<Decision> {
  const { old, next } = pair;
  if (!isNameless(pair)) return decideAnew(pair, context);
  const known = context.decided.get(old.tensor) ?? new Map<TensorRef, Decision>();
  const found = known.get(next.tensor) ?? (await decideAnew(pair, context));
  context.decided.set(old.tensor, known.set(next.tensor, found));
  return found;
}

async function decideAnew(pair: ParameterPair, context: CompareContext): Promise<Decision> {
  const [old, next] = [pair.old.tensor, pair.next.tensor];
  if (old.dtype.scalar === undefined || next.dtype.scalar === undefined) return decideBytes(old, next, context.work);
  const [before, after] = [elementCount(old.shape), elementCount(next.shape)];
  if (Math.max(before, after) > LIMITS.statisticsElements)
    throw new ArtifactError("limit", `${Math.max(before, after)} elements, more than ${LIMITS.statisticsElements}`);
  if (isSameShape(old.shape, next.shape)) {
    if (context.isSameFile && isSameRange(old, next))
      return {
        verdict: "identical",
        because: say("both are the same bytes of the same file"),
        detail: {},
        tier: "range",
        top: [],
      };
    return decideValues(pair, context);
  }
  // An axis of length one more or less moves no element.
  if (isSqueezedAlike(old.shape, next.shape)) return decideValues(pair, context);
  return decideReshaped(pair, context);
}

async function decideValues(pair: ParameterPair, context: CompareContext): Promise<Decision> {
  const { scratch, work, top, tolerance } = context;
  const tensors = { old: pair.old.tensor, next: pair.next.tensor };
  const measured = await measure(tensors, scratch, work, { top });
  return decision(measured, await explain(pair, measured, context, tolerance), pair);
}

async function explain(
  pair: ParameterPair,
  measured: Measured,
  context: CompareContext,
  tolerance: Tolerance | undefined,
): Promise<Explanation> {
  const { scratch, work } = context;
  if (measured.stats.changed === 0) return equalVerdict(pair);
  const { changed, elements } = measured.stats;
  return (
    (await explainChange(pair, measured, tolerance, scratch, work)) ??
    (await refined(pair, measured, context)) ??
    (await inMemoryOrder(pair, context)) ?? {
      verdict: "changed",
      because: say("{changed} of {elements} values differ; no rounding, scaling or reordering explains it", {
        changed,
        elements,
      }),
      detail: {},
    }
  );
}

/** The old side is the new one with fewer digits: the new one was not made of it, but both may be of the same. */
async function refined(
  pair: ParameterPair,
  measured: Measured,
  { scratch, work }: CompareContext,
): Promise<Explanation | undefined> {
  const [a, b] = [pair.old.tensor.dtype, pair.next.tensor.dtype];
  if (b.kind !== "f") return undefined;
  // Digits come back everywhere at once: a few values of one type that changed among many were changed.
  if (a.scalar === b.scalar && measured.stats.changed * 2 < measured.stats.elements) return undefined;
  const found = await explainBackwards(pair, measured, scratch, work);
  return found === undefined ? undefined : { verdict: "changed", ...moreDigits(found.verdict, found.detail) };
}

/** What the old side lacks, from what makes it of the new one. */
function moreDigits(how: Verdict, found: Explanation["detail"]): Pick<Explanation, "because" | "detail"> {
  const { dtype, digits, scale } = found;
  if (how === "rounded" && dtype !== undefined)
    return {
      because: say("the old value is this one rounded to {dtype}, each of them: the new side has more digits", {
        dtype,
      }),
      detail: { refined: dtype },
    };
  if (how === "quantised" && scale !== undefined)
    return {
      because: say("the old value is within half a step of {scale} of this one, each of them: it was quantised", {
        scale,
      }),
      detail: { refined: "quantised", scale },
    };
  if (digits !== undefined)
    return {
      because: say("the old value is this one printed with {digits} significant digits, each of them", { digits }),
      detail: { refined: "printed", digits },
    };
  return {
    because: say("the old value is this one printed with fewer digits, each of them"),
    detail: { refined: "printed", ...found },
  };
}

/**
 * The new side has the old values column after column, in the old shape: an array in Fortran order was written as it lay
 * in memory, and its order was not (safetensors.numpy does that).
 */
async function inMemoryOrder(
  { old, next }: ParameterPair,
  { scratch, work }: CompareContext,
): Promise<Explanation | undefined> {
  const { shape } = old.tensor;
  if (shape.filter((size) => size > 1).length < 2 || !isSameShape(shape, next.tensor.shape)) return undefined;
  const columns = reversed(old.tensor);
  if (columns === undefined || !fitsWhole(next.tensor)) return undefined;
  if (await beginsOtherwise(columns, next.tensor, work)) return undefined;
  if ((await measure({ old: columns, next: next.tensor }, scratch, work, { top: 0 })).stats.changed > 0)
    return undefined;
  return {
    verdict: "permuted",
    because: say("the old values column after column, in rows: an array in Fortran order was saved without its order"),
    detail: { order: "F" },
  };
}

/** Elements that tell most pairs apart before all are compared. */
const BEGINNING = 16;

/** True when two tensors of one type, byte order included, already differ in the bits of their first elements. */
async function beginsOtherwise(old: TensorRef, next: TensorRef, work: Work): Promise<boolean> {
  const [a, b] = [old.dtype, next.dtype];
  if (a.scalar === undefined || a.scalar !== b.scalar || a.bigEndian !== b.bigEndian || a.itemSize === 0) return false;
  // A wider float has bytes that are no part of its number; blocks are no bytes of single elements.
  if (a.itemSize > 8 || a.block !== undefined || b.block !== undefined) return false;
  const count = Math.min(BEGINNING, elementCount(old.shape));
  const [one, other] = [await readElements(old, 0, count, work), await readElements(next, 0, count, work)];
  return one.some((byte, at) => byte !== other[at]);
}

function decision({ stats, tally, top }: Measured, explanation: Explanation, pair: ParameterPair): Decision {
  const { old, next } = { old: pair.old.tensor, next: pair.next.tensor };
  const isBits = old.dtype.scalar === next.dtype.scalar && stats.changed === 0;
  const shape: Record<string, string> = isSameShape(old.shape, next.shape)
    ? {}
    : { shape: `${shapeText(old.shape)} → ${shapeText(next.shape)}` };
  return {
    ...explanation,
    detail: { ...explanation.detail, ...shape },
    tier: isBits ? "bits" : "numeric",
    stats,
    top: top.map(({ index }) => index),
    ...(tally.maxRelAt >= 0 && Number.isFinite(tally.maxRel) ? { farthest: tally.maxRelAt } : {}),
  };
}

/**
 * Sides of different shapes. The same elements in the same order are `reshaped`, and so is a transposed matrix; any
 * other difference of shape is `changed`, without statistics: no element of one side belongs to one of the other.
 */
async function decideReshaped(pair: ParameterPair, context: CompareContext): Promise<Decision> {
  const { scratch, work } = context;
  const [old, next] = [pair.old.tensor, pair.next.tensor];
  const [from, to] = [shapeText(old.shape), shapeText(next.shape)];
  if (elementCount(old.shape) === elementCount(next.shape)) {
    const flat = await measure({ old, next }, scratch, work, { top: 0 });
    if (flat.stats.changed === 0) return decision(flat, equalVerdict(pair), pair);
    const turned = transposed(old, next);
    const asTurned = turned && { old: { ...pair.old, tensor: turned, axes: [] }, next: pair.next };
    const across = turned && (await measure({ old: turned, next }, scratch, work, { top: context.top }));
    if (across?.stats.changed === 0)
      return {
        verdict: "reshaped",
        because: say("the same values with rows as columns: {to} instead of {from}", { from, to }),
        detail: { from, to, transposed: "true" },
        tier: "numeric",
        top: [],
      };
    for (const tensor of [await inShape(old, next, work), turned]) {
      if (tensor === undefined) continue;
      const asNew = { old: { ...pair.old, tensor, axes: [] }, next: pair.next };
      const found = await narrower(asNew, context);
      if (found === undefined) continue;
      const how: Record<string, string> = tensor === turned ? { transposed: "true" } : {};
      return { ...found, pair: asNew, detail: { ...found.detail, ...how, shape: `${from} → ${to}` } };
    }
    if (asTurned !== undefined && across !== undefined && across.stats.cosine >= LEAST_COSINE) {
      const { changed, elements } = across.stats;
      const because = say("rows are columns, and {changed} of {elements} values differ", { changed, elements });
      const detail = { transposed: "true", shape: `${from} → ${to}` };
      return { ...decision(across, { verdict: "changed", because, detail }, asTurned), pair: asTurned };
    }
  }
  const rows = await sameRows(old, next, context);
  const because =
    rows === 0
      ? say("the shape is {to} instead of {from}", { from, to })
      : say("the shape is {to} instead of {from}; the first {rows} are the same", { from, to, rows });
  const start: Record<string, string> = rows === 0 ? {} : { sameRows: String(rows) };
  return { verdict: "changed", because, detail: { shape: `${from} → ${to}`, ...start }, tier: "shape", top: [] };
}

/** How many rows both begin with, where one has more of them and all that the other has are the same: 0 else. */
async function sameRows(old: TensorRef, next: TensorRef, { scratch, work }: CompareContext): Promise<number> {
  const [[before = 0, ...inner], [after = 0, ...others]] = [old.shape, next.shape];
  const rows = Math.min(before, after);
  if (old.shape.length === 0 || !isSameShape(inner, others) || rows === 0 || before === after) return 0;
  if (old.dtype.itemSize === 0 || next.dtype.itemSize === 0) return 0;
  const head = (tensor: TensorRef): TensorRef => ({
    ...tensor,
    shape: [rows, ...inner],
    strides: tensor.strides ?? denseStrides(tensor.shape, tensor.dtype.itemSize, tensor.order),
  });
  return (await measure({ old: head(old), next: head(next) }, scratch, work, { top: 0 })).stats.changed === 0
    ? rows
    : 0;
}

/** Rows that stand as columns are these rows, trained on, where all of them still point the same way. */
const LEAST_COSINE = 0.8;

/** What a pair is found to be when its numbers are the old ones with fewer digits, or the other way around. */
async function narrower(pair: ParameterPair, context: CompareContext): Promise<Decision | undefined> {
  const found = await decideValues(pair, context);
  const isNarrower = ["rounded", "decimal-truncated", "quantised"].includes(found.verdict);
  return isNarrower || found.detail["refined"] !== undefined ? found : undefined;
}

/** The same elements, row after row, in the other's shape; undefined where that would take too much memory. */
async function inShape(old: TensorRef, next: TensorRef, work: Work): Promise<TensorRef | undefined> {
  const { shape } = next;
  if (isContiguous(old)) return { dtype: old.dtype, shape, order: "C", offset: old.offset, data: old.data };
  if (!fitsWhole(old)) return undefined;
  const data = fromBytes(await readWhole(old, work));
  return { dtype: littleEndian(old.dtype), shape, order: "C", offset: 0, data };
}

/** The old tensor with its axes in reverse, where that gives the new shape. */
function transposed(old: TensorRef, next: TensorRef): TensorRef | undefined {
  const shape = [...old.shape].reverse();
  return shape.length < 2 || !isSameShape(shape, next.shape) || !fitsWhole(next) ? undefined : reversed(old);
}

/** A tensor with its axes in reverse; undefined where it is too large to be read across. */
function reversed(tensor: TensorRef): TensorRef | undefined {
  if (!fitsWhole(tensor)) return undefined;
  const strides = tensor.strides ?? denseStrides(tensor.shape, tensor.dtype.itemSize, tensor.order);
  return { ...tensor, shape: [...tensor.shape].reverse(), strides: [...strides].reverse() };
}

/** Types without a number (times, records) can be told equal or not, and nothing more. */
async function decideBytes(old: TensorRef, next: TensorRef, work: Work): Promise<Decision> {
  const difference = await tensorDifference(old, next, work);
  return difference === undefined
    ? { verdict: "identical", because: say("every bit is the same"), detail: {}, tier: "bits", top: [] }
    : { verdict: "changed", because: say("the values differ"), detail: { difference }, tier: "bits", top: [] };
}

/** True when both are read from the same bytes, which lie in the file as they are. */
function isSameRange(old: TensorRef, next: TensorRef): boolean {
  const [from, to] = [old.data.origin, next.data.origin];
  return (
    from !== undefined &&
    to !== undefined &&
    from + old.offset === to + next.offset &&
    old.dtype.name === next.dtype.name &&
    old.order === next.order &&
    old.strides?.join() === next.strides?.join()
  );
}

/** What comparing by the names of rows and columns says, where they are in other places than before. */
async function byNameDetail(
  pair: ParameterPair,
  found: Decision,
  { scratch, work }: CompareContext,
): Promise<Readonly<Record<string, string>>> {
  if (found.detail["names"] === "moved alike") return {};
  const byName = await compareByName(pair, scratch, work);
  if (byName === undefined) return {};
  const { stats, maxRel, place } = byName;
  return {
    byNameElements: String(stats.elements),
    byNameChanged: String(stats.changed),
    byNameMaxAbs: String(stats.maxAbs),
    ...(stats.changed > 0 && maxRel > 0 ? { byNameMaxRel: String(maxRel), byNamePlace: place } : {}),
  };
}
