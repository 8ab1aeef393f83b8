import { describe, expect, it } from "vitest";
import { corpusFiles } from "../support/corpus.ts";
import { openCorpus } from "../support/read-format.ts";

const all = corpusFiles();
if (all.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) word vectors and taggers are not opened.");

/** By the manifest's format: the format it opens as. */
const OPENS: readonly (readonly [RegExp, string])[] = [
  [/^word2vec/, "word2vec"],
  [/^fasttext/, "fasttext"],
  [/^crfsuite$/, "crfsuite"],
  [/^arpa-lm$/, "arpa"],
];

/** What is wrong with files that are not complete. */
const PARTIAL: Readonly<Record<string, readonly string[]>> = {
  // It promises three rows and has one.
  "gensim/pretrained.vec": ["integrity/truncated"],
};

describe.skipIf(all.length === 0)("word vectors and models of text in the corpus", () => {
  const files = all.flatMap((file) => {
    const format = OPENS.find(([pattern]) => pattern.test(file.format))?.[1];
    return format === undefined ? [] : [{ ...file, opens: format }];
  });

  it.each(files)("$path opens whole as $opens", async ({ path, opens }) => {
    const artifact = await openCorpus(path);
    expect(artifact.format).toBe(opens);
    const errors = artifact.findings.filter(({ severity }) => severity === "error");
    expect(errors.map(({ rule }) => rule)).toEqual(PARTIAL[path] ?? []);
    expect(artifact.complete).toBe(PARTIAL[path] === undefined);
  });
});
