import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { numberReader } from "../../model/decode.ts";
import { type DType, scalarDType } from "../../model/dtype.ts";
import { encodeFloat } from "../../model/float.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { readElements } from "../../model/window.ts";

/**
 * Values of weights that a program holds compressed, made where they are looked at, as coremltools makes them:
 * https://apple.github.io/coremltools/source/coremltools.converters.mil.mil.ops.defs.html (constexpr operations)
 */

/** output = scale * (data - offset), one scale for each block: its size along an axis is data's over scale's. */
export function scaled(data: TensorRef, scale: TensorRef, offset: TensorRef | undefined): TensorRef {
  const { dtype } = scale;
  if (dtype.scalar !== "float16" && dtype.scalar !== "float32") throw corrupt(`a scale of ${dtype.name}`);
  const blockOf = blocks(data.shape, scale.shape);
  if (offset !== undefined && elementCount(offset.shape) !== elementCount(scale.shape))
    throw corrupt(`${elementCount(offset.shape)} offsets for ${elementCount(scale.shape)} scales`);
  const scales = once(() => numbersOf(scale, 0, elementCount(scale.shape)));
  const offsets = once(() =>
    offset === undefined ? Promise.resolve(undefined) : numbersOf(offset, 0, elementCount(offset.shape)),
  );
  return made(data, dtype, data.shape, async (first, count) => {
    const values = await numbersOf(data, first, count);
    const [factors, shifts] = [await scales(), await offsets()];
    const out = new Uint8Array(count * dtype.itemSize);
    const view = new DataView(out.buffer);
    for (let k = 0; k < count; k++) {
      const block = blockOf(first + k);
      const value = ((values[k] ?? 0) - (shifts?.[block] ?? 0)) * (factors[block] ?? 0);
      if (dtype.scalar === "float32") view.setFloat32(4 * k, value, true);
      else view.setUint16(2 * k, encodeFloat("float16", value), true);
    }
    return out;
  });
}

/**
 * output = table[index]. `table` has the shape [groups along each axis, entries, elements of an entry]; the elements of
 * an entry follow each other along `axis`.
 */
export function looked(indices: TensorRef, table: TensorRef, axis: number): TensorRef {
  const rank = indices.shape.length;
  const [entries = 0, width = 0] = table.shape.slice(rank);
  const along = axis < 0 ? axis + rank : axis;
  if (table.shape.length !== rank + 2 || (width > 1 && !(along >= 0 && along < rank)))
    throw corrupt(`a table of the shape [${table.shape.join(", ")}] for indices of [${indices.shape.join(", ")}]`);
  const blockOf = blocks(indices.shape, table.shape.slice(0, rank));
  const shape = indices.shape.map((size, k) => (k === along ? size * width : size));
  const { dtype } = byteWise(table);
  const contents = once(() => elementBytes(table, 0, elementCount(table.shape)));
  /** Elements of one index along the axis of entries: what lies behind it. */
  const inner = indices.shape.slice(along + 1).reduce((product, size) => product * size, 1);
  return made(indices, dtype, shape, async (first, count) => {
    const bytes = await contents();
    const out = new Uint8Array(count * dtype.itemSize);
    const indexOf = (at: number): number => Math.floor(at / (inner * width)) * inner + (at % inner);
    // Indices of neighbouring elements lie within whole runs of the axis.
    const from = width === 1 ? first : Math.floor(first / (inner * width)) * inner;
    const to = width === 1 ? first + count : Math.ceil((first + count) / (inner * width)) * inner;
    const found = await numbersOf(indices, from, to - from);
    for (let k = 0; k < count; k++) {
      const at = first + k;
      const index = width === 1 ? at : indexOf(at);
      const element = width === 1 ? 0 : Math.floor(at / inner) % width;
      const entry = found[index - from] ?? 0;
      if (entry >= entries) throw corrupt(`index ${entry} into a table of ${entries}`);
      const start = ((blockOf(index) * entries + entry) * width + element) * dtype.itemSize;
      out.set(bytes.subarray(start, start + dtype.itemSize), k * dtype.itemSize);
    }
    return out;
  });
}

/** How many elements lie between two places whose counts of stored elements are kept: 8 bytes for each. */
const STEP = 4096;

/** Elements where the mask is set, in their order, and zero elsewhere. `mask` has a byte for each element. */
export function filled(stored: TensorRef, mask: TensorRef): TensorRef {
  const { dtype } = byteWise(stored);
  const total = elementCount(mask.shape);
  const counts = once(async () => {
    const before = [0];
    for (let at = 0; at < total; at += STEP) {
      const set = await readElements(mask, at, Math.min(STEP, total - at));
      before.push((before.at(-1) ?? 0) + set.reduce((sum, bit) => sum + bit, 0));
    }
    return before;
  });
  return made(mask, dtype, mask.shape, async (first, count) => {
    const before = await counts();
    if (before.at(-1) !== elementCount(stored.shape))
      throw corrupt(`${elementCount(stored.shape)} elements for a mask with ${before.at(-1) ?? 0} set`);
    const step = Math.floor(first / STEP);
    const set = await readElements(mask, step * STEP, first + count - step * STEP);
    let next = before[step] ?? 0;
    const skipped = first - step * STEP;
    for (let k = 0; k < skipped; k++) next += set[k] ?? 0;
    const values = await elementBytes(
      stored,
      next,
      set.subarray(skipped).reduce((sum, bit) => sum + bit, 0),
    );
    const out = new Uint8Array(count * dtype.itemSize);
    for (let k = 0, at = 0; k < count; k++) {
      if (set[skipped + k] !== 1) continue;
      out.set(values.subarray(at, at + dtype.itemSize), k * dtype.itemSize);
      at += dtype.itemSize;
    }
    return out;
  });
}

/** float16 as float32, which is exact. */
export function widened(values: TensorRef): TensorRef {
  const dtype = scalarDType("float32");
  return made(values, dtype, values.shape, async (first, count) => {
    const numbers = await numbersOf(values, first, count);
    return new Uint8Array(Float32Array.from(numbers).buffer);
  });
}

export function made(
  of: TensorRef,
  dtype: DType,
  shape: readonly number[],
  make: (first: number, count: number) => Promise<Uint8Array>,
): TensorRef {
  const { itemSize } = dtype;
  const data: ByteSource = {
    size: elementCount(shape) * itemSize,
    name: of.data.name,
    async read(start, end) {
      checkRange(data, start, end);
      const first = Math.floor(start / itemSize);
      const bytes = await make(first, Math.ceil(end / itemSize) - first);
      return bytes.subarray(start - first * itemSize, end - first * itemSize);
    },
  };
  return { dtype, shape, order: "C", offset: 0, data };
}

/** Which block an element is in, by its place in C order. */
function blocks(shape: readonly number[], counts: readonly number[]): (at: number) => number {
  const isEven = shape.every((size, k) => (counts[k] ?? 0) > 0 && size % (counts[k] ?? 1) === 0);
  if (counts.length !== shape.length || !isEven)
    throw corrupt(`blocks of the shape [${counts.join(", ")}] for [${shape.join(", ")}]`);
  const sizes = shape.map((size, k) => size / (counts[k] ?? 1));
  if (elementCount(counts) === 1) return () => 0;
  return (at) => {
    let [block, rest, step] = [0, at, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      block += Math.floor((rest % size) / (sizes[axis] ?? 1)) * step;
      rest = Math.floor(rest / size);
      step *= counts[axis] ?? 1;
    }
    return block;
  };
}

export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  return () => (kept ??= make());
}

/** Four-bit integers have no bytes of their own: as those of eight bits. */
function byteWise({ dtype }: TensorRef): { readonly dtype: DType } {
  return { dtype: dtype.itemSize > 0 ? dtype : scalarDType(dtype.kind === "i" ? "int8" : "uint8") };
}

async function elementBytes(tensor: TensorRef, first: number, count: number): Promise<Uint8Array> {
  if (tensor.dtype.itemSize > 0) return readElements(tensor, first, count);
  return Uint8Array.from(await numbersOf(tensor, first, count), (value) => value & 0xff);
}

export async function numbersOf(tensor: TensorRef, first: number, count: number): Promise<Float64Array> {
  const { dtype } = tensor;
  const bytes = await readElements(tensor, first, count);
  const out = new Float64Array(count);
  if (dtype.itemSize > 0) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const read = numberReader(dtype);
    for (let k = 0; k < count; k++) out[k] = read(view, k * dtype.itemSize);
    return out;
  }
  const { bits, kind } = dtype;
  for (let k = 0; k < count; k++) {
    const value = ((bytes[(k * bits) >> 3] ?? 0) >> ((k * bits) & 7)) & ((1 << bits) - 1);
    out[k] = kind === "i" && value >= 1 << (bits - 1) ? value - (1 << bits) : value;
  }
  return out;
}
