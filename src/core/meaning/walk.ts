import { LIMITS } from "../limits.ts";
import type { AxisLabels, Estimator, NamedValue, Parameter } from "../model/artifact.ts";
import { isNumeric } from "../model/dtype.ts";
import type { TensorRef } from "../model/tensor.ts";
import { type DictNode, isNode, type Node, type ObjectNode, type TensorNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { attributesOfObject, classOf, dictPairs } from "./anatomy.ts";
import { axesOf } from "./axes.ts";
import { type Child, childrenOf, holdsEstimator, TABLE_ENTRIES } from "./children.ts";
import { schemaOf } from "./estimator-schema.ts";
import { type Facts, learnFacts } from "./facts.ts";
import { libraryOf } from "./libraries.ts";
import { listTensor, type NumberListMemo, scalarTensor, tableTensor } from "./numbers.ts";
import { attributePath, isPublicName } from "./path.ts";
import { createReading, type Reading } from "./reading.ts";
import { type AttributeRole, attributeRoles, isEstimator, VERSION_ATTRIBUTE, versionIn } from "./roles.ts";
import { isDefaultSetting } from "./sklearn/defaults-of.ts";
import { tellParts } from "./sklearn/parts.ts";
import { isSklearnTree, treeAttributes } from "./sklearn/tree.ts";
import { readTexts } from "./texts.ts";

/** An estimator while its attributes are being collected. */
interface Draft extends Estimator {
  readonly hyperparameters: NamedValue[];
  readonly fitted: string[];
}

/** One value to look at. */
interface Visit extends Child {
  readonly role: AttributeRole;
  readonly depth: number;
  /** The nearest estimator above, and which attribute of it leads here. */
  readonly owner?: Draft;
  readonly attribute?: string;
  /** Names that may run along its dimensions, and the name that says which do. */
  readonly facts?: Facts;
  readonly name?: string;
}

export interface Walked {
  readonly estimators: readonly Estimator[];
  readonly parameters: readonly Parameter[];
  readonly values: readonly NamedValue[];
  /** Limits that were met: values beyond them are in the tree, without an address. */
  readonly limits: ReadonlySet<"depth" | "count">;
}

interface Walk {
  readonly namedTensors: boolean;
  readonly work: Work;
  readonly reading: Reading;
  readonly stack: Visit[];
  readonly estimators: Draft[];
  readonly parameters: Parameter[];
  readonly values: NamedValue[];
  readonly opened: Set<Node>;
  /** Collections that are listed as one value. */
  readonly leaves: Set<Node>;
  readonly tables: Map<DictNode, TensorRef | null>;
  readonly labels: Map<DictNode, AxisLabels | undefined>;
  readonly numberLists: NumberListMemo;
  /** Addresses given, with how many values wanted each. */
  readonly taken: Map<string, number>;
  readonly limits: Set<"depth" | "count">;
  scalars: number;
}

/**
 * Gives every value of a described graph its address, in the order of the file. A container is opened once, where it is
 * met first; a tensor or plain value that several names share is listed under each of them.
 */
export async function walk(root: Value, namedTensors: boolean, rootFacts: Facts, work: Work): Promise<Walked> {
  const state: Walk = {
    namedTensors,
    work,
    reading: createReading(work),
    stack: [{ value: root, path: "", role: "value", depth: 0, facts: rootFacts }],
    estimators: [],
    parameters: [],
    values: [],
    opened: new Set(),
    leaves: new Set(),
    tables: new Map(),
    labels: new Map(),
    numberLists: new Map(),
    taken: new Map(),
    limits: new Set(),
    scalars: 0,
  };
  for (let visit = state.stack.pop(); visit !== undefined; visit = state.stack.pop()) {
    if (work.isDue()) await work.checkpoint();
    await look(state, visit);
  }
  const { estimators, parameters, values, limits } = state;
  return { estimators, parameters, values, limits };
}

async function look(state: Walk, visit: Visit): Promise<void> {
  const { value, role } = visit;
  if (isEstimator(value)) return openEstimator(state, visit, value);
  if (role === "hyperparameter") {
    if (holdsEstimator(value)) await openContainer(state, visit);
    else listValue(state, visit);
    return;
  }
  const found = role === "constant" || visit.isPlain === true ? undefined : numbersIn(state, visit);
  if (found !== undefined) await listParameter(state, visit, found.tensor, found.origin);
  else await openContainer(state, visit);
}

/** The numeric tensor that a value is, if it is one. */
function numbersIn(state: Walk, { value, path }: Visit): Pick<Parameter, "tensor" | "origin"> | undefined {
  if (isNode(value) && value.kind === "tensor")
    return isNumeric(value.tensor.dtype) && value.objects === undefined
      ? { tensor: value.tensor, origin: originOf(value) }
      : undefined;
  if (isNode(value) && value.kind === "list") {
    const tensor = listTensor(value, state.numberLists);
    return tensor === undefined ? undefined : { tensor, origin: "list" };
  }
  if (isNode(value) && value.kind === "dict" && path !== "" && value.values.length > TABLE_ENTRIES) {
    const tensor = tableIn(state, value);
    return tensor === null ? undefined : { tensor, origin: "list" };
  }
  const tensor = scalarTensor(value);
  return tensor === undefined ? undefined : { tensor, origin: "scalar" };
}

function tableIn({ tables, numberLists }: Walk, dict: DictNode): TensorRef | null {
  const known = tables.get(dict);
  if (known !== undefined) return known;
  const tensor = tableTensor(dict, numberLists);
  // Whole numbers alone are codes and counts: a vocabulary.
  const table = tensor?.dtype.kind === "f" ? tensor : null;
  tables.set(dict, table);
  return table;
}

function originOf(node: TensorNode): Parameter["origin"] {
  return node.className === "list" ? "list" : "tensor";
}

async function openContainer(state: Walk, visit: Visit): Promise<void> {
  const { value, path, depth } = visit;
  if (visit.isPlain === true || !isNode(value) || state.leaves.has(value)) return listValue(state, visit);
  if (state.opened.has(value)) return;
  const children = await childrenOf(value, path, path === "" && depth === 0, state.namedTensors);
  if (children === undefined) {
    state.leaves.add(value);
    return listValue(state, visit);
  }
  if (!enter(state, visit, value)) return;
  for (let i = children.length - 1; i >= 0; i--) {
    const child = children[i];
    if (child !== undefined) state.stack.push(below(visit, child));
  }
}

function below(visit: Visit, child: Child): Visit {
  const { role, owner, attribute, depth, facts } = visit;
  return {
    ...child,
    role,
    depth: depth + 1,
    ...(owner === undefined ? {} : { owner }),
    ...(attribute === undefined ? {} : { attribute }),
    // Names of a dict's columns run along the tensors right in it.
    ...(facts !== undefined && child.name !== undefined ? { facts } : {}),
  };
}

/** False when a container was opened before, or lies too deep. */
function enter(state: Walk, visit: Visit, node: Node): boolean {
  if (state.opened.has(node)) return false;
  if (visit.depth >= LIMITS.valueDepth || visit.path.length > LIMITS.pathLength) {
    state.limits.add("depth");
    return false;
  }
  state.opened.add(node);
  return true;
}

async function openEstimator(state: Walk, visit: Visit, node: ObjectNode): Promise<void> {
  if (!enter(state, visit, node)) return;
  if (state.estimators.length >= LIMITS.namedValues) {
    state.limits.add("count");
    return;
  }
  const path = visit.path === "" ? "" : claim(state, visit);
  const attributes = isSklearnTree(node) ? treeAttributes(node) : (attributesOfObject(node) ?? []);
  await tellParts(node, state.reading);
  const facts = await learnFacts(node, state.reading);
  const { module, name } = classOf(node);
  const library = libraryOf(module);
  const version = versionIn(attributes) ?? facts.version;
  const draft: Draft = {
    path,
    className: name,
    module,
    ...(library === undefined ? {} : { library }),
    ...(version === undefined ? {} : { version }),
    schema: schemaOf(node, path, facts),
    hyperparameters: [],
    fitted: [],
    node,
  };
  state.estimators.push(draft);
  if (visit.owner !== undefined && isPublicName(visit.attribute ?? "")) visit.owner.fitted.push(path);

  const roleOf = attributeRoles(node, attributes);
  const extra = (await childrenOf({ ...node, state: null, moreStates: [] }, path, false, false)) ?? [];
  const visits: Visit[] = attributes
    .filter((attribute) => attribute.name !== VERSION_ATTRIBUTE)
    .map((attribute) => ({
      value: attribute.value,
      path: attributePath(path, attribute.name),
      name: attribute.name,
      role: roleOf(attribute),
      depth: visit.depth + 1,
      owner: draft,
      attribute: attribute.name,
      facts,
    }));
  if (!isSklearnTree(node))
    for (const child of extra) visits.push({ ...child, role: "fitted", depth: visit.depth + 1, owner: draft });
  for (let i = visits.length - 1; i >= 0; i--) {
    const next = visits[i];
    if (next !== undefined) state.stack.push(next);
  }
}

async function listParameter(state: Walk, visit: Visit, tensor: TensorRef, origin: Parameter["origin"]): Promise<void> {
  if (origin !== "tensor" && state.scalars >= LIMITS.scalarParameters) return void state.limits.add("count");
  if (state.parameters.length >= LIMITS.tensors) return void state.limits.add("count");
  if (origin !== "tensor") state.scalars++;
  const { name, facts } = visit;
  const axes =
    isNode(visit.value) && visit.value.kind === "dict"
      ? [await keyLabels(state, visit.value)]
      : name === undefined || facts === undefined
        ? tensor.shape.map(() => undefined)
        : axesOf(name, tensor.shape, facts);
  const path = claim(state, { ...visit, path: visit.path === "" ? "array" : visit.path });
  state.parameters.push({ path, tensor, axes, origin });
  if (visit.owner !== undefined && isPublicName(visit.attribute ?? "")) visit.owner.fitted.push(path);
}

/** The keys of a table of numbers, as labels of its one dimension. */
async function keyLabels({ labels, work }: Walk, dict: DictNode): Promise<AxisLabels | undefined> {
  if (!labels.has(dict)) {
    const keys = dictPairs(dict).map(({ key }) => key);
    const texts = await readTexts({ kind: "list", type: "list", items: keys }, work);
    labels.set(dict, texts === undefined ? undefined : { kind: "category", labels: texts });
  }
  return labels.get(dict);
}

function listValue(state: Walk, visit: Visit): void {
  if (state.values.length >= LIMITS.namedValues) return void state.limits.add("count");
  const { value, role, owner, attribute, name } = visit;
  const path = claim(state, { ...visit, path: visit.path === "" ? "value" : visit.path });
  const isDefault =
    role === "hyperparameter" && owner !== undefined && name !== undefined && name === attribute
      ? isDefaultSetting(owner.className, owner.version, name, value)
      : undefined;
  const named: NamedValue = {
    path,
    role: role === "constant" ? "value" : role,
    value,
    ...(isDefault === undefined ? {} : { isDefault }),
  };
  state.values.push(named);
  if (owner === undefined) return;
  if (role === "hyperparameter") owner.hyperparameters.push(named);
  else if (isPublicName(attribute ?? "")) owner.fitted.push(path);
}

/** The address of a value: its plain one, else the quoted one, else the plain one with a number. */
function claim(state: Walk, { path, otherPath }: Pick<Visit, "path" | "otherPath">): string {
  const wanted = state.taken.get(path);
  if (wanted === undefined) {
    state.taken.set(path, 1);
    return path;
  }
  if (otherPath !== undefined && !state.taken.has(otherPath)) {
    state.taken.set(otherPath, 1);
    return otherPath;
  }
  state.taken.set(path, wanted + 1);
  return claim(state, { path: `${path}#${wanted + 1}` });
}
