import { LIMITS } from "../limits.ts";
import { numberReader, toBigInt } from "../model/decode.ts";
import { isNumeric } from "../model/dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import {
  type BytesNode,
  type DictNode,
  isNode,
  type ListNode,
  type Node,
  type ObjectNode,
  type TensorNode,
  type Value,
} from "../model/value.ts";
import { readElements } from "../model/window.ts";
import { listTensor } from "../meaning/numbers.ts";
import { elementTexts } from "../view/text-cells.ts";
import type { Work } from "../work.ts";
import { tensorDifference } from "../convert/compare-tensors.ts";

/** `undecided`: too large to compare, or not read. Never to be shown as equal. */
export type Sameness = "same" | "different" | "undecided";

export interface SameValueOptions {
  /**
   * True between formats of which one cannot tell tuples from lists, whole floats from integers, or text arrays from
   * lists of text: then such differences are of the format, not of the value.
   */
  readonly isLenient: boolean;
  readonly work: Work;
  /** What is known of two arrays without reading them; undefined where they are to be read. */
  readonly sameTensors?: (old: TensorRef, next: TensorRef) => Sameness | undefined;
  /** Pairs of nodes that are looked at; more is `undecided`. */
  readonly nodes?: number;
}

/** Characters of a value in a report. */
export const PRINTED_LENGTH = 200;
/** Pairs of nodes of one comparison; a value of that many parts is data, not a setting. */
const NODES = 1_000_000;
/** Bytes compared of one bytes object or tensor. */
const CHUNK = 1024 * 1024;

interface Comparison extends SameValueOptions {
  readonly stack: (readonly [Value | undefined, Value | undefined])[];
  readonly seen: Map<Node, Set<Node>>;
}

/**
 * Compares two described values by what they hold: class names, attributes, items, keys (whatever their order), elements.
 * Cycles and shared nodes are followed once; byte offsets do not count.
 */
export async function sameValue(old: Value, next: Value, options: SameValueOptions): Promise<Sameness> {
  const comparison: Comparison = { ...options, stack: [[old, next]], seen: new Map() };
  const { nodes = NODES } = options;
  for (let pair = comparison.stack.pop(), count = 0; pair !== undefined; pair = comparison.stack.pop(), count++) {
    if (count > nodes || comparison.stack.length > nodes) return "undecided";
    if (options.work.isDue()) await options.work.checkpoint();
    const result = await samePair(comparison, pair[0], pair[1]);
    if (result !== "same") return result;
  }
  return "same";
}

async function samePair(comparison: Comparison, old: Value | undefined, next: Value | undefined): Promise<Sameness> {
  if (old === undefined || next === undefined) return said(old === next);
  const [a, b] = [await plain(old), await plain(next)];
  if (isNode(a) && isNode(b)) {
    if (isSeen(comparison, a, b)) return "same";
    if (a.kind === "unread" || b.kind === "unread") return "undecided";
    if (a.kind !== b.kind) return comparison.isLenient ? sameAcross(comparison, a, b) : "different";
    return sameNodes(comparison, a, b);
  }
  return said(samePrimitive(a, b, comparison.isLenient));
}

function said(isSame: boolean): Sameness {
  return isSame ? "same" : "different";
}

/** Numbers in their plainest form: decimal text as the number it is read as, numpy scalars as what they hold. */
async function plain(value: Value): Promise<Value> {
  if (!isNode(value)) return value;
  if (value.kind === "decimal") return value.nearest;
  if (value.kind !== "scalar") return value;
  const { tensor } = value;
  const { kind, itemSize, bits } = tensor.dtype;
  if (itemSize === 0 || itemSize > 8 || !["b", "i", "u", "f"].includes(kind)) return value;
  const bytes = await readElements(tensor, 0, 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === "b") return bytes[0] !== 0;
  if (kind === "f") {
    const number = numberReader(tensor.dtype)(view, 0);
    return Number.isNaN(number) && bits === 64 ? nanOf(view, tensor.dtype.bigEndian) : number;
  }
  return toBigInt(tensor.dtype, view, 0);
}

const DEFAULT_NAN = 0x7ff8000000000000n;

function nanOf(view: DataView, bigEndian: boolean): Value {
  const bits = view.getBigUint64(0, !bigEndian);
  return bits === DEFAULT_NAN ? Number.NaN : { kind: "float", bits };
}

function samePrimitive(old: Value, next: Value, isLenient: boolean): boolean {
  if (isNode(old) || isNode(next)) return false;
  if (Object.is(old, next)) return true;
  if (!isLenient) return false;
  const [a, b] = typeof old === "bigint" ? [old, next] : [next, old];
  return typeof a === "bigint" && typeof b === "number" && Number.isInteger(b) && BigInt(b) === a;
}

/** True when this pair was met before: then it is being compared, or found the same. */
function isSeen({ seen }: Comparison, old: Node, next: Node): boolean {
  const partners = seen.get(old);
  if (partners?.has(next)) return true;
  if (partners === undefined) seen.set(old, new Set([next]));
  else partners.add(next);
  return false;
}

async function sameNodes(comparison: Comparison, a: Node, b: Node): Promise<Sameness> {
  switch (a.kind) {
    case "float":
      return said(b.kind === "float" && a.bits === b.bits);
    case "bytes":
      return b.kind === "bytes" ? sameBytes(a, b) : "different";
    case "list":
      return b.kind === "list" ? sameLists(comparison, a, b) : "different";
    case "dict":
      return b.kind === "dict" ? sameDicts(comparison, a, b) : "different";
    case "scalar":
      return b.kind === "scalar" ? sameTensors(comparison, a.tensor, b.tensor) : "different";
    case "tensor":
      return b.kind === "tensor" ? sameArrays(comparison, a, b) : "different";
    case "global":
      return said(b.kind === "global" && a.name === b.name && topModule(a.module) === topModule(b.module));
    case "object":
      return b.kind === "object" ? sameObjects(comparison, a, b) : "different";
    case "persistent":
      return b.kind === "persistent" ? push(comparison, [[a.id, b.id]]) : "different";
    case "decimal":
    case "unread":
      return "undecided";
  }
}

/** Libraries move their classes between modules; `sklearn.linear_model.logistic` became `_logistic`. */
function topModule(module: string): string {
  return module.split(".", 1)[0] ?? "";
}

function push({ stack }: Comparison, pairs: readonly (readonly [Value | undefined, Value | undefined])[]): Sameness {
  stack.push(...pairs.slice(0, 1000));
  for (const pair of pairs.slice(1000)) stack.push(pair);
  return "same";
}

function sameLists(comparison: Comparison, a: ListNode, b: ListNode): Sameness {
  const isSetOld = a.type.endsWith("set");
  if (isSetOld !== b.type.endsWith("set") && !comparison.isLenient) return "different";
  if (a.type !== b.type && !comparison.isLenient) return "different";
  if (a.items.length !== b.items.length) return "different";
  if (isSetOld || b.type.endsWith("set")) return sameSets(comparison, a, b);
  for (const [at, item] of a.items.entries()) comparison.stack.push([item, b.items[at]]);
  return "same";
}

/** Sets of primitives by their members; other sets cannot be told without hashing as Python does. */
function sameSets(comparison: Comparison, a: ListNode, b: ListNode): Sameness {
  const [keys, others] = [new Set(a.items.map(keyOf)), new Set(b.items.map(keyOf))];
  if (keys.has(undefined) || others.has(undefined)) {
    for (const [at, item] of a.items.entries()) comparison.stack.push([item, b.items[at]]);
    return "same";
  }
  return said(keys.size === others.size && [...keys].every((key) => others.has(key)));
}

/** A text that two equal keys share, as Python has equality: 1 and 1.0 are one key. Undefined for objects. */
function keyOf(value: Value, depth = 0): string | undefined {
  if (value === null) return "None";
  if (typeof value === "string") return `s${value}`;
  if (typeof value === "boolean") return `n${value ? 1 : 0}`;
  if (typeof value === "bigint") return `n${value.toString(36)}`;
  if (typeof value === "number") return Number.isInteger(value) ? `n${BigInt(value).toString(36)}` : `f${value}`;
  if (value.kind === "list" && value.type === "tuple" && depth < 8) {
    const keys = value.items.map((item) => keyOf(item, depth + 1));
    return keys.includes(undefined) ? undefined : `t${JSON.stringify(keys)}`;
  }
  if (value.kind === "decimal") return keyOf(value.nearest);
  return value.kind === "global" ? `g${value.module}.${value.name}` : undefined;
}

function sameDicts(comparison: Comparison, a: DictNode, b: DictNode): Sameness {
  const [before, after] = [entriesOf(a, comparison.isLenient), entriesOf(b, comparison.isLenient)];
  if (before === undefined || after === undefined) {
    if (a.keys.length !== b.keys.length) return "different";
    for (const [at, key] of a.keys.entries()) comparison.stack.push([key, b.keys[at]], [a.values[at], b.values[at]]);
    return "same";
  }
  if (before.size !== after.size) return "different";
  for (const [key, value] of before) {
    if (!after.has(key)) return "different";
    comparison.stack.push([value, after.get(key)]);
  }
  return "same";
}

/** Values by key, the last of equal keys; undefined when a key is an object. Lenient: all keys are text, as in JSON. */
function entriesOf(dict: DictNode, isLenient: boolean): Map<string, Value> | undefined {
  const entries = new Map<string, Value>();
  for (const [at, key] of dict.keys.entries()) {
    const name = keyOf(key);
    const value = dict.values[at];
    if (name === undefined || value === undefined) return undefined;
    entries.set(isLenient ? name.slice(1) : name, value);
  }
  return entries;
}

function sameObjects(comparison: Comparison, a: ObjectNode, b: ObjectNode): Sameness {
  if (a.how !== b.how || a.args.length !== b.args.length) return "different";
  const pairs: (readonly [Value | undefined, Value | undefined])[] = [
    [a.callable, b.callable],
    [a.kwargs, b.kwargs],
    // A format that writes "no state" says as much as one that writes nothing.
    comparison.isLenient ? [a.state ?? null, b.state ?? null] : [a.state, b.state],
    [a.entries, b.entries],
  ];
  const lists = [
    [a.args, b.args],
    [a.items ?? [], b.items ?? []],
    [a.moreStates ?? [], b.moreStates ?? []],
  ] as const;
  for (const [x, y] of lists) {
    if (x.length !== y.length) return "different";
    for (const [at, item] of x.entries()) pairs.push([item, y[at]]);
  }
  return push(comparison, pairs);
}

async function sameBytes(a: BytesNode, b: BytesNode): Promise<Sameness> {
  if (a.type !== b.type || a.data.size !== b.data.size) return "different";
  for (let at = 0; at < a.data.size; at += CHUNK) {
    const end = Math.min(at + CHUNK, a.data.size);
    const [x, y] = await Promise.all([a.data.read(at, end), b.data.read(at, end)]);
    if (x.some((byte, index) => byte !== y[index])) return "different";
  }
  return "same";
}

async function sameArrays(comparison: Comparison, a: TensorNode, b: TensorNode): Promise<Sameness> {
  if (a.objects !== undefined && b.objects !== undefined) {
    if (a.tensor.shape.join() !== b.tensor.shape.join() || a.objects.length !== b.objects.length) return "different";
    for (const [at, item] of a.objects.entries()) comparison.stack.push([item, b.objects[at]]);
    return "same";
  }
  if (a.objects !== undefined || b.objects !== undefined)
    return comparison.isLenient ? sameTexts(comparison, a, b) : "different";
  // The width of text elements grows with the longest one: the texts themselves are what is compared.
  const isText = a.tensor.dtype.kind === b.tensor.dtype.kind && ["U", "S"].includes(a.tensor.dtype.kind);
  return isText ? sameTexts(comparison, a, b) : sameTensors(comparison, a.tensor, b.tensor);
}

async function sameTensors({ work, sameTensors: known }: Comparison, a: TensorRef, b: TensorRef): Promise<Sameness> {
  return known?.(a, b) ?? said((await tensorDifference(a, b, work)) === undefined);
}

async function sameTexts({ work }: Comparison, a: TensorNode, b: TensorNode): Promise<Sameness> {
  if (a.tensor.shape.join() !== b.tensor.shape.join()) return "different";
  const total = elementCount(a.tensor.shape);
  for (let start = 0; start < total; start += LIMITS.viewRows) {
    await work.checkpoint();
    const [x, y] = await Promise.all([
      elementTexts(a, start, LIMITS.viewRows, work),
      elementTexts(b, start, LIMITS.viewRows, work),
    ]);
    if (x.some((text, at) => unquoted(text) !== unquoted(y[at] ?? ""))) return "different";
  }
  return "same";
}

/** Object arrays print their texts in quotes, text arrays do not. */
function unquoted(text: string): string {
  return /^'.*'$/s.test(text) ? text.slice(1, -1) : text;
}

/** Kinds that stand for each other in formats that know fewer: arrays and lists. */
async function sameAcross(comparison: Comparison, a: Node, b: Node): Promise<Sameness> {
  const [array, list] = a.kind === "tensor" ? [a, b] : [b, a];
  if (array.kind !== "tensor" || list.kind !== "list") return "different";
  if (array.className === "list" && isNumeric(array.tensor.dtype)) return sameNumbers(comparison, array.tensor, list);
  if (array.tensor.shape.length !== 1) return "different";
  const total = elementCount(array.tensor.shape);
  if (total !== list.items.length) return "different";
  if (array.objects !== undefined) {
    for (const [at, item] of array.objects.entries()) comparison.stack.push([item, list.items[at]]);
    return "same";
  }
  if (!["U", "S"].includes(array.tensor.dtype.kind)) return "different";
  for (let start = 0; start < total; start += LIMITS.viewRows) {
    const texts = await elementTexts(array, start, LIMITS.viewRows, comparison.work);
    if (texts.some((text, at) => list.items[start + at] !== text)) return "different";
  }
  return "same";
}

/** Numbers that one format keeps as an array and another one as a list: whole floats and integers are the same there. */
async function sameNumbers(comparison: Comparison, array: TensorRef, list: ListNode): Promise<Sameness> {
  const other = listTensor(list, new Map());
  if (other === undefined || other.shape.join() !== array.shape.join()) return "different";
  // A pickle has no digits as they were written.
  if (other.dtype.name === array.dtype.name)
    return said((await tensorDifference(array, other, comparison.work, { hasTexts: false })) === undefined);
  const total = elementCount(array.shape);
  for (let start = 0; start < total; start += LIMITS.viewRows) {
    const count = Math.min(LIMITS.viewRows, total - start);
    const [x, y] = await Promise.all([numbersOf(array, start, count), numbersOf(other, start, count)]);
    if (x.some((number, at) => !samePrimitive(number, y[at] ?? null, true))) return "different";
  }
  return "same";
}

async function numbersOf(tensor: TensorRef, start: number, count: number): Promise<readonly (number | bigint)[]> {
  const { dtype } = tensor;
  const bytes = await readElements(tensor, start, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = dtype.kind === "f" ? numberReader(dtype) : (of: DataView, at: number) => toBigInt(dtype, of, at);
  return Array.from({ length: count }, (_, at) => read(view, at * dtype.itemSize));
}
