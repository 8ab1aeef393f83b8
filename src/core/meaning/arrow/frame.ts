import { asArtifactError, ignoreUnreadable } from "../../errors.ts";
import { isNode, type ObjectNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { classOf } from "../anatomy.ts";
import type { Column, Frame } from "../pandas.ts";
import { type ArrowColumn, arrowColumn, columnOf } from "./column.ts";
import { isPickledArray, pickledTable } from "./pickled.ts";
import { type StreamColumn, streamColumns } from "./stream.ts";

/**
 * Tables and arrays of pyarrow, and those of polars, which pickles a table as an Arrow stream (before 1.10 as a list of series, each
 * of which is one). Undefined for what is none, or is damaged.
 */
export async function arrowFrame(node: ObjectNode, work: Work): Promise<Frame | undefined> {
  const { module, name } = classOf(node);
  if (module.startsWith("pyarrow")) {
    if (isPickledArray(node)) return frameOf([["values", await arrowColumn(node, work)]]);
    const columns: [string, ArrowColumn | undefined][] = [];
    for (const each of pickledTable(node) ?? []) columns.push([each.name, await arrowColumn(each.held, work)]);
    return frameOf(columns);
  }
  const isPolars = /^polars\.(?:dataframe\.frame|series\.series)$/.test(module);
  if (!isPolars || (name !== "DataFrame" && name !== "Series")) return undefined;
  const columns: [string, ArrowColumn | undefined][] = [];
  for (const column of (await streamedIn(node.state, node.offset, work)) ?? [])
    columns.push([column.name === "" ? "values" : column.name, await columnOf(column.chunks, work)]);
  return frameOf(columns);
}

async function streamedIn(
  state: Value | undefined,
  place: number,
  work: Work,
): Promise<readonly StreamColumn[] | undefined> {
  if (!isNode(state)) return undefined;
  if (state.kind === "bytes")
    try {
      return await streamColumns(state.data, work, place);
    } catch (error) {
      return ignoreUnreadable(asArtifactError(error, "reading an Arrow stream"), undefined);
    }
  if (state.kind !== "list") return undefined;
  const columns: StreamColumn[] = [];
  for (const series of state.items) {
    if (!isNode(series) || series.kind !== "object" || !isNode(series.state) || series.state.kind !== "bytes")
      return undefined;
    const own = await streamedIn(series.state, series.offset, work);
    if (own === undefined) return undefined;
    for (const column of own) columns.push(column);
  }
  return columns;
}

/** A table of which a column cannot be read stays what it is in the file: half of one would pass for all of it. */
function frameOf(columns: readonly (readonly [string, ArrowColumn | undefined])[]): Frame | undefined {
  const found: Column[] = [];
  for (const [name, column] of columns) {
    if (column === undefined) return undefined;
    for (const part of columnParts(name, column)) found.push(part);
  }
  return found.length === 0 ? undefined : { columns: found, index: undefined };
}

/** The values of a column, which of them are missing, and what they mean. */
export function columnParts(name: string, { values, mask, parts }: ArrowColumn): readonly Column[] {
  return [
    { name, value: values },
    ...(mask === undefined ? [] : [{ name, part: "mask", value: mask }]),
    ...parts.map((each) => ({ name, ...each })),
  ];
}
