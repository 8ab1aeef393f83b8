import { ArtifactError, corrupt, limitExceeded, unsupported } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { type DType, type DTypeField, isScalarName, SCALARS, type ScalarName, scalarDType } from "./dtype.ts";
import { alignmentOf, alignUp, structName, subarrayName } from "./dtype-name.ts";
import { elementCount } from "./tensor.ts";

/**
 * numpy's descriptions of element types -> DType: type strings (`<f8`, `|S5`, `<M8[25s]`), structured dtypes,
 * sub-arrays. Plain arguments, so that pickles, `.npy` headers and our own container all end here.
 */

/** `f8` -> float64: the table's own column, read backwards. */
const BY_CODE: ReadonlyMap<string, ScalarName> = new Map(
  Object.entries(SCALARS).flatMap(([name, row]) =>
    "numpy" in row && isScalarName(name) ? [[row.numpy, name] as const] : [],
  ),
);

/** One-letter names with the sizes they have on 64-bit Linux and macOS. */
const BY_LETTER: ReadonlyMap<string, ScalarName> = new Map([
  ["?", "bool"],
  ["b", "int8"],
  ["B", "uint8"],
  ["h", "int16"],
  ["H", "uint16"],
  ["i", "int32"],
  ["I", "uint32"],
  ["l", "int64"],
  ["L", "uint64"],
  ["q", "int64"],
  ["Q", "uint64"],
  ["p", "int64"],
  ["P", "uint64"],
  ["e", "float16"],
  ["f", "float32"],
  ["d", "float64"],
  ["g", "float128"],
  ["F", "complex64"],
  ["D", "complex128"],
  ["G", "complex256"],
]);

const UNITS: ReadonlySet<string> = new Set("Y M W D h m s ms us ns ps fs as generic".split(" "));

/**
 * The dtype of a numpy type string: byte order (`<`, `>`, `=`, `|`; none and `=` mean little-endian), then a code, a
 * letter or a name. Throws `corrupt` for what is no type string, `unsupported` for types that we do not know.
 */
export function parseDType(descr: string): DType {
  if (descr.length > 200) throw corrupt(`dtype: type string of ${descr.length} characters`);
  const bigEndian = descr.startsWith(">");
  const code = /^[<>=|]/.test(descr) ? descr.slice(1) : descr;
  const scalar = BY_CODE.get(code) ?? BY_LETTER.get(code) ?? (isScalarName(code) ? code : undefined);
  if (scalar !== undefined) return scalarDType(scalar, bigEndian);
  const flexible = /^([SaUV])(\d{0,10})$/.exec(code);
  if (flexible !== null) return flexibleDType(flexible[1] ?? "", Number(flexible[2] ?? ""), bigEndian);
  // "O8" and "O4": old numpy wrote the pointer's size.
  if (/^(O[48]?|object)$/.test(code)) return objectDType();
  const time = /^(?:([Mm])8?|(datetime64|timedelta64))(?:\[(.*)\])?$/.exec(code);
  if (time !== null) {
    const kind = time[1] === "m" || time[2] === "timedelta64" ? "m" : "M";
    const { unit, count } = parseUnit(time[3] ?? "generic", descr);
    return datetimeDType(kind, unit, count, bigEndian);
  }
  throw unsupported(`dtype: ${JSON.stringify(descr)} is not a numpy type string that we know`);
}

/** `datetime64` (M) or `timedelta64` (m) in `count` units: `s` and 25 are `datetime64[25s]`. */
export function datetimeDType(kind: "M" | "m", unit: string, count = 1, bigEndian = false): DType {
  if (!UNITS.has(unit)) throw corrupt(`dtype: ${JSON.stringify(unit)} is not a unit of time`);
  if (!Number.isInteger(count) || count < 1 || count > 0x7fffffff)
    throw corrupt(`dtype: ${count} is not a count of time units`);
  const text = unit === "generic" ? unit : `${count === 1 ? "" : count}${unit}`;
  const suffix = unit === "generic" ? "" : `[${text}]`;
  const name = bigEndian ? `>${kind}8${suffix}` : `${kind === "M" ? "datetime64" : "timedelta64"}${suffix}`;
  return { name, kind, itemSize: 8, bits: 64, bigEndian, unit: text };
}

/** Unit and count of `25s`, `ns`, `generic`. */
export function parseUnit(text: string, descr = text): { unit: string; count: number } {
  const match = /^(\d{0,10})([a-zA-Z]+)$/.exec(text);
  if (match === null) throw corrupt(`dtype: ${JSON.stringify(descr)} has no unit of time that we know`);
  return { unit: match[2] ?? "", count: match[1] === "" ? 1 : Number(match[1]) };
}

const OBJECT: DType = { name: "object", kind: "O", itemSize: 8, bits: 64, bigEndian: false };

/** References to Python objects: the elements are elsewhere (a pickle). */
export function objectDType(): DType {
  return OBJECT;
}

function flexibleDType(letter: string, length: number, bigEndian: boolean): DType {
  const kind = letter === "a" ? "S" : (letter as "S" | "U" | "V");
  const itemSize = kind === "U" ? length * 4 : length;
  if (itemSize > 0x7fffffff) throw limitExceeded("dtype: bytes of one element", itemSize, 0x7fffffff);
  const isSwapped = bigEndian && kind === "U";
  const name = kind === "U" ? `${isSwapped ? ">" : "<"}U${length}` : `|${kind}${length}`;
  return { name, kind, itemSize, bits: itemSize * 8, bigEndian: isSwapped };
}

/** `(base, shape)`: every element is an array of `shape`. */
export function subarrayDType(base: DType, shape: readonly number[]): DType {
  if (shape.length === 0) return base;
  // numpy, too, makes one of two.
  if (base.subarray !== undefined) return subarrayDType(base.subarray.base, [...shape, ...base.subarray.shape]);
  if (shape.length > LIMITS.dimensions)
    throw limitExceeded("dtype: dimensions of a sub-array", shape.length, LIMITS.dimensions);
  const itemSize = elementCount(shape, "sub-array dtype") * base.itemSize;
  checkItemSize(itemSize);
  const dtype: DType = {
    name: subarrayName(base, shape),
    kind: "V",
    itemSize,
    bits: itemSize * 8,
    bigEndian: false,
    subarray: { base, shape: [...shape] },
  };
  return nested(dtype, [base]);
}

/** One field as a file describes it. Without `offset` it follows the field before it. */
export interface FieldSpec {
  readonly name: string;
  readonly dtype: DType;
  readonly offset?: number;
  readonly title?: string;
}

export interface StructOptions {
  /** Bytes of one element; the fields' end when absent. */
  readonly itemSize?: number;
  /** numpy's `align=True`: offsets that are not given are aligned as C does. */
  readonly aligned?: boolean;
}

/**
 * A structured dtype. Fields may overlap (numpy allows it) but lie inside of the element; names are unique. Throws
 * `corrupt` when they do not or are not, `limit` when there are too many or they nest too deep.
 */
export function structuredDType(specs: readonly FieldSpec[], options: StructOptions = {}): DType {
  const aligned = options.aligned === true;
  if (specs.length > LIMITS.dtypeFields) throw limitExceeded("dtype: fields", specs.length, LIMITS.dtypeFields);
  const fields: DTypeField[] = [];
  const names = new Set<string>();
  let end = 0;
  let widest = 1;
  for (const { name, dtype, offset: given, title } of specs) {
    if (names.has(name)) throw corrupt(`dtype: field ${JSON.stringify(name)} occurs twice`);
    names.add(name);
    const alignment = aligned ? alignmentOf(dtype) : 1;
    const offset = given ?? alignUp(end, alignment);
    if (!Number.isSafeInteger(offset) || offset < 0)
      throw corrupt(`dtype: field ${JSON.stringify(name)} at byte ${offset} of its element`);
    if (dtype.itemSize === 0 && dtype.bits > 0)
      throw corrupt(`dtype: field ${JSON.stringify(name)} of ${dtype.bits} bits is not whole bytes`);
    fields.push(title === undefined ? { name, dtype, offset } : { name, dtype, offset, title });
    end = Math.max(end, offset + dtype.itemSize);
    widest = Math.max(widest, alignment);
  }
  const itemSize = options.itemSize ?? alignUp(end, widest);
  checkItemSize(itemSize);
  if (end > itemSize) throw corrupt(`dtype: fields end at byte ${end}, the element has ${itemSize} bytes`);
  const bare = { kind: "V" as const, itemSize, bits: itemSize * 8, bigEndian: false, fields };
  // Limits first: a dtype that shares parts could print as an endless name.
  const { depth, count } = nesting(specs.map((spec) => spec.dtype));
  const name = structName({ fields, itemSize, aligned });
  const dtype: DType = aligned ? { ...bare, name, aligned } : { ...bare, name };
  sizes.set(dtype, { depth, count });
  return dtype;
}

/** One item of an `.npy` header's list form. `descr` is a type string or a list of items again. */
export interface DescrField {
  readonly name: string;
  readonly title?: string;
  readonly descr: string | readonly DescrField[];
  readonly shape?: readonly number[];
}

/** The dtype of a header's list form. Unnamed void fields are padding: they take room and are no fields. */
export function dtypeFromDescr(items: readonly DescrField[], depth = 0): DType {
  if (depth > LIMITS.dtypeDepth) throw limitExceeded("dtype: nesting", depth, LIMITS.dtypeDepth);
  const specs: FieldSpec[] = [];
  let end = 0;
  for (const { name, title, descr, shape } of items) {
    const base = typeof descr === "string" ? parseDType(descr) : dtypeFromDescr(descr, depth + 1);
    const dtype = shape === undefined ? base : subarrayDType(base, shape);
    const isPadding = name === "" && base.kind === "V" && base.fields === undefined;
    if (!isPadding)
      specs.push(title === undefined ? { name, dtype, offset: end } : { name, dtype, offset: end, title });
    end += dtype.itemSize;
  }
  return structuredDType(specs, { itemSize: end });
}

/** True when any element holds Python references: its bytes mean nothing here. */
export function holdsObjects(dtype: DType): boolean {
  if (dtype.kind === "O") return true;
  if (dtype.subarray !== undefined) return holdsObjects(dtype.subarray.base);
  return dtype.fields?.some((field) => holdsObjects(field.dtype)) === true;
}

/** Nesting and field count of the composed dtypes made here, so that each is measured once. */
const sizes = new WeakMap<DType, { readonly depth: number; readonly count: number }>();

function nesting(parts: readonly DType[]): { depth: number; count: number } {
  let depth = 0;
  let count = 0;
  for (const part of parts) {
    const size = sizes.get(part);
    depth = Math.max(depth, size?.depth ?? 0);
    count += 1 + (size?.count ?? 0);
  }
  if (depth + 1 > LIMITS.dtypeDepth) throw limitExceeded("dtype: nesting", depth + 1, LIMITS.dtypeDepth);
  if (count > LIMITS.dtypeFields) throw limitExceeded("dtype: fields over all nesting", count, LIMITS.dtypeFields);
  return { depth: depth + 1, count };
}

function nested(dtype: DType, parts: readonly DType[]): DType {
  sizes.set(dtype, nesting(parts));
  return dtype;
}

function checkItemSize(itemSize: number): void {
  if (!Number.isSafeInteger(itemSize) || itemSize < 0)
    throw new ArtifactError("corrupt", `dtype: ${itemSize} is not a size of an element`);
  // numpy keeps it in a C int.
  if (itemSize > 0x7fffffff) throw limitExceeded("dtype: bytes of one element", itemSize, 0x7fffffff);
}
