import { type ByteSource, checkRange } from "../../bytes/source.ts";

/** A vector in `parts` of `width` numbers (the last has `last`), each one of 256 centroids (Jegou et al., 2011). */
export interface Quantiser {
  readonly dim: number;
  readonly parts: number;
  readonly width: number;
  readonly last: number;
  /** float32: of each part its 256 centroids. */
  readonly centroids: ByteSource;
}

/** Numbers made at a time. */
const CHUNK = 256 * 1024;

/**
 * A quantised matrix as float32 by rows: the centroids its codes name, times the norm of the row where there is one, as
 * fastText adds them to a vector of zeros.
 */
export function dequantised(
  codes: ByteSource,
  quantiser: Quantiser,
  rows: number,
  norms: ByteSource | undefined,
  normQuantiser: Quantiser | undefined,
): ByteSource {
  const { dim } = quantiser;
  const source: ByteSource = {
    size: rows * dim * 4,
    name: codes.name,
    async read(start, end) {
      checkRange(source, start, end);
      const out = new Uint8Array(end - start);
      const centroids = await floats(quantiser.centroids);
      const scales = normQuantiser === undefined ? undefined : await floats(normQuantiser.centroids);
      const perRead = Math.max(1, Math.floor(CHUNK / dim));
      for (let first = Math.floor(start / (4 * dim)); first * 4 * dim < end; first += perRead) {
        const last = Math.min(rows, first + perRead, Math.ceil(end / (4 * dim)));
        const some = await codes.read(first * quantiser.parts, last * quantiser.parts);
        const normCodes = scales === undefined ? undefined : await norms?.read(first, last);
        const made = new Uint8Array((last - first) * dim * 4);
        fill(new DataView(made.buffer), some, quantiser, centroids, (row) => scales?.[normCodes?.[row] ?? 0] ?? 1);
        const from = Math.max(start, first * dim * 4);
        out.set(made.subarray(from - first * dim * 4, end - first * dim * 4), from - start);
      }
      return out;
    },
  };
  return source;
}

function fill(
  out: DataView,
  codes: Uint8Array,
  { dim, parts, width, last }: Quantiser,
  centroids: Float32Array,
  scaleOf: (row: number) => number,
): void {
  for (let row = 0; row * parts < codes.length; row += 1) {
    const scale = scaleOf(row);
    for (let part = 0; part < parts; part += 1) {
      const length = part === parts - 1 ? last : width;
      const from = part * 256 * width + (codes[row * parts + part] ?? 0) * length;
      for (let k = 0; k < length; k += 1)
        // The sum with zero makes +0 of -0.
        out.setFloat32(4 * (row * dim + part * width + k), scale * (centroids[from + k] ?? 0) + 0, true);
    }
  }
}

async function floats(source: ByteSource): Promise<Float32Array> {
  const bytes = await source.read(0, source.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true));
}
