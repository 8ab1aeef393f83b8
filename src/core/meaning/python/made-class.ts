import { type DictNode, dictGet, isNode, type ObjectNode, type Value } from "../../model/value.ts";

/** A class whose definition is in the pickle itself, not in a module that would be imported. */
export interface MadeClass {
  readonly module: string;
  readonly name: string;
  /** Of a namedtuple, in the order of its items. */
  readonly fields?: readonly string[];
  /** Of an enum: names and values. */
  readonly members?: DictNode;
}

const CLOUDPICKLE = /(?:^|\.)cloudpickle(?:\.|$)/;
const DILL = /^_?dill(?:\.|$)/;

/**
 * What the writers of classes by value are given (cloudpickle/cloudpickle.py, dill/_dill.py):
 *
 *     _make_skeleton_class(metaclass, name, bases, {"__module__": ...}, tracker id, extra)
 *     _make_skeleton_enum(bases, name, qualified name, members, module, tracker id, extra)
 *     _create_type(metaclass, name, bases, attributes)
 *     _create_namedtuple(name, field names, module, defaults)
 */
export function madeClass(value: Value | undefined): MadeClass | undefined {
  if (!isNode(value) || value.kind !== "object") return undefined;
  const { callable, args } = value;
  if (!isNode(callable) || callable.kind !== "global") return undefined;
  const isCloudpickle = CLOUDPICKLE.test(callable.module);
  if (!isCloudpickle && !DILL.test(callable.module)) return undefined;
  switch (callable.name) {
    case "_make_skeleton_class":
    case "_create_type": {
      const [, name, , body] = args;
      const attributes = isNode(body) && body.kind === "dict" ? body : undefined;
      if (typeof name !== "string" || attributes === undefined) return undefined;
      const fields = namesIn(dictGet(attributes, "_fields") ?? stateOf(value, "_fields"));
      return { module: moduleIn(dictGet(attributes, "__module__")), name, ...(fields === undefined ? {} : { fields }) };
    }
    case "_make_skeleton_enum": {
      const [, name, , members, module] = args;
      if (typeof name !== "string") return undefined;
      const isDict = isNode(members) && members.kind === "dict";
      return { module: moduleIn(module), name, ...(isDict ? { members } : {}) };
    }
    case "_create_namedtuple": {
      const [name, names, module] = args;
      const fields = namesIn(names);
      if (typeof name !== "string" || fields === undefined) return undefined;
      return { module: moduleIn(module), name, fields };
    }
    default:
      return undefined;
  }
}

function moduleIn(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}

function namesIn(value: Value | undefined): readonly string[] | undefined {
  if (!isNode(value) || value.kind !== "list") return undefined;
  const names = value.items.filter((item) => typeof item === "string");
  return names.length === value.items.length && names.length > 0 ? names : undefined;
}

/** An attribute that is set on the class after it is made: the state is (attributes, slots). */
function stateOf({ state }: ObjectNode, name: string): Value | undefined {
  const dict = isNode(state) && state.kind === "list" ? state.items[0] : state;
  return isNode(dict) && dict.kind === "dict" ? dictGet(dict, name) : undefined;
}
