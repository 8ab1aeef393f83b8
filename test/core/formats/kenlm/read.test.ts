import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

interface Parts {
  readonly type?: number;
  readonly words?: readonly string[] | undefined;
  readonly counts?: readonly number[];
}

/** A file as lm/binary_format.cc lays it out, with 40 bytes of tables. */
function kenlm({ type = 2, words = ["<unk>", "<s>", "日本"], counts = [3, 7] }: Parts = {}): Uint8Array {
  const end = Math.ceil((108 + 8 * counts.length) / 8) * 8;
  const head = new Uint8Array(end + 40).fill(7, end);
  head.set(new TextEncoder().encode("mmap lm http://kheafield.com/code format version 5\n\0"));
  const view = new DataView(head.buffer);
  for (const [k, number] of [0, 1, -0.5].entries()) view.setFloat32(56 + 4 * k, number, true);
  view.setUint32(68, 1, true);
  view.setUint32(72, 0xffffffff, true);
  view.setBigUint64(80, 1n, true);
  view.setUint8(88, counts.length);
  view.setFloat32(92, 1.5, true);
  view.setInt32(96, type, true);
  view.setUint8(100, words.length > 0 ? 1 : 0);
  view.setUint32(104, 1, true);
  for (const [k, count] of counts.entries()) view.setBigUint64(108 + 8 * k, BigInt(count), true);
  return Uint8Array.from([...head, ...new TextEncoder().encode(words.map((word) => `${word}\0`).join(""))]);
}

function changed(at: number, ...bytes: readonly number[]): Uint8Array {
  const copy = kenlm();
  copy.set(bytes, at);
  return copy;
}

describe("a binary of KenLM", () => {
  it("has its counts, words and tables, and is never complete", async () => {
    const artifact = await openBytes(kenlm(), "lm.binary");
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["kenlm", false, ["integrity/not-read"]]);
    expect(await elementsHex(tensorAt(artifact, "ngram_counts"))).toEqual(["0300000000000000", "0700000000000000"]);
    expect(valueAt(artifact, "vocabulary")).toMatchObject({ kind: "list", items: ["<unk>", "<s>", "日本"] });
    expect(await elementsHex(tensorAt(artifact, "tables"))).toEqual(Array.from({ length: 40 }, () => "07"));
    expect(artifact.facts).toContainEqual({ id: "kenlm.type", label: "Type", value: "trie" });
    expect(artifact.schema.vocabularySize).toBe(3);
  });

  it("may be without words", async () => {
    const artifact = await openBytes(kenlm({ words: [], type: 0 }), "lm.binary");
    expect([valueAt(artifact, "vocabulary"), rulesOf(artifact)]).toEqual([undefined, ["integrity/not-read"]]);
    expect(artifact.findings[0]?.message).toContain("probing hash tables");
  });

  it.each([
    ["more words than it has", kenlm({ counts: [4, 1] })],
    ["more words than bytes", kenlm({ counts: [2 ** 40] })],
    ["another first word", kenlm({ words: ["<no>", "a", "b"] })],
  ])("with %s says that they are not read", async (_, bytes) => {
    const artifact = await openBytes(bytes, "lm.binary");
    expect([valueAt(artifact, "vocabulary"), rulesOf(artifact)]).toEqual([
      undefined,
      ["integrity/corrupt", "integrity/not-read"],
    ]);
  });

  it.each([
    ["another version", changed(49, 0x34), "unsupported"],
    ["another byte order", changed(60, 0x3f, 0x80, 0, 0), "unsupported"],
    ["a type that is not known", changed(96, 9), "corrupt"],
    ["no order", changed(88, 0), "corrupt"],
    ["more orders than bytes", changed(88, 255), "truncated"],
    [
      "a build that did not end",
      new TextEncoder().encode("mmap lm http://kheafield.com/code incomplete\n".padEnd(120, "\0")),
      "unsupported",
    ],
  ])("is refused with %s", async (_, bytes, code) => {
    await expect(openBytes(bytes, "lm.binary")).rejects.toMatchObject({ code });
  });

  it("is shown in part, or refused in words, wherever it is cut and whatever bytes are changed", async () => {
    const { shown, refused } = await readCuts(kenlm(), (bytes) => readBytes(bytes, "lm.binary"));
    expect(shown.every(({ artifact }) => !artifact.complete)).toBe(true);
    expect(shown.length).toBeGreaterThan(3);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(await damagedCopies([kenlm(), kenlm({ words: [] })], 59, 200)).toEqual([]);
  });
});
