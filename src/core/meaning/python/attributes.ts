import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { callableName } from "./callable-name.ts";
import { codeParts, functionParts, type Part } from "./code.ts";
import { madeClass } from "./made-class.ts";

/** Positional arguments under the names of the attributes that they become. */
const ARGUMENTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["builtins.property", ["fget", "fset", "fdel", "__doc__"]],
  ["__builtin__.property", ["fget", "fset", "fdel", "__doc__"]],
  ["builtins.staticmethod", ["__func__"]],
  ["builtins.classmethod", ["__func__"]],
  ["types.MethodType", ["__func__", "__self__"]],
  ["collections.defaultdict", ["default_factory"]],
  ["numpy.random._pickle.__randomstate_ctor", ["_bit_generator", "bit_generator_ctor"]],
  ["numpy.random._pickle.__generator_ctor", ["bit_generator", "bit_generator_ctor"]],
  ["types.property", ["fget", "fset", "fdel", "__doc__"]],
  ["types.staticmethod", ["__func__"]],
  ["types.classmethod", ["__func__"]],
  ["dill._dill._create_cell", ["cell_contents"]],
  ["cloudpickle.cloudpickle._make_cell", ["cell_contents"]],
  ["cloudpickle.cloudpickle._make_empty_cell", []],
]);

/**
 * Objects of compiled classes that give their state as a tuple: what each place of it is (numpy/random/_pickle.py and
 * bit_generator.pyx; sklearn/neighbors/_binary_tree.pxi.tp, `__getstate__`; sklearn/metrics/_dist_metrics.pyx.tp).
 */
const STATES: readonly { readonly makers: RegExp; readonly names: readonly string[] }[] = [
  { makers: /^numpy\.random\._pickle\.__bit_generator_ctor$/, names: ["state", "seed_seq"] },
  {
    makers: /^numpy\.random\.(?:_?bit_generator)\.__pyx_unpickle_SeedSequence$/,
    names: ["entropy", "n_children_spawned", "pool", "pool_size", "spawn_key"],
  },
  {
    makers: /^sklearn\.neighbors\._?(?:kd|ball)_tree\.newObj$/,
    names: (
      "data idx_array node_data node_bounds leaf_size n_levels n_nodes n_trims n_leaves n_splits n_calls dist_metric " +
      "sample_weight"
    ).split(" "),
  },
  { makers: /^sklearn\.(?:metrics|neighbors)\._?dist_metrics\.newObj$/, names: ["p", "vec", "mat"] },
];

/** The class that is made, and its state by name; undefined for a state of another form. */
function stateParts({ callable, args, state }: ObjectNode, names: readonly string[]): readonly Part[] | undefined {
  if (!isNode(state) || state.kind !== "list" || state.items.length > names.length) return undefined;
  const [made] = args;
  const named = state.items.flatMap((value, i) => (value === null ? [] : [{ name: names[i] ?? "", value }]));
  // What Cython's classes are made by is given the class, which is told as such.
  const isTold = made === undefined || callableName(callable)?.endsWith(".newObj") === true;
  return isTold ? named : [{ name: "__class__", value: made }, ...named];
}

/** True for an object whose attributes are mostly those that every function, class or cell has: only some say something. */
export function isDefinition(node: ObjectNode): boolean {
  return functionParts(node) !== undefined || madeClass(node) !== undefined;
}

const PARTIAL = ["func", "args", "keywords", "__dict__"];

/**
 * What an object of Python's own, or of the writers of functions and classes by value, is made from, under the names that
 * its attributes have: the default factory of a defaultdict, the fields of a namedtuple, the code of a function. Undefined
 * for every other object.
 */
export function namedArguments(node: ObjectNode): readonly Part[] | undefined {
  const known = named.get(node);
  if (known !== undefined) return known === null ? undefined : known;
  const parts = nameArguments(node);
  named.set(node, parts ?? null);
  return parts;
}

/** A graph does not change once it is read, and every look at an object asks. */
const named = new WeakMap<ObjectNode, readonly Part[] | null>();

/** Where the makers below are from. Most objects of a file are made by others, of which this one look is enough. */
const NAMING =
  /(?:^|\.)(?:cloudpickle|_?dill)\.|^(?:types|new|builtins|__builtin__|collections|functools|numpy\.random)\.|\.newObj$/;

function nameArguments(node: ObjectNode): readonly Part[] | undefined {
  const maker = node.callable;
  if (isNode(maker) && maker.kind === "global" && !NAMING.test(`${maker.module}.${maker.name}`)) return undefined;
  const code = codeParts(node);
  // Counts of nothing and empty tuples say nothing.
  if (code !== undefined) return code.filter(({ value }) => value !== 0n && !isEmpty(value));
  const callable = functionParts(node);
  if (callable !== undefined) return callable;
  const fields = madeClass(node.callable)?.fields;
  if (fields !== undefined)
    return node.args.length === fields.length
      ? node.args.map((value, i) => ({ name: fields[i] ?? "", value }))
      : undefined;
  const name = callableName(node.callable);
  if (name === undefined) return madeParts(node);
  const names = ARGUMENTS.get(name);
  if (names !== undefined) return byName(names, node.args);
  if (name === "collections.deque") return dequeParts(node.args);
  if (name === "functools.partial") return partialParts(node);
  const stated = STATES.find(({ makers }) => makers.test(name));
  if (stated !== undefined) return stateParts(node, stated.names);
  return madeParts(node);
}

function byName(names: readonly string[], args: readonly Value[]): readonly Part[] | undefined {
  if (args.length > names.length) return undefined;
  return args.flatMap((value, i) => (value === null ? [] : [{ name: names[i] ?? "", value }]));
}

/** `deque((), maxlen)`; Python 2 puts the items there, which are shown as they are. */
function dequeParts([items, length]: readonly Value[]): readonly Part[] | undefined {
  if (isNode(items) && items.kind === "list" && items.items.length > 0) return undefined;
  return length === undefined || length === null ? [] : [{ name: "maxlen", value: length }];
}

/** A partial's state is (function, arguments, keywords, its own attributes or None). */
function partialParts({ state }: ObjectNode): readonly Part[] | undefined {
  if (!isNode(state) || state.kind !== "list" || state.items.length !== PARTIAL.length) return undefined;
  return state.items.flatMap((value, i) => (isEmpty(value) ? [] : [{ name: PARTIAL[i] ?? "", value }]));
}

/** None, and what has nothing in it. */
export function isEmpty(value: Value): boolean {
  if (value === null) return true;
  if (!isNode(value)) return false;
  if (value.kind === "bytes") return value.data.size === 0;
  return value.kind === "list" ? value.items.length === 0 : value.kind === "dict" && value.keys.length === 0;
}

/** A class that is made of its definition: its bases, and what is in its body. */
function madeParts(node: ObjectNode): readonly Part[] | undefined {
  const made = madeClass(node);
  if (made === undefined) return undefined;
  const { module, name, fields, members } = made;
  const bases = node.args.find((each) => isNode(each) && each.kind === "list" && each.type === "tuple");
  const body = node.args.find((each) => isNode(each) && each.kind === "dict" && each !== members);
  const parts: Part[] = [
    { name: "__name__", value: name },
    { name: "__module__", value: module },
  ];
  if (fields !== undefined) parts.push({ name: "_fields", value: { kind: "list", type: "tuple", items: [...fields] } });
  else if (bases !== undefined) parts.push({ name: "__bases__", value: bases });
  if (members !== undefined) parts.push({ name: "__members__", value: members });
  if (isNode(body) && body.kind === "dict")
    for (const [i, key] of body.keys.entries()) {
      const value = body.values[i];
      if (typeof key === "string" && key !== "__module__" && value !== undefined && value !== null)
        parts.push({ name: key, value });
    }
  return parts;
}
