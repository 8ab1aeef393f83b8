import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { unpackSzip } from "../../../../src/core/formats/hdf5/filters/szip.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { mutator } from "../../../fuzz/mutate.ts";

// That values are right is tested with h5py's files (values.test.ts); here is what no library writes.
const NEAREST_NEIGHBOUR = 0x20;
/** 8 samples of 8 bits, one block: 10 as it is, then differences of 0 and 1 coded in unary (no low bits). */
const block = Uint8Array.of(8, 0, 0, 0, 0b001_00001, 0b010_1_1_1_1_1, 0b1_1_000000);
const settings = [NEAREST_NEIGHBOUR, 8, 8, 8];

const unpack = (bytes: Uint8Array, values: readonly number[], size: number): Promise<Uint8Array> =>
  unpackSzip(bytes, values, size, "it", quietWork());

describe("szip", () => {
  it("reads a block that is spelt out", async () => {
    expect([...(await unpack(block, settings, 8))]).toEqual(Array<number>(8).fill(10));
  });

  it.each<[string, readonly number[], number, RegExp]>([
    ["a block of an odd length", [0, 7, 8, 8], 8, /blocks of 7/],
    ["a line shorter than a block", [0, 8, 8, 4], 8, /lines of 4/],
    ["a line of too many blocks", [0, 8, 8, 8 * 129], 8, /lines of 1032/],
    ["no settings", [], 8, /blocks of 0/],
    ["samples of 48 bits", [0, 8, 48, 8], 8, /48 bits/],
    ["another length than the chunk has", settings, 16, /szip says 8 bytes, expected 16/],
  ])("refuses %s", async (_what, values, size, message) => {
    const error: unknown = await unpack(block, values, size).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArtifactError);
    expect((error as Error).message).toMatch(message);
  });

  it("refuses bytes that are no whole numbers", async () => {
    for (const bits of [16, 24, 32, 64])
      await expect(unpack(Uint8Array.of(7, 0, 0, 0, 0), [0, 8, bits, 8], 7)).rejects.toThrow(/no whole samples/);
  });

  it("says where it is cut, and is bounded whatever is changed", async () => {
    for (let length = 0; length < block.length; length++)
      await expect(unpack(block.subarray(0, length), settings, 8)).rejects.toThrow(ArtifactError);
    const mutations = mutator([block], 31);
    const outcomes = new Set<unknown>();
    for (let i = 0; i < 500; i++)
      try {
        outcomes.add((await unpack(mutations.next(), settings, 8)).length);
      } catch (error) {
        outcomes.add(error instanceof ArtifactError ? "refused" : error);
      }
    expect([...outcomes].filter((each) => each !== 8 && each !== "refused")).toEqual([]);
  });
});
