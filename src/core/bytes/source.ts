import { ArtifactError, truncated } from "../errors.ts";

/**
 * Random access to bytes: a file, a range of one, a zip member, an inflated stream, bytes in memory. A format
 * never learns which.
 */
export interface ByteSource {
  /** In bytes. */
  readonly size: number;
  /** Names the content for messages: a file name, "member data.pkl of model.pt". */
  readonly name: string;
  /**
   * Bytes [start, end). Exactly `end - start` bytes or ArtifactError: `truncated` past the end, `changed` when the
   * file is not the one that was opened. The result may be a view over a cache: callers do not write to it.
   */
  read(start: number, end: number): Promise<Uint8Array>;
  /**
   * The bytes from `start` on, put into the whole of `target`, with no buffer in between: for scans of whole tensors
   * into memory that is used again. Same errors as `read`. Optional: callers use the function `readInto` below.
   */
  readInto?(start: number, target: Uint8Array): Promise<void>;
  /**
   * Where byte 0 of this source lies in the file that was opened, when it lies there as it is (not compressed):
   * what a finding or "mapped at byte N" can point to.
   */
  readonly origin?: number;
  /** The file that `origin` counts in, by its path from the one that was opened; absent where it is that one. */
  readonly file?: string;
}

/** Throws unless 0 <= start <= end <= size. */
export function checkRange(source: { readonly size: number; readonly name: string }, start: number, end: number): void {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start)
    throw new ArtifactError("corrupt", `${source.name}: byte range ${start}..${end} is not a range`);
  if (end > source.size) throw truncated(source.name, start, end - start, source.size - start);
}

export function fromBytes(bytes: Uint8Array, name = "bytes", origin?: number): ByteSource {
  const source = {
    size: bytes.length,
    name,
    // Not an async function: a bad range must reject like any other read, and a good one needs no extra tick.
    read(start: number, end: number): Promise<Uint8Array> {
      try {
        checkRange(source, start, end);
      } catch (error) {
        return Promise.reject(error);
      }
      return Promise.resolve(bytes.subarray(start, end));
    },
  };
  return origin === undefined ? source : { ...source, origin };
}

/** Fills `target` with the bytes from `start` on, by the source's own way when it has one. */
export async function readInto(source: ByteSource, start: number, target: Uint8Array): Promise<void> {
  if (source.readInto !== undefined) await source.readInto(start, target);
  else target.set(await source.read(start, start + target.length));
}

/** Bytes [start, end) of another source as a source of its own. */
export function slice(source: ByteSource, start: number, end: number, name = source.name): ByteSource {
  checkRange(source, start, end);
  const part = {
    size: end - start,
    name,
    async read(from: number, to: number): Promise<Uint8Array> {
      checkRange(part, from, to);
      return source.read(start + from, start + to);
    },
    async readInto(from: number, target: Uint8Array): Promise<void> {
      checkRange(part, from, from + target.length);
      await readInto(source, start + from, target);
    },
  };
  if (source.origin === undefined) return part;
  const place = { ...part, origin: source.origin + start };
  return source.file === undefined ? place : { ...place, file: source.file };
}
