import { describe, expect, it } from "vitest";
import { english } from "../../../src/core/model/sentence.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { array, weights } from "./arrays.ts";
import { artifact, compare, judgement } from "./comparisons.ts";

const W = weights(400);
const FULL = array("float64", W);

async function said(old: TensorRef, next: TensorRef): Promise<readonly unknown[]> {
  const report = await compare(artifact({ w: old }), artifact({ w: next }));
  const [entry] = report.entries;
  return [entry?.verdict, entry?.detail?.["refined"], judgement(report)];
}

describe("a new side with the digits that the old one lost", () => {
  it("is told by the type that the old one was rounded to", async () => {
    for (const old of [array("float32", W), array("float64", W.map(Math.fround))])
      expect(await said(old, FULL)).toEqual([
        "changed",
        "float32",
        "Only precision: the old value of w is the new one rounded to float32.",
      ]);
  });

  it("is told by the digits or decimals that the old one was printed with", async () => {
    const digits = array(
      "float64",
      W.map((w) => Number(w.toPrecision(6))),
    );
    expect(await said(digits, FULL)).toEqual([
      "changed",
      "printed",
      "Only precision: the old value of w is the new one printed with 6 significant digits.",
    ]);
    const decimals = array(
      "float64",
      W.map((w) => Number(w.toFixed(3))),
    );
    expect(await said(decimals, FULL)).toEqual([
      "changed",
      "printed",
      "Only precision: the old value of w is the new one with fewer digits.",
    ]);
  });

  it("is told by the steps that the old one was quantised in", async () => {
    const stored = array(
      "int8",
      W.map((w) => Math.max(-127, Math.min(127, Math.round(w / 0.05))) + 0),
    );
    expect(await said(stored, FULL)).toEqual([
      "changed",
      "quantised",
      "Only precision: the old value of w is the new one quantised.",
    ]);
  });

  it("is not claimed of values that were trained on", async () => {
    const trained = array(
      "float64",
      W.map((w) => w * 1.01 + 0.001),
    );
    expect(await said(trained, FULL)).toEqual(["changed", undefined, expect.stringContaining("Retrained: w changed")]);
    const rounded = array("float32", [...W.slice(0, -1), 7]);
    expect(await said(rounded, FULL)).toEqual(["changed", undefined, expect.stringContaining("Retrained")]);
  });

  it("is not claimed of one value among many, which could as well have been rounded", async () => {
    const halves = W.map((w) => Math.round(w * 64) / 64);
    const old = array("float32", halves);
    const one = array("float32", [...halves.slice(0, -1), (halves.at(-1) ?? 0) + 1e-6]);
    expect(await said(old, one)).toEqual(["changed", undefined, expect.stringContaining("Not retrained: w[399]")]);
  });

  it("is told of several at once, however each lost them", async () => {
    const old = { a: array("float32", W), b: array("float32", weights(60, 2)) };
    const next = { a: FULL, b: array("float64", weights(60, 2)) };
    expect(judgement(await compare(artifact(old), artifact(next)))).toBe(
      "Only precision: each of the 2 parameters has more digits; rounded to float32 it is the old one.",
    );
    const other = { ...old, b: array("float16", weights(60, 2)) };
    expect(judgement(await compare(artifact(other), artifact(next)))).toBe(
      "Only precision: each of the 2 parameters has more digits; the old ones are these with fewer.",
    );
  });
});

describe("rows as columns, in a narrower type", () => {
  it("lists the element that each came from", async () => {
    const values = weights(12, 4);
    const turned = array(
      "float16",
      Array.from({ length: 12 }, (_, at) => values[(at % 3) * 4 + Math.floor(at / 3)] ?? 0),
      [4, 3],
    );
    const report = await compare(
      artifact({ "layer.weight": array("float32", values, [3, 4]) }),
      artifact({ "layer.weight": turned }),
    );
    const [entry] = report.entries;
    expect(entry).toMatchObject({ verdict: "rounded", detail: { transposed: "true", dtype: "float16" } });
    expect(entry?.top.length).toBeGreaterThan(5);
    for (const { position, old, new: now } of entry?.top ?? []) {
      const [row = 0, column = 0] = position;
      expect(Math.fround(Number(old))).toBe(Math.fround(values[column * 4 + row] ?? Number.NaN));
      expect(Math.abs(Number(now) - Number(old))).toBeLessThan(2e-3);
    }
  });
});

describe("values that one side holds in another way", () => {
  const onnx = { format: "onnx" } as const;
  const scale = [2, 4, 8];

  it("are compared through what they stand for", async () => {
    for (const type of ["float64", "int32"] as const) {
      const report = await compare(
        artifact({ scale_: array(type, scale) }),
        artifact(
          {
            "Scaler.scale": array(
              "float32",
              scale.map((each) => 1 / each),
            ),
          },
          onnx,
        ),
      );
      expect(report.entries).toMatchObject([
        { path: "Scaler.scale", oldPath: "scale_", verdict: "recast-lossless", detail: { derivation: "reciprocal" } },
      ]);
    }
  });

  it("are not compared as they lie where that cannot be made, and it is said why", async () => {
    const report = await compare(
      artifact({ scale_: array("int64", scale), other: FULL }),
      artifact(
        {
          "Scaler.scale": array(
            "float32",
            scale.map((each) => 1 / each),
          ),
          other: FULL,
        },
        onnx,
      ),
    );
    const [entry] = report.entries;
    expect(entry).toMatchObject({ path: "Scaler.scale", oldPath: "scale_", verdict: "unread" });
    expect(entry && english(entry.because)).toBe(
      "not compared: what Scaler.scale holds would have to be made of the other, and values of type int64 cannot be turned into it exactly",
    );
    expect(report.complete).toBe(false);
    expect(judgement(report)).toContain("Not everything could be read");
  });
});

describe("names that a file tells of arrays under other addresses", () => {
  const [A, B] = [array("float32", weights(6, 1)), array("float32", weights(6, 2))];
  const [C, D] = [array("float32", weights(6, 3)), array("float32", weights(6, 4))];
  const told = (called: Readonly<Record<string, string>>) => ({ told: { called: new Map(Object.entries(called)) } });

  it("pair them, whatever the values are", async () => {
    const numbered = artifact({ "0": A, "1": B }, told({ "0": "net/out/kernel", "1": "net/hidden/kernel" }));
    const named = artifact({ "hidden.kernel": C, "out.kernel": D }, { format: "keras" });
    const report = await compare(numbered, named);
    expect(report.entries.map(({ path, oldPath, detail }) => [path, oldPath, detail?.["by"]])).toEqual([
      ["hidden.kernel", "1", "called"],
      ["out.kernel", "0", "called"],
    ]);
    expect(english(report.entries[0]?.paired ?? { template: "", args: {} })).toBe(
      "The file calls 1 net/hidden/kernel.",
    );
    const back = await compare(named, numbered);
    expect(back.entries.map(({ path, oldPath }) => [path, oldPath])).toEqual([
      ["0", "out.kernel"],
      ["1", "hidden.kernel"],
    ]);
  });

  it("come before addresses where both sides tell them: numbers move when something comes between", async () => {
    const old = artifact({ "0": A, "1": B }, told({ "0": "first", "1": "last" }));
    const next = artifact({ "0": A, "1": C, "2": B }, told({ "0": "first", "1": "middle", "2": "last" }));
    const report = await compare(old, next);
    expect(report.entries.map(({ path, oldPath, verdict }) => [path, oldPath, verdict])).toEqual([
      ["0", undefined, "identical"],
      ["1", undefined, "added"],
      ["2", "1", "renamed"],
    ]);
  });
});
