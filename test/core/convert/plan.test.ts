import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { memberName } from "../../../src/core/convert/names.ts";
import type { TargetId } from "../../../src/core/convert/plan.ts";
import { planConversion } from "../../../src/core/convert/plan-conversion.ts";
import { routeOf } from "../../../src/core/convert/routes.ts";
import { SCALARS, scalarDType, type ScalarName } from "../../../src/core/model/dtype.ts";
import { dtypeFromName } from "../../../src/core/model/numpy-dtype.ts";
import { english } from "../../../src/core/model/sentence.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import type { Value } from "../../../src/core/model/value.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, objectOf, tensorOf } from "../../support/artifacts.ts";

const host = nodeHost();
const work = quietWork();

function tensor(name: string, shape: readonly number[], more: Partial<TensorRef> = {}): TensorRef {
  const dtype = dtypeFromName(name);
  const count = shape.reduce((product, dim) => product * dim, 1);
  return tensorOf(dtype, shape, new Uint8Array(count * dtype.itemSize), more);
}

async function plan(root: Value, target: TargetId): Promise<{ notes: string[]; losses: string[]; parameters: number }> {
  const { notes, losses, parameters } = await planConversion(await artifactOf(root), target, host, work);
  return { notes: notes.map(english), losses: losses.map(({ kind, message }) => `${kind}: ${message}`), parameters };
}

describe("a plan", () => {
  const ordinary = objectOf(
    "sklearn.linear_model._base",
    "LinearRegression",
    dictOf({
      coef_: arrayNode(tensor("float64", [3])),
      feature_names_in_: arrayNode(tensor("<U4", [3])),
      fit_intercept: true,
    }),
  );

  it("of an ordinary model loses nothing anywhere", async () => {
    for (const target of ["model", "safetensors", "npz", "json"] as const)
      expect((await plan(ordinary, target)).losses).toEqual([]);
    expect(await plan(ordinary, "model")).toEqual({ notes: [], losses: [], parameters: 1 });
    expect((await plan(ordinary, "safetensors")).notes).toEqual([
      "Classes, hyper-parameters and other values are kept as JSON text in the file; other readers of safetensors see its tensors only.",
      "1 arrays (text) have no type in safetensors; they are kept as bytes that only Model Loupe reads back.",
    ]);
  });

  it("of nothing but named tensors has nothing to say", async () => {
    const artifact = await artifactOf(dictOf({ "layer.0.weight": arrayNode(tensor("float32", [2, 2])) }), {
      format: "safetensors",
      namedTensors: true,
    });
    expect(await planConversion(artifact, "npz", host, work)).toMatchObject({ notes: [], losses: [], parameters: 1 });
  });

  it("names what other readers will see changed, with its address", async () => {
    const { losses } = await plan(
      dictOf({ w: arrayNode(tensor("bfloat16", [4])), ok: arrayNode(tensor("float16", [4])) }),
      "npz",
    );
    expect(losses).toEqual([
      "changed: w is bfloat16, which numpy has no type for: npz holds it as float32, every value exactly.",
    ]);
  });

  it("names what the source does not hold", async () => {
    const cut: TensorRef = { ...tensor("float64", [4]), data: fromBytes(float64Bytes(1, 2, 3)) };
    const root = dictOf({ w: arrayNode(cut), lost: { kind: "unread", why: "a reason", offset: 0 } });
    for (const target of ["model", "safetensors", "npz", "json"] as const)
      expect((await plan(root, target)).losses).toEqual([
        "lost: w is cut short in the source and is not carried.",
        "lost: 1 values were not read from the source; only that they were there is carried.",
      ]);
    const incomplete = await artifactOf(dictOf({ n: 1.5 }), { complete: false });
    expect((await planConversion(incomplete, "model", host, work)).losses[0]?.message).toBe(
      "The source was not read to its end; what was not read is not carried.",
    );
  });

  it("says that a graph has no room, and what goes with it", async () => {
    const texts: Value = {
      kind: "list",
      type: "list",
      items: Array.from({ length: 34 }, (_, n) => String(n % 10).repeat(1024 * 1024)),
    };
    const { losses } = await plan(
      dictOf({ w: arrayNode(tensor("float64", [2])), q: arrayNode(tensor("complex128", [2])), texts }),
      "safetensors",
    );
    expect(losses).toEqual([
      "lost: The object graph takes over 32 MiB as text, which safetensors has no room for: classes, hyper-parameters and everything else that is no tensor are left out.",
      "lost: q is complex128, which safetensors has no type for.",
    ]);
  });

  it("notes how values are laid out anew", async () => {
    const { notes } = await plan(
      dictOf({
        a: arrayNode(tensor(">f8", [2])),
        b: arrayNode(tensor("float32", [2, 2], { order: "F" })),
        "a%b": arrayNode(tensor("int8", [1])),
      }),
      "safetensors",
    );
    expect(notes.slice(-3)).toEqual([
      "1 big-endian tensors are written little-endian; values are the same.",
      "1 tensors in Fortran order are written in C order; values are the same.",
      '1 names that safetensors cannot hold are written with % escapes: ["a%b"] as ["a%25b"].',
    ]);
  });
});

describe("routes", () => {
  it("know every element type for every target", () => {
    for (const name of Object.keys(SCALARS) as ScalarName[])
      for (const target of ["model", "safetensors", "npz", "json"] as const)
        expect(["native", "widened", "text", "bytes"]).toContain(
          routeOf({ dtype: scalarDType(name), shape: [8] }, target),
        );
  });

  it("keep packed elements that do not fill a byte out of safetensors", () => {
    const dtype = scalarDType("float4_e2m1fn");
    expect(routeOf({ dtype, shape: [4] }, "safetensors")).toBe("native");
    expect(routeOf({ dtype, shape: [3] }, "safetensors")).toBe("bytes");
  });
});

describe("names", () => {
  it.each([
    ["layer1.0.weight", "layer1.0.weight", "layer1.0.weight"],
    ["encoder/dense/kernel:0", "encoder/dense/kernel:0", "encoder/dense/kernel:0"],
    ["100%", "100%25", "100%25"],
    ["__metadata__", "%5F_metadata__", "__metadata__"],
    ["../../etc/passwd", "../../etc/passwd", "..%2F..%2Fetc%2Fpasswd"],
    ["/root", "/root", "%2Froot"],
    ["a//b", "a//b", "a%2F%2Fb"],
    ["..", "..", ".."],
    ["a\\b", "a\\b", "a%5Cb"],
    ["a\u0000b", "a\u0000b", "a%00b"],
    ["a\ud800", "a%ED%A0%80", "a%ED%A0%80"],
    ["", "", "%"],
    ["model_loupe.json", "model_loupe.json", "%6Dodel_loupe.json"],
  ])("%j is %j in safetensors and %j in npz", (key, safetensors, npz) => {
    expect(memberName(key, "safetensors")).toBe(safetensors);
    expect(memberName(key, "npz")).toBe(npz);
    expect(memberName(key, "json")).toBe(key);
  });
});
