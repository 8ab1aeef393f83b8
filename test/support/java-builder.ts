import { BytesBuilder, concat } from "./bytes-builder.ts";

/** Java's object streams written by hand, big-endian. */

export const javaHead = Uint8Array.of(0xac, 0xed, 0x00, 0x05);

export const u16 = (value: number): Uint8Array => Uint8Array.of((value >>> 8) & 255, value & 255);
export const u32 = (value: number): Uint8Array => concat(u16(value >>> 16), u16(value));
export const utf = (text: string): Uint8Array => {
  const bytes = new TextEncoder().encode(text);
  return concat(u16(bytes.length), bytes);
};
export const text = (value: string): Uint8Array => concat(Uint8Array.of(0x74), utf(value));
export const reference = (handle: number): Uint8Array => concat(Uint8Array.of(0x71), u32(0x7e0000 + handle));

/** A class: its fields as written (type letter, name, and a type's name where it is no number). */
export function classDescription(
  name: string,
  fields: readonly Uint8Array[] = [],
  options: { readonly flags?: number; readonly superClass?: Uint8Array } = {},
): Uint8Array {
  const { flags = 2, superClass = Uint8Array.of(0x70) } = options;
  return new BytesBuilder()
    .raw([0x72])
    .raw(utf(name))
    .zeros(7)
    .raw([1, flags])
    .raw(u16(fields.length))
    .raw(concat(...fields))
    .raw([0x78])
    .raw(superClass)
    .bytes();
}

export const field = (letter: string, name: string, typeName?: string): Uint8Array =>
  concat(new TextEncoder().encode(letter), utf(name), typeName === undefined ? new Uint8Array(0) : text(typeName));

export const object = (description: Uint8Array, ...data: readonly Uint8Array[]): Uint8Array =>
  concat(Uint8Array.of(0x73), description, ...data);
