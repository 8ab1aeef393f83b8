import { type Sentence, say } from "../../model/sentence.ts";
import { type DictNode, type GlobalNode, isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import { callAttribute, noteAttribute, updatesNames } from "./attributes.ts";
import { buildKnown } from "./build-known.ts";
import {
  makesOfNames,
  noteMade,
  noteMembers,
  noteOtherClass,
  setsItems,
  setsOwnAttribute,
  typeOfDill,
} from "./by-value.ts";
import { noteConvertedItems, noteConvertedState } from "./converted.ts";
import type { Evaluation } from "./evaluation.ts";
import { argumentsOf, dict, kindName, objectNode, tuple } from "./graph.ts";
import { classify, COMPUTED, withoutVendor } from "./classify.ts";
import { getsAttribute, isGetter, noteGetter } from "./getters.ts";
import { noteGiven, noteHandedOver, noteUnseenClass } from "./handed-over.ts";
import { keysOf, noteKeys, noteMembersKeys } from "./hashing.ts";
import { callsThrough, type InnerCall } from "./calls-through.ts";
import { applyMethod, callKnown, callPlainType } from "./call-known.ts";
import { isGivenCode, noteStateTexts } from "./run-texts.ts";
import { noteSlots, noteUse, runsCode } from "./made-classes.ts";

/**
 * What calls, states and items mean for described objects. Functions return a sentence where loading would fail:
 * the machine then stops evaluating.
 */

/** Loading would call something that cannot be called, or with arguments that are none. */
export function cannotCall(callable: Value, args: Value, offset: number): Sentence | undefined {
  const isCallable =
    isNode(callable) &&
    (callable.kind === "global" ||
      callable.kind === "object" ||
      callable.kind === "persistent" ||
      callable.kind === "unread");
  if (!isCallable)
    return say("The call at byte {offset} is of {what}, which cannot be called: the pickle is damaged.", {
      offset,
      what: kindName(callable),
    });
  const areArguments = argumentsOf(args) !== undefined || isOpaque(args);
  if (areArguments) return undefined;
  return say("The call at byte {offset} has {what} for its arguments, not a tuple: the pickle is damaged.", {
    offset,
    what: kindName(args),
  });
}

/** What it is at run time is not known here: an imported name may stand for a tuple. */
function isOpaque(value: Value): boolean {
  return isNode(value) && ["object", "persistent", "global", "unread"].includes(value.kind);
}

/** Functions of cloudpickle and dill that give a class; calling that makes an instance, as calling any class does. */
const GIVE_CLASSES = new Set(
  (
    "_builtin_type _make_skeleton_class _make_skeleton_enum _lookup_class_or_track _load_type _create_type _make_type " +
    "_rehydrate_skeleton_class"
  ).split(" "),
);
const BY_VALUE = /^(?:cloudpickle|dill)(?:\.|$)/;

/** Something that the file itself makes and then calls: what that runs is known only when it runs. */
function isMade(callable: Value): boolean {
  if (!isNode(callable) || callable.kind !== "object") return false;
  const { callable: maker } = callable;
  if (!isNode(maker) || maker.kind !== "global") return true;
  return !(GIVE_CLASSES.has(maker.name) && BY_VALUE.test(withoutVendor(maker.module)));
}

/** REDUCE: `callable(*args)`. Calls that only rebuild plain values and arrays give those. */
export function reduce(callable: Value, args: Value, evaluation: Evaluation, offset: number): Value {
  const items = argumentsOf(args) ?? [args];
  noteNames(callable, items, evaluation);
  const whole = partialCall(callable, items, evaluation, offset);
  if (whole !== undefined) return whole;
  const node = objectNode(callable, "call", items, offset);
  if (!isNode(callable) || callable.kind !== "global") {
    applyMethod(callable, items);
    callMade(callable, node, evaluation);
    return callPlainType(node, items, evaluation) ?? node;
  }
  noteCall(node, callable, evaluation);
  return callKnown(node, callable, items, evaluation) ?? node;
}

/** A call of what is imported, and what is known of that. */
function noteCall(node: ObjectNode, callable: GlobalNode, evaluation: Evaluation, depth = 0): void {
  if (isLoader(callable) || node.args.some(isLoader)) evaluation.made.set(node, "loader");
  noteSetter(node, evaluation);
  const isSpecial = evaluation.imports.called(callable);
  if (!isSpecial && isGivenCode(callable, node, evaluation)) evaluation.imports.misused(callable);
  if (isSpecial) {
    if (keepsOrdinary(callable, node.args)) evaluation.imports.excused(callable);
    noteAttribute(node, callable, evaluation);
    noteGetter(node, callable, evaluation);
    noteMade(node, callable, evaluation);
    noteMembersKeys(node, evaluation);
    if (callable.name === "setattr" && /^(?:builtins|__builtin__)$/.test(callable.module))
      if (setsOwnAttribute(node.args, evaluation)) evaluation.imports.excused(callable, "unusual");
  }
  if (isSpecial || evaluation.hasMade())
    noteHandedOver(callable, node.args, evaluation, node.offset, node.how === "new");
  if (node.how === "new") return;
  noteGiven(callable, node.args, evaluation);
  const inner = callsThrough(callable, node.args);
  if (inner === undefined) return;
  if (depth > INNER_CALLS) evaluation.imports.misused(callable);
  else noteInner(inner, node, evaluation, depth + 1);
}

/** Calls in calls: more than these rebuild nothing. */
const INNER_CALLS = 2;

function noteInner({ target, args, state }: InnerCall, of: ObjectNode, evaluation: Evaluation, depth: number): void {
  evaluation.spend(args.length);
  noteCall(objectNode(target, "call", [...args], of.offset), target, evaluation, depth);
  if (state !== undefined) noteStateTexts(of, state, evaluation, of.offset);
}

/** Names of a function are given to nothing that uses them while the file is loaded. */
function noteNames(callable: Value, args: readonly Value[], evaluation: Evaluation): void {
  if (evaluation.namespaces.isEmpty) return;
  const isNamed = isNode(callable) && callable.kind === "global";
  if (isNamed && makesOfNames(callable)) evaluation.namespaces.gives(args.filter((_, i) => i !== NAMES));
  else if (!updatesNames(callable, evaluation) && !makesSet(callable)) evaluation.namespaces.gives(args);
}

function makesSet(callable: Value): boolean {
  const isBuiltin =
    isNode(callable) && callable.kind === "global" && /^(?:builtins|__builtin__)$/.test(callable.module);
  const name = isBuiltin ? callable.name : typeOfDill(callable);
  return name === "frozenset" || name === "set";
}

/** Where the names of a function are among the arguments of what makes it. */
const NAMES = 1;

/** `SourceFileLoader` and `ModuleSpec`: dill has them with the names of a module. */
function isLoader(value: Value): boolean {
  return isNode(value) && value.kind === "global" && value.module.startsWith("_frozen_importlib");
}

/** A partial of dill's `_setitems`, which may not be called but where a class is made by steps. */
function noteSetter(node: ObjectNode, evaluation: Evaluation): void {
  if (setsItems(node.args[0])) evaluation.made.set(node, "getter");
}

/** `_load_type("map")(function, values)`: a class of Python's own by dill's name for it. */
function noteOwnOfPython(callable: ObjectNode, { args, offset }: ObjectNode, evaluation: Evaluation): void {
  const name = typeOfDill(callable);
  if (name !== undefined)
    noteHandedOver({ kind: "global", module: "builtins", name, offset }, args, evaluation, offset);
}

/** A call of what the file itself made: by name, where that is known, or of something computed. */
function callMade(callable: Value, node: ObjectNode, evaluation: Evaluation): void {
  if (!isNode(callable) || callable.kind !== "object") return;
  const { offset } = node;
  noteUse(callable, "call", evaluation, offset);
  noteKeys(node.args, evaluation, offset);
  noteUnseenClass(node.args, evaluation, offset);
  noteOwnOfPython(callable, node, evaluation);
  noteSetter(node, evaluation);
  const type = evaluation.types.get(callable);
  if (type !== undefined) {
    evaluation.imports.called(type);
    noteMade(node, type, evaluation);
  }
  if (!isMade(callable)) return;
  const attribute = evaluation.attributes.get(callable);
  if (attribute !== undefined && callAttribute(attribute, evaluation)) {
    // `str.__new__(str, x)` asks x for its text.
    if (attribute.reached.module === "builtins" && !attribute.isOfInstance)
      noteHandedOver(attribute.reached, node.args, evaluation, offset);
    return;
  }
  const made = evaluation.made.get(callable);
  if (keepsResults(callable)) return;
  if (made === "setattr" && setsOwnAttribute(node.args, evaluation)) return;
  if (made === "getter" && getsAttribute(callable, node, evaluation)) return;
  runsCode(offset, evaluation);
}

/** `functools.lru_cache(...)(function)` wraps it and does not call it. */
function keepsResults({ callable }: ObjectNode): boolean {
  return (
    isNode(callable) && callable.kind === "global" && `${callable.module}.${callable.name}` === "functools.lru_cache"
  );
}

/**
 * `functools.partial(function)` keeps a function and calls none, which is told of where it is called. An ordinary function is
 * ordinary to keep: HistGradientBoosting's own preprocessing has one.
 */
function keepsOrdinary({ module, name }: GlobalNode, [target]: readonly Value[]): boolean {
  if (module !== "functools" || name !== "partial" || !isNode(target) || target.kind !== "global") return false;
  return classify(target.module, target.name, "import") === "ordinary";
}

/**
 * `functools.partial(function, *first, **named)(*args)` is a call of the function: pandas 1.3 to 1.5 makes the blocks of its
 * tables in this way, and protocols before 4 write NEWOBJ_EX as one of `cls.__new__`. The partial's state, when it has one, is
 * what it does: (function, first, named, attributes). Any function that is not ordinary stays a call of what the file makes up.
 */
function partialCall(
  callable: Value,
  args: readonly Value[],
  evaluation: Evaluation,
  offset: number,
): Value | undefined {
  if (!isNode(callable) || callable.kind !== "object" || !isNode(callable.callable)) return undefined;
  const { callable: maker } = callable;
  if (maker.kind !== "global" || maker.module !== "functools" || maker.name !== "partial") return undefined;
  const state = callable.moreStates?.at(-1) ?? callable.state;
  const [made, ...rest] = callable.args;
  const parts = state === undefined ? [made ?? null, tuple([...rest]), null, null] : argumentsOf(state);
  if (parts?.length !== 4) return undefined;
  const [target, first, named] = parts;
  const before = argumentsOf(first);
  if (!isNode(target) || before === undefined) return undefined;
  if (named !== null && !(isNode(named) && named.kind === "dict")) return undefined;
  if (target.kind === "object" && evaluation.attributes.get(target)?.isNew === true) {
    const [of, ...others] = [...before, ...args];
    evaluation.spend(before.length / 4);
    const isClass = isNode(of) && (of.kind === "global" || of.kind === "object");
    return isClass ? instance(of, tuple(others), named ?? undefined, evaluation, offset) : undefined;
  }
  const isData = target.kind === "global" && isGetter(target);
  if (target.kind !== "global" || !(isData || classify(target.module, target.name, "call") === "ordinary"))
    return undefined;
  evaluation.spend(before.length / 4);
  const node = objectNode(target, "call", [...before, ...args], offset);
  noteCall(node, target, evaluation);
  if (named !== null && named.keys.length > 0) node.kwargs = named;
  return node.kwargs === undefined ? (callKnown(node, target, node.args, evaluation) ?? node) : node;
}

/** NEWOBJ and NEWOBJ_EX: `cls.__new__(cls, *args, **kwargs)`. */
export function instance(
  callable: Value,
  args: Value,
  kwargs: Value | undefined,
  evaluation: Evaluation,
  offset: number,
): Value {
  const node = objectNode(callable, "new", argumentsOf(args) ?? [args], offset);
  if (isNode(kwargs) && kwargs.kind === "dict" && kwargs.keys.length > 0) node.kwargs = kwargs;
  noteNames(callable, node.kwargs === undefined ? node.args : [...node.args, node.kwargs], evaluation);
  noteUse(callable, "new", evaluation, offset);
  if (isNode(callable) && evaluation.made.get(callable) === "unpickled") runsCode(offset, evaluation);
  if (isNode(callable) && callable.kind === "global") {
    noteCall(node, callable, evaluation);
    if (node.kwargs !== undefined) noteHandedOver(callable, [node.kwargs], evaluation, offset);
  } else if (isNode(callable) && callable.kind === "object") {
    noteKeys(node.args, evaluation, offset);
    if (node.kwargs !== undefined) noteKeys([node.kwargs], evaluation, offset);
    noteUnseenClass(node.args, evaluation, offset);
    noteOwnOfPython(callable, node, evaluation);
    const type = evaluation.types.get(callable);
    if (type !== undefined) evaluation.imports.called(type);
    const attribute = evaluation.attributes.get(callable);
    if (attribute?.isOfInstance === true) evaluation.imports.misused(attribute.getter);
    else if (attribute !== undefined) evaluation.imports.called(attribute.reached);
  }
  return node;
}

/** INST and OBJ: without arguments an instance is made without calling its class (Python 2's old-style classes). */
export function instantiate(callable: Value, args: readonly Value[], evaluation: Evaluation, offset: number): Value {
  const node = objectNode(callable, args.length > 0 ? "call" : "new", args, offset);
  noteNames(callable, args, evaluation);
  if (!isNode(callable) || callable.kind !== "global") {
    callMade(callable, node, evaluation);
    return node;
  }
  if (args.length === 0) {
    evaluation.imports.called(callable);
    return node;
  }
  noteCall(node, callable, evaluation);
  return callKnown(node, callable, args, evaluation) ?? node;
}

/** BUILD: gives an object its state. */
export function build(target: Value, state: Value, evaluation: Evaluation, offset: number): Sentence | undefined {
  if (isNode(target)) {
    switch (target.kind) {
      case "object":
        return buildObject(target, state, evaluation, offset);
      case "tensor":
        evaluation.note(
          "integrity/corrupt",
          "warning",
          say("Loading would give the array at byte {array} another state at byte {offset}; that is not shown.", {
            array: target.offset,
            offset,
          }),
          offset,
        );
        return undefined;
      case "global":
        evaluation.imports.altered(target);
        return undefined;
      case "persistent":
      case "unread":
        return undefined;
      case "list":
      case "dict":
      case "bytes":
      case "scalar":
      case "float":
      case "decimal":
        break;
    }
  }
  // CPython: no state is a state that everything takes.
  if (state === null) return undefined;
  return say("BUILD at byte {offset} gives a state to {what}, which takes none: the pickle is damaged.", {
    offset,
    what: kindName(target),
  });
}

function buildObject(target: ObjectNode, state: Value, evaluation: Evaluation, offset: number): Sentence | undefined {
  if (target.state === undefined) target.state = state;
  else (target.moreStates ??= []).push(state);
  evaluation.hasState(state);
  evaluation.namespaces.gives([state]);
  noteAltered(target, evaluation);
  noteUse(target, "state", evaluation, offset);
  noteSlots(target, state, evaluation, offset);
  noteOtherClass(argumentsOf(state) ?? [], evaluation, offset);
  noteStateTexts(target, state, evaluation, offset);
  noteConvertedState(target, state, evaluation, offset);
  if (evaluation.made.get(target) === "class") noteMembers(target, argumentsOf(state) ?? [], undefined, evaluation);
  if (isNode(target.callable) && target.callable.kind === "global")
    buildKnown(target, target.callable, state, evaluation, offset);
  return undefined;
}

/** What `getattr` gives is the process's own; so are loggers, and a module that is imported by a call. What is in a pickle within may be anything. */
function noteAltered(target: ObjectNode, evaluation: Evaluation): void {
  const made = evaluation.made.get(target);
  if (made === "unpickled") runsCode(target.offset, evaluation);
  if (made === "module") altersModule(target, evaluation);
  const { callable } = target;
  if (isNode(callable) && callable.kind === "global" && callable.name === "getLogger")
    evaluation.imports.altered(callable);
  const attribute = evaluation.attributes.get(target);
  if (attribute === undefined) return;
  evaluation.imports.misused(attribute.getter);
  evaluation.imports.altered(attribute.reached);
}

/** A session of dill gives `__main__` other names: those of the program that loads it. */
function altersModule({ args: [name], offset }: ObjectNode, { imports }: Evaluation): void {
  imports.called(imports.global(typeof name === "string" ? name : COMPUTED, "__dict__.update", offset));
}

/** SETITEM, SETITEMS and DICT, where the target is no dict or the items do not pair up. */
export function setItems(
  target: Value,
  items: readonly Value[],
  evaluation: Evaluation,
  offset: number,
): Sentence | undefined {
  if (items.length % 2 !== 0)
    return say("The items set at byte {offset} do not pair up as keys and values: the pickle is damaged.", { offset });
  noteConvertedItems(target, items, evaluation, offset);
  const entries = entriesOf(target, evaluation);
  if (entries === undefined) {
    if (isNode(target) && target.kind === "list" && target.type === "list")
      return setListItems(target.items, items, offset);
    return takesNone("SETITEMS", target, evaluation, offset);
  }
  noteKeys(keysOf(items), evaluation, offset);
  if (isNode(target) && target.kind === "object") evaluation.namespaces.gives(items);
  for (let i = 0; i < items.length; i += 2) {
    entries.keys.push(items[i] as Value);
    entries.values.push(items[i + 1] as Value);
  }
  return undefined;
}

function entriesOf(target: Value, evaluation: Evaluation): DictNode | undefined {
  if (!isNode(target)) return undefined;
  if (target.kind === "dict") return target;
  if (target.kind === "object") {
    noteAltered(target, evaluation);
    noteUse(target, "set", evaluation, target.offset);
    return (target.entries ??= dict());
  }
  if (target.kind === "global") evaluation.imports.altered(target);
  return undefined;
}

/** `list[index] = value`, as Python does it. */
function setListItems(list: Value[], items: readonly Value[], offset: number): Sentence | undefined {
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    const index = typeof key === "bigint" ? Number(key < 0n ? key + BigInt(list.length) : key) : -1;
    if (!(index >= 0 && index < list.length))
      return say("SETITEM at byte {offset} sets an item that the list does not have: the pickle is damaged.", {
        offset,
      });
    list[index] = items[i + 1] as Value;
  }
  return undefined;
}

/** APPEND and APPENDS, where the target is no list. */
export function appendItems(
  target: Value,
  items: readonly Value[],
  evaluation: Evaluation,
  offset: number,
): Sentence | undefined {
  if (items.length === 0) return undefined;
  noteConvertedItems(target, items, evaluation, offset);
  if (isNode(target) && target.kind === "object") {
    noteAltered(target, evaluation);
    noteUse(target, "append", evaluation, offset);
    noteKeys(items, evaluation, offset);
    evaluation.namespaces.gives(items);
    const into = (target.items ??= []);
    for (const item of items) into.push(item);
    return undefined;
  }
  return takesNone("APPENDS", target, evaluation, offset);
}

/** ADDITEMS: into a set, or an object that has `add`. */
export function addItems(
  target: Value,
  items: readonly Value[],
  evaluation: Evaluation,
  offset: number,
): Sentence | undefined {
  if (isNode(target) && ((target.kind === "list" && target.type === "set") || target.kind === "object")) {
    noteKeys(items, evaluation, offset);
    if (target.kind === "object") {
      evaluation.namespaces.gives(items);
      noteAltered(target, evaluation);
      noteUse(target, "add", evaluation, offset);
    }
    const into = target.kind === "list" ? target.items : (target.items ??= []);
    for (const item of items) into.push(item);
    return undefined;
  }
  return takesNone("ADDITEMS", target, evaluation, offset);
}

/** A target that is not of this file, or whose content the change would reach: say so; anything else is damage. */
function takesNone(opcode: string, target: Value, evaluation: Evaluation, offset: number): Sentence | undefined {
  if (isNode(target) && target.kind === "global") {
    evaluation.imports.altered(target);
    return undefined;
  }
  if (isNode(target) && isChangeable(target)) {
    evaluation.note(
      "integrity/corrupt",
      "warning",
      say("Loading would change {what} by {opcode} at byte {offset}; it is shown as it was before.", {
        what: kindName(target),
        opcode,
        offset,
      }),
      offset,
    );
    return undefined;
  }
  return say("{opcode} at byte {offset} puts items into {what}, which takes none: the pickle is damaged.", {
    opcode,
    offset,
    what: kindName(target),
  });
}

function isChangeable(node: Node): boolean {
  return (
    node.kind === "tensor" ||
    node.kind === "persistent" ||
    node.kind === "unread" ||
    (node.kind === "bytes" && node.type === "bytearray")
  );
}
