import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { LIMITS } from "../../../../src/core/limits.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { countingSource } from "../../../support/counting-source.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
} from "../../../support/read-format.ts";

interface Expected {
  readonly words: readonly string[];
  readonly rows: readonly string[];
}
const expected = fixtureJson("word2vec/expected.json") as Readonly<Record<string, Expected>>;
const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);
const wordsOf = (artifact: Artifact): readonly string[] | undefined => artifact.parameters[0]?.axes[0]?.labels;

/** float32 of the texts, which gensim rounds to. */
async function rowsOf(artifact: Artifact): Promise<string[]> {
  const tensor = tensorAt(artifact, "vectors");
  const [rows = 0, width = 0] = tensor.shape;
  const bytes = await readElements(tensor, 0, rows * width);
  if (tensor.dtype.name === "float32")
    return Array.from({ length: rows }, (_, row) => toHex(bytes.slice(row * width * 4, (row + 1) * width * 4)));
  const numbers = new Float64Array(bytes.slice().buffer);
  return Array.from({ length: rows }, (_, row) =>
    toHex(new Uint8Array(Float32Array.from(numbers.subarray(row * width, (row + 1) * width)).buffer)),
  );
}

/** Rows as word2vec.c writes them: with a newline behind each. */
function binary(words: readonly (string | Uint8Array)[], width: number, promised = words.length): Uint8Array {
  const parts = [text(`${promised} ${width}\n`)];
  for (const [row, word] of words.entries()) {
    const numbers = new Uint8Array(Float32Array.from({ length: width }, (_, k) => row + k / 8).buffer);
    parts.push(typeof word === "string" ? text(word) : word, text(" "), numbers, text("\n"));
  }
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe("word vectors", () => {
  it.each(["vectors.bin", "vectors.vec", "glove.txt"])("(%s) have the words and values gensim reads", async (name) => {
    const artifact = await openBytes(fixture(`word2vec/${name}`), name);
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["word2vec", true, []]);
    expect(wordsOf(artifact)).toEqual(expected[name]?.words);
    expect(await rowsOf(artifact)).toEqual(expected[name]?.rows);
    expect(artifact.schema.vocabularySize).toBe(8);
  });

  it("keep the digits of a text, and where they stand", async () => {
    const lines = text("2 3\na 0.10 -1e-3 5\nb 00 .5 nan \n");
    const { texts } = tensorAt(await openBytes(lines, "v.vec"), "vectors");
    expect([0, 1, 2, 3, 4, 5].map((k) => texts?.text(k))).toEqual(["0.10", "-1e-3", "5", "00", ".5", "nan"]);
    expect(texts?.digits(0)).toBe(2);
    expect(texts?.offset?.(4)).toBe(lines.indexOf(0x2e, 22));
  });

  it("may have a newline behind each row, and are read in windows", async () => {
    const source = countingSource(fromBytes(binary(["a", "bb", "ccc"], 500), "v.bin"));
    const artifact = await openArtifact(source, nodeHost(), quietWork(), { check: false });
    expect([artifact.complete, wordsOf(artifact)]).toEqual([true, ["a", "bb", "ccc"]]);
    const tensor = tensorAt(artifact, "vectors");
    source.reset();
    expect(toHex(await readElements(tensor, 499, 2))).toBe("008079420000803f");
    expect(source.bytesRead).toBeLessThan(20);
    const all = await readElements(tensor, 0, 1500);
    const target = new Uint8Array(3000);
    await tensor.data.readInto?.(1500, target);
    expect(toHex(target)).toBe(toHex(all.subarray(1500, 4500)));
  });

  it("may have words with spaces in them in a text", async () => {
    const row = " 1 2 3 4 5 6 7 8 9 10\n";
    const artifact = await openBytes(text(`the${row}of${row}. . .${row}at name@x.com${row}`), "glove.840B.txt");
    expect([artifact.complete, wordsOf(artifact)]).toEqual([true, ["the", "of", ". . .", "at name@x.com"]]);
    expect(artifact.parameters[0]?.tensor.shape).toEqual([4, 10]);
  });

  it("show words that are no UTF-8 with their bytes, and name words that come twice", async () => {
    const artifact = await openBytes(binary([Uint8Array.of(0x61, 0xe6, 0x97), "b", "b", "日"], 40), "v.bin");
    expect(wordsOf(artifact)).toEqual(["a\\xe6\\x97", "b", "b", "日"]);
    expect(artifact.complete).toBe(true);
    expect(rulesOf(artifact)).toEqual(["integrity/corrupt", "integrity/duplicate-name"]);
    expect(artifact.findings.every(({ severity }) => severity === "warning")).toBe(true);
  });

  it("are text where words are in another encoding too", async () => {
    const artifact = await openBytes(Uint8Array.from([...text("1 2\ngr"), 0xf6, ...text(" 0.5 0.25\n")]), "v.vec");
    expect([artifact.complete, wordsOf(artifact), artifact.parameters[0]?.tensor.dtype.name]).toEqual([
      true,
      ["gr\\xf6"],
      "float64",
    ]);
  });

  it("are shown up to where the file ends, with what is missing told", async () => {
    const whole = binary(["a", "bb", "ccc"], 40);
    const cut = await openBytes(whole.subarray(0, whole.length - 90), "v.bin");
    expect([cut.complete, wordsOf(cut), rulesOf(cut)]).toEqual([false, ["a", "bb"], ["integrity/truncated"]]);
    const promised = await openBytes(binary(["a", "bb"], 40, 1000), "v.bin");
    expect([promised.complete, wordsOf(promised)]).toEqual([false, ["a", "bb"]]);
    const short = await openBytes(text("3 2\na 1 2\nb 3 4\n"), "v.vec");
    expect([short.complete, wordsOf(short), rulesOf(short)]).toEqual([false, ["a", "b"], ["integrity/truncated"]]);
  });

  it("leave lines out that are no row, and say so", async () => {
    const artifact = await openBytes(text("3 2\na 1 2\nb 3\nc 5 6\n"), "v.vec");
    expect([artifact.complete, wordsOf(artifact), rulesOf(artifact)]).toEqual([
      false,
      ["a", "c"],
      ["integrity/corrupt"],
    ]);
  });

  it("tell of what follows them", async () => {
    const more = await openBytes(text("1 2\na 1 2\nb 3 4\n"), "v.vec");
    expect([more.complete, rulesOf(more)]).toEqual([true, ["integrity/trailing-bytes"]]);
    const behind = await openBytes(Uint8Array.from([...binary(["a"], 40), 1, 2, 3]), "v.bin");
    expect(rulesOf(behind)).toEqual(["integrity/trailing-bytes"]);
    const unended = await openBytes(text("2 2\na 1 2\nb 3 4"), "v.vec");
    expect([unended.complete, rulesOf(unended)]).toEqual([true, ["integrity/truncated"]]);
    expect(unended.findings[0]?.severity).toBe("info");
  });

  it("are not kept as text where the text is too large, and that is told", async () => {
    const line = `w ${"0.125 ".repeat(4000)}\n`;
    const rows = Math.ceil(LIMITS.textModelBytes / line.length) + 1;
    const head = text(`${rows} 4000\n`);
    const row = text(line);
    // A text that is made when it is read, so that the test needs no such file.
    const source = {
      size: head.length + rows * row.length,
      name: "v.vec",
      async read(start: number, end: number): Promise<Uint8Array> {
        const out = new Uint8Array(end - start);
        for (let at = start; at < end; ) {
          const inHead = at < head.length;
          const from = inHead ? at : (at - head.length) % row.length;
          const part = (inHead ? head : row).subarray(from, from + end - at);
          out.set(part, at - start);
          at += part.length;
        }
        return out;
      },
    };
    const artifact = await openArtifact(source, nodeHost(), quietWork(), { check: false });
    expect([artifact.complete, rulesOf(artifact)]).toEqual([
      true,
      ["integrity/duplicate-name", "integrity/limit"].reverse(),
    ]);
    const tensor = tensorAt(artifact, "vectors");
    expect([tensor.shape, tensor.texts]).toEqual([[rows, 4000], undefined]);
    expect(toHex(await readElements(tensor, rows * 4000 - 1, 1))).toBe("000000000000c03f");
    expect(toHex(await readElements(tensor, 3999, 2))).toBe("000000000000c03f".repeat(2));
  }, 60_000);

  it.each([
    ["a table of numbers", "m.txt", "1 2 3 4 5 6 7 8 9 10 11 12\n".repeat(3)],
    ["a table of numbers after its size", "m.txt", "2 3\n1 2 3\n4 5 6\n"],
    ["columns of numbers that are set in", "m.dat", "2 3\n 1.5 2 3\n  4 5 6\n"],
    ["text after two numbers", "m.vec", "3 5\nhello world, this is text\n"],
    ["short lines without a header", "m.txt", "a 1 2 3\nb 1 2 3\n"],
    ["a GloVe file under another name", "m.csv", `a ${"1 ".repeat(12)}\nb ${"1 ".repeat(12)}\n`],
    ["lines of different lengths", "m.txt", `a ${"1 ".repeat(12)}\nb ${"1 ".repeat(13)}\n`],
  ])("are not seen in %s", async (_, name, content) => {
    await expect(openBytes(text(content), name)).rejects.toMatchObject({ code: "not-recognised" });
  });

  it("are refused in words where a length cannot be", async () => {
    await expect(openBytes(binary(["a"], 8, 9).subarray(0, 20), "v.bin")).rejects.toMatchObject({ code: "truncated" });
    const hostile = Uint8Array.from([...text("9999999999 9999999\na "), ...new Uint8Array(4000)]);
    await expect(openBytes(hostile, "v.bin")).rejects.toMatchObject({ code: "truncated" });
    const endless = Uint8Array.from([...binary(["a"], 40, 2), ...new Uint8Array(LIMITS.wordBytes * 2).fill(0x61)]);
    const artifact = await openBytes(endless, "v.bin");
    expect([artifact.complete, wordsOf(artifact), rulesOf(artifact)]).toEqual([false, ["a"], ["integrity/corrupt"]]);
  });

  it.each(["vectors.bin", "vectors.vec", "glove.txt"])("(%s) are shown up to where they are cut", async (name) => {
    const { shown, refused } = await readCuts(fixture(`word2vec/${name}`), (bytes) => readBytes(bytes, name));
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    // A text without a header that is cut behind a line is whole as far as it tells.
    const untold = shown.filter(({ artifact }) => !rulesOf(artifact).includes("integrity/truncated"));
    expect(name === "glove.txt" ? [] : untold).toEqual([]);
    expect(shown.length).toBeGreaterThan(20);
    for (const { artifact } of shown) await elementsHex(tensorAt(artifact, "vectors"));
  });

  it("are refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const files = ["vectors.bin", "vectors.vec", "glove.txt"].map((name) => fixture(`word2vec/${name}`));
    expect(await damagedCopies(files, 31)).toEqual([]);
  });
});
