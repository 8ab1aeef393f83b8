import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { executeConversion } from "../../../src/core/convert/execute.ts";
import { TARGETS, type TargetId } from "../../../src/core/convert/plan.ts";
import { planConversion } from "../../../src/core/convert/plan-conversion.ts";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { MemorySink } from "../../support/memory-sink.ts";
import { testPath } from "../../support/open-file.ts";

const host = nodeHost();
const work = quietWork();

/** A zip archive behind a script, and bare numbers: not read, so not converted. */
const REFUSED = ["numpy/new/prefixed.npz", "onnx/external.bin"];
/** Their values lie in a file beside them, which is not there: what was not read is not carried, and the plan says so. */
const WITHOUT_VALUES = ["onnx/external.onnx", "onnx/external.onnx.json"];

const FOLDERS = [
  "sklearn/new",
  "sklearn/old",
  "svm",
  "tables",
  "joblib",
  "torch",
  "numpy/new",
  "onnx",
  "keras",
  "skops/p2",
  "word2vec",
  "pairs",
];
const MODELS = /\.(pkl|joblib|model|npz|npy|pt|vec|bin|onnx|h5|keras|skops|safetensors|txt|json|ubj|db)$/;

const files = FOLDERS.flatMap((folder) =>
  readdirSync(testPath(`fixtures/${folder}`))
    .filter((name) => MODELS.test(name) && !["expected.json", "old.json", "new.json"].includes(name))
    .filter((name) => folder !== "svm" || name.endsWith(".model"))
    .map((name) => `${folder}/${name}`)
    .filter((name) => !REFUSED.includes(name) && !WITHOUT_VALUES.includes(name)),
);

function opened(file: string): Promise<Artifact> {
  const source = fromBytes(new Uint8Array(readFileSync(testPath(`fixtures/${file}`))), file);
  return openArtifact(source, host, work, { check: false });
}

/** The copy, opened anew. */
async function copyOf(artifact: Artifact, target: TargetId): Promise<Artifact> {
  const sink = new MemorySink();
  await executeConversion(artifact, await planConversion(artifact, target, host, work), sink, host, work);
  return openArtifact(fromBytes(sink.bytes(), `copy.${target}`), host, work, { check: false });
}

describe.each(TARGETS)("against its copy as %s", (target) => {
  it.each(files)("%s has nothing to tell", async (file) => {
    const artifact = await opened(file);
    const copy = await copyOf(artifact, target);
    const report = await diffArtifacts(artifact, copy, {}, host, work);
    expect(report.entries.filter(({ verdict }) => verdict !== "identical")).toEqual([]);
    const { schema, hyperparameters, values, environment, ensembles, findings } = report;
    expect({ schema, hyperparameters, values, environment, ensembles, findings }).toEqual({
      schema: [],
      hyperparameters: [],
      values: [],
      environment: [],
      ensembles: [],
      findings: [],
    });
    expect(copy.parameters.map(({ path, axes }) => ({ path, axes }))).toEqual(
      artifact.parameters.map(({ path, axes }) => ({ path, axes })),
    );
  });

  it.each(WITHOUT_VALUES)("%s is missing what the plan says, and nothing else", async (file) => {
    const artifact = await opened(file);
    const { losses } = await planConversion(artifact, target, host, work);
    expect(losses.map(({ kind }) => kind)).toContain("lost");
    const report = await diffArtifacts(artifact, await copyOf(artifact, target), {}, host, work);
    expect(report.complete).toBe(false);
    const told = new Set(losses.map(({ path }) => path));
    const different = report.entries.filter(({ verdict }) => verdict !== "identical");
    expect(different.map(({ verdict }) => verdict)).toEqual(different.map(() => "unread"));
    expect(different.filter(({ path }) => !told.has(path))).toEqual([]);
  });
});
