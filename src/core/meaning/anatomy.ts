import { classNameOf, type DictNode, isNode, type ObjectNode, type Value } from "../model/value.ts";
import { isDefinition, isEmpty, namedArguments } from "./python/attributes.ts";
import { madeClass } from "./python/made-class.ts";

/** What an object is an instance of. */
export interface ClassName {
  readonly module: string;
  readonly name: string;
}

const UNKNOWN: ClassName = { module: "", name: "object" };

/** Functions that make an instance of the class that is their first argument (`copyreg.py`, protocols 0 to 2). */
const MAKERS = new Set([
  "copyreg._reconstructor",
  "copy_reg._reconstructor",
  "copyreg.__newobj__",
  "copyreg.__newobj_ex__",
]);

/** The class of an object: the global that makes it, looked up through Python's own reconstruction functions. */
export function classOf(node: ObjectNode): ClassName {
  const { callable } = node;
  const maker = makerOf(callable);
  const made = maker !== undefined && (MAKERS.has(maker) || maker.endsWith(".newObj")) ? node.args[0] : callable;
  return isNode(made) && made.kind === "global" ? made : (madeClass(made) ?? UNKNOWN);
}

/** The full name of a callable that may be a maker. It is asked for with every value: most modules and names have none. */
function makerOf(callable: Value): string | undefined {
  if (!isNode(callable)) return undefined;
  const isGlobal = callable.kind === "global";
  if (isGlobal && !callable.module.startsWith("copy") && !callable.name.endsWith("newObj")) return undefined;
  return classNameOf(callable);
}

/** Arguments that are data and have no name: without the class that a reconstruction function is given. */
export function dataArguments(node: ObjectNode): readonly Value[] {
  if (namedArguments(node) !== undefined) return [];
  const maker = makerOf(node.callable);
  if (maker === undefined || !MAKERS.has(maker)) return node.args;
  // _reconstructor(cls, base, state): the state of a base such as dict or list is data.
  return maker.endsWith("_reconstructor") ? node.args.slice(2).filter((arg) => arg !== null) : node.args.slice(1);
}

/** True for an object that one of Python's own reconstruction functions makes: its class is an argument. */
export function isReconstructed(node: ObjectNode): boolean {
  return MAKERS.has(classNameOf(node.callable) ?? "") && classOf(node) !== UNKNOWN;
}

/** One attribute with its name, the last of duplicates, in file order. */
export interface Attribute {
  readonly name: string;
  readonly value: Value;
}

/**
 * Attributes of an object in file order: its state when that is a dict, both parts of (dict, slots), and later states
 * over earlier ones. Undefined when it has no state of that form.
 */
export function attributesOfObject(node: ObjectNode): readonly Attribute[] | undefined {
  const known = collected.get(node);
  if (known !== undefined) return known === null ? undefined : known;
  const attributes = collectAttributes(node);
  collected.set(node, attributes ?? null);
  return attributes;
}

/** A graph does not change once it is read, and objects are asked for their attributes again and again. */
const collected = new WeakMap<ObjectNode, readonly Attribute[] | null>();

/** What a results object of statsmodels wraps: the wrapper has all attributes of it, and none of its own. */
function wrappedResults(node: ObjectNode): ObjectNode | undefined {
  const { module, name } = classOf(node);
  if (!module.startsWith("statsmodels.") || !name.endsWith("Wrapper") || node.state === undefined) return undefined;
  const [held] = stateDicts(node.state).map((dict) => dict.values[dict.keys.lastIndexOf("_results")]);
  return isNode(held) && held.kind === "object" && held !== node ? held : undefined;
}

function collectAttributes(node: ObjectNode, isWrapped = false): readonly Attribute[] | undefined {
  const results = isWrapped ? undefined : wrappedResults(node);
  if (results !== undefined) return collectAttributes(results, true);
  const states = [node.state, ...(node.moreStates ?? [])];
  const dicts = states.flatMap(stateDicts);
  const named = namedArguments(node);
  if (dicts.length === 0 && named === undefined) return undefined;
  const [only, ...others] = dicts;
  const whole = named === undefined && others.length === 0 && only !== undefined ? attributesIn(only) : undefined;
  if (whole !== undefined) return whole;
  const found = new Map((named ?? []).map(({ name, value }) => [name, value]));
  for (const dict of dicts)
    for (let i = 0; i < dict.keys.length; i++) {
      const key = dict.keys[i];
      const value = dict.values[i];
      if (typeof key === "string" && value !== undefined) found.set(key, value);
    }
  const attributes = [...found].map(([name, value]) => ({ name, value }));
  if (named === undefined || !isDefinition(node)) return attributes;
  return attributes.filter(({ name, value }) => name !== "_cloudpickle_submodules" && !isEmpty(value));
}

/** What is in one dict whose keys are different texts, which most are; undefined for any other. */
function attributesIn({ keys, values }: DictNode): Attribute[] | undefined {
  if (keys.length > FEW_KEYS ? !areDistinct(keys) : hasRepeated(keys)) return undefined;
  const attributes: Attribute[] = [];
  for (let i = 0; i < keys.length; i++) {
    const [name, value] = [keys[i], values[i]];
    if (typeof name === "string" && value !== undefined) attributes.push({ name, value });
  }
  return attributes;
}

/** Keys of the object before: objects of one class follow each other, and comparing takes a tenth of what a set takes. */
let before: readonly Value[] = [];

function areDistinct(keys: readonly Value[]): boolean {
  if (keys.length === before.length && keys.every((key, i) => key === before[i])) return true;
  if (new Set(keys).size !== keys.length) return false;
  // What it holds on to stays small.
  if (keys.length < 65_536) before = keys;
  return true;
}

function stateDicts(state: Value | undefined): DictNode[] {
  if (!isNode(state)) return [];
  if (state.kind === "dict") return [state];
  if (state.kind !== "list" || state.type !== "tuple" || state.items.length !== 2) return [];
  const parts = state.items.filter((item): item is DictNode => isNode(item) && item.kind === "dict");
  const rest = state.items.filter((item) => item !== null && !(isNode(item) && item.kind === "dict"));
  return rest.length === 0 ? parts : [];
}

/** One attribute of an object; undefined when it has none of that name. */
export function attributeOf(value: Value | undefined, name: string): Value | undefined {
  if (!isNode(value) || value.kind !== "object") return undefined;
  return attributesOfObject(value)?.find((attribute) => attribute.name === name)?.value;
}

/** One entry of a dict. */
export interface DictPair {
  readonly key: Value;
  readonly value: Value;
}

/** The pairs of a dict: keys in file order, the last value of a duplicate key. */
export function dictPairs({ keys, values, areKeysDistinct }: DictNode): readonly DictPair[] {
  const last = areKeysDistinct === true ? undefined : lastPositions(keys);
  const pairs: DictPair[] = [];
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i];
    const value = values[i];
    if (key === undefined || value === undefined) continue;
    if (last === undefined || typeof key !== "string" || last.get(key) === i) pairs.push({ key, value });
  }
  return pairs;
}

/** Comparing as many with each other takes less than a set of them. */
const FEW_KEYS = 8;

function hasRepeated(keys: readonly Value[]): boolean {
  for (let i = 1; i < keys.length; i++)
    for (let j = 0; j < i; j++) if (keys[i] === keys[j] && typeof keys[i] === "string") return true;
  return false;
}

/** Where each text key stands last; undefined when none repeats, which is the rule. */
function lastPositions(keys: readonly Value[]): ReadonlyMap<string, number> | undefined {
  if (keys.length <= FEW_KEYS && !hasRepeated(keys)) return undefined;
  const different = new Set<string>();
  let texts = 0;
  for (const key of keys) {
    if (typeof key !== "string") continue;
    texts++;
    different.add(key);
  }
  if (different.size === texts) return undefined;
  const last = new Map<string, number>();
  for (const [i, key] of keys.entries()) if (typeof key === "string") last.set(key, i);
  return last;
}
