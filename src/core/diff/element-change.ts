import type { AxisLabels, Parameter } from "../model/artifact.ts";
import { formatElement, ulpDistance } from "../model/decode.ts";
import type { DType } from "../model/dtype.ts";
import { denseByteLength, elementCount, type TensorRef } from "../model/tensor.ts";
import { readElements } from "../model/window.ts";
import type { Work } from "../work.ts";
import { positionOf } from "../view/position.ts";
import { decodeLanes, newLanes, toLittleEndian } from "./lanes.ts";
import { sameScalar } from "./measure.ts";
import { differenceAt } from "./reference.ts";
import type { ElementChange } from "./report.ts";
import { isSameShape } from "./shape.ts";

/** A parameter of each side that the other is compared with. */
export interface ParameterPair {
  readonly old: Parameter;
  readonly next: Parameter;
}

const oldLanes = newLanes(1);
const nextLanes = newLanes(1);

/** A tensor up to this size is read whole when some of its elements are asked for: one read instead of many. */
const READ_WHOLE = 256 * 1024;

/**
 * Elements of both sides as a person sees them. Positions are of the new side's shape; a label that is another one on
 * the old side is told as "old → new", because then the same place means something else.
 */
export async function changesAt(
  pair: ParameterPair,
  indices: readonly number[],
  work: Work,
): Promise<readonly ElementChange[]> {
  if (indices.length === 0) return [];
  const [old, next] = await Promise.all([elementReader(pair.old.tensor), elementReader(pair.next.tensor)]);
  const changes: ElementChange[] = [];
  for (const index of indices) {
    if (work.isDue()) await work.checkpoint();
    const [before, after] = [old(index), next(index)];
    changes.push(
      changeOf(
        pair,
        index,
        before instanceof Promise ? await before : before,
        after instanceof Promise ? await after : after,
      ),
    );
  }
  return changes;
}

function changeOf(pair: ParameterPair, index: number, old: Element, next: Element): ElementChange {
  const position = positionOf(index, pair.next.tensor.shape);
  const isAlike = isSameShape(pair.old.tensor.shape, pair.next.tensor.shape);
  const tensors = { old: pair.old.tensor, next: pair.next.tensor };
  const ulp =
    sameScalar(tensors) === undefined || old.dtype.kind === "b"
      ? undefined
      : ulpDistance(old.dtype, old.view, 0, next.view, 0);
  return {
    index,
    position,
    labels: position.map((at, axis) => label(isAlike ? pair.old.axes[axis] : undefined, pair.next.axes[axis], at)),
    old: formatElement(old.dtype, old.view, 0),
    new: formatElement(next.dtype, next.view, 0),
    ...difference(old, next),
    ...(ulp === undefined ? {} : { ulp }),
  };
}

interface Element {
  /** Little-endian, and packed types unpacked to the first bits. */
  readonly dtype: DType;
  readonly bytes: Uint8Array;
  readonly view: DataView;
}

/** An element is valid until the next one is asked for. A promise only where it is read on its own. */
type ElementReader = (index: number) => Element | Promise<Element>;

async function elementReader(tensor: TensorRef): Promise<ElementReader> {
  const { dtype } = tensor;
  const length = dtype.itemSize > 0 ? dtype.itemSize : Math.ceil(dtype.bits / 8);
  // A copy of its own, aligned, that can be turned around.
  const bytes = new Uint8Array(Math.max(32, length));
  const own = bytes.subarray(0, length);
  const element: Element = {
    dtype: dtype.bigEndian ? { ...dtype, bigEndian: false } : dtype,
    bytes,
    view: new DataView(bytes.buffer, 0, length),
  };
  if (dtype.itemSize === 0 || denseByteLength(tensor) > READ_WHOLE)
    return async (index) => {
      own.set(await readElements(tensor, index, 1));
      if (dtype.bigEndian) toLittleEndian(dtype, own);
      return element;
    };
  const whole = await readElements(tensor, 0, elementCount(tensor.shape));
  return (index) => {
    for (let at = 0; at < length; at++) own[at] = whole[index * length + at] as number;
    if (dtype.bigEndian) toLittleEndian(dtype, own);
    return element;
  };
}

function difference(old: Element, next: Element): { readonly delta: number; readonly relative: number } {
  decodeLanes(old.dtype, old.bytes, 0, 1, oldLanes);
  decodeLanes(next.dtype, next.bytes, 0, 1, nextLanes);
  const [a, b] = [magnitude(oldLanes), magnitude(nextLanes)];
  if (!Number.isFinite(a) || !Number.isFinite(b)) return { delta: Number.NaN, relative: Number.NaN };
  const delta = oldLanes.width === 1 && nextLanes.width === 1 ? differenceAt(oldLanes, nextLanes, 0) : distance();
  if (delta === 0) return { delta, relative: 0 };
  return { delta, relative: Math.abs(delta) / a };
}

function magnitude({ high, width }: { readonly high: Float64Array; readonly width: 1 | 2 }): number {
  return width === 1 ? Math.abs(high[0] ?? 0) : Math.hypot(high[0] ?? 0, high[1] ?? 0);
}

/** |new - old| where a side is complex: a difference of complex numbers has no sign. */
function distance(): number {
  const part = (lanes: typeof oldLanes, at: 0 | 1): number => (at < lanes.width ? (lanes.high[at] ?? 0) : 0);
  return Math.hypot(part(nextLanes, 0) - part(oldLanes, 0), part(nextLanes, 1) - part(oldLanes, 1));
}

function label(old: AxisLabels | undefined, next: AxisLabels | undefined, at: number): string | undefined {
  const [was, is] = [old?.labels[at], next?.labels[at]];
  if (was === undefined || is === undefined || was === is) return is ?? was;
  return `${was} → ${is}`;
}
