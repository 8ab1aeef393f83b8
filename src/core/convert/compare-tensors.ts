import { canonicalPieces, valueType } from "../model/canonical.ts";
import { holdsObjects } from "../model/numpy-dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import type { Work } from "../work.ts";

/**
 * What differs between two tensors, in words; undefined when they are the same: the same type, shape, every bit of
 * every element, and the digits as they were written where those are kept. Byte order and memory order are not looked
 * at: they are how values are stored.
 */
export async function tensorDifference(
  old: TensorRef,
  next: TensorRef,
  work: Work,
  { hasTexts = true }: { readonly hasTexts?: boolean } = {},
): Promise<string | undefined> {
  const [oldType, nextType] = [valueType(old.dtype), valueType(next.dtype)];
  if (oldType !== nextType) return `its type is ${nextType}, not ${oldType}`;
  if (old.shape.length !== next.shape.length || old.shape.some((dim, axis) => dim !== next.shape[axis]))
    return `its shape is [${next.shape.join(", ")}], not [${old.shape.join(", ")}]`;
  if (holdsObjects(old.dtype)) return undefined;
  const at = await firstDifference(canonicalPieces(old, work), canonicalPieces(next, work));
  if (at !== undefined) return `its values differ from byte ${at} on`;
  return hasTexts ? textDifference(old, next) : undefined;
}

function textDifference(old: TensorRef, next: TensorRef): string | undefined {
  if (old.texts === undefined) return undefined;
  if (next.texts === undefined) return "the digits of its numbers as they were written are gone";
  const count = elementCount(old.shape);
  for (let index = 0; index < count; index++)
    if (old.texts.text(index) !== next.texts.text(index)) return `the digits of element ${index} differ`;
  return undefined;
}

/** Where two streams of bytes first differ, or one ends before the other, whatever the sizes of their pieces. */
async function firstDifference(
  old: AsyncIterator<Uint8Array>,
  next: AsyncIterator<Uint8Array>,
): Promise<number | undefined> {
  let done = 0;
  let a = await refill(new Uint8Array(0), old);
  let b = await refill(new Uint8Array(0), next);
  while (a.length > 0 && b.length > 0) {
    const length = Math.min(a.length, b.length);
    const at = unequalAt(a, b, length);
    if (at >= 0) return done + at;
    done += length;
    a = await refill(a.subarray(length), old);
    b = await refill(b.subarray(length), next);
  }
  return a.length === b.length ? undefined : done;
}

async function refill(rest: Uint8Array, source: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let piece = rest;
  while (piece.length === 0) {
    const { done, value } = await source.next();
    if (done === true) return piece;
    piece = value;
  }
  return piece;
}

/** Eight bytes at a time where both happen to be aligned: this is the whole cost of verifying a conversion. */
function unequalAt(a: Uint8Array, b: Uint8Array, length: number): number {
  let at = 0;
  if (a.byteOffset % 8 === 0 && b.byteOffset % 8 === 0) {
    const words = Math.floor(length / 8);
    const left = new Uint32Array(a.buffer, a.byteOffset, words * 2);
    const right = new Uint32Array(b.buffer, b.byteOffset, words * 2);
    let word = 0;
    while (word < words * 2 && left[word] === right[word]) word++;
    at = word * 4;
  }
  for (; at < length; at++) if (a[at] !== b[at]) return at;
  return -1;
}
