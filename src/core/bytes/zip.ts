import { type ArtifactError, corrupt, unsupported } from "../errors.ts";
import { CappedFindings } from "../findings/capped.ts";
import type { Finding } from "../findings/finding.ts";
import type { Host, InflateKind } from "../host.ts";
import type { Work } from "../work.ts";
import { type CheckedSource, checked } from "./checked.ts";
import { InflatedCache, inflatedSource } from "./inflated.ts";
import { type ByteSource, slice } from "./source.ts";
import { contradiction, cutMember, nameFindings, otherArchive, overlapping } from "./zip-findings.ts";
import { listZip } from "./zip-listing.ts";
import { DEFLATED, hasSignature, LOCAL_BYTES, readLocal, SIGNATURE, STORED, type ZipEntry } from "./zip-records.ts";

/** A member as the archive lists it. Its name is a label and never a path on disk. */
export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Of the member's own header, in the archive's bytes. */
  readonly headerOffset: number;
  /** Absent where the archive was cut before it. */
  readonly crc32?: number;
  readonly isFolder: boolean;
  /** Why its content cannot be read: encrypted, compressed in another way, over another member. */
  readonly problem?: ArtifactError;
}

/**
 * The bytes of a member. Stored ones are a range of the archive, with an `origin`; compressed ones inflate on demand.
 * `verify` tests the checksum.
 */
export interface ZipContent extends CheckedSource {
  /** What does not fit between the directory and the member itself. */
  readonly findings: readonly Finding[];
}

/** A zip archive's members, without any of their bytes. Nothing is ever unpacked to disk. */
export interface ZipDirectory {
  /** In directory order; a name that occurs twice is listed twice, and readers take the last. */
  readonly members: readonly ZipMember[];
  readonly findings: readonly Finding[];
  /** False when the directory is damaged or lost, so that members may be missing. */
  readonly complete: boolean;
  /** Reads the member's own header. Throws the member's `problem`, `corrupt` or `truncated`. */
  open(member: ZipMember): Promise<ZipContent>;
}

/**
 * Reads the directory of a zip archive: stored and compressed members, zip64, bytes before the archive. A lost directory
 * is made up for from the members' own headers. Throws `not-recognised` when there is neither.
 */
export async function openZip(source: ByteSource, host: Host, work: Work): Promise<ZipDirectory> {
  const { entries, findings, complete, membersEnd } = await listZip(source, host, work);
  const overlaps = findOverlaps(entries);
  const overlapFindings = new CappedFindings();
  for (const [entry, next] of overlaps) overlapFindings.add(overlapping(source, entry, next));
  const cache = new InflatedCache();
  const before = await archiveBefore(source, entries);
  return {
    members: entries.map((entry) => memberOf(source, entry, overlaps.has(entry))),
    findings: [...findings, ...nameFindings(source, entries), ...overlapFindings.all(), ...before],
    complete: complete && before.length === 0,
    open: (member) => openMember(source, host, cache, member, membersEnd),
  };
}

/** Archives that were put one after another have one directory each, of which readers know the last. */
async function archiveBefore(source: ByteSource, entries: readonly ZipEntry[]): Promise<readonly Finding[]> {
  const first = entries.reduce((least, { headerOffset }) => Math.min(least, headerOffset), source.size);
  if (first === 0 || entries.length === 0) return [];
  const head = await source.read(0, Math.min(source.size, 4));
  return hasSignature(head, 0, SIGNATURE.local) ? [otherArchive(source, first)] : [];
}

/** Members whose bytes run into the next one's, and that one: what makes small archives inflate without bound. */
function findOverlaps(entries: readonly ZipEntry[]): ReadonlyMap<ZipEntry, ZipEntry> {
  const found = new Map<ZipEntry, ZipEntry>();
  const ordered = [...entries].sort((a, b) => a.headerOffset - b.headerOffset);
  for (const [index, entry] of ordered.entries()) {
    const next = ordered[index + 1];
    const least = entry.headerOffset + LOCAL_BYTES + entry.nameBytes.length + entry.compressedSize;
    if (next !== undefined && least > next.headerOffset) found.set(entry, next);
  }
  return found;
}

/** Methods that are read, by what takes them off; most writers only know the first. */
const INFLATERS: Readonly<Record<number, InflateKind>> = {
  [DEFLATED]: "raw",
  12: "bz2",
  14: "zip-lzma",
  93: "zstd",
  95: "xz",
};
const METHODS: Readonly<Record<number, string>> = {
  1: "shrink",
  6: "implode",
  9: "deflate64",
  98: "ppmd",
  99: "AES encryption",
};
const ENCRYPTED_FLAG = 0x0001;

function memberOf(source: ByteSource, entry: ZipEntry, isOverlapping: boolean): ZipMember {
  const { nameBytes: _, flags, ...rest } = entry;
  const member = { ...rest, isFolder: entry.name.endsWith("/") };
  const { method, headerOffset } = entry;
  const what = `member "${entry.name}" of ${source.name}`;
  if ((flags & ENCRYPTED_FLAG) !== 0 && !isStoredPlain(entry))
    return { ...member, problem: unsupported(`${what} is encrypted`, headerOffset) };
  if (method !== STORED && INFLATERS[method] === undefined) {
    const name = METHODS[method];
    const how = name === undefined ? "in an unknown way" : `with ${name}`;
    const problem = unsupported(
      `${what} is compressed ${how} (method ${method}), which is not supported`,
      headerOffset,
    );
    return { ...member, problem };
  }
  if (headerOffset + LOCAL_BYTES > source.size) {
    const problem = corrupt(`${what} is said to begin at byte ${headerOffset} of ${source.size}`, headerOffset);
    return { ...member, problem };
  }
  return isOverlapping ? { ...member, problem: corrupt(`${what} runs into another member`, headerOffset) } : member;
}

/** Encryption puts twelve bytes or more before the content: without them there is none, and PyTorch does not look at the flag. */
function isStoredPlain({ method, compressedSize, size }: ZipEntry): boolean {
  return method === STORED && compressedSize === size;
}

/** Deflate's best: a length of 258 from two bits. */
const DEFLATE_RATIO = 1032;

async function openMember(
  source: ByteSource,
  host: Host,
  cache: InflatedCache,
  member: ZipMember,
  membersEnd: number,
): Promise<ZipContent> {
  if (member.problem !== undefined) throw member.problem;
  const { name, method, headerOffset, compressedSize, size } = member;
  const local = await readLocal(source, headerOffset);
  const findings: Finding[] = [];
  const isSaidEncrypted = (local.flags & ENCRYPTED_FLAG) !== 0;
  const against = (problem: string): number => findings.push(contradiction(source, name, headerOffset, problem));
  if (isSaidEncrypted) against("its own header says that it is encrypted, and it is not");
  if (local.name !== name) against(`its own header names it "${local.name}"`);
  if (local.method !== method) against(`its own header says method ${local.method}, the directory method ${method}`);
  const start = Math.min(local.dataStart, membersEnd);
  const length = Math.min(compressedSize, membersEnd - start);
  if (length < compressedSize) findings.push(cutMember(source, name, start, length, compressedSize));
  const packed = slice(source, start, start + length, `member "${name}" of ${source.name}`);
  if (method === STORED) {
    if (size !== compressedSize) against(`it is stored in ${compressedSize} bytes and should have ${size}`);
    return { ...checkedUnless(length < compressedSize, packed, member, host), findings };
  }
  const kind = INFLATERS[method] ?? "raw";
  // The others have no bound worth the name: bzip2 makes 45 MB of 45 bytes.
  const most = kind === "raw" ? length * DEFLATE_RATIO : Number.MAX_SAFE_INTEGER;
  if (size > most && length === compressedSize) against(`${length} compressed bytes cannot inflate to ${size}`);
  const content = inflatedSource(kind, packed, Math.min(size, most), host, cache, String(headerOffset));
  return { ...checkedUnless(false, content, member, host), findings };
}

/** Of a cut member the checksum says nothing that is not known. */
function checkedUnless(isCut: boolean, content: ByteSource, { crc32 }: ZipMember, host: Host): CheckedSource {
  if (!isCut && crc32 !== undefined) return checked(content, crc32, host);
  return { ...content, verify: () => Promise.resolve(undefined) };
}
