import type { ByteSource } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { elementSource, fillElements } from "../../model/grid-source.ts";
import { boxesOfRange, denseStrides } from "../../model/window-layout.ts";
import { findPlace, placeOf, type SelectedAxis, selectedShape } from "./selection.ts";

/** Elements of a virtual dataset that are elements of another one: the n-th of one selection is the n-th of the other. */
export interface Part {
  readonly target: readonly SelectedAxis[];
  readonly source: readonly SelectedAxis[];
  /** Of the other dataset. */
  readonly shape: readonly number[];
  readonly data: ByteSource;
}

export interface VirtualGrid {
  readonly shape: readonly number[];
  readonly itemSize: number;
  /** One element, where no part is; undefined for zeros. */
  readonly fill: Uint8Array | undefined;
}

/** The bytes that a virtual dataset would have in one piece, in C order. `parts` are looked for when values are read. */
export function virtualSource(grid: VirtualGrid, parts: () => Promise<readonly Part[]>, name: string): ByteSource {
  const { shape, itemSize, fill } = grid;
  const readElements = async (first: number, count: number): Promise<Uint8Array> => {
    const out = new Uint8Array(count * itemSize);
    if (fill !== undefined) fillElements(out, fill);
    const all = await parts();
    let start = 0;
    for (const { corner, extent } of boxesOfRange(shape, first, count)) {
      const last = Math.max(0, shape.length - 1);
      const width = extent[last] ?? 1;
      const rows = extent.reduce((product, size) => product * size, 1) / width;
      const strides = denseStrides(extent.slice(0, last), 1);
      const near = all.filter(({ target }) => target.every((axis, k) => meets(axis, corner[k] ?? 0, extent[k] ?? 1)));
      for (let row = 0; row < rows && near.length > 0; row++) {
        const at = corner
          .slice(0, last)
          .map((low, k) => low + (Math.floor(row / (strides[k] ?? 1)) % (extent[k] ?? 1)));
        for (const part of near) {
          const before = countBefore(part.target, at);
          if (before === undefined) continue;
          await copyRow(part, before, corner[last] ?? 0, width, out, start + row * width, itemSize);
        }
      }
      start += rows * width;
    }
    return out;
  };
  return elementSource(grid, readElements, name);
}

function meets({ start, stride, count, block }: SelectedAxis, low: number, length: number): boolean {
  return count > 0 && start < low + length && start + (count - 1) * stride + block > low;
}

/** Elements that are selected before a row, which is told by its coordinates on all axes but the last; undefined for none. */
function countBefore(target: readonly SelectedAxis[], row: readonly number[]): number | undefined {
  let before = 0;
  for (const [k, at] of row.entries()) {
    const axis = target[k];
    const found = axis === undefined ? undefined : findPlace(axis, at);
    if (axis === undefined || found === undefined || !("n" in found)) return undefined;
    before = before * axis.count * axis.block + found.n;
  }
  const last = target.at(-1);
  return before * (last === undefined ? 1 : last.count * last.block);
}

/** A dataset without axes has one element. */
const ONLY: SelectedAxis = { start: 0, stride: 1, count: 1, block: 1 };

/** Copies what a part has of a row: of `width` elements from `low` on along the last axis. */
async function copyRow(
  part: Part,
  before: number,
  low: number,
  width: number,
  out: Uint8Array,
  start: number,
  itemSize: number,
): Promise<void> {
  const axis = part.target.at(-1) ?? ONLY;
  // What lies side by side in the selection is read together, wherever it goes.
  const first = findFrom(axis, low, low + width);
  if (first === undefined) return;
  let count = 0;
  for (let at: number | undefined = first.at; at !== undefined; ) {
    const found = findFrom(axis, at, low + width);
    if (found === undefined) break;
    count += found.run;
    at = found.at + found.run;
  }
  const bytes = await readSelected(part, before + first.n, count, itemSize);
  let taken = 0;
  for (let at = first.at; taken < count; ) {
    const found = findFrom(axis, at, low + width);
    if (found === undefined) return;
    out.set(bytes.subarray(taken * itemSize, (taken + found.run) * itemSize), (start + found.at - low) * itemSize);
    taken += found.run;
    at = found.at + found.run;
  }
}

/** The first selected coordinate from `at` on and before `end`: which one it is, and how many follow side by side. */
function findFrom(
  axis: SelectedAxis,
  at: number,
  end: number,
): { readonly at: number; readonly n: number; readonly run: number } | undefined {
  const here = findPlace(axis, at);
  const place = "n" in here ? at : here.next;
  if (place >= end) return undefined;
  const found = "n" in here ? here : findPlace(axis, place);
  return "n" in found ? { at: place, n: found.n, run: Math.min(found.run, end - place) } : undefined;
}

/** A gap between two runs of wanted elements is read along where it is not longer than so many times what is wanted. */
const MOST_UNWANTED = 16;

/** `count` elements of the source's selection from its `first` one on. */
async function readSelected(
  { source: axes, shape, data }: Part,
  first: number,
  count: number,
  itemSize: number,
): Promise<Uint8Array> {
  const out = new Uint8Array(count * itemSize);
  const counts = denseStrides(selectedShape(axes), 1);
  const strides = denseStrides(shape, 1);
  const last = axes.at(-1) ?? ONLY;
  for (let done = 0; done < count; ) {
    let rest = first + done;
    let row = 0;
    for (const [k, axis] of axes.slice(0, -1).entries()) {
      row += placeOf(axis, Math.floor(rest / (counts[k] ?? 1))).at * (strides[k] ?? 1);
      rest %= counts[k] ?? 1;
    }
    const start = placeOf(last, rest);
    let wanted = Math.min(count - done, last.count * last.block - rest);
    let end = placeOf(last, rest + wanted - 1).at + 1;
    if (end - start.at > MOST_UNWANTED * wanted || (end - start.at) * itemSize > LIMITS.gatherReadBytes) {
      wanted = Math.min(wanted, start.run);
      end = start.at + wanted;
    }
    const bytes = await data.read((row + start.at) * itemSize, (row + end) * itemSize);
    for (let k = 0; k < wanted; ) {
      const { at, run } = placeOf(last, rest + k);
      const length = Math.min(run, wanted - k);
      out.set(bytes.subarray((at - start.at) * itemSize, (at - start.at + length) * itemSize), (done + k) * itemSize);
      k += length;
    }
    done += wanted;
  }
  return out;
}
