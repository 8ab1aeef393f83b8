/** Python's `float.hex()` read back: `0x1.8p+1` is 3, exactly; `inf`, `-inf` and `nan` too. */
export function floatFromHex(text: string): number {
  if (text === "nan") return Number.NaN;
  if (text.endsWith("inf")) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const match = /^(-?)0x([01])(?:\.([0-9a-f]+))?p([+-]\d+)$/.exec(text);
  if (match === null) throw new Error(`${text} is no hexadecimal float`);
  const [, sign = "", whole = "0", fraction = "", exponent = "0"] = match;
  const significand = Number.parseInt(whole + fraction, 16);
  const shift = Number(exponent) - 4 * fraction.length;
  // In two steps, because 2^-1074 - 52 alone would be zero.
  const half = Math.trunc(shift / 2);
  const value = significand * 2 ** half * 2 ** (shift - half);
  return sign === "-" ? -value : value;
}
