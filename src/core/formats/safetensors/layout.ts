import { isScalarName, SCALARS, scalarDType, type DType } from "../../model/dtype.ts";
import type { HeaderEntry } from "./header.ts";

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
export function entryProblem(entry: HeaderEntry): string | undefined {
  if (entry.problem !== undefined) return entry.problem;
  const { start, end, shape } = entry;
  const dtype = dtypeOf(entry.dtype);
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
 * header lists them. Entries without a range are left out.
 */
export function layoutOf(entries: readonly HeaderEntry[]): Layout {
  const gaps: Gap[] = [];
  let end = 0;
  for (const entry of isOrdered(entries) ? entries : [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (!hasRange(entry)) continue;
    if (entry.start !== end) gaps.push({ name: entry.name, start: entry.start, expected: end });
    end = Math.max(end, entry.end);
  }
  return { gaps, end };
}

function hasRange({ start, end, problem }: HeaderEntry): boolean {
  return problem === undefined && start <= end;
}

/** True where those that have a range are in the order of it, which is the rule. */
function isOrdered(entries: readonly HeaderEntry[]): boolean {
  let last: HeaderEntry | undefined;
  for (const entry of entries) {
    if (!hasRange(entry)) continue;
    const isAfter =
      last === undefined || last.start < entry.start || (last.start === entry.start && last.end <= entry.end);
    if (!isAfter) return false;
    last = entry;
  }
  return true;
}
