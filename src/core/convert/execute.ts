import { fromBytes } from "../bytes/source.ts";
import { BufferedSink } from "../bytes/buffered-sink.ts";
import type { ByteSink } from "../bytes/sink.ts";
import { ArtifactError } from "../errors.ts";
import type { Provenance } from "../formats/document/source.ts";
import { DOCUMENT_MEMBER, METADATA_DOCUMENT, METADATA_PREFIX } from "../formats/embedded/layout.ts";
import { writeModel } from "../formats/model/write.ts";
import { type NpzMember, writeNpz } from "../formats/npz/write.ts";
import { writeSafetensors } from "../formats/safetensors/write.ts";
import type { Host } from "../host.ts";
import { LIMITS } from "../limits.ts";
import type { Artifact } from "../model/artifact.ts";
import { isNode } from "../model/value.ts";
import type { Work } from "../work.ts";
import { documentText, entryLine } from "./document.ts";
import type { ConversionPlan, TargetId } from "./plan.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { writeJson } from "./write-json.ts";

export interface ConversionOptions {
  readonly provenance?: Provenance;
  /** `.model` and npz: tensors are deflated. */
  readonly compression?: "none" | "deflate";
}

/**
 * Writes what the plan said, a piece at a time; nothing that the plan did not name is left out or changed. The same
 * artifact and options give the same bytes. Ending or deleting the sink is the caller's.
 */
export async function executeConversion(
  artifact: Artifact,
  plan: ConversionPlan,
  sink: ByteSink,
  host: Host,
  work: Work,
  options: ConversionOptions = {},
): Promise<void> {
  const { target } = plan;
  const buffered = new BufferedSink(sink);
  if (target === "model") await writeModel(artifact, buffered, host, work, options);
  else {
    const prepared = await prepare(artifact, target, options.provenance, work);
    await WRITERS[target]({ artifact, prepared, options, sink: buffered, host, work });
  }
  await buffered.flush();
}

interface Job {
  readonly artifact: Artifact;
  readonly prepared: Prepared;
  readonly options: ConversionOptions;
  readonly sink: ByteSink;
  readonly host: Host;
  readonly work: Work;
}

const WRITERS = {
  safetensors: toSafetensors,
  npz: toNpz,
  json: toJson,
} as const satisfies Record<Exclude<TargetId, "model">, (job: Job) => Promise<void>>;

async function toSafetensors(job: Job): Promise<void> {
  const { artifact, prepared, sink, work } = job;
  const members = prepared.tensors.all.flatMap(({ member }) => (member === undefined ? [] : [member]));
  const document = new TextDecoder().decode(await documentBytes(job));
  const metadata = [...ownMetadata(artifact), ...summary(artifact), [METADATA_DOCUMENT, document] as const];
  await writeSafetensors(sink, members, metadata, work);
}

/** What the source's own header had, for readers that look for it (`format: pt`). */
function ownMetadata({ format, metadata }: Artifact): (readonly [string, string])[] {
  if (format !== "safetensors" || !isNode(metadata) || metadata.kind !== "dict") return [];
  const pairs = new Map<string, string>();
  for (const [index, key] of metadata.keys.entries()) {
    const value = metadata.values[index];
    if (typeof key === "string" && typeof value === "string" && !key.startsWith(METADATA_PREFIX)) pairs.set(key, value);
  }
  return [...pairs].filter(([key, value]) => !/\p{Surrogate}/u.test(key + value));
}

/** For whoever lists the metadata with another program. */
function summary({ framework }: Artifact): (readonly [string, string])[] {
  if (framework === undefined) return [];
  const { name, version, className } = framework;
  const text = [name, version, className].filter((part) => part !== undefined).join(" ");
  return /\p{Surrogate}/u.test(text) ? [] : [[`${METADATA_PREFIX}framework`, text]];
}

async function toNpz(job: Job): Promise<void> {
  const { prepared, options, sink, host, work } = job;
  const document = fromBytes(await documentBytes(job), DOCUMENT_MEMBER);
  const members: NpzMember[] = prepared.tensors.all.flatMap(({ member }) => (member === undefined ? [] : [member]));
  members.push({ name: DOCUMENT_MEMBER, data: document });
  await writeNpz(sink, members, host, work, options.compression === "deflate" ? { level: 6 } : {});
}

async function toJson({ artifact, prepared, options, sink, work }: Job): Promise<void> {
  const { graph, tensors } = prepared;
  const { provenance } = options;
  await writeJson({ artifact, graph, tensors, ...(provenance && { provenance }) }, sink, work);
  if (sink.position > LIMITS.jsonBytes)
    throw new ArtifactError(
      "refused",
      `${artifact.name} takes ${sink.position} bytes of JSON text, over the limit of ${LIMITS.jsonBytes}; convert to .model`,
    );
}

async function documentBytes({ artifact, prepared, options, work }: Job): Promise<Uint8Array> {
  const { tensors, carriesGraph } = prepared;
  const parts = {
    artifact,
    tensors,
    graph: carriesGraph ? prepared.graph : undefined,
    ...(options.provenance && { provenance: options.provenance }),
  };
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const text of documentText(parts, work, (index) => entryLine(tensors.all[index]?.entry ?? new Map()))) {
    const bytes = encoder.encode(text);
    pieces.push(bytes);
    length += bytes.length;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
