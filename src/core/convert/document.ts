import { readAll } from "../bytes/read-all.ts";
import type { Doc, DocMap } from "../formats/document/doc.ts";
import {
  environmentDoc,
  frameworkDoc,
  type Provenance,
  provenanceDoc,
  schemaDoc,
  sourceDoc,
} from "../formats/document/source.ts";
import { DOCUMENT_KEY, DOCUMENT_VERSION } from "../formats/embedded/layout.ts";
import { jsonKey, jsonOf } from "../formats/embedded/json-write.ts";
import type { Artifact } from "../model/artifact.ts";
import { type Graph, type GraphRecord, recordOf } from "../model/graph-records.ts";
import type { Node } from "../model/value.ts";
import type { Work } from "../work.ts";
import { type CarriedTensors, isCarried } from "./carried.ts";

/** Text in pieces: a document may be longer than a string can be. */
export type TextPieces = AsyncIterable<string>;

export interface DocumentParts {
  readonly artifact: Artifact;
  /** Undefined leaves the object graph out, for targets that have no room for it. */
  readonly graph: Graph | undefined;
  readonly tensors: CarriedTensors;
  readonly provenance?: Provenance;
}

/**
 * The document that stands in a target beside its tensors (docs/convert.md, "The document"): who wrote the source and
 * what it was, what the target's own tensors cannot say about themselves, and the object graph. One line for each
 * tensor and record, so that two versions can be compared as text.
 *
 * @param tensorLine spells one entry of `tensors`; JSON files have the elements there
 */
export async function* documentText(
  { artifact, graph, tensors, provenance }: DocumentParts,
  work: Work,
  tensorLine: (index: number) => TextPieces,
): AsyncGenerator<string> {
  const { root, metadata } = artifact;
  const head: readonly (readonly [string, Doc])[] = [
    [DOCUMENT_KEY, DOCUMENT_VERSION],
    ["features", []],
    ["framework", frameworkDoc(artifact.framework)],
    ["environment", environmentDoc(artifact.environment)],
    ["schema", schemaDoc(artifact.schema)],
    ["provenance", provenance === undefined ? null : provenanceDoc(provenance)],
    ["source", sourceDoc(artifact)],
  ];
  yield `{\n${head.map(([key, doc]) => `${JSON.stringify(key)}: ${jsonOf(doc)}`).join(",\n")}`;
  yield ',\n"tensors": {';
  for (const [index, { key }] of tensors.all.entries()) {
    if (work.isDue()) await work.checkpoint();
    yield `${index === 0 ? "" : ","}\n${jsonKey(key)}: `;
    yield* tensorLine(index);
  }
  yield tensors.all.length === 0 ? "}" : "\n}";
  if (graph !== undefined) {
    if (root !== undefined) yield `,\n"root": ${jsonOf(graph.atom(root))}`;
    if (metadata !== undefined) yield `,\n"metadata": ${jsonOf(graph.atom(metadata))}`;
    yield ',\n"nodes": [';
    for (const [index, node] of graph.nodes.entries()) {
      if (work.isDue()) await work.checkpoint();
      yield `${index === 0 ? "" : ","}\n${jsonOf(await recordFor(node, graph, tensors))}`;
    }
    yield graph.nodes.length === 0 ? "]" : "\n]";
  }
  yield "\n}\n";
}

/** The entry as it is, where the elements are elsewhere. */
export async function* entryLine(entry: DocMap): AsyncGenerator<string> {
  yield jsonOf(entry);
}

async function recordFor(node: Node, graph: Graph, tensors: CarriedTensors): Promise<GraphRecord> {
  if ((node.kind === "tensor" || node.kind === "scalar") && !isCarried(node.tensor)) return ["unread", CUT_SHORT];
  return recordOf(node, graph, {
    tensor: (tensor) => tensors.keyOf(tensor),
    bytes: async (bytes) => tensors.bytesKey(bytes) ?? readAll(bytes.data),
  });
}

/** What stands in the place of a tensor that the source does not hold whole. */
export const CUT_SHORT = "the source ended before the last byte of this tensor";
