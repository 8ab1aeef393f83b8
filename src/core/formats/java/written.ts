import { corrupt, truncated } from "../../errors.ts";
import type { Value } from "../../model/value.ts";

/** What a class wrote itself: bytes, and objects between them. */
export type Part = { readonly bytes: Uint8Array; readonly at: number } | { readonly value: Value };

/** Reads what a known class wrote, in its order. Throws `truncated` and `corrupt` where it is not as the class writes it. */
export class Written {
  private readonly parts: readonly Part[];
  private readonly what: string;
  private next = 0;
  /** In the bytes of the part before `next`. */
  private bytes: Uint8Array = new Uint8Array(0);
  private position = 0;

  constructor(parts: readonly Part[], what: string) {
    this.parts = parts;
    this.what = what;
  }

  i8(): number {
    return this.view(1).getInt8(0);
  }

  i32(): number {
    return this.view(4).getInt32(0);
  }

  i64(): bigint {
    return this.view(8).getBigInt64(0);
  }

  /** Text with its length in two bytes. */
  text(): string {
    const length = this.view(2).getUint16(0);
    return modifiedUtf8(this.take(length), this.what);
  }

  get bytesLeft(): number {
    return this.bytes.length - this.position;
  }

  /** All objects that are left; bytes between them are counts that say what their number says. */
  objects(): Value[] {
    const found: Value[] = [];
    for (const part of this.parts.slice(this.next)) if ("value" in part) found.push(part.value);
    this.next = this.parts.length;
    return found;
  }

  private view(length: number): DataView {
    const bytes = this.take(length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private take(length: number): Uint8Array {
    if (this.bytesLeft === 0) {
      const part = this.parts[this.next];
      if (part === undefined || !("bytes" in part)) throw truncated(this.what, 0, length, 0);
      this.bytes = part.bytes;
      this.position = 0;
      this.next += 1;
    }
    if (length > this.bytesLeft) throw truncated(this.what, 0, length, this.bytesLeft);
    this.position += length;
    return this.bytes.subarray(this.position - length, this.position);
  }
}

/** Java's own UTF-8: the character 0 in two bytes, characters beyond 65,535 as two surrogates of three bytes each. */
export function modifiedUtf8(bytes: Uint8Array, what: string, offset = 0): string {
  const units: string[] = [];
  let piece: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : (first & 0xe0) === 0xc0 ? 2 : (first & 0xf0) === 0xe0 ? 3 : 0;
    const second = bytes[at + 1] ?? 0;
    const third = bytes[at + 2] ?? 0;
    const isWhole =
      length > 0 &&
      at + length <= bytes.length &&
      (length < 2 || (second & 0xc0) === 0x80) &&
      (length < 3 || (third & 0xc0) === 0x80);
    if (!isWhole) throw corrupt(`${what}: no text at byte ${offset + at}`, offset + at);
    piece.push(
      length === 1
        ? first
        : length === 2
          ? ((first & 0x1f) << 6) | (second & 0x3f)
          : ((first & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f),
    );
    at += length;
    if (piece.length === 4096) {
      units.push(String.fromCharCode(...piece));
      piece = [];
    }
  }
  return units.join("") + String.fromCharCode(...piece);
}
