import { LIMITS } from "../limits.ts";
import { type DictNode, isNode, type ListNode, type Node, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";

/**
 * True for a dict or list of so many dicts that not each of them could have an address, with nothing but plain values in
 * them: rows of data. It is listed as one value, which is whole, not as the first of its rows.
 */
export function areRecords(value: Value | undefined): boolean {
  if (!isNode(value) || (value.kind !== "dict" && value.kind !== "list")) return false;
  const before = known.get(value);
  if (before !== undefined) return before;
  const found = holdsRecords(value);
  known.set(value, found);
  return found;
}

/** A graph does not change once it is read; looking through it again would make what was not made. */
const known = new WeakMap<Node, boolean>();

/** Makes what a large container holds where that is asked for next: in one piece it could not be cancelled. */
export function madeFirst(value: Value | undefined, work: Work): Promise<void> | undefined {
  if (!isNode(value) || (value.kind !== "dict" && value.kind !== "list") || value.make === undefined) return undefined;
  return areUnmadeRecords(value) === true ? undefined : value.make(work);
}

/** Undefined where that cannot be told without making them. */
function areUnmadeRecords({ unmade }: DictNode | ListNode): boolean | undefined {
  if (unmade === undefined) return undefined;
  if (unmade.count <= LIMITS.scalarParameters) return false;
  return unmade.dicts === unmade.count && !unmade.refersOutside ? true : undefined;
}

function holdsRecords(value: DictNode | ListNode): boolean {
  // What was not made holds no objects; asking for its entries would make them.
  const early = areUnmadeRecords(value);
  if (early !== undefined) return early;
  const rows = value.kind === "dict" ? value.values : value.items;
  return rows.length > LIMITS.scalarParameters && rows.every(isDict) && arePlain(rows);
}

function isDict(value: Value): boolean {
  return isNode(value) && value.kind === "dict";
}

function arePlain(rows: readonly Value[]): boolean {
  const seen = new Set<Node>();
  const left: (readonly Value[])[] = [rows];
  for (let values = left.pop(); values !== undefined; values = left.pop())
    for (const value of values) {
      if (!isNode(value) || seen.has(value)) continue;
      if (value.kind === "dict" || value.kind === "list") {
        seen.add(value);
        if (value.kind === "dict") left.push(value.keys, value.values);
        else left.push(value.items);
      } else if (value.kind === "tensor" ? value.className !== "list" : !isPlainNode(value)) return false;
    }
  return true;
}

function isPlainNode({ kind }: Node): boolean {
  return kind === "float" || kind === "decimal" || kind === "bytes" || kind === "scalar" || kind === "unread";
}
