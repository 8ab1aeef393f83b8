import type { Work } from "../../work.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { DictNode, Value } from "../../model/value.ts";
import { wordValue } from "../plain-text/written.ts";
import type { Message } from "../protobuf/message.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";

//   A graph in rows: each object, list, map and value has an index, by which the others refer to it. 0 is the root.

/** Objects of configurations in each other go some ten deep. */
const DEPTH = 64;
/** Values that references stand for, all together: rows may refer to each other again and again. */
const VALUES = 200_000;

/**
 * What a provenance says, objects as dicts by key. Null where there is no root. `cut` is told where rows in each other went too
 * deep or were too many, for each place that is not read.
 */
export async function provenanceOf(
  root: Message,
  source: ByteSource,
  work: Work,
  cut: (at: number) => void,
): Promise<Value> {
  const rows = new Map<number, Message>();
  for (const field of ["omp", "smp", "mmp", "lmp"])
    for (const row of root.messages(field)) rows.set(row.number("index") ?? 0, row);
  const objects = new Map(root.messages("omp").map((row) => [row.text("object_name") ?? "", row.number("index") ?? 0]));
  let left = VALUES;
  const made = async (index: number, depth: number): Promise<Value> => {
    const row = rows.get(index);
    left -= 1;
    if (row === undefined) return null;
    if (depth > DEPTH || left < 0) {
      cut(row.start);
      return { kind: "unread", why: "too many rows refer to each other", offset: row.start };
    }
    if (work.isDue()) await work.checkpoint();
    if (row.spec.name.endsWith("SimpleProvenanceProto")) {
      // Objects are referred to by their names.
      const named = row.int("is_reference") === 1n ? objects.get(row.text("value") ?? "") : undefined;
      return named === undefined ? simple(row) : made(named, depth + 1);
    }
    const inner: [string, Value][] = [];
    if (row.spec.name.endsWith("ListProvenanceProto")) {
      const items: Value[] = [];
      for (const each of await indices(row, source, work)) items.push(await made(each, depth + 1));
      return { kind: "list", type: "list", items };
    }
    for (const entry of row.messages("values"))
      inner.push([entry.text("key") ?? "", await made(entry.number("value") ?? 0, depth + 1)]);
    const dict: DictNode = { kind: "dict", keys: inner.map(([key]) => key), values: inner.map(([, value]) => value) };
    return dict;
  };
  return rows.size === 0 ? null : made(0, 0);
}

async function indices(row: Message, source: ByteSource, work: Work): Promise<number[]> {
  const numbers = row.numbers("values");
  if (numbers === undefined) return [];
  const { count, data } = await varintNumbers(source, numbers, 8, work);
  const bytes = await data.read(0, data.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, k) => Number(view.getBigInt64(k * 8, true)));
}

/** Text, but for numbers and switches. */
function simple(row: Message): Value {
  const value = row.text("value") ?? "";
  const type = row.text("provenance_class_name") ?? "";
  if (/\.(?:Int|Long|Double|Float|Short|Byte)Provenance$/.test(type)) return wordValue(value, row.start);
  if (type.endsWith(".BooleanProvenance")) return value === "true";
  return value;
}
