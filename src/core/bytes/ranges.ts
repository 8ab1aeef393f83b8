import { ArtifactError } from "../errors.ts";
import type { Work } from "../work.ts";
import type { ByteSource } from "./source.ts";

/** Bytes [start, end) of a source. */
export interface SourceRange {
  readonly data: ByteSource;
  readonly start: number;
  readonly end: number;
}

/** Bytes between two ranges that are read along: a page of the cache comes whole anyway. */
const NEAR = 64 * 1024;
/** Bytes of one read of several ranges. */
const MOST = 1024 * 1024;

/**
 * Hands over each range's bytes, or why they cannot be read: in the order in which they lie, those that lie near each other in
 * one read. Tens of thousands of small reads cost more in promises than in bytes. `visit` does not keep the bytes: they are
 * a view of all that was read. Throws what `work` throws, and `changed`.
 */
export async function readRanges(
  ranges: readonly SourceRange[],
  work: Work,
  visit: (index: number, bytes: Uint8Array | ArtifactError) => void,
): Promise<void> {
  const order = inFileOrder(ranges);
  for (let first = 0; first < order.length; ) {
    if (work.isDue()) await work.checkpoint();
    const { data, start, end } = ranges[order[first] as number] as SourceRange;
    let to = end;
    let next = first + 1;
    for (; next < order.length; next++) {
      const range = ranges[order[next] as number] as SourceRange;
      if (range.data !== data || range.start > to + NEAR || Math.max(to, range.end) - start > MOST) break;
      to = Math.max(to, range.end);
    }
    const bytes = await orReason(data, start, to);
    const isAlone = next - first === 1;
    while (first < next) {
      const some = order.subarray(first, Math.min(next, first + VISITED));
      if (!(bytes instanceof ArtifactError)) visitEach(ranges, some, bytes, start, visit);
      else if (isAlone) visit(order[first] as number, bytes);
      else await visitAlone(ranges, some, visit);
      first += some.length;
      if (work.isDue()) await work.checkpoint();
    }
  }
}

/** Ranges that are visited without a look at the clock. */
const VISITED = 256;

/** `bytes` are those from `start` on. */
function visitEach(
  ranges: readonly SourceRange[],
  order: Uint32Array,
  bytes: Uint8Array,
  start: number,
  visit: (index: number, bytes: Uint8Array) => void,
): void {
  for (const index of order) {
    const range = ranges[index] as SourceRange;
    visit(index, bytes.subarray(range.start - start, range.end - start));
  }
}

/** Where they cannot be read together: one that is past the end of the file says nothing of its neighbours. */
async function visitAlone(
  ranges: readonly SourceRange[],
  order: Uint32Array,
  visit: (index: number, bytes: Uint8Array | ArtifactError) => void,
): Promise<void> {
  for (const index of order) {
    const { data, start, end } = ranges[index] as SourceRange;
    visit(index, await orReason(data, start, end));
  }
}

/** Positions of the ranges: source by source, from the first byte on. */
function inFileOrder(ranges: readonly SourceRange[]): Uint32Array {
  const places = new Map<ByteSource, number>();
  for (const { data } of ranges) if (!places.has(data)) places.set(data, places.size);
  const order = Uint32Array.from(ranges, (_, index) => index);
  const isBefore = (a: SourceRange, b: SourceRange): boolean => a.data === b.data && a.start <= b.start;
  if (ranges.every((range, at) => at === 0 || isBefore(ranges[at - 1] as SourceRange, range))) return order;
  return order.sort((i, j) => {
    const [a, b] = [ranges[i] as SourceRange, ranges[j] as SourceRange];
    return (places.get(a.data) ?? 0) - (places.get(b.data) ?? 0) || a.start - b.start;
  });
}

async function orReason(data: ByteSource, start: number, end: number): Promise<Uint8Array | ArtifactError> {
  try {
    return await data.read(start, end);
  } catch (error) {
    if (error instanceof ArtifactError && error.code !== "cancelled" && error.code !== "changed") return error;
    throw error;
  }
}
