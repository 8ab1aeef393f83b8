import { isScalarName, SCALARS, scalarDType, type DType } from "../../model/dtype.ts";
import type { EntryTable, HeaderEntry } from "./entry-table.ts";

/** The dtypes of a header, by name. */
const BY_NAME: ReadonlyMap<string, DType> = new Map(
  Object.entries(SCALARS).flatMap(([name, row]) =>
    "safetensors" in row && isScalarName(name) ? [[row.safetensors, scalarDType(name)] as const] : [],
  ),
);

export function dtypeOf(name: string): DType | undefined {
  return BY_NAME.get(name);
}

/** Bits that the elements take; undefined when they cannot be counted. */
export function bitsOf(shape: readonly number[], dtype: DType): number | undefined {
  let elements = 1;
  for (const dim of shape) {
    elements *= dim;
    if (!Number.isSafeInteger(elements)) return undefined;
  }
  const bits = elements * dtype.bits;
  return Number.isSafeInteger(bits) ? bits : undefined;
}

/** The first thing that the reference reader refuses about one entry on its own. */
export function entryProblem(entry: HeaderEntry, dtype: DType | undefined): string | undefined {
  if (entry.problem !== undefined) return entry.problem;
  const { start, end, shape } = entry;
  if (dtype === undefined) return `has the dtype ${JSON.stringify(entry.dtype)}, which safetensors does not have`;
  if (end < start) return `ends at ${end}, before it begins at ${start}`;
  const bits = bitsOf(shape, dtype);
  if (bits === undefined) return `has the shape [${shape.join(", ")}], which is more than can be counted`;
  if (bits % 8 !== 0) return `has ${bits} bits, which are not whole bytes`;
  if (bits / 8 !== end - start)
    return `has ${end - start} bytes at ${start}..${end}, and needs ${bits / 8} for [${shape.join(", ")}] of ${entry.dtype}`;
  return undefined;
}

/** A place where the tensors do not lie end to end. */
export interface Gap {
  readonly name: string;
  /** Where the tensor begins, and where the one before it ended. */
  readonly start: number;
  readonly expected: number;
}

export interface Layout {
  readonly gaps: readonly Gap[];
  /** Where the last tensor ends. */
  readonly end: number;
}

/**
 * How the tensors lie in the buffer: the reference reader wants them end to end from byte 0, in whatever order the
 * header lists them. Entries without a range are left out. `which`: those that count, all when absent.
 */
export function layoutOf(entries: EntryTable, which?: readonly number[]): Layout {
  const inFile = which === undefined ? cover(entries) : undefined;
  return inFile ?? cover(entries, inOrder(entries, which)) ?? { gaps: [], end: 0 };
}

/** Undefined where those that have a range are not in the order of it, which is the rule. */
function cover(entries: EntryTable, order?: readonly number[]): Layout | undefined {
  const gaps: Gap[] = [];
  let [lastStart, lastEnd, end] = [0, 0, 0];
  for (let k = 0; k < (order ?? entries).length; k++) {
    const index = order === undefined ? k : (order[k] as number);
    const [from, to] = [entries.start(index), entries.end(index)];
    if (from > to || entries.problem(index) !== undefined) continue;
    if (from < lastStart || (from === lastStart && to < lastEnd)) return undefined;
    if (from !== end) gaps.push({ name: entries.name(index), start: from, expected: end });
    [lastStart, lastEnd] = [from, to];
    end = Math.max(end, to);
  }
  return { gaps, end };
}

function inOrder(entries: EntryTable, which?: readonly number[]): readonly number[] {
  const order = which?.slice() ?? Array.from({ length: entries.length }, (_, index) => index);
  return order.sort((a, b) => entries.start(a) - entries.start(b) || entries.end(a) - entries.end(b));
}
