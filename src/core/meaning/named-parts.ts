import { isNode, type ListNode, type Value } from "../model/value.ts";

/** One of the parts that an estimator is made of, under the name its user gave it. */
export interface NamedPart {
  readonly name: string;
  readonly value: Value;
  /** What follows the estimator in its tuple: the columns it gets. */
  readonly rest: readonly Value[];
}

/**
 * The parts of a list of (name, estimator, ...) tuples: pipeline steps, column transformers. Undefined when it is
 * another list, or when two parts have one name.
 */
export function namedParts(value: Value | undefined): readonly NamedPart[] | undefined {
  if (!isNode(value) || value.kind !== "list" || value.items.length === 0) return undefined;
  const known = found.get(value);
  if (known !== undefined) return known === null ? undefined : known;
  const parts = readParts(value);
  found.set(value, parts ?? null);
  return parts;
}

const found = new WeakMap<ListNode, readonly NamedPart[] | null>();

function readParts(value: ListNode): readonly NamedPart[] | undefined {
  const parts: NamedPart[] = [];
  for (const item of value.items) {
    if (!isNode(item) || item.kind !== "list" || item.items.length < 2) return undefined;
    const [name, part, ...rest] = item.items;
    if (typeof name !== "string" || part === undefined) return undefined;
    if (!(part === null || typeof part === "string" || (isNode(part) && part.kind === "object"))) return undefined;
    parts.push({ name, value: part, rest });
  }
  const names = new Set(parts.map((part) => part.name));
  const hasEstimator = parts.some(({ value: part }) => isNode(part));
  return names.size === parts.length && hasEstimator ? parts : undefined;
}
