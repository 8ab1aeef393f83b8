/** Where the rows or columns of something long are, in CSS pixels. */
export interface Axis {
  readonly count: number;
  readonly total: number;
  offset(index: number): number;
  size(index: number): number;
  /** The index at a distance from the start, clamped into the axis. */
  indexAt(distance: number): number;
}

export function uniformAxis(count: number, size: number): Axis {
  return {
    count,
    total: count * size,
    offset: (index) => index * size,
    size: () => size,
    indexAt: (distance) => clamp(Math.floor(distance / size), count),
  };
}

export function measuredAxis(sizes: readonly number[]): Axis {
  const offsets = [0];
  for (const size of sizes) offsets.push((offsets.at(-1) ?? 0) + size);
  return {
    count: sizes.length,
    total: offsets.at(-1) ?? 0,
    offset: (index) => offsets[index] ?? 0,
    size: (index) => sizes[index] ?? 0,
    indexAt(distance) {
      let low = 0;
      let high = sizes.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((offsets[middle] ?? 0) <= distance) low = middle;
        else high = middle - 1;
      }
      return clamp(low, sizes.length);
    },
  };
}

function clamp(index: number, count: number): number {
  return Math.max(0, Math.min(index, count - 1));
}

/** Indices [first, last] that a window of `length` pixels at `start` shows; empty when last < first. */
export function visibleRange(
  axis: Axis,
  start: number,
  length: number,
): { readonly first: number; readonly last: number } {
  if (axis.count === 0) return { first: 0, last: -1 };
  return { first: axis.indexAt(start), last: axis.indexAt(start + Math.max(0, length - 0.01)) };
}
