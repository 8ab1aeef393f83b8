import { ArtifactError } from "../errors.ts";
import type { Host } from "../host.ts";
import { LIMITS } from "../limits.ts";
import type { Artifact } from "../model/artifact.ts";
import type { TensorRef } from "../model/tensor.ts";
import { denseByteLength } from "../model/tensor.ts";
import { collectGraph, type Graph } from "../model/graph-records.ts";
import { english, type Sentence, say } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import { type Carried, isCarried } from "./carried.ts";
import type { ConversionPlan, LossItem, TargetId } from "./plan.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { elementClass } from "./routes.ts";

/** How a target is called in sentences. */
const LABELS = { model: ".model", safetensors: "safetensors", npz: "npz", json: "JSON" } as const;

/**
 * What a conversion will do, before a byte is written: what is carried in another form (notes), what other readers see
 * changed and what is lost (losses). Reads no elements but those of text. Throws `refused` for an artifact that the
 * target cannot take at all.
 */
export async function planConversion(
  artifact: Artifact,
  target: TargetId,
  _host: Host,
  work: Work,
): Promise<ConversionPlan> {
  if (artifact.root === undefined && artifact.parameters.length === 0)
    throw new ArtifactError("refused", `${artifact.name} holds nothing that could be written`);
  const parameters = artifact.parameters.filter(({ tensor }) => isCarried(tensor)).length;
  if (target === "model") {
    const graph = collectGraph([artifact.root, artifact.metadata]);
    return {
      target,
      parameters,
      byteLength: modelBytes(artifact, graph),
      notes: [],
      losses: [...sourceLosses(artifact, graph), ...blockLosses(artifact, target)],
    };
  }
  const prepared = await prepare(artifact, target, undefined, work);
  return {
    target,
    parameters,
    byteLength: prepared.byteLength,
    notes: notes(artifact, prepared, target),
    losses: [
      ...sourceLosses(artifact, prepared.graph),
      ...graphLosses(prepared, target),
      ...widenedLosses(prepared, target),
      ...blockLosses(artifact, target),
    ],
  };
}

function loss(kind: LossItem["kind"], sentence: Sentence, path?: string): LossItem {
  return { kind, sentence, message: english(sentence), ...(path !== undefined && { path }) };
}

/** What is not there to be carried: a file that ended early, values that were not understood. */
function sourceLosses(artifact: Artifact, graph: Graph): LossItem[] {
  const losses: LossItem[] = [];
  const cut = new Set<TensorRef>();
  for (const { path, tensor } of artifact.parameters) {
    if (isCarried(tensor)) continue;
    cut.add(tensor);
    losses.push(loss("lost", say("{path} is cut short in the source and is not carried.", { path }), path));
  }
  const nodes = graph.nodes.filter(
    (node) => (node.kind === "tensor" || node.kind === "scalar") && !isCarried(node.tensor) && !cut.has(node.tensor),
  );
  if (nodes.length > 0)
    losses.push(loss("lost", say("{count} more tensors are cut short in the source.", { count: nodes.length })));
  const unread = graph.nodes.filter(({ kind }) => kind === "unread").length;
  if (unread > 0)
    losses.push(
      loss(
        "lost",
        say("{count} values were not read from the source; only that they were there is carried.", { count: unread }),
      ),
    );
  if (!artifact.complete && losses.length === 0)
    losses.push(loss("lost", say("The source was not read to its end; what was not read is not carried.")));
  return losses;
}

function graphLosses({ carriesGraph, tensors }: Prepared, target: TargetId): LossItem[] {
  if (carriesGraph) return [];
  const sentence = say(
    "The object graph takes over {limit} MiB as text, which {target} has no room for: classes, hyper-parameters and everything else that is no tensor are left out.",
    {
      limit: (target === "safetensors" ? LIMITS.embeddedGraphBytes : LIMITS.jsonBytes) / 1024 ** 2,
      target: LABELS[target],
    },
  );
  const unseen = tensors.all.filter(
    ({ isAddressed, member, route }) => isAddressed && member === undefined && route === "bytes",
  );
  return [
    loss("lost", sentence),
    ...unseen.map(({ key, tensor }) =>
      loss(
        "lost",
        say("{path} is {dtype}, which {target} has no type for.", {
          path: key,
          dtype: tensor.dtype.name,
          target: LABELS[target],
        }),
        key,
      ),
    ),
  ];
}

function widenedLosses({ tensors }: Prepared, target: TargetId): LossItem[] {
  return tensors.all
    .filter(({ route, member }) => route === "widened" && member !== undefined)
    .map(({ key, tensor, isAddressed }) =>
      loss(
        "changed",
        say("{path} is {dtype}, which numpy has no type for: {target} holds it as float32, every value exactly.", {
          path: key,
          dtype: tensor.dtype.name,
          target: LABELS[target],
        }),
        isAddressed ? key : undefined,
      ),
    );
}

/** Blocks are read as the values that they stand for; no target has the blocks themselves. */
function blockLosses(artifact: Artifact, target: TargetId): LossItem[] {
  const blocks = artifact.parameters.filter(({ tensor }) => tensor.dtype.block !== undefined);
  if (blocks.length === 0) return [];
  const types = [...new Set(blocks.map(({ tensor }) => tensor.dtype.name))].sort().join(", ");
  const sentence = say(
    "{count} tensors lie in blocks ({types}): {target} holds each value that they stand for exactly, and not the blocks.",
    { count: blocks.length, types, target: LABELS[target] },
  );
  return [loss("changed", sentence)];
}

function notes(artifact: Artifact, prepared: Prepared, target: Exclude<TargetId, "model">): Sentence[] {
  const { all } = prepared.tensors;
  const name = LABELS[target];
  const found: Sentence[] = [];
  if (target === "json")
    found.push(
      say(
        "Numbers are written as text that reads back to the same bits; the file is for reading and comparing, not for speed.",
      ),
    );
  else if (prepared.carriesGraph && !isPlain(artifact))
    found.push(
      say(
        "Classes, hyper-parameters and other values are kept as JSON text in the file; other readers of {target} see its tensors only.",
        {
          target: name,
        },
      ),
    );
  const hidden = all.filter(({ route, entry }) => route === "bytes" && !entry.has("fields"));
  if (hidden.length > 0 && prepared.carriesGraph)
    found.push(
      say(
        "{count} arrays ({types}) have no type in {target}; they are kept as bytes that only Model Loupe reads back.",
        {
          count: hidden.length,
          types: kinds(hidden),
          target: name,
        },
      ),
    );
  const records = all.filter(({ entry }) => entry.has("fields")).length;
  if (records > 0)
    found.push(
      say("{count} arrays of records are written as their fields and put together again when read.", {
        count: records,
      }),
    );
  found.push(...layoutNotes(all, target));
  const renamed = all.filter(({ key, member }) => member !== undefined && member.name !== key);
  if (renamed.length > 0)
    found.push(
      say("{count} names that {target} cannot hold are written with % escapes: {first} as {name}.", {
        count: renamed.length,
        target: name,
        first: renamed[0]?.key ?? "",
        name: renamed[0]?.member?.name ?? "",
      }),
    );
  return found;
}

/** How values lie in memory; values are the same. */
function layoutNotes(all: readonly Carried[], target: TargetId): Sentence[] {
  if (target !== "safetensors") return [];
  const found: Sentence[] = [];
  const native = all.filter(({ route, member }) => route === "native" && member !== undefined);
  const swapped = native.filter(({ tensor }) => tensor.dtype.bigEndian).length;
  if (swapped > 0)
    found.push(say("{count} big-endian tensors are written little-endian; values are the same.", { count: swapped }));
  const turned = native.filter(({ tensor }) => tensor.order === "F" && tensor.shape.length > 1).length;
  if (turned > 0)
    found.push(say("{count} tensors in Fortran order are written in C order; values are the same.", { count: turned }));
  return found;
}

/** True for nothing but named tensors: there is no graph worth a word. */
function isPlain({ namedTensors, values }: Artifact): boolean {
  return namedTensors && values.length === 0;
}

function kinds(carried: readonly Carried[]): string {
  return [...new Set(carried.map(({ tensor }) => elementClass(tensor.dtype)))].join(", ");
}

/** Header entries and records take about this much beside their content. */
const ENTRY_BYTES = 160;
const RECORD_BYTES = 24;

function modelBytes(artifact: Artifact, graph: Graph): number {
  const tensors = new Set<TensorRef>();
  let bytes = 1024 + graph.nodes.length * RECORD_BYTES + artifact.parameters.length * ENTRY_BYTES;
  for (const node of graph.nodes) {
    if (node.kind === "bytes") bytes += node.data.size;
    if ((node.kind !== "tensor" && node.kind !== "scalar") || tensors.has(node.tensor) || !isCarried(node.tensor))
      continue;
    tensors.add(node.tensor);
    bytes += denseByteLength(node.tensor) + ENTRY_BYTES;
  }
  return bytes;
}
