import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import type { FieldSpec, MessageSpec } from "./spec.ts";
import { bytesOfString, TextTokens } from "./text-tokens.ts";

/** Messages in each other: as deep as the binary form is read. */
const DEPTH = 100;

export interface FromText {
  /** The same message as protobuf writes it. */
  readonly binary: ByteSource;
  /** Names of fields that the tables do not have, each once: `NodeDef.fancy`. */
  readonly unknown: ReadonlySet<string>;
  /** Why the text was read no further. */
  readonly error?: ArtifactError;
}

/** The number of an enumeration's name, in one field. */
export type Enumeration = (name: string, field: FieldSpec) => number | undefined;

/**
 * The message that a text in protobuf's text form stands for, in binary: so whatever reads the binary form reads it, with
 * the same paths, parameters and fingerprint. Single floats are float32, which is all that is met in such texts. Never
 * throws but `cancelled` and for a text that is too large.
 */
export async function fromText(
  source: ByteSource,
  spec: MessageSpec,
  enumeration: Enumeration,
  work: Work,
): Promise<FromText> {
  if (source.size > LIMITS.textModelBytes)
    throw limitExceeded(`${source.name}: bytes of text`, source.size, LIMITS.textModelBytes);
  const text = new TextDecoder().decode(await source.read(0, source.size));
  const writer = new TextWriter(new TextTokens(text, source.name), spec, enumeration);
  let error: ArtifactError | undefined;
  try {
    while (writer.field()) if (work.isDue()) await work.checkpoint();
  } catch (thrown) {
    error = asArtifactError(thrown, source.name);
    if (error.code === "cancelled") throw error;
  }
  const binary = fromBytes(writer.finish(), source.name);
  return { binary, unknown: writer.unknown, ...(error === undefined ? {} : { error }) };
}

/** Bytes that grow. */
class Bytes {
  private bytes = new Uint8Array(64);
  private length = 0;

  taken(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  add(more: Uint8Array): void {
    const at = this.room(more.length);
    this.bytes.set(more, at);
  }

  varint(value: bigint): void {
    // The most that there can be; what is over is given back.
    let at = this.room(10);
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) this.bytes[at++] = Number(rest & 127n) | 128;
    this.bytes[at++] = Number(rest);
    this.length = at;
  }

  float(value: number, size: 4 | 8): void {
    const at = this.room(size);
    const view = new DataView(this.bytes.buffer, at, size);
    if (size === 4) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
  }

  /** Where `size` bytes may be written, which count as written. */
  private room(size: number): number {
    const at = this.length;
    this.length += size;
    if (this.length > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.length, 2 * this.bytes.length));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    return at;
  }
}

interface Frame {
  /** Undefined inside of what is skipped. */
  readonly fields: ReadonlyMap<string, readonly [number, FieldSpec]> | undefined;
  readonly name: string;
  readonly number: number;
  readonly end: string;
  readonly bytes: Bytes;
}

class TextWriter {
  readonly unknown = new Set<string>();
  private readonly tokens: TextTokens;
  private readonly enumeration: Enumeration;
  private readonly stack: Frame[];
  private readonly tables = new Map<MessageSpec, ReadonlyMap<string, readonly [number, FieldSpec]>>();

  constructor(tokens: TextTokens, spec: MessageSpec, enumeration: Enumeration) {
    this.tokens = tokens;
    this.enumeration = enumeration;
    this.stack = [{ fields: this.table(spec), name: spec.name, number: 0, end: "", bytes: new Bytes() }];
  }

  /** One field, or the end of a message. False at the end of the text. */
  field(): boolean {
    const { tokens } = this;
    const top = this.stack.at(-1);
    const token = tokens.next();
    if (top === undefined || token === "") {
      if (this.stack.length > 1) throw tokens.wrong(`the text ends inside of ${top?.name ?? "a message"}`);
      return false;
    }
    if (token === top.end) {
      this.pop();
      return true;
    }
    if (token === ";" || token === ",") return true;
    const name = token === "[" ? this.extension() : token;
    if (tokens.kind === "string" || !/^[A-Za-z_\d][\w./-]*$/.test(name))
      throw tokens.wrong(`${JSON.stringify(token.slice(0, 40))} is no name of a field`);
    const known = top.fields?.get(name);
    if (known === undefined && top.fields !== undefined && this.unknown.size < LIMITS.findingsPerRule)
      this.unknown.add(`${top.name}.${name}`);
    this.values(known, name, top);
    return true;
  }

  /** Everything, with what is still open closed as if it ended here. */
  finish(): Uint8Array {
    while (this.stack.length > 1) this.pop();
    return this.stack[0]?.bytes.taken() ?? new Uint8Array(0);
  }

  /** The name of an extension or of a message of any type, up to its bracket. */
  private extension(): string {
    const token = this.tokens.next();
    if (this.tokens.next() !== "]") throw this.tokens.wrong("a name in brackets does not end");
    return token;
  }

  private values(known: readonly [number, FieldSpec] | undefined, name: string, top: Frame): void {
    const { tokens } = this;
    let token = tokens.next();
    const hasColon = token === ":";
    if (hasColon) token = tokens.next();
    if (token === "{" || token === "<") return this.push(known, name, token);
    if (!hasColon) throw tokens.wrong(`${name} has no value`);
    if (token !== "[") return this.scalar(known, top);
    for (token = tokens.next(); token !== "]"; token = tokens.next()) {
      if (token === "") throw tokens.wrong(`the text ends inside of ${name}`);
      if (token === ",") continue;
      if (token === "{" || token === "<") {
        const depth = this.stack.length;
        this.push(known, name, token);
        while (this.stack.length > depth) this.field();
      } else this.scalar(known, top);
    }
  }

  private push(known: readonly [number, FieldSpec] | undefined, name: string, bracket: string): void {
    if (this.stack.length > DEPTH)
      throw limitExceeded(`${name}: messages in each other`, this.stack.length, DEPTH, this.tokens.start);
    const of = known?.[1].of?.();
    if (known !== undefined && of === undefined && known[1].kind !== "skip")
      throw this.tokens.wrong(`${name} is a message, where a value should be`);
    this.stack.push({
      fields: of && this.table(of),
      name: of?.name ?? name,
      number: of === undefined ? 0 : (known?.[0] ?? 0),
      end: bracket === "{" ? "}" : ">",
      bytes: new Bytes(),
    });
  }

  private pop(): void {
    const done = this.stack.pop();
    const top = this.stack.at(-1);
    if (done === undefined || top === undefined || done.number === 0) return;
    delimited(top.bytes, done.number, done.bytes.taken());
  }

  /** The value that was read last, and strings that follow it. */
  private scalar(known: readonly [number, FieldSpec] | undefined, top: Frame): void {
    const { tokens } = this;
    const { kind, token, start } = tokens;
    if (kind === "string") return this.string(token, known, top);
    if (kind !== "word") throw tokens.wrong(`${JSON.stringify(token)} is no value`);
    if (known === undefined) return undefined;
    const [number, field] = known;
    switch (field.kind) {
      case "int":
      case "varints":
        top.bytes.varint(BigInt(number * 8));
        return top.bytes.varint(this.integer(token, field, start));
      case "fixed":
      case "fixed32":
        top.bytes.varint(BigInt(number * 8 + 5));
        return top.bytes.float(this.float(token, field, start), 4);
      case "fixed64":
        top.bytes.varint(BigInt(number * 8 + 1));
        return top.bytes.float(this.float(token, field, start), 8);
      case "skip":
        return undefined;
      case "text":
      case "bytes":
      case "message":
        throw tokens.wrong(`${field.name} is ${token.slice(0, 40)}, which is no string`, start);
    }
  }

  private string(first: string, known: readonly [number, FieldSpec] | undefined, top: Frame): void {
    const { tokens } = this;
    const parts = [bytesOfString(first)];
    for (tokens.next(); tokens.kind === "string"; tokens.next()) parts.push(bytesOfString(tokens.token));
    tokens.back();
    if (known === undefined || known[1].kind === "skip") return;
    const [number, field] = known;
    if (field.kind !== "text" && field.kind !== "bytes") throw tokens.wrong(`${field.name} is a string`);
    const bytes = new Bytes();
    for (const part of parts) bytes.add(part);
    delimited(top.bytes, number, bytes.taken());
  }

  private integer(token: string, field: FieldSpec, start: number): bigint {
    if (token === "true" || token === "t" || token === "True") return 1n;
    if (token === "false" || token === "f" || token === "False") return 0n;
    const digits = token.replace(/^[-+]/, "");
    if (/^(?:0[xX][0-9a-fA-F]{1,16}|\d{1,20})$/.test(digits)) {
      const value = /^0\d/.test(digits) && /^[0-7]+$/.test(digits) ? BigInt(`0o${digits}`) : BigInt(digits);
      const signed = token.startsWith("-") ? -value : value;
      if (signed !== BigInt.asUintN(64, signed) && signed !== BigInt.asIntN(64, signed))
        throw this.tokens.wrong(`${field.name} is ${token}, which takes more than 64 bits`, start);
      return signed;
    }
    const named = this.enumeration(token, field);
    if (named === undefined)
      throw this.tokens.wrong(`${field.name} is ${token.slice(0, 40)}, which is no number`, start);
    return BigInt(named);
  }

  private float(token: string, field: FieldSpec, start: number): number {
    const isNegative = token.startsWith("-");
    const digits = token.replace(/^[-+]/, "");
    const sign = isNegative ? -1 : 1;
    if (/^(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[fF]?$/.test(digits)) return sign * Number(digits.replace(/[fF]$/, ""));
    if (/^inf(?:inity)?f?$/i.test(digits)) return sign * Number.POSITIVE_INFINITY;
    if (/^nan(?:\(\w*\))?f?$/i.test(digits)) return Number.NaN;
    if (/^0[xX][0-9a-fA-F]{1,16}$/.test(digits)) return sign * Number(BigInt(digits));
    throw this.tokens.wrong(`${field.name} is ${token.slice(0, 40)}, which is no number`, start);
  }

  private table(spec: MessageSpec): ReadonlyMap<string, readonly [number, FieldSpec]> {
    const known = this.tables.get(spec);
    if (known !== undefined) return known;
    const made = new Map(
      Object.entries(spec.fields).map(([number, field]) => [field.name, [Number(number), field] as const]),
    );
    this.tables.set(spec, made);
    return made;
  }
}

function delimited(out: Bytes, number: number, bytes: Uint8Array): void {
  out.varint(BigInt(number * 8 + 2));
  out.varint(BigInt(bytes.length));
  out.add(bytes);
}
