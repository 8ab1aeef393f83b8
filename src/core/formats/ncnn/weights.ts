import type { SourceCursor } from "../../bytes/source-cursor.ts";
import { slice } from "../../bytes/source.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { Load } from "./layers.ts";

/** How weights are stored, by the number before them (modelbin.cpp). Anything else: a table of 256 float32. */
export const TAGS: Readonly<Record<number, ScalarName>> = {
  0: "float32",
  0x01306b47: "float16",
  0x000d4b38: "int8",
  0x0002c056: "float32",
};

const ALIGNMENT = 4;
const TABLE = 256;

/** The array at the cursor, which then stands behind it. Several values where it is a table and indices into it. */
export async function loadWeights(cursor: SourceCursor, load: Load): Promise<readonly (readonly [string, Value])[]> {
  const { name, count, shape = [count] } = load;
  const tag = load.isTagged ? await cursor.u32() : 0;
  const type = TAGS[tag];
  if (type !== undefined) return [[name, array(cursor, type, count, shape)]];
  const table = array(cursor, "float32", TABLE, [TABLE]);
  return [
    [`${name}_table`, table],
    [name, array(cursor, "uint8", count, shape)],
  ];
}

function array(cursor: SourceCursor, type: ScalarName, count: number, shape: readonly number[]): Value {
  const { source, offset } = cursor;
  const dtype = scalarDType(type);
  const bytes = count * dtype.itemSize;
  cursor.skip(bytes);
  const data = slice(source, offset, offset + bytes);
  // The padding of the last array may be missing.
  cursor.skip(Math.min(cursor.remaining, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT - bytes));
  return { kind: "tensor", tensor: { dtype, shape, order: "C", offset: 0, data }, className: "array", offset };
}
