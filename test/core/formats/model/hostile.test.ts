import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { type Doc, type DocMap, docMap } from "../../../../src/core/formats/document/doc.ts";
import { writeDoc } from "../../../../src/core/formats/model/doc-msgpack.ts";
import { modelFormat } from "../../../../src/core/formats/model/index.ts";
import { MsgpackWriter } from "../../../../src/core/formats/model/msgpack-write.ts";
import { writeModel } from "../../../../src/core/formats/model/write.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../../src/core/model/dtype.ts";
import { collectGraph } from "../../../../src/core/model/graph-records.ts";
import { denseByteLength, type TensorRef } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, tensorOf } from "../../../support/artifacts.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { MemorySink } from "../../../support/memory-sink.ts";

const host = nodeHost();
const work = quietWork();

function read(bytes: Uint8Array): Promise<RawArtifact> {
  return modelFormat.read(fromBytes(bytes, "x.model", 0), { host, work, container: [] });
}

/** The first tensor that a file has. */
async function tensorIn(bytes: Uint8Array): Promise<TensorRef> {
  const { root } = await read(bytes);
  const node = collectGraph([root]).nodes.find(({ kind }) => kind === "tensor");
  if (node?.kind !== "tensor") throw new Error("expected a tensor");
  return node.tensor;
}

async function sample(): Promise<Uint8Array> {
  const numbers = Array.from({ length: 20 }, (_, index) => index / 7);
  const shared = arrayNode(tensorOf(scalarDType("float64"), [20], float64Bytes(...numbers)));
  const root = dictOf({
    coef_: shared,
    again: shared,
    name: "a model",
    alpha: 0.1,
    steps: { kind: "list", type: "tuple", items: [1n, null] },
  });
  root.keys.push("self");
  root.values.push(root);
  const sink = new MemorySink();
  await writeModel(await artifactOf(root), sink, host, work);
  return sink.bytes();
}

interface Made {
  readonly parts?: Readonly<Record<string, Doc>>;
  readonly features?: readonly string[];
  readonly version?: bigint;
  /** What the header says its length is; the right one when absent. */
  readonly headerBytes?: number;
  readonly content?: Uint8Array;
}

/** A `.model` with a header made by hand; its content begins right after the header and its digest. */
function made({ parts = {}, features = [], version = 1n, headerBytes, content = new Uint8Array(0) }: Made): Uint8Array {
  const writer = new MsgpackWriter();
  const entries = Object.entries(parts);
  writer.map(4 + entries.length);
  writer.text("format");
  writer.text("model-loupe");
  writer.text("version");
  writer.integer(version);
  writer.text("header_bytes");
  const place = writer.fixedUint64(0);
  writer.text("features");
  writeDoc(writer, features);
  for (const [key, doc] of entries) {
    writer.text(key);
    writeDoc(writer, doc);
  }
  writer.patchUint64(place, headerBytes ?? writer.length);
  const header = writer.bytes();
  return concat(header, Uint8Array.of(0xc4, 32), createHash("sha256").update(header).digest(), content);
}

const DIGEST = new Uint8Array(32);

function entry(more: Readonly<Record<string, Doc | undefined>>): DocMap {
  return docMap({
    path: "w",
    dtype: "uint8",
    shape: [8n],
    order: "C",
    length: 8n,
    sha256: DIGEST,
    chunks: [[4096n, 8n, 8n]],
    ...more,
  });
}

const ROOM = new Uint8Array(8192);

async function tensorProblem(more: Readonly<Record<string, Doc | undefined>>): Promise<string> {
  const raw = await read(made({ parts: { tensors: [entry(more)] }, content: ROOM }));
  expect(raw.complete).toBe(false);
  expect(raw.findings).toHaveLength(1);
  return raw.findings[0]?.message ?? "";
}

describe("a damaged .model", () => {
  it("cut at every 7th byte is an error with a place, or a part with a finding", async () => {
    const whole = await sample();
    const outcomes = new Set<string>();
    for (let length = 0; length < whole.length; length += 7) outcomes.add(await outcomeOf(whole.subarray(0, length)));
    expect([...outcomes].sort()).toEqual([
      "error truncated: needs N bytes at byte N, N are left",
      "part integrity/truncated error",
    ]);
  });

  it("keeps what is there of a tensor that is cut", async () => {
    const whole = await sample();
    const tensor = await tensorIn(whole.subarray(0, whole.length - 8));
    expect(tensor.data.size).toBe(152);
    expect((await readElements(tensor, 18, 1)).length).toBe(8);
    await expect(readElements(tensor, 19, 1)).rejects.toMatchObject({ code: "truncated" });
  });

  it("with any byte changed is an error or a finding, and never a hang or a crash", async () => {
    const whole = await sample();
    let state = 20_241_122;
    const random = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const header = whole.length - 160;
    let silent = 0;
    for (let round = 0; round < 1500; round++) {
      const bytes = Uint8Array.from(whole);
      for (let change = 0; change <= random(3); change++) bytes[random(header)] = random(256);
      try {
        const raw = await read(bytes);
        if (raw.findings.length === 0) silent++;
        for (const node of collectGraph([raw.root, raw.metadata]).nodes)
          if (node.kind === "tensor" && denseByteLength(node.tensor) <= node.tensor.data.size)
            await readElements(node.tensor, 0, Math.min(4, node.tensor.shape[0] ?? 0)).catch(isArtifactError);
      } catch (error) {
        isArtifactError(error);
      }
    }
    // Bytes that stayed the same, and nil padding that became something else, which says nothing.
    expect(silent).toBeLessThan(120);
  });
});

async function outcomeOf(bytes: Uint8Array): Promise<string> {
  try {
    const { complete, findings } = await read(bytes);
    return complete ? "whole" : `part ${findings[0]?.rule} ${findings[0]?.severity}`;
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return `error ${error.code}: ${error.message.replace(/^.*: (?=needs)/, "").replace(/\d+/g, "N")}`;
  }
}

function isArtifactError(error: unknown): undefined {
  expect(error).toBeInstanceOf(ArtifactError);
  return undefined;
}

describe("a hostile index", () => {
  it.each([
    ["a length that is not the shape's", { length: 9n }, /9 bytes, expected 8 for uint8 of shape \[8\]/],
    ["chunks that are shorter", { chunks: [[4096n, 7n, 7n]] }, /its chunks hold 7 bytes, expected 8/],
    ["a chunk in the header", { chunks: [[10n, 8n, 8n]] }, /a chunk at byte 10 lies in the header/],
    [
      "chunks that overlap",
      {
        shape: [16n],
        length: 16n,
        chunks: [
          [4096n, 8n, 8n],
          [4100n, 8n, 8n],
        ],
      },
      /the chunk at byte 4100 overlaps another/,
    ],
    ["more elements than can be counted", { shape: [2n ** 40n, 2n ** 40n] }, /more elements than can be counted/],
    ["a dimension below zero", { shape: [-1n] }, /-1 is not a count/],
    ["65 dimensions", { shape: Array.from({ length: 65 }, () => 1n) }, /65 dimensions, at most 64/],
    ["an unknown type", { dtype: "float7" }, /float7/],
    ["an unknown order", { order: "K" }, /expected C or F, found "K"/],
    ["an unknown compression", { compression: "brotli" }, /compression "brotli" is not known/],
    [
      "a deflate bomb",
      { shape: [2n ** 40n], length: 2n ** 40n, compression: "deflate", chunks: [[4096n, 8n, 2n ** 40n]] },
      /8 bytes at byte 4096 cannot hold/,
    ],
    [
      "a deflate bomb that the ratio allows",
      { shape: [2n ** 33n], length: 2n ** 33n, compression: "deflate", chunks: [[4096n, 2n ** 23n, 2n ** 33n]] },
      /bytes of the deflated chunk at byte 4096: 8589934592 is over the limit of 33554432/,
    ],
    [
      "bytes that do not fit, in the index",
      { chunks: undefined, data: new Uint8Array(3) },
      /3 bytes lie in the index, expected 8/,
    ],
    ["a view of itself", { chunks: undefined, base: 0n }, /a view of tensor 0, which is none with bytes of its own/],
    ["no type at all", { dtype: undefined }, /"dtype" is missing/],
    ["a path that is no text", { path: 7n }, /"path": expected text, found 7/],
  ])("with %s is told and read around", async (_, more, message) => {
    expect(await tensorProblem(more)).toMatch(message);
  });

  it("that ends after the file is told with what is there", async () => {
    expect(
      await tensorProblem({ shape: [2n ** 40n], length: 2n ** 40n, chunks: [[4096n, 2n ** 40n, 2n ** 40n]] }),
    ).toMatch(/needs \d+ bytes at byte/);
  });

  it("with one path twice keeps the first", async () => {
    const tensors = [entry({}), entry({ chunks: [[5120n, 8n, 8n]] })];
    const raw = await read(made({ parts: { tensors }, content: ROOM }));
    expect(raw.findings).toMatchObject([
      { path: "w", message: expect.stringContaining("an earlier entry has this path") },
    ]);
    expect(raw.root).toMatchObject({ kind: "dict", keys: ["w"] });
  });

  it("with a view past its base is told", async () => {
    const view = docMap({ path: "v", dtype: "uint8", shape: [4n], order: "C", base: 0n, offset: 4n, strides: [2n] });
    const raw = await read(made({ parts: { tensors: [entry({}), view] }, content: ROOM }));
    expect(raw.findings[0]?.message).toMatch(/bytes 4 to 11 of tensor 0, which has 8/);
  });

  it("with a view that has more elements than its base has bytes is told", async () => {
    const view = docMap({ path: "v", dtype: "uint8", shape: [2n ** 50n], order: "C", base: 0n, strides: [0n] });
    const raw = await read(made({ parts: { tensors: [entry({}), view] }, content: ROOM }));
    expect(raw.findings[0]?.message).toMatch(/1125899906842624 bytes of elements in tensor 0, which has 8/);
    expect(raw.root).toMatchObject({ keys: ["w"] });
  });

  it("with strides for elements that are parts of bytes is told", async () => {
    const dtype = "float4_e2m1fn";
    const view = docMap({ path: "v", dtype, shape: [2n, 2n], order: "C", base: 0n, strides: [1n, 2n] });
    const raw = await read(made({ parts: { tensors: [entry({}), view] }, content: ROOM }));
    expect(raw.findings[0]?.message).toMatch(/strides for elements of 4 bits/);
  });

  it("of elements that are parts of bytes, in Fortran order, does not show them in another order", async () => {
    const tensors = [entry({ dtype: "float4_e2m1fn", shape: [4n, 4n], order: "F" })];
    const tensor = await tensorIn(made({ parts: { tensors }, content: ROOM }));
    await expect(readElements(tensor, 0, 16)).rejects.toMatchObject({ code: "unsupported" });
  });

  it("with more texts of numbers than elements is told when one is asked for, whatever their number", async () => {
    const texts = "\n".repeat(20_000_000);
    const tensor = await tensorIn(
      made({
        parts: {
          tensors: [entry({ dtype: "float64", shape: [1n], chunks: undefined, data: new Uint8Array(8), texts })],
        },
        content: ROOM,
      }),
    );
    const before = process.memoryUsage().heapUsed;
    expect(() => tensor.texts?.text(0)).toThrow("20000001 texts of numbers for 1 elements");
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(50_000_000);
  });

  it("of tensors alone, without a graph, is a dict of them", async () => {
    const raw = await read(made({ parts: { tensors: [entry({})] }, content: ROOM }));
    expect(raw).toMatchObject({
      findings: [],
      complete: true,
      namedTensors: true,
      root: { kind: "dict", keys: ["w"] },
    });
  });
});

describe("a hostile header", () => {
  it.each([
    ["another version", { version: 2n }, "unsupported", /version 2; this program reads version 1/],
    ["a feature that is not known", { features: ["encrypted"] }, "unsupported", /needs the feature "encrypted"/],
    ["a length beyond the file", { headerBytes: 1_000_000 }, "truncated", /needs 1000000 bytes at byte 0/],
    ["a length of petabytes", { headerBytes: 2 ** 52 }, "limit", /over the limit of/],
    ["a length shorter than itself", { headerBytes: 20 }, "corrupt", /its length is 20/],
    ["a length in the middle of itself", { headerBytes: 60, parts: { tensors: [entry({})] } }, "truncated", /needs/],
  ])("with %s is refused", async (_, how, code, message) => {
    const refused = await read(made({ ...how, content: ROOM })).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ArtifactError);
    if (!(refused instanceof ArtifactError)) return;
    expect(refused.message).toMatch(message);
    expect(refused.code).toBe(code);
  });

  it.each([
    ["a reference to no record", [["list", [{ ref: 9 }]]], /there is no record 9: the table has 1/],
    ["a tensor that is not in the index", [["tensor", 4n, "numpy.ndarray"]], /there is no tensor 4/],
    ["a kind that is not known", [["lambda", "print"]], /a record of kind "lambda" is not known/],
    ["a dict with a key and no value", [["dict", ["a"]]], /one is missing/],
    ["an object with unknown parts", [["object", "new", null, [], "weights", null]], /an object has no part "weights"/],
    ["an object made in an unknown way", [["object", "exec", null, []]], /neither by "new" nor by "call"/],
    ["a float without bits", [["float", 1.5]], /expected the 64 bits of a float/],
    ["something that is no record", [7n], /not a list that begins with a kind/],
    ["a decimal that is no text", [["decimal", 1n]], /expected the number as text/],
  ])("with a graph that has %s shows the rest", async (_, nodes, message) => {
    const raw = await read(made({ parts: { root: { ref: 0 }, nodes: nodes as Doc } }));
    expect(raw.complete).toBe(false);
    expect(raw.findings[0]?.message).toMatch(message);
    expect(raw.findings[0]?.range?.offset).toBeGreaterThan(60);
  });

  it("with an extension type of somebody else in a record does not obey it", async () => {
    const bytes = made({ parts: { root: { ref: 0 }, nodes: [["list", [{ ref: 0 }]]] } });
    const at = Buffer.from(bytes).indexOf(Buffer.from("list")) + 5;
    const foreign = Uint8Array.from(bytes);
    expect(foreign[at]).toBe(0xd4);
    foreign[at + 1] = 42;
    const raw = await read(foreign);
    expect(raw.root).toMatchObject({ kind: "unread" });
    expect(raw.findings.map(({ rule }) => rule)).toEqual(["integrity/corrupt", "integrity/corrupt"]);
  });

  it("with a root that is nowhere is shown as unread", async () => {
    const raw = await read(made({ parts: { root: { ref: 3 }, nodes: [] } }));
    expect(raw).toMatchObject({ complete: false, root: { kind: "unread" } });
  });

  it("that hides a dangerous global is judged by its graph", async () => {
    const nodes = [
      ["object", "call", { ref: 1 }, ["rm -rf ~"]],
      ["global", "posix", "system"],
    ] as Doc;
    const source = docMap({
      imports: [
        ["sklearn.tree._tree", "Tree", "call", "ordinary"],
        ["builtins", "eval", "call", "ordinary"],
      ],
    });
    const raw = await read(made({ parts: { source, root: { ref: 0 }, nodes } }));
    expect(raw.imports?.map(({ module, name, role, class: kind }) => [module, name, role, kind])).toEqual([
      ["sklearn.tree._tree", "Tree", "call", "ordinary"],
      ["builtins", "eval", "call", "dangerous"],
      ["posix", "system", "call", "dangerous"],
    ]);
  });
});
