import { type ArtifactError, asArtifactError, corrupt } from "../errors.ts";
import { type Finding, finding } from "../findings/finding.ts";
import type { Host } from "../host.ts";
import { say } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import { pieces } from "./digest.ts";
import { placeIn } from "./place.ts";
import type { ByteSource } from "./source.ts";

/** A source whose content has a checksum. */
export interface CheckedSource extends ByteSource {
  /**
   * Reads everything and compares. Gives the finding if it does not fit, or cannot be read to its end; from then on
   * reads no longer throw for it, since it is known.
   */
  verify(work: Work): Promise<Finding | undefined>;
}

/**
 * Follows reads from front to back, in whatever pieces, with a CRC-32; the read that completes the content throws
 * `corrupt` when it does not fit. A conversion or comparison reads everything in order, so none works on damaged bytes
 * unknowingly; a window costs nothing.
 */
export function checked(inner: ByteSource, expected: number, host: Host): CheckedSource {
  let crc = 0;
  let reached = 0;
  let isKnown = false;
  const mismatch = (found: number): ArtifactError =>
    corrupt(`${inner.name}: CRC-32 of the content is ${crcText(found)}, the archive says ${crcText(expected)}`, 0);
  const follow = (start: number, end: number, bytes: Uint8Array): void => {
    if (reached < start || reached >= end) return;
    crc = host.crc32(bytes.subarray(reached - start), crc);
    reached = end;
    if (reached < inner.size) return;
    const found = crc;
    crc = 0;
    reached = 0;
    if (found !== expected && !isKnown) throw mismatch(found);
  };
  const source: CheckedSource = {
    size: inner.size,
    name: inner.name,
    async read(start, end) {
      const bytes = await inner.read(start, end);
      follow(start, end, bytes);
      return bytes;
    },
    async verify(work) {
      let found = 0;
      let read = 0;
      try {
        for await (const piece of pieces(inner, work)) {
          found = host.crc32(piece, found);
          read += piece.length;
        }
      } catch (error) {
        const reason = asArtifactError(error, `reading ${inner.name}`);
        if (reason.code === "cancelled" || reason.code === "changed") throw reason;
        isKnown = true;
        return stopped(inner, read, reason);
      }
      if (found === expected) return undefined;
      isKnown = true;
      return damaged(inner, found, expected);
    },
  };
  return inner.origin === undefined ? source : { ...source, origin: inner.origin };
}

function crcText(crc: number): string {
  return `0x${crc.toString(16).padStart(8, "0")}`;
}

function damaged(source: ByteSource, found: number, expected: number): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say("{name} is damaged: the checksum of its bytes is {found}, and was {expected} when it was written.", {
      name: source.name,
      found: crcText(found),
      expected: crcText(expected),
    }),
    { ...placeIn(source, 0, source.size), evidence: { found: crcText(found), expected: crcText(expected) } },
  );
}

function stopped(source: ByteSource, read: number, reason: ArtifactError): Finding {
  return finding(
    reason.code === "truncated" ? "integrity/truncated" : "integrity/corrupt",
    "error",
    say("{name} cannot be read to its end: {reason}.", { name: source.name, reason: reason.message }),
    { ...placeIn(source, 0, source.size), evidence: { read: String(read), size: String(source.size) } },
  );
}
