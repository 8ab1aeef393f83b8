import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { hexAt, metadataAt, openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";
import { classDescription, field, javaHead, object } from "../../../support/java-builder.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

// Built by hand from ND4J's Java; the corpus has files that Deeplearning4j wrote, old and new.

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const big = (width: 2 | 4 | 8, ...values: readonly number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(width * values.length));
  for (const [index, value] of values.entries())
    if (width === 2) view.setUint16(index * 2, value);
    else if (width === 4) view.setInt32(index * 4, value);
    else view.setBigInt64(index * 8, BigInt(value));
  return new Uint8Array(view.buffer);
};
const text = (value: string): Uint8Array => concat(big(2, value.length), utf8(value));
const buffer = (mode: string, type: string, count: number, data: Uint8Array): Uint8Array =>
  concat(text(mode), big(mode === "JAVACPP" ? 4 : 8, count), text(type), data);
const bits = Uint8Array.of(0x3f, 0x80, 0, 0, 0x80, 0, 0, 0);
const old = concat(buffer("JAVACPP", "INT", 8, big(4, 2, 1, 2, 1, 1, 0, 1, 99)), buffer("JAVACPP", "FLOAT", 2, bits));
const recent = concat(
  buffer("MIXED_DATA_TYPES", "LONG", 8, big(8, 2, 2, 1, 1, 2, 0, 1, 102)),
  buffer("MIXED_DATA_TYPES", "FLOAT", 2, bits),
);
const zip = (array: Uint8Array, ...more: readonly (readonly [string, Uint8Array])[]) =>
  forgeZip(
    ([["configuration.json", utf8('{"backprop": true}')], ["coefficients.bin", array], ...more] as const).map(
      ([name, content]) => ({ name, content }),
    ),
  );
const open = (bytes: Uint8Array) => openBytes(bytes, "model.zip");

describe("a model of Deeplearning4j", () => {
  it.each<[string, Uint8Array, number[], string]>([
    ["old", old, [1, 2], "C"],
    ["new", recent, [2, 1], "F"],
  ])("in the %s form has its parameters, big-endian as they are", async (_name, array, shape, order) => {
    const artifact = await open(zip(array, ["updaterState.bin", array]));
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["dl4j", true, []]);
    const tensor = tensorAt(artifact, "coefficients");
    expect([tensor.dtype.name, tensor.shape, tensor.order]).toEqual([">f4", shape, order]);
    expect(await hexAt(artifact, "updaterState")).toBe("3f80000080000000");
    expect(metadataAt(artifact, "configuration")).toMatchObject({ keys: ["backprop"], values: [true] });
  });

  it("says what it does not read", async () => {
    const artifact = await open(zip(old, ["normalizer.bin", Uint8Array.of(1)], ["noParams.marker", new Uint8Array(0)]));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
    expect(artifact.findings[0]?.message).toContain("normalizer.bin is shown as bytes");
  });

  it("reads a Java object within, and names a class of attacks", async () => {
    const name = "com.sun.rowset.JdbcRowSetImpl";
    const ordinary = concat(javaHead, object(classDescription("org.nd4j.Scaler", [field("D", "d")]), bits));
    const whole = await open(zip(old, ["preprocessor.bin", ordinary]));
    expect([whole.complete, rulesOf(whole)]).toEqual([true, []]);
    expect(whole.imports.map(({ class: kind }) => kind)).toEqual(["ordinary"]);
    const attack = await open(zip(old, ["preprocessor.bin", concat(javaHead, object(classDescription(name)))]));
    expect(rulesOf(attack)).toContain("safety/dangerous-global");
  });

  it.each<[string, Uint8Array, string]>([
    ["a cut array", old.subarray(0, old.length - 1), "integrity/truncated"],
    ["bytes behind the array", concat(old, Uint8Array.of(0)), "integrity/corrupt"],
    [
      "a shape of texts",
      concat(buffer("JAVACPP", "FLOAT", 8, big(4, 2, 1, 2, 1, 1, 0, 1, 99)), old),
      "integrity/corrupt",
    ],
    ["an unknown order", concat(buffer("JAVACPP", "INT", 8, big(4, 2, 1, 2, 1, 1, 0, 1, 7)), old), "integrity/corrupt"],
    ["more dimensions", concat(buffer("JAVACPP", "INT", 8, big(4, 9, 1, 2, 1, 1, 0, 1, 99)), old), "integrity/corrupt"],
    [
      "fewer values",
      concat(buffer("JAVACPP", "INT", 8, big(4, 2, 1, 2, 1, 1, 0, 1, 99)), buffer("JAVACPP", "FLOAT", 1, big(4, 1))),
      "integrity/corrupt",
    ],
    [
      "compressed values",
      concat(buffer("JAVACPP", "INT", 8, big(4, 2, 1, 2, 1, 1, 0, 1, 99)), buffer("JAVACPP", "COMPRESSED", 1, bits)),
      "integrity/not-read",
    ],
  ])("with %s is shown with a finding", async (_what, array, rule) => {
    const artifact = await open(zip(array));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });

  it("cut at every 7th byte is shown in part or refused", async () => {
    const kinds = await cutsOf(zip(old), open);
    expect(["partial", "refused"]).toEqual(expect.arrayContaining(kinds));
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([zip(old), zip(recent)], 31);
    for (let i = 0; i < fuzzCount(150); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
