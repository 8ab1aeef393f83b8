import type { TreeEnsemble } from "../meaning/trees/ensemble.ts";
import type { Artifact, NamedValue, Parameter, Schema } from "../model/artifact.ts";
import { type DType, nameForPeople } from "../model/dtype.ts";
import type { Finding } from "../findings/finding.ts";
import { importNames } from "./import-names.ts";
import type { GroupId, Item } from "./outline-item.ts";
import { endsInQuotes, type PrefixNode, prefixTreeInSteps, STEP, type Steps } from "./prefix-tree.ts";
import { rawChildCount, valueDetail, valueIcon } from "./raw-children.ts";
import { environmentFacts } from "./viewer.ts";
import type { OutlineRow } from "./viewer-model.ts";

/** Labels of the groups, in the order they are shown: meaning first, raw structure last. */
export const GROUP_LABELS: readonly (readonly [GroupId, string])[] = [
  ["trees", "Trees"],
  ["parameters", "Parameters"],
  ["hyperparameters", "Hyper-parameters"],
  ["fitted", "Fitted state"],
  ["values", "Values"],
  ["schema", "Schema"],
  ["environment", "Environment"],
  ["metadata", "Metadata"],
  ["imports", "Imports"],
  ["structure", "Structure"],
];

/** How many children a group has; a group without any is not shown. */
export function groupSize(artifact: Artifact, ensembles: readonly TreeEnsemble[], group: GroupId): number {
  switch (group) {
    case "trees":
      return ensembles.reduce((sum, { treeCount }) => sum + treeCount, 0);
    case "parameters":
      return artifact.parameters.length;
    case "hyperparameters":
      return named(artifact, "hyperparameter").length;
    case "fitted":
      return named(artifact, "fitted").length;
    case "values":
      return named(artifact, "value").length;
    case "schema":
      return schemaLists(artifact.schema).length;
    case "environment":
      return environmentFacts(artifact).length;
    case "metadata":
      return named(artifact, "metadata").length;
    case "imports":
      return importNames(artifact.imports).length;
    case "structure":
      return artifact.root === undefined ? 0 : 1;
  }
}

function named(artifact: Artifact, role: NamedValue["role"]): readonly NamedValue[] {
  return artifact.values.filter((value) => value.role === role && !isEmptyRoot(artifact, value));
}

/** A file without tensors has an empty dict of them: nothing to show. */
function isEmptyRoot({ root, namedTensors }: Artifact, { value }: NamedValue): boolean {
  return namedTensors && value === root && rawChildCount(value) === 0;
}

interface Names {
  readonly what: string;
  readonly names: readonly string[];
  readonly key: string;
}

export function schemaLists(schema: Schema): readonly Names[] {
  const lists: Names[] = [];
  const add = (key: string, what: string, names: readonly string[] | undefined): void => {
    if (names !== undefined && names.length > 0) lists.push({ key, what, names });
  };
  add("features", "Features", schema.features);
  add("classes", "Classes", schema.classes);
  add("outputs", "Outputs", schema.outputs);
  add(
    "steps",
    "Steps",
    schema.steps?.map((step) => `${step.name}: ${step.className}`),
  );
  for (const each of schema.categories ?? [])
    add(`categories:${each.path}:${each.feature}`, `Categories of ${each.feature}`, each.values);
  return lists;
}

/** Makes all rows below a group, in steps. `register` keeps each under its id. */
export function* groupChildren(
  artifact: Artifact,
  ensembles: readonly TreeEnsemble[],
  group: Item,
  register: (item: Item) => void,
): Steps<Item[]> {
  if (group.about.type !== "group") return [];
  switch (group.about.group) {
    case "trees":
      return ensembles.map((ensemble, index) =>
        registered(register, {
          id: `${group.id}/${index}`,
          parent: group,
          label: ensemble.path === "" ? ensemble.library : ensemble.path,
          labelIsName: true,
          detail: String(ensemble.treeCount),
          icon: "estimator",
          badges: [],
          index,
          about: { type: "ensemble", ensemble },
        }),
      );
    case "parameters":
      return yield* prefixed(artifact, group, artifact.parameters, parameterItem, register);
    case "hyperparameters":
      return yield* prefixed(artifact, group, named(artifact, "hyperparameter"), valueItem, register);
    case "fitted":
      return yield* prefixed(artifact, group, named(artifact, "fitted"), valueItem, register);
    case "values":
      return yield* prefixed(artifact, group, named(artifact, "value"), valueItem, register);
    case "metadata":
      return yield* prefixed(artifact, group, named(artifact, "metadata"), valueItem, register);
    case "schema":
      return schemaLists(artifact.schema).map((list, index) =>
        registered(register, {
          id: `${group.id}/${list.key}`,
          parent: group,
          label: list.what,
          labelIsName: list.key.startsWith("categories:"),
          detail: String(list.names.length),
          icon: "list",
          badges: [],
          index,
          about: { type: "names", what: list.what, names: list.names },
        }),
      );
    case "environment":
      return environmentFacts(artifact).map((fact, index) =>
        registered(register, {
          id: `${group.id}/${index}:${fact.id}`,
          parent: group,
          label: fact.label,
          labelIsName: false,
          detail: fact.value,
          icon: "text",
          badges: [],
          index,
          about: { type: "fact", fact },
        }),
      );
    case "imports":
    case "structure":
      return [];
  }
}

function registered(register: (item: Item) => void, item: Item): Item {
  register(item);
  return item;
}

type Maker<T> = (
  item: T,
  base: Pick<Item, "id" | "label" | "index"> & { readonly parent: Item },
  badges: OutlineRow["badges"],
) => Item;

/** Rows of addresses as a tree, made without recursion. */
function* prefixed<T extends { readonly path: string }>(
  artifact: Artifact,
  group: Item,
  items: readonly T[],
  make: Maker<T>,
  register: (item: Item) => void,
): Steps<Item[]> {
  const classes = new Map(artifact.estimators.map((each) => [each.path, each.className]));
  const marks = marksByPath(artifact.findings);
  const tree = yield* prefixTreeInSteps(items, new Set(classes.keys()));
  const top: Item[] = [];
  const groupId = group.about.type === "group" ? group.about.group : "parameters";
  const todo: { nodes: readonly PrefixNode<T>[]; parent: Item; into: Item[] }[] = [
    { nodes: tree.children, parent: group, into: top },
  ];
  let made = 0;
  for (let step = todo.pop(); step !== undefined; step = todo.pop()) {
    const { nodes, parent, into } = step;
    for (const [index, node] of nodes.entries()) {
      if (made++ % STEP === 0) yield;
      const base = { id: `${group.id}/${node.prefix}`, label: node.label, index, parent };
      const item: Item =
        node.item === undefined
          ? {
              ...base,
              labelIsName: true,
              detail: classes.get(node.prefix) ?? String(node.count),
              icon: classes.has(node.prefix) ? "estimator" : "group",
              badges: [],
              ...(endsInQuotes(node.prefix) ? {} : { path: node.prefix }),
              about: { type: "prefix", prefix: node.prefix, group: groupId },
            }
          : make(node.item, base, marks.get(node.item.path) ?? UNMARKED);
      register(item);
      into.push(item);
      if (node.children.length > 0) {
        const children: Item[] = [];
        item.children = children;
        todo.push({ nodes: node.children, parent: item, into: children });
      }
    }
  }
  return top;
}

const UNMARKED: OutlineRow["badges"] = [];

function parameterItem(
  parameter: Parameter,
  base: Parameters<Maker<Parameter>>[1],
  badges: OutlineRow["badges"],
): Item {
  const { id, label, index, parent } = base;
  return {
    id,
    label,
    index,
    parent,
    labelIsName: true,
    detail: tensorDetail(parameter.tensor),
    icon: parameter.origin === "scalar" ? "number" : "tensor",
    badges,
    path: parameter.path,
    about: { type: "parameter", parameter },
  };
}

let described: { readonly shape: readonly number[]; readonly dtype: DType; readonly text: string } | undefined;

/** Neighbours often share the list of their sizes, and then the text as well. */
function tensorDetail({ shape, dtype }: Parameter["tensor"]): string {
  if (described?.shape !== shape || described.dtype !== dtype)
    described = { shape, dtype, text: `[${shape.join(", ")}] ${nameForPeople(dtype)}` };
  return described.text;
}

function valueItem(value: NamedValue, base: Parameters<Maker<NamedValue>>[1], badges: OutlineRow["badges"]): Item {
  const { id, label, index, parent } = base;
  // Written out: a file has hundreds of thousands, and spreading takes longer than all else.
  return {
    id,
    label,
    index,
    parent,
    labelIsName: true,
    detail: valueDetail(value.value),
    icon: valueIcon(value.value),
    badges: value.isDefault === false ? ["non-default", ...badges] : badges,
    path: value.path,
    about: { type: "value", named: value },
  };
}

/** The worst mark of each address that a finding is about. */
function marksByPath(findings: readonly Finding[]): Map<string, OutlineRow["badges"]> {
  const marks = new Map<string, OutlineRow["badges"]>();
  for (const { path, severity } of findings) {
    if (path === undefined || severity === "info") continue;
    if (severity === "error" || !marks.has(path)) marks.set(path, [severity]);
  }
  return marks;
}
