import type { ByteSource } from "./bytes/source.ts";
import type { CodecId } from "./codecs/codec-id.ts";
import type { Work } from "./work.ts";

/** Streaming digest; `hex()` ends it. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  hex(): string;
}

/** What is written. */
export type DeflateKind = "zlib" | "gzip" | "raw";
/** What is read. */
export type InflateKind = DeflateKind | CodecId;

/** What inflating gave. `error` says why it stopped early (truncated, corrupt, over the limit); the bytes before are right. */
export interface Inflated {
  readonly size: number;
  /** All of it in one piece: for what is small, or is wanted whole. */
  readonly bytes: Uint8Array;
  /** Access to it without that piece. */
  readonly content: ByteSource;
  /** Compressed bytes consumed. */
  readonly consumed: number;
  readonly error?: Error;
}

/** A part of a kernel's work: what to call of its exports, and with which numbers. */
export interface KernelCall {
  /** Position among the module's exports. */
  readonly index: number;
  readonly numbers: readonly number[];
}

/** A second thread that runs kernels in memory that it shares with this one. */
export interface KernelThread {
  /** Begins a call; false when the thread is not there yet, and nothing was begun. One call at a time. */
  begin(call: KernelCall): boolean;
  /** Returns when the call that was begun has ended. Throws when the thread died. */
  end(): void;
  close(): void;
}

/** What core needs of the machine it runs on. `platform/node/host.ts` and `platform/browser` make one. */
export interface Host {
  sha256(): Hasher;
  /** CRC-32 (IEEE) of `bytes`, continuing from `seed`. */
  crc32(bytes: Uint8Array, seed?: number): number;
  /** Inflates at most `maxOutput` bytes; stops with `error` set, never throws for bad input, throws only when cancelled. */
  inflate(kind: InflateKind, source: ByteSource, maxOutput: number, work: Work): Promise<Inflated>;
  /**
   * The inflated bytes in order, a piece at a time, so that a stream larger than memory can be walked. Throws
   * `truncated` or `corrupt` after the last right byte, `cancelled` when cancelled; leaving the loop frees everything.
   */
  inflateChunks(kind: InflateKind, source: ByteSource, work: Work): AsyncIterable<Uint8Array>;
  /** Deflates with the given level, deterministically. */
  deflate(kind: DeflateKind, bytes: Uint8Array, level: number): Promise<Uint8Array>;
  /** The same for bytes that come in pieces: the compressed bytes in order. */
  deflateChunks(kind: DeflateKind, pieces: AsyncIterable<Uint8Array>, level: number): AsyncIterable<Uint8Array>;
  /** Starts a thread for a WebAssembly.Module and the WebAssembly.Memory it works in; absent where there are no threads. */
  kernelThread?(module: object, memory: object): KernelThread;
}
