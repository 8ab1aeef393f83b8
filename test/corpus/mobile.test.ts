import path from "node:path";
import { describe, expect, it } from "vitest";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";
import { openModel } from "../support/open-model.ts";

/** Weights in a type that is tract's own. */
const TRACT = "conv2d/model.nnef.tgz";

const files = corpusFiles().filter(
  ({ path: name, format }) =>
    !name.endsWith(TRACT) &&
    /^(tflite|ort|ort-lora-adapter|mxnet-params|burnpack|bson|tfjs-model-json|tfjs-weights-manifest|dl4j-zip|mleap-bundle-zip|nnef|h2o-mojo)$/.test(
      format,
    ),
);
if (files.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its models for phones are not opened.");

describe.skipIf(files.length === 0)("models for phones and small machines in the corpus", () => {
  it.each(files)("$path ($format) is read whole", async ({ path: name }) => {
    const artifact = await openModel(path.join(corpusFolder() ?? "", name));
    expect([artifact.complete, artifact.findings.filter(({ severity }) => severity === "error")]).toEqual([true, []]);
  });
});

const named = corpusFiles().filter(({ format }) => /^mlnet-zip$/.test(format));
describe.skipIf(named.length === 0)("models of the corpus whose parameters are in forms that are not decoded", () => {
  it.each(named)("$path ($format) are named, and never complete", async ({ path: name }) => {
    const artifact = await openModel(path.join(corpusFolder() ?? "", name));
    expect([artifact.format, artifact.complete]).toEqual(["mlnet", false]);
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});
