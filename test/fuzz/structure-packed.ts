import * as zlib from "node:zlib";
import { forgeZip } from "../support/zip-builder.ts";
import type { Change } from "./change.ts";
import type { Random } from "./random.ts";

const MAX_OUTPUT = 4_000_000;

/** A stream of zlib or gzip. */
export function isPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x78 || (bytes[0] === 0x1f && bytes[1] === 0x8b);
}

/** Changes what lies in the stream, and packs it again: else its checksum is all that is tested. */
export const inPacked =
  (change: Change): Change =>
  (bytes, random) => {
    try {
      const inside = new Uint8Array(zlib.unzipSync(bytes, { maxOutputLength: MAX_OUTPUT }));
      const other = change(inside, random);
      return new Uint8Array(bytes[0] === 0x78 ? zlib.deflateSync(other) : zlib.gzipSync(other));
    } catch {
      return bytes; // Changed before so that it is no stream any more.
    }
  };

interface Member {
  readonly name: string;
  readonly content: Uint8Array;
}

/** Members as the directory lists them; undefined for what is no whole archive. */
function members(bytes: Uint8Array): Member[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: Member[] = [];
  for (let at = 0; at + 46 <= bytes.length; at++) {
    if (bytes[at] !== 0x50 || view.getUint32(at, true) !== 0x02014b50) continue;
    const offset = view.getUint32(at + 42, true);
    if (offset + 30 > bytes.length) return undefined;
    const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
    const stored = bytes.subarray(start, start + view.getUint32(at + 20, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + view.getUint16(at + 28, true)));
    const isDeflated = view.getUint16(at + 10, true) === 8;
    const content = isDeflated ? zlib.inflateRawSync(stored, { maxOutputLength: MAX_OUTPUT }) : stored;
    found.push({ name, content: new Uint8Array(content) });
  }
  return found;
}

/** Changes one member of an archive, its checksum put right, or which members there are. */
export const inMember =
  (change: Change): Change =>
  (bytes, random) => {
    try {
      const all = members(bytes) ?? [];
      if (all.length === 0) return bytes;
      return forgeZip(changed(all, change, random).map((member) => ({ ...member, method: random.below(2) * 8 })));
    } catch {
      return bytes;
    }
  };

function changed(all: readonly Member[], change: Change, random: Random): readonly Member[] {
  const which = random.below(all.length);
  const member = all[which];
  if (member === undefined) return all;
  switch (random.below(8)) {
    case 0:
      return all.filter((_, k) => k !== which);
    case 1:
      return [...all, member];
    case 2:
      return [...all, { name: random.pick(all).name, content: member.content }];
    default:
      return all.map((each, k) => (k === which ? { ...each, content: change(each.content, random) } : each));
  }
}
