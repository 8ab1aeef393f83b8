import type { ByteSource } from "../../bytes/source.ts";
import {
  type ArtifactErrorCode,
  asArtifactError,
  corrupt,
  limitExceeded,
  truncated,
  unsupported,
} from "../../errors.ts";
import { type Finding, finding, type RuleId } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import type { GraphRecord } from "../../model/graph-records.ts";
import { type Records, type RestoredGraph, restoreGraph } from "../../model/graph-restore.ts";
import { say } from "../../model/sentence.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import { fromBytes } from "../../bytes/source.ts";
import type { Work } from "../../work.ts";
import { atomOf, type Doc, type DocMap, isDocMap, listAt, mapAt, recordOf } from "../document/doc.ts";
import { importsOf } from "../document/imports.ts";
import { provenanceFacts, readSource, type SourceRecord } from "../document/source.ts";
import type { ReadContext } from "../format.ts";
import { docOf } from "./doc-msgpack.ts";
import { toHex } from "./hex.ts";
import { FEATURES, FORMAT_NAME, HEADER_DIGEST_BYTES, VERSION } from "./layout.ts";
import { type Msgpack, type MsgpackArray, MsgpackReader } from "./msgpack-read.ts";
import { type IndexedTensor, readTensorIndex } from "./tensor-index.ts";

/** The first keys: enough to know how much to read, and whether this program may. */
interface Preamble {
  readonly headerBytes: number;
  readonly version: number;
  readonly features: readonly string[];
}

/** Bytes that the preamble lies in: its keys are short, and at most a handful of features are named. */
const PREAMBLE_BYTES = 4096;

/**
 * Reads the header of a `.model` and nothing else. Throws when there is no header to read, or when the file needs a
 * feature that is not known here; anything less is a finding.
 */
export async function readModel(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const preamble = await readPreamble(source);
  const { headerBytes, version } = preamble;
  const end = Math.min(source.size, headerBytes + HEADER_DIGEST_BYTES);
  const bytes = await source.read(0, end);
  const header = bytes.subarray(0, headerBytes);
  const findings: Finding[] = checkDigest(header, bytes.subarray(headerBytes), context, source);
  const { map, nodes } = parseHeader(header, source.name);
  const tensors = readTensorIndex(listAt(map, "tensors"), source, end, context.host);
  const graph = await restore(nodes, tensors, context.work);
  const record = readSource(mapAt(map, "source") ?? new Map());
  findings.push(...graphFindings(graph, nodes), ...tensorFindings(tensors), ...record.findings);
  const problems: Finding[] = [];
  const valueAt = (key: string): Value | undefined => {
    const doc = map.get(key);
    if (doc === undefined) return undefined;
    try {
      return graph.value(atomOf(doc));
    } catch (error) {
      const { message } = asArtifactError(error, key);
      problems.push(
        finding(
          "integrity/corrupt",
          "error",
          say("The {part} of the file cannot be read: {reason}.", { part: key, reason: message }),
        ),
      );
      return { kind: "unread", why: message, offset: 0 };
    }
  };
  const root = valueAt("root") ?? namedRoot(tensors);
  const metadata = valueAt("metadata");
  const isCut = end < headerBytes + HEADER_DIGEST_BYTES;
  return {
    format: "model",
    container: [],
    root,
    namedTensors: map.has("root") ? record.namedTensors : true,
    facts: facts(version, map, record),
    ...(metadata !== undefined && { metadata }),
    ...(record.told !== undefined && { told: record.told }),
    imports: importsOf(record.imports, graph.nodes),
    findings: [...findings, ...problems],
    complete:
      record.complete &&
      !isCut &&
      problems.length + graph.problems.length === 0 &&
      tensors.every(({ error }) => error === undefined),
  };
}

/** The index alone: tensors by their paths, as a reader sees them that knows nothing of the graph. */
export async function readModelTensors(
  source: ByteSource,
  { host }: ReadContext,
): Promise<ReadonlyMap<string, TensorRef>> {
  const { headerBytes } = await readPreamble(source);
  const { map } = parseHeader(await source.read(0, headerBytes), source.name);
  const tensors = readTensorIndex(listAt(map, "tensors"), source, headerBytes + HEADER_DIGEST_BYTES, host);
  return new Map(
    tensors.flatMap(({ path, tensor }) => (path === undefined || tensor === undefined ? [] : [[path, tensor]])),
  );
}

async function readPreamble(source: ByteSource): Promise<Preamble> {
  const bytes = await source.read(0, Math.min(source.size, PREAMBLE_BYTES));
  const reader = new MsgpackReader(bytes, `header of ${source.name}`);
  reader.readMapHeader();
  const next = (key: string): Msgpack => {
    const at = reader.position;
    const found = reader.read();
    if (found !== key)
      throw corrupt(`header of ${source.name}: expected the key ${JSON.stringify(key)} at byte ${at}`, at);
    return reader.read();
  };
  const format = next("format");
  if (format !== FORMAT_NAME) throw corrupt(`${source.name}: its format is not ${JSON.stringify(FORMAT_NAME)}`, 0);
  const version = next("version");
  if (version !== BigInt(VERSION))
    throw unsupported(
      `${source.name} is a .model of version ${printed(version)}; this program reads version ${VERSION}`,
    );
  const length = next("header_bytes");
  const headerBytes = typeof length === "bigint" ? Number(length) : Number.NaN;
  if (!Number.isSafeInteger(headerBytes) || headerBytes < reader.position)
    throw corrupt(`header of ${source.name}: its length is ${printed(length)}`, reader.position);
  const features = featuresOf(next("features"), source.name);
  if (headerBytes > LIMITS.modelHeaderBytes)
    throw limitExceeded(`header of ${source.name}: bytes`, headerBytes, LIMITS.modelHeaderBytes, 0);
  if (headerBytes > source.size) throw truncated(`header of ${source.name}`, 0, headerBytes, source.size);
  return { headerBytes, version: VERSION, features };
}

/** A feature is named by files that cannot be understood without it: an unknown one ends the reading. */
function featuresOf(value: Msgpack, name: string): readonly string[] {
  const items = typeof value === "object" && value !== null && value.kind === "array" ? value.items : undefined;
  if (items === undefined) throw corrupt(`header of ${name}: its features are not a list`);
  return items.map((feature) => {
    if (typeof feature !== "string" || !(FEATURES as readonly string[]).includes(feature))
      throw unsupported(`${name} needs the feature ${printed(feature)}, which this program does not know`);
    return feature;
  });
}

function printed(value: Msgpack): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? value.kind : String(value);
}

/** The object after the header is its digest. */
function checkDigest(header: Uint8Array, after: Uint8Array, context: ReadContext, source: ByteSource): Finding[] {
  const range = { offset: 0, length: header.length };
  if (after.length < HEADER_DIGEST_BYTES)
    return [
      finding(
        "integrity/truncated",
        "error",
        say("{name} ends at byte {size}, inside the digest of its header; no tensor's values are there.", {
          name: source.name,
          size: source.size,
        }),
        { range },
      ),
    ];
  const hasher = context.host.sha256();
  hasher.update(header);
  const computed = hasher.hex();
  const [tag, length] = after;
  const said = toHex(after.subarray(2, HEADER_DIGEST_BYTES));
  if (tag === 0xc4 && length === 32 && said === computed) return [];
  return [
    finding(
      "integrity/corrupt",
      "error",
      say("The header of {name} is not the one that was written: its digest differs. Any value may be wrong.", {
        name: source.name,
      }),
      { range, evidence: { computed, said } },
    ),
  ];
}

/** The header as a document, its graph records apart: they need their places, and are many. */
function parseHeader(header: Uint8Array, name: string): { map: DocMap; nodes: MsgpackArray | undefined } {
  const reader = new MsgpackReader(header, `header of ${name}`);
  const object = reader.read();
  if (reader.position !== header.length)
    throw corrupt(`header of ${name}: it ends at byte ${reader.position}, not at ${header.length}`, reader.position);
  if (typeof object !== "object" || object?.kind !== "map") throw corrupt(`header of ${name} is no map`, 0);
  const map = new Map<string, Doc>();
  let nodes: MsgpackArray | undefined;
  for (const [key, value] of object.entries) {
    if (key !== "nodes") map.set(key, docOf(value));
    else if (typeof value === "object" && value?.kind === "array") nodes = value;
    else throw corrupt(`header of ${name}: its nodes are not a list`);
  }
  return { map, nodes };
}

function restore(
  nodes: MsgpackArray | undefined,
  tensors: readonly IndexedTensor[],
  work: Work,
): Promise<RestoredGraph> {
  const items = nodes?.items ?? [];
  const indexed = (atom: unknown): IndexedTensor => {
    const entry = typeof atom === "bigint" ? tensors[Number(atom)] : undefined;
    if (entry === undefined) throw corrupt(`there is no tensor ${String(atom)}: the index has ${tensors.length}`);
    return entry;
  };
  const payloads = {
    tensor(atom: unknown) {
      const { tensor, error } = indexed(atom);
      if (tensor === undefined) throw error ?? corrupt("the tensor was not read");
      return tensor;
    },
    bytes(atom: unknown) {
      if (atom instanceof Uint8Array) return fromBytes(atom, "bytes");
      const { tensor, error } = indexed(atom);
      if (tensor === undefined) throw error ?? corrupt("the bytes were not read");
      return tensor.data;
    },
  };
  const records: Records = {
    length: items.length,
    record: (index) => graphRecordOf(items[index]),
    offset: (index) => offsetOf(items[index], nodes),
  };
  return restoreGraph(records, payloads, work);
}

function graphRecordOf(object: Msgpack | undefined): GraphRecord | undefined {
  // Nothing else is a list, and most of what is wrong is found without an exception for each.
  if (typeof object !== "object" || object?.kind !== "array") return undefined;
  try {
    return recordOf(docOf(object));
  } catch {
    return undefined;
  }
}

/** Where a record lies; where the list of them lies for one that is no list itself. */
function offsetOf(object: Msgpack | undefined, nodes: MsgpackArray | undefined): number {
  return typeof object === "object" && object !== null && "offset" in object ? object.offset : (nodes?.offset ?? 0);
}

/** Without a graph the file is what its index says: tensors by their names. */
function namedRoot(tensors: readonly IndexedTensor[]): Value {
  const named = tensors.flatMap(({ path, tensor }) =>
    path === undefined || tensor === undefined ? [] : [{ path, tensor }],
  );
  return {
    kind: "dict",
    keys: named.map(({ path }) => path),
    values: named.map(({ tensor }) => ({ kind: "tensor", tensor, className: "numpy.ndarray", offset: 0 })),
  };
}

function facts(version: number, map: DocMap, record: SourceRecord): Fact[] {
  return [
    { id: "model.version", label: "Container version", value: String(version) },
    ...provenanceFacts(isDocMap(map.get("provenance")) ? mapAt(map, "provenance") : undefined),
    ...record.facts,
  ];
}

function graphFindings(graph: RestoredGraph, nodes: MsgpackArray | undefined): Finding[] {
  return graph.problems.map(({ record, message }) => {
    const offset = offsetOf(nodes?.items[record], nodes);
    const sentence = say("Record {record} of the object graph cannot be read: {reason}.", { record, reason: message });
    return finding("integrity/corrupt", "error", sentence, { range: { offset, length: 1 } });
  });
}

const RULES: Partial<Record<ArtifactErrorCode, RuleId>> = {
  truncated: "integrity/truncated",
  limit: "integrity/limit",
  unsupported: "integrity/not-read",
};

function tensorFindings(tensors: readonly IndexedTensor[]): Finding[] {
  const failed = tensors.flatMap(({ path, error }) => (error === undefined ? [] : [{ path, error }]));
  const told = failed.slice(0, LIMITS.findingsPerRule).map(({ path, error }) => {
    const rule = RULES[error.code] ?? "integrity/corrupt";
    const sentence = say("A tensor is not there as the index says: {reason}.", { reason: error.message });
    return finding(rule, "error", sentence, path === undefined ? {} : { path });
  });
  const more = failed.length - told.length;
  if (more > 0)
    told.push(finding("integrity/corrupt", "error", say("{count} more tensors are not there.", { count: more })));
  return told;
}
