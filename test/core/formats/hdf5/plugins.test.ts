import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { unpackBlosc } from "../../../../src/core/codecs/blosc/unpack.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { unpackBitshuffle, unpackLz4 } from "../../../../src/core/formats/hdf5/filters/blocks.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { isNode } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { fixture, fixtureJson, readBytes, rulesOf, tensorAt, valueAt } from "../../../support/read-format.ts";

interface Expected {
  readonly arrays: Readonly<Record<string, { shape: readonly number[]; hex?: string; sha256?: string }>>;
  readonly datasets: Readonly<Record<string, string>>;
}

const expected = fixtureJson("hdf5-plugins/expected.json") as Expected;
const host = nodeHost();
const file = fixture("hdf5-plugins/plugins.h5");

/** The first elements of all datasets. */
async function someOfAll(bytes: Uint8Array): Promise<void> {
  const artifact = await readBytes(bytes, "plugins.h5");
  for (const name of Object.keys(expected.datasets)) {
    const tensor = tensorAt(artifact, name);
    await readElements(tensor, 0, Math.min(4096, elementCount(tensor.shape)));
  }
}

describe("chunks that plug-ins packed", () => {
  it("have every value that hdf5plugin reads", async () => {
    const artifact = await readBytes(file, "plugins.h5");
    for (const [name, kind] of Object.entries(expected.datasets)) {
      const { shape, hex, sha256 } = expected.arrays[kind] ?? { shape: [] };
      const value = valueAt(artifact, name);
      const tensor = isNode(value) && value.kind === "tensor" ? value.tensor : undefined;
      if (tensor === undefined) throw new Error(`${name} is no tensor`);
      const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
      const found = hex === undefined ? createHash("sha256").update(bytes).digest("hex") : toHex(bytes);
      expect([name, tensor.shape, found]).toEqual([name, shape, hex ?? sha256]);
    }
  });

  it("are named where they are not read", async () => {
    const artifact = await readBytes(file, "plugins.h5");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
    expect(valueAt(artifact, "never-read")).toMatchObject({
      kind: "unread",
      why: "its values are packed with ZFP, which is not read",
    });
  });

  it("are read, or refused with a reason, whatever bytes are changed", async () => {
    const files = mutator([file], 61);
    for (let k = fuzzCount(25); k > 0; k--) {
      const outcome = await someOfAll(files.next()).catch((error: unknown) => error);
      if (outcome instanceof Error && !(outcome instanceof ArtifactError) && !outcome.message.startsWith("no tensor"))
        throw outcome;
    }
  });
});

/** 12 bytes of "ab" six times in Blosc: one block, its one part packed with the codec. */
function blosc(codec: number, part: readonly number[], change: Readonly<Record<number, number>> = {}): Uint8Array {
  const header = [2, 1, (codec << 5) | 16, 1, 12, 0, 0, 0, 12, 0, 0, 0, 24 + part.length, 0, 0, 0];
  const bytes = Uint8Array.from(header.concat([20, 0, 0, 0, part.length, 0, 0, 0], part));
  for (const [at, value] of Object.entries(change)) bytes[Number(at)] = value;
  return bytes;
}

const AB = [0x61, 0x62];
/** Two literals and a match of ten, two back. */
const BLOSCLZ = [1, ...AB, (7 << 5) | 0, 1, 1];
/** Two literals and a match of five, then five literals, as LZ4 has to end. */
const LZ4 = [0x21, ...AB, 2, 0, 0x50, 0x62, ...AB, ...AB];

describe("Blosc", () => {
  const unpack = (bytes: Uint8Array, most = 12): Promise<Uint8Array> => unpackBlosc(bytes, most, host, "it");

  it.each([
    ["BloscLZ", 0, BLOSCLZ],
    ["LZ4", 1, LZ4],
    ["bytes as they are", 4, [...AB, ...AB, ...AB, ...AB, ...AB, ...AB]],
  ])("is read as it is spelt out: %s", async (_, codec, part) => {
    expect(new TextDecoder().decode(await unpack(blosc(codec, part)))).toBe("abababababab");
  });

  it("may hold nothing, or bytes that are not packed", async () => {
    expect(await unpack(Uint8Array.of(2, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0))).toHaveLength(0);
    const stored = Uint8Array.of(2, 1, 2, 1, 2, 0, 0, 0, 2, 0, 0, 0, 18, 0, 0, 0, 7, 8);
    expect(await unpack(stored)).toEqual(Uint8Array.of(7, 8));
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    ["a version that is not known", blosc(0, BLOSCLZ, { 0: 5 }), "unsupported", /version 5/],
    ["a codec that is not known", blosc(5, BLOSCLZ), "unsupported", /codec 5/],
    ["more bytes than are expected", blosc(0, BLOSCLZ, { 4: 13 }), "corrupt", /13 bytes, 12 are expected/],
    ["blocks without bytes", blosc(0, BLOSCLZ, { 8: 0 }), "corrupt", /blocks of 0/],
    ["blocks that are larger than all", blosc(0, BLOSCLZ, { 9: 1 }), "corrupt", /blocks of 268/],
    ["a length below its header's", blosc(0, BLOSCLZ, { 12: 9 }), "corrupt", /9 bytes long/],
    ["a length over what is there", blosc(0, BLOSCLZ, { 13: 9 }), "truncated", /needs/],
    ["a block in the header", blosc(0, BLOSCLZ, { 16: 4 }), "corrupt", /outside/],
    ["a block behind the end", blosc(0, BLOSCLZ, { 19: 1 }), "corrupt", /outside/],
    ["a part that is longer than all", blosc(0, BLOSCLZ, { 21: 1 }), "truncated", /block 0/],
    ["blocks over each other", blosc(0, [], { 8: 1, 12: 24 }), "truncated", /blocks of Blosc/],
    ["a match before the start", blosc(0, [0, 0x61, 7 << 5, 0, 200, 3]), "corrupt", /leads out/],
    ["a match that is cut", blosc(0, [0, 0x61, 7 << 5, 255]), "corrupt", /within a match/],
    ["literals that are cut", blosc(0, [9, 0x61]), "corrupt", /too long/],
    ["too few bytes", blosc(0, [1, ...AB]), "corrupt", /2 bytes, expected 12/],
    ["LZ4 that is cut", blosc(1, LZ4.slice(0, 6)), "corrupt", /LZ4/],
    ["LZ4 from before the start", blosc(1, [0x21, ...AB, 9, 0, 0x50, 1, 2, 3, 4, 5]), "corrupt", /before the start/],
    [
      "a stored buffer that is cut",
      Uint8Array.of(2, 1, 2, 1, 9, 0, 0, 0, 9, 0, 0, 0, 16, 0, 0, 0),
      "truncated",
      /needs/,
    ],
  ])("is refused with %s", async (_, bytes, code, message) => {
    const error: unknown = await unpack(bytes).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect((error as Error).message).toMatch(message);
  });

  it("gives no more than its bytes can be, though blocks lie over each other", async () => {
    // A thousand blocks of 200 bytes, all of them the same seven bytes of the file.
    const part = [0, 0x61, 7 << 5, 190, 0];
    const bytes = new Uint8Array(16 + 4000 + 4 + part.length);
    const view = new DataView(bytes.buffer);
    bytes.set([2, 1, 16, 1]);
    for (const [at, value] of [
      [4, 200_000],
      [8, 200],
      [12, bytes.length],
      [4016, part.length],
    ] as const)
      view.setUint32(at, value, true);
    for (let k = 0; k < 1000; k++) view.setUint32(16 + 4 * k, 4016, true);
    bytes.set(part, 4020);
    await expect(unpack(bytes, 200_000)).rejects.toThrow("over each other");
  });

  it("cut anywhere is refused with the reason", async () => {
    for (const bytes of [blosc(0, BLOSCLZ), blosc(1, LZ4)])
      for (let length = 0; length < bytes.length; length++)
        await expect(unpack(bytes.subarray(0, length))).rejects.toBeInstanceOf(ArtifactError);
  });
});

describe("LZ4 and bitshuffle in blocks", () => {
  const big = (...numbers: readonly number[]): number[] => numbers.flatMap((n) => [0, 0, n >> 8, n & 255]);

  it("are refused where their sizes cannot be", async () => {
    expect(unpackLz4(Uint8Array.of(...big(0, 2, 2, 2), 7, 8), 2, "it")).toEqual(Uint8Array.of(7, 8));
    expect(() => unpackLz4(Uint8Array.of(...big(0, 3, 3, 3), 7, 8, 9), 2, "it")).toThrow("3 bytes unpacked");
    expect(() => unpackLz4(Uint8Array.of(...big(0, 3, 0, 3), 7, 8, 9), 3, "it")).toThrow("without bytes");
    expect(() => unpackLz4(Uint8Array.of(...big(0, 3, 3, 9), 7, 8, 9), 3, "it")).toThrow(ArtifactError);
    const shuffle = (values: readonly number[], bytes: readonly number[]): Promise<Uint8Array> =>
      unpackBitshuffle(Uint8Array.from(bytes), values, 64, host, "it");
    expect(await shuffle([0, 4, 1, 8, 0], [255, 0, 0, 0, 0, 0, 0, 0, 9])).toEqual(
      Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 9),
    );
    await expect(shuffle([0, 4, 0], [1])).rejects.toThrow("elements without bytes");
    await expect(shuffle([0, 4, 1, 7, 0], [1])).rejects.toThrow("blocks of 7 bytes");
    await expect(shuffle([0, 4, 1, 8, 9], big(0, 8, 8, 1))).rejects.toThrow("packing 9");
    await expect(shuffle([0, 4, 1, 8, 2], big(0, 99, 8, 1))).rejects.toThrow("99 bytes unpacked");
    await expect(shuffle([0, 4, 1, 8, 3], [...big(0, 8, 8, 1), 9])).rejects.toBeInstanceOf(ArtifactError);
  });
});
