import { fromBytes } from "../../bytes/source.ts";
import { dtypeFromName } from "../../model/dtype-from-name.ts";
import { dictOf } from "../../model/make-value.ts";
import { denseByteLength, elementCount } from "../../model/tensor.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { readJson } from "../json/read.ts";

/** What a column of names is called. */
const NAMES = /^(?:name|key|path|param(?:eter)?(?:_name)?|tensor(?:_name)?|variable)$/i;
const DTYPES = /^(?:dtype|data_?type|type)$/i;
const SHAPES = /^(?:shape|dims?|dimensions)$/i;

/** True for a column of shapes, whose texts are no arrays of a model. */
export const holdsShapes = (name: string): boolean => SHAPES.test(name);

/** A text that is an array in JSON, as that; any other text as it is. */
export async function arrayText(text: string, work: Work): Promise<Value> {
  if (!/^\s*\[/.test(text) || !/\]\s*$/.test(text)) return text;
  const bytes = new TextEncoder().encode(text);
  try {
    const { root, complete } = await readJson(fromBytes(bytes, "text"), { work });
    return complete && isNode(root) ? root : text;
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "cancelled" || error.code === "changed"))
      throw error;
    return text;
  }
}

/**
 * Bare blobs of a table as the arrays that its other columns say they are: a dtype by numpy's name, and a shape as a list.
 * Blobs whose bytes do not fit stay as they are.
 */
export function shapedBlobs(names: readonly string[], columns: readonly (readonly Value[])[]): Value[][] {
  const dtypes = columns[names.findIndex((name) => DTYPES.test(name))];
  const shapes = columns[names.findIndex((name) => SHAPES.test(name))];
  return columns.map((column) =>
    dtypes === undefined || shapes === undefined
      ? [...column]
      : column.map((cell, row) => shaped(cell, dtypes[row], shapes[row])),
  );
}

function shaped(cell: Value, dtypeName: Value | undefined, shapeText: Value | undefined): Value {
  if (!isNode(cell) || cell.kind !== "bytes" || typeof dtypeName !== "string" || typeof shapeText !== "string")
    return cell;
  const sizes = shapeText
    .trim()
    .replace(/^[[(]/, "")
    .replace(/[\])]$/, "");
  if (!/^[\d\s,]*$/.test(sizes)) return cell;
  const shape = sizes
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(Number);
  try {
    const dtype = dtypeFromName(dtypeName);
    if (dtype.scalar === undefined || elementCount(shape) > cell.data.size * 8) return cell;
    if (denseByteLength({ dtype, shape }) !== cell.data.size) return cell;
    const tensor = { dtype, shape, order: "C", offset: 0, data: cell.data } as const;
    return { kind: "tensor", tensor, className: "blob", offset: 0 };
  } catch {
    return cell;
  }
}

/**
 * The rows of a table of parameters by their names: a dict where one column has a name for each row and another one has
 * arrays. Undefined for other tables, which are shown by column.
 */
export function byName(
  names: readonly string[],
  columns: readonly (readonly Value[])[],
  rowId: number | undefined,
): Value | undefined {
  const at = names.findIndex((name, k) => NAMES.test(name) && areNames(columns[k] ?? []));
  const keys = columns[at];
  if (keys === undefined) return undefined;
  const others = names.map((_, k) => k).filter((k) => k !== at && k !== rowId);
  if (!others.some((k) => columns[k]?.some(isArray))) return undefined;
  const rows = keys.map((key, row): [string, Value] => {
    const parts = others.map((k): [string, Value] => [names[k] ?? "", columns[k]?.[row] ?? null]);
    // Type and shape of a blob that is an array are said by the array.
    const left = parts.filter(([name]) => !isTold(name, parts));
    const [only] = left;
    return [typeof key === "string" ? key : "", left.length === 1 && only !== undefined ? only[1] : dictOf(parts)];
  });
  return dictOf(rows);
}

function isTold(name: string, parts: readonly (readonly [string, Value])[]): boolean {
  const isShaped = parts.some(([, value]) => isNode(value) && value.kind === "tensor" && value.className === "blob");
  return isShaped && (DTYPES.test(name) || SHAPES.test(name));
}

function areNames(cells: readonly Value[]): boolean {
  return (
    cells.length > 0 &&
    cells.every((cell) => typeof cell === "string" && cell !== "") &&
    new Set(cells).size === cells.length
  );
}

function isArray(value: Value): boolean {
  return isNode(value) && (value.kind === "tensor" || value.kind === "object" || value.kind === "dict");
}
