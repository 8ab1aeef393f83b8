import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { decodeBlock } from "../../../../src/core/model/decode.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { hexAt, openBytes, tensorAt } from "../../../support/fixture-reading.ts";

const folder = path.resolve(import.meta.dirname, "../../../fixtures/opencv");
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(folder, `${name}.xml`)));
const fixture = (name: string): Promise<Artifact> => openBytes(bytesOf(name), `${name}.xml`);
const utf8 = new TextEncoder();
const open = (nodes: string): Promise<Artifact> =>
  openBytes(utf8.encode(`<?xml version="1.0"?>\n<opencv_storage>${nodes}</opencv_storage>`), "m.xml");

interface Matrix {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: string;
}
const expected = JSON.parse(readFileSync(path.join(folder, "expected.json"), "utf8")) as {
  readonly matrices: Readonly<Record<string, Matrix>>;
  readonly base64: Readonly<Record<string, Matrix>>;
  readonly svm: Matrix;
  readonly mlp: Matrix;
};

async function numbersAt(artifact: Artifact, at: string): Promise<number[]> {
  const tensor = tensorAt(artifact, at);
  const count = elementCount(tensor.shape);
  const out = new Float64Array(count);
  decodeBlock(tensor.dtype, await readElements(tensor, 0, count), count, out);
  return [...out];
}
/** One by one. Which of the NaNs it is, text does not tell: OpenCV makes one of all ones. */
const elements = (hex: string, width: number): string[] =>
  (hex.match(new RegExp(`.{${width}}`, "g")) ?? []).map((each) =>
    ["ffffffff", "ffffffffffffffff", "0000c07f", "000000000000f87f"].includes(each) && width > 4 ? "nan" : each,
  );
const valueAt = ({ values }: Artifact, at: string): unknown => values.find((each) => each.path === at)?.value;

describe("OpenCV's storage", () => {
  const cases = (["matrices", "base64"] as const).flatMap((file) =>
    Object.entries(expected[file]).map(([key, matrix]) => [file, key, matrix] as const),
  );

  it.each(cases)("in %s.xml has %s as OpenCV reads it", async (file, key, { dtype, shape, bytes }) => {
    const artifact = await fixture(file);
    expect([artifact.format, artifact.complete]).toEqual(["opencv", true]);
    const tensor = tensorAt(artifact, key);
    expect([tensor.dtype.name, tensor.shape]).toEqual([dtype, shape]);
    const width = 2 * tensor.dtype.itemSize;
    expect(elements(await hexAt(artifact, key), width)).toEqual(elements(bytes, width));
  });

  it("has texts without their quotes, and single numbers", async () => {
    const artifact = await fixture("matrices");
    expect([valueAt(artifact, "text"), valueAt(artifact, "word"), valueAt(artifact, "whole")]).toEqual([
      'a <b> & "c"',
      "BOOST",
      3n,
    ]);
    expect(await numbersAt(artifact, "real")).toEqual([0.5]);
  });

  it("has support vectors and weights of its models", async () => {
    const svm = await fixture("svm");
    expect(svm.framework).toMatchObject({ name: "opencv", className: "opencv_ml_svm" });
    expect(tensorAt(svm, "opencv_ml_svm.support_vectors").shape).toEqual(expected.svm.shape);
    const floats = await numbersAt(svm, "opencv_ml_svm.support_vectors");
    expect(Buffer.from(Float32Array.from(floats).buffer).toString("hex")).toBe(expected.svm.bytes);
    const mlp = await fixture("mlp");
    const weights = await numbersAt(mlp, "opencv_ml_ann_mlp.weights[0]");
    expect(Buffer.from(Float64Array.from(weights).buffer).toString("hex")).toBe(expected.mlp.bytes);
  });

  it.each(["rtrees", "boost"])("has the trees of %s", async (name) => {
    const artifact = await fixture(name);
    expect(artifact.complete).toBe(true);
    expect(artifact.parameters.some((each) => each.path.endsWith("trees[2].nodes[0].value"))).toBe(true);
  });

  it("shows rows of numbers as a matrix, items with the same parts as columns, others as lists", async () => {
    const artifact = await open(
      `<a><_>1 2</_><_>3 4.5</_></a><b><_><x>1 2</x><y>3</y></_><_><x>4 5</x><y>6</y></_></b><c><_>1 2</_><_>3</_></c><d>"x y" "z"</d>`,
    );
    expect([tensorAt(artifact, "a").shape, await numbersAt(artifact, "a")]).toEqual([
      [2, 2],
      [1, 2, 3, 4.5],
    ]);
    expect([tensorAt(artifact, "b.x").shape, tensorAt(artifact, "b.y").dtype.name]).toEqual([[2, 2], "int64"]);
    expect(await numbersAt(artifact, "c[0]")).toEqual([1, 2]);
    expect(valueAt(artifact, "d")).toMatchObject({ items: ["x y", "z"] });
    expect(artifact.complete).toBe(true);
  });

  it.each<[string, string]>([
    ["fewer numbers than its size", "<rows>2</rows><cols>2</cols><dt>f</dt><data>1. 2. 3.</data>"],
    ["a number beyond its type", "<rows>1</rows><cols>1</cols><dt>u</dt><data>256</data>"],
    ["a size that is none", "<rows>-1</rows><cols>1</cols><dt>u</dt><data>1</data>"],
    ["more elements than can be counted", "<rows>999999999999</rows><cols>999999999999</cols><dt>u</dt><data>1</data>"],
    ["records of several types", "<rows>1</rows><cols>1</cols><dt>2if</dt><data>1 2 3.</data>"],
    ["words for numbers", "<rows>1</rows><cols>1</cols><dt>f</dt><data>one</data>"],
    ["base64 that is short", `<rows>1</rows><cols>1</cols><dt>f</dt><data type_id="binary">AAAA</data>`],
    ["base64 that is none", `<rows>1</rows><cols>1</cols><dt>f</dt><data type_id="binary">A*==</data>`],
  ])("shows the parts of a matrix with %s, and says so", async (_, parts) => {
    const artifact = await open(`<bad type_id="opencv-matrix">${parts}</bad><good>7</good>`);
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.some((each) => each.path === "bad")).toBe(true);
    expect([valueAt(artifact, "bad.type_id"), valueAt(artifact, "good")]).toEqual(["opencv-matrix", 7n]);
  });

  it("cut at every 7th byte shows what stands before", async () => {
    const kinds = await cutsOf(bytesOf("matrices"), (bytes) => openBytes(bytes, "m.xml"));
    expect(kinds.toSorted()).toEqual(["partial", "refused"]);
  });

  it("damaged opens, or says why not", async () => {
    const files = ["matrices", "base64", "svm", "rtrees"].map(bytesOf);
    const damaged = mutator(files, 67, [0x3c, 0x3e, 0x22, 0x2f, 0x39, 0x2d, 0x5f]);
    for (let i = 0; i < fuzzCount(200); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(openBytes(damaged.next(), "m.xml")));
  });
});
