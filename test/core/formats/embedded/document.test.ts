import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../../../../src/core/bytes/base64.ts";
import { JsonScanner } from "../../../../src/core/bytes/json-scan.ts";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { executeConversion } from "../../../../src/core/convert/execute.ts";
import { planConversion } from "../../../../src/core/convert/plan-conversion.ts";
import { type Doc, docMap } from "../../../../src/core/formats/document/doc.ts";
import { restoreEmbedded } from "../../../../src/core/formats/embedded/index.ts";
import { docFromJson } from "../../../../src/core/formats/embedded/json-read.ts";
import { jsonOf } from "../../../../src/core/formats/embedded/json-write.ts";
import { safetensorsFormat } from "../../../../src/core/formats/safetensors/index.ts";
import { writeSafetensors } from "../../../../src/core/formats/safetensors/write.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../../src/core/model/dtype.ts";
import type { TensorRef } from "../../../../src/core/model/tensor.ts";
import { dictGet, type DictNode } from "../../../../src/core/model/value.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, objectOf, tensorOf } from "../../../support/artifacts.ts";
import { MemorySink } from "../../../support/memory-sink.ts";

const host = nodeHost();
const work = quietWork();
const context = { host, work, container: [] };
const NOTHING = { container: [], root: null, namedTensors: false, facts: [], findings: [], complete: true };

function read(text: string): Doc {
  const scanner = new JsonScanner(new TextEncoder().encode(text), { isStrict: true });
  scanner.next();
  return docFromJson(scanner);
}

function anyDoc(): fc.Arbitrary<Doc> {
  return fc.letrec<{ doc: Doc }>((tie) => ({
    doc: fc.oneof(
      { maxDepth: 3 },
      fc.constant(null),
      fc.boolean(),
      fc.bigInt(),
      fc.double(),
      fc.string({ unit: "binary" }),
      fc.uint8Array(),
      fc.nat().map((ref) => ({ ref })),
      fc.array(tie("doc"), { maxLength: 4 }),
      fc
        .array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom("$ref", "$", "$$x", "__proto__")), tie("doc")), {
          maxLength: 4,
        })
        .map((pairs) => new Map(pairs)),
    ),
  })).doc;
}

describe("the spelling of a document", () => {
  it("keeps every value of every type", () => {
    fc.assert(
      fc.property(anyDoc(), (doc) => {
        expect(read(jsonOf(doc))).toEqual(doc);
      }),
    );
  });

  it.each<[Doc, string]>([
    [1n, "1"],
    [1, "1.0"],
    [-0, "-0.0"],
    [1e22, "1e+22"],
    [0.1, "0.1"],
    [Number.NaN, '{"$float": "nan"}'],
    [Number.NEGATIVE_INFINITY, '{"$float": "-inf"}'],
    [2n ** 53n, '{"$int": "9007199254740992"}'],
    [-(2n ** 128n), '{"$int": "-0x100000000000000000000000000000000"}'],
    [{ ref: 3 }, '{"$ref": 3}'],
    [Uint8Array.of(1, 2), '{"$bytes": "AQI="}'],
    ["\ud800", '"\\ud800"'],
    [docMap({ $ref: 1n }), '{"$$ref": 1}'],
  ])("writes %o as %s", (doc, text) => {
    expect(jsonOf(doc)).toBe(text);
    expect(read(text)).toEqual(doc);
  });

  it.each([
    '{"$ref": -1}',
    '{"$float": "big"}',
    '{"$int": "0x"}',
    '{"$int": "12.5"}',
    '{"$bytes": "A"}',
    '{"$bytes": "AQJ="}',
    '{"$new": 1}',
    '{"$ref": 1, "a": 2}',
    '{"a": 2, "$ref": 1}',
    '{"a": 1, "a": 2}',
  ])("refuses %s", (text) => {
    expect(() => read(text)).toThrow(/means nothing|is not an integer|base64 text|stands alone|occurs twice/);
  });

  it("refuses nesting that only wants to be deep", () => {
    expect(() => read("[".repeat(5000) + "]".repeat(5000))).toThrow(/nesting of a document: 65/);
  });

  it("has base64 as Node has it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(toBase64(bytes)).toBe(text);
        expect(Buffer.from(fromBase64(text)).equals(Buffer.from(bytes))).toBe(true);
      }),
    );
  });
});

const FLOAT64 = scalarDType("float64");

async function converted(): Promise<RawArtifact> {
  const state = dictOf({
    coef_: arrayNode(tensorOf(FLOAT64, [2], float64Bytes(1, 2))),
    intercept_: arrayNode(tensorOf(FLOAT64, [1], float64Bytes(3))),
    C: 0.1,
  });
  const artifact = await artifactOf(objectOf("sklearn.linear_model._logistic", "LogisticRegression", state));
  const sink = new MemorySink();
  await executeConversion(artifact, await planConversion(artifact, "safetensors", host, work), sink, host, work);
  return safetensorsFormat.read(fromBytes(sink.bytes(), "lr.safetensors"), context);
}

/** The file again, as another program would save it after changing it. */
async function resaved(
  raw: RawArtifact,
  change: (tensors: Map<string, TensorRef>) => void,
  edit = (text: string): string => text,
): Promise<Uint8Array> {
  const root = raw.root as DictNode;
  const metadata = raw.metadata as DictNode;
  const tensors = new Map<string, TensorRef>();
  for (const [index, key] of root.keys.entries()) {
    const value = root.values[index];
    if (typeof key === "string" && typeof value === "object" && value?.kind === "tensor")
      tensors.set(key, value.tensor);
  }
  change(tensors);
  const sink = new MemorySink();
  const pairs = metadata.keys.flatMap((key): (readonly [string, string])[] => {
    const value = typeof key === "string" ? dictGet(metadata, key) : undefined;
    return typeof key === "string" && typeof value === "string" ? [[key, edit(value)]] : [];
  });
  await writeSafetensors(
    sink,
    [...tensors].map(([name, tensor]) => ({ name, tensor })),
    pairs,
    work,
  );
  return sink.bytes();
}

describe("a document in a file that another program changed", () => {
  it("is believed when only values are other ones", async () => {
    const bytes = await resaved(await converted(), (tensors) =>
      tensors.set("coef_", tensorOf(FLOAT64, [2], float64Bytes(7, 8))),
    );
    const artifact = await openArtifact(fromBytes(bytes, "lr.safetensors"), host, work);
    expect(artifact.framework).toMatchObject({ className: "LogisticRegression" });
    expect(artifact.findings).toEqual([]);
  });

  it.each<[string, (tensors: Map<string, TensorRef>) => void, RegExp]>([
    ["removed", (tensors) => tensors.delete("coef_"), /the file does not hold "coef_"/],
    [
      "added",
      (tensors) => tensors.set("extra", tensorOf(FLOAT64, [1], float64Bytes(9))),
      /it does not know the tensor "extra"/,
    ],
    [
      "retyped",
      (tensors) => tensors.set("coef_", tensorOf(scalarDType("float32"), [2], new Uint8Array(8))),
      /its type is float32, not float64/,
    ],
    [
      "reshaped",
      (tensors) => tensors.set("coef_", tensorOf(FLOAT64, [1, 2], float64Bytes(1, 2))),
      /its shape is \[1, 2\], not \[2\]/,
    ],
  ])("is not believed when a tensor was %s: all tensors are shown, and why", async (_, change, reason) => {
    const bytes = await resaved(await converted(), change);
    const raw = await restoreEmbedded(
      await safetensorsFormat.read(fromBytes(bytes, "lr.safetensors"), context),
      fromBytes(bytes),
      context,
    );
    expect(raw.findings.at(-1)).toMatchObject({
      rule: "integrity/corrupt",
      severity: "warning",
      message: expect.stringMatching(reason),
    });
    expect(raw).toMatchObject({ namedTensors: true, root: { kind: "dict" } });
    expect((raw.root as DictNode).keys).toContain("intercept_");
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ["cut", (text) => text.slice(0, -40), /the text ends/],
    [
      "of another version",
      (text) => text.replace('"model-loupe": 1', '"model-loupe": 2'),
      /version 2; this program reads version 1/,
    ],
    [
      "with a feature of later",
      (text) => text.replace('"features": []', '"features": ["delta"]'),
      /the feature "delta"/,
    ],
    ["with a key twice", (text) => text.replace('"schema"', '"framework"'), /occurs twice/],
    ["with an unknown type", (text) => text.replace('"dtype": "float64"', '"dtype": "float65"'), /float65/],
    ["that is no document", () => "{}", /reference|model-loupe|text|expected|does not/],
  ])("that is %s is told of", async (_, edit, reason) => {
    const bytes = await resaved(await converted(), () => undefined, edit);
    const raw = await restoreEmbedded(
      await safetensorsFormat.read(fromBytes(bytes, "lr.safetensors"), context),
      fromBytes(bytes),
      context,
    );
    expect(raw.findings.at(-1)).toMatchObject({ rule: "integrity/corrupt", message: expect.stringMatching(reason) });
    expect((raw.root as DictNode).keys).toEqual(expect.arrayContaining(["coef_", "intercept_"]));
  });

  it("with any byte of its text changed opens, or says why not", async () => {
    const raw = await converted();
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    for (let round = 0; round < 150; round++) {
      const bytes = await resaved(
        raw,
        () => undefined,
        (text) => {
          const at = random(text.length);
          return text.slice(0, at) + String.fromCharCode(32 + random(95)) + text.slice(at + 1);
        },
      );
      const artifact = await openArtifact(fromBytes(bytes, "lr.safetensors"), host, work);
      // A changed text may well be another document; what counts is that it is read to its end.
      expect(artifact.format).toBe("safetensors");
    }
  });
});

describe("a JSON file of ours", () => {
  const file = (tensors: string): Uint8Array =>
    new TextEncoder().encode(
      `{"model-loupe": 1, "features": [], "tensors": {${tensors}}, "root": {"$ref": 0}, "nodes": [["tensor", "w", "a"]]}`,
    );
  const problem = async (tensors: string): Promise<string> => {
    const source = fromBytes(file(tensors), "w.json");
    const raw: RawArtifact = { ...NOTHING, format: "json" };
    return (await restoreEmbedded(raw, source, context)).findings[0]?.message ?? "";
  };

  it.each([
    ['"w": {"dtype": "float64", "shape": [3], "values": [1.0, 2.0]}', /2 elements, expected 3/],
    ['"w": {"dtype": "float64", "shape": [1], "values": [1.0, 2.0]}', /more than 1 elements/],
    ['"w": {"dtype": "int8", "shape": [1], "values": [300]}', /"300" does not fit in int8/],
    ['"w": {"dtype": "int8", "shape": [1], "values": [{}]}', /expected an element/],
    ['"w": {"dtype": "float64", "shape": [1099511627776], "values": [1.0]}', /no room for 1099511627776 elements/],
    [
      '"w": {"dtype": "float64", "shape": [1099511627776, 1099511627776], "values": []}',
      /more elements than can be counted/,
    ],
    ['"w": {"dtype": "<U500000000", "shape": [1], "values": ["x"]}', /memory for its values .* is over the limit/],
    ['"w": {"dtype": "<U50000000", "shape": [5], "values": ["", "", "", "", ""]}', /memory for its values/],
    ['"w": {"values": [1.0]}', /without a dtype/],
    ['"w": {"dtype": "float64", "shape": [2], "bytes": {"$bytes": "AAAA"}}', /3 bytes, expected 16/],
    ['"w": {"dtype": "[(\'a\', \'<f8\')]", "shape": [2], "fields": {"a": "w"}}', /records of records|is of shape/],
    [
      '"w": {"dtype": "float64", "shape": [1], "values": [1.0]}, "w": {"dtype": "float64", "shape": [1], "values": [1.0]}',
      /occurs twice/,
    ],
  ])("with %s says so", async (tensors, reason) => {
    expect(await problem(tensors)).toMatch(reason);
  });

  it.each([
    ["records that are empty", "{},", 2_700_000],
    ["integers of very many digits", `${"9".repeat(1001)},`, 1],
  ])("with more %s than can be read says so", async (_, record, count) => {
    const text = `{"model-loupe": 1, "features": [], "nodes": [${record.repeat(count)}null]}`;
    const source = fromBytes(new TextEncoder().encode(text), "w.json");
    const raw: RawArtifact = { ...NOTHING, format: "json" };
    const { findings, complete } = await restoreEmbedded(raw, source, context);
    expect(findings[0]?.message).toMatch(/cannot be had back from its description: .* over the limit of/);
    expect(findings[0]?.rule).toBe("integrity/limit");
    expect(complete).toBe(false);
  });

  it("is opened by name, and by its first key alone", async () => {
    const source = fromBytes(file('"w": {"dtype": "int16", "shape": [2], "values": [-3, 7]}'), "w.json");
    const artifact = await openArtifact(source, host, work);
    expect(artifact.parameters[0]).toMatchObject({ tensor: { dtype: { name: "int16" }, shape: [2] } });
  });
});
