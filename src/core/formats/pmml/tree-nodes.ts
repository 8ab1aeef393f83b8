import type { XmlElement } from "../../bytes/xml/document.ts";
import { indexPath, keyPath } from "../../meaning/path.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import { isNumberSpan } from "../xml/number-spans.ts";
import type { PlainValues } from "../xml/plain.ts";
import { Spans } from "../xml/spans.ts";
import { arrayItems } from "./array-items.ts";
import { integers } from "./integers.ts";

type Entry = readonly [string, Value];

/** What stands in a node beside nodes, with the node's place in the table. */
interface Part {
  readonly node: number;
  readonly element: XmlElement;
}

/** Parts of nodes by what they are. */
interface Parts {
  readonly thresholds: Part[];
  readonly labels: Part[];
  readonly sets: Part[];
  readonly compounds: Part[];
  readonly always: Part[];
  readonly distributions: Part[];
  readonly others: Part[];
}

/**
 * The nodes of a tree as tables, each before those in it: attributes and the parent for every node; the tests that lead
 * into nodes by what they hold against what (`threshold`, `label`, `set`, `compound`); distributions of scores. Parts that
 * not every node has say by `node` whose they are.
 */
export async function treeNodes(root: XmlElement, path: string, depth: number, values: PlainValues): Promise<Value> {
  const nodes: XmlElement[] = [];
  const parents: number[] = [];
  const parts: Parts = {
    thresholds: [],
    labels: [],
    sets: [],
    compounds: [],
    always: [],
    distributions: [],
    others: [],
  };
  const open: { readonly element: XmlElement; readonly parent: number }[] = [{ element: root, parent: -1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const node = nodes.length;
    nodes.push(next.element);
    parents.push(next.parent);
    const inner: XmlElement[] = [];
    for (const element of next.element.children)
      if (element.name === "Node") inner.push(element);
      else put(parts, { node, element });
    for (const element of inner.reverse()) open.push({ element, parent: node });
  }
  const entries: Entry[] = [["parent", integers(parents, path)]];
  const all = nodes.map((element, node): Part => ({ node, element }));
  for (const [name, having] of partsByAttribute(all)) {
    const make = having.length === nodes.length ? column : sparseColumn;
    entries.push([name, make(having, name, keyPath(path, name), values)]);
  }
  addPredicates(entries, parts, path, values);
  if (parts.distributions.length > 0)
    entries.push(["ScoreDistribution", distributions(parts.distributions, keyPath(path, "ScoreDistribution"), values)]);
  for (const [key, list] of [
    ["compound", parts.compounds],
    ["other", parts.others],
  ] as const) {
    const items: Value[] = [];
    for (const [i, { node, element }] of list.entries()) {
      const at = keyPath(indexPath(keyPath(path, key), i), element.name);
      items.push(
        dictOf([
          ["node", BigInt(node)],
          [element.name, await values.value(element, at, depth + 2)],
        ]),
      );
    }
    if (items.length > 0) entries.push([key, listOf(items)]);
  }
  return dictOf(entries);
}

function put(parts: Parts, part: Part): void {
  const { element } = part;
  switch (element.name) {
    case "SimplePredicate": {
      const value = element.attributeRange("value");
      const isNumber = value !== undefined && isNumberSpan(element.document.bytes, value);
      const isPlain = element.attributes.every(({ name }) => ["field", "operator", "value"].includes(name));
      if (!isPlain || element.children.length > 0) parts.others.push(part);
      else (isNumber ? parts.thresholds : parts.labels).push(part);
      return;
    }
    case "SimpleSetPredicate": {
      const [array, more] = element.children;
      const isPlain = array?.name === "Array" && more === undefined && arrayItems(array) !== undefined;
      (isPlain ? parts.sets : parts.others).push(part);
      return;
    }
    case "True":
    case "False":
      (element.attributes.length + element.children.length === 0 ? parts.always : parts.others).push(part);
      return;
    case "CompoundPredicate":
      parts.compounds.push(part);
      return;
    case "ScoreDistribution":
      (element.children.length === 0 ? parts.distributions : parts.others).push(part);
      return;
    default:
      parts.others.push(part);
  }
}

function addPredicates(entries: Entry[], parts: Parts, path: string, values: PlainValues): void {
  const { thresholds, labels, sets, always } = parts;
  for (const [key, list] of [
    ["threshold", thresholds],
    ["label", labels],
  ] as const) {
    if (list.length === 0) continue;
    const at = keyPath(path, key);
    const value = column(list, "value", keyPath(at, "value"), values);
    entries.push([
      key,
      dictOf([
        nodesOf(list, at),
        ["field", texts(list, "field")],
        ["operator", texts(list, "operator")],
        ["value", value],
      ]),
    ]);
  }
  if (sets.length > 0)
    entries.push([
      "set",
      dictOf([
        nodesOf(sets, keyPath(path, "set")),
        ["field", texts(sets, "field")],
        ["booleanOperator", texts(sets, "booleanOperator")],
        ["values", listOf(sets.map(({ element }) => listOf(setItems(element))))],
      ]),
    ]);
  if (always.length > 0)
    entries.push([
      "always",
      dictOf([
        nodesOf(always, keyPath(path, "always")),
        ["predicate", listOf(always.map(({ element }) => element.name))],
      ]),
    ]);
}

function setItems(element: XmlElement): readonly string[] {
  const array = element.child("Array");
  return array === undefined ? [] : (arrayItems(array) ?? []);
}

/** Attributes by name with the elements that have them, gone through once: each of many nodes may have names of its own. */
function partsByAttribute(parts: readonly Part[]): ReadonlyMap<string, readonly Part[]> {
  const found = new Map<string, Part[]>();
  for (const part of parts)
    for (const { name } of part.element.attributes) {
      if (name.startsWith("xmlns")) continue;
      const having = found.get(name);
      if (having === undefined) found.set(name, [part]);
      else having.push(part);
    }
  return found;
}

/** An attribute that not every node has is listed with the nodes that have it. */
function sparseColumn(having: readonly Part[], name: string, path: string, values: PlainValues): Value {
  return dictOf([nodesOf(having, path), ["value", column(having, name, keyPath(path, "value"), values)]]);
}

function column(parts: readonly Part[], name: string, path: string, values: PlainValues): Value {
  const rows = parts.map(({ element }) => element);
  return values.column(
    rows,
    name,
    rows.map((row) => row.attributeRange(name)),
    path,
  );
}

function texts(parts: readonly Part[], name: string): Value {
  const known = new Map<string, string>();
  return listOf(
    parts.map(({ element }) => {
      const text = element.attribute(name);
      if (text === undefined) return null;
      // One text for all nodes that have it.
      const same = known.get(text);
      if (same === undefined) known.set(text, text);
      return same ?? text;
    }),
  );
}

/** Nodes with the same labels in the same order: a matrix for each attribute. Else a row for each label of each node. */
function distributions(parts: readonly Part[], path: string, values: PlainValues): Value {
  const byNode = new Map<number, XmlElement[]>();
  for (const { node, element } of parts) {
    const list = byNode.get(node);
    if (list === undefined) byNode.set(node, [element]);
    else list.push(element);
  }
  return matrices(byNode, path, values) ?? rowTable(parts, path, values);
}

function matrices(
  byNode: ReadonlyMap<number, readonly XmlElement[]>,
  path: string,
  values: PlainValues,
): Value | undefined {
  const [first = []] = byNode.values();
  const labels = first.map((each) => each.attribute("value") ?? "");
  const names = first[0]?.attributes.map(({ name }) => name).filter((name) => name !== "value") ?? [];
  const spans = names.map(() => new Spans());
  for (const list of byNode.values()) {
    if (list.length !== labels.length) return undefined;
    for (const [i, element] of list.entries()) {
      if (element.attribute("value") !== labels[i] || element.attributes.length !== names.length + 1) return undefined;
      for (const [k, name] of names.entries()) {
        const range = element.attributeRange(name);
        if (range === undefined || !isNumberSpan(element.document.bytes, range)) return undefined;
        spans[k]?.push(range);
      }
    }
  }
  const shape = [byNode.size, labels.length];
  const [element] = first;
  if (element === undefined) return undefined;
  const entries = names.map((name, k): Entry => {
    const at = keyPath(path, name);
    values.axes.set(at, [undefined, { kind: "class", labels }]);
    return [name, values.tensor(element.document.bytes, spans[k] ?? new Spans(), shape, true, at, element.offset)];
  });
  return dictOf([["node", integers([...byNode.keys()], path)], ["value", listOf(labels)], ...entries]);
}

/** An attribute that few of the rows have is listed with the nodes of those. */
function rowTable(parts: readonly Part[], path: string, values: PlainValues): Value {
  return dictOf([
    nodesOf(parts, path),
    ...[...partsByAttribute(parts)].map(([name, having]): Entry => {
      const at = keyPath(path, name);
      const isDense = having.length * MOST_HOLES >= parts.length;
      return [name, isDense ? column(parts, name, at, values) : sparseColumn(having, name, at, values)];
    }),
  ]);
}

/** Rows for each that has the attribute; with more of them a column would be mostly holes. */
const MOST_HOLES = 16;

function nodesOf(parts: readonly Part[], path: string): Entry {
  return [
    "node",
    integers(
      parts.map(({ node }) => node),
      path,
    ),
  ];
}
