import type { Artifact, Schema } from "../model/artifact.ts";
import { storedByteLength, type TensorRef } from "../model/tensor.ts";
import { isNode } from "../model/value.ts";
import type { Work } from "../work.ts";
import { findingJson } from "./findings-json.ts";
import type { Json } from "./json-text.ts";
import { readableValue } from "./text-cells.ts";
import { parameterCount } from "./viewer.ts";

const VALUE_MAX = 10_000;

/** What `inspect --json` prints: DESIGN section 6, schemaVersion 1. */
export async function inspectJson(artifact: Artifact, work: Work): Promise<Json> {
  const hyperparameters: Record<string, Json> = {};
  for (const each of artifact.values) {
    if (each.role !== "hyperparameter") continue;
    hyperparameters[each.path] = {
      value: await readableValue(each.value, VALUE_MAX, work),
      isDefault: each.isDefault,
    };
  }
  return {
    schemaVersion: 1,
    file: artifact.name,
    size: artifact.size,
    format: artifact.format,
    container: artifact.container,
    framework:
      artifact.framework === undefined
        ? null
        : {
            name: artifact.framework.name,
            version: artifact.framework.version,
            className: artifact.framework.className,
          },
    environment: Object.fromEntries(artifact.environment.map((fact) => [fact.id, fact.value])),
    facts: Object.fromEntries(artifact.facts.map((fact) => [fact.id, fact.value])),
    schema: schemaJson(artifact.schema),
    hyperparameters,
    estimators: artifact.estimators.map((each) => ({
      path: each.path,
      className: each.className,
      module: each.module,
      version: each.version,
    })),
    parameterCount: parameterCount(artifact),
    tensors: artifact.parameters.map(({ path, tensor }) => ({
      path,
      dtype: tensor.dtype.name,
      shape: tensor.shape,
      byteLength: storedByteLength(tensor),
    })),
    otherArrays: otherArrays(artifact).map(({ path, tensor }) => ({
      path,
      dtype: tensor.dtype.name,
      shape: tensor.shape,
    })),
    imports: artifact.imports.map((use) => ({
      name: `${use.module}.${use.name}`,
      class: use.class,
      role: use.role,
      offset: use.offset,
    })),
    findings: artifact.findings.map(findingJson),
    complete: artifact.complete,
  };
}

/** Arrays that are shown as values: of texts, or of other objects. */
export function otherArrays({ values }: Artifact): readonly { readonly path: string; readonly tensor: TensorRef }[] {
  return values.flatMap(({ path, role, value }) =>
    role !== "metadata" && isNode(value) && value.kind === "tensor" ? [{ path, tensor: value.tensor }] : [],
  );
}

function schemaJson(schema: Schema): Json {
  return {
    features: schema.features,
    featureCount: schema.featureCount,
    classes: schema.classes,
    outputs: schema.outputs,
    steps: schema.steps?.map((step) => ({ name: step.name, className: step.className })),
    categories: schema.categories?.map((each) => ({ path: each.path, feature: each.feature, values: each.values })),
    vocabularySize: schema.vocabularySize,
  };
}
