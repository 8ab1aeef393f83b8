import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { decodeBlock } from "../../../../src/core/model/decode.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { hexAt, metadataAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";

const folder = path.resolve(import.meta.dirname, "../../../fixtures/openvino");
const file = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(folder, name)));
const xml = file("types.xml");
const bin = file("types.bin");
const beside = new Map([["types.bin", bin]]);
const expected = JSON.parse(readFileSync(path.join(folder, "expected.json"), "utf8")) as Readonly<
  Record<string, { readonly shape: readonly number[]; readonly bytes?: string; readonly values?: readonly string[] }>
>;
const utf8 = new TextEncoder();

async function numbersAt(artifact: Artifact, at: string): Promise<number[]> {
  const tensor = tensorAt(artifact, at);
  const count = elementCount(tensor.shape);
  const out = new Float64Array(count);
  decodeBlock(tensor.dtype, await readElements(tensor, 0, count), count, out);
  return [...out];
}

/** A network of these layers, and 64 bytes beside it. */
const net = (layers: string, version = "11"): Promise<Artifact> =>
  openBytes(
    utf8.encode(`<?xml version="1.0"?><net name="n" version="${version}"><layers>${layers}</layers><edges/></net>`),
    "m.xml",
    new Map([["m.bin", Uint8Array.from({ length: 64 }, (_, i) => i)]]),
  );
const constant = (name: string, data: string): string =>
  `<layer id="0" name="${name}" type="Const" version="opset1"><data ${data}/><output><port id="0" precision="U8"><dim>2</dim></port></output></layer>`;

describe("a network of OpenVINO", () => {
  const kinds = Object.entries(expected);
  const asBytes = kinds.filter(([, { bytes }]) => bytes !== undefined);
  const asNumbers = kinds.filter(([, { values }]) => values !== undefined);

  it.each(asBytes)("has constants of %s with the bytes that OpenVINO has", async (name, { bytes, shape }) => {
    const artifact = await openBytes(xml, "types.xml", beside);
    expect(tensorAt(artifact, `const_${name}`).shape).toEqual(shape);
    expect(await hexAt(artifact, `const_${name}`)).toBe(bytes);
  });

  it.each(asNumbers)("has constants of %s as the numbers that OpenVINO reads", async (name, { values, shape }) => {
    const artifact = await openBytes(xml, "types.xml", beside);
    expect(tensorAt(artifact, `const_${name}`).shape).toEqual(shape);
    expect(await numbersAt(artifact, `const_${name}`)).toEqual(
      values?.map((hex) => Buffer.from(hex, "hex").readDoubleLE()),
    );
  });

  it("is whole with its texts, layers, ports, edges and settings", async () => {
    const artifact = await openBytes(xml, "types.xml", beside);
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["openvino", true, []]);
    const values = new Map(artifact.values.map((each) => [each.path, each.value]));
    expect(values.get("words")).toMatchObject({ items: ["one", "", "drei"] });
    expect(artifact.facts.find(({ label }) => label === "Input")?.value).toBe("x: f32 [?, 3]");
    expect(artifact.schema.outputs?.slice(0, 2)).toEqual(["out_product", "out_f64"]);
    expect(metadataAt(artifact, "rt_info")).toMatchObject({ keys: ["conversion_parameters", "model_info"] });
    expect(metadataAt(artifact, "edges")).toMatchObject({ keys: ["edge"] });
    expect(await numbersAt(artifact, "weight")).toEqual([0, 0.125, 0.25, 0.375, 0.5, 0.625]);
  });

  it("without its .bin has everything but values, and says so", async () => {
    const artifact = await openBytes(xml, "types.xml");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
    expect(artifact.findings[0]?.message).toContain("types.bin");
    expect(artifact.parameters).toEqual([]);
  });

  it("is asked for where its .bin is opened alone", async () => {
    await expect(openBytes(bin, "types.bin", new Map([["types.xml", xml]]))).rejects.toThrow(/open types\.xml/);
    await expect(openBytes(new Uint8Array(4), "types.bin", new Map([["types.xml", xml]]))).rejects.toThrow(
      /open types\.xml/,
    );
  });

  it("of before version 10 has blobs by layer, flat", async () => {
    const artifact = await net(
      `<layer id="0" name="fc" type="FullyConnected" precision="FP32"><output><port id="0"><dim>1</dim></port></output><weights offset="0" size="16"/><biases offset="16" size="4"/></layer>` +
        `<layer id="1" name="conv" type="Convolution"><blobs><weights offset="32" size="4" precision="FP16"/></blobs></layer>`,
      "6",
    );
    expect(artifact.complete).toBe(true);
    expect(artifact.parameters.map(({ path: at, tensor }) => [at, tensor.dtype.name, tensor.shape])).toEqual([
      ["fc.weights", "float32", [4]],
      ["fc.biases", "float32", [1]],
      ["conv.weights", "float16", [2]],
    ]);
    expect(await hexAt(artifact, "conv.weights")).toBe("20212223");
  });

  it("has the constants of a loop's body and of branches under their names", async () => {
    const inner = constant("k", `element_type="u8" shape="2" offset="0" size="2"`);
    const body = (tag: string): string => `<${tag}><layers>${inner}</layers><edges/></${tag}>`;
    const artifact = await net(
      `<layer id="0" name="loop" type="TensorIterator">${body("body")}</layer><layer id="1" name="if" type="If">${body("then_body")}${body("else_body")}</layer>`,
    );
    expect(artifact.parameters.map((each) => each.path).toSorted()).toEqual([
      "if/else_body/k",
      "if/then_body/k",
      "loop/k",
    ]);
  });

  it("has scalars, and constants whose type only their port tells, and names that come twice", async () => {
    const artifact = await net(
      constant("a", `element_type="f32" shape="" offset="4" size="4"`) +
        constant("a", `offset="8" size="2"`) +
        constant("e", `element_type="f32" shape="0" offset="8" size="0"`),
    );
    expect(artifact.complete).toBe(true);
    expect(artifact.parameters.map(({ path: at, tensor }) => [at, tensor.shape])).toEqual([
      ["a", []],
      ["a#2", [2]],
      ["e", [0]],
    ]);
    expect(await hexAt(artifact, "a#2")).toBe("0809");
  });
});

describe("a damaged network of OpenVINO", () => {
  it.each<[string, string]>([
    ["bytes behind the end of the .bin", `element_type="u8" shape="8" offset="60" size="8"`],
    ["an offset far behind it", `element_type="u8" shape="8" offset="99999999999999" size="8"`],
    ["fewer bytes than its shape", `element_type="f32" shape="4,4" offset="0" size="60"`],
    ["a shape that cannot be counted", `element_type="u8" shape="999999999,999999999" offset="0" size="8"`],
    ["a size that is none", `element_type="u8" shape="8" offset="0" size="-8"`],
    ["a shape that is none", `element_type="u8" shape="8,x" offset="0" size="8"`],
    ["a type that is not known", `element_type="u5" shape="8" offset="0" size="5"`],
    ["a group of three bits that is cut", `element_type="u3" shape="9" offset="0" size="4"`],
    ["texts that are none", `element_type="string" shape="2" offset="0" size="20"`],
    ["a wrong number of texts", `element_type="string" shape="4000000000" offset="0" size="20"`],
  ])("a constant with %s is unread, and the others are shown", async (_, data) => {
    const good = constant("good", `element_type="u8" shape="2" offset="0" size="2"`);
    const artifact = await net(constant("bad", data) + good);
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.some((each) => each.path === "bad" && each.severity === "error")).toBe(true);
    expect(await hexAt(artifact, "good")).toBe("0001");
  });

  it("shows what stands before the end, cut at every 7th byte", async () => {
    const whole = xml.subarray(0, 4200);
    const kinds = await cutsOf(whole, (bytes) => openBytes(bytes, "types.xml", beside));
    expect(kinds.toSorted()).toEqual(["partial", "refused"]);
    const cutBin = await cutsOf(bin, (bytes) => openBytes(xml, "types.xml", new Map([["types.bin", bytes]])));
    expect(cutBin).toEqual(["partial"]);
  });

  it("opens, or says why not", async () => {
    const damaged = mutator([xml, xml.subarray(0, 2000)], 61, [0x3c, 0x3e, 0x22, 0x2f, 0x2c, 0x39, 0x2d]);
    for (let i = 0; i < fuzzCount(200); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(openBytes(damaged.next(), "types.xml", beside)));
  });
});
