import { type DictNode, dictGet, isNode, type Value } from "../../model/value.ts";
import { attributesOfObject, classOf } from "../anatomy.ts";

/** The part under one name: a field, an item of a list, a slot, an attribute. */
export function fieldOf(value: Value | undefined, name: string): Value | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "dict") return dictGet(value, name);
  if (value.kind !== "object") return undefined;
  return attributesOfObject(value)?.find((attribute) => attribute.name === name)?.value;
}

/** Several names below each other. Names of R have dots, and no slash. */
export function fieldAt(value: Value | undefined, path: string): Value | undefined {
  let found = value;
  for (const name of path.split("/")) found = fieldOf(found, name);
  return found;
}

/** A text vector: one text is itself, several are a list; one with attributes is at `values`. NA makes it none. */
export function textsIn(value: Value | undefined): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  if (!isNode(value)) return undefined;
  if (value.kind === "dict") return value.keys[0] === "values" ? textsIn(value.values[0]) : undefined;
  if (value.kind !== "list" || value.items.length === 0) return undefined;
  const texts = value.items.filter((item): item is string => typeof item === "string");
  return texts.length === value.items.length ? texts : undefined;
}

/** Names of what is in a list, or of the columns of a table: its attributes come behind them. */
export function keysIn(value: Value | undefined): readonly string[] | undefined {
  const isTable = isNode(value) && value.kind === "object";
  const dict = isTable ? value.state : value;
  if (!isNode(dict) || dict.kind !== "dict") return undefined;
  const keys = dict.keys.filter((key): key is string => typeof key === "string");
  if (isTable) {
    // Of one class, it has none of its own.
    if (keys.at(-1) === "class" && classOf(value).name !== "data.frame") keys.pop();
    while (OF_TABLES.has(keys.at(-1) ?? "")) keys.pop();
  }
  return keys.length === 0 ? undefined : keys;
}

const OF_TABLES: ReadonlySet<string> = new Set(["row.names", "terms", "na.action"]);

/** Names along one dimension of a matrix, or of a sparse one of the package Matrix; of several, the first's. */
export function namesAlong(value: Value | undefined, axis: number): readonly string[] | undefined {
  if (!isNode(value)) return undefined;
  const first = value.kind === "dict" ? value.values[0] : undefined;
  const matrix = isNode(first) && first.kind === "object" ? first : value;
  const names = fieldOf(matrix, "dimnames") ?? fieldOf(matrix, "Dimnames");
  return textsIn(itemsOf(names)[axis]);
}

function itemsOf(value: Value | undefined): readonly Value[] {
  if (!isNode(value)) return [];
  return value.kind === "list" ? value.items : value.kind === "dict" ? value.values : [];
}

/** Levels of a factor. */
export function levelsOf(value: Value | undefined): readonly string[] | undefined {
  return isNode(value) && value.kind === "object" ? textsIn(fieldOf(value, "levels")) : undefined;
}

/** Every feature's levels in a list by feature: texts, a factor, or in a table of counts the names of its columns. */
export function levelsByName(
  value: Value | undefined,
  areTables: boolean,
): readonly (readonly [string, readonly string[]])[] {
  const dict: Value | undefined = isNode(value) && value.kind === "object" ? value.state : value;
  if (!isNode(dict) || dict.kind !== "dict") return [];
  return pairsOf(dict).flatMap(([name, item]) => {
    const levels = areTables ? namesAlong(item, 1) : (levelsOf(item) ?? textsIn(item));
    return levels === undefined ? [] : [[name, levels] as const];
  });
}

export function pairsOf({ keys, values }: DictNode): readonly (readonly [string, Value])[] {
  return keys.flatMap((key, i) => {
    const value = values[i];
    return typeof key !== "string" || value === undefined ? [] : [[key, value] as const];
  });
}
