import { describe, expect, it } from "vitest";
import { corpusFiles } from "../support/corpus.ts";
import { openCorpus } from "../support/read-format.ts";

const all = corpusFiles();
if (all.length === 0)
  console.log("Without the corpus (MODEL_LOUPE_CORPUS) models of the older libraries are not opened.");

/** By the manifest's format: the format it opens as. */
const OPENS: readonly (readonly [RegExp, string])[] = [
  [/^libsvm$/, "libsvm"],
  [/^liblinear$/, "liblinear"],
];

describe.skipIf(all.length === 0)("models of the older libraries in the corpus", () => {
  const files = all.flatMap((file) => {
    const format = OPENS.find(([pattern]) => pattern.test(file.format))?.[1];
    return format === undefined ? [] : [{ ...file, opens: format }];
  });

  it.each(files)("$path opens whole as $opens", async ({ path, opens }) => {
    const artifact = await openCorpus(path);
    expect(artifact.format).toBe(opens);
    expect(artifact.complete).toBe(true);
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  const broken = all.filter(({ format }) => /^broken: (libsvm|liblinear)$/.test(format));
  it.each(broken)("$path is shown as far as it goes", async ({ path, format }) => {
    const artifact = await openCorpus(path);
    expect(format).toContain(artifact.format);
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.some(({ severity }) => severity === "error")).toBe(true);
  });
});
