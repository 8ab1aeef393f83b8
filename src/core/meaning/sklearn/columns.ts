import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { attributeOf, dictPairs } from "../anatomy.ts";
import { namedParts } from "../named-parts.ts";

/** One transformer of a ColumnTransformer with the names of its columns, where they are certain. */
export interface ColumnPart {
  readonly name: string;
  readonly value: Value;
  readonly columns?: readonly string[];
}

/**
 * The fitted parts of a ColumnTransformer in the order of their output. Column positions are the ones it computed when it
 * was fitted (`_transformer_to_input_indices`, scikit-learn 1.0 and newer); else the selection, when it is a list of
 * names.
 */
export function columnsOf(
  node: ObjectNode,
  features: readonly string[] | undefined,
): readonly ColumnPart[] | undefined {
  const parts = namedParts(attributeOf(node, "transformers_"));
  if (parts === undefined) return undefined;
  const positions = positionsByName(attributeOf(node, "_transformer_to_input_indices"));
  return parts.map(({ name, value, rest }) => {
    const indices = positions?.get(name);
    const columns =
      indices === undefined
        ? selectedNames(rest[0], features)
        : features === undefined
          ? undefined
          : pick(features, indices);
    return { name, value, ...(columns === undefined ? {} : { columns }) };
  });
}

function positionsByName(value: Value | undefined): ReadonlyMap<string, readonly number[]> | undefined {
  if (!isNode(value) || value.kind !== "dict") return undefined;
  const found = new Map<string, readonly number[]>();
  for (const { key, value: list } of dictPairs(value)) {
    const indices = integersIn(list);
    if (typeof key === "string" && indices !== undefined) found.set(key, indices);
  }
  return found;
}

function integersIn(value: Value): readonly number[] | undefined {
  if (!isNode(value) || value.kind !== "list") return undefined;
  return value.items.every((item): item is bigint => typeof item === "bigint") ? value.items.map(Number) : undefined;
}

function pick(features: readonly string[], indices: readonly number[]): readonly string[] | undefined {
  const names: string[] = [];
  for (const index of indices) {
    const name = features[index];
    if (name === undefined) return undefined;
    names.push(name);
  }
  return names;
}

/** Columns given by name, or by position when the names are known. */
function selectedNames(
  selection: Value | undefined,
  features: readonly string[] | undefined,
): readonly string[] | undefined {
  if (!isNode(selection) || selection.kind !== "list") return undefined;
  const { items } = selection;
  if (items.every((item): item is string => typeof item === "string")) return items;
  const positions = integersIn(selection);
  return positions === undefined || features === undefined ? undefined : pick(features, positions);
}
