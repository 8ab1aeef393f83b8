import { append } from "../append.ts";
import { ArtifactError } from "../errors.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { LIMITS } from "../limits.ts";
import type { Estimator, NamedValue, Parameter } from "../model/artifact.ts";
import { isNumeric } from "../model/dtype.ts";
import { say } from "../model/sentence.ts";
import { type DictNode, isNode, type Node, type ObjectNode, type TensorNode, type Value } from "../model/value.ts";
import type { Work } from "../work.ts";
import { attributesOfObject, classOf } from "./anatomy.ts";
import { axesOf, unlabelled } from "./axes.ts";
import { type HeldBooster, heldBooster, type HeldEntry, heldFindings } from "./boosters.ts";
import {
  type Child,
  childrenOf,
  childrenOfSmallDict,
  holdsEstimator,
  namedChild,
  type NamedEntries,
  namedEntries,
} from "./children.ts";
import { schemaOf } from "./estimator-schema.ts";
import { type Facts, learnFacts } from "./facts.ts";
import { libraryOf } from "./libraries.ts";
import { claim, createListing, isFull, isSpent, type Listing, listParameter, listValue } from "./listing.ts";
import { asPythonNumber, listTensor, type NumberListMemo, scalarTensor } from "./numbers.ts";
import { frameOf, indexValue } from "./pandas.ts";
import { attributePath, keyPath, rootKeyPath } from "./path.ts";
import { type Draft, inside, noteLearned, type Place } from "./place.ts";
import { settingsWithin } from "./r/settings.ts";
import { createReading, type Reading } from "./reading.ts";
import { areRecords, madeFirst } from "./records.ts";
import { attributeRoles, isBookkeeping, isEstimator, VERSION_ATTRIBUTE, versionIn } from "./roles.ts";
import { readNames } from "./texts.ts";
import { tellParts } from "./sklearn/parts.ts";
import { sparseArchive, sparseMatrix } from "./sparse.ts";
import { isSklearnTree, treeAttributes } from "./sklearn/tree.ts";
import { numberTable, type TableMemo } from "./tables.ts";
import { isTorchModule, modulePartsOf } from "./torch/modules.ts";

export interface Walked {
  readonly estimators: readonly Estimator[];
  readonly parameters: readonly Parameter[];
  readonly values: readonly NamedValue[];
  readonly limits: ReadonlySet<"depth" | "count">;
  /** What was wrong inside of models that objects hold. */
  readonly findings: readonly Finding[];
  /** False when such a model was not read whole. */
  readonly isWhole: boolean;
}

/** A container that is being gone through: what it holds, and how far. */
interface Frame {
  readonly children: readonly Child[];
  /** In place of them. */
  readonly named?: NamedEntries;
  /** One for all children, or one for each: attributes of one object have several roles. */
  readonly places: Place | readonly Place[];
  next: number;
}

interface Walk {
  /** Keys of the root dict whose entries are hyper-parameters. */
  readonly settings: ReadonlySet<string>;
  readonly namedTensors: boolean;
  readonly work: Work;
  readonly reading: Reading;
  readonly listing: Listing;
  readonly estimators: Draft[];
  readonly stack: Frame[];
  readonly opened: Set<Node>;
  /** States of objects that were opened: objects may share one, and what it holds is listed once. */
  readonly states: Set<Value>;
  /** Collections that are listed as one value. */
  readonly leaves: Set<Node>;
  readonly tables: TableMemo;
  readonly numberLists: NumberListMemo;
  readonly findings: Finding[];
  isWhole: boolean;
}

/**
 * Gives every value of a described graph its address, in the order of the file. A container is opened once, where it is
 * met first; a tensor or plain value that several names share is listed under each of them.
 */
export async function walk(
  root: Value,
  namedTensors: boolean,
  rootFacts: Facts,
  work: Work,
  settings: readonly string[] = [],
): Promise<Walked> {
  const start: Place = { role: "value", depth: 0, isAttribute: false, facts: rootFacts };
  const state: Walk = {
    settings: new Set(settings),
    namedTensors,
    work,
    reading: createReading(work),
    listing: createListing(),
    estimators: [],
    stack: [{ children: [{ value: root, path: "" }], places: start, next: 0 }],
    opened: new Set(),
    states: new Set(),
    leaves: new Set(),
    tables: new Map(),
    numberLists: new Map(),
    findings: [],
    isWhole: true,
  };
  let looked = 0;
  let looksBeyond = 0;
  for (let frame = state.stack.at(-1); frame !== undefined; frame = state.stack.at(-1)) {
    // Asking for the time takes as long as looking at a value.
    const { named } = frame;
    if ((named !== undefined || (looked++ & 15) === 0) && work.isDue()) await work.checkpoint();
    if (named !== undefined && listNamed(state, frame, named)) continue;
    const child = named === undefined ? frame.children[frame.next] : namedChild(named, frame.next);
    const place = Array.isArray(frame.places) ? (frame.places as readonly Place[])[frame.next] : frame.places;
    frame.next++;
    const making = madeFirst(child?.value, work);
    if (making !== undefined) await making;
    if (isSpent(state.listing) && looksBeyond++ === LOOKS_BEYOND) break;
    if (child === undefined || place === undefined) state.stack.pop();
    else if (!isNode(child.value)) listSingle(state, child, place as Place);
    else if (
      child.value.kind === "tensor" &&
      mayBeNumbers(child, place as Place) &&
      listFound(state, child, place as Place)
    )
      continue;
    else if (child.value.kind === "dict" && openSmallDict(state, child, place as Place, child.value)) continue;
    else await look(state, child, place as Place);
  }
  const { estimators, listing, findings, isWhole } = state;
  return {
    estimators,
    parameters: listing.parameters,
    values: listing.values,
    limits: listing.limits,
    findings,
    isWhole,
  };
}

/**
 * Values that are still looked at for a tensor among them when neither values nor numbers get an address any more: a file of a few
 * megabytes can have tens of millions of them.
 */
const LOOKS_BEYOND = 500_000;

/** How many tensors are listed before the time is asked for. */
const AT_ONCE = 256;

/** Lists the next tensors of a dict that names them, without a step of the walk for each. False where there is none. */
function listNamed(state: Walk, frame: Frame, named: NamedEntries): boolean {
  const place = frame.places as Place;
  const first = frame.next;
  for (const end = Math.min(named.keys.length, first + AT_ONCE); frame.next < end; frame.next++) {
    const child = namedChild(named, frame.next);
    if (child === undefined || !isNode(child.value) || child.value.kind !== "tensor") break;
    if (!listFound(state, child, place)) break;
  }
  return frame.next > first;
}

/** True where numbers are parameters, not settings or a selection. */
function mayBeNumbers({ isPlain }: Child, { role }: Place): boolean {
  return (role === "fitted" || role === "value") && isPlain !== true;
}

/** A value without an inside. Files have millions of them: nothing here waits. */
function listSingle(state: Walk, child: Child, place: Place): void {
  if (mayBeNumbers(child, place) && typeof child.value === "number") listNumber(state, child, place);
  else listValue(state.listing, child, place);
}

function listNumber(state: Walk, child: Child, place: Place): void {
  if (isFull(state.listing)) {
    state.listing.limits.add("count");
    return;
  }
  const tensor = scalarTensor(child.value);
  if (tensor !== undefined) listParameter(state.listing, child, place, tensor, "scalar", []);
}

/** False for a dict that takes more than to go through its entries. */
function openSmallDict(state: Walk, child: Child, place: Place, dict: DictNode): boolean {
  if (!mayBeNumbers(child, place) || child.path === "" || child.isRow === true || state.leaves.has(dict)) return false;
  if (state.opened.has(dict)) return true;
  const children = childrenOfSmallDict(dict, child.path);
  if (children === undefined) return false;
  if (children === null) {
    state.leaves.add(dict);
    listValue(state.listing, child, place);
  } else if (enter(state, child, place, dict)) state.stack.push({ children, places: inside(place), next: 0 });
  return true;
}

async function look(state: Walk, child: Child, place: Place): Promise<void> {
  const { value } = child;
  if (mayBeNumbers(child, place) && areRecords(value)) return listValue(state.listing, child, place);
  if (isEstimator(value)) return openEstimator(state, child, place, value);
  if (place.role === "hyperparameter" && !holdsEstimator(value))
    return listValue(state.listing, child, place, await asPythonNumber(value));
  if (mayBeNumbers(child, place) && (await listNumbers(state, child, place))) return;
  if (child.isPlain !== true && (await listTableOf(state, child, place))) return;
  if (!isNode(value) || child.isPlain === true || state.leaves.has(value)) listValue(state.listing, child, place);
  else await openContainer(state, child, place, value);
}

/** What pandas makes an index by. */
const INDEX = /^_new_\w*Index$/;

/** Sparse matrices are one parameter; tables of pandas are opened at their columns. */
async function listTableOf(state: Walk, child: Child, place: Place): Promise<boolean> {
  const { value, path, name } = child;
  if (!isNode(value)) return false;
  const isRoot = path === "" && place.depth === 0;
  const matrix =
    value.kind === "object"
      ? await sparseMatrix(value)
      : value.kind === "dict" && isRoot
        ? await sparseArchive(value)
        : undefined;
  if (matrix !== undefined) {
    const axes =
      name === undefined || place.facts === undefined
        ? [undefined, undefined]
        : axesOf(name, matrix, place.facts, place.owner);
    listParameter(state.listing, child, place, matrix, "tensor", axes);
    return true;
  }
  const index =
    value.kind === "object" && INDEX.test(classOf(value).name) ? await indexValue(value, state.work) : undefined;
  if (index !== undefined && enter(state, child, place, value)) {
    state.stack.push({ children: [{ ...child, value: index }], places: place, next: 0 });
    return true;
  }
  const frame = value.kind === "object" ? await frameOf(value, state.work) : undefined;
  if (frame === undefined || !enter(state, child, place, value)) return false;
  const children = frame.columns.map(({ name: column, part, value: held }): Child => {
    const address = path === "" ? rootKeyPath(column, false) : keyPath(path, column);
    if (part !== undefined) return { value: held, path: attributePath(address, part), name: part };
    return { value: held, path: address, within: path, key: column, name: column };
  });
  if (frame.index !== undefined)
    children.unshift({ value: frame.index, path: attributePath(path, "index"), name: "index" });
  const rows = frame.index === undefined ? undefined : await readNames(frame.index, state.work);
  const within = inside(place);
  // The columns' own names say nothing of an estimator: only the labels of the rows run along them.
  state.stack.push({ children, places: { ...within, facts: rows === undefined ? {} : { rows } }, next: 0 });
  return true;
}

/** Lists a value as a parameter when it is a numeric tensor. */
async function listNumbers(state: Walk, child: Child, place: Place): Promise<boolean> {
  const { value, path } = child;
  // Of a file that is nothing but such a dict each number has an address, as long as there are addresses.
  if (isNode(value) && value.kind === "dict")
    return (path !== "" || value.values.length > LIMITS.scalarParameters) && listTable(state, child, place, value);
  return listFound(state, child, place);
}

function listFound(state: Walk, child: Child, place: Place): boolean {
  const { value, name } = child;
  const found = numbersIn(state, value);
  if (found === undefined) return false;
  const { tensor, origin } = found;
  const axes =
    name === undefined || place.facts === undefined
      ? unlabelled(tensor.shape.length)
      : axesOf(name, tensor, place.facts, place.owner);
  listParameter(state.listing, child, place, tensor, origin, axes);
  return true;
}

async function listTable(state: Walk, child: Child, place: Place, dict: DictNode): Promise<boolean> {
  const table = await numberTable(dict, child.isRow === true, state.numberLists, state.tables, state.work);
  if (table === undefined) return false;
  listParameter(state.listing, child, place, table.tensor, "list", [table.labels]);
  return true;
}

/** The numeric tensor that a value is, if it is one. */
function numbersIn(state: Walk, value: Value): Pick<Parameter, "tensor" | "origin"> | undefined {
  if (isNode(value) && value.kind === "tensor")
    return isNumeric(value.tensor.dtype) && value.objects === undefined
      ? { tensor: value.tensor, origin: originOf(value) }
      : undefined;
  if (isNode(value) && value.kind === "list") {
    const tensor = listTensor(value, state.numberLists);
    return tensor === undefined ? undefined : { tensor, origin: "list" };
  }
  const tensor = scalarTensor(value);
  return tensor === undefined ? undefined : { tensor, origin: "scalar" };
}

function originOf(node: TensorNode): Parameter["origin"] {
  return node.className === "list" ? "list" : "tensor";
}

async function openContainer(state: Walk, child: Child, place: Place, node: Node): Promise<void> {
  if (state.opened.has(node)) return;
  const { path } = child;
  const isRoot = path === "" && place.depth === 0;
  const isNamed = isRoot && state.namedTensors && state.settings.size === 0;
  const named = isNamed && node.kind === "dict" ? namedEntries(node) : undefined;
  if (named !== undefined) {
    if (enter(state, child, place, node)) state.stack.push({ children: [], named, places: inside(place), next: 0 });
    return;
  }
  const children = await childrenOf(node, path, isRoot, state.namedTensors);
  if (children === undefined) {
    state.leaves.add(node);
    listValue(state.listing, child, place);
  } else if (enter(state, child, place, node)) {
    const held = isRoot ? await withSettings(state, children, place) : { children, places: inside(place) };
    state.stack.push({ ...held, next: 0 });
  }
}

/** The root's children, those that are settings opened: each entry of them is a hyper-parameter. */
async function withSettings(
  { settings, opened }: Walk,
  children: readonly Child[],
  place: Place,
): Promise<Pick<Frame, "children" | "places">> {
  if (settings.size === 0) return { children, places: inside(place) };
  const all: Child[] = [];
  const places: Place[] = [];
  for (const child of children) {
    const isSetting = child.name !== undefined && settings.has(child.name);
    if (isSetting && isNode(child.value)) opened.add(child.value);
    for (const each of isSetting ? await settingsIn(child, 0) : [child]) {
      all.push(each);
      places.push(isSetting ? { ...inside(place), role: "hyperparameter" } : inside(place));
    }
  }
  return { children: all, places };
}

/** False when a container, or what it holds, was opened before, or lies too deep. */
function enter(state: Walk, { path }: Child, { depth }: Place, node: Node): boolean {
  if (state.opened.has(node)) return false;
  if (depth >= LIMITS.valueDepth || path.length > LIMITS.pathLength) {
    state.listing.limits.add("depth");
    return false;
  }
  if (node.kind === "object" && isNode(node.state)) {
    if (state.states.has(node.state)) return false;
    state.states.add(node.state);
  }
  state.opened.add(node);
  return true;
}

async function openEstimator(state: Walk, child: Child, place: Place, node: ObjectNode): Promise<void> {
  if (!enter(state, child, place, node)) return;
  if (state.estimators.length >= LIMITS.namedValues) {
    state.listing.limits.add("count");
    return;
  }
  const path = child.path === "" ? "" : claim(state.listing, child.path, child);
  const isTree = isSklearnTree(node);
  const attributes = isTree ? treeAttributes(node) : (attributesOfObject(node) ?? []);
  await tellParts(node, state.reading);
  const facts = await learnFacts(node, state.reading);
  const owner = draftOf(node, path, facts, versionIn(attributes) ?? facts.version);
  state.estimators.push(owner);
  noteLearned(place, path);

  const roleOf = attributeRoles(node, attributes, owner.version);
  const booster = await openBooster(state, node, path);
  const depth = place.depth + 1;
  const children: Child[] = [];
  const places: Place[] = [];
  const isModule = isTorchModule(node);
  if (isModule)
    for (const { child: part, role, isAttribute } of modulePartsOf(node, path)) {
      children.push(part);
      places.push({ role, depth, owner, isAttribute, facts });
    }
  for (const attribute of isModule ? [] : attributes) {
    const { name, value } = attribute;
    if (name === VERSION_ATTRIBUTE) continue;
    if (booster?.attribute === name) {
      for (const entry of booster.entries) {
        for (const each of await heldChildren(entry, path)) {
          children.push(each);
          places.push({ role: entry.role, depth, owner, isAttribute: false, facts });
        }
      }
      continue;
    }
    const role = roleOf(attribute);
    if (role === "hyperparameter" && owner.module === "R") {
      for (const setting of await settingsWithin({ value, path: attributePath(path, name), name })) {
        children.push(setting.child);
        places.push({ role: setting.role, depth, owner, attribute: name, isAttribute: true, facts });
      }
      continue;
    }
    const isPlain = owner.library === "scikit-learn" && isBookkeeping(attribute);
    children.push({ value, path: attributePath(path, name), name, isPlain });
    places.push({ role, depth, owner, attribute: name, isAttribute: true, facts });
  }
  // A dict or list with attributes: what it holds comes after them.
  const held = isTree ? undefined : await childrenOf({ ...node, state: null, moreStates: [] }, path, false, false);
  for (const each of held ?? []) {
    children.push(each);
    places.push({ role: "fitted", depth, owner, isAttribute: false });
  }
  state.stack.push({ children, places, next: 0 });
}

/** What a booster holds in its library's own form is read in place of its bytes. */
async function openBooster(state: Walk, node: ObjectNode, path: string): Promise<HeldBooster | undefined> {
  const held = await heldBooster(node, state.work);
  if (held === undefined) return undefined;
  if (held instanceof ArtifactError) {
    state.isWhole = false;
    state.findings.push(
      finding(
        "integrity/not-read",
        "warning",
        say("The model that {path} holds was not read: {reason}.", { path, reason: held.message }),
        { path },
      ),
    );
    return undefined;
  }
  state.isWhole &&= held.raw.complete;
  state.findings.push(...heldFindings(held, path));
  return held;
}

/** Dicts of settings lie in each other; lists are settings themselves. */
const SETTINGS_DEPTH = 8;

/** Every setting of a dict of them, else the value itself. */
async function settingsIn(child: Child, depth: number): Promise<readonly Child[]> {
  const { value, path } = child;
  if (!isNode(value) || value.kind !== "dict" || depth >= SETTINGS_DEPTH) return [child];
  const entries = await childrenOf(value, path, false, false);
  if (entries === undefined) return [child];
  const found: Child[] = [];
  for (const each of entries) append(found, await settingsIn(each, depth + 1));
  return found;
}

async function heldChildren({ name, value, role }: HeldEntry, base: string): Promise<readonly Child[]> {
  const child = { value, path: attributePath(base, name), name };
  return role === "hyperparameter" ? settingsIn(child, 0) : [child];
}

function draftOf(node: ObjectNode, path: string, facts: Facts, version: string | undefined): Draft {
  const { module, name } = classOf(node);
  const library = libraryOf(module);
  return {
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
}
