import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { callableName } from "./callable-name.ts";

/** One named part of an object. */
export interface Part {
  readonly name: string;
  readonly value: Value;
}

const COUNTS = ["co_argcount", "co_posonlyargcount", "co_kwonlyargcount"];
const BODY = ["co_nlocals", "co_stacksize", "co_flags", "co_code", "co_consts", "co_names", "co_varnames"];
const SOURCE = ["co_filename", "co_name"];
const FREE = ["co_freevars", "co_cellvars"];
const PLACE = ["co_firstlineno", "co_lnotab"];

/**
 * Arguments of `types.CodeType` by how many there are, which each change of Python's code objects changed (Objects/codeobject.c
 * of the versions): 2.7; 3.0 (keyword-only arguments); 3.8 (positional-only ones); 3.11 (qualified names, exception table).
 */
const LAYOUTS: ReadonlyMap<number, readonly string[]> = new Map(
  [
    ["co_argcount", ...BODY, ...SOURCE, ...PLACE, ...FREE],
    ["co_argcount", "co_kwonlyargcount", ...BODY, ...SOURCE, ...PLACE, ...FREE],
    [...COUNTS, ...BODY, ...SOURCE, ...PLACE, ...FREE],
    [...COUNTS, ...BODY, ...SOURCE, "co_qualname", "co_firstlineno", "co_linetable", "co_exceptiontable", ...FREE],
  ].map((names) => [names.length, names] as const),
);

const CODE = /^(?:types\.CodeType|(?:new|__builtin__|builtins)\.code|_?dill(?:\.\w+)?\._create_code)$/;

/** Attributes of a code object under Python's names for them; undefined for what is none, or of an unknown layout. */
export function codeParts(value: Value | undefined): readonly Part[] | undefined {
  if (!isNode(value) || value.kind !== "object" || !CODE.test(callableName(value.callable) ?? "")) return undefined;
  // dill (from Python 3.10 on) puts the line table before everything, in a form that all versions have.
  const args = typeof value.args[0] === "bigint" ? value.args : value.args.slice(1);
  const parts = LAYOUTS.get(args.length)?.map((name, i): Part => ({ name, value: args[i] ?? null }));
  const isWhole = parts?.every(({ name, value: part }) =>
    /count$|^co_(?:nlocals|stacksize|flags|firstlineno)$/.test(name) ? typeof part === "bigint" : true,
  );
  return isWhole === true ? parts : undefined;
}

/** Names of the arguments of a code object as they stand in a `def`, without their defaults. */
export function signatureOf(parts: readonly Part[]): string {
  const get = (name: string): Value | undefined => parts.find((part) => part.name === name)?.value;
  const count = (name: string): number => {
    const value = get(name);
    return typeof value === "bigint" && value >= 0n && value < 1000n ? Number(value) : 0;
  };
  const variables = get("co_varnames");
  const names = isNode(variables) && variables.kind === "list" ? variables.items : [];
  const flags = count("co_flags");
  const [positional, only, keywords] = COUNTS.map(count) as [number, number, number];
  const name = (at: number): string => {
    const text = names[at];
    return typeof text === "string" ? text : "?";
  };
  const all: string[] = [];
  for (let k = 0; k < positional; k++) {
    all.push(name(k));
    if (only > 0 && k + 1 === only) all.push("/");
  }
  let next = positional + keywords;
  if ((flags & 4) !== 0) all.push(`*${name(next++)}`);
  else if (keywords > 0) all.push("*");
  for (let k = 0; k < keywords; k++) all.push(name(positional + k));
  if ((flags & 8) !== 0) all.push(`**${name(next)}`);
  return all.join(", ");
}

const FUNCTION = ["__code__", "__globals__", "__name__", "__defaults__", "__closure__"];
const FUNCTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ["types.FunctionType", FUNCTION],
  ["_make_function", FUNCTION],
  ["_create_function", [...FUNCTION, "__dict__", "__kwdefaults__"]],
  ["_make_skel_func", ["__code__", "cell_count", "__globals__"]],
]);

/** Parts of a function that is made from a code object. Those that are None are not there. */
export function functionParts(node: ObjectNode): readonly Part[] | undefined {
  const maker = callableName(node.callable);
  if (maker === undefined) return undefined;
  const isWriters = /(?:^|\.)(?:cloudpickle|_?dill)(?:\.|$)/.test(maker);
  const name = maker.startsWith("types.") ? maker : maker.slice(maker.lastIndexOf(".") + 1);
  if (isWriters && name === "_fill_function") return filledParts(node);
  return newFunctionParts(node, name, isWriters);
}

function newFunctionParts(node: ObjectNode, name: string, isWriters: boolean): readonly Part[] | undefined {
  const names = isWriters || name.startsWith("types.") ? FUNCTIONS.get(name) : undefined;
  if (names === undefined || node.args.length > names.length || codeParts(node.args[0]) === undefined) return undefined;
  return node.args.flatMap((value, i) => (value === null ? [] : [{ name: names[i] ?? "", value }]));
}

/** Functions have some twenty attributes. Any number of functions may share one dict that is larger. */
const FILLED_PARTS = 100;

/**
 * `_fill_function(function, state)` of cloudpickle before 1.3: the state has the rest of the function by name. What is filled
 * is a new function: pickles may put any number of these calls into each other.
 */
function filledParts({ args }: ObjectNode): readonly Part[] | undefined {
  const [made, state] = args;
  const maker = isNode(made) && made.kind === "object" ? callableName(made.callable) : undefined;
  if (maker === undefined || !isNode(made) || made.kind !== "object") return undefined;
  const parts = newFunctionParts(made, maker.slice(maker.lastIndexOf(".") + 1), true);
  if (parts === undefined || !isNode(state) || state.kind !== "dict") return parts;
  if (state.keys.length > FILLED_PARTS) return undefined;
  const more = state.keys.flatMap((key, i): readonly Part[] => {
    const value = state.values[i];
    if (typeof key !== "string" || value === undefined || value === null) return [];
    return [{ name: FILLED[key] ?? `__${key}__`, value }];
  });
  const named = new Set(more.map(({ name }) => name));
  return [...parts.filter(({ name }) => !named.has(name) && name !== "cell_count"), ...more];
}

const FILLED: Readonly<Record<string, string>> = { closure_values: "__closure__", dict: "__dict__" };
