import { type ByteSource, slice } from "../../bytes/source.ts";
import { formatElement } from "../../model/decode.ts";
import { type DType, scalarDType } from "../../model/dtype.ts";
import type { DictNode, Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { fixedCount, fixedTensor } from "./fixed-numbers.ts";
import type { Message, Numbers } from "./message.ts";
import type { FieldSpec } from "./spec.ts";
import { varintNumbers } from "./varint-numbers.ts";

const FLOAT32 = scalarDType("float32");
const FLOAT64 = scalarDType("float64");
const INT64 = scalarDType("int64");
/** A list of integers up to this is a setting (a kernel's size) and is written out. */
const WRITTEN = 16;

export interface Describing {
  readonly source: ByteSource;
  readonly work: Work;
  /** A message as something else than the dict of its fields; undefined for a dict. */
  special?(message: Message): Promise<Value | undefined>;
}

/**
 * A message as the dict of its fields, by name: lists of numbers are tensors over the file, messages that have names are
 * found by them.
 */
export async function describeMessage(message: Message, describing: Describing): Promise<Value> {
  if (describing.work.isDue()) await describing.work.checkpoint();
  const special = await describing.special?.(message);
  if (special !== undefined) return special;
  const dict: DictNode = { kind: "dict", keys: [], values: [] };
  for (const spec of Object.values(message.spec.fields)) {
    if (!message.has(spec.name)) continue;
    dict.keys.push(spec.name);
    dict.values.push(await fieldValue(message, spec, describing));
  }
  return dict;
}

async function fieldValue(message: Message, spec: FieldSpec, describing: Describing): Promise<Value> {
  const { name, isRepeated } = spec;
  const { source, work } = describing;
  switch (spec.kind) {
    case "int":
      return message.int(name) ?? 0n;
    case "fixed":
      return scalarValue(source, message.fixed(name) ?? 0, (message.fixedSize(name) ?? 4) === 4 ? FLOAT32 : FLOAT64);
    case "text":
      return isRepeated ? { kind: "list", type: "list", items: [...message.texts(name)] } : (message.text(name) ?? "");
    case "bytes": {
      const items = message
        .ranges(name)
        .map(({ start, end }): Value => ({ kind: "bytes", type: "bytes", data: slice(source, start, end) }));
      return isRepeated ? { kind: "list", type: "list", items } : (items.at(-1) ?? "");
    }
    case "fixed32":
    case "fixed64":
      return numbersValue(source, message.numbers(name), spec.kind === "fixed32" ? FLOAT32 : FLOAT64, message.start);
    case "varints":
      return integersValue(source, message.numbers(name), work, message.start);
    case "message":
      return messagesValue(message, spec, describing);
    case "skip":
      return null;
  }
}

/** A float or double where it lies, with its text. */
export async function scalarValue(source: ByteSource, offset: number, dtype: DType): Promise<Value> {
  const tensor = { dtype, shape: [], order: "C", offset, data: source } as const;
  const bytes = await readElements(tensor, 0, 1);
  const text = formatElement(dtype, new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  return { kind: "scalar", tensor, text };
}

function numbersValue(source: ByteSource, numbers: Numbers | undefined, dtype: DType, offset: number): Value {
  if (numbers === undefined) return null;
  const tensor = fixedTensor(source, numbers, dtype, [fixedCount(numbers)]);
  return { kind: "tensor", tensor, className: "array", offset };
}

async function integersValue(
  source: ByteSource,
  numbers: Numbers | undefined,
  work: Work,
  offset: number,
): Promise<Value> {
  if (numbers === undefined) return null;
  const { count, data } = await varintNumbers(source, numbers, 8, work);
  if (count > WRITTEN)
    return {
      kind: "tensor",
      tensor: { dtype: INT64, shape: [count], order: "C", offset: 0, data },
      className: "array",
      offset,
    };
  const bytes = await data.read(0, data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return `[${Array.from({ length: count }, (_, k) => view.getBigInt64(8 * k, true)).join(", ")}]`;
}

async function messagesValue(message: Message, spec: FieldSpec, describing: Describing): Promise<Value> {
  const parts = message.messages(spec.name);
  const values: Value[] = [];
  for (const part of parts) values.push(await describeMessage(part, describing));
  if (!spec.isRepeated) return values.at(-1) ?? null;
  const names = parts.map((part) => part.text("name") ?? "");
  const areNamed = names.every((name) => name !== "") && new Set(names).size === names.length;
  return areNamed ? { kind: "dict", keys: names, values } : { kind: "list", type: "list", items: values };
}
