import { type DictNode, type GlobalNode, isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import { isDangerousModule, withoutVendor } from "./classify.ts";
import { wordsOfCode } from "./code-words.ts";
import { noteCompared, noteConverted } from "./converted.ts";
import type { Evaluation } from "./evaluation.ts";
import { argumentsOf } from "./graph.ts";
import { isKeepableModule } from "./keepable.ts";
import { hasMethod, isInstanceOfMade, type MadeClass, noteUse, runsCode } from "./made-classes.ts";

/**
 * Functions and classes by value: cloudpickle, dill and numba write a function as its compiled code, and loading makes it
 * of that. To make one runs nothing of it. It is dangerous where loading would run it, where its code names what
 * runs programs or reaches into the interpreter, and where it cannot be told; else it is unusual.
 */
export type Made =
  /** A code object. */
  | "code"
  | "function"
  | "class"
  /** A variable of a closure. */
  | "cell"
  /** A module that is imported by a call. */
  | "module"
  /** Something that takes attributes or items of what it will be called with: `operator.attrgetter("a")`. */
  | "getter"
  /** Something that loads modules when it is asked to: `SourceFileLoader`, and a `ModuleSpec` that has one. */
  | "loader"
  /** Whatever is in a pickle within. */
  | "unpickled"
  /** dill's way to `setattr`. */
  | "setattr";

type Maker =
  | "code"
  | "function"
  | "function state"
  | "class"
  | "class by steps"
  | "class state"
  | "same class"
  | "cell"
  | "module";

const CLOUDPICKLE: readonly (readonly [string, Maker])[] = [
  ["_make_function", "function"],
  ["_make_skel_func", "function"],
  ["_function_setstate", "function state"],
  ["_fill_function", "function state"],
  ["_make_skeleton_class", "class"],
  ["_make_skeleton_enum", "class"],
  ["_class_setstate", "class state"],
  ["_rehydrate_skeleton_class", "class state"],
  ["_lookup_class_or_track", "same class"],
  ["_make_cell", "cell"],
  ["_make_empty_cell", "cell"],
  ["subimport", "module"],
];
const DILL: readonly (readonly [string, Maker])[] = [
  ["_create_code", "code"],
  ["_create_function", "function"],
  ["_create_type", "class"],
  ["_create_cell", "cell"],
  ["_import_module", "module"],
];
const TYPES: readonly (readonly [string, Maker])[] = [
  ["CodeType", "code"],
  ["FunctionType", "function"],
  ["LambdaType", "function"],
  ["CellType", "cell"],
  ["new_class", "class by steps"],
];

const MAKERS: ReadonlyMap<string, ReadonlyMap<string, Maker>> = new Map([
  ["cloudpickle.cloudpickle", new Map(CLOUDPICKLE)],
  ["cloudpickle.cloudpickle_fast", new Map(CLOUDPICKLE)],
  ["dill._dill", new Map(DILL)],
  ["dill.dill", new Map(DILL)],
  ["types", new Map(TYPES)],
]);

export function makerOf(module: string, name: string): Maker | undefined {
  return MAKERS.get(withoutVendor(module))?.get(name);
}

/** True for what makes a function of code and a dict with its names. */
export function makesOfNames({ module, name }: GlobalNode): boolean {
  return makerOf(module, name) === "function";
}

export function makesClass({ module, name }: GlobalNode): boolean {
  const maker = makerOf(module, name);
  return maker === "class" || maker === "class by steps";
}

/** True for what makes functions of code: a finding of its own says what they are. */
export function makesFunctions(module: string, name: string): boolean {
  return ["code", "function", "function state"].includes(makerOf(module, name) ?? "");
}

/** Methods of a class by value that loading calls by itself sooner or later, once there is such a class. */
const CALLED_BY_ITSELF =
  "__del__ __init_subclass__ __set_name__ __prepare__ __mro_entries__ __class_getitem__ __missing__ _missing_";
const SELF_CALLED = CALLED_BY_ITSELF.split(" ");
/** What Python looks into when a class gets it: `__slots__`, `__abstractmethods__`. */
const READ = /^(?:__\w+__|_abc_impl)$/;

/** What the call of a maker gives; a call that is harmless is excused. `callable` was noted as called. */
export function noteMade(node: ObjectNode, callable: GlobalNode, evaluation: Evaluation): void {
  const maker = makerOf(callable.module, callable.name);
  if (maker === undefined || evaluation.isScanning) return;
  const { made, imports } = evaluation;
  const { args } = node;
  const [first, second] = args;
  if (maker !== "cell") noteConverted(args, evaluation, node.offset);
  switch (maker) {
    case "code": {
      const name = wordsOfCode(args, made, evaluation.namespaces);
      if (name === undefined) return;
      imports.madeFunction(name);
      made.set(node, "code");
      break;
    }
    case "function":
      if (!isMade(first, "code", evaluation) || !isNamespace(second)) return;
      evaluation.namespaces.isNamespace(second);
      if (isModuleNamespace(second)) imports.kept(second);
      made.set(node, "function");
      break;
    case "function state":
      // Anything else that is given a state here is the process's own.
      if (!isMade(first, "function", evaluation)) return;
      noteConverted(slotsOf(second), evaluation, node.offset);
      break;
    case "class":
      noteClass(node, node.args, callable, evaluation);
      return;
    case "class by steps": {
      const same = classOfSteps(args);
      if (same === undefined) return;
      imports.kept(same.by);
      imports.excused(callable, "unusual");
      noteClass(node, same.args, callable, evaluation);
      return;
    }
    case "class state":
      if (isMade(first, "class", evaluation)) {
        noteConverted(partsOf(second), evaluation, node.offset);
        noteMembers(first as ObjectNode, partsOf(second), callable, evaluation);
        sameClass(node, first, evaluation);
      } else imports.misused(callable);
      return;
    case "same class":
      sameClass(node, second, evaluation);
      return;
    case "cell":
      made.set(node, "cell");
      return;
    case "module":
      made.set(node, "module");
      if (typeof first !== "string") return;
      if (isHarmlessModule(first)) break;
      if (!isKeepableModule(first)) return;
      evaluation.namespaces.mayHold(node, [first, first.slice(first.lastIndexOf(".") + 1)]);
      imports.heldBy(evaluation.namespaces, callable, node, true);
      return;
  }
  imports.excused(callable, "unusual");
}

function isMade(value: Value | undefined, kind: Made, { made }: Evaluation): boolean {
  return isNode(value) && made.get(value) === kind;
}

/** Where the names of a function come from: a dict of the file, none, the module that dill loads into or another one. */
function isNamespace(value: Value | undefined): boolean {
  if (!isNode(value)) return value === null || value === undefined || typeof value === "string";
  if (value.kind === "global" && value.name === "__main__") return true;
  return value.kind === "dict" || isModuleNamespace(value);
}

/** dill gives functions of modules `module.__dict__`; that nothing is put into it is seen where it would be. */
function isModuleNamespace(value: Value | undefined): value is GlobalNode {
  if (!isNode(value) || value.kind !== "global" || value.name !== "__dict__") return false;
  return !isDangerousModule(value.module) && !/^(?:builtins|__builtin__)$/.test(value.module);
}

/** Modules that functions refer to as a whole, and which to have is not yet to use. */
const HANDY = new Set([
  "os",
  "os.path",
  "sys",
  "glob",
  "platform",
  "posixpath",
  "ntpath",
  "builtins",
  "__builtin__",
  "__main__",
]);

function isHarmlessModule(name: string): boolean {
  return HANDY.has(name) || !isDangerousModule(name);
}

/** `_make_skeleton_class(metaclass, name, bases, ...)` and the like: whatever is the metaclass is called. */
function noteClass(
  node: ObjectNode,
  [first, name, bases, members]: readonly Value[],
  callable: GlobalNode,
  evaluation: Evaluation,
): void {
  const { made, imports, classes } = evaluation;
  made.set(node, "class");
  const isEnum = callable.name === "_make_skeleton_enum";
  if (isNode(first) && first.kind === "global") imports.called(first);
  if (typeof name !== "string" || !(isEnum || isMetaclass(first) || isPlainMetaclass(first, evaluation)))
    imports.misused(callable);
  const given = argumentsOf((isEnum ? first : bases) ?? null) ?? [];
  classes.set(node, { methods: new Set(), bases: given.filter((base) => isMade(base, "class", evaluation)) as Node[] });
  noteMembers(node, partsOf(members), callable, evaluation);
  if (isEnum && isNode(members) && members.kind === "dict") noteCompared(members.values, evaluation, node.offset);
  // The members of an enum are made with what its bases bring.
  const isMaking = ["__new__", "__init__", "_generate_next_value_"].some((method) =>
    hasMethod(node, method, evaluation),
  );
  if (isEnum && isMaking) runsCode(node.offset, evaluation);
}

/** What gives a class that it was given. */
function sameClass(node: ObjectNode, value: Value | undefined, { made, classes }: Evaluation): void {
  const known = isNode(value) ? classes.get(value) : undefined;
  if (known === undefined) return;
  made.set(node, "class");
  classes.set(node, known);
}

/**
 * `types.new_class(name, bases, {"metaclass": type}, partial(_setitems, source=members))`: how dill makes a class whose bases are
 * generic, the one call in two.
 */
function classOfSteps(args: readonly Value[]): { by: GlobalNode; args: readonly Value[] } | undefined {
  const [name, bases, keywords, filled] = args;
  if (args.length !== 4 || !isNode(keywords) || keywords.kind !== "dict" || !isNode(filled)) return undefined;
  if (keywords.keys.length > 1 || (keywords.keys.length === 1 && keywords.keys[0] !== "metaclass")) return undefined;
  if (filled.kind !== "object" || filled.moreStates !== undefined || filled.entries !== undefined) return undefined;
  if (!isPartialType(filled.callable)) return undefined;
  const [by, positional, named, rest] = argumentsOf(filled.state) ?? [];
  if (!setsItems(by) || rest !== null) return undefined;
  if (filled.args.length !== 1 || filled.args[0] !== by || argumentsOf(positional)?.length !== 0) return undefined;
  if (!isNode(named) || named.kind !== "dict" || named.keys.length !== 1 || named.keys[0] !== "source")
    return undefined;
  const [members] = named.values;
  if (!isNode(members) || members.kind !== "dict") return undefined;
  return { by, args: [keywords.values[0] ?? null, name ?? null, bases ?? null, members] };
}

/** dill's `_setitems(target, items)`. */
export function setsItems(value: Value | undefined): value is GlobalNode {
  return isNode(value) && value.kind === "global" && value.name === "_setitems" && isOfDill(value);
}

function isOfDill({ module }: GlobalNode): boolean {
  return module === "dill._dill" || module === "dill.dill";
}

/** `functools.partial`, or dill's name of it. */
function isPartialType(value: Value): boolean {
  if (!isNode(value)) return false;
  if (value.kind === "global") return value.module === "functools" && value.name === "partial";
  return typeOfDill(value) === "PartialType";
}

/** `_load_type("str")`: dill's name for a class of Python's own. */
export function typeOfDill(value: Value | undefined): string | undefined {
  if (!isNode(value) || value.kind !== "object" || !isNode(value.callable)) return undefined;
  const { callable, args } = value;
  const isNamed = callable.kind === "global" && callable.name === "_load_type" && isOfDill(callable);
  return isNamed && args.length === 1 && typeof args[0] === "string" ? args[0] : undefined;
}

/** `type` and `ABCMeta`, which keep members as they are. */
export function isOfType(value: Value | undefined): boolean {
  if (isNode(value) && value.kind === "global") return value.name === "type" || value.name === "ABCMeta";
  return isNode(value) && value.kind === "object" && isMetaclass(value);
}

/** A metaclass by value without a method that making a class would call, now or later on. */
function isPlainMetaclass(value: Value | undefined, { classes }: Evaluation): boolean {
  const known = isNode(value) ? classes.get(value) : undefined;
  if (known === undefined || known.bases.length > 0) return false;
  known.isMetaclass = true;
  return ![...known.methods].some(isCalledByClasses);
}

/** Methods of a metaclass that its classes call by themselves. */
function isCalledByClasses(name: string): boolean {
  return name.startsWith("_") || name === "mro";
}

/** `type`, `EnumMeta`, or dill's name of one: anything else that is called for a metaclass is a function. */
function isMetaclass(value: Value | undefined): boolean {
  if (!isNode(value)) return false;
  if (value.kind === "global")
    return /^(?:type|\w*(?:Meta|Type|Metaclass|metaclass))$/.test(value.name.split(".").at(-1) ?? "");
  if (value.kind !== "object" || !isNode(value.callable) || value.callable.kind !== "global") return false;
  const [named] = value.args;
  return (
    /^_(?:load|builtin)_type$/.test(value.callable.name) &&
    typeof named === "string" &&
    /^(?:type|TypeType|ClassType)$/.test(named)
  );
}

/** The dicts of a state: `attributes`, or `(attributes, slots)`. */
function partsOf(state: Value | undefined): readonly Value[] {
  if (!isNode(state)) return [];
  return state.kind === "list" ? state.items : [state];
}

/** `(attributes, slots)` of a function and what is in the slots: `__globals__`, which is gone through. */
function slotsOf(state: Value | undefined): readonly Value[] {
  const parts = partsOf(state);
  const [, slots] = parts;
  return isNode(slots) && slots.kind === "dict" ? [...parts, ...slots.values] : parts;
}

/** Attributes that a class by value gets. */
export function noteMembers(
  target: ObjectNode,
  parts: readonly Value[],
  through: GlobalNode | undefined,
  evaluation: Evaluation,
): void {
  const known = evaluation.classes.get(target);
  if (known === undefined) return;
  for (const part of parts) {
    if (!isNode(part) || part.kind !== "dict") continue;
    evaluation.spend(part.keys.length / 4);
    if (comparesKeys(part)) hashesKeys(known, evaluation, target.offset);
    for (const [i, key] of part.keys.entries()) {
      const value = part.values[i];
      if (key === "__bases__" || key === "__class__") runsCode(target.offset, evaluation);
      if (key === "__hash__" && value !== null) hashesKeys(known, evaluation, target.offset);
      // What is imported is judged by its own name.
      if (typeof key !== "string" || !isNode(value) || value.kind !== "object") continue;
      if (evaluation.attributes.has(value)) continue;
      if (key === "metaclass" && evaluation.made.has(value)) runsCode(target.offset, evaluation);
      if (isInstanceOfMade(value, evaluation)) {
        if (READ.test(key)) runsCode(target.offset, evaluation);
        noteUse(value, "member", evaluation, target.offset);
      }
      known.methods.add(key);
      if (known.isMetaclass === true && isCalledByClasses(key)) runsCode(target.offset, evaluation);
      if (!SELF_CALLED.includes(key)) continue;
      if (through === undefined) runsCode(target.offset, evaluation);
      else evaluation.imports.misused(through);
    }
  }
}

/**
 * `__eq__` without `__hash__ = None`, which Python puts beside it: instances are keys of dicts and sets, and those of the same hash
 * are compared.
 */
function comparesKeys({ keys, values }: DictNode): boolean {
  const equals = values[keys.indexOf("__eq__")];
  if (!isNode(equals) || equals.kind !== "object") return false;
  const at = keys.indexOf("__hash__");
  return at < 0 || values[at] !== null;
}

function hashesKeys(known: MadeClass, evaluation: Evaluation, offset: number): void {
  known.methods.add("__hash__");
  evaluation.hashesOwn = true;
  if (known.isMetaclass === true) runsCode(offset, evaluation);
}

/** A state that gives an instance another class. */
export function noteOtherClass(parts: readonly Value[], evaluation: Evaluation, offset: number): void {
  if (evaluation.made.size === 0) return;
  for (const part of parts)
    if (isNode(part) && part.kind === "dict" && part.keys.includes("__class__")) runsCode(offset, evaluation);
}

/**
 * `setattr(made, name, value)`: true where it only gives an attribute to what the file itself has made. dill names a class of
 * an enum before it sets its full name, which is a text that nothing runs.
 */
export function setsOwnAttribute([target, name, value]: readonly Value[], evaluation: Evaluation): boolean {
  if (isNode(target) && target.kind === "global") return name === "__qualname__" && typeof value === "string";
  if (!isNode(target) || typeof name !== "string" || target.kind !== "object") return false;
  const kind = evaluation.made.get(target);
  if (kind === "class")
    noteMembers(target, [{ kind: "dict", keys: [name], values: [value ?? null] }], undefined, evaluation);
  return kind === "function" || kind === "class" || kind === "cell";
}
