import { corrupt } from "../../errors.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { Fact, RawArtifact, Schema, Told } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import { readTexts } from "../../meaning/texts.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import { describeMessage } from "../protobuf/describe.ts";
import { reportParse } from "../protobuf/findings.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { MODEL } from "./messages.ts";
import { CoremlValues, kindOf } from "./values.ts";

const TOOLS_VERSION = "com.github.apple.coremltools.version";
/** Pipelines in pipelines. */
const DEPTH = 8;

/** Reads a Core ML model: what kind it is, its weights by layer, trees as columns, inputs and outputs. */
export async function readCoreml(source: ByteSource, { work, siblings }: ReadContext): Promise<RawArtifact> {
  const parsed = await parseMessage(source, MODEL, work);
  const model = parsed.message;
  const kind = kindOf(model);
  if (kind === undefined) throw parsed.error ?? corrupt(`${source.name}: nothing says what kind of model it is`, 0);
  const findings = new CappedFindings();
  const isWhole = reportParse(source, parsed, findings);
  const values = new CoremlValues(source, work, findings, siblings);
  const root = await values.model(model);
  const user = model.message("description")?.message("metadata")?.messages("userDefined") ?? [];
  return {
    format: "coreml",
    container: [],
    root,
    namedTensors: false,
    facts: factsOf(model, kind),
    metadata: {
      kind: "dict",
      keys: [...user.map((entry) => entry.text("key") ?? ""), ...values.operations.keys],
      values: [...user.map((entry) => entry.text("value") ?? ""), ...values.operations.values],
    },
    told: await toldOf(model, kind, user, source, work),
    findings: findings.all(),
    complete: isWhole && values.isWhole,
  };
}

function factsOf(model: Message, kind: string): readonly Fact[] {
  const description = model.message("description");
  const metadata = description?.message("metadata");
  const facts: Fact[] = [
    {
      id: "coreml.specification",
      label: "Specification version",
      value: String(model.int("specificationVersion") ?? 0n),
    },
    { id: "coreml.kind", label: "Model type", value: kind },
  ];
  for (const each of description?.messages("input") ?? []) facts.push(featureFact("input", "Input", each));
  for (const each of description?.messages("output") ?? []) facts.push(featureFact("output", "Output", each));
  for (const [name, label] of [
    ["shortDescription", "Description"],
    ["versionString", "Version"],
    ["author", "Author"],
    ["license", "License"],
  ] as const) {
    const value = metadata?.text(name);
    if (value) facts.push({ id: `coreml.${name}`, label, value });
  }
  return facts;
}

function featureFact(id: string, label: string, feature: Message): Fact {
  const name = feature.text("name") ?? "";
  return { id: `coreml.${id}.${name}`, label, value: `${name}: ${typeText(feature)}` };
}

const TYPES: Readonly<Record<string, string>> = {
  int64Type: "int64",
  doubleType: "float64",
  stringType: "text",
  imageType: "image",
  multiArrayType: "array",
  dictionaryType: "dictionary",
  sequenceType: "sequence",
  stateType: "state",
};

function typeText(feature: Message): string {
  const type = feature.message("type");
  const field = Object.keys(TYPES).find((name) => type?.has(name) === true);
  const image = type?.message("imageType");
  if (image !== undefined) return `image ${image.int("width") ?? "?"} x ${image.int("height") ?? "?"}`;
  return field === undefined ? "any type" : (TYPES[field] ?? field);
}

async function toldOf(
  model: Message,
  kind: string,
  user: readonly Message[],
  source: ByteSource,
  work: Work,
): Promise<Told> {
  const version = user.find((entry) => entry.text("key") === TOOLS_VERSION)?.text("value");
  const description = model.message("description");
  const inputs = description?.messages("input") ?? [];
  const isTable = inputs.length > 0 && inputs.every((each) => /^(?:int64|float64|text)$/.test(typeText(each)));
  const features = inputs.map((each) => each.text("name") ?? "");
  const outputs = (description?.messages("output") ?? []).map((each) => each.text("name") ?? "");
  const classes = await classesOf(model, source, work);
  const schema: Schema = {
    ...(isTable ? { features, featureCount: features.length } : {}),
    ...(classes === undefined || classes.length === 0 ? {} : { classes }),
    ...(outputs.length === 0 ? {} : { outputs }),
  };
  return {
    framework: {
      name: version === undefined ? "coreml" : "coremltools",
      ...(version ? { version } : {}),
      className: kind,
    },
    schema,
  };
}

/** Labels of a classifier; a pipeline answers as its last model. Neighbours have a label each: the classes are which there are. */
async function classesOf(model: Message, source: ByteSource, work: Work): Promise<readonly string[] | undefined> {
  const labels = await labelsOf(model, source, work);
  return labels === undefined ? undefined : [...new Set(labels)];
}

async function labelsOf(
  model: Message,
  source: ByteSource,
  work: Work,
  depth = 0,
): Promise<readonly string[] | undefined> {
  const kind = kindOf(model);
  const inner = kind === undefined ? undefined : model.message(kind);
  const texts = inner?.message("stringClassLabels")?.texts("vector");
  if (texts !== undefined) return texts;
  const integers = inner?.message("int64ClassLabels");
  if (integers !== undefined) return numbersOf(await describeMessage(integers, { source, work }), work);
  const pipeline = inner?.message("pipeline") ?? (kind === "pipeline" ? inner : undefined);
  const last = pipeline?.messages("models").at(-1);
  return last === undefined || depth > DEPTH ? undefined : labelsOf(last, source, work, depth + 1);
}

/** A short list is written out, a longer one is an array. */
async function numbersOf(described: Value, work: Work): Promise<readonly string[] | undefined> {
  if (typeof described !== "object" || described?.kind !== "dict") return undefined;
  const vector = described.values[0];
  if (typeof vector === "string") return vector.slice(1, -1).split(", ").filter(Boolean);
  return readTexts(vector, work);
}
