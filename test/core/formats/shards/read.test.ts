import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import * as build from "../../../support/pickle-builder.ts";
import { dictOf, eight, storage, tensor, torchZip } from "../../../support/torch-builder.ts";

const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** uint8 tensors of two elements each. */
function safetensors(tensors: Readonly<Record<string, readonly [number, number]>>): Uint8Array {
  const entries = Object.keys(tensors).map((name, k) => [
    name,
    { dtype: "U8", shape: [2], data_offsets: [2 * k, 2 * k + 2] },
  ]);
  const header = text(JSON.stringify(Object.fromEntries(entries)));
  return concat(eight(header.length), header, Uint8Array.from(Object.values(tensors).flat()));
}

const ONE = "model-00001-of-00002.safetensors";
const TWO = "model-00002-of-00002.safetensors";
const index = (weights: Readonly<Record<string, string>>): Uint8Array =>
  text(JSON.stringify({ metadata: { total_size: 6 }, weight_map: weights }));
const whole = index({ "b.weight": TWO, "a.weight": ONE, "a.bias": ONE });
const files = {
  [ONE]: safetensors({ "a.weight": [1, 2], "a.bias": [3, 4] }),
  [TWO]: safetensors({ "b.weight": [5, 6] }),
};

const open = (bytes: Uint8Array, beside: Readonly<Record<string, Uint8Array>>): Promise<Artifact> => {
  const siblings = {
    own: "model.safetensors.index.json",
    open: (name: string) => {
      const found = beside[name];
      return Promise.resolve(found === undefined ? undefined : fromBytes(found, name, 0));
    },
  };
  return openArtifact(fromBytes(bytes, siblings.own, 0), nodeHost(), quietWork(), { siblings });
};
const hexOf = async ({ parameters }: Artifact): Promise<string[]> =>
  Promise.all(
    parameters.map(async ({ path, tensor: each }) => {
      const bytes = await readElements(each, 0, elementCount(each.shape));
      return `${path} ${toHex(bytes)}`;
    }),
  );

describe("a model over several files", () => {
  it("is one artifact, its tensors in the order of the index", async () => {
    const artifact = await open(whole, files);
    expect([artifact.format, artifact.container, artifact.complete, artifact.findings]).toEqual([
      "safetensors",
      ["shards"],
      true,
      [],
    ]);
    expect(await hexOf(artifact)).toEqual(["b.weight 0506", "a.weight 0102", "a.bias 0304"]);
    expect(artifact.facts.find(({ id }) => id === "shards.files")?.value).toBe(`2: ${TWO}, ${ONE}`);
    expect(artifact.values.map(({ path, value }) => [path, value])).toEqual([["__metadata__.total_size", 6n]]);
  });

  it("may be of PyTorch, and what its pickles would call is flagged", async () => {
    const map = index({ w: "pytorch_model-00001-of-00001.bin" });
    const w = tensor(storage("0", 1), [1], [1]);
    const hostile = build.pickle(build.global("os", "system"), build.short("id"), "TUPLE1", "REDUCE");
    const shard = (more: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> => ({
      "pytorch_model-00001-of-00001.bin": torchZip(dictOf({ w, ...more }), { "0": new Uint8Array(4) }),
    });
    const artifact = await open(map, shard({}));
    expect([artifact.format, artifact.complete, artifact.parameters.length]).toEqual(["torch", true, 1]);
    const flagged = (await open(map, shard({ x: hostile }))).findings.find(
      ({ rule }) => rule === "safety/dangerous-global",
    );
    expect(flagged).toMatchObject({ severity: "error" });
    // The place is in the shard, not in the index.
    expect(flagged?.range).toBeUndefined();
  });

  it.each<[string, Uint8Array, Readonly<Record<string, Uint8Array>>, string]>([
    ["a shard that is not there", whole, { [ONE]: files[ONE] }, "integrity/not-read"],
    ["a shard that is no model", whole, { ...files, [TWO]: text("<html>") }, "integrity/not-read"],
    ["a shard that is cut", whole, { ...files, [TWO]: files[TWO].subarray(0, -1) }, "integrity/truncated"],
    ["a tensor that is in no shard", index({ "a.weight": ONE, c: ONE, "a.bias": ONE }), files, "integrity/corrupt"],
    ["a name that leads elsewhere", index({ "a.weight": "../other.safetensors" }), files, "integrity/not-read"],
    ["an index that is cut", whole.subarray(0, -10), files, "integrity/truncated"],
  ])("with %s is shown without it, and is not complete", async (_what, bytes, beside, rule) => {
    const artifact = await open(bytes, beside);
    expect([artifact.findings.some((found) => found.rule === rule), artifact.complete]).toEqual([true, false]);
  });

  it("tells of tensors that the index leaves out", async () => {
    const artifact = await open(index({ "a.weight": ONE }), files);
    expect(artifact.findings).toMatchObject([{ rule: "integrity/corrupt", severity: "warning", path: "a.bias" }]);
    expect(artifact.parameters.map(({ path }) => path)).toEqual(["a.weight", "a.bias"]);
  });

  it("without a folder has its names, and says that nothing of it was read", async () => {
    const artifact = await openArtifact(fromBytes(whole, "model.safetensors.index.json", 0), nodeHost(), quietWork());
    expect([artifact.format, artifact.complete, artifact.parameters]).toEqual(["safetensors", false, []]);
  });

  it("is plain JSON where the map is of something else", async () => {
    for (const bytes of [index({ a: "b" }), index({}), text('{"weight_map": {"a.safetensors": 1}}')])
      expect((await open(bytes, {})).format).toBe("json");
  });

  it("does not lie in itself without end", async () => {
    const name = "model.bin";
    const map = index({ w: name });
    const artifact = await open(map, { [name]: map }).catch((error: unknown) => error);
    expect(artifact instanceof ArtifactError || (artifact as Artifact).complete).toBe(false);
  });
});
