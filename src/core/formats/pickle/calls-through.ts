import { type GlobalNode, isNode, type Value } from "../../model/value.ts";
import { argumentsOf } from "./graph.ts";

/** A call that another call makes. */
export interface InnerCall {
  readonly target: GlobalNode;
  readonly args: readonly Value[];
  /** A state that the result gets. */
  readonly state?: Value | undefined;
}

/**
 * Functions that rebuild objects by calling what they are given: a call of such a function is a call of that.
 * numpy/random/_pickle.py, torch/_tensor.py, Lib/copyreg.py.
 */
export function callsThrough({ module, name }: GlobalNode, args: readonly Value[]): InnerCall | undefined {
  const [first, second, third, state] = args;
  if (/^numpy\.random(?:\.|$)/.test(module)) {
    if (/^__(?:generator|randomstate|RandomState)_ctor$/.test(name)) return inner(second, args.slice(0, 1));
    return name === "__bit_generator_ctor" ? inner(first, []) : undefined;
  }
  if (/^torch\._?tensor$/.test(module) && /^_rebuild_from_type(?:_v2)?$/.test(name)) {
    const given = argumentsOf(third);
    return given === undefined ? undefined : inner(first, given, state);
  }
  // `base.__init__(obj, state)`, but for object.
  const isMaker = /^copy_?reg$/.test(module) && name === "_reconstructor";
  return isMaker && isNode(second) && second.kind === "global" && second.name !== "object"
    ? inner(second, [third ?? null])
    : undefined;
}

function inner(target: Value | undefined, args: readonly Value[], state?: Value): InnerCall | undefined {
  return isNode(target) && target.kind === "global" ? { target, args, state } : undefined;
}
