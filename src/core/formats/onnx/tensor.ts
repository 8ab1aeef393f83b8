import { type ByteSource, checkRange, fromBytes } from "../../bytes/source.ts";
import { asArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, scalarDType } from "../../model/dtype.ts";
import { objectDType } from "../../model/dtype-build.ts";
import { denseByteLength, elementCount, type TensorRef } from "../../model/tensor.ts";
import type { TensorNode, UnreadNode, Value } from "../../model/value.ts";
import { fixedTensor } from "../protobuf/fixed-numbers.ts";
import type { Message, Numbers } from "../protobuf/message.ts";
import { textOrBytes } from "../protobuf/texts.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import { externalRange } from "./external.ts";
import * as say from "./findings.ts";
import type { OnnxReading } from "./reading.ts";
import { type DataField, ELEMENT_TYPES, type ElementType, TEXT_TYPE } from "./types.ts";

const CLASS_NAME = "TensorProto";
const EXTERNAL = 1;
const DATA_FIELDS: readonly DataField[] = ["float_data", "int32_data", "int64_data", "double_data", "uint64_data"];

/** Why a tensor has no values here: the words after "The tensor x". */
class Problem extends Error {
  readonly isDamage: boolean;

  constructor(text: string, isDamage = true) {
    super(text);
    this.isDamage = isDamage;
  }
}

/**
 * The values of a TensorProto, wherever it keeps them: raw bytes and packed floats where they lie, integers decoded when
 * they are looked at, another file in the folder. A tensor that contradicts itself is unread, with a finding.
 */
export async function tensorValue(tensor: Message, path: string, reading: OnnxReading): Promise<Value> {
  try {
    return await tensorNode(tensor, path, reading);
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(`is damaged: ${thrown(error)}`);
    reading.isWhole = false;
    const { source, findings } = reading;
    const at = tensor.start;
    // What the end of the file cuts is told once for all.
    if (!tensor.isCut) {
      const found = problem.isDamage ? say.brokenTensor : say.notReadTensor;
      findings.add(found(source, path, at, problem.message));
    }
    return unread(`the tensor ${problem.message}`, at);
  }
}

function thrown(error: unknown): string {
  const reason = asArtifactError(error, "reading a tensor");
  if (reason.code === "cancelled" || reason.code === "changed") throw reason;
  return reason.message;
}

function unread(why: string, offset: number): UnreadNode {
  return { kind: "unread", why, offset };
}

async function tensorNode(tensor: Message, path: string, reading: OnnxReading): Promise<Value> {
  if (tensor.isCut) throw new Problem("is not whole");
  const type = tensor.number("data_type") ?? 0;
  const shape = shapeOf(tensor.ints("dims"));
  if (tensor.has("segment")) throw new Problem("is a segment of one, which is not read", false);
  if (type === TEXT_TYPE) return textTensor(tensor, shape, reading);
  const row = ELEMENT_TYPES.get(type);
  if (row === undefined) throw new Problem(`has the type ${type}, which is not known`, false);
  const dtype = scalarDType(row.scalar);
  if (!Number.isSafeInteger(denseByteLength({ dtype, shape }))) throw tooLarge(shape);
  const made = await numbersOf(tensor, row, dtype, shape, path, reading);
  if (!("dtype" in made)) return made;
  return { kind: "tensor", tensor: made, className: CLASS_NAME, offset: tensor.start };
}

function shapeOf(dims: readonly bigint[]): readonly number[] {
  if (dims.length > LIMITS.dimensions) throw new Problem(`has ${dims.length} dimensions`);
  const shape = dims.map(Number);
  if (shape.some((size) => !Number.isSafeInteger(size) || size < 0))
    throw new Problem(`has the shape [${dims.join(", ")}], which cannot be`);
  try {
    elementCount(shape);
  } catch {
    throw tooLarge(shape);
  }
  return shape;
}

function tooLarge(shape: readonly number[]): Problem {
  return new Problem(`has the shape [${shape.join(", ")}], which is more than can be counted`);
}

async function numbersOf(
  tensor: Message,
  { field }: ElementType,
  dtype: DType,
  shape: readonly number[],
  path: string,
  reading: OnnxReading,
): Promise<TensorRef | UnreadNode> {
  const needed = denseByteLength({ dtype, shape });
  if (tensor.number("data_location") === EXTERNAL) return externalTensor(tensor, dtype, shape, path, reading);
  const held = DATA_FIELDS.filter((name) => tensor.numbers(name) !== undefined);
  const raw = tensor.range("raw_data");
  if (held.length + (raw === undefined ? 0 : 1) > 1) throw new Problem("has its values in more than one form");
  const dense = { dtype, shape, order: "C", offset: 0 } as const;
  if (raw !== undefined) {
    const length = raw.end - raw.start;
    if (length !== needed)
      throw new Problem(`has ${length} bytes, [${shape.join(", ")}] ${dtype.name} takes ${needed}`);
    return { ...dense, offset: raw.start, data: reading.source };
  }
  const numbers = tensor.numbers(field);
  if (numbers === undefined) {
    if (held.length > 0) throw new Problem(`is ${dtype.name} and has its values in ${held.join(", ")}`);
    if (needed > 0) throw new Problem("has no values");
    return { ...dense, data: fromBytes(new Uint8Array(0), reading.source.name) };
  }
  if (numbers.wire !== "varint") return fixedTensor(reading.source, numbers, dtype, shape);
  return { ...dense, data: await decodedData(numbers, dtype, needed, tensor, path, reading) };
}

/** Integers, and small floats by their bits: each number is one element, or one byte of packed ones. */
async function decodedData(
  numbers: Numbers,
  dtype: DType,
  needed: number,
  tensor: Message,
  path: string,
  reading: OnnxReading,
): Promise<TensorRef["data"]> {
  const { source, work, findings } = reading;
  const width = (dtype.itemSize || 1) as 1 | 2 | 4 | 8;
  const { data, count, overflows } = await varintNumbers(source, numbers, width, work);
  if (dtype.bits === 6) return sixBits(data, needed);
  if (count * width !== needed) throw new Problem(`has ${count} numbers, its shape needs ${needed / width}`);
  if (overflows > 0) {
    reading.isWhole = false;
    findings.add(say.overflow(source, path, tensor.start, overflows, dtype.name));
  }
  return data;
}

/** Elements of six bits, a byte each, as they lie in raw bytes: the first one in the lowest bits. */
function sixBits(bytes: ByteSource, needed: number): ByteSource {
  // Bits that are left over at the end are part of no element.
  const most = Math.ceil((bytes.size * 6) / 8);
  if (most !== needed) throw new Problem(`has ${bytes.size} numbers, its shape needs ${Math.floor((needed * 8) / 6)}`);
  const packed: ByteSource = {
    size: needed,
    name: bytes.name,
    async read(start, end) {
      checkRange(packed, start, end);
      const first = Math.floor((start * 8) / 6);
      const elements = await bytes.read(first, Math.min(bytes.size, Math.ceil((end * 8) / 6)));
      const out = new Uint8Array(end - start);
      for (const [k, element] of elements.entries())
        for (let bit = 0; bit < 6; bit++) {
          const at = (first + k) * 6 + bit - start * 8;
          if (at >= 0 && at < out.length * 8) out[at >> 3] = (out[at >> 3] ?? 0) | (((element >> bit) & 1) << (at & 7));
        }
      return out;
    },
  };
  return packed;
}

async function externalTensor(
  tensor: Message,
  dtype: DType,
  shape: readonly number[],
  path: string,
  reading: OnnxReading,
): Promise<TensorRef | UnreadNode> {
  const range = externalRange(tensor);
  if (range === undefined) throw new Problem("is said to be in another file, and not in which");
  const needed = denseByteLength({ dtype, shape });
  const { location, offset, length = needed } = range;
  if (length !== needed)
    throw new Problem(`has ${length} bytes in another file, [${shape.join(", ")}] ${dtype.name} takes ${needed}`);
  const file = await reading.files.open(location, path);
  if (file === undefined) {
    reading.isWhole = false;
    return unread(`its values are in the file ${location}`, tensor.start);
  }
  if (offset + needed > file.size) {
    reading.isWhole = false;
    reading.findings.add(say.cutFile(location, path, offset + needed, file.size));
    return unread(`the file ${location} ends before its values do`, tensor.start);
  }
  return { dtype, shape, order: "C", offset, data: file };
}

/** Text is kept as bytes, UTF-8 as a rule. */
async function textTensor(tensor: Message, shape: readonly number[], reading: OnnxReading): Promise<TensorNode> {
  const ranges = tensor.ranges("string_data");
  const count = elementCount(shape);
  if (tensor.number("data_location") === EXTERNAL || ranges.length !== count)
    throw new Problem(`has ${ranges.length} texts, its shape needs ${count}`);
  const objects: Value[] = [];
  for (const range of ranges) objects.push(await textOrBytes(range, reading));
  const empty = fromBytes(new Uint8Array(0), reading.source.name);
  return {
    kind: "tensor",
    tensor: { dtype: objectDType(), shape, order: "C", offset: 0, data: empty },
    className: CLASS_NAME,
    objects,
    offset: tensor.start,
  };
}
