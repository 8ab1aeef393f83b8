import {
  type Decimal,
  exactDecimalOf,
  fromNumberText,
  positional,
  powerOfTen,
  pythonFloat,
  shortestDecimal,
} from "./decimal.ts";
import { ArtifactError } from "../errors.ts";
import { encodeNumber } from "./float.ts";
import {
  defaultNaN,
  FLOAT_FORMATS,
  type FloatFormat,
  type FloatName,
  type FloatParts,
  floatFormat,
  infinityBits,
  splitFloat,
  withSign,
} from "./float-format.ts";
import { overflowBits, roundRational, zeroBits } from "./rounding.ts";

/**
 * Text of floats and back. The text is the shortest that reads back to the same bits; of equally long ones the
 * nearest to the value, so that an integer never shows zeros in place of digits that it has (float16 65504 is
 * "65504.0", not "65500.0").
 */

const scratch = new DataView(new ArrayBuffer(8));

/** Shortest text of a bit pattern. A NaN that is not the default one shows its bits: `nan:0x7ff8000000000001`. */
export function floatText(name: FloatName, bits: bigint): string {
  const format = floatFormat(name);
  const parts = splitFloat(format, bits);
  if (parts.kind !== "finite") return specialText(format, parts, bits);
  const text = magnitudeText(name, format, parts);
  return parts.isNegative ? `-${text}` : text;
}

/** The same for a float64 as a host number; its NaN counts as the default one. */
export function float64Text(value: number): string {
  if (Number.isNaN(value)) return "nan";
  const magnitude = Math.abs(value);
  const text = magnitude === Number.POSITIVE_INFINITY ? "inf" : float64Magnitude(magnitude);
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

function float64Magnitude(magnitude: number): string {
  const text = String(magnitude);
  // JavaScript and Python agree on the digits, and here on the notation.
  if (magnitude >= 1e-4 && magnitude < 1e16) return Number.isInteger(magnitude) ? `${text}.0` : text;
  return pythonFloat(fromNumberText(text));
}

/** The same for a float32 held in a host number. */
export function float32Text(value: number): string {
  if (!Number.isFinite(value) || value === 0) return float64Text(value);
  const magnitude = Math.abs(value);
  const text = magnitude < 2 ** 24 && Number.isInteger(magnitude) ? `${magnitude}.0` : float32Magnitude(magnitude);
  return value < 0 ? `-${text}` : text;
}

function float32Magnitude(magnitude: number): string {
  scratch.setFloat32(0, magnitude);
  const bits = scratch.getUint32(0);
  const isOrdinary = magnitude >= 1e-4 && magnitude < 1e5 && (bits & 0x7fffff) !== 0;
  const plain = isOrdinary ? manyDigits(magnitude, bits) : undefined;
  if (plain !== undefined) return plain;
  const format = FLOAT_FORMATS.float32;
  const parts = (): FloatParts => splitFloat(format, BigInt(bits));
  // Below a power of two the gap is narrower; such values take the exact way.
  const digits = (bits & 0x7fffff) === 0 ? undefined : fewestDigits(magnitude, bits);
  return magnitudeOf(digits ?? shortestDecimal(format, parts()), parts);
}

/**
 * What `fewestDigits` finds for a number without a whole value that needs nine digits or whose float64 has more, as trained
 * weights are; undefined for others. In this range it is written without an exponent.
 */
function manyDigits(magnitude: number, bits: number): string | undefined {
  const nine = magnitude.toPrecision(9);
  const last = nine.charCodeAt(nine.length - 1);
  // Fewer digits, or half way between two decimals of eight.
  if (last === 0x30 || last === 0x35) return undefined;
  scratch.setUint32(0, bits + 1);
  const step = scratch.getFloat32(0) - magnitude;
  const low = magnitude - step / 2;
  const high = magnitude + step / 2;
  let best = nine;
  for (let precision = 8; precision >= 1; precision -= 1) {
    const text = magnitude.toPrecision(precision);
    const back = Number(text);
    if (back === low || back === high) return undefined;
    if (back < low || back > high) break;
    best = text;
  }
  return best;
}

/**
 * The least precision whose nearest decimal lies strictly between the neighbours' midpoints (exact in float64).
 * Undefined when one lies on a midpoint: a float64 cannot tell on which side the decimal itself is.
 */
function fewestDigits(magnitude: number, bits: number): Decimal | undefined {
  scratch.setUint32(0, bits + 1);
  // The step up is a power of two even where the next value is infinity.
  const step = bits + 1 === 0x7f800000 ? 2 ** 104 : scratch.getFloat32(0) - magnitude;
  const low = magnitude - step / 2;
  const high = magnitude + step / 2;
  let best: string | undefined;
  // No more digits than its float64 needs: trained weights need them all, set values few.
  const full = fromNumberText(String(magnitude)).digits;
  for (let precision = Math.min(8, full.length); precision >= 1; precision -= 1) {
    // Half way between two decimals: the exact algorithm breaks the tie as numpy does.
    if (full.length === precision + 1 && full.endsWith("5")) return undefined;
    const text = magnitude.toPrecision(precision);
    const back = Number(text);
    if (back === low || back === high) return undefined;
    if (back < low || back > high) break;
    best = text;
  }
  return fromNumberText(best ?? magnitude.toPrecision(9));
}

function magnitudeText(name: FloatName, format: FloatFormat, parts: FloatParts): string {
  if (name === "float64") return float64Text(toHost(parts));
  if (name === "float32") {
    const value = toHost(parts);
    return value === 0 ? "0.0" : float32Text(value);
  }
  return magnitudeOf(shortestDecimal(format, parts), () => parts);
}

/** Digits that end before the decimal point are completed with the value's own digits, not with zeros. */
function magnitudeOf(decimal: Decimal, parts: () => FloatParts): string {
  if (decimal.digits.length < decimal.point && decimal.point <= 16) {
    const { significand, exponent } = parts();
    return positional(exactDecimalOf(significand, exponent));
  }
  return pythonFloat(decimal);
}

function toHost(parts: FloatParts): number {
  // In two steps: 2^-1074 times a significand is exact, and so is 2^971.
  return Number(parts.significand) * 2 ** parts.exponent;
}

/** Every digit of the value: binary fractions end. */
export function exactFloatText(name: FloatName, bits: bigint): string {
  const format = floatFormat(name);
  const parts = splitFloat(format, bits);
  if (parts.kind !== "finite") return specialText(format, parts, bits);
  const text = positional(exactDecimalOf(parts.significand, parts.exponent));
  return parts.isNegative ? `-${text}` : text;
}

function specialText(format: FloatFormat, parts: FloatParts, bits: bigint): string {
  if (parts.kind === "infinite") return parts.isNegative ? "-inf" : "inf";
  return bits === defaultNaN(format) ? "nan" : `nan:0x${bits.toString(16).padStart(Math.ceil(format.bits / 4), "0")}`;
}

/** Decimal digits beyond these cannot move a rounding of the widest format; a last 1 says that more follow. */
const MAX_DIGITS = 12_000;

/** Decimal exponents beyond which every format overflows or underflows. */
const MAX_EXPONENT = 20_000;

/**
 * The pattern that a text stands for, rounded once from the decimal digits themselves: `1.5`, `-0.0`, `1e-05`,
 * `inf`, `nan`, `nan:0x7fc00001`. Throws ArtifactError("refused") for anything else, and for what the format lacks.
 */
export function parseFloatText(name: FloatName, text: string): bigint {
  const format = floatFormat(name);
  const special = parseSpecial(name, format, text);
  if (special !== undefined) return special;
  const match = /^([-+]?)((?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)$/.exec(text);
  if (match === null) throw notANumber(name, text);
  const isNegative = match[1] === "-";
  const host = Number(match[2]);
  if (name === "float64") {
    scratch.setFloat64(0, isNegative ? -host : host);
    return scratch.getBigUint64(0);
  }
  if (format.bits <= 32 && format.special !== "scale") {
    const { bits, isClose } = encodeNumber(format, isNegative ? -host : host);
    // A float64 strictly between two midpoints is on the same side of them as the decimal it was rounded from.
    if (!isClose) return BigInt(bits);
  }
  return roundDecimal(format, isNegative, fromNumberText(match[2] ?? ""));
}

function roundDecimal(format: FloatFormat, isNegative: boolean, decimal: Decimal): bigint {
  const { digits, point } = decimal;
  if (digits === "") return zeroBits(format, isNegative);
  if (point > MAX_EXPONENT) return overflowBits(format, isNegative);
  if (point < -MAX_EXPONENT) return roundRational(format, isNegative, 1n, powerOfTen(MAX_EXPONENT));
  const kept = digits.length > MAX_DIGITS ? `${digits.slice(0, MAX_DIGITS)}1` : digits;
  const exponent = point - kept.length;
  const integer = BigInt(kept);
  return exponent >= 0
    ? roundRational(format, isNegative, integer * powerOfTen(exponent), 1n)
    : roundRational(format, isNegative, integer, powerOfTen(-exponent));
}

function parseSpecial(name: FloatName, format: FloatFormat, text: string): bigint | undefined {
  const match = /^([-+]?)(inf|infinity|nan)(?::0x([0-9a-f]+))?$/i.exec(text);
  if (match === null) return undefined;
  const isNegative = match[1] === "-";
  if (match[2]?.toLowerCase() !== "nan") {
    const bits = match[3] === undefined ? infinityBits(format, isNegative) : undefined;
    if (bits === undefined) throw new ArtifactError("refused", `${name} has no ${text}`);
    return bits;
  }
  if (match[3] === undefined) {
    const nan = defaultNaN(format);
    if (nan === undefined) throw new ArtifactError("refused", `${name} has no NaN`);
    return isNegative ? withSign(format, nan, true) : nan;
  }
  const bits = match[3].length > 32 ? -1n : BigInt(`0x${match[3]}`);
  if (isNegative || bits < 0n || bits >> BigInt(format.bits) !== 0n || splitFloat(format, bits).kind !== "nan")
    throw new ArtifactError("refused", `${text} is not a NaN of ${name}`);
  return bits;
}

function notANumber(name: string, text: string): ArtifactError {
  return new ArtifactError("refused", `expected a ${name}, found ${JSON.stringify(text.slice(0, 40))}`);
}
