import { append } from "../append.ts";
import { LIMITS } from "../limits.ts";
import {
  isNode,
  type DictNode,
  type ListNode,
  type Node,
  type ObjectNode,
  type TensorNode,
  type Value,
} from "../model/value.ts";
import { attributesOfObject, classOf, dataArguments, dictPairs } from "./anatomy.ts";
import { isSingleValue } from "./python/single.ts";
import { namedParts } from "./named-parts.ts";
import { attributePath, indexPath, keyPath, rootKeyPath } from "./path.ts";
import { isEstimator } from "./roles.ts";
import { fieldTensors } from "./structured.ts";
import { labelOf } from "./texts.ts";

/** A value inside of another, with its address. */
export interface Child {
  readonly value: Value;
  readonly path: string;
  /** The address of the dict that it lies in and its key there, for the quoted form when another value has `path`. */
  readonly within?: string;
  readonly key?: string;
  /** The attribute or key that leads to it. */
  readonly name?: string;
  /** True for what is listed as one value whatever is in it. */
  readonly isPlain?: boolean;
  /** True where no other child that is marked so has this path. */
  readonly isDistinct?: boolean;
  /** True for an entry of a dict of very many: a small dict of numbers is a row of a table there. */
  readonly isRow?: boolean;
}

/** A dict of numbers or plain values with more entries than this is a table: one value, not a thousand. */
export const TABLE_ENTRIES = 1_000;
/** How deep a hyper-parameter is searched for estimators: lists of tuples, dicts of lists. */
const SEARCH_DEPTH = 4;

/**
 * What a container holds, in file order. Undefined for what is listed as one value: plain values, text, and
 * collections of nothing but plain values.
 */
export async function childrenOf(
  value: Value,
  path: string,
  isRoot: boolean,
  namedTensors: boolean,
): Promise<readonly Child[] | undefined> {
  if (!isNode(value)) return undefined;
  if (value.kind === "list") return isPlainList(value.items) ? undefined : listChildren(value, path);
  if (value.kind === "tensor") return tensorChildren(value, path);
  if (value.kind === "object") return objectChildren(value, path);
  if (value.kind !== "dict") return undefined;
  if (isRoot) return isPlainRoot(value) ? undefined : rootChildren(value, namedTensors);
  return isPlainTable(value) ? undefined : dictChildren(value, path);
}

function listChildren(list: ListNode, path: string): readonly Child[] {
  const parts = namedParts(list);
  if (parts === undefined) return list.items.map((value, i) => ({ value, path: indexPath(path, i) }));
  return parts.flatMap(({ name, value, rest }, i) => [
    { value, path: keyPath(path, name), within: path, key: name },
    // The columns that a part gets are a selection, even where they are numbers.
    ...rest.map((more, j) => ({ value: more, path: indexPath(indexPath(path, i), j + 2), isPlain: true })),
  ]);
}

/** The entries of a root dict of tensors whose names are their addresses. */
export interface NamedEntries {
  readonly keys: readonly string[];
  readonly values: readonly Value[];
}

/** Undefined for any other dict. */
export function namedEntries({ keys, values, areKeysDistinct }: DictNode): NamedEntries | undefined {
  if (areKeysDistinct !== true || keys.length === 0 || keys.length !== values.length) return undefined;
  return keys.every((key) => typeof key === "string" && key !== "") ? { keys: keys as string[], values } : undefined;
}

/** Made when it is asked for by its position: files have hundreds of thousands. */
export function namedChild({ keys, values }: NamedEntries, at: number): Child | undefined {
  const [key, value] = [keys[at], values[at]];
  if (key === undefined || value === undefined) return undefined;
  return { value, path: key, within: "", key, name: key, isDistinct: true };
}

async function rootChildren(dict: DictNode, namedTensors: boolean): Promise<readonly Child[]> {
  const children: Child[] = [];
  const isRow = dict.values.length > TABLE_ENTRIES;
  for (const [i, { key, value }] of dictPairs(dict).entries()) {
    // Most keys are: a wait for each would take longer than all else.
    const text = typeof key === "string" ? key : await textKey(key);
    children.push(
      text === undefined
        ? { value, path: await keyAddress("", key, i), isRow }
        : { value, path: rootKeyPath(text, namedTensors), within: "", key: text, name: text, isRow },
    );
  }
  return children;
}

async function dictChildren(dict: DictNode, path: string): Promise<readonly Child[]> {
  const children: Child[] = [];
  const isRow = dict.values.length > TABLE_ENTRIES;
  for (const [i, { key, value }] of dictPairs(dict).entries()) {
    const text = typeof key === "string" ? key : await textKey(key);
    const child = text === undefined ? { value, path: await keyAddress(path, key, i) } : entry(value, path, text);
    children.push(isRow ? { ...child, isRow } : child);
  }
  return children;
}

function entry(value: Value, path: string, name: string): Child {
  return { value, path: keyPath(path, name), within: path, key: name, name };
}

/**
 * What `childrenOf` gives for a small dict whose keys are all text, which most are, without a wait: files have hundreds of
 * thousands of them. Undefined for any other; null for one that is listed as one value.
 */
export function childrenOfSmallDict(dict: DictNode, path: string): readonly Child[] | null | undefined {
  if (dict.values.length > TABLE_ENTRIES || !dict.keys.every((key) => typeof key === "string")) return undefined;
  if (isPlainTable(dict)) return null;
  return dictPairs(dict).map(({ key, value }) => entry(value, path, key as string));
}

/** A key that is text as numpy's str or Python 2's. */
async function textKey(key: Value): Promise<string | undefined> {
  if (!isNode(key)) return undefined;
  const isText = key.kind === "bytes" || (key.kind === "scalar" && key.tensor.dtype.kind === "U");
  return isText ? labelOf(key) : undefined;
}

/** A key that is not text, as Python would print it in brackets; `[#3]` for one that has no short text. */
async function keyAddress(base: string, key: Value, position: number): Promise<string> {
  return `${base}[${(await keyText(key, 0)) ?? `#${position}`}]`;
}

async function keyText(key: Value, depth: number): Promise<string | undefined> {
  if (typeof key === "string") return JSON.stringify(key);
  if (!isNode(key) || key.kind === "scalar") return labelOf(key);
  if (key.kind !== "list" || key.type !== "tuple" || key.items.length > 8 || depth > 0) return undefined;
  const items = await Promise.all(key.items.map((item) => keyText(item, depth + 1)));
  return items.includes(undefined) ? undefined : `(${items.join(", ")})`;
}

function tensorChildren(node: TensorNode, path: string): readonly Child[] | undefined {
  const { tensor, objects } = node;
  if (objects !== undefined) {
    if (!objects.some(isContainer)) return undefined;
    return objects.map((value, i) => ({ value, path: indexPath(path, ...positionOf(i, tensor.shape)) }));
  }
  if (tensor.dtype.fields === undefined || tensor.dtype.fields.length === 0) return undefined;
  return fieldTensors(tensor).map(({ name, tensor: field }) => ({
    value: { kind: "tensor", tensor: field, className: node.className, offset: node.offset } satisfies TensorNode,
    path: keyPath(path, name),
    within: path,
    key: name,
    name,
  }));
}

function positionOf(index: number, shape: readonly number[]): readonly number[] {
  const position: number[] = [];
  let rest = index;
  for (let k = shape.length - 1; k >= 0; k--) {
    const size = shape[k] ?? 1;
    position.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return position;
}

/** Attributes, then entries, then items; arguments and a state of another form only where they hold something. */
async function objectChildren(node: ObjectNode, path: string): Promise<readonly Child[] | undefined> {
  if (isSingleValue(node)) return undefined;
  const { name: className } = classOf(node);
  const attributes = attributesOfObject(node);
  const children: Child[] = (attributes ?? []).map(({ name, value }) => ({
    value,
    path: attributePath(path, name),
    name,
  }));
  const entries = entriesOf(node);
  if (entries !== undefined) append(children, await dictChildren(entries, path));
  const items = node.items ?? [];
  // A deque of numbers is one list of them.
  if (className === "deque" && items.length > 0 && items.every((item) => typeof item === "number"))
    children.push({ value: { kind: "list", type: "list", items }, path });
  else for (const [i, value] of items.entries()) children.push({ value, path: indexPath(path, i) });
  if (entries === undefined || node.entries !== undefined)
    for (const [i, value] of dataArguments(node).entries())
      if (isContainer(value)) children.push({ value, path: indexPath(attributePath(path, "args"), i) });
  if (node.kwargs !== undefined) children.push({ value: node.kwargs, path: attributePath(path, "kwargs") });
  if (attributes === undefined && isContainer(node.state ?? null))
    children.push({ value: node.state ?? null, path: attributePath(path, "state") });
  return children.length === 0 ? undefined : children;
}

const DICT_CLASSES = new Set(["OrderedDict", "Counter"]);

/** The entries of a dict-like object: those set on it, or the dict or pairs it was made from. */
function entriesOf(node: ObjectNode): DictNode | undefined {
  if (node.entries !== undefined) return node.entries;
  const [first, ...others] = dataArguments(node);
  if (others.length > 0 || !isNode(first)) return undefined;
  if (first.kind === "dict") return first;
  if (first.kind !== "list" || !DICT_CLASSES.has(classOf(node).name)) return undefined;
  const keys: Value[] = [];
  const values: Value[] = [];
  for (const pair of first.items) {
    if (!isNode(pair) || pair.kind !== "list" || pair.items.length !== 2) return undefined;
    const [key, value] = pair.items;
    if (key === undefined || value === undefined) return undefined;
    keys.push(key);
    values.push(value);
  }
  return { kind: "dict", keys, values };
}

/** True for what may hold parameters: it has an inside. */
function isContainer(value: Value): boolean {
  return (
    isNode(value) &&
    (value.kind === "list" || value.kind === "dict" || value.kind === "object" || value.kind === "tensor")
  );
}

/** Text, None, True, integers: what is never a parameter. */
function isPlain(value: Value): boolean {
  if (typeof value === "number") return false;
  if (!isNode(value)) return true;
  return (
    value.kind === "bytes" || value.kind === "global" || (value.kind === "scalar" && value.tensor.dtype.kind === "U")
  );
}

function isPlainList(items: readonly Value[]): boolean {
  return items.every(isPlain);
}

/** An empty dict, a large one of plain values, or a map to the numbers 0, 1, ...: a vocabulary, label codes. */
function isPlainTable({ values }: DictNode): boolean {
  if (values.length === 0) return true;
  if (!values.every(isPlain)) return false;
  return values.length > TABLE_ENTRIES || (values.length > 1 && isNumbering(values));
}

/** A file that is nothing but a vocabulary or a dictionary has more entries than can have an address. */
function isPlainRoot({ values }: DictNode): boolean {
  return values.length === 0 || (values.length > LIMITS.namedValues && values.every(isPlain));
}

function isNumbering(values: readonly Value[]): boolean {
  const seen = new Set<bigint>();
  for (const value of values) {
    if (typeof value !== "bigint" || value < 0n || value >= BigInt(values.length)) return false;
    seen.add(value);
  }
  return seen.size === values.length;
}

const searched = new WeakMap<Node, boolean>();

/** True when a hyper-parameter is made of estimators: pipeline steps, a base estimator. */
export function holdsEstimator(value: Value, depth = 0): boolean {
  if (!isNode(value) || depth > SEARCH_DEPTH) return false;
  if (isEstimator(value)) return true;
  if (value.kind !== "list" && value.kind !== "dict") return false;
  const known = searched.get(value);
  if (known !== undefined) return known;
  searched.set(value, false);
  const items = value.kind === "list" ? value.items : value.values;
  const found = items.some((item) => holdsEstimator(item, depth + 1));
  searched.set(value, found);
  return found;
}
