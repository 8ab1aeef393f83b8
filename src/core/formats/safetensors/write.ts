import type { ByteSink } from "../../bytes/sink.ts";
import { ArtifactError, limitExceeded, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type DType, scalarRow } from "../../model/dtype.ts";
import { denseByteLength, type TensorRef } from "../../model/tensor.ts";
import { chunks } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import { LENGTH_BYTES } from "./header.ts";

export interface NamedTensor {
  readonly name: string;
  readonly tensor: TensorRef;
}

/**
 * The order in which the reference writer puts dtypes: by alignment, the widest first, so that every tensor is aligned
 * to its elements. Tensors of one dtype follow by name.
 */
const ORDER: readonly string[] = (
  "U64 I64 F64 C64 F32 U32 I32 BF16 F16 U16 I16 " +
  "F8_E5M2FNUZ F8_E4M3FNUZ F8_E8M0 F8_E4M3 F8_E5M2 I8 U8 F6_E3M2 F6_E2M3 F4 BOOL"
).split(" ");

/** Elements read and written at once; a multiple of every item size. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** The header ends at a multiple of this, padded with spaces. */
const HEADER_ALIGNMENT = 8;

/**
 * Writes a safetensors file byte for byte as the reference writer would: its order of tensors, its header. Elements are
 * written little-endian in C order, a chunk at a time. Throws `unsupported` for a dtype that the format does not have,
 * `refused` for two tensors of one name.
 */
export async function writeSafetensors(
  sink: ByteSink,
  tensors: Iterable<NamedTensor>,
  metadata: Iterable<readonly [string, string]> | undefined,
  work: Work,
): Promise<void> {
  const planned = plan(tensors);
  await sink.write(headerBytes(planned, metadata));
  const total = planned.at(-1)?.end ?? 0;
  for (const { tensor, start } of planned) {
    let done = start;
    for await (const piece of chunks(tensor, CHUNK_BYTES, work)) {
      await sink.write(tensor.dtype.bigEndian ? swapped(piece, tensor.dtype) : piece);
      done += piece.length;
      work.report({ stage: "writing", done, total, unit: "bytes" });
    }
  }
}

interface Planned extends NamedTensor {
  readonly code: string;
  readonly start: number;
  readonly end: number;
}

function plan(tensors: Iterable<NamedTensor>): Planned[] {
  const names = new Set<string>();
  const coded = Array.from(tensors, ({ name, tensor }) => {
    if (names.has(name)) throw new ArtifactError("refused", `safetensors: two tensors are named "${name}"`);
    if (name === "__metadata__") throw new ArtifactError("refused", `safetensors: no tensor can be named "${name}"`);
    names.add(name);
    return { name, tensor, code: safetensorsCode(tensor.dtype, name), rank: 0 };
  });
  for (const one of coded) one.rank = ORDER.indexOf(one.code);
  coded.sort((a, b) => a.rank - b.rank || compareUtf8(a.name, b.name));
  let end = 0;
  return coded.map(({ name, tensor, code }) => {
    const start = end;
    end += denseByteLength(tensor);
    return { name, tensor, code, start, end };
  });
}

/** The name of a dtype in a header. Throws `unsupported` where there is none. */
export function safetensorsCode(dtype: DType, name: string): string {
  const code = dtype.scalar === undefined ? undefined : scalarRow(dtype.scalar).safetensors;
  if (code === undefined)
    throw unsupported(`safetensors: "${name}" has elements of ${dtype.name}, for which the format has no type`);
  return code;
}

/** As UTF-8 bytes compare, which is by code points: there halves of surrogate pairs come after everything else. */
function compareUtf8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
}

function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

function headerBytes(
  planned: readonly Planned[],
  metadata: Iterable<readonly [string, string]> | undefined,
): Uint8Array {
  const parts: string[] = [];
  if (metadata !== undefined) {
    const pairs = Array.from(metadata, ([key, value]) => `${quoted(key)}:${quoted(value)}`);
    parts.push(`"__metadata__":{${pairs.join(",")}}`);
  }
  for (const { name, tensor, code, start, end } of planned)
    parts.push(
      `${quoted(name)}:{"dtype":"${code}","shape":[${tensor.shape.join(",")}],"data_offsets":[${start},${end}]}`,
    );
  const text = new TextEncoder().encode(`{${parts.join(",")}}`);
  const length = Math.ceil(text.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  if (length > LIMITS.safetensorsHeaderBytes)
    throw limitExceeded("safetensors: bytes of the header", length, LIMITS.safetensorsHeaderBytes);
  const out = new Uint8Array(LENGTH_BYTES + length).fill(0x20);
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true);
  out.set(text, LENGTH_BYTES);
  return out;
}

/** As the reference writer quotes. A lone surrogate is no text there. */
function quoted(text: string): string {
  const json = JSON.stringify(text);
  if (/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(json))
    throw new ArtifactError("refused", `safetensors: ${json} holds half of a surrogate pair, which is no text`);
  return json;
}

/** A big-endian piece made little-endian; complex elements part by part. */
function swapped(piece: Uint8Array, { kind, itemSize }: DType): Uint8Array {
  const width = kind === "c" ? itemSize / 2 : itemSize;
  const out = new Uint8Array(piece.length);
  for (let at = 0; at < piece.length; at += width)
    for (let byte = 0; byte < width; byte++) out[at + byte] = piece[at + width - 1 - byte] as number;
  return out;
}
