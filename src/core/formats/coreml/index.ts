import type { Format, Match, Probe } from "../format.ts";
import { headFields } from "../protobuf/probe.ts";
import { DESCRIPTION, FEATURE, FIRST_KIND, MODEL } from "./messages.ts";
import { readCoreml } from "./read.ts";

//   Model, a protobuf message without a signature
//   +----------------------+----------------------+---------------------------------------------+
//   | specificationVersion | description: inputs, | one of: neuralNetwork, treeEnsembleRegressor|
//   |                      | outputs, metadata    | pipeline, glmClassifier, mlProgram ...      |
//   +----------------------+----------------------+---------------------------------------------+
//   https://apple.github.io/coremltools/mlmodel/Format/Model.html

export const coremlFormat: Format = {
  id: "coreml",
  label: "Core ML",
  extensions: [".mlmodel"],
  sniff,
  read: readCoreml,
};

const VERSION = 1;
const LATEST = 50n;
const TYPE = 3;

function sniff(probe: Probe): Match | undefined {
  const [version, description, ...more] = headFields(probe, MODEL) ?? [];
  const { value = 0n } = version ?? {};
  if (version?.number !== VERSION || value < 1n || value > LATEST || description?.number !== 2) return undefined;
  const isKnown = more.some(({ number }) => number >= FIRST_KIND);
  const { start, end } = description;
  // A SavedModel begins alike: its second field is no list of features with a name and a type.
  if (!isKnown && !(start !== undefined && end !== undefined && hasFeature(probe.head, start, end))) return undefined;
  return { certainty: "likely", reason: "a version and a description of inputs and outputs, as Model has them" };
}

function hasFeature(head: Uint8Array, start: number, end: number): boolean {
  const [feature] = headFields({ head: head.subarray(start, end), size: end - start }, DESCRIPTION) ?? [];
  if (feature?.number !== 1 || feature.start === undefined || feature.end === undefined) return false;
  const [from, to] = [start + feature.start, start + feature.end];
  const fields = headFields({ head: head.subarray(from, to), size: to - from }, FEATURE) ?? [];
  return fields[0]?.number === 1 && fields.some(({ number }) => number === TYPE);
}
