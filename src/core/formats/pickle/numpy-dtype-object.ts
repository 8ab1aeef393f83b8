import { ArtifactError } from "../../errors.ts";
import { type DType, isScalarName, scalarDType } from "../../model/dtype.ts";
import { datetimeDType, parseDType, structuredDType, subarrayDType } from "../../model/numpy-dtype.ts";
import { isNode, type Node, type Value } from "../../model/value.ts";
import { argumentsOf } from "./graph.ts";
import { shortText } from "./held-bytes.ts";

/**
 * numpy's dtype objects: `numpy.dtype(code, align, copy)` and the state that BUILD gives it. States have 5 to 9 items
 * over numpy's versions (numpy/_core/src/multiarray/descriptor.c, arraydescr_setstate).
 */

type Known = ReadonlyMap<Node, DType>;

/** The dtype before its state: byte order, fields and units come with BUILD. */
export function dtypeOfArguments(args: readonly Value[]): DType | undefined {
  const [code] = args;
  const text = shortText(code);
  if (text !== undefined) return quietly(() => parseDType(text));
  if (!isNode(code) || code.kind !== "global") return undefined;
  // A record is a void with names.
  if (code.name === "record" && code.module.startsWith("numpy")) return parseDType("V0");
  const isNumeric = code.module === "numpy" || code.module === "ml_dtypes" || code.module.startsWith("ml_dtypes.");
  const name = code.name.replace(/_$/, "");
  return isNumeric && isScalarName(name) ? scalarDType(name) : undefined;
}

/** The dtype with its state; undefined when the state is not one of numpy's, or says what numpy would refuse. */
export function dtypeOfState(base: DType | undefined, state: Value, known: Known): DType | undefined {
  if (base === undefined || !isNode(state) || state.kind !== "list" || state.type !== "tuple") return undefined;
  const parts = partsOf(state.items);
  return parts === undefined ? undefined : quietly(() => dtypeOfParts(base, parts, known));
}

interface Parts {
  readonly order: Value | undefined;
  readonly subarray: Value | undefined;
  readonly names: Value | undefined;
  readonly fields: Value | undefined;
  readonly size: Value | undefined;
  readonly flags: Value | undefined;
  readonly metadata: Value | undefined;
}

function partsOf(items: readonly Value[]): Parts | undefined {
  // Version 0 has no version number, versions 0 and 1 may keep the names inside of the fields.
  if (items.length === 5) {
    const [order, subarray, fields, size] = items;
    return { order, subarray, names: undefined, fields, size, flags: undefined, metadata: undefined };
  }
  if (items.length < 6 || items.length > 9) return undefined;
  const [version] = items;
  if (typeof version !== "bigint" || version < 0n || version > 4n) return undefined;
  if (items.length === 6) {
    const [, order, subarray, fields, size] = items;
    return { order, subarray, names: undefined, fields, size, flags: undefined, metadata: undefined };
  }
  const [, order, subarray, names, fields, size, , flags, metadata] = items;
  return { order, subarray, names, fields, size, flags, metadata };
}

function dtypeOfParts(base: DType, parts: Parts, known: Known): DType | undefined {
  const order = shortText(parts.order);
  if (order === undefined || !/^[<>=|]$/.test(order)) return undefined;
  const bigEndian = order === ">";
  const size = typeof parts.size === "bigint" && parts.size >= 0n ? Number(parts.size) : undefined;
  if (isPresent(parts.subarray)) return subarrayOf(parts.subarray, known);
  if (isPresent(parts.fields)) return structOf(parts, size, known);
  if (base.scalar !== undefined) return scalarDType(base.scalar, bigEndian);
  switch (base.kind) {
    case "M":
    case "m":
      return timeOf(base.kind, parts.metadata, bigEndian);
    case "U": {
      const length = (size ?? base.itemSize) / 4;
      return Number.isInteger(length) ? parseDType(`${bigEndian ? ">" : "<"}U${length}`) : undefined;
    }
    case "S":
    case "V":
      return parseDType(`|${base.kind}${size ?? base.itemSize}`);
    case "O":
      return base;
    case "b":
    case "i":
    case "u":
    case "f":
    case "c":
    case "x":
      return undefined;
  }
}

function isPresent(value: Value | undefined): value is Value {
  return value !== undefined && value !== null;
}

function subarrayOf(value: Value, known: Known): DType | undefined {
  const [base, shape] = argumentsOf(value) ?? [];
  const dtype = isNode(base) ? known.get(base) : undefined;
  const dims = typeof shape === "bigint" ? [Number(shape)] : dimensionsOf(shape);
  return dtype === undefined || dims === undefined ? undefined : subarrayDType(dtype, dims);
}

function structOf(parts: Parts, itemSize: number | undefined, known: Known): DType | undefined {
  const { fields, names, flags } = parts;
  if (!isNode(fields) || fields.kind !== "dict") return undefined;
  // The oldest versions keep the order of the names under the key -1.
  const order = isPresent(names) ? names : fields.values[fields.keys.indexOf(-1n)];
  const specs = (argumentsOf(order) ?? []).map((item) => {
    const name = shortText(item);
    const at = fields.keys.map(shortText).lastIndexOf(name);
    const [type, offset, title] = argumentsOf(fields.values[at]) ?? [];
    const dtype = isNode(type) ? known.get(type) : undefined;
    if (name === undefined || dtype === undefined || typeof offset !== "bigint") return undefined;
    const spec = { name, dtype, offset: Number(offset) };
    return typeof title === "string" ? { ...spec, title } : spec;
  });
  if (!specs.every((spec) => spec !== undefined) || argumentsOf(order) === undefined) return undefined;
  // NPY_ALIGNED_STRUCT is 0x80; the flags are a signed char in some versions.
  const aligned = typeof flags === "bigint" && (Number(flags) & 0x80) !== 0;
  return structuredDType(specs, itemSize === undefined ? { aligned } : { itemSize, aligned });
}

/** Metadata is (dict or None, (unit, count, divisor[, events])). */
function timeOf(kind: "M" | "m", metadata: Value | undefined, bigEndian: boolean): DType | undefined {
  const timing = argumentsOf(argumentsOf(metadata)?.[1]);
  if (timing === undefined) return isPresent(metadata) ? undefined : datetimeDType(kind, "generic", 1, bigEndian);
  const unit = shortText(timing[0]);
  const [, count, divisor] = timing;
  if (unit === undefined || typeof count !== "bigint" || (divisor !== undefined && divisor !== 1n)) return undefined;
  return datetimeDType(kind, unit, Number(count), bigEndian);
}

/** A tuple of sizes; undefined when one is none. */
export function dimensionsOf(value: Value | undefined): number[] | undefined {
  const items = argumentsOf(value);
  if (items === undefined) return undefined;
  const dims = items.map((item) => (typeof item === "bigint" ? Number(item) : Number.NaN));
  return dims.every((dim) => Number.isSafeInteger(dim) && dim >= 0) ? dims : undefined;
}

/** A dtype that numpy's description does not allow is none: the array that needs it says so. */
function quietly(make: () => DType | undefined): DType | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof ArtifactError) return undefined;
    throw error;
  }
}
