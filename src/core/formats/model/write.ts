import type { ByteSink } from "../../bytes/sink.ts";
import { readAll } from "../../bytes/read-all.ts";
import { limitExceeded } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { LIMITS } from "../../limits.ts";
import type { Artifact } from "../../model/artifact.ts";
import { collectGraph, type Graph, type GraphRecord, recordOf } from "../../model/graph-records.ts";
import type { Node } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import {
  environmentDoc,
  frameworkDoc,
  type Provenance,
  provenanceDoc,
  schemaDoc,
  sourceDoc,
} from "../document/source.ts";
import { measureContents, type StoredContent, writeContents } from "./contents.ts";
import type { Doc } from "../document/doc.ts";
import { writeDoc } from "./doc-msgpack.ts";
import { fromHex } from "./hex.ts";
import { writeIndexEntry } from "./index-entry.ts";
import { chunkSpan, FORMAT_NAME, HEADER_DIGEST_BYTES, VERSION } from "./layout.ts";
import { MsgpackWriter } from "./msgpack-write.ts";
import { isCarried, type TensorTable, tensorTable } from "./tensor-table.ts";

export interface ModelWriteOptions {
  readonly provenance?: Provenance;
  /** `deflate`: each tensor that gets smaller by a tenth is kept deflated, in chunks. */
  readonly compression?: "none" | "deflate";
  /** Bytes of one chunk; smaller ones in tests only. */
  readonly chunkBytes?: number;
}

/**
 * Writes an artifact as `.model`: header, digest of the header, chunks (docs/model-format.md). Every content is read
 * twice, once for its digest and once to be written: the header names digests and comes first. The same artifact
 * and options give the same bytes. Throws `limit` when the header would be larger than readers accept.
 */
export async function writeModel(
  artifact: Artifact,
  sink: ByteSink,
  host: Host,
  work: Work,
  options: ModelWriteOptions = {},
): Promise<void> {
  const graph = collectGraph([artifact.root, artifact.metadata]);
  const table = await tensorTable(artifact, graph);
  const contents = await measureContents(table, host, work, options);
  const header = await headerBytes(artifact, graph, table, contents, options, work);
  if (header.length > LIMITS.modelHeaderBytes)
    throw limitExceeded("bytes of a .model header", header.length, LIMITS.modelHeaderBytes);
  await sink.write(header);
  await sink.write(digestObject(header, host));
  await writeContents(table, contents, sink, host, work);
}

/** One pass: what the header cannot know while it is written (its length, positions) takes 8 bytes whatever it is. */
async function headerBytes(
  artifact: Artifact,
  graph: Graph,
  table: TensorTable,
  contents: readonly (StoredContent | undefined)[],
  options: ModelWriteOptions,
  work: Work,
): Promise<Uint8Array> {
  const writer = new MsgpackWriter();
  const features = contents.some((content) => content?.compression !== undefined) ? ["deflate"] : [];
  const parts: readonly (readonly [string, Doc])[] = [
    ["features", features],
    ["framework", frameworkDoc(artifact.framework)],
    ["environment", environmentDoc(artifact.environment)],
    ["schema", schemaDoc(artifact.schema)],
    ["provenance", options.provenance === undefined ? null : provenanceDoc(options.provenance)],
    ["source", sourceDoc(artifact)],
    ...(artifact.root === undefined ? [] : [["root", graph.atom(artifact.root)] as const]),
    ...(artifact.metadata === undefined ? [] : [["metadata", graph.atom(artifact.metadata)] as const]),
  ];
  writer.map(3 + parts.length + 2);
  writer.text("format");
  writer.text(FORMAT_NAME);
  writer.text("version");
  writer.count(VERSION);
  writer.text("header_bytes");
  const lengthPlace = writer.fixedUint64(0);
  for (const [key, doc] of parts) {
    writer.text(key);
    writeDoc(writer, doc);
  }
  writer.text("nodes");
  writer.array(graph.nodes.length);
  for (const node of graph.nodes) {
    if (work.isDue()) await work.checkpoint();
    writeDoc(writer, await recordFor(node, graph, table));
  }
  writer.text("tensors");
  writer.array(table.rows.length);
  const places: number[] = [];
  for (const [index, row] of table.rows.entries()) {
    if (work.isDue()) await work.checkpoint();
    places.push(...writeIndexEntry(writer, row, contents[index]));
  }
  writer.patchUint64(lengthPlace, writer.length);
  patchPositions(writer, places, contents);
  return writer.bytes();
}

/** Chunks follow one another in the order of the index, each as early as its alignment lets it. */
function patchPositions(
  writer: MsgpackWriter,
  places: readonly number[],
  contents: readonly (StoredContent | undefined)[],
): void {
  let position = writer.length + HEADER_DIGEST_BYTES;
  let next = 0;
  for (const content of contents)
    for (const { storedBytes } of content?.chunks ?? []) {
      const span = chunkSpan(position, storedBytes);
      writer.patchUint64(places[next++] ?? 0, span.content);
      position = span.end;
    }
}

async function recordFor(node: Node, graph: Graph, table: TensorTable): Promise<GraphRecord> {
  if ((node.kind === "tensor" || node.kind === "scalar") && !isCarried(node.tensor))
    return ["unread", "the source ended before the last byte of this tensor"];
  return recordOf(node, graph, {
    tensor: (tensor) => BigInt(table.tensorRow(tensor)),
    bytes: async (bytes) => {
      const row = table.bytesRow(bytes);
      return row === undefined ? readAll(bytes.data) : BigInt(row);
    },
  });
}

function digestObject(header: Uint8Array, host: Host): Uint8Array {
  const hasher = host.sha256();
  hasher.update(header);
  const writer = new MsgpackWriter();
  writer.bin(fromHex(hasher.hex()));
  return writer.bytes();
}
