import { diffArtifacts, type DiffOptions } from "../../../src/core/diff/diff.ts";
import type { DiffReport } from "../../../src/core/diff/report.ts";
import type { Artifact, NamedValue, Parameter } from "../../../src/core/model/artifact.ts";
import { english } from "../../../src/core/model/sentence.ts";
import type { TensorRef } from "../../../src/core/model/tensor.ts";
import { quietWork, type Work } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { parameter } from "./arrays.ts";

export const host = nodeHost();

/** An artifact with these parameters and nothing else said. */
export function artifact(
  parameters: Readonly<Record<string, TensorRef>> | readonly Parameter[],
  more: Partial<Artifact> = {},
): Artifact {
  const list = Array.isArray(parameters)
    ? (parameters as readonly Parameter[])
    : Object.entries(parameters as Readonly<Record<string, TensorRef>>).map(([path, tensor]) =>
        parameter(path, tensor),
      );
  return {
    name: "a.safetensors",
    size: 1,
    identity: String(Math.random()),
    format: "safetensors",
    container: [],
    environment: [],
    facts: [],
    schema: {},
    root: undefined,
    namedTensors: true,
    estimators: [],
    values: [],
    imports: [],
    findings: [],
    complete: true,
    ...more,
    parameters: list,
  };
}

export function hyperparameter(path: string, value: NamedValue["value"]): NamedValue {
  return { path, role: "hyperparameter", value };
}

export async function compare(
  old: Artifact,
  next: Artifact,
  options: DiffOptions = {},
  work: Work = quietWork(),
): Promise<DiffReport> {
  return diffArtifacts(old, next, options, host, work);
}

/** Verdicts by path; a moved parameter as "old path -> path". */
export function verdicts(report: DiffReport): Readonly<Record<string, string>> {
  return Object.fromEntries(
    report.entries.map(({ path, oldPath, verdict }) => [
      oldPath === undefined ? path : `${oldPath} -> ${path}`,
      verdict,
    ]),
  );
}

export function judgement(report: DiffReport): string {
  return report.judgement.map(english).join(" ");
}
