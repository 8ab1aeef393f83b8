import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** Checkpoints written for a test, in a folder of their own. */
export interface Checkpoints {
  readonly old: string;
  readonly next: string;
  remove(): Promise<void>;
}

interface Matrix {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/**
 * Two checkpoints as training leaves them: a small matrix of which a few values changed, a large one that moved as a
 * whole, and one that was rounded to bfloat16 and back.
 */
export async function writeCheckpoints(): Promise<Checkpoints> {
  const folder = await mkdtemp(path.join(tmpdir(), "checkpoints-"));
  const small = matrix([12, 24], 1);
  const large = matrix([600, 350], 2);
  const rounded = matrix([64, 48], 3);
  const noise = matrix([600, 350], 4).values;
  const trained = large.values.map((value, i) => {
    const [row, column] = [Math.floor(i / 350), i % 350];
    const near = Math.exp(-((row - 180) ** 2 + (column - 120) ** 2) / 8000);
    const far = Math.exp(-((row - 430) ** 2 + (column - 260) ** 2) / 5000);
    return value + 0.02 * near * (1 + (noise[i] ?? 0)) - 0.012 * far + ((noise[i] ?? 0) > 1.5 ? 0.001 : 0);
  });
  const touched = small.values.map((value, i) => (i % 37 === 5 ? value * 1.25 : i === 100 ? Number.NaN : value));
  const old = path.join(folder, "checkpoint-1000.safetensors");
  const next = path.join(folder, "checkpoint-2000.safetensors");
  await writeFile(old, safetensors({ "encoder.weight": small, "decoder.weight": large, "head.weight": rounded }));
  await writeFile(
    next,
    safetensors({
      "encoder.weight": { ...small, values: touched },
      "decoder.weight": { ...large, values: trained },
      "head.weight": { ...rounded, values: rounded.values.map(toBfloat16) },
    }),
  );
  return { old, next, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Reproducible numbers that look like weights. */
function matrix(shape: readonly [number, number], seed: number): Matrix {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 4294967296;
  };
  const values = Float32Array.from(
    { length: shape[0] * shape[1] },
    () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
  return { shape, values };
}

const bits = new DataView(new ArrayBuffer(4));

function toBfloat16(value: number): number {
  bits.setFloat32(0, value);
  bits.setUint32(0, (bits.getUint32(0) + 0x8000) & 0xffff0000);
  return bits.getFloat32(0);
}

function safetensors(tensors: Readonly<Record<string, Matrix>>): Uint8Array {
  let at = 0;
  const header = Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => {
      const entry = { dtype: "F32", shape, data_offsets: [at, at + values.byteLength] };
      at += values.byteLength;
      return [name, entry];
    }),
  );
  const json = new TextEncoder().encode(JSON.stringify(header).padEnd(8 * 64));
  const bytes = new Uint8Array(8 + json.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  let end = 8 + json.length;
  for (const { values } of Object.values(tensors)) {
    bytes.set(new Uint8Array(values.buffer), end);
    end += values.byteLength;
  }
  return bytes;
}
