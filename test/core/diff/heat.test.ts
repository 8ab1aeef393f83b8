import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEAT_BINS, type HeatMap, heatMap } from "../../../src/core/diff/heat.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import { createWork, quietWork } from "../../../src/core/work.ts";
import { array } from "./arrays.ts";

const heat = (old: TensorRef, next: TensorRef, leading: readonly number[] = []): Promise<HeatMap> =>
  heatMap(old, next, leading, quietWork());

function numbers(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, i) => view.getFloat64(i * 8, true));
}

function floats(values: Float32Array, shape: readonly number[]): TensorRef {
  const bytes = new Uint8Array(values.buffer.slice(0));
  return { dtype: scalarDType("float32"), shape, order: "C", offset: 0, data: fromBytes(bytes) };
}

describe("a heat map of changes", () => {
  it("has a cell for each element of a small matrix", async () => {
    const map = await heat(
      array("float64", [1, 2, 3, 4, 5, 6], [2, 3]),
      array("float64", [1, 2.5, 3, 1, 5, 6], [2, 3]),
    );
    expect(map).toMatchObject({
      rows: 2,
      columns: 3,
      cellRows: 2,
      cellColumns: 3,
      largest: 3,
      changed: 2,
      isSigned: true,
    });
    expect(numbers(map.deltas)).toEqual([0, 0.5, 0, -3, 0, 0]);
    expect(numbers(map.places)).toEqual([-1, 1, -1, 3, -1, -1]);
    expect(numbers(map.counts)).toEqual([0, 1, 0, 1, 0, 0]);
  });

  it("tells what is not finite, and what changed in its sign of zero only", async () => {
    const old = array("float32", ["nan", 1, "-0.0", 1e38], [2, 2]);
    const map = await heat(old, array("float32", [1, "inf", 0, 2e38], [2, 2]));
    expect(numbers(map.deltas)).toEqual([Number.NaN, Number.NaN, 0, Math.fround(2e38) - Math.fround(1e38)]);
    expect(numbers(map.places)).toEqual([0, 1, 2, 3]);
    expect(map.largest).toBe(Math.fround(2e38) - Math.fround(1e38));
  });

  it("is of magnitudes where numbers are complex, and of both types where they differ", async () => {
    const complex = await heat(
      array("complex128", ["(0.0+0.0j)", "(1.0+1.0j)"], [1, 2]),
      array("complex128", ["(3.0+4.0j)", "(1.0+1.0j)"], [1, 2]),
    );
    expect(complex.isSigned).toBe(false);
    expect(numbers(complex.deltas)).toEqual([5, 0]);
    const mixed = await heat(
      array("int64", [9007199254740993n, 1n], [1, 2]),
      array("float64", [9007199254740992, 1], [1, 2]),
    );
    expect(numbers(mixed.deltas)).toEqual([-1, 0]);
  });

  it("is of one matrix of a stack", async () => {
    const old = array(
      "float32",
      Array.from({ length: 24 }, (_, i) => i),
      [2, 3, 2, 2],
    );
    const next = array(
      "float32",
      Array.from({ length: 24 }, (_, i) => i + (i >= 16 && i < 20 ? i : 0)),
      [2, 3, 2, 2],
    );
    expect(numbers((await heat(old, next, [1, 1])).deltas)).toEqual([16, 17, 18, 19]);
    expect((await heat(old, next, [1, 2])).changed).toBe(0);
    await expect(heat(old, next, [2, 0])).rejects.toMatchObject({ code: "refused" });
    await expect(heat(old, next)).rejects.toMatchObject({ code: "refused" });
  });

  it("is refused for what is no matrix, or two shapes", async () => {
    const vector = array("float32", [1, 2]);
    await expect(heat(vector, vector)).rejects.toMatchObject({ code: "refused" });
    await expect(heat(array("float32", [1, 2], [1, 2]), array("float32", [1, 2], [2, 1]))).rejects.toMatchObject({
      code: "refused",
    });
  });

  it("is empty where the matrix is", async () => {
    const map = await heat(array("float32", [], [0, 5]), array("float32", [], [0, 5]));
    expect(map).toMatchObject({ cellRows: 0, cellColumns: 5, largest: 0 });
    expect(map.deltas.length).toBe(0);
  });

  it("bins a large matrix by its largest changes, in Fortran order too", async () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 700 }),
      columns: fc.integer({ min: 1, max: 700 }),
      seed: fc.nat(),
      isFortran: fc.boolean(),
    });
    const run = fc.asyncProperty(shape, async ({ rows, columns, seed, isFortran }) => {
      let state = seed;
      const random = (): number => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return state / 4294967296;
      };
      const old = new Float32Array(rows * columns).map(random);
      const next = old.map((value) => (random() < 0.01 ? random() * 2 - 1 : value));
      const order = isFortran ? "F" : "C";
      const tensors = [old, next].map((one): TensorRef => ({ ...floats(one, [rows, columns]), order }));
      const map = await heat(tensors[0]!, tensors[1]!);
      const wanted = reference(old, next, rows, columns, isFortran);
      expect([map.cellRows, map.cellColumns]).toEqual([Math.min(rows, HEAT_BINS), Math.min(columns, HEAT_BINS)]);
      expect(numbers(map.deltas)).toEqual(wanted.deltas);
      expect(numbers(map.places)).toEqual(wanted.places);
      expect(map.changed).toBe(wanted.changed);
    });
    await fc.assert(run, { numRuns: 12 });
  });

  it("ends when it is cancelled", async () => {
    const tensor = array("float32", [1, 2, 3, 4], [2, 2]);
    const abort = new AbortController();
    abort.abort();
    await expect(heatMap(tensor, tensor, [], createWork({ signal: abort.signal }))).rejects.toMatchObject({
      code: "cancelled",
    });
  });
});

function reference(old: Float32Array, next: Float32Array, rows: number, columns: number, isFortran: boolean) {
  const [cellRows, cellColumns] = [Math.min(rows, HEAT_BINS), Math.min(columns, HEAT_BINS)];
  const deltas = Array.from({ length: cellRows * cellColumns }, () => 0);
  const places = deltas.map(() => -1);
  let changed = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = isFortran ? column * rows + row : row * columns + column;
      const delta = next[at]! - old[at]!;
      if (delta === 0) continue;
      changed++;
      const cell = Math.floor((row * cellRows) / rows) * cellColumns + Math.floor((column * cellColumns) / columns);
      if (Math.abs(delta) <= Math.abs(deltas[cell]!)) continue;
      deltas[cell] = delta;
      places[cell] = row * columns + column;
    }
  return { deltas, places, changed };
}
