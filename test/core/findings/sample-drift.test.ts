import { describe, expect, it } from "vitest";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import type { DiffReport } from "../../../src/core/diff/report.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { testPath, withArtifact } from "../../support/open-file.ts";

const sample = (name: string): string => testPath(`workspace/credit-risk/${name}.joblib`);

const compare = (old: string, next: string): Promise<DiffReport> =>
  withArtifact(sample(old), (before) =>
    withArtifact(sample(next), (after) => diffArtifacts(before, after, {}, nodeHost(), quietWork())),
  );

const told = ({ findings }: DiffReport) => findings.map(({ rule, severity, path }) => [rule, severity, path]);

describe("drift between the versions of the sample", () => {
  it.each([
    ["lr_params", "coef_"],
    ["pipeline", "steps.clf.coef_"],
  ])("%s 1.2.2 to 1.2.3 is rounding to float32 and nothing else", async (model, path) => {
    const report = await compare(`${model}_v1.2.2`, `${model}_v1.2.3`);
    expect(told(report)).toEqual([["precision/narrowed-lossy", "warning", path]]);
    expect(report.findings[0]?.message).toMatch(/rounded to float32: (\d+) of \1 values differ/);
    expect(report.schema).toEqual([]);
  });

  it.each(["lr_params", "pipeline"])("%s 1.2.2 to 1.3.0 swaps two features and renames a class", async (model) => {
    const report = await compare(`${model}_v1.2.2`, `${model}_v1.3.0`);
    expect(told(report)).toEqual([
      ["schema/feature-order", "error", undefined],
      ["schema/class-labels", "error", undefined],
    ]);
    expect(report.schema.map(({ message }) => message)).toEqual([
      "Features income and age changed places.",
      "Class 'bad' is now 'default'.",
    ]);
  });

  it.each(["lr_params_v1.2.2", "pipeline_v1.3.0"])("%s against itself is silent", async (model) => {
    expect(told(await compare(model, model))).toEqual([]);
  });
});
