import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";

const folder = new URL("../../../fixtures/keras-kinds/", import.meta.url);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const expected = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")) as {
  readonly bfloat16: Record<string, string>;
  readonly words: Record<string, string> & { readonly vocabulary: readonly string[] };
  readonly int8: Record<string, string>;
  readonly sharded: Record<string, string>;
};

const siblings = {
  own: "sharded.weights.json",
  open: (name: string) => Promise.resolve(fromBytes(bytesOf(name), name, 0)),
};
const open = (name: string, bytes = bytesOf(name)): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork(), { siblings });

async function hexOf({ parameters }: Artifact): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { path, tensor } of parameters)
    found[path] = toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
  return found;
}

describe("bfloat16, which HDF5 has no type for", () => {
  it.each(["bfloat16.keras", "bfloat16.h5"])("is read as numbers in %s", async (name) => {
    const artifact = await open(name);
    expect(artifact).toMatchObject({ format: "keras", complete: true, findings: [] });
    expect(new Set(artifact.parameters.map(({ tensor }) => tensor.dtype.name))).toEqual(new Set(["bfloat16"]));
    expect(await hexOf(artifact)).toEqual(expected.bfloat16);
  });

  it("is read as numbers in .weights.h5", async () => {
    const artifact = await open("bfloat16.weights.h5");
    expect(artifact.parameters.map(({ path, tensor }) => `${path} ${tensor.dtype.name}`)).toEqual([
      "layers/dense/vars/0 bfloat16",
      "layers/dense/vars/1 bfloat16",
    ]);
    expect(Object.values(await hexOf(artifact))).toEqual(Object.values(expected.bfloat16));
  });
});

describe("a quantised layer", () => {
  it("has its scale by name", async () => {
    const artifact = await open("int8.keras");
    expect(artifact.parameters.map(({ path, tensor }) => `${path} ${tensor.dtype.name}`)).toEqual([
      "small.kernel int8",
      "small.bias float32",
      "small.kernel_scale float32",
    ]);
    expect(await hexOf(artifact)).toEqual(expected.int8);
  });
});

describe("a vocabulary beside the arrays", () => {
  it("is shown at its layer", async () => {
    const artifact = await open("words.keras");
    expect(artifact).toMatchObject({ format: "keras", complete: true, findings: [] });
    const vocabulary = artifact.values.find(({ path }) => path === "words.vocabulary");
    expect(vocabulary?.value).toMatchObject({ kind: "list", items: expected.words.vocabulary });
    expect(Object.keys(await hexOf(artifact))).toEqual(["words.idf_weights", "head.kernel", "head.bias"]);
  });

  it("does not hide from .weights.h5 that Keras wrote it", async () => {
    const artifact = await open("words.weights.h5");
    expect(artifact).toMatchObject({ format: "keras", complete: true });
    expect(artifact.parameters.map(({ path }) => path)).toContain("layers/string_lookup/vars/idf_weights");
  });
});

describe("weights over several files", () => {
  it("are one model, in the order of the index", async () => {
    const artifact = await open("sharded.weights.json");
    expect(artifact).toMatchObject({ format: "keras", container: ["shards"], complete: true, findings: [] });
    expect(artifact.parameters.map(({ path }) => path)).toEqual([
      "layers/dense/vars/0",
      "layers/dense/vars/1",
      "layers/dense_1/vars/0",
      "layers/dense_1/vars/1",
    ]);
    expect(Object.values(await hexOf(artifact))).toEqual(Object.values(expected.sharded));
  });

  it("are not complete where the index names arrays that no file has", async () => {
    const index = new TextDecoder().decode(bytesOf("sharded.weights.json")).replace("dense_1", "dense_7");
    const artifact = await open("sharded.weights.json", new TextEncoder().encode(index));
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ rule }) => rule)).toContain("integrity/corrupt");
    expect(artifact.parameters.map(({ path }) => path)).toContain("layers/dense_1/vars/0");
  });
});

describe("an archive in which HDF5 begins at byte 2048", () => {
  it("is the archive", async () => {
    const bytes = bytesOf("bfloat16.keras");
    const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
    const at = bytes.findIndex((_, i) => signature.every((byte, k) => bytes[i + k] === byte));
    // A name or a comment as long as it takes moves it there: here, entries that no directory lists.
    const pad = new Uint8Array(2048 - at);
    pad.set([0x50, 0x4b, 3, 4]);
    const artifact = await open("moved.keras", concat(pad, bytes));
    expect(artifact).toMatchObject({ format: "keras", container: ["zip"] });
    expect(await hexOf(artifact)).toEqual(expected.bfloat16);
  });
});
