import { append } from "../../append.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import { fixedCount, fixedTensor } from "../protobuf/fixed-numbers.ts";
import type { Message } from "../protobuf/message.ts";
import type { Resolver } from "./resolve.ts";
import { int64sOf } from "./tensors.ts";

/** Fields of a feature's statistics that are numbers. */
const REALS = ["max", "min", "mean", "sumSquares", "observed_value"];
const COUNTS = ["id", "count", "observed_count"];

/** The features of a domain in the order of their ids; in that of the file where they have none. */
export function featureNames(infos: readonly Message[]): readonly string[] {
  const hasIds = infos.some((info) => info.spec.fields[3]?.name === "id");
  const rows = infos.map((info, i) => ({ name: info.text("name") ?? "", id: hasIds ? (info.number("id") ?? 0) : i }));
  return rows.sort((a, b) => a.id - b.id).map(({ name }) => name);
}

/** A table for each kind of feature: what is known of each, a column for each statistic. */
export async function featureTables(infos: readonly Message[], resolver: Resolver): Promise<Value> {
  const { source, work } = resolver;
  const kinds = new Map<string, Message[]>();
  for (const info of infos) {
    const kind = info.spec.name.slice(info.spec.name.lastIndexOf(".") + 1).replace(/Proto$/, "");
    const rows = kinds.get(kind);
    if (rows === undefined) kinds.set(kind, [info]);
    else rows.push(info);
  }
  const tables: [string, Value][] = [];
  for (const [kind, rows] of kinds) {
    const columns: (readonly [string, Value])[] = [["name", listOf(rows.map((row) => row.text("name") ?? ""))]];
    const fields = Object.values(rows[0]?.spec.fields ?? {}).map(({ name }) => name);
    for (const name of COUNTS.filter((each) => fields.includes(each)))
      columns.push([
        name,
        column("int64", rows.length, (view, k) => view.setBigInt64(k * 8, rows[k]?.int(name) ?? 0n, true)),
      ]);
    for (const name of REALS.filter((each) => fields.includes(each))) {
      const values = new Float64Array(rows.length);
      for (const [k, row] of rows.entries()) {
        if (work.isDue()) await work.checkpoint();
        values[k] = await doubleOf(row, name, source);
      }
      columns.push([name, column("float64", rows.length, (view, k) => view.setFloat64(k * 8, values[k] ?? 0, true))]);
    }
    if (rows.some((row) => row.numbers("key") !== undefined)) append(columns, await valueCounts(rows, resolver));
    tables.push([kind, dictOf(columns)]);
  }
  return dictOf(tables);
}

/** Values that features have, and how often: those of all features one after another, and how many are of each. */
async function valueCounts(rows: readonly Message[], resolver: Resolver): Promise<(readonly [string, Value])[]> {
  const keys: Uint8Array[] = [];
  const counts: bigint[] = [];
  const sizes: number[] = [];
  for (const row of rows) {
    if (resolver.work.isDue()) await resolver.work.checkpoint();
    const numbers = row.numbers("key");
    const count = numbers === undefined ? 0 : fixedCount(numbers);
    if (numbers !== undefined)
      keys.push(await readElements(fixedTensor(resolver.source, numbers, scalarDType("float64"), [count]), 0, count));
    for (const each of await int64sOf(row, "value", resolver)) counts.push(each);
    sizes.push(count);
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const views = keys.flatMap((bytes) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return Array.from({ length: bytes.length / 8 }, (_, k) => view.getFloat64(k * 8, true));
  });
  return [
    ["values", column("int32", sizes.length, (view, k) => view.setInt32(k * 4, sizes[k] ?? 0, true))],
    ["key", column("float64", total, (view, k) => view.setFloat64(k * 8, views[k] ?? 0, true))],
    ["value", column("int64", counts.length, (view, k) => view.setBigInt64(k * 8, counts[k] ?? 0n, true))],
  ];
}

/** A double of a message, 0 where it is left out. */
export async function doubleOf(message: Message | undefined, name: string, source: ByteSource): Promise<number> {
  const at = message?.fixed(name);
  if (at === undefined) return 0;
  const bytes = await source.read(at, at + 8);
  return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
}

/** A column of numbers that lie here and there in the file. */
export function column(
  scalar: "int32" | "int64" | "float64",
  count: number,
  put: (view: DataView, k: number) => void,
  shape: readonly number[] = [count],
): Value {
  const dtype = scalarDType(scalar);
  const bytes = new Uint8Array(count * dtype.itemSize);
  const view = new DataView(bytes.buffer);
  for (let k = 0; k < count; k++) put(view, k);
  const tensor = { dtype, shape, order: "C" as const, offset: 0, data: fromBytes(bytes) };
  return { kind: "tensor", tensor, className: "column", offset: 0 };
}
