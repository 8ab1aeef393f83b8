import { type GlobalNode, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import type { Evaluation } from "./evaluation.ts";
import { isInstanceOfMade, noteUse, runsCode } from "./made-classes.ts";

/**
 * Instances of classes by value where loading needs something else: a number, a length, items. Python asks the instance for it, by a
 * method that the file brings (`__index__`, `__iter__`, `__array__` ...). Most objects only keep what they are given; these do not.
 */
const CONVERTS =
  /^(?:numpy|pandas|array|_?random|statistics|sklearn(?:\.\w+)*\._(?:tree|criterion|splitter|kd_tree|ball_tree|dist_metrics|loss))(?:\.|$)/;
/** They copy names and texts of what they wrap. */
const WRAPS = new Set(["property", "classmethod", "staticmethod"]);
/** Before what an array of objects holds, its state has a version, a shape, a type and an order. */
const BEFORE_OBJECTS = 4;
const DEPTH = 3;

/** Notes an instance among values that are converted, `depth` lists deep. */
export function noteConverted(values: readonly Value[], evaluation: Evaluation, offset: number, depth = 1): void {
  if (evaluation.classes.size > 0 && holdsInstance(values, evaluation, depth)) runsCode(offset, evaluation);
}

function holdsInstance(values: readonly Value[], evaluation: Evaluation, depth: number): boolean {
  // A short file can hand over one long list many times.
  evaluation.spend(values.length / 8);
  return values.some((value) => {
    if (isInstanceOfMade(value, evaluation)) return true;
    if (depth <= 1 || !isNode(value)) return false;
    if (value.kind === "list") return holdsInstance(value.items, evaluation, depth - 1);
    return value.kind === "dict" && holdsInstance(value.values, evaluation, depth - 1);
  });
}

/**
 * What is made of an instance of a class by value asks it for its content, by its methods: `OrderedDict(x)`,
 * `copyreg._reconstructor(class, str, x)`, `copyreg.__newobj__(class, x)`, `numpy.random.RandomState(x)`.
 */
export function noteArguments(
  { module, name }: GlobalNode,
  args: readonly Value[],
  evaluation: Evaluation,
  offset: number,
  isNew: boolean,
): void {
  if (name === "_reconstructor" || name === "__newobj__") noteConverted(args.slice(1), evaluation, offset);
  else if (CONVERTS.test(module)) noteConverted(args, evaluation, offset, 2);
  else if (WRAPS.has(name) || (!isNew && /^_?collections$/.test(module))) noteConverted(args, evaluation, offset);
}

/** The state of an object whose class is compiled, or looks into what it is given. */
export function noteConvertedState(target: ObjectNode, state: Value, evaluation: Evaluation, offset: number): void {
  if (evaluation.classes.size === 0 || !isNode(state)) return;
  const { callable } = target;
  if (!isNode(callable) || callable.kind !== "global") return;
  if (CONVERTS.test(callable.module)) {
    const parts =
      state.kind === "list" && /_m?a?reconstruct$/.test(callable.name) ? state.items.slice(0, BEFORE_OBJECTS) : [state];
    noteConverted(parts, evaluation, offset, DEPTH);
  } else if (state.kind === "dict") {
    // scikit-learn compares it with its own.
    const version = state.values[state.keys.indexOf("_sklearn_version")];
    if (version !== undefined) noteConverted([version], evaluation, offset);
  }
}

/** Items that are put into an array, or where they are put. */
export function noteConvertedItems(
  target: Value,
  items: readonly Value[],
  evaluation: Evaluation,
  offset: number,
): void {
  if (evaluation.classes.size === 0 || !isNode(target)) return;
  const isArray =
    target.kind === "object"
      ? isNode(target.callable) && target.callable.kind === "global" && CONVERTS.test(target.callable.module)
      : target.kind === "tensor" || target.kind === "bytes";
  if (isArray) noteConverted(items, evaluation, offset, 2);
  else if (target.kind === "list")
    noteConverted(
      items.filter((_item, i) => i % 2 === 0),
      evaluation,
      offset,
    );
}

/** Values that an enum compares with one another to find those that are the same. */
export function noteCompared(values: readonly Value[], evaluation: Evaluation, offset: number): void {
  for (const value of values) {
    if (isInstanceOfMade(value, evaluation)) noteUse(value, "compare", evaluation, offset);
    else if (isNode(value) && value.kind === "list")
      for (const item of value.items) noteUse(item, "compare", evaluation, offset);
  }
}
