import path from "node:path";
import { describe, expect, it } from "vitest";
import { probeOf } from "../../src/core/formats/probe.ts";
import { detect } from "../../src/core/formats/registry.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";
import { openCorpus } from "../support/read-format.ts";

const all = corpusFiles();
const models = all.filter(({ format }) => format === "mlflow-MLmodel");
const companions = all.filter(({ format, path: name }) => format === "mlflow-companion" && name.endsWith(".yaml"));
if (models.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its MLflow models are not opened.");

/** Its folder of weights is not in the corpus. */
const PARTIAL = ["azureml-examples/HFMLmodel"];

describe.skipIf(models.length === 0)("files of parameters and registries in the corpus", () => {
  it.each(models)("$path opens as one model", async (file) => {
    const { format, complete, findings, parameters } = await openCorpus(file.path);
    expect(format).toBe("mlflow");
    expect(findings.filter(({ rule, severity }) => rule.startsWith("safety/") && severity === "error")).toEqual([]);
    expect(complete).toBe(!PARTIAL.includes(file.path));
    expect(parameters.length > 0).toBe(complete);
  });

  it("no file of another format passes for MessagePack", async () => {
    const mistaken: string[] = [];
    for (const { path: name } of all) {
      const source = await openFile(path.join(corpusFolder() ?? "", name));
      const found = detect(await probeOf(source));
      await source.close();
      if (found.some(({ format }) => format.id === "msgpack")) mistaken.push(name);
    }
    expect(mistaken).toEqual([]);
  });

  it.each(companions)("$path opens as YAML", async (file) => {
    const artifact = await openCorpus(file.path);
    expect(artifact).toMatchObject({ format: "yaml", complete: true, findings: [] });
    expect(path.basename(file.path)).toMatch(/^(?:conda|python_env)\.yaml$/);
  });
});
