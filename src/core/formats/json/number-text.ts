import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { fromAscii } from "../../bytes/json-text.ts";
import type { DecimalTexts } from "../../model/tensor.ts";

/** Between two remembered positions: what a jump to any element reads over. */
const STRIDE = 256;

/** The bytes of float64's default NaN. */
const NAN_BITS = 0x7ff8000000000000n;

/**
 * The numbers of a rectangular array, where they stand in the text. Nothing is decoded or kept but one position in
 * 256, and that only when an element is first asked for: a tensor costs what its text costs.
 */
export class NumberText implements DecimalTexts {
  readonly count: number;
  private readonly bytes: Uint8Array;
  private readonly from: number;
  private readonly to: number;
  private positions: Uint32Array | undefined;
  /** The element that was found last: the next one is found from there. */
  private index = -1;
  private start = 0;
  private end = 0;

  /** `bytes[from, to)` is an array of numbers, or of such arrays, that the scanner has accepted. */
  constructor(bytes: Uint8Array, from: number, to: number, count: number) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.count = count;
  }

  text(index: number): string {
    this.seek(index);
    return fromAscii(this.bytes, this.start, this.end);
  }

  offset(index: number): number {
    this.seek(index);
    return this.start;
  }

  digits(index: number): number {
    this.seek(index);
    return significantDigits(this.bytes, this.start, this.end);
  }

  /** Elements [start, start + count) as little-endian float64 or int64. */
  decode(start: number, count: number, isFloat: boolean): Uint8Array {
    const out = new Uint8Array(count * 8);
    const view = new DataView(out.buffer);
    for (let k = 0; k < count; k += 1) {
      const text = this.text(start + k);
      if (!isFloat) view.setBigInt64(k * 8, BigInt(text), true);
      else if (text === "NaN") view.setBigUint64(k * 8, NAN_BITS, true);
      else view.setFloat64(k * 8, Number(text), true);
    }
    return out;
  }

  private seek(index: number): void {
    if (index === this.index) return;
    if (index <= this.index || index - this.index > STRIDE || this.index < 0) this.jump(Math.floor(index / STRIDE));
    while (this.index < index) this.advance();
  }

  private jump(place: number): void {
    this.positions ??= this.findPositions();
    this.index = place * STRIDE;
    this.start = this.positions[place] ?? this.to;
    this.end = numberEnd(this.bytes, this.start, this.to);
  }

  private advance(): void {
    this.start = numberStart(this.bytes, this.end, this.to);
    this.end = numberEnd(this.bytes, this.start, this.to);
    this.index += 1;
  }

  private findPositions(): Uint32Array {
    const positions = new Uint32Array(Math.ceil(this.count / STRIDE));
    let at = this.from;
    for (let index = 0; index < this.count; index += 1) {
      at = numberStart(this.bytes, at, this.to);
      if (index % STRIDE === 0) positions[index / STRIDE] = at;
      at = numberEnd(this.bytes, at, this.to);
    }
    return positions;
  }
}

/** The elements of a NumberText as dense bytes. */
export function numberSource(numbers: NumberText, isFloat: boolean, name: string): ByteSource {
  const source = {
    size: numbers.count * 8,
    name,
    async read(start: number, end: number): Promise<Uint8Array> {
      checkRange(source, start, end);
      const first = Math.floor(start / 8);
      const bytes = numbers.decode(first, Math.ceil(end / 8) - first, isFloat);
      return bytes.subarray(start - first * 8, end - first * 8);
    },
  };
  return source;
}

/** First byte of the next number: between two numbers there are only commas, brackets and white space. */
export function numberStart(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if ((byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x4e || byte === 0x49) return at;
  }
  return to;
}

export function numberEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x2c || byte === 0x5d || byte <= 0x20) return at;
  }
  return to;
}

/**
 * Significant digits of a number as it is written: 3 of `0.0150`, 2 of `1.0e5`'s `10`... zeros that only place the
 * decimal point do not count, and neither do those of a fraction that is nothing but zeros. 1 for zero, 0 for NaN and
 * infinities.
 */
export function significantDigits(bytes: Uint8Array, start: number, end: number): number {
  let digits = 0;
  let trailing = 0;
  let hasPoint = false;
  let hasFraction = false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x4e || byte === 0x49) return 0;
    if (byte === 0x65 || byte === 0x45) break;
    if (byte === 0x2e) hasPoint = true;
    else if (byte !== 0x2d && (digits > 0 || byte !== 0x30)) {
      digits += 1;
      trailing = byte === 0x30 ? trailing + 1 : 0;
      hasFraction ||= hasPoint && byte !== 0x30;
    }
  }
  if (digits === 0) return 1;
  return hasFraction ? digits : digits - trailing;
}
