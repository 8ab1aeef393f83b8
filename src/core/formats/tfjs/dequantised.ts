import { type ByteSource, checkRange } from "../../bytes/source.ts";

/** How integers stand for the values of a weight: value = q * scale + min. */
export interface Quantization {
  readonly bytes: 1 | 2;
  readonly scale: number;
  readonly min: number;
  /** Values are whole numbers: each is rounded, a half up. */
  readonly isInteger: boolean;
}

const VALUE_BYTES = 4;

/** Values as TensorFlow.js makes them when it loads a weight, little-endian; a window reads the integers that it touches. */
export function dequantised(stored: ByteSource, { bytes, scale, min, isInteger }: Quantization): ByteSource {
  const source: ByteSource = {
    size: Math.floor(stored.size / bytes) * VALUE_BYTES,
    name: stored.name,
    async read(start, end) {
      checkRange(source, start, end);
      const [first, last] = [Math.floor(start / VALUE_BYTES), Math.ceil(end / VALUE_BYTES)];
      const found = await stored.read(first * bytes, last * bytes);
      const integers = new DataView(found.buffer, found.byteOffset, found.byteLength);
      const values = new DataView(new ArrayBuffer((last - first) * VALUE_BYTES));
      for (let index = 0; index < last - first; index++) {
        const value = (bytes === 1 ? integers.getUint8(index) : integers.getUint16(index * 2, true)) * scale + min;
        if (isInteger) values.setInt32(index * VALUE_BYTES, Math.round(value), true);
        else values.setFloat32(index * VALUE_BYTES, value, true);
      }
      const from = start - first * VALUE_BYTES;
      return new Uint8Array(values.buffer, from, end - start);
    },
  };
  return source;
}
