import type { Random } from "./random.ts";

/** One change that keeps what it does not change well-formed, so that it gets past the first check of a reader. */
export type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Sizes that readers get wrong: none, one, signs, halves, all, just over. */
export const SIZES = [
  0n,
  1n,
  2n,
  127n,
  128n,
  255n,
  256n,
  65535n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
];

export function little(value: bigint, width: number): Uint8Array {
  return Uint8Array.from({ length: width }, (_, k) => Number((value >> BigInt(8 * k)) & 0xffn));
}

export const size = (random: Random, width: number): Uint8Array => little(random.pick(SIZES), width);
