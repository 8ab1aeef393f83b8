import { fromAscii } from "../../bytes/json-text.ts";
import type { DictNode, Value } from "../../model/value.ts";
import { skipBlanks, wordEnd } from "../plain-text/lines.ts";
import { integersValue, isInt64, numberEndAt, numbersValue } from "../plain-text/numbers.ts";
import { Places } from "../plain-text/places.ts";
import { wordValue } from "../plain-text/written.ts";

/** Keys of a tree that hold one number. */
const SINGLE: ReadonlySet<string> = new Set(["num_leaves", "num_cat", "is_linear", "shrinkage"]);

/** Keys whose numbers are real, also where all of them were written without a point. */
export const REAL: ReadonlySet<string> = new Set([
  "split_gain",
  "threshold",
  "leaf_value",
  "leaf_weight",
  "internal_value",
  "internal_weight",
  "leaf_const",
  "leaf_coeff",
]);

/** How many elements an array has in a tree of `leaves` leaves; undefined where the tree tells otherwise. */
const LENGTHS: Readonly<Record<string, (leaves: number) => number>> = Object.fromEntries([
  ...["split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child"].map(
    (key) => [key, (leaves: number) => leaves - 1] as const,
  ),
  ...["internal_value", "internal_weight", "internal_count"].map(
    (key) => [key, (leaves: number) => leaves - 1] as const,
  ),
  ...["leaf_value", "leaf_weight", "leaf_count", "leaf_const", "num_features"].map(
    (key) => [key, (leaves: number) => leaves] as const,
  ),
]);

/** What every tree has, of more than one leaf. */
const NEEDED = ["split_feature", "threshold", "decision_type", "left_child", "right_child", "leaf_value"];

/** The value of a line `key=...` of a tree: arrays of numbers are tensors that keep their text. */
export function treeValue(bytes: Uint8Array, key: string, start: number, end: number, name: string): Value {
  if (SINGLE.has(key)) return wordValue(fromAscii(bytes, start, end).trim(), start);
  const places = new Places();
  let isWhole = !REAL.has(key);
  for (let at = skipBlanks(bytes, start, end); at < end; ) {
    const stop = wordEnd(bytes, at, end);
    if (numberEndAt(bytes, at, end) !== stop) return fromAscii(bytes, start, end);
    isWhole &&= isInt64(fromAscii(bytes, at, stop));
    places.push(at);
    at = skipBlanks(bytes, stop, end);
  }
  const found = places.all().slice();
  if (!isWhole) return numbersValue(bytes, found, [found.length], name, start);
  const numbers = Array.from(found, (at) => BigInt(fromAscii(bytes, at, wordEnd(bytes, at, end)).replace("+", "")));
  return integersValue(numbers, name, start);
}

/** What is wrong with a tree, in words; undefined where all arrays are there and have their length. */
export function faultOf(tree: DictNode): string | undefined {
  const at = (key: string): Value | undefined => tree.values[tree.keys.indexOf(key)];
  const leaves = at("num_leaves");
  if (typeof leaves !== "bigint" || leaves < 1n || leaves > 2n ** 31n) return "it does not tell its number of leaves";
  const isLeaf = leaves === 1n;
  for (const key of NEEDED) {
    const value = at(key);
    if (value === undefined && isLeaf && key !== "leaf_value") continue;
    if (value === undefined) return `it has no ${key}`;
  }
  for (const [i, key] of tree.keys.entries()) {
    const value = tree.values[i];
    if (typeof key !== "string" || value === undefined) continue;
    const length = Object.hasOwn(LENGTHS, key) ? LENGTHS[key]?.(Number(leaves)) : undefined;
    if (length === undefined) continue;
    const count = typeof value === "object" && value?.kind === "tensor" ? value.tensor.shape[0] : undefined;
    // A lone leaf has its arrays empty, or leaves them out, or has one zero in them.
    if (count === undefined || (count !== length && !(isLeaf && count <= 1)))
      return `${key} has ${count ?? "no"} numbers where there should be ${length}`;
  }
  return undefined;
}
