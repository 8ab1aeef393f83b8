import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { Probe } from "../format.ts";
import { FreeNames } from "../free-names.ts";
import { reportParse } from "../protobuf/findings.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { headFields } from "../protobuf/probe.ts";
import { bytes, int, many, message, type MessageSpec, one, text, varints } from "../protobuf/spec.ts";
import { textOrBytes } from "../protobuf/texts.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import { SPARSE, TENSOR } from "./messages.ts";
import { OnnxReading } from "./reading.ts";
import { tensorValue } from "./tensor.ts";
import { ELEMENT_TYPES, TEXT_TYPE } from "./types.ts";

/**
 * Test data that is more than one tensor: https://github.com/onnx/onnx/blob/main/onnx/onnx-data.proto. An OptionalProto is
 * a SequenceProto of one value by its bytes, and is read as that.
 */
const SEQUENCE: MessageSpec = message("SequenceProto", {
  1: text("name"),
  2: int("elem_type"),
  3: many("tensor_values", () => TENSOR),
  4: many("sparse_tensor_values", () => SPARSE),
  5: many("sequence_values", () => SEQUENCE),
  6: many("map_values", () => MAP),
  7: many("optional_values", () => SEQUENCE),
});

const MAP: MessageSpec = message("MapProto", {
  1: text("name"),
  2: int("key_type"),
  3: varints("keys"),
  4: bytes("string_keys"),
  5: one("values", () => SEQUENCE),
});

type Head = Pick<Probe, "head" | "size">;

/** `elem_type` names the one field that has values: it comes two numbers behind. */
const TENSORS = 1;
const OPTIONALS = 5;
const DEPTH = 16;

/** What a file is that may be a sequence or a map of tensors. */
export function isData(probe: Head): "sequence" | "map" | undefined {
  if (isSequence(probe, 0)) return "sequence";
  return isMap(probe, 0) ? "map" : undefined;
}

function isSequence(probe: Head, depth: number): boolean {
  const fields = depth > DEPTH ? undefined : headFields(probe, SEQUENCE);
  const kind = Number(fields?.find(({ number }) => number === 2)?.value ?? 0n);
  if (fields === undefined || kind < TENSORS || kind > OPTIONALS) return false;
  const values = fields.filter(({ number }) => number > 2);
  const first = values[0] === undefined ? undefined : insideOf(probe, values[0]);
  if (first === undefined || values.some(({ number }) => number !== kind + 2)) return false;
  if (kind === 4) return isMap(first, depth + 1);
  if (kind > 2) return isSequence(first, depth + 1);
  return headFields(first, kind === TENSORS ? TENSOR : SPARSE)?.some(({ number }) => number === 2) === true;
}

function isMap(probe: Head, depth: number): boolean {
  const fields = depth > DEPTH ? undefined : headFields(probe, MAP);
  const type = Number(fields?.find(({ number }) => number === 2)?.value ?? 0n);
  if (fields === undefined || !(ELEMENT_TYPES.has(type) || type === TEXT_TYPE)) return false;
  const values = fields.filter(({ number }) => number === 5);
  const first = values.length === 1 && values[0] !== undefined ? insideOf(probe, values[0]) : undefined;
  const hasKeys = fields.some(({ number }) => number === (type === TEXT_TYPE ? 4 : 3));
  return hasKeys && first !== undefined && isSequence(first, depth + 1);
}

function insideOf(
  { head }: Head,
  { start, end }: { readonly start?: number; readonly end?: number },
): Head | undefined {
  return start === undefined || end === undefined ? undefined : { head: head.subarray(start, end), size: end - start };
}

/** Reads it: every tensor by where it is, `sequence[0]["a"]`. */
export async function readData(source: ByteSource, kind: "sequence" | "map", work: Work): Promise<RawArtifact> {
  const parsed = await parseMessage(source, kind === "map" ? MAP : SEQUENCE, work);
  const reading = new OnnxReading(source, work, undefined);
  if (!reportParse(source, parsed, reading.findings)) reading.isWhole = false;
  const data = new Data(reading);
  const name = parsed.message.text("name") || kind;
  if (kind === "map") await data.map(parsed.message, name);
  else await data.sequence(parsed.message, name);
  return {
    format: "onnx",
    container: [],
    root: { kind: "dict", keys: data.keys, values: data.values },
    namedTensors: true,
    facts: [{ id: "onnx.data", label: "Data", value: kind }],
    findings: reading.findings.all(),
    complete: reading.isWhole,
  };
}

class Data {
  readonly keys: string[] = [];
  readonly values: Value[] = [];
  private readonly reading: OnnxReading;
  private readonly names = new FreeNames("value", "_");

  constructor(reading: OnnxReading) {
    this.reading = reading;
  }

  /** `indices`: what stands for the position of each value. */
  async sequence(sequence: Message, path: string, indices?: readonly string[]): Promise<void> {
    const at = (k: number): string => `${path}[${indices?.[k] ?? k}]`;
    for (const [k, tensor] of sequence.messages("tensor_values").entries()) await this.tensor(tensor, at(k));
    for (const [k, sparse] of sequence.messages("sparse_tensor_values").entries())
      for (const part of ["values", "indices"]) {
        const tensor = sparse.message(part);
        if (tensor !== undefined) await this.tensor(tensor, `${at(k)}.${part}`);
      }
    for (const field of ["sequence_values", "optional_values"])
      for (const [k, inner] of sequence.messages(field).entries()) await this.sequence(inner, at(k));
    for (const [k, map] of sequence.messages("map_values").entries()) await this.map(map, at(k));
  }

  async map(map: Message, path: string): Promise<void> {
    const values = map.message("values");
    if (values === undefined) return;
    await this.sequence(values, path, await this.keysOf(map));
  }

  private async keysOf(map: Message): Promise<readonly string[]> {
    const { source, work } = this.reading;
    const keys: string[] = [];
    for (const range of map.ranges("string_keys")) {
      const key = await textOrBytes(range, this.reading);
      keys.push(typeof key === "string" ? JSON.stringify(key) : `${keys.length}`);
    }
    const numbers = map.numbers("keys");
    if (numbers === undefined) return keys;
    const { data, count } = await varintNumbers(source, numbers, 8, work);
    if (count > LIMITS.namedValues) throw limitExceeded(`${source.name}: keys of a map`, count, LIMITS.namedValues);
    const read = await data.read(0, count * 8);
    const view = new DataView(read.buffer, read.byteOffset, read.byteLength);
    for (let k = 0; k < count; k++) keys.push(view.getBigInt64(k * 8, true).toString());
    return keys;
  }

  private async tensor(tensor: Message, path: string): Promise<void> {
    const { work } = this.reading;
    if (work.isDue()) await work.checkpoint();
    if (this.keys.length >= LIMITS.namedValues) throw corrupt(`more than ${LIMITS.namedValues} tensors of test data`);
    const key = this.names.take(path);
    this.keys.push(key);
    this.values.push(await tensorValue(tensor, key, this.reading));
  }
}
