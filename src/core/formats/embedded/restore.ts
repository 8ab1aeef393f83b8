import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { ArtifactError, asArtifactError, corrupt } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { valueType } from "../../model/canonical.ts";
import type { Atom } from "../../model/graph-records.ts";
import { type Payloads, type Records, type RestoredGraph, restoreGraph } from "../../model/graph-restore.ts";
import { denseSource } from "../../model/dense.ts";
import { holdsObjects } from "../../model/numpy-dtype.ts";
import { say } from "../../model/sentence.ts";
import { denseByteLength, type TensorRef } from "../../model/tensor.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { atomOf, type Doc, isDocMap, listAt, mapAt, recordOf, textAt } from "../document/doc.ts";
import { importsOf } from "../document/imports.ts";
import { provenanceFacts, readSource } from "../document/source.ts";
import { textsOf } from "../document/texts.ts";
import type { EmbeddedDocument, TensorEntry } from "./document.ts";
import { METADATA_PREFIX } from "./layout.ts";
import { recordsOf, sameShape } from "./records.ts";
import { FLOAT32, isWidened, narrowed } from "./widened.ts";

/** The tensors that a file holds under names of its own. */
export type Members = ReadonlyMap<string, TensorRef>;

/**
 * What was converted, as its own reader described it: the object graph over the file's tensors, imports, and what was
 * known of the source. `raw` is what the file's reader found. Throws ArtifactError when document and tensors do not
 * fit each other: the file was changed by a program that does not know the document.
 */
export async function restored(
  raw: RawArtifact,
  document: EmbeddedDocument,
  members: Members,
  work: Work,
): Promise<RawArtifact> {
  const tensors = new Tensors(document, members);
  tensors.checkMembers();
  const record = readSource(mapAt(document.map, "source") ?? new Map());
  const graph = await graphOf(document, tensors, work);
  const findings = problemFindings(graph);
  const provenance = document.map.get("provenance");
  const rootDoc = document.map.get("root");
  const metadataDoc = document.map.get("metadata");
  // Without records the graph had no room: names are what there is.
  const hasGraph = document.map.has("nodes");
  const root = hasGraph ? (rootDoc === undefined ? undefined : graph.value(atomOf(rootDoc))) : tensors.byName();
  const metadata = metadataDoc === undefined ? undefined : graph.value(atomOf(metadataDoc));
  const kept = hasGraph ? metadata : othersMetadata(raw.metadata);
  return {
    format: raw.format,
    container: raw.container,
    root,
    namedTensors: hasGraph ? record.namedTensors : true,
    facts: [...raw.facts, ...provenanceFacts(isDocMap(provenance) ? provenance : undefined), ...record.facts],
    ...(kept !== undefined && { metadata: kept }),
    ...(record.told !== undefined && { told: record.told }),
    imports: [...(raw.imports ?? []), ...importsOf(record.imports, graph.nodes)],
    findings: [...raw.findings, ...findings, ...record.findings],
    complete: raw.complete && record.complete && graph.problems.length === 0,
  };
}

/** What a header's metadata has beside our own keys. */
function othersMetadata(metadata: Value | undefined): Value | undefined {
  if (!isNode(metadata) || metadata.kind !== "dict") return metadata;
  const { keys, values } = metadata;
  const others = keys.flatMap((key, index) =>
    typeof key === "string" && key.startsWith(METADATA_PREFIX) ? [] : [[key, values[index] ?? null] as const],
  );
  if (others.length === 0) return undefined;
  return { kind: "dict", keys: others.map(([key]) => key), values: others.map(([, value]) => value) };
}

/** A file whose document is of no use is shown as its tensors, and says so. */
export function unrestored(raw: RawArtifact, name: string, error: unknown): RawArtifact {
  const { code, message } = asArtifactError(error, "reading the description");
  const isLimit = code === "limit";
  const sentence = say(
    "What was converted into {name} cannot be had back from its description: {reason}. Its tensors are shown as they are.",
    { name, reason: message },
  );
  const found = finding(isLimit ? "integrity/limit" : "integrity/corrupt", "warning", sentence);
  // A description that others made wrong is read as what it is; one that is too much for us was not read.
  return { ...raw, findings: [...raw.findings, found], complete: raw.complete && !isLimit };
}

function graphOf(document: EmbeddedDocument, tensors: Tensors, work: Work): Promise<RestoredGraph> {
  const docs = listAt(document.map, "nodes");
  const records: Records = { length: docs.length, record: (index) => recordOf(docs[index] ?? null), offset: () => 0 };
  const payloads: Payloads = {
    tensor: (atom) => tensors.get(atom),
    bytes(atom) {
      if (atom instanceof Uint8Array) return fromBytes(atom, "bytes");
      return bytesOf(tensors.get(atom));
    },
  };
  return restoreGraph(records, payloads, work);
}

function bytesOf(tensor: TensorRef): ByteSource {
  if (tensor.dtype.itemSize !== 1 || tensor.shape.length !== 1) throw corrupt("bytes are not a row of bytes");
  return denseSource(tensor);
}

function problemFindings({ problems }: RestoredGraph): Finding[] {
  return problems.map(({ record, message }) =>
    finding(
      "integrity/corrupt",
      "error",
      say("Record {record} of the object graph cannot be read: {reason}.", { record, reason: message }),
    ),
  );
}

/** The document's tensors by their keys, each made once: two references to one tensor stay one. */
class Tensors {
  readonly #document: EmbeddedDocument;
  readonly #members: Members;
  readonly #made = new Map<string, TensorRef>();

  constructor(document: EmbeddedDocument, members: Members) {
    this.#document = document;
    this.#members = members;
  }

  get(atom: Atom): TensorRef {
    if (typeof atom !== "string") throw corrupt("a tensor is named by text");
    return this.#get(atom, true);
  }

  /** Every member is one of the document's, and of the type and shape it says. */
  checkMembers(): void {
    const names = new Set<string>();
    for (const [key, entry] of this.#document.tensors) {
      const name = memberNameOf(key, entry);
      if (name === undefined) continue;
      this.#get(key, true);
      names.add(name);
    }
    for (const name of this.#members.keys())
      if (!names.has(name)) throw corrupt(`it does not know the tensor ${JSON.stringify(name)}`);
  }

  byName(): Value {
    const keys = [...this.#document.tensors].filter(([key, entry]) => memberNameOf(key, entry) !== undefined);
    return {
      kind: "dict",
      keys: keys.map(([key]) => key),
      values: keys.map(([key]) => ({ kind: "tensor", tensor: this.get(key), className: "numpy.ndarray", offset: 0 })),
    };
  }

  #get(key: string, mayBeRecords: boolean): TensorRef {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const entry = this.#document.tensors.get(key);
    if (entry === undefined) throw corrupt(`there is no tensor ${JSON.stringify(key)}`);
    try {
      const made = withTexts(this.#make(key, entry, mayBeRecords), entry);
      this.#made.set(key, made);
      return made;
    } catch (error) {
      const { code, message } = asArtifactError(error, "tensor");
      throw new ArtifactError(code, `tensor ${JSON.stringify(key)}: ${message}`, {}, error);
    }
  }

  #make(key: string, { entry, dtype, shape, elements }: TensorEntry, mayBeRecords: boolean): TensorRef {
    if (elements !== undefined) return elements;
    const dense = { dtype, shape, order: "C", offset: 0 } as const;
    if (holdsObjects(dtype)) return { ...dense, data: fromBytes(new Uint8Array(0), "objects") };
    const bytes = entry.get("bytes");
    if (bytes instanceof Uint8Array) {
      if (bytes.length !== denseByteLength(dense))
        throw corrupt(`${bytes.length} bytes, expected ${denseByteLength(dense)}`);
      return { ...dense, data: fromBytes(bytes, key) };
    }
    const fields = mapAt(entry, "fields");
    if (fields !== undefined) {
      if (!mayBeRecords) throw corrupt("records of records");
      const parts = [...fields].map(([name, field]) => [name, this.#get(fieldKey(field), false)] as const);
      return recordsOf(dtype, shape, new Map(parts));
    }
    return this.#member(textAt(entry, "name") ?? key, textAt(entry, "stored"), dense);
  }

  #member(name: string, stored: string | undefined, dense: Omit<TensorRef, "data">): TensorRef {
    const member = this.#members.get(name);
    if (member === undefined) throw corrupt(`the file does not hold ${JSON.stringify(name)}`);
    if (stored === "bytes") {
      const { dtype, shape, offset, data } = member;
      if (dtype.scalar !== "uint8" || shape.length !== 1 || shape[0] !== denseByteLength(dense))
        throw corrupt(
          `it is kept in ${denseByteLength(dense)} bytes, found ${dtype.name} of shape [${shape.join(", ")}]`,
        );
      return { ...dense, offset, data };
    }
    if (!sameShape(member.shape, dense.shape))
      throw corrupt(`its shape is [${member.shape.join(", ")}], not [${dense.shape.join(", ")}]`);
    const expected = stored === "float32" && isWidened(dense.dtype) ? FLOAT32 : dense.dtype;
    if (valueType(member.dtype) !== valueType(expected))
      throw corrupt(`its type is ${member.dtype.name}, not ${expected.name}`);
    return expected === FLOAT32 && dense.dtype !== FLOAT32 ? narrowed(member, dense.dtype) : member;
  }
}

/** The member that an entry is about; undefined for those that lie in the document. */
function memberNameOf(key: string, { entry, dtype, elements }: TensorEntry): string | undefined {
  if (elements !== undefined || entry.has("bytes") || entry.has("fields") || holdsObjects(dtype)) return undefined;
  return textAt(entry, "name") ?? key;
}

function withTexts(tensor: TensorRef, { entry, shape }: TensorEntry): TensorRef {
  const texts = textAt(entry, "texts");
  return texts === undefined ? tensor : { ...tensor, texts: textsOf(texts, shape) };
}

function fieldKey(doc: Doc): string {
  if (typeof doc !== "string") throw corrupt("a field is named by the key of a tensor");
  return doc;
}
