import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { ArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { finding, type RuleId } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, scalarDType } from "../../model/dtype.ts";
import { objectDType } from "../../model/dtype-build.ts";
import { say } from "../../model/sentence.ts";
import { denseByteLength, elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import { denseStrides } from "../../model/window-layout.ts";
import type { Work } from "../../work.ts";
import { fixedCount, fixedTensor } from "../protobuf/fixed-numbers.ts";
import type { Message } from "../protobuf/message.ts";
import { textOrBytes } from "../protobuf/texts.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import { ELEMENT_TYPES, TEXT_TYPE } from "./types.ts";

/** What reading one TensorFlow file carries along. */
export interface TensorflowReading {
  readonly source: ByteSource;
  readonly work: Work;
  readonly findings: CappedFindings;
  /** False once anything could not be read. */
  isWhole: boolean;
}

const RULES: Readonly<Partial<Record<string, RuleId>>> = {
  unsupported: "integrity/not-read",
  "not-found": "integrity/not-read",
  "not-recognised": "integrity/not-read",
  truncated: "integrity/truncated",
  limit: "integrity/limit",
};

/** The value that `read` gives; what is wrong with it becomes a finding and an unread value. */
export async function orUnread(
  reading: TensorflowReading,
  path: string,
  at: number,
  read: () => Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    reading.isWhole = false;
    const rule = RULES[error.code] ?? "integrity/corrupt";
    reading.findings.add(
      finding(
        rule,
        rule === "integrity/not-read" || rule === "integrity/limit" ? "warning" : "error",
        say("The values of {name} are not read: {reason}.", { name: path, reason: error.message }),
        { path, ...placeIn(reading.source, at, 0) },
      ),
    );
    return { kind: "unread", why: error.message, offset: at };
  }
}

export function shapeOf(shape: Message | undefined): readonly number[] {
  const dims = (shape?.messages("dim") ?? []).map((dim) => Number(dim.int("size") ?? 0n));
  if (dims.length > LIMITS.dimensions) throw limitExceeded("dimensions", dims.length, LIMITS.dimensions);
  elementCount(dims);
  return dims;
}

/** What a TensorProto leaves to the message around it. */
export interface ToldTensor {
  readonly type: number;
  readonly shape: readonly number[];
}

/** A TensorProto: raw bytes, or a list whose last number stands for all that are missing. */
export async function constantValue(
  tensor: Message,
  reading: Pick<TensorflowReading, "source" | "work">,
  told: ToldTensor = { type: tensor.number("dtype") ?? 0, shape: shapeOf(tensor.message("tensor_shape")) },
): Promise<Value> {
  const { source, work } = reading;
  if (tensor.isCut) throw corrupt("it is not whole", tensor.start);
  const { type, shape } = told;
  const node = (ref: TensorRef): Value => ({
    kind: "tensor",
    tensor: ref,
    className: "TensorProto",
    offset: tensor.start,
  });
  if (type === TEXT_TYPE) {
    const objects: Value[] = [];
    for (const range of tensor.ranges("string_val")) objects.push(await textOrBytes(range, { source, work }));
    if (objects.length !== elementCount(shape)) throw corrupt(`${objects.length} texts for [${shape.join(", ")}]`);
    const data = fromBytes(new Uint8Array(0), source.name);
    const ref: TensorRef = { dtype: objectDType(), shape, order: "C", offset: 0, data };
    return { kind: "tensor", tensor: ref, className: "TensorProto", objects, offset: tensor.start };
  }
  const row = ELEMENT_TYPES.get(type);
  if (row === undefined) throw unsupported(`type ${type} has no numbers`);
  const dtype = scalarDType(row.scalar);
  const needed = denseByteLength({ dtype, shape });
  const raw = tensor.range("tensor_content") ?? tensor.range("float8_val");
  if (raw !== undefined && raw.end > raw.start) {
    if (raw.end - raw.start !== needed) throw corrupt(`${raw.end - raw.start} bytes, ${needed} are needed`);
    return node({ dtype, shape, order: "C", offset: raw.start, data: source });
  }
  return node(await listedTensor(tensor, row.field, dtype, shape, reading));
}

async function listedTensor(
  tensor: Message,
  field: string,
  dtype: DType,
  shape: readonly number[],
  { source, work }: Pick<TensorflowReading, "source" | "work">,
): Promise<TensorRef> {
  const count = elementCount(shape);
  const numbers = tensor.numbers(field);
  const dense = { dtype, shape, order: "C", offset: 0 } as const;
  const repeated = (): readonly number[] => {
    const size = denseByteLength({ dtype, shape });
    if (size > LIMITS.repeatedConstantBytes)
      throw limitExceeded("bytes of one repeated number", size, LIMITS.repeatedConstantBytes, tensor.start);
    return shape.map(() => 0);
  };
  // No value at all is zero, as with every field of protobuf.
  if (numbers === undefined || numbers.runs.length === 0)
    return { ...dense, strides: repeated(), data: fromBytes(new Uint8Array(dtype.itemSize), source.name) };
  let held: number;
  let list: TensorRef;
  if (numbers.wire === "varint") {
    const made = await varintNumbers(source, numbers, dtype.itemSize as 1 | 2 | 4 | 8, work);
    if (made.overflows > 0) throw corrupt(`${made.overflows} numbers do not fit into ${dtype.name}`);
    held = made.count;
    list = { ...dense, shape: [held], data: made.data };
  } else {
    held = (fixedCount(numbers) * (numbers.wire === "fixed32" ? 4 : 8)) / dtype.itemSize;
    list = fixedTensor(source, numbers, dtype, [held]);
  }
  if (held === count && list.strides === undefined) return { ...list, shape };
  if (held === count && list.strides !== undefined)
    return { ...list, shape, strides: denseStrides(shape, list.strides[0] ?? dtype.itemSize) };
  if (held === 1) return { ...list, shape, strides: repeated() };
  throw unsupported(`${held} numbers for [${shape.join(", ")}]`);
}
