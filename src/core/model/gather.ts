import { readInto } from "../bytes/source.ts";
import { LIMITS } from "../limits.ts";
import type { Work } from "../work.ts";
import type { TensorRef } from "./tensor.ts";
import { type Box, byteStrides, denseStrides } from "./window-layout.ts";

/** Between two runs of wanted bytes, a gap up to this is read along: a disk or a cache reads pages of it anyway. */
const GAP_BYTES = 4096;

/** One dimension of a copy: indices, and the distance of neighbours in the file and in the result. */
interface Axis {
  readonly count: number;
  readonly from: number;
  readonly to: number;
}

/** A copy out of one read: relative to the read's first byte and to the place in the result. */
interface Block {
  /** Slowest in memory first. */
  readonly axes: readonly Axis[];
  /** First byte of the block, relative to its element 0: negative strides go back. */
  readonly low: number;
  readonly span: number;
}

/**
 * Copies a box of a strided tensor into `out` (dense, C order) at `outAt`. Reads are blocks of at most
 * LIMITS.gatherReadBytes, walked in the order of the file whatever the order of the dimensions; a column of a
 * row-ordered matrix is read with the bytes between its elements when those are few, else element by element.
 */
export async function gatherBox(
  tensor: TensorRef,
  box: Box,
  out: Uint8Array,
  outAt: number,
  work?: Work,
): Promise<void> {
  const { itemSize } = tensor.dtype;
  if (box.extent.includes(0) || itemSize === 0) return;
  const from = byteStrides(tensor);
  const to = denseStrides(box.extent, itemSize);
  const start = box.corner.reduce((sum, index, axis) => sum + index * (from[axis] ?? 0), tensor.offset);
  const axes = box.extent
    .map((count, axis): Axis => ({ count, from: from[axis] ?? 0, to: to[axis] ?? 0 }))
    .filter((axis) => axis.count > 1)
    .sort((a, b) => Math.abs(b.from) - Math.abs(a.from));
  const { outer, inner, isBunched } = splitAxes(axes, itemSize);
  const bunch = isBunched ? outer.at(-1) : undefined;
  for (const place of positions(outer)) {
    if (work?.isDue() === true) await work.checkpoint();
    const block = blockOf(inner, bunch === undefined ? place.limit : undefined, itemSize);
    const at = start + place.from + block.low;
    const count = bunch === undefined ? 1 : (place.limit ?? 1);
    const put = (bytes: Uint8Array, between: readonly Axis[]): void =>
      copyBlock(bytes, -block.low, out, outAt + place.to, [...between, ...block.axes], itemSize);
    if (count === 1) await readBlock(tensor, at, block.span, (bytes) => put(bytes, []));
    else {
      const bytes = await readBunch(tensor, at, block.span, count, bunch?.from ?? 0);
      put(bytes, [{ count, from: block.span, to: bunch?.to ?? 0 }]);
    }
  }
}

/** Puts `count` dense items into `out`, `step` bytes from one to the next, the first at `outAt`. */
export function spreadItems(
  items: Uint8Array,
  itemSize: number,
  count: number,
  out: Uint8Array,
  outAt: number,
  step: number,
): void {
  if (count > 0 && itemSize > 0) copyBlock(items, 0, out, outAt, [{ count, from: itemSize, to: step }], itemSize);
}

/**
 * Gives `use` the `span` bytes at `at`. Long blocks come into memory that the next one uses again: fresh memory, which
 * the system must clear first, takes longer than the reading.
 */
async function readBlock(
  { data }: TensorRef,
  at: number,
  span: number,
  use: (bytes: Uint8Array) => void,
): Promise<void> {
  if (span < LONG_BLOCK || data.readInto === undefined) {
    use(await data.read(at, at + span));
    return;
  }
  // Another reader may have it at this moment, and takes its own.
  const memory = spare !== undefined && spare.length >= span ? spare : new Uint8Array(span);
  spare = undefined;
  const bytes = memory.subarray(0, span);
  await readInto(data, at, bytes);
  use(bytes);
  spare = memory;
}
const LONG_BLOCK = 256 * 1024;
/** At most LIMITS.gatherReadBytes. */
let spare: Uint8Array | undefined;

/** `count` reads of `span` bytes, `step` bytes apart, one after another in one array. */
async function readBunch(
  tensor: TensorRef,
  at: number,
  span: number,
  count: number,
  step: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(count * span);
  const starts = Array.from({ length: count }, (_, k) => at + k * step);
  const parts = await Promise.all(starts.map((from) => tensor.data.read(from, from + span)));
  for (const [k, part] of parts.entries()) bytes.set(part, k * span);
  return bytes;
}

interface Split {
  readonly outer: readonly (Axis & { readonly piece: number })[];
  readonly inner: readonly Axis[];
  /** True when the pieces of the last outer dimension are as many reads; false when a piece is one read. */
  readonly isBunched: boolean;
}

/** Reads that are copied together: what lies side by side in the result is then written side by side. */
const BUNCH = 32;

/** Parts the dimensions into those that one read covers (the fastest ones in memory) and those walked read by read. */
function splitAxes(axes: readonly Axis[], itemSize: number): Split {
  let span = itemSize;
  let first = axes.length;
  while (first > 0) {
    const axis = axes[first - 1];
    if (axis === undefined || Math.abs(axis.from) - span > GAP_BYTES) break;
    const next = span + Math.abs(axis.from) * (axis.count - 1);
    if (next > LIMITS.gatherReadBytes) {
      // Too long for one read: in pieces of as many indices as fit, if that is more than one.
      const piece = Math.floor((LIMITS.gatherReadBytes - span) / Math.abs(axis.from)) + 1;
      if (piece < 2) break;
      const outer = axes.slice(0, first).map((a, k) => ({ ...a, piece: k === first - 1 ? piece : 1 }));
      return { outer, inner: axes.slice(first - 1), isBunched: false };
    }
    span = next;
    first -= 1;
  }
  const bunch = Math.max(1, Math.min(BUNCH, Math.floor(LIMITS.gatherReadBytes / span)));
  const outer = axes.slice(0, first).map((a, k) => ({ ...a, piece: k === first - 1 ? bunch : 1 }));
  return { outer, inner: axes.slice(first), isBunched: outer.length > 0 };
}

/** Every place of the outer dimensions; `limit` is the piece's length where the last one is taken in pieces. */
function* positions(outer: Split["outer"]): Generator<{ from: number; to: number; limit: number | undefined }> {
  const index = outer.map(() => 0);
  const last = outer.length - 1;
  for (;;) {
    let from = 0;
    let to = 0;
    for (const [k, axis] of outer.entries()) {
      from += (index[k] ?? 0) * axis.from;
      to += (index[k] ?? 0) * axis.to;
    }
    const tail = outer[last];
    const isPiece = tail !== undefined && tail.piece > 1;
    yield { from, to, limit: isPiece ? Math.min(tail.piece, tail.count - (index[last] ?? 0)) : undefined };
    let k = last;
    for (; k >= 0; k -= 1) {
      const next = (index[k] ?? 0) + (outer[k]?.piece ?? 1);
      if (next < (outer[k]?.count ?? 0)) {
        index[k] = next;
        break;
      }
      index[k] = 0;
    }
    if (k < 0) return;
  }
}

function blockOf(inner: readonly Axis[], limit: number | undefined, itemSize: number): Block {
  const axes = inner.map((axis, k) => (k === 0 && limit !== undefined ? { ...axis, count: limit } : axis));
  let low = 0;
  let high = itemSize;
  for (const { count, from } of axes) {
    if (from < 0) low += from * (count - 1);
    else high += from * (count - 1);
  }
  return { axes, low, span: high - low };
}

/** Copies elements by whole words of the widest size that all distances allow. Bits only: no float is ever made. */
function copyBlock(
  bytes: Uint8Array,
  fromAt: number,
  out: Uint8Array,
  outAt: number,
  axes: readonly Axis[],
  itemSize: number,
): void {
  const distances = axes.reduce((all, axis) => all | Math.abs(axis.from) | axis.to, itemSize | fromAt);
  const width = wordWidth(distances | (outAt + out.byteOffset));
  const source = alignedTo(bytes, width);
  const view = <T>(make: new (buffer: ArrayBufferLike, at: number, length: number) => T, of: Uint8Array): T =>
    new make(of.buffer, of.byteOffset, Math.floor(of.length / width));
  if (width === 4)
    copyWords(view(Uint32Array, source), view(Uint32Array, out), axes, itemSize / 4, fromAt / 4, outAt / 4, 4);
  else if (width === 2)
    copyWords(view(Uint16Array, source), view(Uint16Array, out), axes, itemSize / 2, fromAt / 2, outAt / 2, 2);
  else copyWords(source, out, axes, itemSize, fromAt, outAt, 1);
}

function wordWidth(distances: number): 1 | 2 | 4 {
  if (distances % 4 === 0) return 4;
  return distances % 2 === 0 ? 2 : 1;
}

function alignedTo(bytes: Uint8Array, width: number): Uint8Array {
  return bytes.byteOffset % width === 0 ? bytes : bytes.slice();
}

type Words = Uint8Array | Uint16Array | Uint32Array;

function copyWords(
  source: Words,
  out: Words,
  axes: readonly Axis[],
  item: number,
  fromAt: number,
  outAt: number,
  width: number,
): void {
  const outer = axes.slice(0, -1).map((axis) => ({ ...axis, piece: 1 }));
  const fastest = axes.at(-1) ?? { count: 1, from: 0, to: 0 };
  const from = fastest.from / width;
  const to = fastest.to / width;
  const isRun = from === item && to === item;
  // Side by side in the file but not in the result: a few at a time, so that what is written stays in the cache.
  const tile = isRun || outer.length === 0 ? fastest.count : TILE;
  for (let first = 0; first < fastest.count; first += tile) {
    const count = Math.min(tile, fastest.count - first);
    for (const place of positions(outer)) {
      const a = fromAt + place.from / width + first * from;
      const b = outAt + place.to / width + first * to;
      if (isRun) out.set(source.subarray(a, a + item * count), b);
      else if (item === 1) for (let i = 0; i < count; i += 1) out[b + i * to] = source[a + i * from] ?? 0;
      else copyItems(source, out, count, item, a, from, b, to);
    }
  }
}

/** Elements copied before going on to the next row: about a cache line of what is read. */
const TILE = 16;

function copyItems(
  source: Words,
  out: Words,
  count: number,
  item: number,
  fromAt: number,
  from: number,
  outAt: number,
  to: number,
): void {
  for (let i = 0; i < count; i += 1) {
    const a = fromAt + i * from;
    const b = outAt + i * to;
    for (let word = 0; word < item; word += 1) out[b + word] = source[a + word] ?? 0;
  }
}
