import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact, Told } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { releaseOf } from "../catboost/model.ts";
import type { ReadContext } from "../format.ts";
import { FreeNames } from "../free-names.ts";
import { reportParse } from "../protobuf/findings.ts";
import { type Enumeration, type FromText, fromText } from "../protobuf/from-text.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { textOf } from "../probe.ts";
import { stoppedAt } from "../stopped.ts";
import { isData, readData } from "./data.ts";
import { unknownKey } from "./findings.ts";
import { GraphReader, valueText } from "./graph.ts";
import { ENUMERATIONS, fromJson, isModelJson } from "./json.ts";
import { MODEL, TENSOR } from "./messages.ts";
import { OnnxReading } from "./reading.ts";
import { schemaOf } from "./schema.ts";
import { isModel, isModelText, isTensor } from "./sniff.ts";
import { tensorValue } from "./tensor.ts";

/**
 * Reads an ONNX model: initialisers, constants and learned attributes by name, none of their bytes but small integers;
 * nodes, inputs and outputs as text. Throws only when nothing of it can be read.
 */
export async function readOnnx(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { work, siblings } = context;
  const head = { head: await source.read(0, Math.min(source.size, LIMITS.probeHeadBytes)), size: source.size };
  if (isModelJson(textOf(head.head))) return readOnnxJson(source, context);
  if (isModelText(head.head)) return readOnnxText(source, context);
  const data = isModel(head) ? undefined : isData(head);
  if (data !== undefined) return readData(source, data, work);
  if (!isModel(head) && isTensor(head)) return readTensor(source, work);
  const parsed = await parseMessage(source, MODEL, work);
  const model = parsed.message;
  if (parsed.error !== undefined && !model.has("graph") && !model.has("functions")) throw parsed.error;
  if (!model.has("graph") && !model.has("functions") && !model.has("opset_import"))
    throw corrupt(`${source.name}: no graph and no opset, which an ONNX model has`, 0);
  const reading = new OnnxReading(source, work, siblings);
  if (!reportParse(source, parsed, reading.findings)) reading.isWhole = false;
  const graphs = new GraphReader(reading);
  const graph = model.message("graph");
  const metadata = new Metadata();
  for (const entry of model.messages("metadata_props"))
    metadata.add(entry.text("key") ?? "", entry.text("value") ?? "");
  if (graph !== undefined) metadata.add("nodes", await graphs.graph(graph, ""));
  const functions: Value[] = [];
  for (const each of model.messages("functions")) functions.push(await graphs.function(each));
  if (functions.length > 0) metadata.add("functions", { kind: "list", type: "list", items: functions });
  for (const [i, training] of model.messages("training_info").entries())
    for (const part of ["initialization", "algorithm"]) {
      const inner = training.message(part);
      if (inner !== undefined)
        metadata.add(`training_${i}_${part}`, await graphs.subgraph(inner, `training[${i}].${part}`));
    }
  for (const found of reading.files.findings()) reading.findings.add(found);
  return {
    format: "onnx",
    container: [],
    root: { kind: "dict", keys: graphs.keys, values: graphs.values },
    namedTensors: true,
    facts: factsOf(model),
    metadata: { kind: "dict", keys: metadata.keys, values: metadata.values },
    told: await toldOf(model, graphs, reading),
    findings: reading.findings.all(),
    complete: reading.isWhole,
  };
}

/** The same model as text: what protobuf calls its JSON. */
async function readOnnxJson(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  return readWritten(source, await fromJson(source), "JSON", context);
}

/** And in protobuf's text form. */
async function readOnnxText(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const enumeration: Enumeration = (name, field) => {
    const at = ENUMERATIONS[field.name]?.indexOf(name) ?? -1;
    return at < 0 ? undefined : at;
  };
  return readWritten(source, await fromText(source, MODEL, enumeration, context.work), "text", context);
}

async function readWritten(
  source: ByteSource,
  { binary, unknown, error }: FromText,
  encoding: string,
  context: ReadContext,
): Promise<RawArtifact> {
  const raw = await readOnnx(binary, context).catch((reason: unknown) => {
    throw error ?? reason;
  });
  const findings = [...raw.findings];
  if (error !== undefined) findings.push(stoppedAt(source, error));
  for (const key of unknown) findings.push(unknownKey(source, key));
  return {
    ...raw,
    facts: [{ id: "onnx.encoding", label: "Encoding", value: encoding }, ...raw.facts],
    findings,
    complete: raw.complete && error === undefined && unknown.size === 0,
  };
}

/** A TensorProto alone. */
async function readTensor(source: ByteSource, work: Work): Promise<RawArtifact> {
  const parsed = await parseMessage(source, TENSOR, work);
  const reading = new OnnxReading(source, work, undefined);
  if (!reportParse(source, parsed, reading.findings)) reading.isWhole = false;
  const name = parsed.message.text("name") || "tensor";
  return {
    format: "onnx",
    container: [],
    root: { kind: "dict", keys: [name], values: [await tensorValue(parsed.message, name, reading)] },
    namedTensors: true,
    facts: [],
    findings: reading.findings.all(),
    complete: reading.isWhole,
  };
}

/** Entries of the model's own, then what its graph is; each name once. */
class Metadata {
  readonly keys: string[] = [];
  readonly values: Value[] = [];
  private readonly names = new FreeNames("metadata", "_");

  add(key: string, value: Value): void {
    this.keys.push(this.names.take(key));
    this.values.push(value);
  }
}

function factsOf(model: Message): readonly Fact[] {
  const graph = model.message("graph");
  const facts: Fact[] = [];
  const add = (id: string, label: string, value: string | undefined): void => {
    if (value !== undefined && value !== "") facts.push({ id: `onnx.${id}`, label, value });
  };
  add("ir-version", "IR version", model.int("ir_version")?.toString());
  add("opsets", "Operator sets", opsets(model));
  add("domain", "Domain", model.text("domain"));
  add("model-version", "Model version", model.int("model_version")?.toString());
  add("graph", "Graph", graph?.text("name"));
  const count = graph?.messages("node").length;
  add("nodes", "Nodes", count?.toString());
  for (const input of inputsOf(graph)) add(`input.${input.text("name") ?? ""}`, "Input", valueText(input));
  for (const output of graph?.messages("output") ?? [])
    add(`output.${output.text("name") ?? ""}`, "Output", valueText(output));
  add("description", "Description", model.text("doc_string") || graph?.text("doc_string"));
  return facts;
}

function opsets(model: Message): string {
  return model
    .messages("opset_import")
    .map((each) => `${each.text("domain") || "ai.onnx"} ${each.int("version") ?? "?"}`)
    .join(", ");
}

/** Before IR version 4 every initialiser had to be listed as an input; it is none of the model's. */
export function inputsOf(graph: Message | undefined): readonly Message[] {
  const initialised = new Set((graph?.messages("initializer") ?? []).map((tensor) => tensor.text("name")));
  return (graph?.messages("input") ?? []).filter((input) => !initialised.has(input.text("name")));
}

async function toldOf(model: Message, graphs: GraphReader, reading: OnnxReading): Promise<Told> {
  const producer = model.text("producer_name");
  const version = releaseOf(model.text("producer_version") ?? "");
  const only = graphs.learned.length === 1 ? graphs.learned[0]?.operator : undefined;
  return {
    framework: {
      name: producer || "onnx",
      ...(producer && version ? { version } : {}),
      ...(only === undefined ? {} : { className: only }),
    },
    environment: producer
      ? [{ id: "onnx.producer", label: "Producer", value: [producer, version].filter(Boolean).join(" ") }]
      : [],
    schema: await schemaOf(model.message("graph"), inputsOf(model.message("graph")), graphs.learned, reading.work),
  };
}
