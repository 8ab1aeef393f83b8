import { type ByteSource, checkRange, fromBytes, slice } from "../../bytes/source.ts";
import { ArtifactError, corrupt, truncated } from "../../errors.ts";
import type { Host } from "../../host.ts";
import { LIMITS } from "../../limits.ts";
import { quietWork } from "../../work.ts";
import type { ChunkPlace } from "./index-entry.ts";

/** The content of one chunk, in order with the others. */
interface Part {
  /** First byte of the content that lies in this chunk. */
  readonly start: number;
  readonly end: number;
  read(from: number, to: number): Promise<Uint8Array>;
}

/** Uncompressed chunks that lie in the file: as one source, read where asked. Ends where the file ends. */
export function plainBytes(file: ByteSource, chunks: readonly ChunkPlace[], name: string): ByteSource {
  const parts: Part[] = [];
  let start = 0;
  for (const { position, bytes } of chunks) {
    const available = Math.max(0, Math.min(bytes, file.size - position));
    if (available === 0) break;
    const part = slice(file, position, position + available, name);
    if (chunks.length === 1) return part;
    parts.push({ start, end: start + available, read: (from, to) => part.read(from, to) });
    start += available;
    if (available < bytes) break;
  }
  return joined(parts, start, name);
}

/** Chunks that are inflated when they are read, the last ones kept. */
export function deflatedBytes(
  file: ByteSource,
  chunks: readonly ChunkPlace[],
  name: string,
  host: Host,
  cache: ChunkCache,
): ByteSource {
  const parts: Part[] = [];
  let start = 0;
  for (const chunk of chunks) {
    if (chunk.position + chunk.storedBytes > file.size) break;
    const inflated = (): Promise<Uint8Array> =>
      cache.get(chunk.position, async () => inflateChunk(file, chunk, name, host));
    parts.push({ start, end: start + chunk.bytes, read: async (from, to) => (await inflated()).subarray(from, to) });
    start += chunk.bytes;
  }
  return joined(parts, start, name);
}

async function inflateChunk(file: ByteSource, chunk: ChunkPlace, name: string, host: Host): Promise<Uint8Array> {
  const { position, storedBytes, bytes } = chunk;
  const stored = slice(file, position, position + storedBytes, `chunk of ${name} at byte ${position}`);
  // A chunk is short, and what is read here may be wanted by another reader after this one is cancelled.
  const inflated = await host.inflate("zlib", stored, bytes, quietWork());
  if (inflated.error !== undefined)
    throw new ArtifactError(
      "corrupt",
      `${stored.name}: ${inflated.error.message}`,
      { offset: position },
      inflated.error,
    );
  if (inflated.bytes.length !== bytes || inflated.consumed !== storedBytes)
    throw corrupt(
      `${stored.name}: ${inflated.consumed} of ${storedBytes} bytes inflate to ${inflated.bytes.length}, expected ${bytes}`,
      position,
    );
  return inflated.bytes;
}

/** Inflated chunks of one file by their position, the oldest let go when they are too many. */
export class ChunkCache {
  readonly #chunks = new Map<number, Promise<Uint8Array>>();
  readonly #sizes = new Map<number, number>();
  #total = 0;

  async get(position: number, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const known = this.#chunks.get(position);
    if (known !== undefined) {
      this.#chunks.delete(position);
      this.#chunks.set(position, known);
      return known;
    }
    const made = make();
    this.#chunks.set(position, made);
    try {
      const bytes = await made;
      this.#sizes.set(position, bytes.length);
      this.#total += bytes.length;
      this.#shrink(position);
      return bytes;
    } catch (error) {
      this.#chunks.delete(position);
      throw error;
    }
  }

  #shrink(newest: number): void {
    for (const position of this.#chunks.keys()) {
      if (this.#total <= LIMITS.modelChunkCacheBytes) return;
      const size = this.#sizes.get(position);
      if (position === newest || size === undefined) continue;
      this.#chunks.delete(position);
      this.#sizes.delete(position);
      this.#total -= size;
    }
  }
}

/** Parts that follow one another as one source. */
function joined(parts: readonly Part[], size: number, name: string): ByteSource {
  if (parts.length === 0) return fromBytes(new Uint8Array(0), name);
  const source: ByteSource = {
    size,
    name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = firstPart(parts, start);
      const only = parts[first];
      if (only !== undefined && end <= only.end) return only.read(start - only.start, end - only.start);
      const bytes = new Uint8Array(end - start);
      for (let at = start, index = first; at < end; index++) {
        const part = parts[index];
        if (part === undefined) throw truncated(name, at, end - at, 0);
        const stop = Math.min(end, part.end);
        bytes.set(await part.read(at - part.start, stop - part.start), at - start);
        at = stop;
      }
      return bytes;
    },
  };
  return source;
}

/** The last part that begins at or before `at`. */
function firstPart(parts: readonly Part[], at: number): number {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle]?.start ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
