import path from "node:path";
import { describe, expect, it } from "vitest";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";
import { openModel } from "../support/open-model.ts";

const folder = corpusFolder() ?? "";
const files = corpusFiles().filter(({ format }) => /^(pmml|openvino-ir-xml|opencv-xml)$/.test(format));
if (files.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its models in XML are not opened.");

describe.skipIf(files.length === 0)("models in XML in the corpus", () => {
  it.each(files)("$path ($format) is read whole", async ({ path: name, format }) => {
    const artifact = await openModel(path.join(folder, name));
    expect([artifact.format, artifact.complete]).toEqual([format.split("-")[0], true]);
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("a PMML document that is cut is shown up to there", async () => {
    const artifact = await openModel(path.join(folder, "broken/derived/DecisionTreeIris-cut.pmml"));
    expect([artifact.complete, artifact.findings.map(({ rule }) => rule)]).toEqual([false, ["integrity/truncated"]]);
    expect(artifact.schema.classes).toEqual(["setosa", "versicolor", "virginica"]);
  });
});
