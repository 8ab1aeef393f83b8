import { fromBase64 } from "../../bytes/base64.ts";
import { fromAscii } from "../../bytes/json-text.ts";
import { type ByteSource, checkRange, fromBytes } from "../../bytes/source.ts";
import type { XmlElement, XmlRange } from "../../bytes/xml/document.ts";
import { corrupt, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, type ScalarName, scalarDType } from "../../model/dtype.ts";
import { encodeElement } from "../../model/encode.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import { Spans } from "../xml/spans.ts";
import { isNumberSpan, NumberSpans, numberOf, spansTensor, wordsIn } from "../xml/number-spans.ts";

/** Letters of element types; `n` and `b` are OpenCV 5's. */
const TYPES: Readonly<Record<string, ScalarName>> = {
  u: "uint8",
  c: "int8",
  w: "uint16",
  s: "int16",
  i: "int32",
  f: "float32",
  d: "float64",
  h: "float16",
  b: "bool",
  n: "uint32",
};

/** Elements as `dt` tells them: how many numbers of which type. Throws `unsupported` for records of several types. */
function elementsOf(dt: string): { readonly scalar: ScalarName; readonly channels: number } {
  const match = /^"?(\d{0,4})([a-zA-Z])"?$/.exec(dt.trim());
  const letter = match?.[2] ?? "";
  const scalar = Object.hasOwn(TYPES, letter) ? TYPES[letter] : undefined;
  const channels = match?.[1] === undefined || match[1] === "" ? 1 : Number(match[1]);
  if (scalar === undefined || channels === 0)
    throw unsupported(`elements of the type ${JSON.stringify(dt.slice(0, 40))}`);
  return { scalar, channels };
}

/**
 * The tensor of an `opencv-matrix` or `opencv-nd-matrix`; undefined where the element has other parts than those have.
 * Throws `corrupt` or `unsupported` where the numbers are not those of its size and type.
 */
export function matrixTensor(element: XmlElement, isInFile: boolean): TensorRef | undefined {
  const wanted =
    element.attribute("type_id") === "opencv-matrix" ? ["rows", "cols", "dt", "data"] : ["sizes", "dt", "data"];
  const parts = element.children;
  if (parts.length !== wanted.length || wanted.some((name) => element.child(name) === undefined)) return undefined;
  const { scalar, channels } = elementsOf(element.child("dt")?.text ?? "");
  const sizes = wanted.slice(0, -2).flatMap((name) => sizesOf(element.child(name)));
  if (sizes.length > LIMITS.dimensions) throw corrupt(`${sizes.length} dimensions`, element.offset);
  const shape = [...sizes, ...(channels === 1 ? [] : [channels])];
  const count = elementCount(shape);
  const data = element.child("data");
  if (data === undefined) return undefined;
  const dtype = scalarDType(scalar);
  const ref = { shape, order: "C" as const, offset: 0 };
  if (data.attribute("type_id") === "binary") return { dtype, ...ref, data: binary(data, count, dtype) };
  const { bytes } = element.document;
  if (data.hasText && data.textRange === undefined) throw corrupt("its numbers are in several pieces", data.offset);
  const spans = data.textRange === undefined ? new Spans() : wordsIn(bytes, data.textRange);
  if (spans.length !== count)
    throw corrupt(`${spans.length} numbers for [${shape.join(", ")}], which has ${count}`, data.offset);
  for (const span of spans) checkNumber(bytes, span, dtype);
  const numbers = new NumberSpans(bytes, spans, isInFile);
  if (scalar === "float64") return spansTensor(numbers, shape, true, element.name);
  return { dtype, ...ref, data: typed(numbers, dtype, element.name) };
}

/** Whole numbers of a text, or of base64 as data is. */
function sizesOf(element: XmlElement | undefined): readonly number[] {
  if (element?.attribute("type_id") === "binary") {
    const bytes = decoded(element);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length % 4 !== 0) throw corrupt(`sizes of ${bytes.length} bytes`, element.offset);
    return Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(4 * i, true));
  }
  const words = (element?.text ?? "").trim().split(/\s+/);
  if (!words.every((word) => /^\d{1,15}$/.test(word))) throw corrupt(`sizes ${words.join(" ").slice(0, 80)}`);
  return words.map(Number);
}

const INTEGER = /^-?\d{1,10}$/;

function checkNumber(bytes: Uint8Array, span: XmlRange, dtype: DType): void {
  const text = fromAscii(bytes, span.start, Math.min(span.end, span.start + 40));
  if (dtype.kind === "f") {
    if (isNumberSpan(bytes, span)) return;
  } else if (INTEGER.test(text)) {
    const bits = dtype.kind === "b" ? 1 : dtype.bits;
    const [least, most] = dtype.kind === "i" ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
    if (Number(text) >= least && Number(text) <= most) return;
  }
  throw corrupt(`${JSON.stringify(text)} is no ${dtype.name}`, span.start);
}

/** Numbers of a text in their own type, as OpenCV makes them: the nearest float64 first. */
function typed(numbers: NumberSpans, dtype: DType, name: string): ByteSource {
  const width = dtype.itemSize;
  const source: ByteSource = {
    size: numbers.count * width,
    name,
    async read(start: number, end: number): Promise<Uint8Array> {
      checkRange(source, start, end);
      const first = Math.floor(start / width);
      const last = Math.ceil(end / width);
      const out = new Uint8Array((last - first) * width);
      const view = new DataView(out.buffer);
      for (let i = first; i < last; i++) put(view, (i - first) * width, dtype, numbers.text(i));
      return out.subarray(start - first * width, end - first * width);
    },
  };
  return source;
}

function put(view: DataView, at: number, dtype: DType, text: string): void {
  const number = numberOf(text);
  if (dtype.kind === "f") {
    if (dtype.bits === 32) view.setFloat32(at, number, true);
    else new Uint8Array(view.buffer).set(encodeElement(dtype, pythonText(number, text)), at);
  } else if (dtype.bits === 32) view.setUint32(at, number >>> 0, true);
  else if (dtype.bits === 16) view.setUint16(at, number & 0xffff, true);
  else view.setUint8(at, number & 0xff);
}

function pythonText(number: number, text: string): string {
  if (Number.isFinite(number)) return text;
  return Number.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
}

/** What `dt` is, in 24 bytes, then the elements as they are in memory. */
const HEADER = 24;

function binary(data: XmlElement, count: number, dtype: DType): ByteSource {
  const bytes = decoded(data);
  const needed = count * dtype.itemSize;
  if (bytes.length !== needed) throw corrupt(`${bytes.length} bytes in base64, ${needed} expected`, data.offset);
  return fromBytes(bytes, data.name);
}

function decoded(element: XmlElement): Uint8Array {
  const bytes = fromBase64(element.text.replace(/^\s*\$base64\$|\s+/g, ""));
  if (bytes.length < HEADER) throw corrupt(`${bytes.length} bytes in base64`, element.offset);
  return bytes.subarray(HEADER);
}
