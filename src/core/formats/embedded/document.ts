import { fromBytes, type ByteSource } from "../../bytes/source.ts";
import { JsonScanner } from "../../bytes/json-scan.ts";
import { corrupt, unsupported } from "../../errors.ts";
import { encodeElement } from "../../model/decode.ts";
import type { DType } from "../../model/dtype.ts";
import { numberWriter } from "../../model/encode-number.ts";
import { dtypeFromName } from "../../model/numpy-dtype.ts";
import { packBits } from "../../model/packed.ts";
import { type DecimalTexts, denseByteLength, elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { countOf, type Doc, type DocMap, isDocList, listAt, textAt } from "../document/doc.ts";
import { DocumentRoom, UNITS } from "../document/room.ts";
import { textsOf } from "../document/texts.ts";
import { nearestOf } from "../plain-text/numbers.ts";
import { docFromJson, ownKey } from "./json-read.ts";
import { DOCUMENT_KEY, DOCUMENT_VERSION } from "./layout.ts";

/** An embedded document, its tensors' entries apart. */
export interface EmbeddedDocument {
  readonly map: DocMap;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

export interface TensorEntry {
  readonly entry: DocMap;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** The elements, where they stand in the text. */
  readonly elements?: TensorRef;
}

/**
 * Reads a document. Elements that stand in the text become bytes at once, so that a tensor costs what its elements
 * take. Throws ArtifactError with the place for text that is no document, `unsupported` for one that needs more than
 * is known here.
 */
export async function readDocument(bytes: Uint8Array, what: string, work: Work): Promise<EmbeddedDocument> {
  const scanner = new JsonScanner(bytes, { what, isStrict: true });
  const reading: Reading = { scanner, room: new DocumentRoom(what), size: bytes.length, work };
  const map = new Map<string, Doc>();
  const tensors = new Map<string, TensorEntry>();
  if (scanner.next() !== "{") throw scanner.error("corrupt", scanner.start, "expected an object");
  while (scanner.next() !== "}") {
    const key = scanner.text();
    const token = scanner.next();
    if (map.size === 0 && key !== DOCUMENT_KEY)
      throw scanner.error("corrupt", scanner.start, `the first key is not ${JSON.stringify(DOCUMENT_KEY)}`);
    if (key === "tensors" && token === "{") await readEntries(reading, tensors);
    else if (map.has(key)) throw scanner.error("corrupt", scanner.start, `the key ${JSON.stringify(key)} occurs twice`);
    else
      map.set(key, key === "nodes" && token === "[" ? await readRecords(reading) : docFromJson(scanner, reading.room));
    if (key === DOCUMENT_KEY || key === "features") checkKnown(key, map.get(key), what);
    if (work.isDue()) await work.checkpoint();
  }
  scanner.next();
  return { map, tensors };
}

/** A document while it is read. */
interface Reading {
  readonly scanner: JsonScanner;
  readonly room: DocumentRoom;
  /** Of the text, in bytes. */
  readonly size: number;
  readonly work: Work;
}

/** True for text that begins as our documents do. */
export function startsDocument(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, 64));
  return /^\s*\{\s*"model-loupe"\s*:/.test(text);
}

function checkKnown(key: string, value: Doc | undefined, what: string): void {
  if (key === DOCUMENT_KEY && value !== DOCUMENT_VERSION)
    throw unsupported(
      `${what}: version ${typeof value === "bigint" ? value : "unknown"}; this program reads version 1`,
    );
  if (key === "features" && (!isDocList(value) || value.length > 0))
    throw unsupported(
      `${what}: it needs the feature ${JSON.stringify(isDocList(value) ? value[0] : "?")}, which this program does not know`,
    );
}

/** The object graph, of which there may be much: one record at a time. */
async function readRecords({ scanner, room, work }: Reading): Promise<Doc> {
  room.take(UNITS.list, scanner.start);
  const records: Doc[] = [];
  while (scanner.next() !== "]") {
    records.push(docFromJson(scanner, room));
    if (work.isDue()) await work.checkpoint();
  }
  return records;
}

async function readEntries(reading: Reading, tensors: Map<string, TensorEntry>): Promise<void> {
  const { scanner, room } = reading;
  while (scanner.next() !== "}") {
    const { start } = scanner;
    const key = ownKey(scanner.text());
    if (tensors.has(key)) throw scanner.error("corrupt", start, `the tensor ${JSON.stringify(key)} occurs twice`);
    if (scanner.next() !== "{") throw scanner.error("corrupt", scanner.start, "expected an object");
    room.take(UNITS.map, start);
    tensors.set(key, await readEntry(reading));
  }
}

async function readEntry(reading: Reading): Promise<TensorEntry> {
  const { scanner, room } = reading;
  const map = new Map<string, Doc>();
  const { start } = scanner;
  let described: { dtype: DType; shape: readonly number[] } | undefined;
  let elements: TensorRef | undefined;
  while (scanner.next() !== "}") {
    const key = scanner.text();
    scanner.next();
    if (key !== "values") {
      map.set(key, docFromJson(scanner, room));
      continue;
    }
    described ??= describe(map);
    elements = await readValues(reading, { ...described, isDecimal: map.get("decimal") === true });
  }
  try {
    described ??= describe(map);
  } catch (error) {
    throw scanner.error("corrupt", start, error instanceof Error ? error.message : String(error));
  }
  return { entry: map, ...described, ...(elements !== undefined && { elements }) };
}

function describe(map: DocMap): { dtype: DType; shape: readonly number[] } {
  const name = textAt(map, "dtype");
  if (name === undefined) throw corrupt("a tensor without a dtype");
  const shape = listAt(map, "shape").map((dim) => countOf(dim, "shape"));
  elementCount(shape);
  return { dtype: dtypeFromName(name), shape };
}

/** Nested or flat, the elements come in C order; each is put into its place as bytes. */
async function readValues(
  { scanner, room, size, work }: Reading,
  { dtype, shape, isDecimal }: { dtype: DType; shape: readonly number[]; isDecimal: boolean },
): Promise<TensorRef> {
  const { start } = scanner;
  const count = elementCount(shape);
  // An element takes two bytes of the text at least, its comma counted.
  if (count > (size - start) / 2 + 1)
    throw scanner.error("corrupt", start, `the text has no room for ${count} elements`);
  const length = denseByteLength({ dtype, shape });
  room.takeBytes(length, start);
  if (isDecimal) room.take(count * UNITS.atom, start);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  const write = numberWriter(dtype);
  const texts: string[] = [];
  let index = 0;
  const outside = scanner.kind === "[" ? scanner.depth - 1 : scanner.depth;
  for (let isDone = false; !isDone; ) {
    if (scanner.kind !== "[" && scanner.kind !== "]") {
      if (index === count) throw scanner.error("corrupt", scanner.start, `more than ${count} elements`);
      const text = elementText(scanner, dtype);
      if (isDecimal) texts.push(text);
      const isWritten = scanner.kind === "number" && write?.(view, index * dtype.itemSize, text) === true;
      if (!isWritten) put(bytes, index, dtype, encoded(dtype, text, isDecimal));
      index++;
      if ((index & 511) === 0 && work.isDue()) await work.checkpoint();
    }
    isDone = scanner.depth === outside;
    if (!isDone) scanner.next();
  }
  if (index !== count) throw scanner.error("corrupt", start, `${index} elements, expected ${count}`);
  const data: ByteSource = fromBytes(bytes, "values");
  const decimals: DecimalTexts | undefined = isDecimal ? textsOf(texts.join("\n"), shape) : undefined;
  return { dtype, shape, order: "C", offset: 0, data, ...(decimals !== undefined && { texts: decimals }) };
}

function elementText(scanner: JsonScanner, { kind }: DType): string {
  if (scanner.kind === "string") return scanner.text();
  if (scanner.kind === "number") return scanner.number();
  if (kind === "b" && scanner.kind === "true") return "True";
  if (kind === "b" && scanner.kind === "false") return "False";
  throw scanner.error("corrupt", scanner.start, "expected an element");
}

function encoded(dtype: DType, text: string, isDecimal: boolean): Uint8Array {
  if (!isDecimal || dtype.scalar !== "float64") return encodeElement(dtype, text);
  // The nearest double of a text, as the reader that it came from had it: of JSON `Infinity`, of plain text `inf`.
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, nearestOf(text), !dtype.bigEndian);
  return bytes;
}

function put(bytes: Uint8Array, index: number, dtype: DType, element: Uint8Array): void {
  if (dtype.itemSize > 0) bytes.set(element, index * dtype.itemSize);
  else packBits(element, 0, dtype.bits, bytes, index * dtype.bits);
}
