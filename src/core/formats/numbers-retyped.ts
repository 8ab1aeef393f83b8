import { type ByteSource, checkRange } from "../bytes/source.ts";
import { corrupt } from "../errors.ts";
import { formatElement } from "../model/decode.ts";
import { type DType, scalarDType } from "../model/dtype.ts";
import { encodeElement } from "../model/encode.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { readElements } from "../model/window.ts";

const FLOAT32 = scalarDType("float32");

/** True for a whole number that the type holds, and for any of a real type. */
export function fits({ kind, bits }: DType, text: string): boolean {
  if (kind === "f") return true;
  if (!/^-?\d{1,20}$/.test(text)) return false;
  const value = BigInt(text);
  return (kind === "u" ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value)) === value;
}

/** The same numbers in another type, converted when they are read. Reading throws `corrupt` for one that does not fit. */
export function retyped(tensor: TensorRef, dtype: DType): TensorRef {
  const count = elementCount(tensor.shape);
  const { itemSize } = dtype;
  const source: ByteSource = {
    size: count * itemSize,
    name: tensor.data.name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor(start / itemSize);
      const bytes = await converted(tensor, dtype, first, Math.ceil(end / itemSize) - first);
      return bytes.subarray(start - first * itemSize, end - first * itemSize);
    },
  };
  return { dtype, shape: tensor.shape, order: "C", offset: 0, data: source };
}

async function converted(tensor: TensorRef, dtype: DType, first: number, count: number): Promise<Uint8Array> {
  const out = new Uint8Array(count * dtype.itemSize);
  const view = new DataView(out.buffer);
  const { texts } = tensor;
  const from = texts === undefined ? await readElements(tensor, first, count) : new Uint8Array(0);
  const given = new DataView(from.buffer, from.byteOffset, from.byteLength);
  for (let i = 0; i < count; i++) {
    const text = texts?.text(first + i) ?? formatElement(tensor.dtype, given, i * tensor.dtype.itemSize);
    const nearest = dtype === FLOAT32 ? Number(text) : Number.NaN;
    if (dtype === FLOAT32 && (isRoundedOnce(nearest) || text === "NaN")) view.setFloat32(i * 4, nearest, true);
    else if (fits(dtype, text)) out.set(encodeElement(dtype, pythonText(text)), i * dtype.itemSize);
    else throw corrupt(`${text} is no ${dtype.name}`, texts?.offset?.(first + i));
  }
  return out;
}

const PARTS = new DataView(new ArrayBuffer(8));

/** False where a float64 lies half-way between two float32: then the text must be rounded at once. */
function isRoundedOnce(value: number): boolean {
  if (!Number.isFinite(value) || Math.abs(value) < 2 ** -126) return false;
  PARTS.setFloat64(0, value);
  return (PARTS.getUint32(4) & 0x1fff_ffff) !== 0x1000_0000;
}

/** What JSON writes as Python's json module does, as numpy does. */
function pythonText(text: string): string {
  return text.replace("Infinity", "inf").replace("NaN", "nan");
}
