import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { elementCount } from "../../model/tensor.ts";
import type { H5Cursor } from "./file.ts";

/** What shape a dataset or attribute has. `null`: it has a type and no elements at all. */
export interface Dataspace {
  readonly kind: "scalar" | "simple" | "null";
  readonly shape: readonly number[];
  /** How far each dimension may grow; undefined for without end. */
  readonly most: readonly (number | undefined)[];
}

/** Reads a dataspace message of either version. Shapes are in C order: the fastest dimension last. */
export function readDataspace(cursor: H5Cursor): Dataspace {
  const at = cursor.offset;
  const version = cursor.u8();
  const rank = cursor.u8();
  const flags = cursor.u8();
  if (version !== 1 && version !== 2) throw corrupt(`dataspace of version ${version} at byte ${at}`, at);
  if (rank > LIMITS.dimensions) throw limitExceeded(`dimensions at byte ${at}`, rank, LIMITS.dimensions, at);
  const type = cursor.u8();
  if (version === 1) cursor.skip(4);
  const shape: number[] = [];
  for (let i = 0; i < rank; i++) shape.push(cursor.length());
  const most: (number | undefined)[] = [...shape];
  if ((flags & 1) !== 0) for (let i = 0; i < rank; i++) most[i] = cursor.lengthOrUnlimited();
  if (version === 2 && type === 2) return { kind: "null", shape: [], most: [] };
  elementCount(shape, `dataspace at byte ${at}`);
  return { kind: rank === 0 ? "scalar" : "simple", shape, most };
}
