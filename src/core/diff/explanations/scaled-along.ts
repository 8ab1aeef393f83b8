import { numberReader } from "../../model/element-number.ts";
import { say } from "../../model/sentence.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import type { ParameterPair } from "../element-change.ts";
import { isSameShape } from "../shape.ts";
import { fitsWhole, littleEndian, readWhole } from "../whole.ts";
import type { Explanation } from "./explanation.ts";

/** Elements beyond the first of each slice that have to agree before it is no chance. */
const FEWEST = 6;
/** Roundings of the factor and of the product, in units of the narrower type. */
const ROUNDINGS = 4;
/** How much farther than that a factor must be from 1: values that moved by a rounding have such factors too. */
const FARTHER = 8;

/**
 * New is old times one constant for each place along an axis: what converters make of a layer when they fold what normalises
 * its inputs or outputs into it. Undefined where that does not hold for every element, or there are too few to tell.
 */
export async function scaledAlong({ old, next }: ParameterPair, work: Work): Promise<Explanation | undefined> {
  const [a, b] = [old.tensor, next.tensor];
  if (!isSameShape(a.shape, b.shape)) return undefined;
  const [from, to] = [precisionOf(a), precisionOf(b)];
  if (from === undefined || to === undefined || a.shape.length < 2 || !fitsWhole(a, b)) return undefined;
  const [before, after] = [await numbersOf(a, work), await numbersOf(b, work)];
  const tolerance = ROUNDINGS * 2 ** -Math.min(from, to);
  for (const axis of a.shape.keys()) {
    const factors = factorsAlong(a.shape, axis, before, after, tolerance);
    if (factors === undefined || !factors.some((factor) => Math.abs(factor - 1) > FARTHER * tolerance)) continue;
    const [low, high] = [Math.min(...factors), Math.max(...factors)].map((factor) =>
      String(Number(factor.toPrecision(4))),
    );
    return {
      verdict: "scaled",
      because: say("every value is the old one times a constant of its place along axis {axis}: {low} to {high}", {
        axis,
        low: low ?? "",
        high: high ?? "",
      }),
      detail: { axis: String(axis), factor: `${low}..${high}` },
    };
  }
  return undefined;
}

/** One factor for each place along an axis; undefined where one does not hold. */
function factorsAlong(
  shape: readonly number[],
  axis: number,
  before: Float64Array,
  after: Float64Array,
  tolerance: number,
): readonly number[] | undefined {
  const count = shape[axis] ?? 0;
  const inner = elementCount(shape.slice(axis + 1));
  const outer = elementCount(shape.slice(0, axis));
  if (count < 2 || (inner * outer - 1) * count < FEWEST) return undefined;
  const factors: number[] = [];
  for (let at = 0; at < count; at++) {
    let [largest, factor] = [0, 1];
    const check = (use: (a: number, b: number) => boolean): boolean => {
      for (let k = 0; k < outer; k++)
        for (let i = 0; i < inner; i++) {
          const place = (k * count + at) * inner + i;
          if (!use(before[place] ?? 0, after[place] ?? 0)) return false;
        }
      return true;
    };
    check((a, b) => {
      if (Math.abs(a) > largest) [largest, factor] = [Math.abs(a), b / a];
      return true;
    });
    if (!check((a, b) => Math.abs(b - factor * a) <= tolerance * Math.abs(factor * a))) return undefined;
    if (largest > 0) factors.push(factor);
  }
  return factors.length < 2 ? undefined : factors;
}

async function numbersOf(tensor: TensorRef, work: Work): Promise<Float64Array> {
  const bytes = await readWhole(tensor, work);
  const read = numberReader(littleEndian(tensor.dtype));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { itemSize } = tensor.dtype;
  return Float64Array.from({ length: elementCount(tensor.shape) }, (_, at) => read(view, at * itemSize));
}

/** Bits of a significand; narrower types have too few to tell a factor by. */
const PRECISION: ReadonlyMap<string, number> = new Map([
  ["float64", 53],
  ["float32", 24],
  ["float16", 11],
]);

function precisionOf({ dtype }: TensorRef): number | undefined {
  return PRECISION.get(dtype.scalar ?? "");
}
