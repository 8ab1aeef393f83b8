import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { jsonFormat } from "../../../../src/core/formats/json/index.ts";
import { probeOf } from "../../../../src/core/formats/probe.ts";
import { LIMITS } from "../../../../src/core/limits.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { formatElement } from "../../../../src/core/model/decode.ts";
import { elementCount, type TensorRef } from "../../../../src/core/model/tensor.ts";
import { dictGet, type DictNode, type Node, type TensorNode, type Value } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { createWork, quietWork } from "../../../../src/core/work.ts";
import { corpusFiles, corpusFolder } from "../../../support/corpus.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(text: string | Uint8Array, work = quietWork()): Promise<RawArtifact> {
  const source = fromBytes(typeof text === "string" ? bytesOf(text) : text, "params.json", 0);
  return jsonFormat.read(source, { host: undefined as never, work, container: [] });
}

async function rootOf(text: string): Promise<Value | undefined> {
  const { root, complete, findings } = await read(text);
  expect({ complete, findings }).toEqual({ complete: true, findings: [] });
  return root;
}

function tensorAt(root: Value | undefined, key: string): TensorNode {
  const value = dictGet(root as DictNode, key);
  expect(value).toMatchObject({ kind: "tensor" });
  return value as TensorNode;
}

async function textsOf(tensor: TensorRef): Promise<string[]> {
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 8 }, (_, index) => formatElement(tensor.dtype, view, index * 8));
}

/** What a value is, with tensors as nested arrays of the texts of their elements. */
async function plain(value: Value | undefined): Promise<unknown> {
  if (typeof value !== "object" || value === null) return typeof value === "bigint" ? `int ${value}` : value;
  if (value.kind === "list") return Promise.all(value.items.map(plain));
  if (value.kind === "dict")
    return Promise.all(value.keys.map(async (key, index) => [key, await plain(value.values[index])]));
  if (value.kind === "tensor") return nest(await textsOf(value.tensor), value.tensor.shape);
  return value.kind === "decimal" ? value.text : value.kind;
}

function nest(texts: readonly string[], shape: readonly number[]): unknown {
  const [size = 0, ...rest] = shape;
  if (shape.length <= 1) return texts;
  const step = texts.length / size;
  return Array.from({ length: size }, (_, index) => nest(texts.slice(index * step, (index + 1) * step), rest));
}

describe("parameters in JSON", () => {
  it("are tensors with the digits that were written", async () => {
    const root = await rootOf(
      '{"coef_": [[0.10, -1.25e-3, 3], [1e400, 0.1000000000000000055511151231257827, -0.0]], "intercept_": [0.5]}',
    );
    const { tensor, className } = tensorAt(root, "coef_");
    expect({ className, dtype: tensor.dtype.name, shape: tensor.shape }).toEqual({
      className: "list",
      dtype: "float64",
      shape: [2, 3],
    });
    expect(await textsOf(tensor)).toEqual(["0.1", "-0.00125", "3.0", "inf", "0.1", "-0.0"]);
    expect([0, 1, 2, 3, 4, 5].map((index) => tensor.texts?.text(index))).toEqual(
      "0.10 -1.25e-3 3 1e400 0.1000000000000000055511151231257827 -0.0".split(" "),
    );
    expect([5, 4, 3, 2, 1, 0].map((index) => tensor.texts?.digits(index))).toEqual([1, 34, 1, 1, 3, 2]);
    expect(tensorAt(root, "intercept_").tensor.shape).toEqual([1]);
  });

  it("are int64 as long as every number is one", async () => {
    const root = await rootOf(
      '{"a": [1, -9223372036854775808, 9223372036854775807], "b": [9223372036854775808], "c": [1, -0], "d": [1, 2.0]}',
    );
    expect(await textsOf(tensorAt(root, "a").tensor)).toEqual(["1", "-9223372036854775808", "9223372036854775807"]);
    expect(tensorAt(root, "a").tensor.texts).toBeUndefined();
    expect(tensorAt(root, "b").tensor).toMatchObject({ dtype: { name: "float64" } });
    expect(tensorAt(root, "b").tensor.texts?.text(0)).toBe("9223372036854775808");
    expect(await textsOf(tensorAt(root, "c").tensor)).toEqual(["1.0", "-0.0"]);
    expect(tensorAt(root, "d").tensor.dtype.name).toBe("float64");
  });

  it.each([
    ["0", 1],
    ["0.000", 1],
    ["-0.0150", 3],
    ["100", 1],
    ["100.0", 1],
    ["120.50", 5],
    ["1.50e10", 3],
    ["1.0e5", 1],
    ["0.30000000000000004", 17],
    ["NaN", 0],
    ["-Infinity", 0],
  ])("%s has %i significant digits", async (text, digits) => {
    const { root } = await read(`[${text}, 0.5]`);
    expect((root as TensorNode).tensor.texts?.digits(0)).toBe(digits);
  });

  it("keep scalars: integers of any size, decimals with their text, NaN and infinities", async () => {
    const { root, facts } = await read(
      '{"n": 123456789012345678901234567890, "x": 1.50, "z": -0, "nan": NaN, "inf": -Infinity, "t": true, "none": null, "s": "1.5"}',
    );
    expect(root).toMatchObject({
      values: [
        123456789012345678901234567890n,
        { kind: "decimal", text: "1.50", nearest: 1.5, offset: 43 },
        { kind: "decimal", text: "-0", nearest: -0 },
        Number.NaN,
        Number.NEGATIVE_INFINITY,
        true,
        null,
        "1.5",
      ],
    });
    expect(facts).toContainEqual({ id: "json.nonFinite", label: expect.any(String) as string, value: "2" });
  });

  it("are lists where they are not rectangular, or hold something else", async () => {
    const root = await rootOf(
      '{"ragged": [[1, 2], [3]], "mixed": [1, 2.50, "a"], "deep": [[[1], [2]], [[3]]], "none": [], "rows": [[], []]}',
    );
    expect(await plain(root)).toEqual([
      ["ragged", [["1", "2"], ["3"]]],
      ["mixed", ["int 1", "2.50", "a"]],
      ["deep", [[["1"], ["2"]], [["3"]]]],
      ["none", []],
      ["rows", [[], []]],
    ]);
    const deep = dictGet(root as DictNode, "deep");
    expect(deep).toMatchObject({ kind: "list", items: [{ tensor: { shape: [2, 1] } }, { tensor: { shape: [1, 1] } }] });
  });

  it("say float64 or int64 of each row when the rows turn out to be no matrix", async () => {
    const root = await rootOf("[[1, 2], [0.5, 3], 4]");
    expect(root).toMatchObject({
      items: [{ tensor: { dtype: { name: "int64" } } }, { tensor: { dtype: { name: "float64" } } }, 4n],
    });
  });

  it("read as another parser reads them, whatever the nesting", async () => {
    const numbers = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
    const json = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: "small" }, numbers, fc.string(), fc.boolean(), tie("list"), tie("dict")),
      list: fc.array(tie("value"), { maxLength: 4 }),
      dict: fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
    })).value;
    const same = (value: unknown): unknown => {
      if (typeof value === "number") return Object.is(value, -0) ? 0 : value;
      if (Array.isArray(value)) return value.map(same);
      if (typeof value === "object" && value !== null)
        return Object.entries(value).map(([key, item]) => [key, same(item)]);
      return value;
    };
    /** Texts of numbers as numbers; a string is told apart by what it came from. */
    const numeric = (found: unknown, wanted: unknown): unknown => {
      if (Array.isArray(found) && Array.isArray(wanted))
        return found.map((item, index) => numeric(item, wanted[index]));
      return typeof wanted === "number" && typeof found === "string" ? Number(found.replace(/^int /, "")) + 0 : found;
    };
    await fc.assert(
      fc.asyncProperty(json, fc.constantFrom(undefined, 2), async (value, indent) => {
        const text = JSON.stringify([value], null, indent);
        const wanted = same(JSON.parse(text));
        expect(numeric(await plain((await read(text)).root), wanted)).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it("are found wherever one jumps to", async () => {
    const values = Array.from({ length: 5000 }, (_, index) => `${index}.${index % 10}`);
    const { root } = await read(`[\n ${values.join(" ,\n ")}\n]`);
    const { tensor } = root as TensorNode;
    const indices = [4999, 0, 256, 255, 257, 3000, 2999, 3001, 512, 4999];
    expect(indices.map((index) => tensor.texts?.text(index))).toEqual(indices.map((index) => values[index]));
    const some = await readElements(tensor, 1234, 3);
    expect(Array.from(new Float64Array(some.slice().buffer))).toEqual(values.slice(1234, 1237).map(Number));
  });

  it("cost no more than their text", async () => {
    const rows = 2000;
    const text = `[${Array.from({ length: rows }, () => `[${"0.125, ".repeat(99)}1]`).join(",")}]`;
    const { root } = await read(text);
    expect(root).toMatchObject({ kind: "tensor", tensor: { shape: [rows, 100] } });
  });
});

describe("JSON that is no parameter file", () => {
  it("is shown as what it is", async () => {
    const root = await rootOf(
      '{"nbformat": 4, "cells": [{"source": ["import numpy\\n"], "outputs": []}], "__proto__": {"x": 1}}',
    );
    expect(await plain(root)).toEqual([
      ["nbformat", "int 4"],
      [
        "cells",
        [
          [
            ["source", ["import numpy\n"]],
            ["outputs", []],
          ],
        ],
      ],
      ["__proto__", [["x", "int 1"]]],
    ]);
  });

  it.each<[Record<string, unknown>, unknown]>([
    [
      { architectures: ["BertModel"], model_type: "bert", transformers_version: "5.24.0" },
      { name: "transformers", version: "5.24.0", className: "BertModel" },
    ],
    [
      { _class_name: "DDPMPipeline", _diffusers_version: "0.42.1" },
      { name: "diffusers", version: "0.42.1", className: "DDPMPipeline" },
    ],
    [
      { peft_type: "LORA", r: 4 },
      { name: "peft", className: "LORA" },
    ],
    [{ lang: "en", spacy_version: ">=3.8.0,<3.9.0" }, { name: "spacy" }],
    [{ architectures: ["BertModel"], transformers_version: 5 }, undefined],
  ])("names the library that wrote %j beside a model", async (content, framework) => {
    expect((await read(JSON.stringify(content))).told?.framework).toEqual(framework);
  });

  it("keeps duplicate keys and tells of them", async () => {
    const { root, findings, complete } = await read('{"a": 1, "b": {"a": 2}, "a": 3}');
    expect((root as DictNode).keys).toEqual(["a", "b", "a"]);
    expect(dictGet(root as DictNode, "a")).toBe(3n);
    expect(complete).toBe(true);
    expect(findings).toMatchObject([{ rule: "integrity/duplicate-name", range: { offset: 24, length: 1 } }]);
    expect(findings[0]?.message).toContain('The key "a" occurs more than once');
  });

  it("lists no more duplicates than a person reads", async () => {
    const { findings } = await read(`{${'"a":1,'.repeat(500)}"a":1}`);
    expect(findings).toHaveLength(LIMITS.findingsPerRule + 1);
    expect(findings.at(-1)?.message).toBe("400 more keys occur more than once.");
  });

  it("may have a byte order mark, text that is not UTF-8, or more after its end", async () => {
    const { facts } = await read(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d));
    expect(facts).toContainEqual({ id: "json.bom", label: "Byte order mark", value: "UTF-8" });
    const broken = await read(Uint8Array.of(0x5b, 0x22, 0xff, 0x22, 0x5d));
    expect(broken).toMatchObject({
      root: { items: ["\ufffd"] },
      findings: [{ rule: "integrity/corrupt", range: { offset: 1 } }],
    });
    const lines = await read('{"a": 1}\n{"a": 2}\n');
    expect(lines).toMatchObject({
      complete: false,
      findings: [{ rule: "integrity/trailing-bytes", range: { offset: 9, length: 9 } }],
    });
  });
});

describe("damaged JSON", () => {
  const text = JSON.stringify({
    name: "m",
    coef: [
      [0.125, 2],
      [3, 4],
    ],
    steps: [{ k: [1, 2, 3], s: "é" }],
    n: 12,
  });

  it("is shown up to any place where it is cut, and never with a number that is not whole", async () => {
    const bytes = bytesOf(text);
    const whole = new Set(text.match(/\d+(\.\d+)?/g));
    for (let end = 1; end < bytes.length; end += 1) {
      const { root, findings, complete } = await read(bytes.subarray(0, end));
      expect(complete).toBe(false);
      expect(findings).toMatchObject([{ rule: "integrity/truncated", range: { offset: end } }]);
      const numbers = JSON.stringify(await plain(root)).match(/[\d.]+/g) ?? [];
      expect(numbers.map(Number).filter((number) => ![...whole].some((known) => Number(known) === number))).toEqual([]);
      expect((root as DictNode).keys.length).toBe((root as DictNode).values.length);
    }
  });

  it("keeps the whole rows of a matrix that is cut", async () => {
    const { root } = await read("[[1, 2], [3, 4], [5");
    expect(await plain(root)).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(await plain((await read("[[1, 2], [3,")).root)).toEqual([["1", "2"]]);
    expect(await plain((await read("[1, 2, 3")).root)).toEqual(["1", "2"]);
  });

  it("says what it met and where", async () => {
    const { findings, root, complete } = await read('{"a": [1, 2],\n "b": oops}');
    expect(complete).toBe(false);
    expect(findings).toMatchObject([{ rule: "integrity/corrupt", range: { offset: 20 } }]);
    expect(findings[0]?.message).toContain("expected a value, found 'o', at byte 20 (line 2, column 7)");
    expect(root).toMatchObject({ keys: ["a", "b"], values: [{ kind: "tensor" }, { kind: "unread" }] });
  });

  it("is refused when not even a value begins", async () => {
    await expect(read("   ")).rejects.toMatchObject({ code: "truncated" });
    await expect(read("x")).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe("hostile JSON", () => {
  it("may nest as deep as it likes", async () => {
    const deep = `{"before": 1, "deep": ${"[".repeat(100_000)}0${"]".repeat(100_000)}, "after": 2}`;
    const { root, findings, complete } = await read(deep);
    expect(dictGet(root as DictNode, "after")).toBe(2n);
    expect(complete).toBe(false);
    expect(findings).toMatchObject([{ rule: "integrity/limit" }]);
    expect(findings[0]?.message).toContain("1 values lie more than 1000 brackets deep");
    let depth = 0;
    for (let value: Value | undefined = dictGet(root as DictNode, "deep"); (value as Node).kind === "list"; depth += 1)
      value = (value as Node & { items: Value[] }).items[0];
    expect(depth).toBe(LIMITS.valueDepth - 1);
  });

  it("may nest numbers deeper than arrays have dimensions", async () => {
    const { root } = await read(`${"[".repeat(100)}7${"]".repeat(100)}`);
    let value = root as Node;
    let lists = 0;
    while (value.kind === "list") {
      value = value.items[0] as Node;
      lists += 1;
    }
    expect(lists).toBe(100 - LIMITS.dimensions);
    expect(value).toMatchObject({ kind: "tensor" });
  });

  it("may write endless digits", async () => {
    const digits = "9".repeat(LIMITS.integerDigits + 1);
    const { root } = await read(`{"n": ${digits}, "a": [${digits}, 1]}`);
    expect(dictGet(root as DictNode, "n")).toMatchObject({ kind: "decimal", nearest: Number.POSITIVE_INFINITY });
    expect(tensorAt(root, "a").tensor.texts?.text(0)).toBe(digits);
  });

  it("stops at more values than can be kept, and shows those before", async () => {
    const { root, findings } = await read(Buffer.from(`[0${",[]".repeat(LIMITS.jsonValues + 5)}]`));
    expect(findings).toMatchObject([{ rule: "integrity/limit" }]);
    expect((root as Node & { items: Value[] }).items.length).toBeGreaterThan(LIMITS.jsonValues - 10);
  });

  it("can be cancelled", async () => {
    const controller = new AbortController();
    const work = createWork({
      signal: controller.signal,
      yieldNow: () => {
        controller.abort();
        return Promise.resolve();
      },
    });
    await expect(read(`[${'"a",'.repeat(3_000_000)}1]`, work)).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("what is taken for JSON", () => {
  const sniff = async (text: string | Uint8Array): Promise<string | undefined> =>
    jsonFormat.sniff(await probeOf(fromBytes(typeof text === "string" ? bytesOf(text) : text, "x")))?.certainty;

  it.each([
    ['{"a": 1}', "likely"],
    ["\ufeff [1, 2]", "likely"],
    [`[${"1, ".repeat(5000)}1]`, "likely"],
    ['{"a": [1, 2', "likely"],
    ['{"a": 1, "b": oops', "possible"],
    ["{}", "likely"],
    ["{", undefined],
    ["[section]\nkey = 1", undefined],
    ["{i\x04", undefined],
    ["1.5", undefined],
    ["", undefined],
    ["{'a': 1}", undefined],
  ])("%j", async (text, certainty) => {
    expect(await sniff(text)).toBe(certainty);
  });
});

const corpus = corpusFolder() ?? "";

describe.skipIf(corpus === "")("JSON files of the corpus", () => {
  const files = corpusFiles()
    .map((file) => file.path)
    .filter((name) => name.endsWith(".json"));

  it.each(files)("%s", async (name) => {
    const bytes = new Uint8Array(readFileSync(join(corpus, name)));
    expect(jsonFormat.sniff(await probeOf(fromBytes(bytes, name)))?.certainty).toBe("likely");
    const { root, complete, findings } = await read(bytes);
    const isBroken = name.startsWith("broken");
    expect({ complete, rules: findings.map(({ rule }) => rule) }).toEqual(
      isBroken ? { complete: false, rules: ["integrity/truncated"] } : { complete: true, rules: [] },
    );
    // Every element of every tensor reads.
    expect(JSON.stringify(await plain(root)).length).toBeGreaterThan(10);
  });

  it("and two others are all that is taken for JSON", async () => {
    const taken: string[] = [];
    for (const { path } of corpusFiles()) {
      const bytes = new Uint8Array(readFileSync(join(corpus, path)));
      if (jsonFormat.sniff(await probeOf(fromBytes(bytes, path))) !== undefined) taken.push(path);
    }
    const others = ["jpmml-xgboost/dump/07ded75/AFTLungNA.dump", "machinelearning/KeyToVector.txt"];
    expect(taken.toSorted()).toEqual([...files, ...others].toSorted());
  });

  it("are read when cut at every seventh byte", async () => {
    const bytes = new Uint8Array(readFileSync(join(corpus, "leaves/lg_1tree_1leaf.json")));
    for (let end = 7; end < bytes.length - 2; end += 7) {
      const { complete, findings } = await read(bytes.subarray(0, end));
      expect({ complete, rule: findings[0]?.rule }).toEqual({ complete: false, rule: "integrity/truncated" });
    }
  });
});
