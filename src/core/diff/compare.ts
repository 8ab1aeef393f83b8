import { tensorDifference } from "../convert/compare-tensors.ts";
import { ArtifactError } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { denseStrides } from "../model/window-layout.ts";
import { say } from "../model/sentence.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import type { Work } from "../work.ts";
import { compareByName } from "./by-name.ts";
import { changesAt, type ParameterPair } from "./element-change.ts";
import type { Explanation, Tolerance } from "./explanations/explanation.ts";
import { measure, type Measured } from "./measure.ts";
import type { DiffEntry, DiffStats, ElementChange, Tier } from "./report.ts";
import type { Scratch } from "./scratch.ts";
import { isSameShape, isSqueezedAlike, shapeText, sideOf } from "./shape.ts";
import { equalVerdict, explainChange } from "./verdict.ts";
import { fitsWhole } from "./whole.ts";

export interface CompareContext {
  readonly scratch: Scratch;
  readonly work: Work;
  readonly tolerance: Tolerance | undefined;
  /** Largest changes listed in an entry. */
  readonly top: number;
  /** True when both sides are one version of one file: equal byte ranges are then equal bytes. */
  readonly isSameFile: boolean;
}

/** An entry, and what is needed of it to say what kind of change the whole is. */
export interface Compared {
  readonly entry: DiffEntry;
  /** The element with the largest relative change, where there is a finite one. */
  readonly farthest?: ElementChange;
}

/**
 * Compares one parameter with another, cheapest way first, and says which way decided. Throws only when cancelled or when
 * a file changed.
 */
export async function comparePair(pair: ParameterPair, context: CompareContext): Promise<Compared> {
  const { old, next } = pair;
  const base = {
    path: next.path,
    ...(old.path === next.path ? {} : { oldPath: old.path }),
    old: sideOf(old.tensor),
    new: sideOf(next.tensor),
  };
  try {
    const found = await decide(pair, context);
    const byName = await byNameDetail(pair, found, context);
    const detail = { ...found.detail, ...byName };
    const [farthest] = await changesAt(pair, found.farthest === undefined ? [] : [found.farthest], context.work);
    const entry: DiffEntry = {
      ...base,
      verdict: found.verdict,
      tier: found.tier,
      because: found.because,
      ...(Object.keys(detail).length === 0 ? {} : { detail }),
      ...(found.stats === undefined ? {} : { stats: found.stats }),
      top: await changesAt(pair, found.top, context.work),
    };
    return { entry, ...(farthest === undefined ? {} : { farthest }) };
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    const because = say("the values could not be read: {reason}", { reason: error.message });
    return { entry: { ...base, verdict: "unread", tier: "presence", because, top: [] } };
  }
}

interface Decision extends Explanation {
  readonly tier: Tier;
  readonly stats?: DiffStats;
  /** C-order indices of the largest changes. */
  readonly top: readonly number[];
  /** C-order index of the largest relative change. */
  readonly farthest?: number;
}

async function decide(pair: ParameterPair, context: CompareContext): Promise<Decision> {
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
  { scratch, work }: CompareContext,
  tolerance: Tolerance | undefined,
): Promise<Explanation> {
  if (measured.stats.changed === 0) return equalVerdict(pair);
  const { changed, elements } = measured.stats;
  return (
    (await explainChange(pair, measured, tolerance, scratch, work)) ?? {
      verdict: "changed",
      because: say("{changed} of {elements} values differ; no rounding, scaling or reordering explains it", {
        changed,
        elements,
      }),
      detail: {},
    }
  );
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
async function decideReshaped(pair: ParameterPair, { scratch, work }: CompareContext): Promise<Decision> {
  const [old, next] = [pair.old.tensor, pair.next.tensor];
  const [from, to] = [shapeText(old.shape), shapeText(next.shape)];
  if (elementCount(old.shape) === elementCount(next.shape)) {
    const flat = await measure({ old, next }, scratch, work, { top: 0 });
    if (flat.stats.changed === 0) return decision(flat, equalVerdict(pair), pair);
    const turned = transposed(old, next);
    if (turned !== undefined && (await measure({ old: turned, next }, scratch, work, { top: 0 })).stats.changed === 0)
      return {
        verdict: "reshaped",
        because: say("the same values with rows as columns: {to} instead of {from}", { from, to }),
        detail: { from, to, transposed: "true" },
        tier: "numeric",
        top: [],
      };
  }
  return {
    verdict: "changed",
    because: say("the shape is {to} instead of {from}", { from, to }),
    detail: { shape: `${from} → ${to}` },
    tier: "shape",
    top: [],
  };
}

/** The old tensor with its axes in reverse, where that gives the new shape. */
function transposed(old: TensorRef, next: TensorRef): TensorRef | undefined {
  const shape = [...old.shape].reverse();
  if (shape.length < 2 || !isSameShape(shape, next.shape) || !fitsWhole(old, next)) return undefined;
  const strides = old.strides ?? denseStrides(old.shape, old.dtype.itemSize, old.order);
  return { ...old, shape, strides: [...strides].reverse() };
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
