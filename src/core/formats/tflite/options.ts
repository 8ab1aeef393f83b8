import type { Table } from "../flatbuffers/table.ts";
import type { DictNode, Value } from "../../model/value.ts";
import { ACTIVATIONS, OPTIONS, OPTIONS_2, PADDINGS } from "./schema.ts";
import { elementType } from "./types.ts";

/** Options that are arrays are a shape or some axes; a longer one is cut by nobody but an attacker. */
const LONGEST = 1024;

/** The options of an operator by name, defaults included; undefined for tables that the schema here does not have. */
export async function optionsOf(operator: Table): Promise<DictNode | undefined> {
  const first = OPTIONS[operator.u8(3)];
  const second = OPTIONS_2[operator.u8(11)];
  const row = first ?? second;
  const table = await operator.table(first === undefined ? 12 : 4);
  if (row === undefined || table === undefined) return undefined;
  const options: DictNode = { kind: "dict", keys: [], values: [] };
  for (const entry of row.split(" ").slice(1)) {
    const [field = "", name = "", kind = "", otherwise = ""] = entry.split(":");
    const value = await valueOf(table, Number(field), kind, otherwise);
    if (value === undefined) continue;
    options.keys.push(name);
    options.values.push(value);
  }
  return options;
}

async function valueOf(table: Table, field: number, kind: string, otherwise: string): Promise<Value | undefined> {
  const number = Number(otherwise);
  switch (kind) {
    case "bool":
      return table.u8(field, number) !== 0;
    case "i8":
      return BigInt(table.i8(field, number));
    case "u8":
      return BigInt(table.u8(field, number));
    case "i16":
      return BigInt(table.i16(field, number));
    case "u16":
      return BigInt(table.u16(field, number));
    case "i32":
      return BigInt(table.i32(field, number));
    case "u32":
      return BigInt(table.u32(field, number));
    case "i64":
      return table.i64(field, BigInt(number));
    case "u64":
      return table.u64(field, BigInt(number));
    case "f32":
      return table.f32(field, number);
    case "f64":
      return table.f64(field, number);
    case "text":
      return table.text(field);
    case "Padding":
      return PADDINGS[table.i8(field, number)] ?? BigInt(table.i8(field, number));
    case "ActivationFunctionType":
      return ACTIVATIONS[table.i8(field, number)] ?? BigInt(table.i8(field, number));
    case "TensorType":
      return table.has(field) ? elementType(table.i8(field, number)).name : undefined;
    default:
      return listOf(table, field, kind.slice(1, -1));
  }
}

async function listOf(table: Table, field: number, kind: string): Promise<Value | undefined> {
  const size = { bool: 1, i8: 1, u8: 1, i32: 4, u32: 4, i64: 8, f32: 4 }[kind];
  const vector = size === undefined ? undefined : await table.vector(field, size);
  if (size === undefined || vector === undefined) return undefined;
  const count = Math.min(vector.count, LONGEST);
  const view = await table.buffer.bytes({ start: vector.start, count }, size);
  const items = Array.from({ length: count }, (_, index): Value => {
    if (kind === "bool") return view.getUint8(index) !== 0;
    if (kind === "i8") return BigInt(view.getInt8(index));
    if (kind === "u8") return BigInt(view.getUint8(index));
    if (kind === "i64") return view.getBigInt64(index * 8, true);
    if (kind === "f32") return view.getFloat32(index * 4, true);
    return BigInt(kind === "u32" ? view.getUint32(index * 4, true) : view.getInt32(index * 4, true));
  });
  return { kind: "list", type: "list", items };
}
