import type { ByteSource } from "../../bytes/source.ts";
import { slice } from "../../bytes/source.ts";
import { ArtifactError } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { AxisLabels, RawArtifact } from "../../model/artifact.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import { bytesAfter } from "../../findings/bytes-after.ts";
import { readFeatures, type Weights, weightMatrix } from "./features.ts";
import { readHeader } from "./header.ts";
import { readNames } from "./names.ts";
import { checkReferences } from "./references.ts";

/**
 * Reads a CRFsuite model: `state_weights` [attributes, labels] and `transition_weights` [labels, labels] (from, to), float64,
 * with their names; elements that are not in the file are zero. Throws where there are no features to show.
 */
export async function readCrfsuite(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const header = await readHeader(source);
  const findings = new CappedFindings();
  let isWhole = true;
  const attempt = async <T>(read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
      findings.add(stoppedAt(source, error));
      isWhole = false;
      return undefined;
    }
  };
  // What is behind the model is not its.
  const model = header.size < source.size ? slice(source, 0, header.size) : source;
  const features = await readFeatures(model, header.features, work);
  const labels = await attempt(() => readNames(model, header.labelNames, header.labels, work));
  const attributes = await attempt(() => readNames(model, header.attributeNames, header.attributes, work));
  await attempt(() => checkReferences(model, header.labelRefs, "LFRF", header.labels, features, work));
  await attempt(() => checkReferences(model, header.attributeRefs, "AFRF", header.attributes, features, work));
  if (header.size < source.size) findings.add(bytesAfter(source, header.size));
  for (const found of [...(labels?.findings(source) ?? []), ...(attributes?.findings(source) ?? [])])
    findings.add(found);

  const keys: Value[] = [];
  const values: Value[] = [];
  const axes = new Map<string, readonly (AxisLabels | undefined)[]>();
  const put = (name: string, tensor: TensorRef): void => {
    keys.push(name);
    values.push({ kind: "tensor", tensor, className: "array", offset: header.features });
  };
  const putWeights = async (name: string, weights: Weights, rows: number, columns: number): Promise<void> => {
    const matrix = await attempt(() => weightMatrix(weights, rows, columns));
    if (matrix !== undefined) put(name, matrix);
    else {
      put(`${name}.from`, weights.from);
      put(`${name}.to`, weights.to);
      put(`${name}.weight`, weights.weight);
    }
  };
  await putWeights("state_weights", features.states, header.attributes, header.labels);
  await putWeights("transition_weights", features.transitions, header.labels, header.labels);
  const classes: AxisLabels | undefined = labels && { kind: "class", labels: labels.list };
  axes.set("state_weights", [attributes && { kind: "feature", labels: attributes.list }, classes]);
  axes.set("transition_weights", [classes, classes]);
  return {
    format: "crfsuite",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [
      { id: "crfsuite.states", label: "State features", value: String(features.states.count) },
      { id: "crfsuite.transitions", label: "Transitions", value: String(features.transitions.count) },
      { id: "crfsuite.attributes", label: "Attributes", value: String(header.attributes) },
    ],
    told: {
      framework: { name: "crfsuite", className: "crf1d" },
      schema: {
        ...(attributes === undefined ? {} : { features: attributes.list }),
        featureCount: header.attributes,
        ...(labels === undefined ? {} : { classes: labels.list }),
      },
      axes,
    },
    findings: findings.all(),
    complete: isWhole,
  };
}
