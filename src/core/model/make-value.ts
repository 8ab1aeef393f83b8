import type { DictNode, ListNode, Value } from "./value.ts";

/** Short ways to make described values of what a reader found. */

export function dictOf(entries: readonly (readonly [string, Value])[]): DictNode {
  return { kind: "dict", keys: entries.map(([key]) => key), values: entries.map(([, value]) => value) };
}

export function listOf(items: readonly Value[]): ListNode {
  return { kind: "list", type: "list", items: [...items] };
}

/** Whole numbers: shapes, axes, counts. */
export function integersOf(values: readonly number[]): ListNode {
  return { kind: "list", type: "list", items: values.map(BigInt) };
}
