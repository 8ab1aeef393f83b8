import { isNode, type Node, type Value } from "../../model/value.ts";
import type { Evaluation } from "./evaluation.ts";

/** Values that are looked at: behind more, anything may be. A table has as many values that are no plain ones. */
const VALUES = 20_000;
/** Text categories of a table's column lie 14 levels below the block that the column is. */
export const DEPTH = 40;

/** True where one of the values, or of what is in them down to `most` levels, is such; and where there are too many to tell. */
export function isWithin(
  values: readonly Value[],
  evaluation: Evaluation,
  isSuch: (value: Node) => boolean,
  most: number = DEPTH,
  limit: number = VALUES,
): boolean {
  const seen = new Set<Node>();
  let level = values;
  for (let depth = 0; depth < most && level.length > 0; depth++) {
    const next: Value[] = [];
    for (const value of level) {
      if (!isNode(value) || seen.has(value)) continue;
      if (seen.size >= limit) return true;
      seen.add(value);
      evaluation.spend(1);
      if (isSuch(value)) return true;
      for (const inner of partsOf(value)) if (isNode(inner)) next.push(inner);
      if (next.length > limit) return true;
    }
    level = next;
  }
  return most === DEPTH && level.length > 0;
}

function partsOf(value: Node): readonly Value[] {
  const some = (values: readonly Value[] = []): readonly Value[] => values.slice(0, VALUES + 1);
  if (value.kind === "list") return some(value.items);
  if (value.kind === "dict") return [...some(value.keys), ...some(value.values)];
  if (value.kind === "tensor") return some(value.objects);
  if (value.kind !== "object") return [];
  const { args, items, state, moreStates, entries, kwargs } = value;
  return [...some(args), ...some(items), state ?? null, ...some(moreStates), entries ?? null, kwargs ?? null];
}
