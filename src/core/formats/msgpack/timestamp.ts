/** A time of extension -1, of 4, 8 or 12 bytes, as `2024-01-31T12:00:00.000000001Z`; undefined when it is none. */
export function timestampText(content: Uint8Array, length: number): string | undefined {
  if (content.length !== length) return undefined;
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (length === 4) return textOf(BigInt(view.getUint32(0)), 0);
  if (length === 8) {
    const bits = view.getBigUint64(0);
    return textOf(bits & 0x3ffffffffn, Number(bits >> 34n));
  }
  return length === 12 ? textOf(view.getBigInt64(4), view.getUint32(0)) : undefined;
}

function textOf(seconds: bigint, nanoseconds: number): string | undefined {
  if (nanoseconds > 999_999_999) return undefined;
  // Years that a Date can name; others stay a number of seconds.
  const isNamed = seconds > -62_135_596_800n && seconds < 253_402_300_800n;
  const fraction = nanoseconds === 0 ? "" : `.${String(nanoseconds).padStart(9, "0")}`;
  if (!isNamed) return `${seconds}${fraction} s`;
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction}Z`;
}
