import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { readCuts } from "../../../support/cuts.ts";
import { damagedCopies, openBytes, readBytes, rulesOf, tensorAt } from "../../../support/read-format.ts";

const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);
const MODEL = `
\\data\\
ngram 1=4
ngram 2=  2

\\1-grams:
-0.90309	<unk>
-99	<s>	-0.30103
-0.5720968 größe 0
-1e-3	</s>

\\2-grams:
-0.37712017	<s> größe
-0.50	größe </s>

\\end\\
`;
const open = (lines: string): Promise<Artifact> => openBytes(text(lines), "m.arpa");
const namesOf = (artifact: Artifact, path: string): readonly string[] | undefined =>
  artifact.parameters.find((parameter) => parameter.path === path)?.axes[0]?.labels;

describe("an ARPA language model", () => {
  it("has its n-grams as names, numbers with their digits, and zero for back-offs that are left out", async () => {
    const artifact = await open(MODEL);
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["arpa", true, []]);
    expect(artifact.parameters.map(({ path }) => path)).toEqual([
      "1-grams.log10_probability",
      "1-grams.log10_backoff",
      "2-grams.log10_probability",
    ]);
    expect(namesOf(artifact, "1-grams.log10_backoff")).toEqual(["<unk>", "<s>", "größe", "</s>"]);
    expect(namesOf(artifact, "2-grams.log10_probability")).toEqual(["<s> größe", "größe </s>"]);
    const { texts } = tensorAt(artifact, "2-grams.log10_probability");
    expect([texts?.text(0), texts?.text(1), texts?.digits(1)]).toEqual(["-0.37712017", "-0.50", 2]);
    const backoffs = tensorAt(artifact, "1-grams.log10_backoff");
    const bytes = await readElements(backoffs, 0, elementCount(backoffs.shape));
    expect([...new Float64Array(bytes.slice().buffer)]).toEqual([0, -0.30103, 0, 0]);
    expect(artifact.schema.vocabularySize).toBe(4);
  });

  it("may have a comment before it, and lines that end as Windows has them", async () => {
    const artifact = await open(`made by hand\n${MODEL}`.replaceAll("\n", "\r\n"));
    expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["arpa", true, []]);
    expect(namesOf(artifact, "2-grams.log10_probability")).toEqual(["<s> größe", "größe </s>"]);
  });

  it("tells of counts that are others, orders that are missing, and lines that are no n-gram", async () => {
    const fewer = await open(MODEL.replace("ngram 1=4", "ngram 1=9"));
    expect([fewer.complete, rulesOf(fewer)]).toEqual([false, ["integrity/corrupt"]]);
    expect(fewer.findings[0]?.message).toContain("4 1-grams are in the file, and it says that it has 9");
    const missing = await open(MODEL.replace("ngram 2=  2\n", "ngram 2=2\nngram 3=1\n"));
    expect([missing.complete, rulesOf(missing)]).toEqual([false, ["integrity/corrupt"]]);
    for (const line of ["-0.5	größe </s> a b", "x	größe </s>", "-0.5	größe", "-0.5"]) {
      const broken = await open(MODEL.replace("-0.50	größe </s>", line));
      expect([broken.complete, namesOf(broken, "2-grams.log10_probability")]).toEqual([false, ["<s> größe"]]);
    }
    const other = await open(MODEL.replace("\\2-grams:", "\\3-grams:"));
    expect([other.complete, rulesOf(other)]).toEqual([false, ["integrity/corrupt"]]);
  });

  it("shows words that are no UTF-8 with their bytes", async () => {
    const bytes = text(MODEL.replaceAll("größe", "gr?sse"));
    bytes[bytes.indexOf(0x3f)] = 0xf6;
    const artifact = await openBytes(bytes, "m.arpa");
    const names = namesOf(artifact, "1-grams.log10_probability") ?? namesOf(artifact, "1-grams.log10_backoff");
    expect([names?.[2], rulesOf(artifact)]).toEqual(["gr\\xf6sse", ["integrity/corrupt"]]);
    expect(artifact.complete).toBe(true);
  });

  it("tells of what follows its end", async () => {
    const artifact = await open(`${MODEL}more\n`);
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, ["integrity/trailing-bytes"]]);
  });

  it("is refused where there is nothing to show", async () => {
    await expect(open("\\data\\\nngram 1=4\n")).rejects.toMatchObject({ code: "truncated" });
    await expect(open("\\data\\\nngram 1=4\n\n\\1-grams:\nno number\n")).rejects.toBeInstanceOf(ArtifactError);
    await expect(open("\\data\\\nngram 2=4\n")).rejects.toMatchObject({ code: "not-recognised" });
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(text(MODEL), (bytes) => readBytes(bytes, "m.arpa"), 3);
    // The newline behind the last line may be missing.
    const complete = shown.filter(({ artifact }) => artifact.complete).map(({ length }) => length);
    expect(Math.min(...complete, MODEL.length + 9)).toBeGreaterThanOrEqual(text(MODEL).length - 1);
    expect(shown.length).toBeGreaterThan(20);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([text(MODEL)], 47)).toEqual([]);
  });
});
