import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact, RawArtifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

interface Expected {
  readonly args: Readonly<Record<string, number | string>>;
  readonly words: readonly string[];
  readonly wordCounts: readonly number[];
  readonly rows: readonly string[];
  readonly input?: readonly string[];
  readonly output?: readonly string[];
  readonly labels?: readonly string[];
  readonly labelCounts?: readonly number[];
}
const expected = fixtureJson("fasttext/expected.json") as Readonly<Record<string, Expected>>;
const NAMES = ["skipgram.bin", "supervised.bin", "quantised.ftz", "pruned.ftz"];
const file = (name: string): Uint8Array => fixture(`fasttext/${name}`);
const labelsOf = (artifact: Artifact, path: string): readonly string[] | undefined =>
  artifact.parameters.find((parameter) => parameter.path === path)?.axes[0]?.labels;

async function rowsOf(artifact: Pick<RawArtifact, "root">, name: string): Promise<string[]> {
  const tensor = tensorAt(artifact, name);
  const [rows = 0] = tensor.shape;
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  const length = bytes.length / rows;
  return Array.from({ length: rows }, (_, row) => toHex(bytes.subarray(row * length, (row + 1) * length)));
}

async function integers(artifact: Artifact, name: string): Promise<number[]> {
  const tensor = tensorAt(artifact, name);
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  return Array.from(new BigInt64Array(bytes.slice().buffer), Number);
}

/** The same file as it was before version 11: no signature, no count of pruned n-grams, no flags. */
function old(name: string): Uint8Array {
  const bytes = file(name);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const entries = view.getInt32(64, true);
  let end = 64 + 28;
  for (let k = 0; k < entries; k++) end = bytes.indexOf(0, end) + 10;
  const rows = Number(view.getBigInt64(end + 1, true));
  const input = end + 1 + 16 + rows * Number(view.getBigInt64(end + 9, true)) * 4;
  const parts = [bytes.slice(8, 84), bytes.slice(92, end), bytes.slice(end + 1, input), bytes.slice(input + 1)];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe("a fastText model", () => {
  it.each(NAMES)("(%s) has the words, arguments and rows that the library reads", async (name) => {
    const artifact = await openBytes(file(name), name);
    const wanted = expected[name] as Expected;
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["fasttext", true, []]);
    expect(labelsOf(artifact, "words")).toEqual(wanted.words);
    expect(await integers(artifact, "word_counts")).toEqual(wanted.wordCounts);
    expect(await rowsOf(artifact, "words")).toEqual(wanted.rows);
    for (const [key, value] of Object.entries(wanted.args)) {
      const told = valueAt(artifact, key);
      expect([key, typeof told === "bigint" ? Number(told) : told]).toEqual([key, value]);
    }
    expect(artifact.values.find(({ path }) => path === "loss")?.role).toBe("hyperparameter");
    expect(artifact.framework).toEqual({ name: "fasttext", className: wanted.args["model"] });
  });

  it.each(["skipgram.bin", "supervised.bin"])("(%s) has both matrices bit for bit", async (name) => {
    const artifact = await openBytes(file(name), name);
    expect([...(await rowsOf(artifact, "words")), ...(await rowsOf(artifact, "ngrams"))]).toEqual(
      expected[name]?.input,
    );
    expect(await rowsOf(artifact, "output")).toEqual(expected[name]?.output);
  });

  it("has its labels as classes", async () => {
    const artifact = await openBytes(file("supervised.bin"), "m.bin");
    expect(artifact.schema.classes).toEqual(expected["supervised.bin"]?.labels);
    expect(labelsOf(artifact, "output")).toEqual(expected["supervised.bin"]?.labels);
    expect(await integers(artifact, "label_counts")).toEqual(expected["supervised.bin"]?.labelCounts);
  });

  it("shows the codes of a quantised matrix, and reads its values in windows", async () => {
    const artifact = await openBytes(file("quantised.ftz"), "m.ftz");
    expect(tensorAt(artifact, "input.codes").dtype.name).toBe("uint8");
    expect(tensorAt(artifact, "input.norm_centroids").shape).toEqual([256]);
    const words = tensorAt(artifact, "words");
    const all = await readElements(words, 0, elementCount(words.shape));
    expect(toHex(await readElements(words, 7, 20))).toBe(toHex(all.subarray(28, 108)));
    expect(tensorAt(await openBytes(file("pruned.ftz")), "kept_ngrams").shape).toEqual([257, 2]);
  });

  it("is read in the layout from before version 11", async () => {
    const artifact = await openBytes(old("skipgram.bin"), "m.bin");
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["fasttext", true, []]);
    expect([...(await rowsOf(artifact, "words")), ...(await rowsOf(artifact, "ngrams"))]).toEqual(
      expected["skipgram.bin"]?.input,
    );
    expect(await rowsOf(artifact, "output")).toEqual(expected["skipgram.bin"]?.output);
  });

  it.each(NAMES)("(%s) is shown up to where it is cut, or refused in words", async (name) => {
    const { shown, refused } = await readCuts(file(name), (bytes) => readBytes(bytes, name));
    expect(shown.filter(({ artifact }) => artifact.complete)).toEqual([]);
    expect(shown.length).toBeGreaterThan(20);
    for (const { artifact } of shown) expect(rulesOf(artifact)).toEqual(["integrity/truncated"]);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it.each([
    ["a version that is not known", 4, [13, 0, 0, 0], "corrupt"],
    ["no columns", 8, [0, 0, 0, 0], "corrupt"],
    ["more entries than bytes", 64, [255, 255, 255, 127, 255, 255, 255, 127, 0, 0, 0, 0], "truncated"],
    ["counts that contradict each other", 68, [99, 0, 0, 0], "corrupt"],
  ])("is refused with %s", async (_, at, bytes, code) => {
    const broken = file("skipgram.bin").slice();
    broken.set(bytes, at);
    await expect(openBytes(broken, "m.bin")).rejects.toMatchObject({ code });
  });

  it("shows the dictionary where a matrix has a size that cannot be", async () => {
    const whole = file("skipgram.bin");
    const plain = await openBytes(whole);
    const at = (tensorAt(plain, "words").data.origin ?? 0) - 16;
    for (const size of [
      [255, 255, 255, 255, 255, 255, 255, 127],
      [255, 255, 255, 255, 255, 255, 255, 255],
      [1, 0, 0, 0, 0, 0, 0, 0],
    ]) {
      const broken = whole.slice();
      broken.set(size, at);
      const artifact = await openBytes(broken, "m.bin");
      expect(artifact.complete).toBe(false);
      expect(rulesOf(artifact).some((rule) => rule.startsWith("integrity/"))).toBe(true);
      expect(labelsOf(artifact, "word_counts")).toEqual(expected["skipgram.bin"]?.words);
    }
  });

  it("tells of bytes behind its end", async () => {
    const artifact = await openBytes(Uint8Array.from([...file("skipgram.bin"), 1, 2]), "m.bin");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, ["integrity/trailing-bytes"]]);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([...NAMES.map(file), old("skipgram.bin")], 41)).toEqual([]);
  });
});
