import { type Finding, finding } from "../findings/finding.ts";
import { LIMITS } from "../limits.ts";
import type { Artifact, NamedValue, Parameter, RawArtifact } from "../model/artifact.ts";
import { say } from "../model/sentence.ts";
import { isNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { environmentOf, frameworkOf } from "./framework.ts";
import { indexPath, keyPath } from "./path.ts";
import { madeFirst } from "./records.ts";
import { factsOfDict, schemaOfFile } from "./schema.ts";
import { type Walked, walk } from "./walk.ts";

/** Where an artifact came from. */
export interface SourceInfo {
  readonly name: string;
  readonly size: number;
  readonly identity: string;
}

const NOTHING: Walked = { estimators: [], parameters: [], values: [], limits: new Set(), findings: [], isWhole: true };

/**
 * Says what described bytes mean: addresses for every parameter and value, estimators with their hyper-parameters apart
 * from what they learned, names of features and classes, who wrote it. Nothing is guessed: what the file does not tell
 * stays unknown.
 */
export async function describe(raw: RawArtifact, source: SourceInfo, work: Work): Promise<Artifact> {
  const { root } = raw;
  await madeFirst(root, work);
  const dictFacts = await factsOfDict(root, work);
  const walked = root === undefined ? NOTHING : await walk(root, raw.namedTensors, dictFacts, work, raw.told?.settings);
  const { estimators } = walked;
  const parameters = withToldAxes(walked.parameters, raw);
  const framework = raw.told?.framework ?? frameworkOf(root, estimators);
  const findings = [...walked.findings, ...limitFindings(walked)];
  return {
    ...source,
    format: raw.format,
    container: raw.container,
    ...(framework === undefined ? {} : { framework }),
    environment: [...(raw.told?.environment ?? []), ...environmentOf(raw, estimators)],
    facts: raw.facts,
    schema: { ...schemaOfFile(estimators, dictFacts), ...raw.told?.schema },
    root,
    namedTensors: raw.namedTensors,
    ...(raw.metadata === undefined ? {} : { metadata: raw.metadata }),
    ...(raw.told === undefined ? {} : { told: raw.told }),
    estimators,
    parameters,
    values: [...walked.values, ...metadataValues(raw)],
    imports: raw.imports ?? [],
    findings: [...raw.findings, ...findings],
    complete: raw.complete && walked.isWhole && walked.limits.size === 0,
  };
}

/** Parameters with the labels that the format itself gives them, where the labels are as many as the elements. */
function withToldAxes(parameters: readonly Parameter[], { told }: RawArtifact): readonly Parameter[] {
  const axes = told?.axes;
  if (axes === undefined || axes.size === 0) return parameters;
  return parameters.map((parameter) => {
    const labels = axes.get(parameter.path);
    if (labels === undefined) return parameter;
    const fitting = parameter.tensor.shape.map((size, axis) => {
      const label = labels[axis];
      return label?.labels.length === size ? label : parameter.axes[axis];
    });
    return { ...parameter, axes: fitting };
  });
}

/** A format's own metadata (safetensors' `__metadata__`) by key. */
function metadataValues({ metadata }: RawArtifact): readonly NamedValue[] {
  if (!isNode(metadata) || metadata.kind !== "dict") return [];
  return metadata.keys.flatMap((key, i) => {
    const value = metadata.values[i];
    if (typeof key !== "string" || value === undefined) return [];
    const path = keyPath("__metadata__", key);
    const items = objectsIn(value);
    const role = "metadata" as const;
    return items === undefined || items.length * path.length > LIMITS.addressCharacters
      ? [{ path, role, value }]
      : items.map((item, at) => ({ path: indexPath(path, at), role, value: item }));
  });
}

/** The nodes of a graph are a line each, so that one that changed is seen; undefined for any other value. */
function objectsIn(value: Value): readonly Value[] | undefined {
  if (!isNode(value) || value.kind !== "list" || value.items.length > LIMITS.namedValues) return undefined;
  const areObjects = value.items.every((item) => isNode(item) && item.kind === "object");
  return areObjects && value.items.length > 0 ? value.items : undefined;
}

function limitFindings({ limits, parameters, values }: Walked): readonly Finding[] {
  const findings: Finding[] = [];
  if (limits.has("count"))
    findings.push(
      finding(
        "integrity/limit",
        "warning",
        say(
          "{count} parameters and values have an address; the file holds more, which are only in the tree. Compare or convert smaller parts of it.",
          { count: parameters.length + values.length },
        ),
      ),
    );
  if (limits.has("depth"))
    findings.push(
      finding(
        "integrity/limit",
        "warning",
        say("Values nested deeper than {limit} levels have no address and are only in the tree.", {
          limit: LIMITS.valueDepth,
        }),
      ),
    );
  return findings;
}
