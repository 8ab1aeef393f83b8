import { describe, expect, it } from "vitest";
import { comparedTensors } from "../../../src/core/diff/compared-pair.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { readElements } from "../../../src/core/model/window.ts";
import { quietWork } from "../../../src/core/work.ts";
import { float64Bytes, tensorOf } from "../../support/artifacts.ts";

const vector = (...values: readonly number[]): TensorRef =>
  tensorOf(scalarDType("float64"), [values.length], float64Bytes(...values));

async function numbers(tensor: TensorRef): Promise<readonly number[]> {
  const bytes = await readElements(
    tensor,
    0,
    tensor.shape.reduce((a, b) => a * b, 1),
  );
  return [...new Float64Array(Uint8Array.from(bytes).buffer)];
}

const drawn = async (detail: Readonly<Record<string, string>>, old: TensorRef, next: TensorRef) => {
  const pair = await comparedTensors({ path: "p", detail }, old, next, quietWork());
  return [await numbers(pair.old), await numbers(pair.next)];
};

describe("what is drawn of a parameter", () => {
  it("is what its sides hold, where that was compared", async () => {
    expect(await drawn({}, vector(2, 4), vector(2, 5))).toEqual([
      [2, 4],
      [2, 5],
    ]);
    expect(await drawn({ derivation: "same" }, vector(2), vector(3))).toEqual([[2], [3]]);
  });

  it("is what was made of the side that holds it in another way", async () => {
    const reciprocal = { derivation: "reciprocal" };
    expect(await drawn({ ...reciprocal, derived: "old" }, vector(2, 4), vector(0.5, 0.3))).toEqual([
      [0.5, 0.25],
      [0.5, 0.3],
    ]);
    expect(await drawn({ ...reciprocal, derived: "new" }, vector(0.5), vector(4))).toEqual([[0.5], [0.25]]);
    expect(await drawn({ derivation: "negative", derived: "old" }, vector(2), vector(-2))).toEqual([[-2], [-2]]);
  });

  it("is refused with the reason where it cannot be made", async () => {
    await expect(drawn({ derivation: "negative", derived: "old" }, vector(1, 2, 3), vector(1))).rejects.toThrow(
      "p: it has 1 elements instead of 3",
    );
  });
});
