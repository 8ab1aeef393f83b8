import { describe, expect, it } from "vitest";
import { corpusFiles } from "../support/corpus.ts";
import { openCorpus } from "../support/read-format.ts";

const all = corpusFiles();
if (all.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) models that Java wrote are not opened.");

/** By the manifest's format: the format it opens as. */
const OPENS: readonly (readonly [RegExp, string])[] = [
  [/^weka-java/, "weka"],
  [/^java-serialized/, "java"],
  [/^tribuo-protobuf$/, "tribuo"],
  [/^opennlp-bin$/, "opennlp"],
  [/^(vowpal-wabbit|vw-readable)$/, "vowpalwabbit"],
];

describe.skipIf(all.length === 0)("models of Java's libraries in the corpus", () => {
  const files = all.flatMap((file) => {
    const format = OPENS.find(([pattern]) => pattern.test(file.format))?.[1];
    return format === undefined ? [] : [{ ...file, opens: format }];
  });

  it.each(files)("$path opens whole as $opens", async ({ path, opens }) => {
    const artifact = await openCorpus(path);
    expect([artifact.format, artifact.complete]).toEqual([opens, true]);
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(artifact.parameters.length).toBeGreaterThan(0);
  });

  const tribuo = all.filter(({ format }) => /^java-serialized \(Tribuo\)$/.test(format));
  it.each(tribuo)("$path has its features and labels", async ({ path }) => {
    const { framework, schema } = await openCorpus(path);
    expect(framework).toMatchObject({ name: "tribuo", version: expect.stringMatching(/^\d+\.\d+/) as string });
    expect([schema.features, schema.classes?.slice(0, 2)]).toEqual([
      ["1-N=aaa", "1-N=bbb", "1-N=ccc"],
      ["NEG", "POS"],
    ]);
  });

  it.each(all.filter(({ format }) => format === "broken: vowpal-wabbit"))(
    "$path is shown in part",
    async ({ path }) => {
      const artifact = await openCorpus(path);
      expect([artifact.format, artifact.complete]).toEqual(["vowpalwabbit", false]);
      expect(artifact.findings.some(({ severity }) => severity === "error")).toBe(true);
    },
  );
});
