import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Work } from "../../work.ts";
import type { BundleMember } from "./member.ts";

const BLOCK = 512;
/** Type letters of members that have no content of their own, and what they are. */
const KINDS: Readonly<Record<string, string>> = {
  "1": "a hard link",
  "2": "a symbolic link",
  "3": "a device",
  "4": "a device",
  "6": "a pipe",
  S: "a sparse file",
  V: "the name of a volume",
  M: "the rest of a file of another volume",
};

/** A header whose checksum is right; the first member of any tar, old ones without "ustar" too. */
export function isTar(head: Uint8Array): boolean {
  return head.length >= BLOCK && head[0] !== 0 && hasChecksum(head.subarray(0, BLOCK));
}

/** Members up to a fault, and the fault. */
export interface TarListing {
  readonly members: readonly BundleMember[];
  readonly error?: Error;
  /** Byte after the last member. */
  readonly end: number;
}

/** What a pax header or a GNU member says of the member after it. */
interface Extra {
  name?: string;
  link?: string;
  size?: number;
  isSparse?: boolean;
}

/**
 * Lists a tar archive by its headers: ustar, pax and GNU long names. Names are labels, never places on a disk. Reads one
 * block a member.
 */
export async function listTar(source: ByteSource, work: Work): Promise<TarListing> {
  const members: BundleMember[] = [];
  let at = 0;
  let extra: Extra = {};
  let global: Extra = {};
  try {
    while (at < source.size) {
      if (work.isDue()) await work.checkpoint();
      if (source.size - at < BLOCK) throw truncated(`${source.name}: tar header`, at, BLOCK, source.size - at);
      const block = await source.read(at, at + BLOCK);
      // The end is two blocks of zeros; writers pad with more.
      if (block.every((byte) => byte === 0)) return { members, end: at };
      if (!hasChecksum(block)) throw corrupt(`${source.name}: the tar header at byte ${at} has a wrong checksum`, at);
      const type = String.fromCharCode(block[156] ?? 0);
      const size =
        (type === "x" || type === "g" ? undefined : (extra.size ?? global.size)) ?? sizeIn(source, block, at);
      const start = at + BLOCK;
      const stored = /[1-6]/.test(type) ? 0 : size;
      if (start + stored > source.size && /[xgLK]/.test(type))
        throw truncated(`${source.name}: tar member`, start, stored, source.size - start);
      const next = start + Math.ceil(stored / BLOCK) * BLOCK;
      if (type === "x") extra = { ...extra, ...(await pax(source, start, size)) };
      else if (type === "g") global = { ...global, ...(await pax(source, start, size)) };
      else if (type === "L") extra.name = await longText(source, start, size);
      else if (type === "K") extra.link = await longText(source, start, size);
      else {
        if (members.length >= LIMITS.bundleEntries)
          throw limitExceeded(`${source.name}: members`, members.length + 1, LIMITS.bundleEntries, at);
        members.push(memberOf(source, block, at, type, size, { ...global, ...extra }));
        extra = {};
        if (start + stored > source.size)
          throw truncated(`${source.name}: tar member`, start, stored, source.size - start);
      }
      at = next;
    }
    // Without the zeros that end it, nobody knows whether more should follow.
    throw truncated(`${source.name}: end of the tar archive`, Math.min(at, source.size), BLOCK, 0);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { members, error, end: Math.min(at, source.size) };
  }
}

function memberOf(
  source: ByteSource,
  block: Uint8Array,
  at: number,
  type: string,
  size: number,
  extra: Extra,
): BundleMember {
  const name = extra.name ?? nameIn(block);
  const start = at + BLOCK;
  const end = Math.min(source.size, start + size);
  const kind = extra.isSparse === true ? "a sparse file" : KINDS[type];
  const isFolder = type === "5" || (name.endsWith("/") && kind === undefined);
  const link = extra.link ?? text(block, 157, 100);
  const problem =
    kind === undefined ? undefined : kind.endsWith("link") ? `it is ${kind} to "${link}"` : `it is ${kind}`;
  return {
    name,
    size,
    offset: at,
    isFolder,
    ...(problem === undefined ? {} : { problem }),
    open: () => Promise.resolve(slice(source, start, end, name)),
  };
}

/** name, or prefix/name in ustar. GNU uses the place of the prefix for times. */
function nameIn(block: Uint8Array): string {
  const name = text(block, 0, 100);
  const isUstar = text(block, 257, 6) === "ustar" && block[262] === 0;
  const prefix = isUstar ? text(block, 345, 155) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

/** Octal text, or, from the first bit on, a number in base 256. */
function sizeIn(source: ByteSource, block: Uint8Array, at: number): number {
  const field = block.subarray(124, 136);
  const wrong = (): Error => corrupt(`${source.name}: the tar header at byte ${at} has no size that can be`, at);
  if (((field[0] ?? 0) & 0x80) !== 0) {
    const bytes = [(field[0] ?? 0) & 0x7f, ...field.subarray(1)];
    const size = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    if (!Number.isSafeInteger(size)) throw wrong();
    return size;
  }
  const digits = text(field, 0, 12).trim();
  if (!/^[0-7]*$/.test(digits)) throw wrong();
  return digits === "" ? 0 : Number.parseInt(digits, 8);
}

/** The sum of the header's bytes, its own place counted as spaces; some writers summed signed bytes. */
function hasChecksum(block: Uint8Array): boolean {
  const stored = text(block, 148, 8).trim();
  if (!/^[0-7]+$/.test(stored)) return false;
  let unsigned = 0;
  let signed = 0;
  for (const [i, byte] of block.entries()) {
    const value = i >= 148 && i < 156 ? 32 : byte;
    unsigned += value;
    signed += value > 127 ? value - 256 : value;
  }
  const wanted = Number.parseInt(stored, 8);
  return wanted === unsigned || wanted === signed;
}

/** Records of a pax header: "27 path=a/long/name\n", the number being the record's own length. */
async function pax(source: ByteSource, start: number, size: number): Promise<Extra> {
  if (size > LIMITS.tarHeaderBytes)
    throw limitExceeded(`${source.name}: bytes of a pax header`, size, LIMITS.tarHeaderBytes, start);
  const bytes = await source.read(start, start + size);
  const extra: Extra = {};
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? 0 : Number(utf8.decode(bytes.subarray(at, space)));
    if (!Number.isSafeInteger(length) || length <= space - at + 1 || at + length > bytes.length)
      throw corrupt(`${source.name}: a pax record at byte ${start + at} has no length that can be`, start + at);
    const record = utf8.decode(bytes.subarray(space + 1, at + length - 1));
    const equals = record.indexOf("=");
    const key = record.slice(0, equals);
    const value = record.slice(equals + 1);
    if (key === "path" || key === "GNU.sparse.name") extra.name = value;
    else if (key === "linkpath") extra.link = value;
    else if (key === "size") {
      const number = Number(value);
      if (!/^\d+$/.test(value) || !Number.isSafeInteger(number))
        throw corrupt(`${source.name}: a pax record at byte ${start + at} has no size that can be`, start + at);
      extra.size = number;
    }
    if (key.startsWith("GNU.sparse.")) extra.isSparse = true;
    at += length;
  }
  return extra;
}

async function longText(source: ByteSource, start: number, size: number): Promise<string> {
  if (size > LIMITS.tarHeaderBytes)
    throw limitExceeded(`${source.name}: bytes of a long name`, size, LIMITS.tarHeaderBytes, start);
  const bytes = await source.read(start, start + size);
  return text(bytes, 0, bytes.length);
}

const utf8 = new TextDecoder("utf-8");

/** Up to the first zero byte. */
function text(bytes: Uint8Array, at: number, length: number): string {
  const field = bytes.subarray(at, at + length);
  const end = field.indexOf(0);
  return utf8.decode(end < 0 ? field : field.subarray(0, end));
}
