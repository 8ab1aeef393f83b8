import { describe, expect, it } from "vitest";
import { comparePair } from "../../../src/core/diff/compare.ts";
import type { Tolerance } from "../../../src/core/diff/explanations/explanation.ts";
import type { DiffEntry, Verdict } from "../../../src/core/diff/report.ts";
import { createScratch } from "../../../src/core/diff/scratch.ts";
import type { AxisLabels } from "../../../src/core/model/artifact.ts";
import type { ScalarName } from "../../../src/core/model/dtype.ts";
import { formatElement } from "../../../src/core/model/decode.ts";
import { english } from "../../../src/core/model/sentence.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { quietWork } from "../../../src/core/work.ts";
import { array, parameter, weights } from "./arrays.ts";

const scratch = createScratch();

async function compare(old: TensorRef, next: TensorRef, options: Options = {}): Promise<DiffEntry> {
  const pair = { old: parameter("w", old, options.oldAxes), next: parameter("w", next, options.newAxes) };
  const context = {
    scratch,
    work: quietWork(),
    tolerance: options.tolerance,
    top: 3,
    isSameFile: false,
    decided: new WeakMap(),
  };
  return (await comparePair(pair, context)).entry;
}

interface Options {
  readonly tolerance?: Tolerance;
  readonly oldAxes?: readonly (AxisLabels | undefined)[];
  readonly newAxes?: readonly (AxisLabels | undefined)[];
}

const W = weights(64);
const F64 = array("float64", W);
const F32 = array("float32", W);

/** The values of a tensor read as another type and back: the encoder rounds decimal text once, exactly. */
async function cast(tensor: TensorRef, scalar: ScalarName): Promise<TensorRef> {
  const bytes = await tensor.data.read(0, tensor.data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { dtype } = tensor;
  const texts = W.map((_, index) => exactText(formatElement(dtype, view, index * dtype.itemSize), tensor));
  return array(scalar, texts.slice(0, tensor.data.size / dtype.itemSize), tensor.shape);
}

/** Shortest text of a narrow type is not its value: the float64 of it is. */
function exactText(text: string, { dtype }: TensorRef): string {
  return dtype.scalar === "float32" ? String(Math.fround(Number(text))) : text;
}

const printed = (digits: number) => (value: number) => Number(value.toPrecision(digits));
const cutTo = (decimals: number) => (value: number) => Math.trunc(value * 10 ** decimals) / 10 ** decimals;

describe("what explains a difference", () => {
  it.each<[string, TensorRef, TensorRef | Promise<TensorRef>, Verdict, Record<string, string>]>([
    ["nothing differs", F64, array("float64", W), "identical", {}],
    ["a wider type", F32, cast(F32, "float64"), "recast-lossless", { from: "float32", to: "float64" }],
    ["integers as floats", array("int64", [1, 2, 3]), array("float64", [1, 2, 3]), "recast-lossless", {}],
    ["float32", F64, array("float32", W), "rounded", { dtype: "float32", mode: "nearest" }],
    ["float16", F64, array("float16", W), "rounded", { dtype: "float16", mode: "nearest" }],
    ["bfloat16", F64, array("bfloat16", W), "rounded", { dtype: "bfloat16", mode: "nearest" }],
    ["float32 to bfloat16", F32, cast(F32, "bfloat16"), "rounded", { dtype: "bfloat16", mode: "nearest" }],
    ["8-bit float", F64, array("float8_e4m3fn", W), "rounded", { dtype: "float8_e4m3fn" }],
    [
      "float32 and back",
      F64,
      cast(array("float32", W), "float64"),
      "rounded",
      { dtype: "float32", mode: "nearest", stored: "float64" },
    ],
    ["6 digits", F64, array("float64", W.map(printed(6))), "decimal-truncated", { digits: "6", mode: "rounded" }],
    ["9 digits", F64, array("float64", W.map(printed(9))), "decimal-truncated", { digits: "9" }],
    ["16 digits", F64, array("float64", W.map(printed(16))), "decimal-truncated", { digits: "16" }],
    ["17 digits", F64, array("float64", W.map(printed(17))), "identical", {}],
    [
      "3 decimals",
      F64,
      array(
        "float64",
        W.map((w) => Number(w.toFixed(3))),
      ),
      "decimal-truncated",
      { decimals: "3" },
    ],
    ["cut digits", F64, array("float64", W.map(cutTo(4))), "decimal-truncated", { decimals: "4", mode: "truncated" }],
    [
      "4 digits of float32",
      F32,
      array(
        "float32",
        W.map((w) => printed(4)(Math.fround(w))),
      ),
      "decimal-truncated",
      { digits: "4" },
    ],
    [
      "whole numbers",
      array("float64", [1.25, 300.5, -17.75, 8.1]),
      array("int64", [1, 300, -17, 8]),
      "decimal-truncated",
      { decimals: "0", mode: "truncated" },
    ],
    [
      "times 2.5",
      F64,
      array(
        "float64",
        W.map((w) => w * 2.5),
      ),
      "scaled",
      { factor: "2.5" },
    ],
    [
      "times 0.3 in float32",
      F32,
      array(
        "float32",
        W.map((w) => Math.fround(w) * Math.fround(0.3)),
      ),
      "scaled",
      { factor: "0.3" },
    ],
    [
      "negated",
      F64,
      array(
        "float64",
        W.map((w) => -w),
      ),
      "scaled",
      { factor: "-1" },
    ],
    [
      "counts times 3",
      array("int32", [1000, 2001, 30005]),
      array("int32", [3000, 6003, 90015]),
      "scaled",
      { factor: "3" },
    ],
    [
      "trained on",
      F64,
      array(
        "float64",
        W.map((w, i) => w + 0.01 * Math.sin(i * i)),
      ),
      "changed",
      {},
    ],
    ["another training", F64, array("float64", weights(64, 7)), "changed", {}],
    ["rows as columns", array("float32", W, [8, 8 * 1]), array("float32", W, [64]), "reshaped", {}],
    ["a flattened matrix", array("float32", W, [4, 16]), array("float32", W, [16, 4]), "reshaped", {}],
  ])("%s", async (_, old, next, verdict, detail) => {
    const entry = await compare(old, await next);
    expect([entry.verdict, entry.detail ?? {}]).toMatchObject([verdict, detail]);
  });

  it("tells transposing from reshaping", async () => {
    const turned = Array.from({ length: 64 }, (_, at) => W[(at % 4) * 16 + Math.floor(at / 4)] ?? 0);
    const entry = await compare(array("float64", W, [4, 16]), array("float64", turned, [16, 4]));
    expect(entry).toMatchObject({ verdict: "reshaped", detail: { transposed: "true" } });
  });

  it("tells a change of shape without pretending to compare elements", async () => {
    const entry = await compare(array("float64", W, [64]), array("float64", W.slice(0, 60), [60]));
    expect(entry).toMatchObject({ verdict: "changed", tier: "shape", detail: { shape: "[64] → [60]" } });
    expect(entry.stats).toBeUndefined();
  });

  it("compares values across an axis of length one", async () => {
    const entry = await compare(array("float64", W, [1, 64]), array("float64", W.map(printed(5)), [64]));
    expect(entry).toMatchObject({ verdict: "decimal-truncated", detail: { digits: "5", shape: "[1, 64] → [64]" } });
  });

  it("finds the smallest number of digits", async () => {
    const old = array("float64", [0.1234567, 0.5, 0.25, 2.71649265]);
    const next = array("float64", [0.123, 0.5, 0.25, 2.72]);
    expect((await compare(old, next)).detail).toMatchObject({ digits: "3" });
  });

  it("rounds through float32 where a library did", async () => {
    // Just above the middle of two float16 values in float64, on the middle in float32: nearest even is below.
    const middle = 1 + 2 ** -11;
    const values = [middle + 2 ** -40, ...W.slice(0, 8)];
    const through = values.map((value) => (value === values[0] ? 1 : value));
    const entry = await compare(array("float64", values), array("float16", through));
    expect(entry).toMatchObject({ verdict: "rounded", detail: { dtype: "float16", mode: "through float32" } });
  });

  it("says when values went beyond the narrower range", async () => {
    const entry = await compare(array("float64", [1e6, 0.1, -1e9, 2.7]), array("float16", ["inf", 0.1, "-inf", 2.7]));
    expect(entry).toMatchObject({ verdict: "rounded", detail: { overflow: "2" }, stats: { overflow: 2 } });
  });

  it("keeps NaN and infinities that stayed", async () => {
    const old = array("float64", ["nan", "inf", "-inf", "-0.0", ...W]);
    const next = array("float32", ["nan", "inf", "-inf", "-0.0", ...W]);
    expect((await compare(old, next)).verdict).toBe("rounded");
    const lost = array("float32", [0, "inf", "-inf", "-0.0", ...W]);
    expect((await compare(old, lost)).verdict).toBe("changed");
  });

  it("explains a whole tensor or nothing: one element off and it changed", async () => {
    const almost = W.map(printed(6));
    almost[40] = (almost[40] ?? 0) + 1e-9;
    expect((await compare(F64, array("float64", almost))).verdict).toBe("changed");
    const half = await cast(array("float32", W), "float64");
    const bytes = (await half.data.read(0, half.data.size)).slice();
    bytes[8 * 63] = (bytes[8 * 63] ?? 0) ^ 1;
    expect(
      (await compare(F64, { ...half, data: { ...half.data, read: async (s, e) => bytes.subarray(s, e) } })).verdict,
    ).toBe("changed");
  });
});

describe("quantisation", () => {
  const matrix = weights(32 * 16, 3);
  const old = array("float32", matrix, [32, 16]);
  const singles = matrix.map(Math.fround);
  const most = Math.max(...singles.map(Math.abs));

  it("finds one scale for the tensor", async () => {
    const scale = most / 127;
    const next = array(
      "int8",
      singles.map((w) => Math.round(w / scale) + 0),
      [32, 16],
    );
    const entry = await compare(old, next);
    expect(entry).toMatchObject({ verdict: "quantised", detail: { zeroPoint: "0", stored: "int8" } });
    expect(Number(entry.detail?.["scale"])).toBeCloseTo(scale, 4);
  });

  it("finds a zero point", async () => {
    const [low, high] = [Math.min(...singles), Math.max(...singles)];
    const scale = (high - low) / 255;
    const zero = Math.round(-low / scale);
    const levels = singles.map((w) => Math.max(0, Math.min(255, Math.round(w / scale) + zero)));
    const entry = await compare(old, array("uint8", levels, [32, 16]));
    expect(entry.verdict).toBe("quantised");
    expect(Number(entry.detail?.["zeroPoint"])).toBe(zero);
  });

  it("finds one scale for each row", async () => {
    const levels = singles.map((w, at) => {
      const row = singles.slice(Math.floor(at / 16) * 16, Math.floor(at / 16) * 16 + 16);
      return Math.round(w / (Math.max(...row.map(Math.abs)) / 127)) + 0;
    });
    const entry = await compare(old, array("int8", levels, [32, 16]));
    expect(entry).toMatchObject({ verdict: "quantised", detail: { axis: "0" } });
  });

  it("finds the grid of floats that came back from 8 bits", async () => {
    const scale = Math.fround(most / 127);
    const next = array(
      "float32",
      singles.map((w) => Math.round(w / scale) * scale),
      [32, 16],
    );
    const entry = await compare(old, next);
    expect(entry.verdict).toBe("quantised");
    expect(Number(entry.detail?.["scale"])).toBeCloseTo(scale, 5);
  });

  it("does not take other small integers for it", async () => {
    const next = array(
      "int8",
      weights(512, 9).map((w) => Math.round(w * 20) + 0),
      [32, 16],
    );
    expect((await compare(old, next)).verdict).toBe("changed");
  });
});

describe("reordering", () => {
  const names = ["age", "income", "tenure", "late"];
  const features = (labels: readonly string[]): AxisLabels => ({ kind: "feature", labels });
  const row = weights(8, 5);
  const swap = (values: readonly number[]): number[] =>
    values.map((_, at) => values[Math.floor(at / 4) * 4 + ([0, 3, 2, 1][at % 4] ?? 0)] ?? 0);

  it("finds columns that changed places, and that their names went with them", async () => {
    const entry = await compare(array("float64", row, [2, 4]), array("float64", swap(row), [2, 4]), {
      oldAxes: [undefined, features(names)],
      newAxes: [undefined, features(["age", "late", "tenure", "income"])],
    });
    expect(entry).toMatchObject({
      verdict: "permuted",
      detail: { axis: "1", moved: "2", moves: "late: 3 → 1, income: 1 → 3", names: "moved alike" },
    });
  });

  it("says when the names stayed behind", async () => {
    const axes = { oldAxes: [undefined, features(names)], newAxes: [undefined, features(names)] };
    const entry = await compare(array("float64", row, [2, 4]), array("float64", swap(row), [2, 4]), axes);
    expect(entry).toMatchObject({ verdict: "permuted", detail: { names: "did not move" } });
    expect(english(entry.because)).toContain("names did not move");
  });

  it("says by name what differs, where names moved and values did not", async () => {
    const entry = await compare(array("float64", row, [2, 4]), array("float64", row, [2, 4]), {
      oldAxes: [undefined, features(names)],
      newAxes: [undefined, features(["age", "late", "tenure", "income"])],
    });
    expect(entry).toMatchObject({ verdict: "identical", detail: { byNameElements: "8", byNameChanged: "4" } });
  });

  it("compares what two feature sets share", async () => {
    const wider = [...row.slice(0, 4), 9.5, ...row.slice(4), 8.5];
    const entry = await compare(array("float64", row, [2, 4]), array("float64", wider, [2, 5]), {
      oldAxes: [undefined, features(names)],
      newAxes: [undefined, features([...names, "city"])],
    });
    expect(entry).toMatchObject({
      verdict: "changed",
      tier: "shape",
      detail: { byNameElements: "8", byNameChanged: "0", byNameMaxAbs: "0" },
    });
  });

  it("names an element by what it was and is", async () => {
    const entry = await compare(array("float64", row, [2, 4]), array("float64", weights(8, 6), [2, 4]), {
      oldAxes: [undefined, features(names)],
      newAxes: [undefined, features(["age", "late", "tenure", "income"])],
    });
    expect(entry.top.map(({ labels }) => labels[1]).every((each) => /^(age|tenure|.+ → .+)$/.test(each ?? ""))).toBe(
      true,
    );
  });

  it("finds rows of a vector of vectors, and elements of a vector", async () => {
    const rows = Array.from(
      { length: 16 },
      (_, at) => W[(at >> 2 === 0 ? 1 : at >> 2 === 1 ? 0 : at >> 2) * 4 + (at % 4)] ?? 0,
    );
    expect(await compare(array("float64", W.slice(0, 16), [4, 4]), array("float64", rows, [4, 4]))).toMatchObject({
      verdict: "permuted",
      detail: { axis: "0" },
    });
    const reversed = W.slice(0, 9).reverse();
    expect(await compare(array("float64", W.slice(0, 9)), array("float64", reversed))).toMatchObject({
      verdict: "permuted",
      detail: { moved: "8" },
    });
  });
});

describe("chance is not an explanation", () => {
  it.each<[string, TensorRef, TensorRef]>([
    ["one element has any factor", array("float64", [0.123456789]), array("float64", [0.7712345678])],
    ["so has one that repeats", array("float64", [0.25, 0.25, 0.25]), array("float64", [0.3, 0.3, 0.3])],
    [
      "everything zero is no scale",
      F64,
      array(
        "float64",
        W.map(() => 0),
      ),
    ],
    ["zero is no printing of anything", array("float64", [0.001, 0.002]), array("float64", [0, 0])],
    ["swapped flags say nothing", array("int32", [0, 1, 1]), array("int32", [1, 0, 1])],
    ["two round numbers", array("float64", [3.2]), array("float64", [3])],
    ["counts", array("int64", [120]), array("int64", [100])],
    ["from zeros", array("float32", [0, 0, 0, 0]), array("float32", [0.1, 0.2, 0.3, 0.4])],
  ])("%s", async (_, old, next) => {
    expect((await compare(old, next)).verdict).toBe("changed");
  });

  it("noise in the last digits is no factor", async () => {
    const next = array(
      "float64",
      W.map((w, at) => w * (1 + (at % 3) * 2 ** -52)),
    );
    expect((await compare(F64, next)).verdict).toBe("changed");
  });

  it("one long number is evidence enough for its digits", async () => {
    const entry = await compare(array("float64", [0.123456789]), array("float64", [0.123457]));
    expect(entry).toMatchObject({ verdict: "decimal-truncated", detail: { digits: "6" } });
  });
});

describe("tolerance", () => {
  const next = array(
    "float64",
    W.map((w, at) => w + 1e-6 * Math.cos(at * at)),
  );

  it("is the verdict when nothing stronger holds", async () => {
    expect((await compare(F64, next, { tolerance: { absolute: 2e-6, relative: 0 } })).verdict).toBe("within-tolerance");
    expect((await compare(F64, next, { tolerance: { absolute: 1e-9, relative: 0 } })).verdict).toBe("changed");
    expect((await compare(F64, F32, { tolerance: { absolute: 1, relative: 0 } })).verdict).toBe("rounded");
  });

  it("does not cover values that became infinite or NaN", async () => {
    const broken = array("float64", ["nan", ...W.slice(1)]);
    expect((await compare(F64, broken, { tolerance: { absolute: 1e9, relative: 1e9 } })).verdict).toBe("changed");
  });
});
