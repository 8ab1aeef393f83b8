import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import type { TensorRef } from "../../../../src/core/model/tensor.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact, readArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { openFile } from "../../../../src/platform/node/file.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fromHex, toHex } from "../../../support/bytes-builder.ts";
import { corpusFiles, corpusFolder } from "../../../support/corpus.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { readCuts } from "../../../support/cuts.ts";
import { Gguf, gguf, type GgufTensor } from "../../../support/gguf-builder.ts";

const read = (bytes: Uint8Array): Promise<RawArtifact> =>
  readArtifact(fromBytes(bytes, "m.gguf"), nodeHost(), quietWork());
const valueOf = ({ root }: RawArtifact, name: string): Value | undefined =>
  isNode(root) && root.kind === "dict" ? dictGet(root, name) : undefined;
const metadataOf = ({ metadata }: RawArtifact, key: string): Value | undefined =>
  isNode(metadata) && metadata.kind === "dict" ? dictGet(metadata, key) : undefined;
const tensorOf = (value: Value | undefined): TensorRef => {
  if (!isNode(value) || (value.kind !== "tensor" && value.kind !== "scalar")) throw new Error("no tensor");
  return value.tensor;
};
const hexOf = async (tensor: TensorRef): Promise<string> =>
  toHex(
    await readElements(
      tensor,
      0,
      tensor.shape.reduce((a, b) => a * b, 1),
    ),
  );
const rules = ({ findings }: RawArtifact): string[] => findings.map(({ rule }) => rule);

const little = new Gguf();
const w: GgufTensor = { name: "blk.0.attn_q.weight", dims: [3, 2], type: 0, data: little.f32(1, -0, 2, 3, 4, 5) };
const q: GgufTensor = { name: "q", dims: [256, 2], type: 12, data: new Uint8Array(288).fill(7) };

describe("a GGUF file", () => {
  it("has its tensors by name, shapes as numpy has them, bytes where they are", async () => {
    const halves: GgufTensor = { name: "h", dims: [2], type: 1, data: fromHex("007e 0080") };
    const artifact = await read(gguf({ tensors: [w, halves] }));
    expect(artifact).toMatchObject({ format: "gguf", complete: true, findings: [] });
    const tensor = tensorOf(valueOf(artifact, w.name));
    expect([tensor.dtype.name, tensor.shape]).toEqual(["float32", [2, 3]]);
    expect(await hexOf(tensor)).toBe(toHex(w.data));
    expect(await hexOf(tensorOf(valueOf(artifact, "h")))).toBe("007e0080");
  });

  it("keeps the types of its metadata, and every bit", async () => {
    const artifact = await read(
      gguf({
        metadata: [
          ["general.architecture", 8, little.text("llama")],
          ["llama.rope.freq_base", 6, fromHex("0100c07f")],
          ["big", 10, little.u64(2n ** 64n - 1n)],
          ["scores", 9, little.array(6, 2, little.f32(0.5, -1))],
          ["tokens", 9, little.array(8, 2, little.text("<s>"), little.text("é"))],
          ["broken text", 8, fromHex("0200000000000000 ff41")],
        ],
      }),
    );
    expect(artifact.complete).toBe(true);
    expect(metadataOf(artifact, "general.architecture")).toBe("llama");
    const nan = tensorOf(metadataOf(artifact, "llama.rope.freq_base"));
    expect([nan.dtype.name, await hexOf(nan)]).toEqual(["float32", "0100c07f"]);
    const big = tensorOf(metadataOf(artifact, "big"));
    expect([big.dtype.name, await hexOf(big)]).toEqual(["uint64", "ffffffffffffffff"]);
    // Numbers of the header can be shown without reading again.
    expect(metadataOf(artifact, "big")).toMatchObject({ kind: "scalar", text: "18446744073709551615" });
    expect(artifact.facts[0]).toEqual({ id: "gguf.architecture", label: "Architecture", value: "llama" });
    const scores = tensorOf(metadataOf(artifact, "scores"));
    expect([scores.shape, await hexOf(scores)]).toEqual([[2], "0000003f000080bf"]);
    expect(metadataOf(artifact, "tokens")).toMatchObject({ kind: "list", items: ["<s>", "é"] });
    expect(metadataOf(artifact, "broken text")).toMatchObject({ kind: "bytes" });
  });

  it("is read in the other byte order too, which the version tells", async () => {
    const make = new Gguf(true);
    const data = make.f32(1, 2);
    const artifact = await read(
      gguf({
        isBigEndian: true,
        metadata: [["general.alignment", 4, make.u32(64)]],
        alignment: 64,
        tensors: [{ name: "w", dims: [2], type: 0, data }],
      }),
    );
    expect(artifact.complete).toBe(true);
    const tensor = tensorOf(valueOf(artifact, "w"));
    expect([tensor.dtype.name, await hexOf(tensor)]).toEqual([">f4", toHex(data)]);
  });

  it("does not read what it does not need", async () => {
    const bytes = gguf({ tensors: [{ name: "w", dims: [1 << 20], type: 0, data: new Uint8Array(4 << 20) }] });
    const source = countingSource(fromBytes(bytes, "m.gguf"));
    const artifact = await readArtifact(source, nodeHost(), quietWork());
    expect(artifact.complete).toBe(true);
    expect(source.bytesRead).toBeLessThan(1 << 20);
  });
});

describe("a damaged GGUF file", () => {
  it("gives a view with a finding, or an error that says where, cut at every 7th byte", async () => {
    const whole = gguf({ metadata: [["a", 8, little.text("b")]], tensors: [w, q] });
    const { shown, refused } = await readCuts(whole, read);
    for (const { length, artifact } of shown) {
      expect(artifact.complete, `${length}`).toBe(false);
      expect(rules(artifact).length, `${length}`).toBeGreaterThan(0);
    }
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(20);
  });

  it.each<[string, Uint8Array, string]>([
    ["a tensor that begins in another", gguf({ tensors: [w, { ...w, name: "v", offset: 0 }] }), "integrity/corrupt"],
    ["an offset off the alignment", gguf({ tensors: [{ ...w, offset: 4 }] }), "integrity/corrupt"],
    ["an offset far behind the end", gguf({ tensors: [{ ...w, offset: 1 << 30 }] }), "integrity/truncated"],
    [
      "a shape that cannot be counted",
      gguf({ tensors: [{ ...w, dims: [2n ** 40n, 2n ** 40n] }] }),
      "integrity/corrupt",
    ],
    ["an unknown type", gguf({ tensors: [{ ...w, type: 99 }] }), "integrity/corrupt"],
    ["rows of half a block", gguf({ tensors: [{ ...q, dims: [128, 4] }] }), "integrity/corrupt"],
    ["a name that occurs twice", gguf({ tensors: [w, w] }), "integrity/duplicate-name"],
    [
      "a bad alignment",
      gguf({ metadata: [["general.alignment", 4, little.u32(24)]], tensors: [w] }),
      "integrity/corrupt",
    ],
    [
      "an unknown metadata type",
      gguf({
        metadata: [
          ["a", 8, little.text("b")],
          ["c", 77, little.u32(0)],
        ],
      }),
      "integrity/not-read",
    ],
    ["more tensors than there are", gguf({ tensors: [w], counts: { tensors: 1000n } }), "integrity/limit"],
  ])("with %s is shown with a finding", async (_what, bytes, rule) => {
    const artifact = await read(bytes);
    expect(rules(artifact)).toContain(rule);
    expect(artifact.complete).toBe(rule === "integrity/duplicate-name");
  });

  it.each<[string, Uint8Array, string]>([
    ["a count without end", gguf({ counts: { metadata: 2n ** 63n } }), "limit"],
    ["an array without end", gguf({ metadata: [["a", 9, little.array(6, 2n ** 50n)]] }), "truncated"],
    ["a text without end", gguf({ metadata: [["a", 8, little.u64(2n ** 52n)]] }), "truncated"],
    ["version 1", gguf({ version: 1 }), "unsupported"],
    ["version 99", gguf({ version: 99 }), "unsupported"],
  ])("with %s is refused with the reason", async (_what, bytes, code) => {
    await expect(read(bytes)).rejects.toMatchObject({ code });
  });

  it("does not nest without end", async () => {
    let value = little.array(4, 1, little.u32(1));
    for (let depth = 0; depth < 50; depth++) value = little.array(9, 1, value);
    const artifact = await read(
      gguf({
        metadata: [
          ["a", 4, little.u32(1)],
          ["deep", 9, value],
        ],
      }),
    );
    expect([rules(artifact), artifact.complete]).toEqual([["integrity/limit"], false]);
  });
});

const files = corpusFiles().filter(({ format }) => /^(broken: )?gguf$/.test(format));
describe.skipIf(files.length === 0)("the corpus's GGUF files", () => {
  it.each(files)("$path ($format) opens, whole unless it is broken", async ({ path: name, format }) => {
    const source = await openFile(path.join(corpusFolder() ?? "", name));
    try {
      const artifact = await openArtifact(source, nodeHost(), quietWork());
      expect(artifact.format).toBe("gguf");
      expect(artifact.findings.some(({ rule }) => rule === "integrity/truncated")).toBe(format !== "gguf");
      expect(artifact.complete).toBe(format === "gguf");
    } finally {
      await source.close();
    }
  });
});
