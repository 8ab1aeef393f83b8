import { fromBase64 } from "../../bytes/base64.ts";
import { type JsonObject, type JsonValue, readJsonTree } from "../../bytes/json-tree.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { FieldSpec, MessageSpec } from "../protobuf/spec.ts";
import { MODEL } from "./messages.ts";

/** Messages in each other: as deep as the binary form is read. */
const DEPTH = 100;

/** Enumerations have names in JSON and text (onnx.proto: AttributeProto.AttributeType, TensorProto.DataLocation). */
export const ENUMERATIONS: Readonly<Record<string, readonly string[]>> = {
  type: [
    "UNDEFINED",
    "FLOAT",
    "INT",
    "STRING",
    "TENSOR",
    "GRAPH",
    "FLOATS",
    "INTS",
    "STRINGS",
    "TENSORS",
    "GRAPHS",
    "SPARSE_TENSOR",
    "SPARSE_TENSORS",
    "TYPE_PROTO",
    "TYPE_PROTOS",
  ],
  data_location: ["DEFAULT", "EXTERNAL"],
};

export interface FromJson {
  /** The same model as protobuf writes it. */
  readonly binary: ByteSource;
  /** Keys that ONNX does not have, each once: `GraphProto.fancy`. */
  readonly unknown: ReadonlySet<string>;
  /** Why the text was read no further. */
  readonly error?: ArtifactError;
}

/** True for a text whose first keys are those of a ModelProto in protobuf's JSON. */
export function isModelJson(head: string): boolean {
  return (
    /^\ufeff?\s*\{/.test(head) &&
    /"(?:irVersion|ir_version)"\s*:\s*"?\d+/.test(head) &&
    /"(?:graph|opsetImport|opset_import|producerName|producer_name)"\s*:/.test(head)
  );
}

/**
 * The model that protobuf's JSON (https://protobuf.dev/programming-guides/json/) stands for, in binary: so it has the paths,
 * the parameters and the fingerprint of the same model in an `.onnx` file. Throws when it is no such text.
 */
export async function fromJson(source: ByteSource): Promise<FromJson> {
  if (source.size > LIMITS.jsonBytes) throw limitExceeded(source.name, source.size, LIMITS.jsonBytes);
  const text = await source.read(0, source.size);
  const { root, error } = readJsonTree(text, LIMITS.valueDepth, { what: source.name }, LIMITS.jsonValues);
  if (typeof root !== "object" || root?.kind !== "object") throw error ?? corrupt(`${source.name}: no object`, 0);
  const writer = new Writer();
  let wrong: ArtifactError | undefined;
  try {
    writer.message(root, MODEL, 0);
  } catch (thrown) {
    wrong = asArtifactError(thrown, source.name);
  }
  const reason = wrong ?? error;
  const binary = fromBytes(writer.bytes(), source.name);
  return { binary, unknown: writer.unknown, ...(reason === undefined ? {} : { error: reason }) };
}

/** Protobuf's binary form, in pieces; a message's length is put before it when it has been written. */
class Writer {
  readonly unknown = new Set<string>();
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  bytes(): Uint8Array {
    const out = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  message(object: JsonObject, spec: MessageSpec, depth: number): void {
    if (depth > DEPTH) throw limitExceeded(`${spec.name}: messages in each other`, depth, DEPTH, object.start);
    const fields = new Map<string, readonly [number, FieldSpec]>();
    for (const [number, field] of Object.entries(spec.fields)) {
      fields.set(field.name, [Number(number), field]);
      fields.set(camelCase(field.name), [Number(number), field]);
    }
    for (const { key, value } of object.entries) {
      const field = fields.get(key);
      if (field === undefined) {
        if (this.unknown.size < LIMITS.findingsPerRule) this.unknown.add(`${spec.name}.${key}`);
      } else if (value !== null && field[1].kind !== "skip") this.field(field[0], field[1], value, depth, object.start);
    }
  }

  private field(number: number, field: FieldSpec, value: JsonValue, depth: number, at: number): void {
    const values = typeof value === "object" && value?.kind === "array" ? value.items : [value];
    switch (field.kind) {
      case "message":
        for (const each of values) this.inner(number, field, each, depth, at);
        return;
      case "text":
        for (const each of values) this.delimited(number, UTF8.encode(textOf(each, field, at)));
        return;
      case "bytes":
        for (const each of values) this.delimited(number, base64Of(textOf(each, field, at)));
        return;
      case "int":
        for (const each of values) {
          this.varint(BigInt(number * 8));
          this.varint(integerOf(each, field, at));
        }
        return;
      case "varints": {
        const inner = new Writer();
        for (const each of values) inner.varint(integerOf(each, field, at));
        this.delimited(number, inner.bytes());
        return;
      }
      case "fixed": {
        this.varint(BigInt(number * 8 + 5));
        this.add(floatsOf(values, 4, field, at));
        return;
      }
      case "fixed32":
      case "fixed64":
        this.delimited(number, floatsOf(values, field.kind === "fixed32" ? 4 : 8, field, at));
        return;
      case "skip":
    }
  }

  /** A message is kept as far as it was written where something in it is wrong. */
  private inner(number: number, field: FieldSpec, value: JsonValue, depth: number, at: number): void {
    if (typeof value !== "object" || value?.kind !== "object" || field.of === undefined)
      throw corrupt(`${field.name} is no object`, at);
    const writer = new Writer();
    try {
      writer.message(value, field.of(), depth + 1);
    } finally {
      for (const key of writer.unknown) this.unknown.add(key);
      this.delimited(number, writer.bytes());
    }
  }

  private delimited(number: number, bytes: Uint8Array): void {
    this.varint(BigInt(number * 8 + 2));
    this.varint(BigInt(bytes.length));
    this.add(bytes);
  }

  private varint(value: bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
    bytes.push(Number(rest));
    this.add(Uint8Array.from(bytes));
  }

  private add(bytes: Uint8Array): void {
    this.parts.push(bytes);
    this.size += bytes.length;
  }
}

const UTF8 = new TextEncoder();

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function textOf(value: JsonValue, field: FieldSpec, at: number): string {
  if (typeof value !== "string") throw corrupt(`${field.name} is no string`, at);
  return value;
}

/** The URL-safe alphabet and missing padding are read too, as protobuf does. */
function base64Of(text: string): Uint8Array {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return fromBase64(plain.padEnd(Math.ceil(plain.length / 4) * 4, "="));
}

/** Integers of 64 bits are strings in JSON, enumerations names. */
function integerOf(value: JsonValue, field: FieldSpec, at: number): bigint {
  const text = typeof value === "object" && value?.kind === "number" ? value.text : value;
  if (typeof text === "boolean") return text ? 1n : 0n;
  if (typeof text === "string") {
    if (/^-?\d{1,20}$/.test(text)) return BigInt(text);
    const named = ENUMERATIONS[field.name]?.indexOf(text) ?? -1;
    if (named >= 0) return BigInt(named);
    const number = Number(text);
    if (text !== "" && Number.isSafeInteger(number)) return BigInt(number);
  }
  throw corrupt(`${field.name} is no integer`, at);
}

function floatsOf(values: readonly JsonValue[], width: 4 | 8, field: FieldSpec, at: number): Uint8Array {
  const bytes = new Uint8Array(values.length * width);
  const view = new DataView(bytes.buffer);
  for (const [k, value] of values.entries()) {
    const text = typeof value === "object" && value?.kind === "number" ? value.text : value;
    const number = typeof text === "string" ? Number(text) : Number.NaN;
    if (typeof text !== "string" || text === "" || (Number.isNaN(number) && text !== "NaN"))
      throw corrupt(`${field.name} has what is no number`, at);
    if (width === 4) view.setFloat32(4 * k, number, true);
    else view.setFloat64(8 * k, number, true);
  }
  return bytes;
}
