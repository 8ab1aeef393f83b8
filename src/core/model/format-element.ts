import { timeText } from "./datetime.ts";
import type { DType, DTypeKind } from "./dtype.ts";
import { complexPart, floatBits, readBits } from "./element-bits.ts";
import { toBigInt } from "./element-number.ts";
import { exactFloatText, float32Text, float64Text, floatText } from "./float-text.ts";
import { type FloatName, floatFormat, isFloatName } from "./float-format.ts";
import { pythonBytes } from "./python-text.ts";

/** Characters of one element's text: a text or record longer than this is shown cut, and says so. */
const MAX_TEXT = 10_000;

/**
 * The shortest text that reads back to the same bits of the dtype (`encodeElement`): `1.0`, `-0.0`, `1e-05`, `nan`,
 * `nan:0x7ff8000000000001`, `(1.0+2.0j)`, `True`, `b'a\x00b'`, `2020-01-01`, `NaT`. Unicode text stands as it is.
 * Records print as numpy's tuples, `(1, 2.5, b'x')`.
 */
export function formatElement(dtype: DType, view: DataView, at: number): string {
  return PRINTERS[dtype.kind](dtype, view, at);
}

type Printer = (dtype: DType, view: DataView, at: number) => string;

const integerText: Printer = (dtype, view, at) => String(toBigInt(dtype, view, at));

const PRINTERS: Readonly<Record<DTypeKind, Printer>> = {
  b: (_, view, at) => boolText(view.getUint8(at)),
  i: integerText,
  u: integerText,
  f: floatElement,
  x: floatElement,
  c: (dtype, view, at) => complexText(dtype, view, at, floatText),
  M: (dtype, view, at) => timeText(dtype, toBigInt(dtype, view, at)),
  m: (dtype, view, at) => timeText(dtype, toBigInt(dtype, view, at)),
  U: unicodeText,
  S: bytesText,
  O: () => "object",
  V: (dtype, view, at) => compositeText(dtype, view, at, 0),
};

/** The exact decimal expansion of a number; other kinds print as they do in `formatElement`. */
export function exactDecimal(dtype: DType, view: DataView, at: number): string {
  const { scalar } = dtype;
  if (isFloatName(scalar)) return exactFloatText(scalar, floatBits(scalar, dtype, view, at));
  return dtype.kind === "c" ? complexText(dtype, view, at, exactFloatText) : formatElement(dtype, view, at);
}

/** The element's bytes, most significant first: `0x3ff0000000000000`. Complex parts apart; text in its own order. */
export function elementHex(dtype: DType, view: DataView, at: number): string {
  if (dtype.itemSize === 0)
    return dtype.bits === 0 ? "0x" : `0x${readBits(dtype, view, at, dtype.bits).toString(16).padStart(2, "0")}`;
  const isText = dtype.scalar === undefined && dtype.kind !== "M" && dtype.kind !== "m";
  if (isText || dtype.bigEndian) return hexOf(view, at, dtype.itemSize, false, dtype.kind === "c");
  return hexOf(view, at, dtype.itemSize, true, dtype.kind === "c");
}

function hexOf(view: DataView, at: number, size: number, isReversed: boolean, isComplex: boolean): string {
  if (isComplex) {
    const half = size / 2;
    return `${hexOf(view, at, half, isReversed, false)} ${hexOf(view, at + half, half, isReversed, false)}`;
  }
  let out = "0x";
  const shown = Math.min(size, MAX_TEXT / 2);
  for (let index = 0; index < shown; index += 1)
    out += view
      .getUint8(at + (isReversed ? size - 1 - index : index))
      .toString(16)
      .padStart(2, "0");
  return shown < size ? `${out}… (${size} bytes)` : out;
}

function floatElement(dtype: DType, view: DataView, at: number): string {
  const { scalar } = dtype;
  if (!isFloatName(scalar)) return elementHex(dtype, view, at);
  if (scalar === "float64" || scalar === "float32") {
    const isWide = scalar === "float64";
    const value = isWide ? view.getFloat64(at, !dtype.bigEndian) : view.getFloat32(at, !dtype.bigEndian);
    // Payloads do not survive in a host number: for a NaN the bits say.
    if (!Number.isNaN(value)) return isWide ? float64Text(value) : float32Text(value);
  }
  return narrowText(scalar, floatBits(scalar, dtype, view, at));
}

const narrowTexts = new Map<FloatName, Map<bigint, string>>();

/** Formats of up to 16 bits have few values: each is printed once. */
function narrowText(name: FloatName, bits: bigint): string {
  if (floatFormat(name).bits > 16) return floatText(name, bits);
  let texts = narrowTexts.get(name);
  if (texts === undefined) narrowTexts.set(name, (texts = new Map()));
  let text = texts.get(bits);
  if (text === undefined) texts.set(bits, (text = floatText(name, bits)));
  return text;
}

/** Any byte but 0 is true; one that is not 1 shows itself, as it would not survive a round trip. */
function boolText(byte: number): string {
  if (byte === 0) return "False";
  return byte === 1 ? "True" : `True:0x${byte.toString(16).padStart(2, "0")}`;
}

function complexText(
  dtype: DType,
  view: DataView,
  at: number,
  print: (name: FloatName, bits: bigint) => string,
): string {
  const name = complexPart(dtype);
  const real = print(name, floatBits(name, dtype, view, at));
  const imaginary = print(name, floatBits(name, dtype, view, at + dtype.itemSize / 2));
  return `(${real}${imaginary.startsWith("-") ? "" : "+"}${imaginary}j)`;
}

/** UCS-4 without its trailing zeros. What is no code point (over 0x10ffff) shows as U+FFFD. */
function unicodeText(dtype: DType, view: DataView, at: number): string {
  const little = !dtype.bigEndian;
  let length = dtype.itemSize / 4;
  while (length > 0 && view.getUint32(at + (length - 1) * 4, little) === 0) length -= 1;
  let out = "";
  const shown = Math.min(length, MAX_TEXT);
  for (let index = 0; index < shown; index += 1) {
    const code = view.getUint32(at + index * 4, little);
    out += String.fromCodePoint(code > 0x10ffff ? 0xfffd : code);
  }
  return shown < length ? `${out}… (${length} characters)` : out;
}

/** As numpy's items print: trailing zeros of S are padding, those of V are content. */
function bytesText(dtype: DType, view: DataView, at: number): string {
  let length = dtype.itemSize;
  if (dtype.kind === "S") while (length > 0 && view.getUint8(at + length - 1) === 0) length -= 1;
  const shown = Math.min(length, MAX_TEXT);
  const text = pythonBytes(new Uint8Array(view.buffer, view.byteOffset + at, shown));
  return shown < length ? `${text}… (${length} bytes)` : text;
}

/** Records and sub-arrays; nesting is bounded where dtypes are made, lengths are bounded here. */
function compositeText(dtype: DType, view: DataView, at: number, used: number): string {
  if (dtype.fields !== undefined) {
    const texts = joinParts(dtype.fields.length, used, (index, so) => {
      const field = dtype.fields?.[index];
      return field === undefined ? "" : partText(field.dtype, view, at + field.offset, so);
    });
    return dtype.fields.length === 1 ? `(${texts},)` : `(${texts})`;
  }
  if (dtype.subarray !== undefined) return subarrayText(dtype.subarray.base, dtype.subarray.shape, view, at, used);
  return bytesText(dtype, view, at);
}

function subarrayText(base: DType, shape: readonly number[], view: DataView, at: number, used: number): string {
  const [length = 0, ...rest] = shape;
  const step = rest.reduce((product, size) => product * size, base.itemSize);
  const texts = joinParts(length, used, (index, so) =>
    rest.length === 0
      ? partText(base, view, at + index * step, so)
      : subarrayText(base, rest, view, at + index * step, so),
  );
  return `[${texts}]`;
}

function partText(dtype: DType, view: DataView, at: number, used: number): string {
  if (dtype.fields !== undefined || dtype.subarray !== undefined) return compositeText(dtype, view, at, used);
  const text = formatElement(dtype, view, at);
  return dtype.kind === "U" ? `'${text}'` : text;
}

function joinParts(count: number, used: number, print: (index: number, used: number) => string): string {
  let out = "";
  for (let index = 0; index < count; index += 1) {
    if (used + out.length > MAX_TEXT) return `${out}, … (${count} in all)`;
    out += (index === 0 ? "" : ", ") + print(index, used + out.length);
  }
  return out;
}
