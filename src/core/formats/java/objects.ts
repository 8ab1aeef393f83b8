import { fromBytes } from "../../bytes/source.ts";
import type { DictNode, ListNode, ObjectNode, Value } from "../../model/value.ts";
import { type ClassDescription, layoutOf, WRITES_ITSELF } from "./class-description.ts";
import { type ClassPart, type Contribution, HOLDING, IDLE_FIELDS, KNOWN } from "./known.ts";
import type { Part } from "./written.ts";

/** An object while it is read: what stands for it in the graph, from its first byte on. */
export interface Draft {
  readonly node: ListNode | DictNode | ObjectNode | undefined;
  readonly state: DictNode | undefined;
}

/** True where nothing but the value, list or dict that the object is needs to be shown. */
function isPlainlyKnown(description: ClassDescription): boolean {
  return layoutOf(description).classes.every(({ name }) => KNOWN.has(name));
}

/**
 * What stands for an object of the class: a list, set or dict for Java's own collections, nothing yet for what becomes a
 * single value, else an object with its fields.
 */
export function draftOf(description: ClassDescription, offset: number): Draft {
  if (isPlainlyKnown(description) && !description.isProxy) {
    const { name } = description;
    if (/(?:Map|Hashtable)$/.test(name)) return { node: { kind: "dict", keys: [], values: [] }, state: undefined };
    if (name.endsWith("Set")) return { node: { kind: "list", type: "set", items: [] }, state: undefined };
    if (/(?:List|Vector|Stack|Deque)$/.test(name))
      return { node: { kind: "list", type: "list", items: [] }, state: undefined };
    return { node: undefined, state: undefined };
  }
  const state: DictNode = { kind: "dict", keys: [], values: [] };
  const node: ObjectNode = { kind: "object", callable: description.global, how: "new", args: [], state, offset };
  return { node, state };
}

/** True for a class of Java's own that is shown as what it stands for. */
export function isKnownClass(name: string): boolean {
  return KNOWN.has(name) || HOLDING.has(name);
}

/** What a class of Java's own adds; undefined for every other class. */
export function contributionOf(part: ClassPart): Contribution | undefined {
  return (KNOWN.get(part.className) ?? HOLDING.get(part.className))?.(part);
}

/** Fields of the class that are shown: all of other classes, the settings of Java's own. */
export function isShown(className: string, field: string, contribution: Contribution | undefined): boolean {
  if (contribution === undefined) return true;
  return HOLDING.has(className) && IDLE_FIELDS.get(className)?.has(field) !== true;
}

/** Puts what a class holds into what stands for the object. */
export function contribute({ node, state }: Draft, { items = [], pairs = [], value }: Contribution): void {
  if (node === undefined) return;
  if (value !== undefined && state !== undefined) {
    state.keys.push("value");
    state.values.push(value);
  }
  if (items.length > 0) {
    if (node.kind === "list") for (const item of items) node.items.push(item);
    else if (node.kind === "object") node.items = [...(node.items ?? []), ...items];
  }
  if (pairs.length === 0 || node.kind === "list") return;
  const entries: DictNode = node.kind === "dict" ? node : (node.entries ??= { kind: "dict", keys: [], values: [] });
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    entries.keys.push(pairs[i] ?? null);
    entries.values.push(pairs[i + 1] ?? null);
  }
}

/** What became of the object. */
export function finished({ node }: Draft, contributions: readonly Contribution[]): Value {
  if (node !== undefined) return node;
  const last = contributions.at(-1);
  if (last?.value !== undefined) return last.value;
  // An immutable collection turns out to be one of three.
  if (last?.pairs !== undefined) {
    const dict: DictNode = { kind: "dict", keys: [], values: [] };
    contribute({ node: dict, state: undefined }, last);
    return dict;
  }
  return { kind: "list", type: "list", items: [...(last?.items ?? [])] };
}

/** What an unknown class wrote itself. */
export function writtenValue(parts: readonly Part[]): Value {
  const items = parts.map(
    (part): Value => ("value" in part ? part.value : { kind: "bytes", type: "bytes", data: fromBytes(part.bytes) }),
  );
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: "list", type: "list", items };
}

/** Whether the class wrote something of its own behind its fields. */
export function writesItself({ flags }: ClassDescription): boolean {
  return (flags & WRITES_ITSELF) !== 0;
}
