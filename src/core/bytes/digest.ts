import type { Host } from "../host.ts";
import type { Work } from "../work.ts";
import type { ByteSource } from "./source.ts";

/** One read of a scan: large enough to reach the disk's speed, small enough to cancel between two. */
export const SCAN_BYTES = 4 * 1024 * 1024;

/** Bytes [start, end) in order, a piece at a time, for scans that keep nothing. */
export async function* pieces(
  source: ByteSource,
  work: Work,
  start = 0,
  end: number = source.size,
): AsyncGenerator<Uint8Array> {
  for (let at = start; at < end; at += SCAN_BYTES) {
    await work.checkpoint();
    yield await source.read(at, Math.min(at + SCAN_BYTES, end));
  }
}

/** SHA-256 of a whole source in hexadecimal, reported as progress of `stage`. */
export async function digest(source: ByteSource, host: Host, work: Work, stage = "hashing"): Promise<string> {
  const hasher = host.sha256();
  let done = 0;
  for await (const piece of pieces(source, work)) {
    hasher.update(piece);
    done += piece.length;
    work.report({ stage, done, total: source.size, unit: "bytes" });
  }
  return hasher.hex();
}
