import { type BytesNode, isNode, type ListNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { attributeOf } from "../anatomy.ts";
import { takeRoom } from "./room.ts";
import { type ArrowArray, type ArrowField, type ArrowType, NESTING, timeOfName, typeOfName } from "./types.ts";

/**
 * Arrays of Apache Arrow as pyarrow pickles them (pyarrow/array.pxi, `_reduce_array_data`):
 *
 *     _restore_array((type, length, null count, offset, [validity, data] or [validity, offsets, data], children, dictionary))
 *     chunked_array([arrays], type)
 *     _reconstruct_table([chunked arrays], schema([fields], metadata)), _reconstruct_record_batch([arrays], schema)
 *
 * pandas keeps them as `_pa_array`, before 2.1 as `_data`.
 */
export function pickledChunks(value: Value | undefined, work: Work): readonly ArrowArray[] | undefined {
  const held = attributeOf(value, "_pa_array") ?? attributeOf(value, "_data") ?? value;
  const parts = isCall(held, "chunked_array") ? itemsIn(held.args[0]) : [held ?? null];
  // One list of chunks may be that of every column.
  if (parts === undefined || !takeRoom(work, 0, parts.length * 64)) return undefined;
  const chunks: ArrowArray[] = [];
  for (const part of parts) {
    const chunk = pickledArray(part, 0, work);
    if (chunk === undefined) return undefined;
    chunks.push(chunk);
  }
  return chunks;
}

/** The columns of a table, by the names that its schema has. */
export function pickledTable(node: ObjectNode): readonly { readonly name: string; readonly held: Value }[] | undefined {
  if (!isCall(node, "_reconstruct_table") && !isCall(node, "_reconstruct_record_batch")) return undefined;
  const [columns, schema] = node.args;
  const held = itemsIn(columns);
  const names = isCall(schema, "schema") ? itemsIn(schema.args[0])?.map(nameOf) : undefined;
  if (held === undefined || names?.length !== held.length) return undefined;
  return held.map((each, i) => ({ name: names[i] ?? "", held: each }));
}

/** True for an array of pyarrow that nothing else holds. */
export function isPickledArray(node: ObjectNode): boolean {
  return isCall(node, "chunked_array") || isCall(node, "_restore_array");
}

function isCall(value: Value | undefined, name: string): value is ObjectNode {
  return callOf(value)?.name === name;
}

function callOf(value: Value | undefined): { readonly name: string; readonly args: readonly Value[] } | undefined {
  if (!isNode(value) || value.kind !== "object" || !isNode(value.callable) || value.callable.kind !== "global")
    return undefined;
  const { module, name } = value.callable;
  return /^pyarrow(?:\.lib)?$/.test(module) ? { name, args: value.args } : undefined;
}

function itemsIn(value: Value | undefined): ListNode["items"] | undefined {
  return isNode(value) && value.kind === "list" ? value.items : undefined;
}

function nameOf(field: Value): string | undefined {
  const name = isCall(field, "field") ? field.args[0] : undefined;
  return typeof name === "string" ? name : undefined;
}

/** Fields of one type, and arrays in one array: a pickle can name one of them any number of times, on every level. */
const PARTS = 1_000;

const types = new WeakMap<Node, ArrowType | undefined>();
const arrays = new WeakMap<Node, ArrowArray | undefined>();
/** How many there are in one that was made of a call; one where it is not here. */
const sizes = new WeakMap<object, number>();

/** `make`, once for each node; undefined where there is too much in it. */
function once<T extends object>(
  known: WeakMap<Node, T | undefined>,
  node: Node,
  make: () => T | undefined,
  partsOf: (made: T) => readonly object[],
): T | undefined {
  if (known.has(node)) return known.get(node);
  known.set(node, undefined);
  const made = make();
  if (made === undefined) return undefined;
  const size = partsOf(made).reduce((sum: number, part) => sum + (sizes.get(part) ?? 1), 1);
  if (size > PARTS) return undefined;
  sizes.set(made, size);
  known.set(node, made);
  return made;
}

/** What a part of a type or an array takes, in time more than in memory. */
const PART_BYTES = 256;

/** The entries of a list that is no longer than one of parts may be: it may be that of any number of types and arrays. */
function partsIn(value: Value | undefined, work: Work): ListNode["items"] | undefined {
  const items = itemsIn(value);
  if (items === undefined || items.length > PARTS) return undefined;
  return takeRoom(work, 0, items.length * PART_BYTES) ? items : undefined;
}

function pickledArray(value: Value, depth: number, work: Work): ArrowArray | undefined {
  if (!isCall(value, "_restore_array") || depth > NESTING) return undefined;
  const [data] = value.args;
  if (!isNode(data)) return undefined;
  return once(
    arrays,
    data,
    () => restored(value, depth, work),
    ({ children, dictionary }) => (dictionary === undefined ? children : [...children, dictionary]),
  );
}

function restored(value: ObjectNode, depth: number, work: Work): ArrowArray | undefined {
  const [typeValue, length, nulls, start, buffers, inner, dictionary] = itemsIn(value.args[0]) ?? [];
  const type = pickledType(typeValue, 0, work);
  const held = partsIn(buffers, work)?.map(bufferOf);
  const [count, offset] = [sizeOf(length), sizeOf(start)];
  const children = partsIn(inner, work)?.map((each) => arrayData(each, depth + 1, work)) ?? [];
  const words = isNode(dictionary) ? arrayData(dictionary, depth + 1, work) : undefined;
  if (type === undefined || held === undefined || count === undefined || offset === undefined) return undefined;
  if (children.includes(undefined) || (type.kind === "dictionary" && words === undefined)) return undefined;
  return {
    type,
    length: count,
    // A slice has -1: nobody counted yet.
    hasNulls: nulls !== 0n,
    offset,
    buffers: held,
    children: children.filter((each) => each !== undefined),
    ...(words && { dictionary: words }),
    place: value.offset,
  };
}

/** Children are the same tuples without the call. */
function arrayData(value: Value, depth: number, work: Work): ArrowArray | undefined {
  if (isCall(value, "_restore_array")) return pickledArray(value, depth, work);
  if (itemsIn(value) === undefined) return undefined;
  const callable = { kind: "global", module: "pyarrow.lib", name: "_restore_array", offset: 0 } as const;
  return pickledArray({ kind: "object", callable, how: "call", args: [value], offset: 0 }, depth, work);
}

function pickledType(value: Value | undefined, depth: number, work: Work): ArrowType | undefined {
  const call = callOf(value);
  if (call === undefined || depth > NESTING || !isNode(value) || value.kind !== "object") return undefined;
  return once(
    types,
    value,
    () => typeOfCall(call, depth, work),
    (type) => (type.kind === "struct" ? type.fields.map((field) => field.type) : "item" in type ? [type.item] : []),
  );
}

function typeOfCall(
  call: { readonly name: string; readonly args: readonly Value[] },
  depth: number,
  work: Work,
): ArrowType | undefined {
  const [first, second, third] = call.args;
  const inner = (): ArrowType | undefined =>
    pickledType(isCall(first, "field") ? first.args[1] : first, depth + 1, work);
  switch (call.name) {
    case "type_for_alias":
      return typeof first === "string" ? typeOfName(first) : undefined;
    case "timestamp":
    case "time32":
    case "time64":
    case "duration":
      return typeof first === "string"
        ? timeOfName(call.name, first, typeof second === "string" ? second : undefined)
        : undefined;
    case "binary":
    case "FixedSizeBinaryType": {
      const size = sizeOf(first);
      return size === undefined ? undefined : { kind: "fixed-bytes", size };
    }
    case "decimal32":
    case "decimal64":
    case "decimal128":
    case "decimal256":
      return typeof second === "bigint" && second >= -76n && second <= 76n
        ? { kind: "decimal", size: Number(call.name.slice(7)) / 8, scale: Number(second) }
        : undefined;
    case "dictionary": {
      const [index, item] = [pickledType(first, depth + 1, work), pickledType(second, depth + 1, work)];
      if (index === undefined || item === undefined) return undefined;
      return { kind: "dictionary", index, item, isOrdered: third === true };
    }
    case "list_":
    case "large_list": {
      const item = inner();
      const size = sizeOf(second);
      if (item === undefined) return undefined;
      if (call.name === "list_" && size !== undefined) return { kind: "fixed-list", size, item };
      return { kind: "list", isWide: call.name === "large_list", item };
    }
    case "struct": {
      const fields = partsIn(first, work)?.map((field): ArrowField | undefined => {
        const [name, type] = [
          nameOf(field),
          isCall(field, "field") ? pickledType(field.args[1], depth + 1, work) : undefined,
        ];
        return name === undefined || type === undefined ? undefined : { name, type };
      });
      const known = fields?.filter((field) => field !== undefined);
      return known === undefined || known.length !== fields?.length ? undefined : { kind: "struct", fields: known };
    }
    default:
      return undefined;
  }
}

/** `py_buffer(bytes)`; a buffer that is not there is None. */
function bufferOf(value: Value): BytesNode["data"] | undefined {
  const data = isCall(value, "py_buffer") ? value.args[0] : value;
  return isNode(data) && data.kind === "bytes" ? data.data : undefined;
}

function sizeOf(value: Value | undefined): number | undefined {
  return typeof value === "bigint" && value >= 0n && value <= BigInt(2 ** 40) ? Number(value) : undefined;
}
