import { writeFile } from "node:fs/promises";

/**
 * Writes a safetensors file of `count` tensors of `side` x `side` pseudo-random float32, named by `nameOf`. Every `change`-th is
 * moved a little; 0: none.
 */
export async function writeCheckpoint(file, { count, side, nameOf, change }) {
  const elements = side * side;
  const header = {};
  const values = new Float32Array(count * elements);
  let state = 12345;
  for (let i = 0; i < count; i++) {
    header[nameOf(i)] = {
      dtype: "F32",
      shape: [side, side],
      data_offsets: [i * elements * 4, (i + 1) * elements * 4],
    };
    for (let k = 0; k < elements; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const value = state / 4294967296 - 0.5;
      values[i * elements + k] = change > 0 && i % change === 0 ? value + 1e-3 : value;
    }
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(file, Buffer.concat([length, text, Buffer.from(values.buffer)]));
}
