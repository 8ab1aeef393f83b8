import { encodeElement, formatElement } from "../model/decode.ts";
import type { DType } from "../model/dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { readElements } from "../model/window.ts";

/**
 * True when each element comes back from its text. Numbers of up to 64 bits always do; text and byte strings do not when
 * they hold what is no character or are very long, times when they are too far away, and wider floats when the bytes that x86 does not use are not zero.
 */
export async function isExactAsText(tensor: TensorRef): Promise<boolean> {
  const { dtype } = tensor;
  const isWide = dtype.bits > (dtype.kind === "c" ? 128 : 64);
  if (dtype.scalar !== undefined && !isWide) return true;
  const step = Math.max(1, Math.floor(65_536 / Math.max(1, dtype.itemSize)));
  const count = elementCount(tensor.shape);
  for (let start = 0; start < count; start += step) {
    const bytes = await readElements(tensor, start, Math.min(step, count - start));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0; at < bytes.length; at += dtype.itemSize)
      if (!comesBack(dtype, view, at, bytes.subarray(at, at + dtype.itemSize))) return false;
  }
  return true;
}

function comesBack(dtype: DType, view: DataView, at: number, bytes: Uint8Array): boolean {
  try {
    const again = encodeElement(dtype, formatElement(dtype, view, at));
    return again.every((byte, index) => byte === bytes[index]);
  } catch {
    return false;
  }
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * An element as a JSON token: a number where every reader keeps it (finite floats of up to 64 bits, integers up to
 * 2^53), `true` and `false`, else a string with the text of `formatElement`.
 */
export function jsonElement(dtype: DType, view: DataView, at: number): string {
  const text = formatElement(dtype, view, at);
  if (dtype.kind === "f") return dtype.bits <= 64 && /^-?\d/.test(text) ? text : JSON.stringify(text);
  if (dtype.kind === "i" || dtype.kind === "u") return isSafe(text) ? text : JSON.stringify(text);
  if (dtype.kind === "b" && (text === "True" || text === "False")) return text.toLowerCase();
  return JSON.stringify(text);
}

function isSafe(text: string): boolean {
  if (text.length < 16) return true;
  const value = BigInt(text);
  return value >= -SAFE && value <= SAFE;
}
