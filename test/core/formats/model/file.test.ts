import { createHash } from "node:crypto";
import { Unpackr, addExtension } from "msgpackr";
import { beforeAll, describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { compareGraphs } from "../../../../src/core/convert/compare-graphs.ts";
import { checkDigests } from "../../../../src/core/formats/model/check.ts";
import { modelFormat } from "../../../../src/core/formats/model/index.ts";
import { readModelTensors } from "../../../../src/core/formats/model/read.ts";
import { type ModelWriteOptions, writeModel } from "../../../../src/core/formats/model/write.ts";
import { describe as describeArtifact } from "../../../../src/core/meaning/describe.ts";
import type { Artifact, RawArtifact } from "../../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../../src/core/model/dtype.ts";
import { dtypeFromName } from "../../../../src/core/model/numpy-dtype.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, objectOf, tensorOf } from "../../../support/artifacts.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { fromHex, isSame, toHex } from "../../../support/bytes-builder.ts";
import { MemorySink } from "../../../support/memory-sink.ts";

const host = nodeHost();
const work = quietWork();
const FLOAT64 = scalarDType("float64");

async function written(artifact: Artifact, options: ModelWriteOptions = {}): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writeModel(artifact, sink, host, work, options);
  return sink.bytes();
}

async function readBack(bytes: Uint8Array): Promise<RawArtifact> {
  return modelFormat.read(fromBytes(bytes, "copy.model", 0), { host, work, container: [] });
}

async function reopened(bytes: Uint8Array): Promise<Artifact> {
  return describeArtifact(await readBack(bytes), { name: "copy.model", size: bytes.length, identity: "copy" }, work);
}

/** A model of every kind of thing: shared and viewed tensors, text, a tree's records, numbers, one cycle. */
async function everything(): Promise<Artifact> {
  const coef = arrayNode(
    tensorOf(FLOAT64, [2, 6], float64Bytes(1, -0, 3, 5e-324, 5, 6, 7, 8, 9, 10, 11, 12), { order: "F" }),
  );
  const big = arrayNode(tensorOf(scalarDType("float64", true), [2], fromHex("7ff4dead0000beef3ff0000000000000")));
  const names = arrayNode(
    tensorOf(dtypeFromName("<U2"), [2], new TextEncoder().encode("a\0\0\0b\0\0\0c\0\0\0\0\0\0\0")),
  );
  const nodes = arrayNode(
    tensorOf(
      dtypeFromName("[('left', '<i4'), ('threshold', '<f8')]"),
      [2],
      fromHex("01000000000000000000f03fffffffff0000000000000040"),
    ),
  );
  const state = dictOf({
    coef_: coef,
    same_: coef,
    big_: big,
    names_: names,
    nodes_: nodes,
    tol: 0.5,
    list_: { kind: "list", type: "list", items: [1n, 2n, 3n] },
  });
  const model = objectOf("sklearn.linear_model._logistic", "LogisticRegression", state);
  state.keys.push("_self");
  state.values.push(model);
  return artifactOf(model, {
    facts: [{ id: "pickle.protocol", label: "Pickle protocol", value: "4" }],
    imports: [
      {
        module: "sklearn.linear_model._logistic",
        name: "LogisticRegression",
        offset: 7,
        role: "call",
        class: "ordinary",
      },
    ],
  });
}

let artifact: Artifact;
let bytes: Uint8Array;
beforeAll(async () => {
  artifact = await everything();
  bytes = await written(artifact, { chunkBytes: 24 });
  addExtension({
    type: 1,
    unpack: (data: Uint8Array) => ({ node: data.reduce((number, byte) => number * 256 + byte, 0) }),
  });
});

describe("a .model file", () => {
  it("says what it is in its first bytes, and is sniffed by them", () => {
    expect(toHex(bytes.subarray(1, 20))).toBe(
      `a6${toHex(Buffer.from("format"))}ab${toHex(Buffer.from("model-loupe"))}`,
    );
    const probe = { name: "x.pkl", size: bytes.length, head: bytes.subarray(0, 4096), tail: bytes };
    expect(modelFormat.sniff(probe)).toMatchObject({ certainty: "certain" });
    expect(modelFormat.sniff({ ...probe, head: bytes.subarray(1, 4096) })).toBeUndefined();
  });

  it("is a stream that any MessagePack library reads to its end", () => {
    const objects = new Unpackr({ useRecords: false, mapsAsObjects: false }).unpackMultiple(bytes) as unknown[];
    const [header, digest, ...rest] = objects as [Map<string, unknown>, Uint8Array, ...unknown[]];
    expect([...header.keys()]).toEqual([
      "format",
      "version",
      "header_bytes",
      "features",
      "framework",
      "environment",
      "schema",
      "provenance",
      "source",
      "root",
      "nodes",
      "tensors",
    ]);
    const headerBytes = Number(header.get("header_bytes"));
    expect(toHex(digest)).toBe(createHash("sha256").update(bytes.subarray(0, headerBytes)).digest("hex"));
    // coef_, 96 bytes in chunks of 24; the rest is short enough for the index.
    expect(rest.filter((object) => object !== null).map((object) => (object as Uint8Array).length)).toEqual([
      24, 24, 24, 24,
    ]);
  });

  it("puts every content at a multiple of 64, where its index says", async () => {
    const whole = await written(await artifactOf(dictOf(manyTensors(7))));
    const header = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" }).unpackMultiple(
      whole,
    ) as unknown[];
    const { tensors } = header[0] as {
      tensors: { path: string; sha256: Uint8Array; chunks: [number, number, number][] }[];
    };
    expect(tensors).toHaveLength(7);
    for (const { path, sha256, chunks } of tensors) {
      const [position = -1, stored = 0] = chunks[0] ?? [];
      expect(position % 64).toBe(0);
      const content = whole.subarray(position, position + stored);
      expect(content[0]).toBe(Number(path.slice(1)) + 1);
      expect(createHash("sha256").update(content).digest("hex")).toBe(toHex(sha256));
    }
    expect(whole.length).toBe((tensors[6]?.chunks[0]?.[0] ?? 0) + 707);
  });

  it("reads its header and nothing else when it is opened", async () => {
    const whole = await written(await artifactOf(dictOf(manyTensors(40))));
    const source = countingSource(fromBytes(whole, "big.model"));
    const raw = await modelFormat.read(source, { host, work, container: [] });
    expect(source.bytesRead).toBeLessThan(16_000);
    expect(source.reads).toHaveLength(2);
    const node = raw.root;
    if (typeof node !== "object" || node?.kind !== "dict") throw new Error("expected a dict");
    const [first] = node.values;
    if (typeof first !== "object" || first?.kind !== "tensor") throw new Error("expected a tensor");
    source.reset();
    await readElements(first.tensor, 90, 10);
    expect(source.bytesRead).toBe(10);
    expect(first.tensor.data.origin ?? 1).toBeGreaterThan(0);
  });

  it("describes to the same artifact again", async () => {
    const again = await reopened(bytes);
    expect(await compareGraphs(artifact.root, again.root, work)).toEqual([]);
    const facts = (of: Artifact): unknown => ({
      parameters: of.parameters.map(({ path, tensor, origin }) => [
        path,
        tensor.dtype.name,
        tensor.shape,
        tensor.order,
        origin,
      ]),
      values: of.values.map(({ path, role }) => [path, role]),
      estimators: of.estimators.map(({ path, className, schema, fitted }) => [path, className, schema, fitted]),
      imports: of.imports.map(({ module, name, role, class: kind }) => [module, name, role, kind]),
      framework: of.framework,
      environment: of.environment,
      schema: of.schema,
    });
    expect(facts(again)).toEqual(facts(artifact));
    expect(again.facts).toContainEqual({ id: "pickle.protocol", label: "Pickle protocol", value: "4" });
    expect(again.format).toBe("model");
  });

  it("keeps byte order, memory order and NaN payloads as they are", async () => {
    const { parameters } = await reopened(bytes);
    const coef = parameters.find(({ path }) => path === "coef_");
    expect(coef?.tensor.order).toBe("F");
    const big = parameters.find(({ path }) => path === "big_")?.tensor;
    expect(big?.dtype.name).toBe(">f8");
    expect(toHex(big === undefined ? new Uint8Array() : await readElements(big, 0, 2))).toBe(
      "7ff4dead0000beef3ff0000000000000",
    );
  });

  it("lists every parameter by its address for readers that know no graph", async () => {
    const tensors = await readModelTensors(fromBytes(bytes, "copy.model"), { host, work, container: [] });
    for (const { path, tensor } of artifact.parameters) {
      const found = tensors.get(path);
      expect([path, found?.dtype.name]).toEqual([path, tensor.dtype.name]);
      if (found === undefined) continue;
      const count = tensor.shape.reduce((product, dim) => product * dim, 1);
      const same = isSame(await readElements(found, 0, count), await readElements(tensor, 0, count));
      expect([path, same]).toEqual([path, true]);
    }
  });

  it("is written again from its copy as the same bytes", async () => {
    const once = await written(artifact);
    const again = await reopened(once);
    const twice = await written(again);
    const thrice = await written(await reopened(twice));
    expect(isSame(twice, thrice)).toBe(true);
  });

  it("tells where it came from", async () => {
    const provenance = {
      sourceName: "lr.joblib",
      sourceFormat: "zlib, joblib",
      sourceSha256: "00ff",
      tool: "model-loupe 1",
    };
    const { facts } = await readBack(await written(artifact, { provenance }));
    expect(Object.fromEntries(facts.map(({ id, value }) => [id, value]))).toMatchObject({
      "model.version": "1",
      "source.name": "lr.joblib",
      "source.format": "zlib, joblib",
      "source.sha256": "00ff",
      "source.tool": "model-loupe 1",
    });
  });

  it("deflates what gets smaller and leaves the rest as it is", async () => {
    const noise = new Uint8Array(3_000_000);
    for (let at = 0, state = 1; at < noise.length; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      noise[at] = state >>> 24;
    }
    const bytesOf = scalarDType("uint8");
    const root = dictOf({
      zeros: arrayNode(tensorOf(bytesOf, [3_000_000], new Uint8Array(3_000_000).fill(9))),
      noise: arrayNode(tensorOf(bytesOf, [3_000_000], noise)),
    });
    const whole = await written(await artifactOf(root), { compression: "deflate" });
    expect(whole.length).toBeLessThan(3_020_000);
    const raw = await readBack(whole);
    expect(raw.findings).toEqual([]);
    expect(await compareGraphs(root, raw.root, work)).toEqual([]);
    // A window over the seam of two chunks.
    const tensors = await readModelTensors(fromBytes(whole, "x"), { host, work, container: [] });
    const zeros = tensors.get("zeros");
    const window = zeros && (await readElements(zeros, 1_048_570, 12));
    expect(toHex(window ?? new Uint8Array())).toBe("09".repeat(12));
  });
});

function manyTensors(count: number): Record<string, ReturnType<typeof arrayNode>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const length = 101 * (index + 1);
      return [`t${index}`, arrayNode(tensorOf(scalarDType("uint8"), [length], new Uint8Array(length).fill(index + 1)))];
    }),
  );
}

describe("digests", () => {
  it("are compared when they are asked for", async () => {
    const damaged = Uint8Array.from(bytes);
    const at = bytes.length - 1;
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    const fine = await reopened(bytes);
    expect(await checkDigests(fine, host, work)).toEqual([]);
    const broken = await reopened(damaged);
    expect(broken.findings).toEqual([]);
    expect(await checkDigests(broken, host, work)).toMatchObject([
      { rule: "integrity/corrupt", severity: "error", message: expect.stringContaining("their digest differs") },
    ]);
    expect(await checkDigests(broken, host, work, 8)).toEqual([]);
  });

  it("of the header is compared on opening", async () => {
    const at = bytes.indexOf(0x00, 400);
    const text = Buffer.from(bytes).indexOf("LogisticRegression");
    const damaged = Uint8Array.from(bytes);
    damaged[text] = "M".charCodeAt(0);
    expect(at).toBeGreaterThan(0);
    const raw = await readBack(damaged);
    expect(raw.findings).toMatchObject([{ rule: "integrity/corrupt", severity: "error", range: { offset: 0 } }]);
  });
});
