import { ArtifactError } from "../errors.ts";
import type { Provenance } from "../formats/document/source.ts";
import { LIMITS } from "../limits.ts";
import type { Artifact } from "../model/artifact.ts";
import { collectGraph, type Graph } from "../model/graph-records.ts";
import { denseByteLength } from "../model/tensor.ts";
import type { Work } from "../work.ts";
import { type CarriedTensors, carriedTensors } from "./carried.ts";
import { documentText, entryLine } from "./document.ts";
import type { TargetId } from "./plan.ts";

/** What is known of a conversion to a target that is not our own container, before a byte is written. */
export interface Prepared {
  readonly graph: Graph;
  readonly tensors: CarriedTensors;
  /** False when the object graph has no room in the target. */
  readonly carriesGraph: boolean;
  /** Of the document, as UTF-8; for JSON without the elements that are written as text. */
  readonly documentBytes: number;
  /** Of the whole file, estimated. */
  readonly byteLength: number;
}

/** Bytes of document that a target can take. */
const ROOM = {
  safetensors: LIMITS.embeddedGraphBytes,
  npz: LIMITS.jsonBytes,
  json: LIMITS.jsonBytes,
} as const;

/** Text of one element, a comma and a space counted: shortest texts of random numbers. */
const TEXT_BYTES: Readonly<Record<string, number>> = { b: 7, i: 12, u: 12, f: 14, c: 42, U: 16, S: 16, M: 32, m: 20 };

/** Works out how every tensor is carried and how long the document gets. Throws `refused` for what cannot be written. */
export async function prepare(
  artifact: Artifact,
  target: Exclude<TargetId, "model">,
  provenance: Provenance | undefined,
  work: Work,
): Promise<Prepared> {
  const graph = collectGraph([artifact.root, artifact.metadata]);
  const tensors = await carriedTensors(artifact, graph, target);
  const parts = { artifact, graph, tensors, ...(provenance && { provenance }) };
  const whole = await measure(parts, ROOM[target], work);
  const carriesGraph = whole <= ROOM[target];
  const documentBytes = carriesGraph ? whole : await measure({ ...parts, graph: undefined }, ROOM[target], work);
  const elements = tensors.all.reduce((sum, { member, isText, tensor }) => {
    if (isText === true)
      return sum + (denseByteLength(tensor) / Math.max(1, tensor.dtype.itemSize)) * textBytes(tensor.dtype);
    return member === undefined ? sum : sum + denseByteLength(member.tensor) + 256;
  }, 0);
  const byteLength = Math.ceil(documentBytes + elements);
  if (documentBytes > ROOM[target]) throw tooLarge(artifact, target, documentBytes, ROOM[target]);
  if (target === "json" && (!carriesGraph || byteLength > LIMITS.jsonBytes))
    throw tooLarge(artifact, target, Math.max(whole, byteLength), LIMITS.jsonBytes);
  return { graph, tensors, carriesGraph, documentBytes, byteLength };
}

function textBytes({ kind, itemSize }: { kind: string; itemSize: number }): number {
  if (kind === "f" && itemSize >= 8) return 22;
  return TEXT_BYTES[kind] ?? itemSize * 2;
}

function tooLarge(artifact: Artifact, target: TargetId, bytes: number, allowed: number): ArtifactError {
  return new ArtifactError(
    "refused",
    `${artifact.name} would take about ${bytes} bytes of JSON text in ${target}, over the limit of ${allowed}; convert to .model`,
  );
}

/** Bytes of the document; counting stops when there are too many. */
async function measure(parts: Parameters<typeof documentText>[0], most: number, work: Work): Promise<number> {
  const { all } = parts.tensors;
  let bytes = 0;
  for await (const piece of documentText(parts, work, (index) => entryLine(all[index]?.entry ?? new Map()))) {
    bytes += utf8Length(piece);
    if (bytes > most) return bytes;
  }
  return bytes;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Each half of a surrogate pair counts two.
    if (unit >= 0x80) length += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return length;
}
