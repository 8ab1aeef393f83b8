import { type ArtifactError, corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { formatElement } from "../../model/decode.ts";
import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { isInt64 } from "../plain-text/numbers.ts";
import { integersWritten, numbersWritten, writtenText } from "../plain-text/written.ts";
import { REAL } from "./tree-text.ts";

/** Bits of `decision_type` in the text. */
const IS_CATEGORY = 1;
const DEFAULT_LEFT = 2;
const MISSING: Readonly<Record<string, number>> = { None: 0, Zero: 4, NaN: 8 };

/** Keys of nodes and leaves that are arrays in the text. */
const OF_NODES = ["split_feature", "split_gain", "threshold", "internal_value", "internal_weight", "internal_count"];
const OF_LEAVES = ["leaf_value", "leaf_weight", "leaf_count", "leaf_const"];

/**
 * The dump's nested nodes as the arrays that the text has, so that a tree has one form whatever it was saved as. Nodes that
 * hang together wrongly are told, and their tree is left as it is.
 */
export async function columnsOfDump(
  root: Value | undefined,
  name: string,
  work: Work,
): Promise<{ readonly root: Value | undefined; readonly errors: readonly ArtifactError[] }> {
  const errors: ArtifactError[] = [];
  if (!isNode(root) || root.kind !== "dict") return { root, errors };
  const keys: Value[] = [];
  const values: Value[] = [];
  const room = { words: LIMITS.jsonValues };
  for (const [i, key] of root.keys.entries()) {
    const value = root.values[i] ?? null;
    if (key !== "tree_info" || !isNode(value) || value.kind !== "list") {
      keys.push(key);
      values.push(value);
      continue;
    }
    const items: Value[] = [];
    for (const [index, tree] of value.items.entries()) {
      if (work.isDue()) await work.checkpoint();
      const made = isNode(tree) && tree.kind === "dict" ? await columnsOf(tree, name, room) : "it is no object";
      if (typeof made === "string") errors.push(corrupt(`${name}: tree ${index}: ${made}`));
      items.push(typeof made === "string" ? tree : made);
    }
    keys.push("trees");
    values.push({ kind: "list", type: "list", items });
  }
  return { root: { kind: "dict", keys, values }, errors };
}

interface Flat {
  readonly nodes: DictNode[];
  readonly leaves: DictNode[];
  readonly left: number[];
  readonly right: number[];
}

/** What is wrong with it, in words, or the tree as arrays. */
async function columnsOf(tree: DictNode, name: string, room: { words: number }): Promise<DictNode | string> {
  const top = dictGet(tree, "tree_structure");
  if (!isNode(top) || top.kind !== "dict") return "it has no tree_structure";
  const flat = flatten(top);
  if (typeof flat === "string") return flat;
  const made: DictNode = { kind: "dict", keys: [], values: [] };
  const put = (key: string, value: Value): void => {
    made.keys.push(key);
    made.values.push(value);
  };
  for (const [i, key] of tree.keys.entries())
    if (key !== "tree_structure" && typeof key === "string") put(key, tree.values[i] ?? null);
  const { nodes, leaves, left, right } = flat;
  const sets: number[][] = [];
  const thresholds = nodes.map((node) => {
    if (dictGet(node, "decision_type") !== "==") return writtenText(dictGet(node, "threshold"));
    const text = dictGet(node, "threshold");
    sets.push(typeof text === "string" ? text.split("||").map(Number) : [Number(writtenText(text))]);
    return String(sets.length - 1);
  });
  for (const key of OF_NODES) {
    const texts = key === "threshold" ? thresholds : nodes.map((node) => writtenText(dictGet(node, key)));
    const column = columnOf(key, texts, name);
    if (column !== undefined) put(key, column);
  }
  put(
    "decision_type",
    integersWritten(
      nodes.map((node) => String(decisionOf(node))),
      name,
    ),
  );
  put("left_child", integersWritten(left.map(String), name));
  put("right_child", integersWritten(right.map(String), name));
  for (const key of OF_LEAVES) {
    const column = columnOf(
      key,
      leaves.map((leaf) => writtenText(dictGet(leaf, key))),
      name,
    );
    if (column !== undefined) put(key, column);
  }
  for (const [key, value] of await linearColumns(leaves, name)) put(key, value);
  const words: (readonly number[])[] = [];
  for (const set of sets) {
    const bits = bitset(set);
    if (bits === undefined) return "a category is no whole number";
    // One large category is a few digits in the file and a megabyte here.
    room.words -= bits.length;
    if (room.words < 0) return "its categories are too large";
    words.push(bits);
  }
  if (sets.length > 0) {
    const bounds = [0];
    for (const set of words) bounds.push((bounds.at(-1) ?? 0) + set.length);
    put("cat_boundaries", integersWritten(bounds.map(String), name));
    put("cat_threshold", integersWritten(words.flat().map(String), name));
  }
  return made;
}

/** Leaves that are linear models: how many features each has, then the features and coefficients of all. */
async function linearColumns(
  leaves: readonly DictNode[],
  name: string,
): Promise<readonly (readonly [string, Value])[]> {
  const columnOfLists = async (key: string): Promise<readonly (readonly string[] | undefined)[]> => {
    const lists: (readonly string[] | undefined)[] = [];
    for (const leaf of leaves) lists.push(await textsOf(dictGet(leaf, key)));
    return lists;
  };
  const [features, coefficients] = [await columnOfLists("leaf_features"), await columnOfLists("leaf_coeff")];
  const isLinear = features.every((texts, i) => texts !== undefined && texts.length === coefficients[i]?.length);
  if (!isLinear || leaves.length === 0) return [];
  return [
    ["is_linear", 1n],
    [
      "num_features",
      integersWritten(
        features.map((texts) => String(texts?.length ?? 0)),
        name,
      ),
    ],
    [
      "leaf_features",
      integersWritten(
        features.flatMap((texts) => texts ?? []),
        name,
      ),
    ],
    [
      "leaf_coeff",
      numbersWritten(
        coefficients.flatMap((texts) => texts ?? []),
        name,
      ),
    ],
  ];
}

/** The numbers of a list as they are written; undefined for another value. */
async function textsOf(value: Value | undefined): Promise<readonly string[] | undefined> {
  if (!isNode(value)) return undefined;
  if (value.kind === "list") {
    const texts = value.items.map(writtenText);
    return texts.includes(undefined) ? undefined : texts.filter((text) => text !== undefined);
  }
  if (value.kind !== "tensor" || value.tensor.shape.length !== 1) return undefined;
  const { texts, shape, dtype } = value.tensor;
  const count = shape[0] ?? 0;
  if (texts !== undefined) return Array.from({ length: count }, (_, i) => texts.text(i));
  const bytes = await readElements(value.tensor, 0, count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => formatElement(dtype, view, i * dtype.itemSize));
}

/** Where some of a key's numbers are missing there is no array. */
function columnOf(key: string, texts: readonly (string | undefined)[], name: string): Value | undefined {
  const found = texts.filter((text) => text !== undefined);
  if (found.length !== texts.length) return undefined;
  return !REAL.has(key) && found.every(isInt64) ? integersWritten(found, name) : numbersWritten(found, name);
}

/** Nodes by `split_index`, leaves by `leaf_index`: the order of the text. */
function flatten(top: DictNode): Flat | string {
  const flat: Flat = { nodes: [], leaves: [], left: [], right: [] };
  const open: { readonly node: DictNode; readonly parent: number; readonly isLeft: boolean }[] = [
    { node: top, parent: -1, isLeft: true },
  ];
  const order: { at: number; isNode: boolean }[] = [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent, isLeft } = next;
    const split = dictGet(node, "split_index");
    const isInner = split !== undefined;
    const given = isInner ? split : (dictGet(node, "leaf_index") ?? 0n);
    if (typeof given !== "bigint" || given < 0n || given > 2n ** 31n) return "a node has no index";
    const at = Number(given);
    const list = isInner ? flat.nodes : flat.leaves;
    if (list[at] !== undefined) return `two nodes have the index ${at}`;
    if (at > 10_000_000) return `a node has the index ${at}`;
    list[at] = node;
    order.push({ at, isNode: isInner });
    if (parent >= 0) (isLeft ? flat.left : flat.right)[parent] = isInner ? at : -at - 1;
    if (!isInner) continue;
    for (const side of ["right_child", "left_child"]) {
      const child = dictGet(node, side);
      if (!isNode(child) || child.kind !== "dict") return `a node has no ${side}`;
      open.push({ node: child, parent: at, isLeft: side === "left_child" });
    }
  }
  const nodes = order.filter((each) => each.isNode).length;
  if (flat.nodes.length !== nodes || flat.leaves.length !== order.length - nodes)
    return "its nodes are not numbered one by one";
  return flat;
}

function decisionOf(node: DictNode): number {
  const missing = dictGet(node, "missing_type");
  return (
    (dictGet(node, "decision_type") === "==" ? IS_CATEGORY : 0) +
    (dictGet(node, "default_left") === true ? DEFAULT_LEFT : 0) +
    (typeof missing === "string" ? (MISSING[missing] ?? 0) : 0)
  );
}

/** Categories as the words of 32 bits that the text has; LightGBM refuses categories of more than 31 bits. */
function bitset(categories: readonly number[]): readonly number[] | undefined {
  const largest = categories.reduce((most, each) => Math.max(most, each), 0);
  if (!categories.every((each) => Number.isInteger(each) && each >= 0) || largest > 10_000_000) return undefined;
  const words = Array.from({ length: (largest >> 5) + 1 }, () => 0);
  for (const each of categories) words[each >> 5] = ((words[each >> 5] ?? 0) | (1 << (each & 31))) >>> 0;
  return words;
}
