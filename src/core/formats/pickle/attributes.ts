import { type GlobalNode, isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import { typeOfDill } from "./by-value.ts";
import { classify } from "./classify.ts";
import type { Evaluation } from "./evaluation.ts";

/**
 * `getattr(X, "name")` on a class that the file imports, or on an instance of one. Protocol 4 writes the attributes of
 * classes as one import of `X.name`; earlier ones need `getattr` for nested classes, and every protocol for methods, so
 * that time zones, members of enums and `str.lower` name it. Where all is known, what is reached is judged by its own
 * name, as protocol 4 has it, and not by `getattr`; anywhere else `getattr` stays dangerous.
 */
export interface Attribute {
  /** The import of `getattr`. */
  readonly getter: GlobalNode;
  /** What is reached, as one import. */
  readonly reached: GlobalNode;
  readonly isOfInstance: boolean;
  /** `X.__new__`: what it makes is an instance of a class, as NEWOBJ does. */
  readonly isNew: boolean;
}

const BUILTINS = /^(?:builtins|__builtin__)$/;
const IDENTIFIER = /^[A-Za-z_]\w*$/;
/** Methods of classes that enums name as their own. */
const SHOWS = /^__(?:repr|str|format|hash|eq)__$/;
const CLASS = /^_{0,2}[A-Z]\w*$/;

/** Class methods that make an instance of their class from its state. */
const MAKER = /^_*(?:unpickle|reconstruct|rebuild|restore|recreate|make|create|new|from)(?:_|$)/;
const NOT_STATE = /file|path|url|disk|hub|pretrained|csv|pickle|config|command|code|module|import|string/;

/** Notes what a call of `getattr` reaches, where that is known and not dangerous. */
export function noteAttribute(node: ObjectNode, getter: GlobalNode, evaluation: Evaluation): void {
  if (evaluation.isScanning) return;
  if (getter.name === "_getattr" && getter.module === "dill._dill") {
    if (reachSlot(node, getter, evaluation)) evaluation.imports.excused(getter, "unusual");
    return;
  }
  if (getter.name !== "getattr" || !BUILTINS.test(getter.module)) return;
  const [owner, name, instead] = node.args;
  if (node.args.length === 3 && isSetterOfDill(owner, name, instead)) {
    evaluation.made.set(node, "setattr");
    evaluation.imports.called(instead);
    evaluation.imports.excused(instead, "unusual");
    evaluation.imports.excused(getter);
  } else if (node.args.length === 2 && reach(node, getter, owner, name, evaluation)) evaluation.imports.excused(getter);
}

/** `getattr(dill._dill, "_setattr", setattr)`: what dill sets attributes with. */
function isSetterOfDill(
  owner: Value | undefined,
  name: Value | undefined,
  instead: Value | undefined,
): instead is GlobalNode {
  const isDill = isNode(owner) && owner.kind === "global" && owner.module === "dill" && owner.name === "_dill";
  const isSetter = isNode(instead) && instead.kind === "global" && BUILTINS.test(instead.module);
  return isDill && name === "_setattr" && isSetter && instead.name === "setattr";
}

/** `<slot wrapper '__repr__' of 'str' objects>`. */
const SLOT = /^<(?:slot wrapper|method|attribute|member) '(\w+)' of '(\w+)' objects>$/;

/**
 * `_getattr(str, "__repr__", "<slot wrapper '__repr__' of 'str' objects>")`: dill's name for a method of one of Python's own
 * classes. It evaluates the class that the text has; so all three have to say the same.
 */
function reachSlot(node: ObjectNode, getter: GlobalNode, evaluation: Evaluation): boolean {
  const [owner, name, text] = node.args;
  if (node.args.length !== 3 || typeof name !== "string" || typeof text !== "string") return false;
  const [, named, of = ""] = SLOT.exec(text) ?? [];
  if (named !== name || typeOfDill(owner) !== of || !PLAIN.has(of)) return false;
  if (classify("builtins", `${of}.${name}`, "import") === "dangerous") return false;
  const reached = evaluation.imports.global("builtins", `${of}.${name}`, node.offset);
  evaluation.attributes.set(node, { getter, reached, isOfInstance: false, isNew: false });
  return true;
}

/** Classes of Python's own that classes by value derive from, by dill's name for them. */
const PLAIN = new Set("object str int float complex bool bytes bytearray tuple list dict set frozenset".split(" "));

/** Notes what an attribute of `owner` is: true where that is known and not dangerous. */
export function reach(
  node: ObjectNode,
  getter: GlobalNode,
  owner: Value | undefined,
  name: Value | undefined,
  evaluation: Evaluation,
): boolean {
  if (owner === undefined || typeof name !== "string" || !IDENTIFIER.test(name)) return false;
  const of = ownerOf(owner, evaluation);
  if (of === undefined) return false;
  const isNew = name === "__new__" && !of.isInstance;
  if (name.startsWith("__") && !isNew && (of.isInstance || !SHOWS.test(name))) return false;
  const path = isNew ? of.name : `${of.name}.${name}`;
  if (classify(of.module, path, "import") === "dangerous") return false;
  const reached = evaluation.imports.global(of.module, path, node.offset);
  evaluation.attributes.set(node, { getter, reached, isOfInstance: of.isInstance, isNew });
  return true;
}

interface Owner {
  readonly module: string;
  readonly name: string;
  readonly isInstance: boolean;
}

function ownerOf(value: Value, evaluation: Evaluation): Owner | undefined {
  if (typeof value === "string") return { module: "builtins", name: "str", isInstance: true };
  if (!isNode(value)) return undefined;
  if (value.kind === "dict" || value.kind === "list")
    return { module: "builtins", name: value.kind === "dict" ? "dict" : value.type, isInstance: true };
  const owner = classOf(value, evaluation);
  if (owner !== undefined) return { ...owner, isInstance: false };
  if (value.kind !== "object" || evaluation.attributes.has(value)) return undefined;
  const made = classOf(value.callable, evaluation);
  return made === undefined ? undefined : { ...made, isInstance: true };
}

/** The class that dill names: an enum has its `__new__` of `object`, `str` or `int`. */
function plainClass(value: Node): { module: string; name: string } | undefined {
  const name = typeOfDill(value) ?? "";
  return PLAIN.has(name) ? { module: "builtins", name } : undefined;
}

/** The class that an import stands for, by the looks of its name or because it is known. */
function classOf(value: Value, evaluation: Evaluation): { module: string; name: string } | undefined {
  if (!isNode(value)) return undefined;
  const attribute = value.kind === "object" ? evaluation.attributes.get(value) : undefined;
  const found = value.kind === "global" ? value : attribute?.isOfInstance === false ? attribute.reached : undefined;
  if (found === undefined) return plainClass(value);
  const { module, name } = found;
  const isClass = CLASS.test(name.slice(name.lastIndexOf(".") + 1)) || classify(module, name, "import") === "ordinary";
  return isClass ? { module, name } : undefined;
}

/** `getattr(names, "update")`: dill gives functions the names that they use, a dict of the file the items of another. */
export function updatesNames(callable: Value, { attributes }: Evaluation): boolean {
  const attribute = isNode(callable) && callable.kind === "object" ? attributes.get(callable) : undefined;
  return attribute?.isOfInstance === true && isUpdate(attribute.reached);
}

function isUpdate({ module, name }: GlobalNode): boolean {
  return module === "builtins" && name === "dict.update";
}

/**
 * Loading would call what `getattr` gave: true where that is known to be harmless in the way that calling any class is.
 * Otherwise `getattr` is what it was: a way to call anything.
 */
export function callAttribute(attribute: Attribute, evaluation: Evaluation): boolean {
  const { getter, reached, isOfInstance } = attribute;
  const last = reached.name.slice(reached.name.lastIndexOf(".") + 1);
  const isMaker = CLASS.test(last) || (MAKER.test(last) && !NOT_STATE.test(last));
  if (!isOfInstance && (isMaker || classify(reached.module, reached.name, "call") === "ordinary")) {
    evaluation.imports.called(reached);
    return true;
  }
  if (isOfInstance && isUpdate(reached)) return true;
  evaluation.imports.misused(getter);
  return false;
}
