import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { type DType, scalarDType } from "../../../src/core/model/dtype.ts";
import { parseDType } from "../../../src/core/model/numpy-dtype.ts";
import { elementCount, type TensorRef } from "../../../src/core/model/tensor.ts";
import { chunks, readElements, readRectangle } from "../../../src/core/model/window.ts";
import { createWork, quietWork } from "../../../src/core/work.ts";
import { type CountingSource, countingSource } from "../../support/counting-source.ts";

const zeros = (length: number): CountingSource => countingSource(fromBytes(new Uint8Array(length)));
const largest = (source: CountingSource): number => Math.max(...source.reads.map(({ start, end }) => end - start));

function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 12345;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

/** One element at a time, by the definition of `TensorRef`. */
function scalarReference(tensor: TensorRef, bytes: Uint8Array, indices: readonly (readonly number[])[]): Uint8Array {
  const { itemSize } = tensor.dtype;
  const { shape } = tensor;
  const out = new Uint8Array(indices.length * itemSize);
  indices.forEach((index, place) => {
    let at = tensor.offset;
    if (tensor.strides !== undefined) index.forEach((i, k) => (at += i * (tensor.strides?.[k] ?? 0)));
    else {
      let flat = 0;
      const axes = tensor.order === "C" ? [...shape.keys()] : [...shape.keys()].reverse();
      for (const axis of axes) flat = flat * (shape[axis] ?? 1) + (index[axis] ?? 0);
      at += flat * itemSize;
    }
    out.set(bytes.subarray(at, at + itemSize), place * itemSize);
  });
  return out;
}

function unravel(flat: number, shape: readonly number[]): number[] {
  const index = shape.map(() => 0);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    const size = shape[axis] ?? 1;
    index[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return index;
}

interface Case {
  readonly tensor: TensorRef;
  readonly bytes: Uint8Array;
}

/** Tensors of any shape, as C, Fortran, transposed, sliced, reversed and overlapping views. */
const tensors: fc.Arbitrary<Case> = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 7 }), { maxLength: 4 }),
    dtype: fc.constantFrom("|u1", "<f2", "<f4", ">f8", "|S3", "<c16", "|V5", "<f16"),
    layout: fc.constantFrom("C", "F", "strides"),
    steps: fc.array(fc.integer({ min: -3, max: 40 }), { minLength: 4, maxLength: 4 }),
    unit: fc.constantFrom("item", "byte"),
    pad: fc.integer({ min: 0, max: 9 }),
  })
  .map(({ shape, dtype: name, layout, steps, unit, pad }): Case => {
    const dtype = parseDType(name);
    if (layout !== "strides") {
      const bytes = pattern(pad + elementCount(shape) * dtype.itemSize);
      return {
        bytes,
        tensor: { dtype, shape, order: layout === "F" ? "F" : "C", offset: pad, data: fromBytes(bytes) },
      };
    }
    const strides = shape.map((_, k) => (steps[k] ?? 1) * (unit === "item" ? dtype.itemSize : 1));
    let low = 0;
    let high = dtype.itemSize;
    strides.forEach((stride, k) => {
      const reach = stride * Math.max(0, (shape[k] ?? 1) - 1);
      if (reach < 0) low += reach;
      else high += reach;
    });
    const bytes = pattern(pad + high - low);
    return { bytes, tensor: { dtype, shape, order: "C", strides, offset: pad - low, data: fromBytes(bytes) } };
  });

describe("windows of a tensor", () => {
  it("reads any range of any layout as an element-by-element reference does", async () => {
    await fc.assert(
      fc.asyncProperty(tensors, fc.nat(), fc.nat(), async ({ tensor, bytes }, a, b) => {
        const total = elementCount(tensor.shape);
        const start = total === 0 ? 0 : a % (total + 1);
        const count = b % (total - start + 1);
        const indices = Array.from({ length: count }, (_, i) => unravel(start + i, tensor.shape));
        const found = await readElements(tensor, start, count);
        expect(Array.from(found)).toEqual(Array.from(scalarReference(tensor, bytes, indices)));
      }),
      { numRuns: 800 },
    );
  });

  it("reads any rectangle of any layout as an element-by-element reference does", async () => {
    const fractions = fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        minLength: 4,
        maxLength: 4,
      },
    );
    await fc.assert(
      fc.asyncProperty(tensors, fractions, async ({ tensor, bytes }, parts) => {
        const corner = tensor.shape.map((size, k) => Math.floor((parts[k]?.[0] ?? 0) * size));
        const extent = tensor.shape.map((size, k) => Math.floor((parts[k]?.[1] ?? 0) * (size - (corner[k] ?? 0) + 1)));
        const clipped = extent.map((n, k) => Math.min(n, (tensor.shape[k] ?? 0) - (corner[k] ?? 0)));
        const count = elementCount(clipped);
        const indices = Array.from({ length: count }, (_, i) =>
          unravel(i, clipped).map((index, k) => index + (corner[k] ?? 0)),
        );
        const found = await readRectangle(tensor, corner, clipped);
        expect(Array.from(found)).toEqual(Array.from(scalarReference(tensor, bytes, indices)));
      }),
      { numRuns: 500 },
    );
  });

  it("gives the whole tensor in chunks, whatever their size", async () => {
    await fc.assert(
      fc.asyncProperty(tensors, fc.integer({ min: 1, max: 200 }), async ({ tensor, bytes }, maxBytes) => {
        const total = elementCount(tensor.shape);
        const pieces: number[] = [];
        for await (const piece of chunks(tensor, maxBytes, quietWork())) {
          expect(piece.length).toBeGreaterThan(0);
          expect(piece.length % tensor.dtype.itemSize).toBe(0);
          expect(piece.length).toBeLessThanOrEqual(Math.max(maxBytes, tensor.dtype.itemSize));
          pieces.push(...piece);
        }
        const indices = Array.from({ length: total }, (_, i) => unravel(i, tensor.shape));
        expect(pieces).toEqual(Array.from(scalarReference(tensor, bytes, indices)));
      }),
      { numRuns: 300 },
    );
  });

  it("refuses ranges and rectangles outside of the tensor", async () => {
    const tensor: TensorRef = {
      dtype: parseDType("<f4"),
      shape: [2, 3],
      order: "C",
      offset: 0,
      data: fromBytes(pattern(24)),
    };
    await expect(readElements(tensor, 4, 3)).rejects.toThrow("elements 4..7 of a tensor of 6");
    await expect(readElements(tensor, -1, 1)).rejects.toThrow("elements -1..0");
    await expect(readRectangle(tensor, [0, 1], [2, 3])).rejects.toThrow("rectangle of [2, 3] at [0, 1]");
    await expect(readRectangle(tensor, [0], [2])).rejects.toThrow("rectangle");
  });

  it("says where the file ends when the elements reach beyond it", async () => {
    const tensor: TensorRef = {
      dtype: parseDType("<f4"),
      shape: [100],
      order: "C",
      offset: 0,
      data: fromBytes(pattern(24)),
    };
    await expect(readElements(tensor, 0, 100)).rejects.toMatchObject({ code: "truncated" });
    const strided: TensorRef = { ...tensor, strides: [8] };
    await expect(readElements(strided, 0, 100)).rejects.toMatchObject({ code: "truncated" });
  });
});

describe("what reading costs", () => {
  it("gives contiguous elements without a copy", async () => {
    const bytes = pattern(4000);
    const tensor: TensorRef = {
      dtype: parseDType("<f4"),
      shape: [10, 100],
      order: "C",
      offset: 0,
      data: fromBytes(bytes),
    };
    expect((await readElements(tensor, 100, 50)).buffer).toBe(bytes.buffer);
    // One column in Fortran order is C order too.
    const column: TensorRef = { ...tensor, shape: [1000, 1], order: "F" };
    expect((await readElements(column, 10, 50)).buffer).toBe(bytes.buffer);
  });

  it("reads a Fortran-ordered matrix in long runs, with bounded reads", async () => {
    const rows = 20_000;
    const columns = 100;
    const source = zeros(rows * columns * 8);
    const tensor: TensorRef = { dtype: parseDType("<f8"), shape: [rows, columns], order: "F", offset: 0, data: source };
    let length = 0;
    for await (const piece of chunks(tensor, 64 * 1024, quietWork())) length += piece.length;
    expect(length).toBe(source.size);
    expect(source.bytesRead).toBe(source.size);
    expect(source.reads.length).toBeLessThan(200);
    expect(largest(source)).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it("reads one field of records a block of records at a time", async () => {
    const source = zeros(100_000 * 64);
    const tensor: TensorRef = {
      dtype: parseDType("<f8"),
      shape: [100_000],
      order: "C",
      strides: [64],
      offset: 16,
      data: source,
    };
    await readElements(tensor, 0, 100_000);
    expect(source.reads.length).toBe(2);
    expect(largest(source)).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it("reads far-apart elements one by one, not what lies between", async () => {
    const source = zeros(50 * 100_000);
    const tensor: TensorRef = {
      dtype: parseDType("<f8"),
      shape: [50],
      order: "C",
      strides: [100_000],
      offset: 0,
      data: source,
    };
    await readElements(tensor, 0, 50);
    expect(source.bytesRead).toBe(400);
  });

  it("stops when it is cancelled", async () => {
    const controller = new AbortController();
    const tensor: TensorRef = {
      dtype: parseDType("<f8"),
      shape: [1000, 1000],
      order: "F",
      offset: 0,
      data: fromBytes(new Uint8Array(8e6)),
    };
    const reading = (async () => {
      for await (const piece of chunks(tensor, 8, createWork({ signal: controller.signal }))) {
        expect(piece.length).toBe(8);
        controller.abort();
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("packed elements", () => {
  const bitsOf = (bytes: Uint8Array, from: number, count: number): number[] =>
    Array.from({ length: count }, (_, i) => ((bytes[(from + i) >> 3] ?? 0) >> ((from + i) & 7)) & 1);

  it("reads ranges and rectangles of 4- and 6-bit floats bit by bit", async () => {
    const packed: DType[] = [scalarDType("float4_e2m1fn"), scalarDType("float6_e2m3fn"), scalarDType("float6_e3m2fn")];
    const cases = fc.record({
      dtype: fc.constantFrom(...packed),
      rows: fc.integer({ min: 1, max: 6 }),
      columns: fc.integer({ min: 1, max: 9 }),
      a: fc.nat(),
      b: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ dtype, rows, columns, a, b }) => {
        const total = rows * columns;
        const bytes = pattern(Math.ceil((total * dtype.bits) / 8));
        const tensor: TensorRef = { dtype, shape: [rows, columns], order: "C", offset: 0, data: fromBytes(bytes) };
        const start = a % total;
        const count = b % (total - start + 1);
        const range = await readElements(tensor, start, count);
        expect(range.length).toBe(Math.ceil((count * dtype.bits) / 8));
        expect(bitsOf(range, 0, count * dtype.bits)).toEqual(bitsOf(bytes, start * dtype.bits, count * dtype.bits));
        const [row, column] = [a % rows, b % columns];
        const extent = [rows - row, columns - column] as const;
        const box = await readRectangle(tensor, [row, column], extent);
        const wanted = Array.from({ length: extent[0] }, (_, r) =>
          bitsOf(bytes, ((row + r) * columns + column) * dtype.bits, extent[1] * dtype.bits),
        ).flat();
        expect(bitsOf(box, 0, wanted.length)).toEqual(wanted);
        const pieces: number[] = [];
        for await (const piece of chunks(tensor, 3, quietWork())) pieces.push(...piece);
        expect(bitsOf(Uint8Array.from(pieces), 0, total * dtype.bits)).toEqual(bitsOf(bytes, 0, total * dtype.bits));
      }),
    );
  });
});
