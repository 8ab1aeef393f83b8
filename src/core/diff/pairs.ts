import { readInto } from "../bytes/source.ts";
import { corrupt } from "../errors.ts";
import type { DType } from "../model/dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { isContiguous } from "../model/window-layout.ts";
import { chunks } from "../model/window.ts";
import type { Work } from "../work.ts";
import { BLOCK, toLittleEndian } from "./lanes.ts";
import { type Buffered, CHUNK_BYTES, type Scratch } from "./scratch.ts";

/** The same elements of both sides, dense, in C order, little-endian. Valid until the next one is asked for. */
export interface PairChunk {
  /** C-order index of the first element. */
  readonly start: number;
  readonly count: number;
  readonly old: Buffered;
  readonly next: Buffered;
}

/** Two tensors with equally many elements; their shapes may differ. */
export interface TensorPair {
  readonly old: TensorRef;
  readonly next: TensorRef;
}

/** Elements of one chunk of a pair: the wider type decides; whole blocks, so that packed elements begin at a byte. */
export function chunkElements(pair: TensorPair): number {
  const bits = Math.max(pair.old.dtype.bits, pair.next.dtype.bits, 8);
  return Math.max(1, Math.floor((CHUNK_BYTES * 8) / bits / BLOCK)) * BLOCK;
}

/**
 * Both sides in step, from element `from` (a multiple of `chunkElements`) on. While a chunk is worked on the next one
 * is being read; not so while the first one is, if `isOftenLeft`: then the pass is likely to end there. Throws what
 * reading throws.
 */
export async function* pairChunks(
  pair: TensorPair,
  scratch: Scratch,
  work: Work,
  from = 0,
  isOftenLeft = false,
): AsyncGenerator<PairChunk, void, undefined> {
  const total = elementCount(pair.old.shape);
  const step = chunkElements(pair);
  const old = sideReader(pair.old, step, from, work);
  const next = sideReader(pair.next, step, from, work);
  const load = async (start: number, turn: number): Promise<void> => {
    const count = Math.min(step, total - start);
    await Promise.all([old(start, count, pick(scratch.old, turn)), next(start, count, pick(scratch.next, turn))]);
  };
  let pending = from < total ? load(from, 0) : undefined;
  // A read that fails while nobody waits for it is reported when it is waited for.
  pending?.catch(() => undefined);
  try {
    for (let start = from, turn = 0; start < total; start += step, turn ^= 1) {
      pending ??= load(start, turn);
      await pending;
      const isAhead = start + step < total && !(isOftenLeft && start === from);
      pending = isAhead ? load(start + step, turn ^ 1) : undefined;
      pending?.catch(() => undefined);
      await work.checkpoint();
      const count = Math.min(step, total - start);
      yield { start, count, old: pick(scratch.old, turn), next: pick(scratch.next, turn) };
    }
  } finally {
    // The buffers are the caller's again only when nothing writes to them any more.
    await pending?.catch(() => undefined);
  }
}

function pick(buffers: readonly [Buffered, Buffered], turn: number): Buffered {
  return turn === 0 ? buffers[0] : buffers[1];
}

type SideReader = (start: number, count: number, target: Buffered) => Promise<void>;

/** Bytes that `count` elements take, packed ones rounded up. */
function byteLength(dtype: DType, count: number): number {
  return dtype.itemSize > 0 ? count * dtype.itemSize : Math.ceil((count * dtype.bits) / 8);
}

function sideReader(tensor: TensorRef, step: number, from: number, work: Work): SideReader {
  const { dtype, offset, data } = tensor;
  if (dtype.itemSize > 0 && isContiguous(tensor))
    return async (start, count, { bytes }) => {
      const target = bytes.subarray(0, byteLength(dtype, count));
      await readInto(data, offset + start * dtype.itemSize, target);
      toLittleEndian(dtype, target);
    };
  const pieces = chunks(tensor, byteLength(dtype, step), work);
  let skip = from;
  return async (_, count, { bytes }) => {
    for (; skip > 0; skip -= step) await pieces.next();
    const { value } = await pieces.next();
    const length = byteLength(dtype, count);
    if (value === undefined || value.length !== length)
      throw corrupt(`tensor of [${tensor.shape.join(", ")}]: ${count} elements took ${value?.length ?? 0} bytes`);
    bytes.set(value);
    toLittleEndian(dtype, bytes.subarray(0, length));
  };
}
