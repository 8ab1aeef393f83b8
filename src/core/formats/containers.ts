import { type ByteSource, fromBytes, slice } from "../bytes/source.ts";
import { ArtifactError, asArtifactError, unsupported } from "../errors.ts";
import { type Finding, finding } from "../findings/finding.ts";
import type { Host, InflateKind } from "../host.ts";
import { LIMITS } from "../limits.ts";
import { say } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import type { Probe } from "./format.ts";
import { isLikelyText, littleUint, startsWith, startsWithText, textOf } from "./probe.ts";

/** An outer compressed stream: what it is called, and where its deflate stream begins. */
interface Container {
  /** As in `container` of the command line contract. */
  readonly id: "zlib" | "gzip" | "zfile";
  readonly inflate: InflateKind;
  readonly start: number;
}

/** What taking one container off gave. */
export interface Unwrapped {
  readonly id: string;
  readonly source: ByteSource;
  readonly findings: readonly Finding[];
  /** Why the stream ended early; absent when all of it was read. */
  readonly error?: Error;
}

/** The compressions that are told from their first bytes and not read yet. */
const NOT_YET: readonly { readonly what: string; readonly matches: (probe: Probe) => boolean }[] = [
  { what: "bzip2", matches: ({ head }) => /^BZh[1-9]$/.test(textOf(head.subarray(0, 4))) && isBzip2Block(head) },
  { what: "xz", matches: ({ head }) => startsWith(head, [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]) },
  { what: "lzma", matches: isLzmaAlone },
  { what: "lz4", matches: ({ head }) => startsWith(head, [0x04, 0x22, 0x4d, 0x18]) },
  { what: "zstd", matches: ({ head }) => startsWith(head, [0x28, 0xb5, 0x2f, 0xfd]) },
];

/** Throws `unsupported` for a compression that is known but not read yet. */
export function refuseUnreadCompression(probe: Probe): void {
  const row = NOT_YET.find((candidate) => candidate.matches(probe));
  if (row === undefined) return;
  throw unsupported(
    `${probe.name} is compressed with ${row.what}, which is not supported yet (zlib and gzip are). ` +
      "Nothing in it was looked at.",
    0,
  );
}

/** Bits of a compressed block: pi's first digits, or the end-of-stream mark of an empty file (sqrt pi). */
function isBzip2Block(head: Uint8Array): boolean {
  return startsWith(head, [0x31, 0x41, 0x59], 4) || startsWith(head, [0x17, 0x72, 0x45], 4);
}

/** A .lzma header: properties, dictionary size (a power of two or 3 * one in practice), size or -1. */
function isLzmaAlone({ head }: Probe): boolean {
  const dictionary = littleUint(head, 1, 4);
  if (head[0] !== 0x5d || dictionary === undefined || head.length < 13) return false;
  const isPlausible = dictionary >= 0x1000 && (dictionary & (dictionary - 1)) === 0;
  const isUnknownSize = head.subarray(5, 13).every((byte) => byte === 0xff);
  return isPlausible && (isUnknownSize || (littleUint(head, 10, 3) ?? 1) === 0);
}

export function containerOf(probe: Probe): Container | undefined {
  const { head } = probe;
  if (startsWith(head, [0x1f, 0x8b, 0x08])) return { id: "gzip", inflate: "gzip", start: 0 };
  // "x^" is a zlib header too, and the first letters of a formula.
  if (isZlib(head, 0) && !isLikelyText(head)) return { id: "zlib", inflate: "zlib", start: 0 };
  return zfile(head);
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
      return { id: "zfile", inflate: "zlib", start };
  }
  return undefined;
}

/**
 * Inflates into memory, at most LIMITS.inflatedBytes. A stream that ends early or is over the limit is read as far as
 * it goes. Undefined when not one byte came out: then these were not the first bytes of such a stream.
 */
export async function unwrap(
  source: ByteSource,
  container: Container,
  host: Host,
  work: Work,
  limit: number = LIMITS.inflatedBytes,
): Promise<Unwrapped | undefined> {
  const packed = container.start === 0 ? source : slice(source, container.start, source.size);
  const inflated = await host.inflate(container.inflate, packed, limit, work);
  const { bytes, consumed, error } = inflated;
  if (bytes.length === 0 && error !== undefined) return undefined;
  const inner = fromBytes(bytes, source.name);
  const end = container.start + consumed;
  if (error !== undefined)
    return {
      id: container.id,
      source: inner,
      findings: [stopped(container.id, bytes.length, end, source, error)],
      error,
    };
  if (end < source.size) return { id: container.id, source: inner, findings: [trailing(container.id, end, source)] };
  return { id: container.id, source: inner, findings: [] };
}

function stopped(id: string, inflated: number, consumed: number, source: ByteSource, error: Error): Finding {
  const { code, message } = asArtifactError(error, `inflating ${source.name}`);
  const evidence = { inflated: String(inflated), read: String(consumed), size: String(source.size), reason: message };
  const place = { range: { offset: Math.min(consumed, source.size), length: 0 }, evidence };
  if (code === "limit")
    return finding(
      "integrity/limit",
      "error",
      say("The {id} stream inflates to more than {limit} bytes; the rest was not read.", { id, limit: inflated }),
      place,
    );
  if (code === "truncated")
    return finding(
      "integrity/truncated",
      "error",
      say("The {id} stream ends early: all {size} bytes of the file give {inflated} bytes, and more should follow.", {
        id,
        size: source.size,
        inflated,
      }),
      place,
    );
  return finding(
    "integrity/corrupt",
    "error",
    say("The {id} stream is damaged after {inflated} inflated bytes: {reason}.", { id, inflated, reason: message }),
    place,
  );
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
  return name.replace(/\.(?:gz|gzip|z|zlib)$/i, "");
}

/** Thrown when compressed streams are nested deeper than any writer makes them. */
export function tooManyContainers(name: string, depth: number): ArtifactError {
  return new ArtifactError("limit", `${name}: compressed ${depth} times over, which no model file is`);
}
