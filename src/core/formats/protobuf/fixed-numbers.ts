import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import type { DType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { denseStrides } from "../../model/window-layout.ts";
import type { Numbers, Run } from "./message.ts";

/** How many 4- or 8-byte numbers there are. */
export function fixedCount({ runs }: Numbers): number {
  return runs.reduce((sum, { count }) => sum + count, 0);
}

/**
 * Floats, doubles and fixed integers of one field as a tensor over the file: packed ones as they lie, those behind tags
 * stepped over, several runs as if they lay together. `shape` has as many elements as there are numbers (two for each
 * complex one), or this throws `corrupt`.
 */
export function fixedTensor(source: ByteSource, numbers: Numbers, dtype: DType, shape: readonly number[]): TensorRef {
  const unit = numbers.wire === "fixed64" ? 8 : 4;
  const elements = shape.reduce((product, size) => product * size, 1);
  const count = fixedCount(numbers);
  if (count * unit !== elements * dtype.itemSize)
    throw corrupt(`${source.name}: ${count} numbers for the shape [${shape.join(", ")}]`, numbers.runs[0]?.start);
  const [run, ...more] = numbers.runs;
  const tensor = { dtype, shape, order: "C", offset: 0 } as const;
  if (run !== undefined && more.length === 0) {
    const offset = run.start + run.tag;
    if (run.tag === 0) return { ...tensor, offset, data: source };
    if (dtype.itemSize === unit)
      return { ...tensor, offset, strides: denseStrides(shape, run.tag + unit), data: source };
  }
  return { ...tensor, data: joinedRuns(source, numbers.runs, unit) };
}

/** Numbers of several runs one after another, without their tags. */
function joinedRuns(source: ByteSource, runs: readonly Run[], unit: number): ByteSource {
  /** First byte of each run in the joined bytes. */
  const starts: number[] = [];
  let size = 0;
  for (const { count } of runs) {
    starts.push(size);
    size += count * unit;
  }
  const joined: ByteSource = {
    size,
    name: source.name,
    async read(start, end) {
      checkRange(joined, start, end);
      const out = new Uint8Array(end - start);
      for (let k = indexAt(starts, start); k < runs.length && (starts[k] ?? size) < end; k++) {
        const run = runs[k];
        const from = starts[k] ?? 0;
        if (run === undefined) continue;
        const first = Math.max(0, start - from);
        const last = Math.min(run.count * unit, end - from);
        out.set(await withoutTags(source, run, unit, first, last), from + first - start);
      }
      return out;
    },
  };
  return joined;
}

/** Bytes [first, last) of a run's numbers. */
async function withoutTags(
  source: ByteSource,
  run: Run,
  unit: number,
  first: number,
  last: number,
): Promise<Uint8Array> {
  if (run.tag === 0) return source.read(run.start + first, run.start + last);
  const step = run.tag + unit;
  const firstNumber = Math.floor(first / unit);
  const endNumber = Math.ceil(last / unit);
  const bytes = await source.read(run.start + firstNumber * step, run.start + endNumber * step);
  const out = new Uint8Array((endNumber - firstNumber) * unit);
  for (let k = 0; k < endNumber - firstNumber; k++)
    out.set(bytes.subarray(k * step + run.tag, (k + 1) * step), k * unit);
  return out.subarray(first - firstNumber * unit, last - firstNumber * unit);
}

/** The last index whose start is at or before `position`. */
export function indexAt(
  starts: { readonly [index: number]: number; readonly length: number },
  position: number,
): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}
