import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { type ByteSource, fromBytes } from "../../../../src/core/bytes/source.ts";
import { npzFormat } from "../../../../src/core/formats/npz/index.ts";
import { probeOf } from "../../../../src/core/formats/probe.ts";
import { LIMITS } from "../../../../src/core/limits.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { elementCount, type TensorRef } from "../../../../src/core/model/tensor.ts";
import { type DictNode, dictGet, isNode } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { BytesBuilder, concat, noise, toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { numpyFixture, numpyFixtures } from "../../../support/numpy-fixtures.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const read = (source: ByteSource): Promise<RawArtifact> =>
  npzFormat.read(source, { host: nodeHost(), work: quietWork(), container: [] });
const readBytes = (bytes: Uint8Array): Promise<RawArtifact> => read(fromBytes(bytes, "m.npz", 0));
const root = (artifact: RawArtifact): DictNode => artifact.root as DictNode;
const tensorAt = (artifact: RawArtifact, name: string): TensorRef => {
  const value = dictGet(root(artifact), name);
  if (!isNode(value) || value.kind !== "tensor") throw new Error(`${name} is no tensor`);
  return value.tensor;
};
const hexOf = async (tensor: TensorRef): Promise<string> =>
  toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
const npy = (data: Uint8Array, shape = `(${data.length},)`): Uint8Array => {
  const header = new TextEncoder().encode(`{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }\n`);
  return new BytesBuilder().raw([0x93]).text("NUMPY").u8(1).u8(0).u16(header.length).raw(header).raw(data).bytes();
};

describe("what np.savez writes without arrays", () => {
  it("is known by its name: the bytes are those of any empty zip archive", async () => {
    const certainty = async (bytes: Uint8Array, name: string): Promise<string | undefined> =>
      npzFormat.sniff(await probeOf(fromBytes(bytes, name)))?.certainty;
    const empty = forgeZip([]);
    expect(await certainty(empty, "m.npz")).toBe("likely");
    expect(await certainty(empty, "m.zip")).toBe("possible");
    expect(await certainty(concat(empty, Uint8Array.of(0)), "m.npz")).toBe("possible");
  });

  it("is an archive of none, and complete", async () => {
    const artifact = await readBytes(forgeZip([]));
    expect(artifact.findings).toEqual([]);
    expect([artifact.complete, root(artifact).keys]).toEqual([true, []]);
  });
});

describe.each(["old", "new"] as const)("archives of numpy, %s", (generation) => {
  it.each(numpyFixtures(generation, ".npz"))("%s reads as numpy has it, to the bit", async (name, arrays) => {
    const artifact = await readBytes(numpyFixture(generation, name));
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
    expect(artifact.container).toEqual(["zip"]);
    expect(root(artifact).keys).toEqual(expect.arrayContaining(Object.keys(arrays)));
    expect(root(artifact).keys).toHaveLength(Object.keys(arrays).length);
    for (const [key, wanted] of Object.entries(arrays)) {
      const tensor = tensorAt(artifact, key);
      const { dtype, shape, order } = tensor;
      expect({ dtype: dtype.name, shape, order, hex: await hexOf(tensor) }, `array ${key}`).toEqual(wanted);
    }
  });

  it("reads object arrays in it", async () => {
    const artifact = await readBytes(numpyFixture(generation, "objects.npz"));
    expect(artifact.findings).toEqual([]);
    expect(dictGet(root(artifact), "words")).toMatchObject({ kind: "tensor", objects: ["a", null] });
  });

  it.each(["bzip2", "lzma"])("reads members that zipfile compressed with %s", async (method) => {
    const artifact = await readBytes(numpyFixture(generation, `${method}.npz`));
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
    const [, arrays = {}] = numpyFixtures(generation, ".npz").find(([name]) => name === "stored.npz") ?? [];
    expect(new Set(root(artifact).keys)).toEqual(new Set(Object.keys(arrays)));
    for (const [key, { hex }] of Object.entries(arrays)) expect(await hexOf(tensorAt(artifact, key))).toBe(hex);
    expect(artifact.facts).toMatchObject([{ value: expect.stringContaining("compressed") }]);
  });

  it.each(["bzip2", "lzma"])("notices every damaged byte of members compressed with %s", async (method) => {
    const whole = numpyFixture(generation, `${method}.npz`);
    const [, arrays = {}] = numpyFixtures(generation, ".npz").find(([name]) => name === "stored.npz") ?? [];
    for (let at = 0; at < whole.length; at += 31) {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 0x10;
      const artifact = await readBytes(bytes).catch(() => undefined);
      if (artifact === undefined || artifact.findings.length > 0) continue;
      for (const [key, { hex }] of Object.entries(arrays)) expect(await hexOf(tensorAt(artifact, key))).toBe(hex);
    }
  });
});

describe("an npz archive", () => {
  it("holds arrays under their names and other members as bytes", async () => {
    const bytes = forgeZip([
      { name: "w.npy", content: npy(Uint8Array.of(1, 2)) },
      { name: "model_loupe.json", content: new TextEncoder().encode("{}") },
      { name: "payload.pkl", content: new TextEncoder().encode("cos\nsystem\n.") },
      { name: "notes.bin", content: new TextEncoder().encode("notes of a stranger") },
      { name: "folder/", content: new Uint8Array(0) },
      { name: "folder/b.npy", content: npy(Uint8Array.of(3)) },
    ]);
    const artifact = await readBytes(bytes);
    expect(root(artifact).keys).toEqual(["w", "model_loupe.json", "payload.pkl", "notes.bin", "folder/b"]);
    // Ours is known, a pickle is looked into; a stranger's must not look as if it had been found harmless.
    expect(artifact.findings).toMatchObject([{ rule: "integrity/not-read", severity: "warning", path: "notes.bin" }]);
    expect(artifact.imports).toMatchObject([{ module: "os", name: "system", class: "dangerous" }]);
    const other = dictGet(root(artifact), "model_loupe.json");
    if (!isNode(other) || other.kind !== "bytes") throw new Error("no bytes");
    expect(new TextDecoder().decode(await other.data.read(0, other.data.size))).toBe("{}");
  });

  it("is mapped where it is stored, and opened at the cost of its directory and headers", async () => {
    const members = ["a", "b"].map((name) => ({ name: `${name}.npy`, content: npy(noise(2_000_000)) }));
    const bytes = forgeZip(members);
    const source = countingSource(fromBytes(bytes, "m.npz", 0));
    const artifact = await read(source);
    expect(source.bytesRead).toBeLessThan(LIMITS.probeTailBytes + 2_000);
    const { data } = tensorAt(artifact, "b");
    const at = data.origin ?? 0;
    expect(toHex(bytes.subarray(at, at + 9))).toBe(toHex(noise(9)));
  });

  it("shows the other members when one is damaged", async () => {
    const bytes = forgeZip([
      { name: "good.npy", content: npy(Uint8Array.of(1)) },
      { name: "bad.npy", content: new TextEncoder().encode("not an array") },
      { name: "sum.npy", content: npy(Uint8Array.of(2)), says: { crc32: 1 } },
      { name: "cut.npy", content: npy(Uint8Array.of(3), "(4,)") },
      {
        name: "locked.npy",
        content: npy(Uint8Array.of(4)),
        flags: 1,
        says: { size: npy(Uint8Array.of(4)).length - 12 },
      },
    ]);
    const artifact = await readBytes(bytes);
    expect(artifact.complete).toBe(false);
    expect(Object.fromEntries(artifact.findings.map(({ rule, path }) => [path, rule]))).toEqual({
      bad: "integrity/corrupt",
      cut: "integrity/truncated",
      locked: "integrity/not-read",
      sum: "integrity/corrupt",
    });
    expect(await hexOf(tensorAt(artifact, "good"))).toBe("01");
    // Damaged, and said so: its bytes can still be looked at.
    expect(await hexOf(tensorAt(artifact, "sum"))).toBe("02");
    expect(dictGet(root(artifact), "bad")).toMatchObject({ kind: "unread" });
  });

  it("warns of names that climb out of a folder and of names that occur twice", async () => {
    const bytes = forgeZip([
      { name: "../../w.npy", content: npy(Uint8Array.of(1)) },
      { name: "x.npy", content: npy(Uint8Array.of(2)) },
      { name: "x.npy", content: npy(Uint8Array.of(3)) },
    ]);
    const artifact = await readBytes(bytes);
    expect(artifact.findings.map(({ rule }) => rule).sort()).toEqual(["integrity/corrupt", "integrity/duplicate-name"]);
    expect(root(artifact).keys).toEqual(["../../w", "x", "x"]);
    expect(await hexOf(tensorAt(artifact, "x"))).toBe("03");
  });

  it("holds an array that inflates to far more than the file without inflating it", async () => {
    const size = 400 * 1024 * 1024;
    const header = npy(new Uint8Array(0), `(${size},)`);
    const content = Buffer.concat([header, Buffer.alloc(size)]);
    const bytes = forgeZip([{ name: "bomb.npy", content, method: 8 }]);
    expect(bytes.length).toBeLessThan(500_000);
    const source = countingSource(fromBytes(bytes, "m.npz", 0));
    const artifact = await read(source);
    expect(artifact.findings).toEqual([]);
    expect(source.bytesRead).toBeLessThan(LIMITS.probeTailBytes + 10_000);
    expect(toHex(await readElements(tensorAt(artifact, "bomb"), 0, 3))).toBe("000000");
  });

  it("does not believe a size that the bytes cannot have", async () => {
    const content = npy(Uint8Array.of(1, 2, 3), "(3000000000,)");
    const artifact = await readBytes(
      forgeZip([{ name: "lie.npy", content, method: 8, says: { size: 3_000_000_060 } }]),
    );
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ rule }) => rule)).toContain("integrity/truncated");
    expect(toHex(await readElements(tensorAt(artifact, "lie"), 0, 3))).toBe("010203");
    await expect(readElements(tensorAt(artifact, "lie"), 0, 4)).rejects.toMatchObject({ code: "truncated" });
  });

  it("gives a partial view or a precise error, cut at every 7th byte", async () => {
    for (const name of ["stored.npz", "deflated.npz", "zip64.npz", "streamed.npz", "objects.npz"]) {
      const whole = numpyFixture("new", name);
      const names = root(await readBytes(whole)).keys;
      const { shown, refused } = await readCuts(whole, readBytes);
      for (const { length, artifact } of shown) {
        expect(artifact.complete, `${name} cut at ${length}`).toBe(false);
        expect(names, `${name} cut at ${length}`).toEqual(expect.arrayContaining(root(artifact).keys));
      }
      for (const { length, error } of refused)
        expect(error, `${name} cut at ${length}`).toMatchObject({ code: length < 4 ? "not-recognised" : "truncated" });
      // The first member's header.
      expect(Math.max(...refused.map(({ length }) => length))).toBeLessThan(64);
    }
  });
});

describe("recognising an npz archive", () => {
  const sniff = async (bytes: Uint8Array): Promise<string | undefined> =>
    npzFormat.sniff(await probeOf(fromBytes(bytes, "m")))?.certainty;
  const array = { name: "w.npy", content: npy(Uint8Array.of(1)) };
  const other = (name: string): { name: string; content: Uint8Array } => ({
    name,
    content: new TextEncoder().encode("x"),
  });

  it.each([
    ["only arrays", forgeZip([array]), "certain"],
    ["arrays and something else", forgeZip([array, other("readme.txt")]), "likely"],
    ["nothing in it", forgeZip([]), "possible"],
    ["no array", forgeZip([other("readme.txt")]), undefined],
    ["a skops model's arrays", forgeZip([array, other("schema.json")]), undefined],
    ["no zip archive", concat(npy(Uint8Array.of(1)), new Uint8Array(zlib.deflateSync("x"))), undefined],
  ])("with %s", async (_, bytes, certainty) => {
    expect(await sniff(bytes)).toBe(certainty);
  });
});
