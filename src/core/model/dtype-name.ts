import type { DType, DTypeField } from "./dtype.ts";
import { scalarRow } from "./dtype.ts";
import { pythonString, pythonTuple } from "./python-text.ts";

/**
 * How numpy writes dtypes. Three notations: `str(dtype)` (our `DType.name`), the short one inside of structured
 * dtypes (`'<f8'`, `'?'`), and the type strings of `.npy` headers and `__array_interface__` (`|b1`).
 */

/** What decides a structured dtype's text. */
interface StructLayout {
  readonly fields: readonly DTypeField[];
  readonly itemSize: number;
  readonly aligned: boolean;
}

/**
 * `str(numpy.dtype)` of a structured dtype. The list form where it says all, else the dict form. Inside of an aligned
 * dtype a list is read as aligned, elsewhere as packed; where numpy's own text forgets that (an aligned dtype as a field
 * of a packed one), ours says `'aligned'` there too, so that a name always reads back to the same offsets.
 */
export function structName(layout: StructLayout): string {
  return structText(layout, false);
}

/** `str(numpy.dtype)` of a sub-array dtype. */
export function subarrayName(base: DType, shape: readonly number[]): string {
  return subarrayText(base, shape, false);
}

/** numpy's type string (`<f8`, `|S5`, `<M8[ns]`); `|V8` for structured dtypes; undefined for types numpy has not. */
export function numpyTypeString(dtype: DType): string | undefined {
  const order = dtype.bigEndian ? ">" : "<";
  if (dtype.scalar !== undefined) {
    const code = scalarRow(dtype.scalar).numpy;
    return code === undefined ? undefined : `${dtype.itemSize === 1 ? "|" : order}${code}`;
  }
  const { kind } = dtype;
  if (kind === "S" || kind === "V") return `|${kind}${dtype.itemSize}`;
  if (kind === "U") return `${order}U${dtype.itemSize / 4}`;
  if (kind === "M" || kind === "m") return `${order}${kind}8${unitText(dtype.unit)}`;
  return kind === "O" ? "|O" : undefined;
}

/**
 * The dtype as a Python literal for an `.npy` header's `descr`: `'<f8'`, `[('a', '<f4'), ('', '|V4'), ('b', '<i8')]`.
 * Undefined where numpy has no such description: types it lacks (bfloat16), and fields that overlap or are out of order.
 */
export function numpyDescr(dtype: DType): string | undefined {
  if (dtype.fields !== undefined) return fieldsDescr(dtype, dtype.fields);
  if (dtype.subarray !== undefined) return `'|V${dtype.itemSize}'`;
  const text = numpyTypeString(dtype);
  return text === undefined ? undefined : `'${text}'`;
}

function fieldsDescr(dtype: DType, fields: readonly DTypeField[]): string | undefined {
  const items: string[] = [];
  let end = 0;
  for (const field of fields) {
    if (field.offset < end) return undefined;
    if (field.offset > end) items.push(`('', '|V${field.offset - end}')`);
    end = field.offset + field.dtype.itemSize;
    const base = field.dtype.subarray?.base ?? field.dtype;
    const descr = numpyDescr(base);
    if (descr === undefined) return undefined;
    const shape = field.dtype.subarray === undefined ? "" : `, ${pythonTuple(field.dtype.subarray.shape)}`;
    items.push(`(${nameText(field)}, ${descr}${shape})`);
  }
  if (dtype.itemSize > end) items.push(`('', '|V${dtype.itemSize - end}')`);
  return `[${items.join(", ")}]`;
}

function unitText(unit: string | undefined): string {
  return unit === undefined || unit === "generic" ? "" : `[${unit}]`;
}

function nameText(field: DTypeField): string {
  return field.title === undefined
    ? pythonString(field.name)
    : `(${pythonString(field.title)}, ${pythonString(field.name)})`;
}

/** A dtype inside of another: `'<f8'`, `'?'`, `'S5'`, `[('a', '<f4')]`. Types that numpy lacks by their bare name. */
function shortText(dtype: DType, isInAligned: boolean): string {
  if (dtype.fields !== undefined)
    return structText({ fields: dtype.fields, itemSize: dtype.itemSize, aligned: dtype.aligned === true }, isInAligned);
  if (dtype.subarray !== undefined) return subarrayText(dtype.subarray.base, dtype.subarray.shape, isInAligned);
  if (dtype.scalar === "bool") return "'?'";
  const text = numpyTypeString(dtype);
  return text === undefined ? dtype.name : `'${text.replace(/^\|/, "")}'`;
}

function structText(layout: StructLayout, isInAligned: boolean): string {
  const { aligned } = layout;
  if (aligned === isInAligned && isPacked(layout)) return listText(layout);
  const flag = aligned === isInAligned ? "" : `, 'aligned': ${aligned ? "True" : "False"}`;
  return dictText(layout, flag);
}

function subarrayText(base: DType, shape: readonly number[], isInAligned: boolean): string {
  return `(${shortText(base, isInAligned)}, ${pythonTuple(shape)})`;
}

function listText({ fields, aligned }: StructLayout): string {
  const items = fields.map((field) => {
    const { subarray } = field.dtype;
    const shape = subarray === undefined ? "" : `, ${pythonTuple(subarray.shape)}`;
    return `(${nameText(field)}, ${shortText(subarray?.base ?? field.dtype, aligned)}${shape})`;
  });
  return `[${items.join(", ")}]`;
}

function dictText({ fields, itemSize, aligned }: StructLayout, flag: string): string {
  const names = fields.map((field) => pythonString(field.name)).join(", ");
  const formats = fields.map((field) => shortText(field.dtype, aligned)).join(", ");
  const offsets = fields.map((field) => field.offset).join(", ");
  const titles = fields.some((field) => field.title !== undefined)
    ? `, 'titles': [${fields.map((f) => (f.title === undefined ? "None" : pythonString(f.title))).join(", ")}]`
    : "";
  return `{'names': [${names}], 'formats': [${formats}], 'offsets': [${offsets}]${titles}, 'itemsize': ${itemSize}${flag}}`;
}

/** True when the fields lie where the list form puts them. */
function isPacked({ fields, itemSize, aligned }: StructLayout): boolean {
  let end = 0;
  let widest = 1;
  for (const field of fields) {
    const alignment = aligned ? alignmentOf(field.dtype) : 1;
    widest = Math.max(widest, alignment);
    end = alignUp(end, alignment);
    if (field.offset !== end) return false;
    end += field.dtype.itemSize;
  }
  return alignUp(end, widest) === itemSize;
}

export function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** The alignment that a C compiler on x86-64 gives the type, which is what numpy writes for `align=True`. */
export function alignmentOf(dtype: DType): number {
  if (dtype.subarray !== undefined) return alignmentOf(dtype.subarray.base);
  if (dtype.fields !== undefined)
    return dtype.aligned === true ? Math.max(1, ...dtype.fields.map((field) => alignmentOf(field.dtype))) : 1;
  if (dtype.kind === "S" || dtype.kind === "V" || dtype.kind === "x") return 1;
  if (dtype.kind === "U") return 4;
  return partAlignment(dtype.kind === "c" ? dtype.itemSize / 2 : dtype.itemSize);
}

/** An 80-bit float of 12 bytes (32-bit x86) is aligned to 4. */
function partAlignment(itemSize: number): number {
  return itemSize === 12 ? 4 : Math.max(1, itemSize);
}
