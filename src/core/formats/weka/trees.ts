import { gathered } from "../../bytes/gathered.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { classNameOf, isNode, type Node, type ObjectNode, type TensorNode, type Value } from "../../model/value.ts";

//   Weka's trees are nodes in nodes: a forest has some hundred thousand objects. Each tree is shown as columns instead, an entry
//   for each node, the root first and the children of a node one after another.

/** Where a node of a class keeps its children. */
const CHILDREN: ReadonlyMap<string, string> = new Map([
  ["weka.classifiers.trees.RandomTree$Tree", "m_Successors"],
  ["weka.classifiers.trees.REPTree$Tree", "m_Successors"],
  ...["ClassifierTree", "C45PruneableClassifierTree", "PruneableClassifierTree", "NBTreeClassifierTree"].map(
    (name) => [`weka.classifiers.trees.j48.${name}`, "m_sons"] as const,
  ),
]);

/** Parts of a node whose own fields are columns as well. */
const INLINED = new Set(["m_localModel", "m_distribution"]);

/** Column of each node's first child, and of how many it has. A leaf has none, and -1 as the first. */
export const FIRST_CHILD = "firstSuccessor";
export const CHILD_COUNT = "successorCount";
/** Follows the name of an array that only some nodes have: the row of each node in it, -1 for none. */
export const ROWS = "_row";

/** Puts columns in the place of every tree of the graph. */
export function treesToColumns(root: Value): void {
  const open: Value[] = [root];
  const seen = new Set<Node>();
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (!isNode(value) || seen.has(value)) continue;
    seen.add(value);
    const holders = holdersIn(value);
    for (const values of holders)
      for (let i = 0; i < values.length; i++) {
        const item = values[i];
        const columns = isTreeNode(item) ? columnsOf(item) : undefined;
        if (columns !== undefined) {
          values[i] = columns;
          seen.add(columns);
        } else if (isNode(item)) open.push(item);
      }
  }
}

function holdersIn(value: Node): Value[][] {
  if (value.kind === "list") return [value.items];
  if (value.kind === "dict") return [value.values];
  if (value.kind !== "object") return [];
  const state = isNode(value.state) && value.state.kind === "dict" ? [value.state.values] : [];
  return [
    ...state,
    ...(value.items === undefined ? [] : [value.items]),
    ...(value.entries === undefined ? [] : [value.entries.values]),
  ];
}

function isTreeNode(value: Value | undefined): value is ObjectNode {
  return isNode(value) && value.kind === "object" && CHILDREN.has(classNameOf(value) ?? "");
}

/** Places of the columns for each that is filled. */
const MOST_HOLES = 64;

/** Undefined for what is no tree: nodes that are reached twice, children that are none. */
function columnsOf(root: ObjectNode): ObjectNode | undefined {
  const nodes: ObjectNode[] = [root];
  const seen = new Set<ObjectNode>(nodes);
  const firsts: number[] = [];
  const counts: number[] = [];
  const fields = new Map<string, (Value | undefined)[]>();
  let cells = 0;
  for (let i = 0; i < nodes.length; i++) {
    const node = nodes[i];
    if (node === undefined) break;
    const childField = CHILDREN.get(classNameOf(node) ?? "");
    let children: readonly Value[] = [];
    let isTree = true;
    putFields(node, 0, (name, value) => {
      if (name === childField) {
        if (isNode(value) && value.kind === "list") children = value.items;
        else if (value !== null) isTree = false;
        return;
      }
      const column = fields.get(name) ?? [];
      fields.set(name, column);
      column[i] = value;
      cells += 1;
    });
    if (!isTree) return undefined;
    firsts.push(children.length === 0 ? -1 : nodes.length);
    counts.push(children.length);
    for (const child of children) {
      if (!isTreeNode(child) || seen.has(child)) return undefined;
      seen.add(child);
      nodes.push(child);
    }
  }
  // Each node may be of a class with fields of its own: columns of almost nothing but holes are no table.
  if (fields.size * nodes.length > MOST_HOLES * cells) return undefined;
  const entries: [string, Value][] = [
    [FIRST_CHILD, numbers("int32", firsts, root.offset)],
    [CHILD_COUNT, numbers("int32", counts, root.offset)],
  ];
  for (const [name, column] of fields) {
    column.length = nodes.length;
    entries.push(...columnEntries(name, column, root.offset));
  }
  return {
    ...root,
    state: { kind: "dict", keys: entries.map(([key]) => key), values: entries.map(([, value]) => value) },
  };
}

function putFields(node: ObjectNode, depth: number, put: (name: string, value: Value) => void): void {
  const { state } = node;
  if (!isNode(state) || state.kind !== "dict") return;
  for (let i = 0; i < state.keys.length; i++) {
    const name = state.keys[i];
    const value = state.values[i] ?? null;
    if (typeof name !== "string") continue;
    if (depth < 2 && INLINED.has(name) && isNode(value) && value.kind === "object") putFields(value, depth + 1, put);
    else put(name, value);
  }
}

function columnEntries(name: string, column: readonly (Value | undefined)[], offset: number): [string, Value][] {
  const all = Array.from(column, (value) => value ?? null);
  const given = all.filter((value) => value !== null);
  const [first] = given;
  if (first === undefined) return [];
  if (given.every((value) => typeof value === "bigint" && value >= -(2n ** 31n) && value < 2n ** 31n))
    return [
      [
        name,
        numbers(
          "int32",
          all.map((value) => (typeof value === "bigint" ? Number(value) : -1)),
          offset,
        ),
      ],
    ];
  if (given.every((value) => typeof value === "boolean"))
    return [
      [
        name,
        numbers(
          "bool",
          all.map((value) => (value === true ? 1 : 0)),
          offset,
        ),
      ],
    ];
  if (given.every((value) => typeof value === "number"))
    return [
      [
        name,
        numbers(
          "float64",
          all.map((value) => numberIn(name, value)),
          offset,
        ),
      ],
    ];
  // Nodes that share their arrays make more rows than the file has.
  let left = Number.POSITIVE_INFINITY;
  const rows = all.map((value) => {
    const found = left > 0 ? rowsIn(value) : undefined;
    if (found === undefined) return undefined;
    left = Math.min(left, found.source.size / 8) - found.starts.length;
    return found;
  });
  const table = all.every((value, i) => value === null || rows[i] !== undefined)
    ? tableEntries(name, rows, offset)
    : [];
  if (table.length > 0) return table;
  const distinct = [...new Set(given)];
  const [only] = distinct;
  return [[name, distinct.length === 1 && only !== undefined ? only : { kind: "list", type: "list", items: distinct }]];
}

/** Leaves, and nodes that split by label, have no threshold: Weka writes a NaN there, which is no number of the model. */
function numberIn(name: string, value: Value): number {
  if (typeof value !== "number") return 0;
  return Number.isNaN(value) && /^m_split_?point$/i.test(name) ? 0 : value;
}

/** The rows that a node's array has: one of an array of one dimension. */
interface Rows {
  readonly source: ByteSource;
  readonly width: number;
  /** Where each begins. */
  readonly starts: readonly number[];
}

function rowsIn(value: Value): Rows | undefined {
  if (!isNode(value) || value.kind !== "tensor" || value.tensor.dtype.scalar !== "float64") return undefined;
  const { shape, data, strides, offset } = value.tensor;
  const width = shape.at(-1) ?? 0;
  if (shape.length === 1) return { source: data, width, starts: [offset] };
  if (shape.length !== 2) return undefined;
  const step = strides?.[0] ?? width * 8;
  return { source: data, width, starts: Array.from({ length: shape[0] ?? 0 }, (_, i) => offset + i * step) };
}

function tableEntries(name: string, rows: readonly (Rows | undefined)[], offset: number): [string, Value][] {
  const given = rows.filter((each) => each !== undefined);
  const width = given[0]?.width ?? 0;
  const source = given[0]?.source;
  if (source === undefined || given.some((each) => each.source !== source)) return [];
  const isEven = given.every((each) => each.width === width);
  const pieces = given.flatMap((each) => each.starts.map((start) => ({ start, length: each.width * 8 })));
  const data = gathered(source, pieces, name);
  // Nodes that share their arrays make more of them than the file has: such a table would have no end.
  if (data.size > source.size) return [];
  const table: TensorNode = {
    kind: "tensor",
    tensor: {
      dtype: scalarDType("float64", true),
      shape: isEven ? [pieces.length, width] : [data.size / 8],
      order: "C",
      offset: 0,
      data,
    },
    className: "double[]",
    offset,
  };
  const needsRows = !isEven || given.length < rows.length || given.some(({ starts }) => starts.length !== 1);
  if (!needsRows) return [[name, table]];
  let next = 0;
  const places = rows.map((each) => {
    if (each === undefined) return -1;
    const place = next;
    next += isEven ? each.starts.length : each.width * each.starts.length;
    return place;
  });
  return [
    [name, table],
    [name + ROWS, numbers("int32", places, offset)],
  ];
}

function numbers(scalar: ScalarName, values: readonly number[], offset: number): TensorNode {
  const dtype = scalarDType(scalar);
  const bytes = new Uint8Array(values.length * dtype.itemSize);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries())
    if (scalar === "float64") view.setFloat64(i * 8, value, true);
    else if (scalar === "int32") view.setInt32(i * 4, value, true);
    else view.setUint8(i, value);
  return {
    kind: "tensor",
    tensor: { dtype, shape: [values.length], order: "C", offset: 0, data: fromBytes(bytes) },
    className: "column",
    offset,
  };
}
