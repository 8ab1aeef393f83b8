import { append } from "../../append.ts";
import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { probeOf } from "../probe.ts";
import { reportParse, unknownFields } from "../protobuf/findings.ts";
import { fromText } from "../protobuf/from-text.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import type { MessageSpec } from "../protobuf/spec.ts";
import { stoppedAt } from "../stopped.ts";
import { readBundle, shardName } from "./bundle.ts";
import { calledVariables, OBJECT_GRAPH_KEY } from "./called.ts";
import { layerFindings, operatorFindings } from "./code.ts";
import { GraphValues } from "./graph.ts";
import { kindOf } from "./kind.ts";
import { CHECKPOINT_STATE, GRAPH, META_GRAPH, SAVED_MODEL } from "./messages.ts";
import { readOldCheckpoint } from "./old-checkpoint.ts";
import { orUnread, type TensorflowReading } from "./tensor.ts";
import { enumerationOf, shapeText, typeName } from "./types.ts";

const VARIABLES = "variables/variables";

/** Reads a SavedModel with its variables, a checkpoint by its index, or a frozen graph: values by name. */
export async function readTensorflow(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const kind = kindOf(await probeOf(source));
  if (kind === "checkpoint") return readCheckpoint(source, context);
  if (kind === "old-checkpoint") return readOld(source, context);
  if (kind === "meta-graph") return readMessage(source, META_GRAPH, context);
  if (kind === "checkpoint-state") return readState(source, context);
  if (kind === "graph-text") return readText(source, GRAPH, context);
  if (kind === "saved-model-text") return readText(source, SAVED_MODEL, context);
  if (kind === "meta-graph-text") return readText(source, META_GRAPH, context);
  return readMessage(source, kind === "saved-model" ? SAVED_MODEL : GRAPH, context);
}

/** The same messages in protobuf's text form. */
async function readText(source: ByteSource, spec: MessageSpec, context: ReadContext): Promise<RawArtifact> {
  const { binary, unknown, error } = await fromText(source, spec, enumerationOf, context.work);
  const raw = await readMessage(binary, spec, context).catch((reason: unknown) => {
    throw error ?? reason;
  });
  const found = textFindings(source, unknown, error);
  return {
    ...raw,
    facts: [{ id: "tensorflow.encoding", label: "Encoding", value: "text" }, ...raw.facts],
    findings: [...raw.findings, ...found],
    complete: raw.complete && error === undefined,
  };
}

/** What a Saver notes of its checkpoints: the newest one is read. */
async function readState(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { binary, unknown, error } = await fromText(source, CHECKPOINT_STATE, enumerationOf, context.work);
  const { message } = await parseMessage(binary, CHECKPOINT_STATE, context.work);
  const prefix = message.text("model_checkpoint_path") ?? "";
  const name = `${prefix.replace(/^\.\//, "")}.index`;
  const index = await context.siblings?.open(name);
  const found = [...textFindings(source, unknown, error)];
  if (index === undefined)
    found.push(
      finding(
        "integrity/not-read",
        "warning",
        say('The checkpoint "{prefix}" that it names is not beside it.', { prefix }),
        placeIn(source, 0, 0),
      ),
    );
  const raw = index === undefined ? nothing() : await readCheckpoint(index, context, name);
  const all = message.texts("all_model_checkpoint_paths");
  return {
    ...raw,
    facts: [
      { id: "tensorflow.checkpoint", label: "Checkpoint", value: prefix },
      ...(all.length === 0 ? [] : [{ id: "tensorflow.kept", label: "Kept", value: all.slice(0, 20).join(", ") }]),
      ...raw.facts,
    ],
    findings: [...raw.findings, ...found],
    complete: raw.complete && error === undefined,
  };
}

function nothing(): RawArtifact {
  const framework = { name: "tensorflow" };
  return {
    format: "tensorflow",
    container: [],
    root: { kind: "dict", keys: [], values: [] },
    namedTensors: true,
    facts: [],
    told: { framework },
    findings: [],
    complete: false,
  };
}

function textFindings(source: ByteSource, unknown: ReadonlySet<string>, error?: ArtifactError): readonly Finding[] {
  const found = unknown.size === 0 ? [] : [unknownFields(source, [...unknown].slice(0, 20), 0)];
  return error === undefined ? found : [...found, stoppedAt(source, error)];
}

async function readMessage(source: ByteSource, spec: MessageSpec, context: ReadContext): Promise<RawArtifact> {
  const { work } = context;
  const isGraph = spec === GRAPH;
  const parsed = await parseMessage(source, spec, work);
  const reading: TensorflowReading = { source, work, findings: new CappedFindings(), isWhole: true };
  if (!reportParse(source, parsed, reading.findings)) reading.isWhole = false;
  const graphs = new GraphValues(reading);
  const facts: Fact[] = [];
  const nodes: Value[] = [];
  const outputs = new Set<string>();
  let version: string | undefined;
  const metas = spec === META_GRAPH ? [parsed.message] : parsed.message.messages("meta_graphs");
  if (!isGraph) {
    if (metas.length === 0) throw parsed.error ?? corrupt(`${source.name}: no graphs`, 0);
    for (const meta of metas) {
      version ??= meta.message("meta_info_def")?.text("tensorflow_version");
      const tags = meta.message("meta_info_def")?.texts("tags") ?? [];
      facts.push({ id: "tensorflow.tags", label: "Tags", value: tags.join(", ") });
      signatures(meta, facts, outputs);
      const graph = meta.message("graph_def");
      if (graph !== undefined) append(nodes, (await graphs.graph(graph)).items);
    }
    if (spec === SAVED_MODEL) await savedVariables(graphs, reading, context);
    else await checkpointBeside(graphs, reading, context);
    for (const found of await layerFindings(context, reading.work)) reading.findings.add(found);
  } else append(nodes, (await graphs.graph(parsed.message)).items);
  if (nodes.length === 0 && parsed.error !== undefined) throw parsed.error;
  for (const found of operatorFindings(source, graphs.reachingOut)) reading.findings.add(found);
  return {
    format: "tensorflow",
    container: [],
    root: { kind: "dict", keys: graphs.keys, values: graphs.values },
    namedTensors: true,
    facts: [...facts, { id: "tensorflow.nodes", label: "Nodes", value: String(nodes.length) }],
    metadata: { kind: "dict", keys: ["nodes"], values: [{ kind: "list", type: "list", items: nodes }] },
    told: {
      framework: { name: "tensorflow", ...(version ? { version } : {}) },
      called: await calledVariables(graphs, work),
      restated: [OBJECT_GRAPH_KEY],
      ...(outputs.size === 0 ? {} : { schema: { outputs: [...outputs] } }),
    },
    findings: reading.findings.all(),
    complete: reading.isWhole,
  };
}

/** What each signature takes and gives, by name. */
function signatures(meta: Message, facts: Fact[], outputs: Set<string>): void {
  for (const signature of meta.messages("signature_def")) {
    const name = signature.text("key") ?? "";
    for (const [field, label] of [
      ["inputs", "Input"],
      ["outputs", "Output"],
    ] as const)
      for (const entry of signature.message("value")?.messages(field) ?? []) {
        const key = entry.text("key") ?? "";
        const info = entry.message("value");
        const type = `${typeName(info?.number("dtype") ?? 0)} ${shapeText(info?.message("tensor_shape"))}`.trim();
        facts.push({ id: `tensorflow.${name}.${field}.${key}`, label, value: `${name}: ${key}: ${type}` });
        if (field === "outputs") outputs.add(key);
      }
  }
}

/** The variables of a SavedModel are in a folder below it. */
async function savedVariables(graphs: GraphValues, reading: TensorflowReading, context: ReadContext): Promise<void> {
  const openBelow = async (path: string): Promise<ByteSource | undefined> => context.siblings?.openBelow?.(path);
  await variables(graphs, reading, VARIABLES, openBelow);
}

/** `model.ckpt-1.meta` has its variables in `model.ckpt-1.index`, or in `model.ckpt-1` if it is of old. */
async function checkpointBeside(graphs: GraphValues, reading: TensorflowReading, context: ReadContext): Promise<void> {
  const prefix = (context.siblings?.own ?? reading.source.name).replace(/\.meta$/, "");
  const open = async (name: string): Promise<ByteSource | undefined> => context.siblings?.open(name);
  const old = (await open(`${prefix}.index`)) === undefined ? await open(prefix) : undefined;
  if (old === undefined || kindOf(await probeOf(old)) !== "old-checkpoint")
    return variables(graphs, reading, prefix, open);
  await orUnread(reading, prefix, 0, async () => {
    putAll(graphs, await readOldCheckpoint(old, reading));
    return null;
  });
}

async function variables(
  graphs: GraphValues,
  reading: TensorflowReading,
  prefix: string,
  open: (name: string) => Promise<ByteSource | undefined>,
): Promise<void> {
  const index = await open(`${prefix}.index`);
  if (index === undefined) {
    if (graphs.variableCount === 0) return;
    reading.isWhole = false;
    reading.findings.add(
      finding(
        "integrity/not-read",
        "warning",
        say("The values of {count} variables are in {file}, which is not there.", {
          count: graphs.variableCount,
          file: `${prefix}.index`,
        }),
        placeIn(reading.source, 0, 0),
      ),
    );
    return;
  }
  const openShard = (shard: number, shards: number): Promise<ByteSource | undefined> =>
    open(shardName(prefix, shard, shards));
  await orUnread(reading, `${prefix}.index`, 0, async () => {
    putAll(graphs, await readBundle(index, openShard, reading));
    return null;
  });
}

function putAll(graphs: GraphValues, { keys, values }: Named): void {
  for (const [i, key] of keys.entries()) graphs.put(typeof key === "string" ? key : String(i), values[i] ?? null);
}

interface Named {
  readonly keys: Value[];
  readonly values: Value[];
}

/** `name`: of the index, which the files of data are named after. */
async function readCheckpoint(
  source: ByteSource,
  { work, siblings }: ReadContext,
  name = siblings?.own ?? source.name,
): Promise<RawArtifact> {
  const reading: TensorflowReading = { source, work, findings: new CappedFindings(), isWhole: true };
  const prefix = name.replace(/\.index$/, "");
  const open = (shard: number, shards: number): Promise<ByteSource | undefined> =>
    siblings?.open(shardName(prefix, shard, shards)) ?? Promise.resolve(undefined);
  return ofVariables(await readBundle(source, open, reading), reading);
}

async function readOld(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const reading: TensorflowReading = { source, work, findings: new CappedFindings(), isWhole: true };
  return ofVariables(await readOldCheckpoint(source, reading), reading);
}

async function ofVariables({ keys, values }: Named, reading: TensorflowReading): Promise<RawArtifact> {
  return {
    format: "tensorflow",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [],
    told: {
      framework: { name: "tensorflow" },
      called: await calledVariables({ keys, values }, reading.work),
      restated: [OBJECT_GRAPH_KEY],
    },
    findings: reading.findings.all(),
    complete: reading.isWhole,
  };
}
