import { type ByteSource, slice } from "../bytes/source.ts";
import { lzmaHeader } from "../codecs/lzma/alone.ts";
import { LZ4_MAGIC } from "../codecs/lz4/decode.ts";
import { XZ_MAGIC } from "../codecs/xz/header.ts";
import { ZSTD_MAGIC } from "../codecs/zstd/decode.ts";
import { ArtifactError, type ArtifactErrorCode, asArtifactError } from "../errors.ts";
import { type Finding, finding, type RuleId } from "../findings/finding.ts";
import type { Host, InflateKind } from "../host.ts";
import { LIMITS } from "../limits.ts";
import { type Sentence, say } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import type { Probe } from "./format.ts";
import { isLikelyText, littleUint, startsWith, startsWithText, textOf } from "./probe.ts";

/** An outer compressed stream: what it is called, and where its bytes begin. */
interface Container {
  /** As in `container` of the command line contract. */
  readonly id: "zlib" | "gzip" | "zfile" | "bz2" | "xz" | "lzma" | "lz4" | "zstd";
  readonly inflate: InflateKind;
  readonly start: number;
  /** It has a signature that nothing else begins with: when nothing comes out, that is what is wrong with the file. */
  readonly isCertain: boolean;
}

/** What taking one container off gave. */
export interface Unwrapped {
  readonly id: string;
  readonly source: ByteSource;
  readonly findings: readonly Finding[];
  /** Why the stream ended early; absent when all of it was read. */
  readonly error?: Error;
}

/** The compressed stream that the file begins with; undefined when it begins with none. */
export function containerOf(probe: Probe): Container | undefined {
  const { head } = probe;
  const signed = SIGNED.find(({ matches }) => matches(head));
  if (signed !== undefined) return { id: signed.id, inflate: signed.id, start: 0, isCertain: true };
  // "x^" is a zlib header too, and the first letters of a formula.
  if (isZlib(head, 0) && !isLikelyText(head)) return { id: "zlib", inflate: "zlib", start: 0, isCertain: false };
  // Other settings than the default ones are possible and never seen: they begin like many things.
  if (lzmaHeader(head) !== undefined && (head[0] === LZMA_DEFAULTS || /\.lzma$/i.test(probe.name)))
    return { id: "lzma", inflate: "lzma", start: 0, isCertain: false };
  return zfile(head);
}

const SIGNED: readonly {
  readonly id: "gzip" | "bz2" | "xz" | "lz4" | "zstd";
  readonly matches: (head: Uint8Array) => boolean;
}[] = [
  { id: "gzip", matches: (head) => startsWith(head, [0x1f, 0x8b, 0x08]) },
  { id: "bz2", matches: isBzip2 },
  { id: "xz", matches: (head) => startsWith(head, XZ_MAGIC) },
  { id: "lz4", matches: (head) => startsWith(head, LZ4_MAGIC, afterSkipped(head)) },
  { id: "zstd", matches: (head) => startsWith(head, ZSTD_MAGIC, afterSkipped(head)) },
];

/** "BZh", a digit, and the mark of a block or of the end of an empty file. */
function isBzip2(head: Uint8Array): boolean {
  if (!/^BZh[1-9]$/.test(textOf(head.subarray(0, 4)))) return false;
  return startsWith(head, [0x31, 0x41, 0x59], 4) || startsWith(head, [0x17, 0x72, 0x45], 4);
}

/** lc 3, lp 0, pb 2. */
const LZMA_DEFAULTS = 0x5d;

/** LZ4 and zstd may begin with frames of somebody else's: a number from 184d2a50 to 184d2a5f, then a size. */
function afterSkipped(head: Uint8Array): number {
  let at = 0;
  while (startsWith(head, [0x2a, 0x4d, 0x18], at + 1) && ((head[at] ?? 0) & 0xf0) === 0x50)
    at += 8 + (littleUint(head, at + 4, 4) ?? head.length);
  return at;
}

/** RFC 1950: method 8, window at most 32 KiB, no preset dictionary, the two bytes a multiple of 31. */
function isZlib(head: Uint8Array, at: number): boolean {
  const cmf = head[at] ?? 0;
  const flags = head[at + 1];
  if (flags === undefined) return false;
  return (cmf & 0x0f) === 8 && cmf >> 4 <= 7 && (flags & 0x20) === 0 && (cmf * 256 + flags) % 31 === 0;
}

/**
 * joblib before 0.10: "ZF", the inflated length as hexadecimal text padded to 19 characters (20 where Python 2 wrote
 * it), then a zlib stream.
 */
function zfile(head: Uint8Array): Container | undefined {
  if (!startsWithText(head, "ZF0x")) return undefined;
  for (const start of [21, 22]) {
    if (/^0x[0-9a-fA-F]+L? *$/.test(textOf(head.subarray(2, start))) && isZlib(head, start))
      return { id: "zfile", inflate: "zlib", start, isCertain: false };
  }
  return undefined;
}

/**
 * Decompresses into memory, at most `limit` bytes. A stream that ends early or is over the limit is read as far as it
 * goes. When not one byte came out: throws why where the signature is certain, else undefined, for then these were not
 * the first bytes of such a stream.
 */
export async function unwrap(
  source: ByteSource,
  container: Container,
  host: Host,
  work: Work,
  limit: number = LIMITS.inflatedBytes,
): Promise<Unwrapped | undefined> {
  const { id, start } = container;
  const packed = start === 0 ? source : slice(source, start, source.size);
  const { content, size, consumed, error } = await host.inflate(container.inflate, packed, limit, work);
  if (size === 0 && error !== undefined) {
    if (container.isCertain) throw error;
    return undefined;
  }
  const end = start + consumed;
  if (error !== undefined) return { id, source: content, findings: [stopped(id, size, end, source, error)], error };
  return { id, source: content, findings: end < source.size ? [trailing(id, end, source)] : [] };
}

const WHY: Readonly<Partial<Record<ArtifactErrorCode, { readonly rule: RuleId; readonly sentence: Sentence }>>> = {
  limit: {
    rule: "integrity/limit",
    sentence: say("The {id} stream is read up to {inflated} decompressed bytes: {reason}."),
  },
  truncated: {
    rule: "integrity/truncated",
    sentence: say(
      "The {id} stream ends early: all {size} bytes of the file give {inflated} bytes, and more should follow.",
    ),
  },
  unsupported: {
    rule: "integrity/not-read",
    sentence: say("The {id} stream is not read further than {inflated} decompressed bytes: {reason}."),
  },
};

function stopped(id: string, inflated: number, consumed: number, source: ByteSource, error: Error): Finding {
  const { code, message: reason } = asArtifactError(error, `inflating ${source.name}`);
  const evidence = { inflated: String(inflated), read: String(consumed), size: String(source.size), reason };
  const place = { range: { offset: Math.min(consumed, source.size), length: 0 }, evidence };
  const { rule, sentence } = WHY[code] ?? {
    rule: "integrity/corrupt" as const,
    sentence: say("The {id} stream is damaged after {inflated} inflated bytes: {reason}."),
  };
  return finding(rule, "error", { ...sentence, args: { id, inflated, size: source.size, reason } }, place);
}

function trailing(id: string, end: number, source: ByteSource): Finding {
  const length = source.size - end;
  return finding(
    "integrity/trailing-bytes",
    "warning",
    say("{length} bytes follow the end of the {id} stream at byte {end}; they were not read.", { length, id, end }),
    { range: { offset: end, length }, evidence: { bytes: String(length) } },
  );
}

/** The name with the extension of a compression taken off: what ranks formats of the inner bytes. */
export function innerName(name: string): string {
  return name.replace(/\.(?:gz|gzip|z|zlib|bz2|bzip2|xz|lzma|lz4|zst|zstd)$/i, "");
}

/** Thrown when compressed streams are nested deeper than any writer makes them. */
export function tooManyContainers(name: string, depth: number): ArtifactError {
  return new ArtifactError("limit", `${name}: compressed ${depth} times over, which no model file is`);
}
