import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { fromBytes } from "../../bytes/source.ts";
import { type DictNode, isNode, type ObjectNode, type TensorNode, type Value } from "../../model/value.ts";
import { codeOf, functionCode, type Unwritable } from "./deparse.ts";
import type { RObject } from "./objects.ts";

const DTYPES = { logical: "int32", integer: "int32", double: "float64", complex: "complex128", raw: "uint8" } as const;
/** What a value is made of already, and needs no mention. */
const SHOWN: ReadonlySet<string> = new Set(["dim", "class", "names"]);

/** Where code was written, kept with it for messages: it says nothing that the code does not. */
const WRITTEN: ReadonlySet<string> = new Set(["srcref", "srcfile", "wholeSrcref"]);
/** What a model keeps of its formula, the best first. */
const FORMULAS = ["formula", "terms", "call"];

/** Deeper than real code goes, and far from what a stack holds. */
const DEPTH = 2 * LIMITS.rdsDepth;
const ENVIRONMENTS = "environments";
/** Attributes that are the variables that code was made among. */
const OF_CODE: ReadonlySet<string> = new Set([".Environment"]);

interface Described {
  readonly value: Value;
  readonly className: string | undefined;
  /** Of a model: `mpg ~ wt + hp`. */
  readonly formula: string | undefined;
  /** Of a model: the variables of its formula with their kinds, `wt: numeric`. */
  readonly variables: Variables;
}

/** R's objects as described values: an object of a class is an object of that class of the module `R`. */
export function toValue(root: RObject): Described {
  return {
    value: new Values().whole(root),
    className: classOf(root),
    formula: formulaOf(root),
    variables: variablesOf(root),
  };
}

interface Variables {
  readonly takes: readonly string[];
  readonly gives: readonly string[];
}

/** More are columns of a table: their names are told as features, and their kinds are with the terms. */
const VARIABLES = 100;

/** What `terms` says of the table that the model was fitted to. Columns in brackets are added to it: `(weights)`. */
function variablesOf(root: RObject): Variables {
  const terms = root.items?.[namesOf(root)?.indexOf("terms") ?? -1];
  const kinds = terms && attribute(terms, "dataClasses");
  const names = kinds && namesOf(kinds);
  const response = terms && attribute(terms, "response")?.scalar;
  if (classOf(root) === undefined || names?.length !== kinds?.texts?.length || typeof response !== "number")
    return { takes: [], gives: [] };
  const told = names?.map((name, i) => `${name}: ${kinds?.texts?.[i] ?? "NA"}`) ?? [];
  if (told.length > VARIABLES) return { takes: [], gives: [] };
  return {
    takes: told.filter((name, i) => i !== response - 1 && !/^\([\w.]+\):/.test(name)),
    gives: told.slice(Math.max(0, response - 1), response),
  };
}

/** The formula that a model was fitted to: its own field, or an argument of the call that made it. */
function formulaOf(root: RObject): string | undefined {
  const names = classOf(root) === undefined ? undefined : namesOf(root);
  for (const field of FORMULAS) {
    const held = root.items?.[names?.indexOf(field) ?? -1];
    const found = [held, ...(field === "call" ? (held?.items ?? []) : [])].find((each) => each && isFormula(each));
    if (found !== undefined) return codeOf(found, new WeakSet());
  }
  return undefined;
}

function isFormula({ kind, items }: RObject): boolean {
  return kind === "call" && items?.[0]?.kind === "symbol" && items[0].name === "~";
}

class Values {
  /** Environments may hold themselves. */
  private readonly made = new Map<RObject, Value>();
  private readonly unwritable: Unwritable = new WeakSet();
  private depth = 0;
  /** Those of functions and formulas, numbered as they are met: a file may have as many as functions. */
  private readonly environments = new Map<RObject, number>();

  /** Variables of functions and formulas come behind the rest: a model drags the ones that it was made among along. */
  whole(root: RObject): Value {
    const value = this.of(root);
    if (this.environments.size === 0) return value;
    const items: Value[] = [];
    // Others are met on the way.
    for (const each of this.environments.keys()) items.push(this.of(each));
    const environments: Value = { kind: "list", type: "list", items };
    const top = isNode(value) && value.kind === "object" ? value.state : value;
    if (!isNode(top) || top.kind !== "dict")
      return { kind: "dict", keys: ["values", ENVIRONMENTS], values: [value, environments] };
    this.put(top, ENVIRONMENTS, environments);
    return value;
  }

  of(object: RObject): Value {
    const known = this.made.get(object);
    if (known !== undefined) return known;
    // Compiled code refers to expressions by number: they may go deeper than they are read.
    if (this.depth >= DEPTH) throw limitExceeded("R objects in each other", this.depth + 1, DEPTH, object.at);
    this.depth += 1;
    const value = this.described(object);
    this.depth -= 1;
    return value;
  }

  private described(object: RObject): Value {
    const className = classOf(object) ?? (isFunction(object) ? "function" : undefined);
    if (className !== undefined && hasParts(object)) return this.instance(object, className);
    const value = this.plain(object);
    this.made.set(object, value);
    return value;
  }

  /** State first registered, then filled. */
  private instance(object: RObject, className: string): ObjectNode {
    const state: DictNode = { kind: "dict", keys: [], values: [] };
    const node: ObjectNode = {
      kind: "object",
      callable: { kind: "global", module: "R", name: className, offset: object.at },
      how: "new",
      args: [],
      state,
      offset: object.at,
    };
    this.made.set(object, node);
    const names = namesOf(object);
    if (isFunction(object)) this.function(state, object);
    else if (object.items !== undefined && (names !== undefined || object.items.length === 0))
      this.fill(state, object, names ?? []);
    else if (object.kind !== "s4") this.put(state, "values", this.bare(object));
    this.attributes(state, object, names !== undefined && object.items !== undefined);
    return node;
  }

  /** As it would be written, and the variables that it was made among. */
  private function(state: DictNode, { items: [formals, body, environment] = [] }: RObject): void {
    if (formals === undefined || body === undefined) return;
    const code = functionCode(formals, body, this.unwritable);
    if (code !== undefined) this.put(state, "code", code);
    else {
      this.put(state, "formals", this.of(formals));
      this.put(state, "body", this.of(body));
    }
    if (environment !== undefined) this.put(state, "environment", this.among(environment));
  }

  private among(environment: RObject): Value {
    if (environment.kind !== "environment" || environment.name !== undefined) return this.of(environment);
    const number = this.environments.get(environment) ?? this.environments.size;
    this.environments.set(environment, number);
    return `${ENVIRONMENTS}[${number}]`;
  }

  private plain(object: RObject): Value {
    const others = (object.attributes ?? []).filter(([name]) => !SHOWN.has(name) && !isWritten(object, name));
    const names = namesOf(object);
    if (object.items !== undefined && names !== undefined && others.length === 0) {
      const dict: DictNode = { kind: "dict", keys: [], values: [] };
      this.made.set(object, dict);
      this.fill(dict, object, names);
      return dict;
    }
    if (others.length === 0 && names === undefined) return this.bare(object);
    const dict: DictNode = { kind: "dict", keys: [], values: [] };
    this.made.set(object, dict);
    if (object.items !== undefined && names !== undefined) this.fill(dict, object, names);
    else this.put(dict, "values", this.bare(object));
    this.attributes(dict, object, names !== undefined && object.items !== undefined);
    return dict;
  }

  /** Without its attributes. */
  private bare(object: RObject): Value {
    const { kind, at } = object;
    if (kind === "null") return null;
    if (kind in DTYPES) return tensorOf(object, kind as keyof typeof DTYPES);
    if (object.texts !== undefined) {
      const [only] = object.texts;
      return object.texts.length === 1 && only !== undefined
        ? only
        : { kind: "list", type: "list", items: [...object.texts] };
    }
    if (kind === "call") {
      const code = codeOf(object, this.unwritable);
      if (code !== undefined) return code;
    }
    const [source] = object.items ?? [];
    if (kind === "named" && source !== undefined) return codeOf(object, this.unwritable) ?? this.of(source);
    if (object.items === undefined || object.name !== undefined)
      return kind === "symbol" || object.name === undefined
        ? (object.name ?? null)
        : { kind: "global", module: "R", name: object.name, offset: at };
    const items: Value[] = [];
    const list: Value = { kind: "list", type: kind === "call" ? "tuple" : "list", items };
    this.made.set(object, list);
    for (const item of object.items) items.push(this.of(item));
    return list;
  }

  private fill(dict: DictNode, { kind, items = [] }: RObject, names: readonly string[]): void {
    for (const [i, item] of items.entries()) {
      const name = names[i];
      const isAmong = name === (kind === "environment" ? "parent.env" : kind === "pairs" ? "environment" : undefined);
      this.put(
        dict,
        name === undefined || name === "" ? String(i + 1) : name,
        isAmong && name !== undefined ? this.among(item) : this.of(item),
      );
    }
  }

  private attributes(dict: DictNode, object: RObject, isNamed: boolean): void {
    for (const [name, value] of object.attributes ?? [])
      if (!(name === "names" && isNamed) && name !== "dim" && name !== "class" && !isWritten(object, name))
        this.put(dict, name, OF_CODE.has(name) ? this.among(value) : this.of(value));
    const classes = attribute(object, "class")?.texts ?? [];
    if (classes.length > 1) this.put(dict, "class", { kind: "list", type: "list", items: [...classes] });
  }

  /** A list may have one name twice: the later ones get their place. */
  private put(dict: DictNode, name: string, value: Value): void {
    dict.keys.push(name);
    dict.values.push(value);
  }
}

function tensorOf(object: RObject, kind: keyof typeof DTYPES): TensorNode {
  const { length = 0, data = fromBytes(new Uint8Array(0)), at } = object;
  const dtype = scalarDType(DTYPES[kind], object.isLittle !== true);
  const dims = object.dims;
  const isShaped = dims !== undefined && dims.reduce((product, size) => product * size, 1) === length;
  // R's matrices are kept column by column.
  const tensor: TensorRef = { dtype, shape: isShaped ? dims : [length], order: isShaped ? "F" : "C", offset: 0, data };
  return { kind: "tensor", tensor, className: kind, offset: at };
}

function attribute({ attributes = [] }: RObject, name: string): RObject | undefined {
  return attributes.find(([key]) => key === name)?.[1];
}

function classOf(object: RObject): string | undefined {
  // A fit that was asked for by a formula is of that class first: randomForest.formula.
  const [first, second] = attribute(object, "class")?.texts ?? [];
  return (typeof second === "string" && first === `${second}.formula` ? second : first) ?? undefined;
}

/** One that is made of formals and a body; those of R itself have only a name. */
function isFunction({ kind, items }: RObject): boolean {
  return kind === "function" && items !== undefined;
}

function isWritten({ kind }: RObject, name: string): boolean {
  return (kind === "function" || kind === "call") && WRITTEN.has(name);
}

function hasParts({ kind }: RObject): boolean {
  return kind !== "null" && kind !== "symbol" && kind !== "named";
}

/** Names of a list's items: its own, or the tags of a pair list. */
function namesOf(object: RObject): string[] | undefined {
  const names = attribute(object, "names")?.texts;
  if (names !== undefined) return names.map((name) => name ?? "NA");
  const { tags } = object;
  if (object.kind === "call" || tags === undefined || !tags.some((tag) => tag !== undefined && tag !== ""))
    return undefined;
  return tags.map((tag) => tag ?? "");
}
