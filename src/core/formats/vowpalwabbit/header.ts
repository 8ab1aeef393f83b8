import { append } from "../../append.ts";
import { Cursor } from "../../bytes/cursor.ts";
import { type ArtifactError, asArtifactError, corrupt } from "../../errors.ts";
import { murmur3 } from "./checksum.ts";
import { isSince, type Options, parseOptions } from "./options.ts";

export interface Header {
  readonly version: string;
  readonly id: string;
  /** Of the least and the largest label, float32 each. */
  readonly labelsAt: number;
  readonly bits: number;
  readonly lda: number;
  /** Interactions that stood here before they were options. */
  readonly interactions: readonly string[];
  readonly ngrams: readonly string[];
  readonly skips: readonly string[];
  readonly options: Options;
  /** Absent before 8.0.1. */
  readonly checksum?: { readonly stored: number; readonly computed: number; readonly at: number };
  readonly end: number;
  /** Why nothing after the options could be read. */
  readonly problem?: ArtifactError;
}

const utf8 = new TextDecoder("utf-8");

/** Fields are hashed one by one, each with what the ones before came to. */
class Hashed {
  readonly cursor: Cursor;
  private readonly bytes: Uint8Array;
  hash = 0;

  constructor(bytes: Uint8Array, what: string) {
    this.bytes = bytes;
    this.cursor = new Cursor(bytes, what);
  }

  take(length: number): Uint8Array {
    const taken = this.cursor.take(length);
    this.hash = murmur3(taken, this.hash);
    return taken;
  }

  u32(): number {
    const taken = this.take(4);
    return new DataView(taken.buffer, taken.byteOffset, 4).getUint32(0, true);
  }

  /** Bytes with their length, without the zero byte at their end. */
  text(): string {
    return utf8.decode(this.take(this.u32())).replace(/\0.*$/s, "");
  }

  /** A count, and as many texts of a fixed size. */
  list(size: number | "told"): string[] {
    const count = this.u32();
    if (count * (size === "told" ? 4 : size) > this.cursor.remaining) this.cursor.take(count);
    return Array.from({ length: count }, () =>
      size === "told" ? this.text() : utf8.decode(this.take(size)).replace(/\0.*$/s, ""),
    );
  }

  before(end: number): number {
    return murmur3(this.bytes.subarray(0, end), 0);
  }
}

/** Reads what stands before the weights. Throws `truncated` and `corrupt`. */
export function readHeader(bytes: Uint8Array, what: string): Header {
  const hashed = new Hashed(bytes, what);
  const { cursor } = hashed;
  const version = hashed.text();
  // The version is not hashed with the rest.
  hashed.hash = 0;
  const id = isSince(version, 8, 3, 3) ? hashed.text() : "";
  const at = cursor.offset;
  if (hashed.take(1)[0] !== 0x6d) throw corrupt(`${what}: no "m" at byte ${at}, which every model has`, at);
  const labelsAt = cursor.offset;
  hashed.take(4);
  hashed.take(4);
  const bitsAt = cursor.offset;
  const bits = hashed.u32();
  if (bits > 63) throw corrupt(`${what}: ${bits} bits at byte ${bitsAt}`, bitsAt);
  const interactions: string[] = [];
  if (!isSince(version, 7, 10, 3)) {
    for (const size of [2, 3] as const) append(interactions, hashed.list(size));
    if (isSince(version, 7, 10, 2)) append(interactions, hashed.list("told"));
    // Ranks of a factorisation.
    if (!isSince(version, 7, 8, 0)) hashed.u32();
  }
  const lda = hashed.u32();
  const ngrams = hashed.list(3);
  const skips = hashed.list(3);
  const options = parseOptions(hashed.text());
  const end = cursor.offset;
  const about = { version, id, labelsAt, bits, lda, interactions, ngrams, skips, options };
  if (!isSince(version, 8, 0, 1)) return { ...about, end };
  const computed = isSince(version, 8, 0, 2) ? hashed.hash : hashed.before(end);
  try {
    const length = cursor.u32();
    if (length !== 4) throw corrupt(`${what}: a checksum of ${length} bytes at byte ${end}`, end);
    const stored = cursor.u32();
    return { ...about, checksum: { stored, computed, at: end + 4 }, end: cursor.offset };
  } catch (error) {
    return { ...about, end, problem: asArtifactError(error, what) };
  }
}
