import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { unpackBlosc } from "../../codecs/blosc/unpack.ts";
import { crc32c } from "../../codecs/crc32c.ts";
import { unpackLz4Block } from "../../codecs/lz4/block.ts";
import { unshuffle } from "../../codecs/shuffle.ts";
import { corrupt, truncated, unsupported } from "../../errors.ts";
import type { Host, InflateKind } from "../../host.ts";
import { quietWork } from "../../work.ts";
import { type Filter, filterOf, growthOf, unfilter } from "./filters.ts";
import type { JsonObject } from "./json.ts";

/** What was done with the bytes of a chunk. `lz4`: a block behind its size, as numcodecs writes it. */
export type Step =
  | { readonly kind: "packed"; readonly codec: InflateKind }
  | { readonly kind: "blosc" }
  | { readonly kind: "lz4" }
  | { readonly kind: "crc32c" }
  | { readonly kind: "shuffle"; readonly itemSize: number }
  | { readonly kind: "filter"; readonly filter: Filter };

const PACKED: Readonly<Partial<Record<string, InflateKind>>> = { zlib: "zlib", gzip: "gzip", zstd: "zstd", bz2: "bz2" };
/** Checksums and headers that a chunk has beside its elements. */
const OVERHEAD = 4096;

/** The step that a codec takes; undefined for one that leaves bytes as they are. Throws `unsupported`. */
export function stepOf(name: string, values: JsonObject): Step | undefined {
  // Version 3 has the codecs of version 2 under the name of their package.
  const id = name.replace(/^numcodecs\./, "");
  // It loses digits when it writes, and has nothing to undo.
  if (id === "bitround") return undefined;
  const filter = filterOf(id, values);
  if (filter !== undefined) return filter === "nothing" ? undefined : { kind: "filter", filter };
  const codec = Object.hasOwn(PACKED, id) ? PACKED[id] : undefined;
  if (codec !== undefined) return { kind: "packed", codec };
  if (id === "blosc" || id === "lz4" || id === "crc32c") return { kind: id };
  const itemSize = values["elementsize"];
  if (id === "shuffle" && typeof itemSize === "number" && Number.isSafeInteger(itemSize) && itemSize > 0)
    return { kind: "shuffle", itemSize };
  // Streams of xz, which is what is written unless another container is asked for.
  if (id === "lzma" && (values["format"] ?? 1) === 1 && (values["filters"] ?? null) === null)
    return { kind: "packed", codec: "xz" };
  throw unsupported(`the codec ${name}, which is not undone`);
}

/** Undoes all steps, the last one first. What comes out has at most `needed` bytes and a few more. */
export async function undo(
  steps: readonly Step[],
  stored: ByteSource,
  needed: number,
  host: Host,
): Promise<Uint8Array> {
  const growth = steps.reduce(
    (most, step) => (step.kind === "filter" ? Math.max(most, growthOf(step.filter)) : most),
    1,
  );
  const most = needed * growth + OVERHEAD;
  const { name } = stored;
  let source = stored;
  for (const step of [...steps].reverse()) {
    if (step.kind === "packed") {
      const { bytes, error } = await host.inflate(step.codec, source, most, quietWork());
      if (error !== undefined) throw error;
      source = fromBytes(bytes, name);
    } else {
      // What does not get smaller by packing gets longer by less than this.
      if (source.size > 2 * most) throw corrupt(`${name}: ${source.size} bytes for a chunk of ${needed}`, 0);
      source = fromBytes(await undoOne(step, await source.read(0, source.size), most, host, name), name);
    }
  }
  if (source.size !== needed) throw corrupt(`${name}: a chunk of ${source.size} bytes, ${needed} are needed`, 0);
  return source.read(0, needed);
}

async function undoOne(
  step: Exclude<Step, { kind: "packed" }>,
  bytes: Uint8Array,
  most: number,
  host: Host,
  name: string,
): Promise<Uint8Array> {
  switch (step.kind) {
    case "blosc":
      return unpackBlosc(bytes, most, host, name);
    case "crc32c":
      return checked(bytes, name);
    case "shuffle":
      return unshuffle(bytes, step.itemSize);
    case "filter":
      return unfilter(step.filter, bytes, name);
    case "lz4": {
      if (bytes.length < 4) throw truncated(`${name}: size of LZ4`, 0, 4, bytes.length);
      const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      if (size > most) throw corrupt(`${name}: LZ4 of ${size} bytes, ${most} are expected`);
      return unpackLz4Block(bytes.subarray(4), size, name);
    }
  }
}

/** Tests the checksum behind bytes, and takes it off. */
export function checked(bytes: Uint8Array, name: string): Uint8Array {
  const end = bytes.length - 4;
  if (end < 0) throw corrupt(`${name}: ${bytes.length} bytes with a checksum`, 0);
  const content = bytes.subarray(0, end);
  if (new DataView(bytes.buffer, bytes.byteOffset + end, 4).getUint32(0, true) !== crc32c(content))
    throw corrupt(`${name}: its bytes do not fit their checksum`, 0);
  return content;
}
