import { pieces } from "../../bytes/digest.ts";
import type { ByteSink } from "../../bytes/sink.ts";
import { unsupported } from "../../errors.ts";
import { holdsObjects, numpyDescr } from "../../model/numpy-dtype.ts";
import { denseByteLength, type TensorRef } from "../../model/tensor.ts";
import { chunks } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { MAGIC } from "./header.ts";

/** Elements read and written at once. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** The data begins at a multiple of this, so that it can be memory-mapped. */
export const NPY_ALIGNMENT = 64;
/** numpy leaves room for a first dimension of this many digits, so that a file can be appended to in place. */
const GROWTH_DIGITS = 21;

/** A whole `.npy` as it will be written: its size is known before a byte of it is. */
export interface NpyOutput {
  readonly size: number;
  /** The same bytes each time it is asked for. */
  readonly content: (work: Work) => AsyncIterable<Uint8Array>;
}

/**
 * The `.npy` of a tensor, byte for byte what numpy writes for it: the oldest version that can hold the header, C order,
 * or Fortran order where the tensor is dense in it. Bits and byte order are kept. Throws `unsupported` for dtypes that
 * numpy does not have (bfloat16), and for objects.
 */
export function npyOutput(tensor: TensorRef): NpyOutput {
  const isFortran = tensor.order === "F" && tensor.strides === undefined && tensor.shape.length > 1;
  const header = npyHeader(tensor, isFortran);
  const length = denseByteLength(tensor);
  return {
    size: header.length + length,
    async *content(work) {
      yield header;
      if (isFortran) yield* pieces(tensor.data, work, tensor.offset, tensor.offset + length);
      else yield* chunks(tensor, CHUNK_BYTES, work);
    },
  };
}

/** Writes a tensor as `.npy`, a chunk at a time. */
export async function writeNpy(sink: ByteSink, tensor: TensorRef, work: Work): Promise<void> {
  for await (const piece of npyOutput(tensor).content(work)) await sink.write(piece);
}

function npyHeader({ dtype, shape }: TensorRef, isFortran: boolean): Uint8Array {
  const descr = holdsObjects(dtype) ? undefined : numpyDescr(dtype);
  if (descr === undefined) throw unsupported(`npy: numpy has no element type for ${dtype.name}`);
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const grown = isFortran ? shape.at(-1) : shape[0];
  const room = grown === undefined ? 0 : Math.max(0, GROWTH_DIGITS - String(grown).length);
  const dict = `{'descr': ${descr}, 'fortran_order': ${isFortran ? "True" : "False"}, 'shape': ${tuple}, }`;
  return wrap(dict + " ".repeat(room));
}

function wrap(text: string): Uint8Array {
  const latin1 = latin1Bytes(text);
  const body = latin1 ?? new TextEncoder().encode(text);
  // Version 1 counts to 65,535, the padding included.
  const isShort = latin1 !== undefined && paddedLength(10, body.length) - 10 <= 0xffff;
  const major = latin1 === undefined ? 3 : isShort ? 1 : 2;
  const start = major === 1 ? 10 : 12;
  const out = new Uint8Array(paddedLength(start, body.length)).fill(0x20);
  out.set([...MAGIC, major, 0]);
  const view = new DataView(out.buffer);
  if (major === 1) view.setUint16(8, out.length - start, true);
  else view.setUint32(8, out.length - start, true);
  out.set(body, start);
  out[out.length - 1] = 0x0a;
  return out;
}

/** With the final newline. numpy adds a whole block where none is needed. */
function paddedLength(start: number, length: number): number {
  const used = start + length + 1;
  return used + (NPY_ALIGNMENT - (used % NPY_ALIGNMENT));
}

function latin1Bytes(text: string): Uint8Array | undefined {
  const out = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff) return undefined;
    out[at] = code;
  }
  return out;
}
