import { isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import { COMPUTED } from "./classify.ts";
import type { Evaluation } from "./evaluation.ts";

/** A class by value. */
export interface MadeClass {
  /** Attributes that it brings and does not import. */
  readonly methods: Set<string>;
  /** Its bases that are by value themselves. */
  readonly bases: readonly Node[];
  /** Another class is made by it. */
  isMetaclass?: true;
}

/** Loading would run code that the file brings. */
export function runsCode(offset: number, evaluation: Evaluation): void {
  evaluation.imports.called(evaluation.imports.global(COMPUTED, COMPUTED, offset));
}

/** What loading does with an instance, and the methods that this calls. */
const METHODS = {
  // `mro`: of a class of classes, whose instances are classes.
  call: ["__init__", "__new__", "__call__", "mro"],
  new: ["__new__", "mro"],
  state: ["__setstate__", "__getattr__", "__getattribute__", "__dict__"],
  // What `ABCMeta` asks each attribute of a class, and an enum its members.
  member: ["__isabstractmethod__", "__getattr__", "__getattribute__"],
  compare: ["__eq__", "__getattr__", "__getattribute__"],
  append: ["append", "extend", "__getattr__", "__getattribute__"],
  add: ["add", "__getattr__", "__getattribute__"],
  set: ["__setitem__"],
} as const;

/** Notes where loading would run a method that a class by value brings. `of`: the class, or an instance of it. */
export function noteUse(of: Value, use: keyof typeof METHODS, evaluation: Evaluation, offset: number): void {
  if (evaluation.classes.size === 0) return;
  const made = classOf(of, evaluation);
  if (made !== undefined && METHODS[use].some((name) => hasMethod(made, name, evaluation)))
    runsCode(offset, evaluation);
}

/** The second dict of a state is set attribute by attribute: of a property that a class by value brings, by its function. */
export function noteSlots(of: Value, state: Value, evaluation: Evaluation, offset: number): void {
  if (evaluation.classes.size === 0 || !isNode(state)) return;
  const made = classOf(of, evaluation);
  if (made === undefined) return;
  // A dict alone goes into the instance's own; a list is nothing that is set.
  const isSet = state.kind !== "dict" && !(state.kind === "list" && state.type === "list");
  if (isSet && hasMethod(made, "__setattr__", evaluation)) runsCode(offset, evaluation);
  if (state.kind !== "list") return;
  const [, slots] = state.items;
  if (!isNode(slots) || slots.kind !== "dict") return;
  if (slots.keys.some((key) => typeof key !== "string" || hasMethod(made, key, evaluation)))
    runsCode(offset, evaluation);
}

/** True for an object of a class by value. */
export function isInstanceOfMade(value: Value, evaluation: Evaluation): boolean {
  return isNode(value) && !evaluation.classes.has(value) && classOf(value, evaluation) !== undefined;
}

function classOf(value: Value, { classes }: Evaluation): Node | undefined {
  if (!isNode(value) || value.kind !== "object") return undefined;
  if (classes.has(value)) return value;
  // `copyreg._reconstructor(class, object, None)` makes instances as well.
  return [value.callable, value.args[0]].find((each): each is ObjectNode => isNode(each) && classes.has(each));
}

/** Of a class with more bases by value than these, near and far, any method is taken for its own. */
const BASES = 64;

export function hasMethod(made: Node, name: string, evaluation: Evaluation): boolean {
  // Each of them once: a few dozen classes with two bases each have a billion ways up.
  const line = [made];
  for (const each of line) {
    const known = evaluation.classes.get(each);
    if (known?.methods.has(name) === true) return true;
    for (const base of known?.bases ?? []) {
      if (!line.includes(base)) line.push(base);
      if (line.length > BASES) return true;
    }
  }
  evaluation.spend(line.length / 8);
  return false;
}

/** An instance of a class by value that is hashed, or compared when it is hashed, by what that brings. */
export function hashesByOwn(value: Node, evaluation: Evaluation): boolean {
  if (evaluation.classes.has(value)) return false;
  const made = classOf(value, evaluation);
  return made !== undefined && hasMethod(made, "__hash__", evaluation);
}
