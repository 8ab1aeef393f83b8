import type { ByteSource } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { dictGet, isNode, type Value } from "../../model/value.ts";
import type { Binaries } from "./document.ts";

const TYPES: Readonly<Record<string, ScalarName>> = {
  Float16: "float16",
  Float32: "float32",
  Float64: "float64",
  Int8: "int8",
  Int16: "int16",
  Int32: "int32",
  Int64: "int64",
  UInt8: "uint8",
  UInt16: "uint16",
  UInt32: "uint32",
  UInt64: "uint64",
  Bool: "bool",
};

/** A type may be a reference to one; references in a row are nobody's. */
const HOPS = 8;

/** Turns the tagged documents of BSON.jl into what they stand for: arrays, structs by type and fields, names of types. */
export class JuliaValues {
  private readonly source: ByteSource;
  private readonly binaries: Binaries;
  private readonly backrefs: Value[];
  private depth = 0;
  private readonly known = new Map<number, Value>();

  constructor(source: ByteSource, binaries: Binaries, root: Value) {
    this.source = source;
    this.binaries = binaries;
    const refs = isNode(root) && root.kind === "dict" ? dictGet(root, "_backrefs") : undefined;
    this.backrefs = isNode(refs) && refs.kind === "list" ? refs.items : [];
  }

  /** Without the table of what is referred to, which is shown where it belongs. */
  root(value: Value): Value {
    if (!isNode(value) || value.kind !== "dict") return this.of(value);
    const entries = value.keys.map((key, index) => [keyText(key), value.values[index] ?? null] as const);
    return dictOf(entries.filter(([key]) => key !== "_backrefs").map(([key, each]) => [key, this.of(each)]));
  }

  private of(value: Value): Value {
    // References may lead to references, one inside of the other, as far as the file goes.
    if (this.depth > LIMITS.valueDepth) return "<too deep>";
    this.depth += 1;
    const made = this.made(value);
    this.depth -= 1;
    return made;
  }

  private made(value: Value): Value {
    if (!isNode(value)) return value;
    if (value.kind === "list") return listOf(value.items.map((item) => this.of(item)));
    if (value.kind !== "dict") return value;
    const part = (key: string): Value => dictGet(value, key) ?? null;
    const tag = part("tag");
    switch (typeof tag === "string" ? tag : "") {
      case "array":
        return this.array(part("type"), part("size"), part("data"), value);
      case "struct":
        return dictOf([
          ["type", this.typeName(part("type"))],
          ["data", this.of(part("data"))],
        ]);
      case "symbol":
        return this.of(part("name"));
      case "tuple":
      case "svec":
        return this.of(part("data"));
      case "datatype":
        return this.typeName(value);
      case "ref":
      case "backref":
        return this.referred(part("ref"));
      default:
        return dictOf(value.keys.map((key, index) => [keyText(key), this.of(value.values[index] ?? null)]));
    }
  }

  private array(type: Value, size: Value, data: Value, whole: Value): Value {
    const binary = this.binaries.get(data);
    const shape = isNode(size) && size.kind === "list" ? size.items.map(Number) : [];
    const scalar = TYPES[this.typeName(type).replace(/^Core\./, "")];
    if (binary === undefined || scalar === undefined)
      return isNode(data) && data.kind === "list" ? listOf(data.items.map((item) => this.of(item))) : this.plain(whole);
    const dtype = scalarDType(scalar);
    const isShape = shape.every((dim) => Number.isSafeInteger(dim) && dim >= 0);
    const count = shape.reduce((product, dim) => product * dim, 1);
    if (!isShape || !Number.isSafeInteger(count) || count * dtype.itemSize !== binary.bytes.length)
      return this.plain(whole);
    return {
      kind: "tensor",
      tensor: { dtype, shape, order: "F", offset: binary.offset, data: this.source },
      className: "Array",
      offset: binary.offset,
    };
  }

  /** As the file has it, where it is not what its tag says. */
  private plain(value: Value): Value {
    if (!isNode(value) || value.kind !== "dict") return value;
    return dictOf(value.keys.map((key, index) => [keyText(key), value.values[index] ?? null]));
  }

  private referred(ref: Value): Value {
    const number = Number(ref);
    const known = this.known.get(number);
    if (known !== undefined) return known;
    const target = this.backrefs[number - 1];
    if (target === undefined) return `<reference ${keyText(ref)}>`;
    // What refers to itself is shown once, and named inside of itself.
    this.known.set(number, `<reference ${number}>`);
    const value = this.of(target);
    this.known.set(number, value);
    return value;
  }

  private typeName(type: Value, hops = 0): string {
    if (!isNode(type) || type.kind !== "dict") return typeof type === "string" ? type : "?";
    if (dictGet(type, "tag") === "backref" && hops < HOPS)
      return this.typeName(this.backrefs[Number(dictGet(type, "ref")) - 1] ?? null, hops + 1);
    const name = dictGet(type, "name");
    if (!isNode(name) || name.kind !== "list") return "?";
    return name.items.filter((item) => typeof item === "string").join(".");
  }
}

function keyText(key: Value): string {
  return isNode(key) ? "?" : String(key);
}
