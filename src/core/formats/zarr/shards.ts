import { type ByteSource, checkRange, slice } from "../../bytes/source.ts";
import { corrupt, unsupported } from "../../errors.ts";
import { elementCount } from "../../model/tensor.ts";
import { checked, stepOf } from "./codecs.ts";
import { configurationOf, type Json, type JsonObject, sizesOf } from "./json.ts";

//   A shard: chunks in any order, and an index of them at its end or its start.
//   chunk chunk ... | offset, size (8 bytes each, little-endian unless its codecs say otherwise; all bits set: not there) of each chunk in C order | CRC-32C
//   https://zarr-specs.readthedocs.io/en/latest/v3/codecs/sharding-indexed/index.html

/** How chunks lie in the files that hold several of them. */
export interface Sharding {
  /** Chunks in a shard along each axis. */
  readonly counts: readonly number[];
  readonly isAtStart: boolean;
  readonly hasChecksum: boolean;
  readonly isBig: boolean;
}

/** Reads the setting of a shard of `shape`; with it the shape of the chunks, and what was done with each. */
export function shardingOf(
  values: JsonObject,
  shape: readonly number[],
): { readonly sharding: Sharding; readonly chunk: readonly number[]; readonly steps: readonly Json[] } {
  const chunk = sizesOf(values["chunk_shape"], "chunk_shape of a shard", 1);
  if (chunk.length !== shape.length || chunk.some((size, k) => (shape[k] ?? 0) % size !== 0))
    throw corrupt(`chunks of [${chunk.join(", ")}] in shards of [${shape.join(", ")}]`);
  const steps = values["codecs"];
  const index = values["index_codecs"];
  if (!Array.isArray(steps) || !Array.isArray(index)) throw corrupt("a shard without codecs");
  let hasChecksum = false;
  let isBig = false;
  for (const each of index as readonly Json[]) {
    const { name, values: settings } = configurationOf(each);
    if (name === "bytes") isBig = settings["endian"] === "big";
    else if (stepOf(name, settings)?.kind === "crc32c" && !hasChecksum) hasChecksum = true;
    // One that was packed has no size that could be told before.
    else throw unsupported(`an index of a shard with the codec ${name}`);
  }
  const location = values["index_location"] ?? "end";
  if (location !== "end" && location !== "start")
    throw corrupt(`an index of a shard at its ${JSON.stringify(location)}`);
  const counts = shape.map((size, k) => size / (chunk[k] ?? 1));
  return { sharding: { counts, isAtStart: location === "start", hasChecksum, isBig }, chunk, steps };
}

const ENTRY_BYTES = 16;
const ABSENT = 2n ** 64n - 1n;

/** Where the chunks of one shard lie. */
export class Shard {
  private readonly file: ByteSource;
  private readonly index: Uint8Array;
  private readonly sharding: Sharding;

  private constructor(file: ByteSource, index: Uint8Array, sharding: Sharding) {
    this.file = file;
    this.index = index;
    this.sharding = sharding;
  }

  static async open(file: ByteSource, sharding: Sharding): Promise<Shard> {
    const { counts, isAtStart, hasChecksum } = sharding;
    const size = elementCount(counts) * ENTRY_BYTES + (hasChecksum ? 4 : 0);
    const start = isAtStart ? 0 : file.size - size;
    checkRange(
      { size: file.size, name: `${file.name}: index of a shard` },
      Math.max(0, start),
      Math.max(0, start) + size,
    );
    const bytes = await file.read(start, start + size);
    return new Shard(file, hasChecksum ? checked(bytes, `${file.name}: index`) : bytes, sharding);
  }

  /** A chunk by its place in the array's grid; undefined for one that is not there. */
  chunk(position: readonly number[]): ByteSource | undefined {
    const { counts, isBig } = this.sharding;
    const number = counts.reduce((sum, count, k) => sum * count + ((position[k] ?? 0) % count), 0);
    const view = new DataView(this.index.buffer, this.index.byteOffset + number * ENTRY_BYTES, ENTRY_BYTES);
    const start = view.getBigUint64(0, !isBig);
    const size = view.getBigUint64(8, !isBig);
    if (start === ABSENT && size === ABSENT) return undefined;
    if (start + size > BigInt(this.file.size))
      throw corrupt(`${this.file.name}: chunk ${number} of the shard ends at byte ${start + size}, behind the file`);
    return slice(this.file, Number(start), Number(start + size));
  }
}
