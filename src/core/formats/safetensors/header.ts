import { JsonScanner } from "../../bytes/json-scan.ts";
import { type ArtifactError, asArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import { EntryTable } from "./entry-table.ts";
import { PlainEntry, SAFE_DIGITS } from "./plain-entry.ts";
import { PlainNames } from "./plain-names.ts";

/** Bytes before the header: its length. */
export const LENGTH_BYTES = 8;
const METADATA = "__metadata__";
/** The reference reader (serde_json) stops here; deeper is refused by it, and never written. */
const JSON_DEPTH = 128;

/** An entry of `__metadata__`. The reference reader takes text only; anything else is kept as its JSON text. */
export interface MetadataEntry {
  readonly key: string;
  readonly value: string;
  readonly at: number;
  readonly isText: boolean;
}

/** Something that the reference reader refuses or resolves silently, about no tensor in particular. */
export interface HeaderProblem {
  readonly text: string;
  readonly at: number;
}

export interface Header {
  readonly entries: EntryTable;
  readonly metadata: readonly MetadataEntry[] | undefined;
  /** Entries of the metadata over LIMITS.namedValues: they were read and not kept. */
  readonly unkept: number;
  /** Why the header was not read to its end. What was read before is right. */
  readonly error?: ArtifactError;
}

/**
 * Reads the header's JSON, in file order, duplicates kept. `bytes` begin at byte 8 of the file. `tell` gets what is wrong
 * with it, each time: there may be millions.
 */
export async function parseHeader(
  bytes: Uint8Array,
  name: string,
  work: Work,
  tell: (problem: HeaderProblem) => void,
): Promise<Header> {
  const reader = new HeaderReader(bytes, `${name}: safetensors header`, tell);
  try {
    await reader.read(work);
    return reader;
  } catch (error) {
    const reason = asArtifactError(error, `${name}: safetensors header`);
    if (reason.code === "cancelled") throw reason;
    const { entries, metadata, unkept } = reader;
    return { entries, metadata, unkept, error: reason };
  } finally {
    reader.finish();
  }
}

class HeaderReader implements Header {
  readonly entries = new EntryTable();
  metadata: MetadataEntry[] | undefined;
  unkept = 0;
  private arePlain = true;
  private readonly scanner: JsonScanner;
  private readonly bytes: Uint8Array;
  private readonly names: PlainNames;
  private readonly plain: PlainEntry;
  private readonly draft: Draft;
  private readonly tell: (problem: HeaderProblem) => void;

  constructor(bytes: Uint8Array, what: string, tell: (problem: HeaderProblem) => void) {
    this.bytes = bytes;
    this.tell = tell;
    this.scanner = new JsonScanner(bytes, { what, isStrict: true, origin: LENGTH_BYTES, allowTrailing: true });
    this.names = new PlainNames(bytes, this.entries.names);
    this.plain = new PlainEntry(bytes);
    this.draft = new Draft(this.scanner, bytes);
  }

  async read(work: Work): Promise<void> {
    const { scanner } = this;
    if (scanner.next() !== "{") throw scanner.error("corrupt", scanner.start, "the header is not a JSON object");
    if (scanner.start > 0) this.problem("begins with white space instead of '{'", 0);
    for (;;) {
      if (this.entries.length % 256 === 0 && work.isDue()) await work.checkpoint();
      if (this.readPlainEntry()) continue;
      if (scanner.next() !== "key") break;
      const at = scanner.start;
      const key = this.text();
      if (key === METADATA) await this.readMetadata(at, work);
      else if (this.entries.length < LIMITS.tensors) this.readEntry(key, at);
      else throw scanner.error("limit", at, `more than ${LIMITS.tensors} tensors`);
    }
    scanner.next();
    this.checkPadding(scanner.end);
  }

  /** To be called once, whether the header was read to its end or not. */
  finish(): void {
    this.names.flush();
    this.entries.areNamesDistinct = this.arePlain && this.names.areRising;
  }

  /** Reads the next entry if it is a plain one, from behind the header's first bracket or the entry before. */
  private readPlainEntry(): boolean {
    const { scanner, names, plain, entries, bytes } = this;
    if (entries.length === LIMITS.tensors) return false;
    if (scanner.kind === "{" ? entries.length > 0 : scanner.kind !== "}" || bytes[scanner.end] !== COMMA) return false;
    const at = scanner.kind === "{" ? scanner.end : scanner.end + 1;
    if (bytes[at] !== QUOTE) return false;
    const nameEnd = names.read(at + 1);
    if (nameEnd < 0) return false;
    const after = plain.read(nameEnd);
    if (after < 0 || this.isMetadata(at + 1, nameEnd)) return false;
    scanner.leap(after);
    names.keep();
    entries.add(at + LENGTH_BYTES, plain.dtype, plain.shape, plain.start, plain.end);
    return true;
  }

  private isMetadata(start: number, end: number): boolean {
    if (end - start !== METADATA.length) return false;
    for (let at = 0; at < METADATA.length; at++) if (this.bytes[start + at] !== METADATA.charCodeAt(at)) return false;
    return true;
  }

  private readEntry(name: string, keyAt: number): void {
    const { scanner, draft, names, entries } = this;
    draft.clear();
    const token = scanner.next();
    // The reference reader also takes the three fields as a list, in this order.
    if (token === "[") draft.fromList();
    else if (token === "{") draft.fromObject();
    else draft.problem = `is described by ${token === "string" ? "a text" : `a ${token}`}, not by an object`;
    const { dtype = "", shape = NO_SHAPE, offsets, problem } = draft;
    const start = offsets?.[0] ?? 0;
    const end = offsets?.[1] ?? 0;
    names.flush();
    entries.names.push(name);
    entries.add(keyAt + LENGTH_BYTES, dtype, shape, start, end, problem);
    this.arePlain = false;
  }

  private async readMetadata(at: number, work: Work): Promise<void> {
    const { scanner } = this;
    if (this.metadata !== undefined) this.problem("has __metadata__ twice", at);
    const token = scanner.next();
    if (token === "null") return;
    if (token !== "{") {
      this.problem("has a __metadata__ that is not an object", at);
      skip(scanner);
      return;
    }
    this.metadata ??= [];
    while (scanner.next() === "key") {
      if (work.isDue()) await work.checkpoint();
      const keyAt = scanner.start;
      if (this.metadata.length === LIMITS.namedValues) {
        scanner.next();
        skip(scanner);
        this.unkept += 1;
        continue;
      }
      const key = this.text();
      const isText = scanner.next() === "string";
      const valueAt = scanner.start;
      const value = isText ? this.text() : this.rawValue(valueAt);
      this.metadata.push({ key, value, at: keyAt + LENGTH_BYTES, isText });
    }
  }

  private rawValue(from: number): string {
    skip(this.scanner);
    return new TextDecoder().decode(this.bytes.subarray(from, this.scanner.end));
  }

  /** Halves of a surrogate pair on their own are no text: the reference reader refuses them. */
  private text(): string {
    const { scanner } = this;
    const text = scanner.text();
    if (!scanner.isPlainText && SURROGATE.test(text) && LONE_SURROGATE.test(text))
      this.problem(`has a text with half of a surrogate pair: ${JSON.stringify(text.slice(0, 60))}`, scanner.start);
    return text;
  }

  private checkPadding(from: number): void {
    for (let at = from; at < this.bytes.length; at++) {
      const byte = this.bytes[at] as number;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) continue;
      throw this.scanner.error("corrupt", at, "something other than padding follows the header's JSON");
    }
  }

  private problem(text: string, at: number): void {
    this.tell({ text, at: at + LENGTH_BYTES });
  }
}

const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function skip(scanner: JsonScanner): void {
  if (scanner.kind !== "{" && scanner.kind !== "[") return;
  for (const outside = scanner.depth - 1; scanner.depth > outside; scanner.next())
    if (scanner.depth > JSON_DEPTH)
      throw scanner.error("limit", scanner.start, `brackets nested deeper than ${JSON_DEPTH}`);
}

const NO_SHAPE: readonly number[] = [];

const FIELDS = ["dtype", "shape", "data_offsets"] as const;

/** The fields of one tensor while they are read. The first problem is the one that is told. */
class Draft {
  dtype: string | undefined;
  shape: readonly number[] | undefined;
  offsets: readonly number[] | undefined;
  problem: string | undefined;
  private readonly scanner: JsonScanner;
  private readonly bytes: Uint8Array;
  private lastDtype = "";
  /** Neighbours often are of one shape: they share the list of it. */
  private lastShape = NO_SHAPE;
  private readonly sizes: number[] = [];
  private readonly ends: number[] = [];

  constructor(scanner: JsonScanner, bytes: Uint8Array) {
    this.scanner = scanner;
    this.bytes = bytes;
  }

  clear(): void {
    this.dtype = undefined;
    this.shape = undefined;
    this.offsets = undefined;
    this.problem = undefined;
  }

  fromObject(): void {
    while (this.scanner.next() === "key") {
      const field = this.fieldName();
      this.scanner.next();
      this.field(field);
    }
    this.close();
  }

  private fieldName(): string {
    for (const name of FIELDS) if (this.isText(name)) return name;
    return this.scanner.text();
  }

  fromList(): void {
    const fields = [...FIELDS];
    while (this.scanner.next() !== "]") {
      const field = fields.shift();
      if (field === undefined) this.problem ??= "has more than dtype, shape and data_offsets";
      this.field(field ?? "");
    }
    this.close();
  }

  /** A field's value, the scanner standing on its first token. Fields of other names are ignored, as by the reference reader. */
  private field(name: string): void {
    const { scanner } = this;
    switch (name) {
      case "dtype":
        if (this.dtype !== undefined) this.problem ??= "has dtype twice";
        if (scanner.kind === "string") this.dtype = this.isText(this.lastDtype) ? this.lastDtype : scanner.text();
        else this.problem ??= "has a dtype that is no text";
        this.lastDtype = this.dtype ?? "";
        break;
      case "shape":
        if (this.shape !== undefined) this.problem ??= "has shape twice";
        this.shape = this.numbers("shape", LIMITS.dimensions);
        return;
      case "data_offsets":
        if (this.offsets !== undefined) this.problem ??= "has data_offsets twice";
        this.offsets = this.numbers("data_offsets", 2);
        if (this.offsets?.length === 1) this.problem ??= "has one number as data_offsets, not two";
        return;
      default:
    }
    skip(scanner);
  }

  /** Whether the token is this text, written plainly; spares hundreds of thousands of equal strings. */
  private isText(text: string): boolean {
    const { bytes, scanner } = this;
    if (scanner.end - scanner.start !== text.length + 2) return false;
    for (let at = 0; at < text.length; at++) if (bytes[scanner.start + 1 + at] !== text.charCodeAt(at)) return false;
    return true;
  }

  private close(): void {
    for (const field of ["dtype", "shape", "offsets"] as const)
      if (this[field] === undefined) this.problem ??= `has no ${field === "offsets" ? "data_offsets" : field}`;
  }

  /** Those of data_offsets are valid until the next ones are read. */
  private numbers(field: "shape" | "data_offsets", most: number): readonly number[] {
    const { scanner } = this;
    if (scanner.kind !== "[") {
      this.problem ??= `has a ${field} that is no list`;
      skip(scanner);
      return NO_SHAPE;
    }
    const numbers = field === "shape" ? this.sizes : this.ends;
    numbers.length = 0;
    for (let token = scanner.next(); token !== "]"; token = scanner.next()) {
      const value = token === "number" ? wholeNumber(scanner, this.bytes) : undefined;
      if (value === undefined) this.problem ??= `has a ${field} with something that is no size`;
      else if (numbers.length < most) numbers.push(value);
      else this.problem ??= `has a ${field} of more than ${most} numbers`;
      skip(scanner);
    }
    if (field === "data_offsets") return numbers;
    if (!isSame(numbers, this.lastShape)) this.lastShape = numbers.slice();
    return this.lastShape;
  }
}

/** Written without sign, fraction and exponent, and small enough to count with. */
function wholeNumber(scanner: JsonScanner, bytes: Uint8Array): number | undefined {
  if (!scanner.isInteger) return undefined;
  const { start, end } = scanner;
  if (end - start <= SAFE_DIGITS && bytes[start] !== MINUS) {
    let value = 0;
    for (let at = start; at < end; at++) value = value * 10 + (bytes[at] as number) - 0x30;
    return value;
  }
  const text = scanner.number();
  const value = Number(text);
  return text.startsWith("-") || !Number.isSafeInteger(value) ? undefined : value;
}

const [QUOTE, COMMA, MINUS] = [0x22, 0x2c, 0x2d];

function isSame(one: readonly number[], other: readonly number[]): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
