import { describe, expect, it } from "vitest";
import type { DiffReport } from "../../../src/core/diff/report.ts";
import { array, weights } from "./arrays.ts";
import { artifact, compare } from "./comparisons.ts";

const W = weights(240, 3);
/** Rows of 20. */
const rowOf = (at: number): number => Math.floor(at / 20);

async function renamed(values: readonly number[], scalar: "float32" | "float16" = "float32"): Promise<DiffReport> {
  const old = artifact({ "conv.weight": array(scalar, W, [12, 20]) });
  return compare(old, artifact({ "onnx::Conv_7": array(scalar, values, [12, 20]) }));
}

describe("a layer into which a converter folded another one", () => {
  it("is the old one times a constant for each place along an axis", async () => {
    const factor = (row: number): number => Math.fround(0.9 + row / 50);
    const report = await renamed(W.map((w, at) => Math.fround(w) * factor(rowOf(at))));
    expect(report.entries).toMatchObject([
      { verdict: "scaled", oldPath: "conv.weight", detail: { axis: "0", factor: "0.9..1.12", by: "values" } },
    ]);
    const columns = await renamed(W.map((w, at) => Math.fround(w) * factor(at % 20)));
    expect(columns.entries).toMatchObject([{ verdict: "scaled", detail: { axis: "1", factor: "0.9..1.28" } }]);
  });

  it("is not what was trained on, by much or by the last digit", async () => {
    const tuned = await renamed(W.map((w, at) => w * 1.05 + (at === 200 ? 0.01 : 0)));
    expect(tuned.summary).toEqual({ changed: 1 });
    const little = await renamed(
      W.map((w, at) => w * (1 + ((at % 3) - 1) * 1.2e-3)),
      "float16",
    );
    expect(little.summary["scaled"]).toBeUndefined();
  });
});
