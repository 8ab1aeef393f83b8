import type { Value } from "../../model/value.ts";

/** Type bytes. */
export const NULL = 0x70;
export const REFERENCE = 0x71;
export const CLASS_DESCRIPTION = 0x72;
export const OBJECT = 0x73;
export const TEXT = 0x74;
export const ARRAY = 0x75;
export const CLASS = 0x76;
export const BLOCK = 0x77;
export const END = 0x78;
export const RESET = 0x79;
export const LONG_BLOCK = 0x7a;
export const EXCEPTION = 0x7b;
export const LONG_TEXT = 0x7c;
export const PROXY = 0x7d;
export const ENUM = 0x7e;
export const FIRST_HANDLE = 0x7e0000;

export function isBlock(type: number): boolean {
  return type === BLOCK || type === LONG_BLOCK;
}

export function hexByte(value: number): string {
  return `0x${value.toString(16).padStart(2, "0")}`;
}

const scratch = new DataView(new ArrayBuffer(8));

export function doubleOf(bits: bigint): Value {
  scratch.setBigUint64(0, bits);
  const value = scratch.getFloat64(0);
  return Number.isNaN(value) && bits !== 0x7ff8000000000000n ? { kind: "float", bits } : value;
}

export function charactersOf(bytes: Uint8Array): string {
  const texts: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < bytes.length; start += 8192) {
    const units: number[] = [];
    for (let at = start; at < Math.min(start + 8192, bytes.length); at += 2) units.push(view.getUint16(at));
    texts.push(String.fromCharCode(...units));
  }
  return texts.join("");
}
