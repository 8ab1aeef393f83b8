import { type GlobalNode, isNode, type Node, type Value } from "../../model/value.ts";
import { makerOf, typeOfDill } from "./by-value.ts";
import { withoutVendor } from "./classify.ts";
import { noteArguments } from "./converted.ts";
import type { Evaluation } from "./evaluation.ts";
import { argumentsOf } from "./graph.ts";
import { noteKeys } from "./hashing.ts";
import { type GlobalName, isGetter } from "./getters.ts";
import { runsCode } from "./made-classes.ts";
import { DEPTH, isWithin } from "./within.ts";

/**
 * Loading may run what the file makes without calling it by itself: `map(function, values)`, `functools.reduce`,
 * `operator.getitem` of a dict that calls a function for what it lacks. So a function by value, a getter, or `getattr` among the
 * arguments of a function of Python's or numpy's own counts as called, but for those that are known to only keep it.
 */
const RUN_ARGUMENTS =
  /^(?:builtins|__builtin__|_?functools|itertools|_?operator|re|_sre|_?collections|copy|_?weakref|_?heapq|_?bisect|statistics|contextlib|concurrent(?:\.\w+)*|_?thread(?:ing)?|string|_?json(?:\.\w+)*|types|typing|enum|dataclasses|abc|traceback|logging|math|random|_?codecs|torch\.(?:_?tensor|utils\._pytree)|numpy(?:\.\w+)*|pandas(?:\.\w+)*|six(?:\.\w+)*|dill(?:\.\w+)*|cloudpickle(?:\.\w+)*)$/;

/** What libraries rebuild their own objects with. */
const REBUILDS = /^_*(?:pyx_)?(?:unpickle|reconstruct|rebuild|restore|recreate|make|create|new|from|load)/;

/** They take what they are given one by one: of an object that a class by value brings, by its methods. */
const TAKE_APART = new Set("set frozenset list tuple dict deque".split(" "));

/** They only keep what they are given. */
const KEEP = new Set(
  (
    "object property classmethod staticmethod partial partialmethod defaultdict " +
    "lru_cache _reconstructor __newobj__ _make_typevar _create_lock _create_rlock " +
    "_create_namedtuple _load_type _builtin_type custom_rebuild getattr setattr attrgetter methodcaller itemgetter"
  ).split(" "),
);
/** Those of them that hash nothing. */
const KEEPS_UNHASHED = new Set(
  "object property classmethod staticmethod partial partialmethod _create_weakref getattr setattr".split(" "),
);
/** What is named as a class makes an instance; of `typing` a type. */
const CLASS = /^_{0,2}[A-Z]\w*$/;

/** Functions that call what they are given, or reach into it: of those that are imported before it may be told of later. */
const CALLS: readonly (readonly [module: RegExp, name: RegExp])[] = [
  [/^(?:builtins|__builtin__)$/, /^(?:map|filter|reduce|sorted|min|max|sum|any|all|next|apply)$|\./],
  [/^_?functools$/, /^(?!partial|lru_cache$)/],
  [/^itertools$/, /^(?:starmap|accumulate|takewhile|dropwhile|filterfalse|groupby|imap|ifilter|ifilterfalse)$/],
  [/^_?operator$/, /^(?!attrgetter$|methodcaller$|itemgetter$)/],
  [
    /^(?:re|_sre|copy|_?weakref|contextlib|concurrent\..*|string)$/,
    /^(?!_compile$|RegexFlag$)(?!WeakSet$|Weak\w+Dictionary$|ref$|Template$)/,
  ],
];

/** False for what is judged by its name alone, whatever it is called with. */
export function isJudgedByArguments(callable: GlobalName): boolean {
  const { module, name } = callable;
  if (name === "getattr" || name === "setattr" || name === "partial" || isGetter(callable)) return true;
  // Text that is run, and names that are looked up.
  if (name === "_eval_repr" || name === "_get_attr" || name === "_getattr") return true;
  return makerOf(module, name) !== undefined || callsArguments(callable);
}

function callsArguments({ module, name }: GlobalName): boolean {
  return CALLS.some(([of, named]) => of.test(module) && named.test(name));
}

/** Notes where a call may run what is among its arguments. `isNew`: an instance is made and not initialised. */
export function noteHandedOver(
  callable: GlobalNode,
  args: readonly Value[],
  evaluation: Evaluation,
  offset: number,
  isNew = false,
): void {
  const { module, name } = callable;
  noteArguments(callable, args, evaluation, offset, isNew);
  if (!KEEPS_UNHASHED.has(name) && makerOf(module, name) === undefined) noteKeys(args, evaluation, offset);
  if (name === "__newobj__") noteUnseenClass(args.slice(1), evaluation, offset);
  if (name === "__newobj_ex__") noteUnseenClass(argumentsOf(args[1]) ?? [], evaluation, offset);
  if (KEEP.has(name) || isTypeHint(callable, args)) return;
  if (callsArguments(callable)) evaluation.imports.callsArguments();
  if (!evaluation.hasMade()) return;
  if (/^_get_?attr$/.test(name) && /^dill\._?dill$/.test(module)) return;
  if (name === "_create_ftype" && typeOfDill(args[0]) === "PartialType") return;
  if (makerOf(module, name) !== undefined || (name === "_create_weakref" && args.length === 1)) return;
  noteUnseenClass(args, evaluation, offset);
  const isOfPython = RUN_ARGUMENTS.test(withoutVendor(module));
  const last = name.slice(name.lastIndexOf(".") + 1);
  // A class may call what it is made with; of `types` it only keeps it.
  if (CLASS.test(last) && (isNew || isOfPython)) return;
  if (isOfPython && TAKE_APART.has(name)) {
    const [first] = args;
    if (isNode(first) && first.kind === "object" && canRun(first, evaluation)) runsCode(offset, evaluation);
    return;
  }
  if (!isOfPython && REBUILDS.test(last)) return;
  if (isWithin(args, evaluation, (value) => canRun(value, evaluation), isOfPython ? DEPTH : 1))
    runsCode(offset, evaluation);
}

/**
 * `ABCMeta("Own", (), {"__setstate__": function})`: a class by value that is made by none of the functions that are known to make
 * one, so that it is not seen what loading calls of it.
 */
export function noteUnseenClass(
  [name, bases, members]: readonly Value[],
  evaluation: Evaluation,
  offset: number,
): void {
  if (typeof name !== "string" || !isNode(bases) || bases.kind !== "list" || !isNode(members)) return;
  if (members.kind !== "dict" || !evaluation.hasMade()) return;
  const isMade = (value: Value): boolean => isNode(value) && canRun(value, evaluation);
  if (members.values.some(isMade) || bases.items.some(isMade)) runsCode(offset, evaluation);
}

/**
 * A function or class that is on no list and is handed to a call counts as called: what it is handed to may do that. What is known to
 * keep it, or to make a function or class of it, does not.
 */
export function noteGiven(callable: GlobalNode, args: readonly Value[], { imports }: Evaluation): void {
  const { module, name } = callable;
  if (
    !args.slice(0, GIVEN).some(isGlobal) ||
    (KEEP.has(name) && !MAKES.test(name)) ||
    BY_VALUE.test(withoutVendor(module))
  )
    return;
  if (isTypeHint(callable, args)) return;
  for (const value of args.slice(0, GIVEN)) if (isGlobal(value)) imports.handed(value);
}

function isGlobal(value: Value): value is GlobalNode {
  return isNode(value) && value.kind === "global";
}
/** `copyreg._reconstructor(class, ...)` makes an instance. */
const MAKES = /^(?:_reconstructor|__newobj__)$/;
const BY_VALUE = /^(?:cloudpickle|dill)(?:\.|$)/;
/** A function that may be called is among the first arguments. */
const GIVEN = 16;

/** `operator.getitem(typing.List, cls)`, `functools.reduce(operator.or_, [int, str])`: annotations are pickled like this. */
function isTypeHint({ name }: GlobalNode, [of]: readonly Value[]): boolean {
  if (!isNode(of) || of.kind !== "global") return false;
  if (name === "reduce") return /^_?operator$/.test(of.module) && of.name === "or_";
  return name === "getitem" && /^typing(?:_extensions)?$/.test(of.module);
}

function canRun(value: Node, { made, attributes, types }: Evaluation): boolean {
  if (value.kind === "global") return isGetter(value) || REACHES.test(value.name) || makesCode(value);
  if (value.kind !== "object") return false;
  const isInstance = isNode(value.callable) && made.get(value.callable) === "class";
  const attribute = attributes.get(value)?.reached;
  const isRun = attribute !== undefined && !(attribute.module === "re" && MATCHES.test(attribute.name));
  return isInstance || made.has(value) || isRun || types.has(value);
}

/** Methods of a compiled pattern that call nothing: spaCy's tokenizer is made with some. */
const MATCHES = /^_compile\.(?:search|match|fullmatch|finditer|findall|split)$/;

/** What is excused where it is called with what it is seen to be called with. */
const REACHES = /^(?:getattr|setattr|_setitems)$|(?:^|\.)__dict__$/;

function makesCode({ module, name }: GlobalNode): boolean {
  const maker = makerOf(module, name);
  return maker !== undefined && maker !== "cell" && maker !== "class";
}
