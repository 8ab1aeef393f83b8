import { describe, expect, it } from "vitest";
import { corpusFiles } from "../support/corpus.ts";
import { openCorpus } from "../support/read-format.ts";

const files = corpusFiles().filter(({ format }) => /^onnx(-tensor-pb)?$/.test(format));
if (files.length === 0)
  console.log("Without the corpus (MODEL_LOUPE_CORPUS) no ONNX models of other projects are read.");

describe.skipIf(files.length === 0)("the corpus's ONNX files", () => {
  it.each(files)("$path opens whole", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    expect([
      artifact.format,
      artifact.complete,
      artifact.findings.filter(({ severity }) => severity === "error"),
    ]).toEqual(["onnx", true, []]);
  });
});
