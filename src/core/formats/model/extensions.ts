import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";

/**
 * What MessagePack itself cannot say, in three extension types (docs/model-format.md, "Extension types"). Each is
 * data only: reading one makes a number, a text, or the number of a graph record.
 */
export const EXTENSIONS = {
  /** A reference to record n of the graph: n as an unsigned integer of 1, 2 or 4 bytes, big-endian. */
  node: 1,
  /** An integer outside of -2^63 .. 2^64-1: two's complement, big-endian, shortest form. */
  integer: 2,
  /** Text with lone surrogates, which Python allows: UTF-8 with each of them in three bytes. */
  text: 3,
} as const;

export function nodeBytes(ref: number): Uint8Array {
  const width = ref < 0x100 ? 1 : ref < 0x10000 ? 2 : 4;
  const bytes = new Uint8Array(width);
  for (let at = width - 1, rest = ref; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}

export function nodeOf(bytes: Uint8Array, offset: number): number {
  if (![1, 2, 4].includes(bytes.length))
    throw corrupt(`a reference of ${bytes.length} bytes at byte ${offset}`, offset);
  return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

export function integerBytes(value: bigint): Uint8Array {
  const bits = value < 0n ? ~value : value;
  // One bit more than the magnitude takes, for the sign.
  const length = Math.floor(bits.toString(16).length / 2) + 1;
  const digits = BigInt.asUintN(length * 8, value)
    .toString(16)
    .padStart(length * 2, "0");
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16);
  // A first byte that only repeats the sign of the next one says nothing.
  const spare = length > 1 && bytes[0] === (value < 0n ? 0xff : 0) && (bytes[1] ?? 0) >> 7 === (value < 0n ? 1 : 0);
  return spare ? bytes.subarray(1) : bytes;
}

export function integerOf(bytes: Uint8Array, offset: number): bigint {
  if (bytes.length === 0) throw corrupt(`an integer of no bytes at byte ${offset}`, offset);
  if (bytes.length > LIMITS.integerBytes)
    throw limitExceeded("bytes of one integer", bytes.length, LIMITS.integerBytes, offset);
  let digits = "0x";
  for (const byte of bytes) digits += byte.toString(16).padStart(2, "0");
  return BigInt.asIntN(bytes.length * 8, BigInt(digits));
}
