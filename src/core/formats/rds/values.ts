import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { fromBytes } from "../../bytes/source.ts";
import type { DictNode, ObjectNode, TensorNode, Value } from "../../model/value.ts";
import type { RObject } from "./objects.ts";

const DTYPES = { logical: "int32", integer: "int32", double: "float64", complex: "complex128", raw: "uint8" } as const;
/** What a value is made of already, and needs no mention. */
const SHOWN: ReadonlySet<string> = new Set(["dim", "class", "names"]);

/** R's objects as described values: an object of a class is an object of that class of the module `R`. */
export function toValue(root: RObject): { readonly value: Value; readonly className: string | undefined } {
  return { value: new Values().of(root), className: classOf(root) };
}

class Values {
  /** Environments may hold themselves. */
  private readonly made = new Map<RObject, Value>();

  of(object: RObject): Value {
    const known = this.made.get(object);
    if (known !== undefined) return known;
    const className = classOf(object);
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
    if (object.items !== undefined && (names !== undefined || object.items.length === 0))
      this.fill(state, object, names ?? []);
    else if (object.kind !== "s4") this.put(state, "values", this.bare(object));
    this.attributes(state, object, names !== undefined && object.items !== undefined);
    return node;
  }

  private plain(object: RObject): Value {
    const others = (object.attributes ?? []).filter(([name]) => !SHOWN.has(name));
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
    if (object.items === undefined)
      return kind === "symbol" || object.name === undefined
        ? (object.name ?? null)
        : { kind: "global", module: "R", name: object.name, offset: at };
    const items: Value[] = [];
    const list: Value = { kind: "list", type: kind === "call" ? "tuple" : "list", items };
    this.made.set(object, list);
    for (const item of object.items) items.push(this.of(item));
    return list;
  }

  private fill(dict: DictNode, { items = [] }: RObject, names: readonly string[]): void {
    for (const [i, item] of items.entries()) {
      const name = names[i];
      this.put(dict, name === undefined || name === "" ? String(i + 1) : name, this.of(item));
    }
  }

  private attributes(dict: DictNode, { attributes = [] }: RObject, isNamed: boolean): void {
    for (const [name, value] of attributes)
      if (!(name === "names" && isNamed) && name !== "dim" && name !== "class") this.put(dict, name, this.of(value));
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
  return attribute(object, "class")?.texts?.[0] ?? undefined;
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
