import { corrupt, limitExceeded } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { type DType, isScalarName, scalarDType } from "./dtype.ts";
import { type FieldSpec, parseDType, structuredDType, subarrayDType } from "./dtype-build.ts";
import { type Literal, readPythonLiteral } from "./python-literal.ts";

/**
 * The dtype of a `DType.name`: `float64`, `>f8`, `<U12`, `datetime64[ns]`, `bfloat16`, `[('a', '<f4')]`,
 * `{'names': ..., 'offsets': ...}`, `('<f4', (3,))`. What is said over the wire and on the command line.
 */
export function dtypeFromName(name: string): DType {
  if (isScalarName(name)) return scalarDType(name);
  // A big-endian type that numpy lacks: ">bfloat16".
  if (name.startsWith(">") && isScalarName(name.slice(1))) return scalarDType(name.slice(1) as "bfloat16", true);
  return /^[[({]/.test(name) ? fromLiteral(readPythonLiteral(name, "dtype"), 0, false) : parseDType(name);
}

/** The dtype of a literal as it stands in `.npy` headers (`descr`) and in names. */
export function dtypeFromLiteral(literal: Literal): DType {
  return fromLiteral(literal, 0, false);
}

/** Inside of an aligned dtype a list of fields is aligned as well, as numpy has it. */
function fromLiteral(literal: Literal, depth: number, aligned: boolean): DType {
  if (depth > LIMITS.dtypeDepth) throw limitExceeded("dtype: nesting", depth, LIMITS.dtypeDepth);
  if (typeof literal === "string") return parseDType(literal);
  if (typeof literal === "object" && literal !== null) {
    if (literal.kind === "name") return dtypeFromName(literal.name);
    if (literal.kind === "list") return fromList(literal.items, depth, aligned);
    if (literal.kind === "dict") return fromDict(literal.entries, depth, aligned);
    const [base, shape] = literal.items;
    if (base !== undefined && shape !== undefined && literal.items.length === 2)
      return subarrayDType(fromLiteral(base, depth + 1, aligned), shapeOf(shape));
  }
  throw corrupt("dtype: expected a type string, a list of fields, a dict of names and formats, or (base, shape)");
}

/** `[('a', '<f4'), (('title', 'b'), '<i8', (3,)), ('', '|V4')]`: an unnamed void field is padding. */
function fromList(items: readonly Literal[], depth: number, aligned: boolean): DType {
  const specs: FieldSpec[] = [];
  let end = 0;
  for (const item of items) {
    const parts = itemsOf(item);
    const [label, format, shape] = parts ?? [];
    if (label === undefined || format === undefined || (parts?.length ?? 0) > 3)
      throw corrupt("dtype: a field is (name, type) or (name, type, shape)");
    const base = fromLiteral(format, depth + 1, aligned);
    const dtype = shape === undefined ? base : subarrayDType(base, shapeOf(shape));
    const names = labelOf(label);
    const isPadding = names.name === "" && base.kind === "V" && base.fields === undefined;
    if (!isPadding) specs.push(aligned ? { ...names, dtype } : { ...names, dtype, offset: end });
    end += dtype.itemSize;
    if (specs.length > LIMITS.dtypeFields) throw limitExceeded("dtype: fields", specs.length, LIMITS.dtypeFields);
  }
  return structuredDType(specs, aligned ? { aligned } : { itemSize: end });
}

function fromDict(entries: readonly (readonly [Literal, Literal])[], depth: number, isInAligned: boolean): DType {
  const get = (key: string): Literal | undefined => entries.find(([name]) => name === key)?.[1];
  const names = itemsOf(get("names")) ?? [];
  const formats = itemsOf(get("formats")) ?? [];
  const offsets = itemsOf(get("offsets"));
  const titles = itemsOf(get("titles"));
  const flag = get("aligned");
  const aligned = typeof flag === "boolean" ? flag : isInAligned;
  if (names.length !== formats.length)
    throw corrupt(`dtype: ${names.length} names for ${formats.length} formats of fields`);
  const specs = formats.map((format, index): FieldSpec => {
    const name = names[index];
    if (typeof name !== "string") throw corrupt(`dtype: the name of field ${index} is not text`);
    const offset = offsets?.[index];
    const title = titles?.[index];
    return {
      name,
      dtype: fromLiteral(format, depth + 1, aligned),
      ...(offset === undefined ? {} : { offset: sizeOf(offset) }),
      ...(typeof title === "string" ? { title } : {}),
    };
  });
  const itemSize = get("itemsize");
  return structuredDType(specs, {
    aligned,
    ...(itemSize === undefined ? {} : { itemSize: sizeOf(itemSize) }),
  });
}

function labelOf(label: Literal): { name: string; title?: string } {
  if (typeof label === "string") return { name: label };
  const [title, name] = itemsOf(label) ?? [];
  if (typeof name !== "string") throw corrupt("dtype: the name of a field is not text");
  return typeof title === "string" ? { name, title } : { name };
}

function itemsOf(literal: Literal | undefined): readonly Literal[] | undefined {
  if (typeof literal !== "object" || literal === null) return undefined;
  return literal.kind === "list" || literal.kind === "tuple" ? literal.items : undefined;
}

function shapeOf(literal: Literal): number[] {
  return typeof literal === "bigint" ? [sizeOf(literal)] : (itemsOf(literal) ?? []).map(sizeOf);
}

function sizeOf(literal: Literal): number {
  const size = typeof literal === "bigint" ? Number(literal) : Number.NaN;
  if (!Number.isSafeInteger(size) || size < 0) {
    const found = typeof literal === "bigint" ? String(literal) : "something else";
    throw corrupt(`dtype: expected a size or an offset in bytes, found ${found}`);
  }
  return size;
}
