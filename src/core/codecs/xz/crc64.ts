/** CRC-64 as xz has it (ECMA-182, reflected), in two halves of 32 bits. */
const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;
/** For four bytes at a step: 256 entries for each, the last byte's first. */
let tables: { readonly high: Int32Array; readonly low: Int32Array } | undefined;

function makeTables(): { readonly high: Int32Array; readonly low: Int32Array } {
  const high = new Int32Array(4 * 256);
  const low = new Int32Array(4 * 256);
  for (let i = 0; i < 256; i++) {
    let h = 0;
    let l = i;
    for (let bit = 0; bit < 8; bit++) {
      const carry = l & 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (carry === 1) {
        h ^= POLYNOMIAL_HIGH;
        l ^= POLYNOMIAL_LOW;
      }
    }
    high[i] = h;
    low[i] = l;
  }
  for (let i = 256; i < 4 * 256; i++) {
    const h = high[i - 256] as number;
    const l = low[i - 256] as number;
    low[i] = ((l >>> 8) | (h << 24)) ^ (low[l & 0xff] as number);
    high[i] = (h >>> 8) ^ (high[l & 0xff] as number);
  }
  return { high, low };
}

export class Crc64 {
  private high = -1;
  private low = -1;

  update(bytes: Uint8Array): void {
    tables ??= makeTables();
    const highs = tables.high;
    const lows = tables.low;
    let { high, low } = this;
    let i = 0;
    for (const end = bytes.length - 3; i < end; i += 4) {
      const a = ((low ^ (bytes[i] as number)) & 0xff) + 768;
      const b = (((low >>> 8) ^ (bytes[i + 1] as number)) & 0xff) + 512;
      const c = (((low >>> 16) ^ (bytes[i + 2] as number)) & 0xff) + 256;
      const d = (low >>> 24) ^ (bytes[i + 3] as number);
      low = high ^ (lows[a] as number) ^ (lows[b] as number) ^ (lows[c] as number) ^ (lows[d] as number);
      high = (highs[a] as number) ^ (highs[b] as number) ^ (highs[c] as number) ^ (highs[d] as number);
    }
    for (; i < bytes.length; i++) {
      const index = (low ^ (bytes[i] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ (lows[index] as number);
      high = (high >>> 8) ^ (highs[index] as number);
    }
    this.high = high;
    this.low = low;
  }

  /** Eight bytes, little-endian, in hex. */
  hex(): string {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setInt32(0, ~this.low, true);
    view.setInt32(4, ~this.high, true);
    return hexOf(bytes);
  }
}

export function hexOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}
