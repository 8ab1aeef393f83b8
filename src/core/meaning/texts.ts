import { ArtifactError } from "../errors.ts";
import { formatElement } from "../model/decode.ts";
import { scalarDType } from "../model/dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { type BytesNode, isNode, type Value } from "../model/value.ts";
import { readElements } from "../model/window.ts";
import type { Work } from "../work.ts";

/** More names than this are not read as labels: a table that wide is read by position. */
const LABELS = 1_000_000;
/** A name longer than this is data, not a name. */
const LABEL_BYTES = 64 * 1024;
/** Bits of a whole number that is a label: the digits of a longer one take long to be made. */
const LABEL_BITS = 4096;
/** Characters of all labels of one list that are made for it: a list may have one long value any number of times. */
const MADE_CHARACTERS = 32 * 1024 * 1024;

/**
 * The elements of a one-dimensional array or list as text: names and labels. Undefined when it is something else
 * (an element that is not a plain value, another shape, more than can be labels), or when its bytes are not there.
 */
export async function readTexts(value: Value | undefined, work: Work): Promise<readonly string[] | undefined> {
  if (!isNode(value)) return undefined;
  if (value.kind === "list") return value.type === "set" ? undefined : readItems(value.items, work);
  if (value.kind !== "tensor" || value.tensor.shape.length !== 1) return undefined;
  if (value.objects !== undefined) return readItems(value.objects, work);
  return readElementTexts(value.tensor, work);
}

/**
 * What `read` gives, or undefined when its bytes are not there: the reader of the format says what is missing, and a
 * name more or less must not hide the rest of the model.
 */
export async function ifReadable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return undefined;
    throw error;
  }
}

/** Like `readTexts`, for names: every element is a text already. */
export async function readNames(value: Value | undefined, work: Work): Promise<readonly string[] | undefined> {
  if (!isNode(value)) return undefined;
  if (value.kind === "tensor" && value.objects === undefined && value.tensor.dtype.kind !== "U") return undefined;
  const items = value.kind === "tensor" ? value.objects : value.kind === "list" ? value.items : undefined;
  if (items !== undefined && !items.every(isTextValue)) return undefined;
  return readTexts(value, work);
}

function isTextValue(item: Value): boolean {
  if (typeof item === "string") return true;
  if (!isNode(item)) return false;
  return (item.kind === "bytes" && item.type === "str8") || (item.kind === "scalar" && item.tensor.dtype.kind === "U");
}

async function readItems(items: readonly Value[], work: Work): Promise<readonly string[] | undefined> {
  if (items.length > LABELS) return undefined;
  const texts: string[] = [];
  let made = 0;
  for (const item of items) {
    const text = await labelOf(item);
    if (text === undefined) return undefined;
    if (typeof item !== "string") made += text.length;
    if (made > MADE_CHARACTERS) return undefined;
    texts.push(text);
    if (work.isDue()) await work.checkpoint();
  }
  return texts;
}

/** A plain value as a label: text as it is, numbers as Python prints them. */
export async function labelOf(value: Value): Promise<string | undefined> {
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return BigInt.asIntN(LABEL_BITS, value) === value ? value.toString() : undefined;
  if (typeof value === "boolean") return value ? "True" : "False";
  if (value === null) return "None";
  if (typeof value === "number") return floatText(value);
  if (value.kind === "decimal") return value.text;
  if (value.kind === "scalar") return (await readElementTexts({ ...value.tensor, shape: [1] }))?.[0];
  if (value.kind === "bytes" && value.type === "str8") return readByteText(value);
  return undefined;
}

/** A float64 as Python prints it. */
export function floatText(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  return formatElement(scalarDType("float64"), view, 0);
}

/** A Python 2 str: UTF-8 where it is that, else one character a byte. */
async function readByteText({ data }: BytesNode): Promise<string | undefined> {
  if (data.size > LABEL_BYTES) return undefined;
  const bytes = await ifReadable(() => data.read(0, data.size));
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }
}

async function readElementTexts(tensor: TensorRef, work?: Work): Promise<readonly string[] | undefined> {
  const { dtype } = tensor;
  const count = elementCount(tensor.shape);
  if (count > LABELS || dtype.itemSize === 0 || dtype.itemSize > LABEL_BYTES || dtype.fields !== undefined)
    return undefined;
  const texts: string[] = [];
  const step = Math.max(1, Math.floor((1024 * 1024) / dtype.itemSize));
  for (let start = 0; start < count; start += step) {
    const size = Math.min(step, count - start);
    const bytes = await ifReadable(() => readElements(tensor, start, size, work));
    if (bytes === undefined) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < size; i++) texts.push(formatElement(dtype, view, i * dtype.itemSize));
  }
  return texts;
}
