import { append } from "../append.ts";
import { fromBytes } from "../bytes/source.ts";
import { objectDType } from "../model/dtype-build.ts";
import { type TensorRef } from "../model/tensor.ts";
import {
  type DictNode,
  dictGet,
  isNode,
  type Node,
  type ObjectNode,
  type TensorNode,
  type Value,
} from "../model/value.ts";
import type { Work } from "../work.ts";
import { attributeOf, classOf, dataArguments } from "./anatomy.ts";
import { arrowColumn, arrowLabels } from "./arrow/column.ts";
import { arrowFrame, columnParts } from "./arrow/frame.ts";
import { denseStrides } from "./structured.ts";
import { readTexts } from "./texts.ts";

/**
 * pandas keeps a DataFrame as blocks of columns of one type, and each generation pickles them in its own way:
 *
 *     before 0.14.1   BlockManager state (axes, values of the blocks, items of the blocks)
 *     0.14.1 on       the same with a fourth part {"0.14.1": {"axes", "blocks": [{"values", "mgr_locs"}]}}
 *     1.3 on          BlockManager(blocks, axes), each block _unpickle_block(values, placement, ndim)
 *     3.0 on          the same, the classes named as pandas.DataFrame, text and the names of columns as arrays of Arrow
 *
 * (pandas/core/internals/managers.py, pandas/_libs/internals.pyx). Rows of a block's values are columns of the frame.
 */
export interface Column {
  readonly name: string;
  /** Of a column that is kept as several arrays: which one this is; the first has none. */
  readonly part?: string;
  readonly value: Value;
}

/** A table with its columns in order, or a series; `index` where it is more than the numbers 0, 1, ... */
export interface Frame {
  readonly columns: readonly Column[];
  readonly index: Value | undefined;
}

interface Block {
  readonly values: Value;
  readonly placement: Value | undefined;
}

/** More columns are a matrix. */
const COLUMNS = 100_000;
/** Levels of an index: tables have two or three. */
const LEVELS = 64;
/** Characters of the names of one index that are put together of its levels. */
const NAME_CHARACTERS = 32 * 1024 * 1024;

export async function frameOf(node: ObjectNode, work: Work): Promise<Frame | undefined> {
  const { module, name } = classOf(node);
  if (!/^pandas(?:\.core\.(?:frame|series))?$/.test(module)) return arrowFrame(node, work);
  if (name !== "DataFrame" && name !== "Series") return undefined;
  const manager = attributeOf(node, "_mgr") ?? attributeOf(node, "_data") ?? managerOf(node.state);
  if (!isNode(manager) || manager.kind !== "object") return undefined;
  const content = contentOf(manager);
  const [axes, blocks] = content ?? [];
  if (axes === undefined || blocks === undefined) return undefined;
  if (name === "Series") {
    const [only] = blocks;
    const title = attributeOf(node, "_name") ?? attributeOf(node, "name");
    if (only === undefined || blocks.length !== 1) return undefined;
    return {
      columns: await partsOf(typeof title === "string" ? title : "values", only.values, work),
      index: await indexOf(axes[0], work),
    };
  }
  const names = await namesOf(axes[0], work);
  if (names === undefined || names.length > COLUMNS) return undefined;
  const found = new Map<number, Value>();
  for (const { values, placement } of blocks) {
    const places = placesOf(placement) ?? (await readTexts(placement, work))?.map(Number);
    if (places === undefined || !placeColumns(values, places, names.length, found)) return undefined;
  }
  if (found.size !== names.length) return undefined;
  const columns: Column[] = [];
  for (const [k, each] of names.entries()) append(columns, await partsOf(each, found.get(k) as Value, work));
  return { columns, index: await indexOf(axes[1], work) };
}

/** Codes and categories, values and which of them are missing, instants and their time zone, both ends of intervals. */
async function partsOf(name: string, value: Value, work: Work): Promise<readonly Column[]> {
  if (!isNode(value) || value.kind !== "object") return [{ name, value }];
  const arrow = await arrowColumn(value, work);
  if (arrow !== undefined) return columnParts(name, arrow);
  const [data, mask] = [attributeOf(value, "_data"), attributeOf(value, "_mask")];
  if (data !== undefined && mask !== undefined)
    return [
      { name, value: data },
      { name, part: "mask", value: mask },
    ];
  const text = attributeOf(value, "_ndarray");
  if (text !== undefined) return [{ name, value: text }];
  return intervalParts(name, value) ?? sparseParts(name, value) ?? backedParts(name, value, work);
}

/** IntervalArray: two arrays of ends, and which of them belong to the interval. */
function intervalParts(name: string, value: ObjectNode): readonly Column[] | undefined {
  const state = (itemsOf(value.state) ?? [value.state ?? null]).find((each) => isNode(each) && each.kind === "dict");
  const get = (key: string): Value | undefined =>
    attributeOf(value, key) ?? (isNode(state) && state.kind === "dict" ? dictGet(state, key) : undefined);
  const [left, right] = [get("_left"), get("_right")];
  if (left === undefined || right === undefined) return undefined;
  const closed = get("_closed") ?? attributeOf(get("_dtype"), "closed") ?? attributeOf(get("_dtype"), "_closed");
  const both = [
    { name, part: "left", value: backed(left) ?? left },
    { name, part: "right", value: backed(right) ?? right },
  ];
  return closed === undefined ? both : [...both, { name, part: "closed", value: closed }];
}

/** SparseArray: the values that are there, where they are, and what stands everywhere else. */
function sparseParts(name: string, value: ObjectNode): readonly Column[] | undefined {
  const [values, index] = [attributeOf(value, "_sparse_values"), attributeOf(value, "_sparse_index")];
  if (values === undefined || !isNode(index) || index.kind !== "object") return undefined;
  const [length, places] = dataArguments(index);
  const fill = attributeOf(attributeOf(value, "_dtype"), "_fill_value");
  const parts: Column[] = [{ name, value: values }];
  if (places !== undefined) parts.push({ name, part: "indices", value: places });
  if (length !== undefined) parts.push({ name, part: "length", value: length });
  if (fill !== undefined) parts.push({ name, part: "fill_value", value: fill });
  return parts;
}

/** NDArrayBacked: (dtype, array, attributes) in either order of the first two; one row where the array has two dimensions. */
function backed(value: Value): TensorNode | undefined {
  if (!isNode(value) || value.kind !== "object") return undefined;
  const array = [...(itemsOf(value.state) ?? []), attributeOf(value, "_data") ?? null].find(
    (each): each is TensorNode => isNode(each) && each.kind === "tensor",
  );
  return array?.tensor.shape.length === 2 && array.tensor.shape[0] === 1 ? rowOf(array, 0) : array;
}

async function backedParts(name: string, value: ObjectNode, work: Work): Promise<readonly Column[]> {
  const array = backed(value) ?? attributeOf(value, "_codes");
  const type =
    itemsOf(value.state)?.find((each) => isNode(each) && each.kind === "object") ?? attributeOf(value, "_dtype");
  if (array === undefined) return [{ name, value }];
  const parts: Column[] = [{ name, value: array }];
  for (const part of ["categories", "ordered", "tz"]) {
    const found = attributeOf(type, part) ?? attributeOf(type, `_${part}`);
    const held = part === "categories" ? ((await indexValue(found, work)) ?? found) : found;
    if (held !== undefined && held !== null) parts.push({ name, part, value: held });
  }
  const isPeriod = isNode(type) && type.kind === "object" && classOf(type).name === "PeriodDtype";
  const freq = isPeriod ? type.args[0] : undefined;
  return freq === undefined ? parts : [...parts, { name, part: "freq", value: freq }];
}

/** What stands in an index, as one array: its own where it has one, the labels of several levels as text. */
export async function indexValue(index: Value | undefined, work: Work): Promise<Value | undefined> {
  if (!isNode(index)) return undefined;
  // Any number of columns may have one index for their categories.
  const known = indices.get(index);
  if (known !== undefined) return known.value;
  const value = await valueOfIndex(index, work);
  indices.set(index, { value });
  return value;
}

const indices = new WeakMap<Node, { readonly value: Value | undefined }>();

async function valueOfIndex(index: Value, work: Work): Promise<Value | undefined> {
  const table = indexTable(index);
  if (table === undefined || dictGet(table, "start") !== undefined) return undefined;
  if (dictGet(table, "levels") !== undefined) {
    const names = await namesOf(index, work);
    if (names === undefined) return undefined;
    const tensor = {
      dtype: objectDType(),
      shape: [names.length],
      order: "C" as const,
      offset: 0,
      data: fromBytes(new Uint8Array(0)),
    };
    return { kind: "tensor", tensor, className: "pandas.MultiIndex", objects: [...names], offset: 0 };
  }
  const data = dictGet(table, "data");
  return (
    (await arrowLabels(data, work)) ?? backed(data ?? null) ?? (data === undefined ? undefined : arrayIn(data)) ?? data
  );
}

/** Old states are the manager itself. */
function managerOf(state: Value | undefined): Value | undefined {
  return isNode(state) && state.kind === "object" ? state : undefined;
}

function contentOf(manager: ObjectNode): [readonly Value[], readonly Block[]] | undefined {
  const state = itemsOf(manager.state);
  const modern = state?.[3];
  const table = isNode(modern) && modern.kind === "dict" ? modern.values[0] : undefined;
  if (isNode(table) && table.kind === "dict") {
    const axes = itemsOf(dictGet(table, "axes"));
    const blocks = itemsOf(dictGet(table, "blocks"))?.map((each): Block | undefined =>
      isNode(each) && each.kind === "dict" ? block(dictGet(each, "values"), dictGet(each, "mgr_locs")) : undefined,
    );
    return together(axes, blocks);
  }
  if (state !== undefined) return undefined;
  const [blocks, axes] = manager.args;
  return together(
    itemsOf(axes),
    itemsOf(blocks)?.map((each) =>
      isNode(each) && each.kind === "object" ? block(each.args[0], each.args[1]) : undefined,
    ),
  );
}

function together(
  axes: readonly Value[] | undefined,
  blocks: readonly (Block | undefined)[] | undefined,
): [readonly Value[], readonly Block[]] | undefined {
  const all = blocks?.filter((each) => each !== undefined);
  return axes === undefined || all === undefined || all.length !== blocks?.length ? undefined : [axes, all];
}

function block(values: Value | undefined, places: Value | undefined): Block | undefined {
  return values === undefined ? undefined : { values, placement: places };
}

function itemsOf(value: Value | undefined): readonly Value[] | undefined {
  return isNode(value) && value.kind === "list"
    ? value.items
    : isNode(value) && value.kind === "tensor"
      ? value.objects
      : undefined;
}

/** `slice(start, stop, step)`; placement may also be an array of positions. */
function placesOf(value: Value | undefined): readonly number[] | undefined {
  if (!isNode(value) || value.kind !== "object" || classOf(value).name !== "slice") return undefined;
  const [start, stop, step] = value.args.map((each) => (each === null ? undefined : Number(each as bigint)));
  const by = step ?? 1;
  const from = start ?? 0;
  if (stop === undefined || !Number.isSafeInteger(from) || !Number.isSafeInteger(stop) || !(by > 0)) return undefined;
  const count = Math.max(0, Math.ceil((stop - from) / by));
  return count > COLUMNS ? undefined : Array.from({ length: count }, (_, k) => from + k * by);
}

/** False when a block does not hold the columns that it says. */
function placeColumns(values: Value, places: readonly number[], count: number, found: Map<number, Value>): boolean {
  if (places.some((place) => !Number.isInteger(place) || place < 0 || place >= count)) return false;
  const rows = isNode(values) && values.kind === "tensor" && values.tensor.shape.length === 2 ? values : undefined;
  if (rows === undefined) {
    const [only] = places;
    if (places.length !== 1 || only === undefined) return false;
    found.set(only, values);
    return true;
  }
  if (rows.tensor.shape[0] !== places.length) return false;
  for (const [k, place] of places.entries()) found.set(place, rowOf(rows, k));
  return true;
}

/** One row of a two-dimensional array, where it lies. */
function rowOf(node: TensorNode, row: number): TensorNode {
  const { tensor, objects } = node;
  const [, length = 0] = tensor.shape;
  if (objects !== undefined)
    return { ...node, tensor: { ...tensor, shape: [length] }, objects: objectsOf(node, objects, row, length) };
  const [down = 0, along = 0] = tensor.strides ?? denseStrides(tensor.shape, tensor.dtype.itemSize, tensor.order);
  const view: TensorRef = {
    ...tensor,
    shape: [length],
    order: "C",
    strides: [along],
    offset: tensor.offset + row * down,
  };
  return { ...node, tensor: view };
}

/** Objects of one row, taken out once: any number of columns may be the same row. */
function objectsOf(node: TensorNode, objects: readonly Value[], row: number, length: number): Value[] {
  const known = rows.get(node) ?? new Map<number, Value[]>();
  rows.set(node, known);
  const found = known.get(row) ?? objects.slice(row * length, (row + 1) * length);
  known.set(row, found);
  return found;
}

const rows = new WeakMap<TensorNode, Map<number, Value[]>>();

/** What an index holds: `_new_Index(class, {"data", "name"})`, or a class with its attributes. */
function indexTable(value: Value | undefined): DictNode | undefined {
  if (!isNode(value) || value.kind !== "object") return undefined;
  const table = value.args.find((each): each is Extract<Node, DictNode> => isNode(each) && each.kind === "dict");
  return table;
}

async function namesOf(value: Value | undefined, work: Work, isLevel = false): Promise<readonly string[] | undefined> {
  const table = indexTable(value);
  if (table === undefined) return undefined;
  const range = rangeOf(table);
  if (range !== undefined) return range;
  const levels = itemsOf(dictGet(table, "levels"));
  // The levels of an index have none themselves, least of all the index that they are of.
  if (levels !== undefined && isLevel) return undefined;
  if (levels !== undefined)
    return multiNames(levels, itemsOf(dictGet(table, "codes")) ?? itemsOf(dictGet(table, "labels")), work);
  const data = dictGet(table, "data");
  return readTexts((await arrowLabels(data, work)) ?? arrayIn(data), work);
}

/** Names of two levels and more, as tuples: `a, x`. */
async function multiNames(
  levels: readonly Value[],
  codes: readonly Value[] | undefined,
  work: Work,
): Promise<readonly string[] | undefined> {
  const parts: (readonly string[])[] = [];
  if (levels.length > LEVELS) return undefined;
  for (const [k, level] of levels.entries()) {
    const texts = await namesOf(level, work, true);
    const picked = await readTexts(arrayIn(codes?.[k]), work);
    if (texts === undefined || picked === undefined) return undefined;
    parts.push(picked.map((code) => texts[Number(code)] ?? "nan"));
  }
  const names: string[] = [];
  let made = 0;
  for (let k = 0; k < (parts[0]?.length ?? 0); k++) {
    const name = parts.map((part) => part[k] ?? "").join(", ");
    made += name.length;
    // One long label may be that of every row.
    if (made > NAME_CHARACTERS) return undefined;
    names.push(name);
    if (work.isDue()) await work.checkpoint();
  }
  return names;
}

/** An array that an extension array wraps: pandas' own strings, categories' codes. */
function arrayIn(value: Value | undefined): Value | undefined {
  if (!isNode(value) || value.kind !== "object") return value;
  return attributeOf(value, "_ndarray") ?? itemsOf(value.state)?.find((each) => isNode(each) && each.kind === "tensor");
}

function rangeOf(table: DictNode): readonly string[] | undefined {
  const [start, stop, step] = ["start", "stop", "step"].map((key) => dictGet(table, key));
  if (typeof start !== "bigint" || typeof stop !== "bigint" || typeof step !== "bigint" || step === 0n)
    return undefined;
  const count = Number((stop - start + step - (step > 0n ? 1n : -1n)) / step);
  return count > COLUMNS
    ? undefined
    : Array.from({ length: Math.max(0, count) }, (_, k) => String(start + BigInt(k) * step));
}

/** The labels of the rows, unless they are only counted. */
async function indexOf(axis: Value | undefined, work: Work): Promise<Value | undefined> {
  const table = indexTable(axis);
  if (table === undefined || dictGet(table, "start") !== undefined) return undefined;
  return (await indexValue(axis, work)) ?? dictGet(table, "data") ?? axis;
}
