import { writeFile } from "node:fs/promises";

export interface Float32Tensor {
  readonly shape: readonly number[];
  readonly values: readonly number[] | Float32Array;
}

/** A safetensors file of float32 tensors: its header's length, the header, the values behind one another. */
export function safetensors(tensors: Readonly<Record<string, Float32Tensor>>): Uint8Array {
  let offset = 0;
  const header: Record<string, unknown> = {};
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    header[name] = { dtype: "F32", shape, data_offsets: [offset, offset + 4 * values.length] };
    offset += 4 * values.length;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + offset);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  let at = 8 + text.length;
  for (const { values } of Object.values(tensors))
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  return bytes;
}

export async function writeSafetensors(
  file: string,
  tensors: Readonly<Record<string, Float32Tensor>>,
): Promise<string> {
  await writeFile(file, safetensors(tensors));
  return file;
}
