import { Cursor } from "../../bytes/cursor.ts";
import { fromBytes } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";

//   node: u8 type, u16 column, u8 where missing values go, then what is compared with, unless all that is there goes left:
//         a float32, or a set of levels; then how long the left part is (type's low bits + 1 bytes of a number), the left
//         part, the right part. A part is a float32 where the type says that it is a leaf (16, and 64 for the right one), else
//         a node. A tree of one leaf has the column 65535.
//   set:  type & 12 is 8: 32 bits from level 0 on; 12: u16 first level, u32 number of bits

/** Deeper than any tree that is trained. */
const DEPTH = 1000;
const NO_COLUMN = 65535;
const LEFT_LEAF = 48;

/** Nodes in the order of the file: each before its left part, that before its right part. */
interface Nodes {
  readonly column: number[];
  readonly threshold: number[];
  readonly left: number[];
  readonly right: number[];
  /** As the file has it: 1 missing against the rest, 2 and 4 left, 3 and 5 right. */
  readonly missing: number[];
  readonly value: number[];
  /** Of nodes that compare with a set: node, first level, a byte for each eight. */
  readonly sets: Value[];
}

/** The arrays of a compressed tree of MOJO 1.20 and later. Throws `corrupt` or `truncated`. */
export function treeOf(bytes: Uint8Array, name: string, isBigEndian: boolean): Value {
  const cursor = new Cursor(bytes, name, 0, isBigEndian ? "big" : "little");
  const nodes: Nodes = { column: [], threshold: [], left: [], right: [], missing: [], value: [], sets: [] };
  readNode(cursor, nodes, 0);
  if (cursor.remaining > 0) throw corrupt(`${name}: ${cursor.remaining} bytes follow the tree`, cursor.offset);
  return dictOf([
    ["column", array("int32", nodes.column)],
    ["threshold", array("float32", nodes.threshold)],
    ["left", array("int32", nodes.left)],
    ["right", array("int32", nodes.right)],
    ["missing", array("uint8", nodes.missing)],
    ["value", array("float32", nodes.value)],
    ...(nodes.sets.length === 0 ? [] : [["sets", listOf(nodes.sets)] as const]),
  ]);
}

function readNode(cursor: Cursor, nodes: Nodes, depth: number): number {
  const at = cursor.offset;
  if (depth > DEPTH) throw limitExceeded("a tree's depth", depth, DEPTH, at);
  const type = cursor.u8();
  const column = cursor.u16();
  if (column === NO_COLUMN) return leaf(cursor, nodes);
  const missing = cursor.u8();
  const node = add(nodes, column, missing);
  const how = type & 12;
  if (missing !== 1) {
    if (how === 0) nodes.threshold[node] = float(cursor);
    else if (how === 8 || how === 12) nodes.sets.push(setOf(cursor, node, how === 8));
    else throw corrupt(`a node of type ${type} at byte ${at}`, at);
  }
  const mask = type & 51;
  if (mask === LEFT_LEAF) nodes.left[node] = leaf(cursor, nodes);
  else if (mask <= 3) {
    const length = lengthOf(cursor, mask + 1);
    const start = cursor.offset;
    nodes.left[node] = readNode(cursor, nodes, depth + 1);
    if (cursor.offset - start !== length)
      throw corrupt(`the left part at byte ${start} has ${cursor.offset - start} bytes, not ${length}`, start);
  } else throw corrupt(`a node of type ${type} at byte ${at}`, at);
  nodes.right[node] = (type & 0x40) !== 0 ? leaf(cursor, nodes) : readNode(cursor, nodes, depth + 1);
  return node;
}

function add(nodes: Nodes, column: number, missing: number): number {
  nodes.column.push(column);
  nodes.missing.push(missing);
  for (const numbers of [nodes.threshold, nodes.value]) numbers.push(Number.NaN);
  for (const numbers of [nodes.left, nodes.right]) numbers.push(-1);
  return nodes.column.length - 1;
}

function leaf(cursor: Cursor, nodes: Nodes): number {
  const node = add(nodes, -1, 0);
  nodes.value[node] = float(cursor);
  return node;
}

function setOf(cursor: Cursor, node: number, isShort: boolean): Value {
  const first = isShort ? 0 : cursor.u16();
  const bits = isShort ? 32 : cursor.u32();
  const bytes = cursor.take(Math.ceil(bits / 8)).slice();
  return dictOf([
    ["node", BigInt(node)],
    ["first", BigInt(first)],
    ["bits", BigInt(bits)],
    ["levels", { kind: "bytes", type: "bytes", data: fromBytes(bytes) }],
  ]);
}

function lengthOf(cursor: Cursor, bytes: number): number {
  if (bytes === 1) return cursor.u8();
  if (bytes === 2) return cursor.u16();
  if (bytes === 4) return cursor.u32();
  // Three bytes are little-endian whatever the machine.
  const [a = 0, b = 0, c = 0] = cursor.take(3);
  return a | (b << 8) | (c << 16);
}

const scratch = new DataView(new ArrayBuffer(4));

function float(cursor: Cursor): number {
  scratch.setUint32(0, cursor.u32());
  return scratch.getFloat32(0);
}

function array(scalar: ScalarName, values: readonly number[]): Value {
  const dtype = scalarDType(scalar);
  const bytes = new Uint8Array(values.length * dtype.itemSize);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries())
    if (scalar === "float32") view.setFloat32(index * 4, value, true);
    else if (scalar === "int32") view.setInt32(index * 4, value, true);
    else view.setUint8(index, value);
  return {
    kind: "tensor",
    tensor: { dtype, shape: [values.length], order: "C", offset: 0, data: fromBytes(bytes) },
    className: "array",
    offset: 0,
  };
}
