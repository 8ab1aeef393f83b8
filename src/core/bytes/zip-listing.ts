import { ArtifactError, asArtifactError, corrupt, limitExceeded } from "../errors.ts";
import type { Finding } from "../findings/finding.ts";
import type { Host } from "../host.ts";
import { LIMITS } from "../limits.ts";
import type { Work } from "../work.ts";
import type { ByteSource } from "./source.ts";
import { damagedDirectory, recovered, trailingBytes, wrongCount } from "./zip-findings.ts";
import {
  atSignature,
  findEnd,
  hasSignature,
  readCentral,
  readDirectory,
  SIGNATURE,
  type ZipEnd,
  type ZipEntry,
} from "./zip-records.ts";
import { recoverEntries } from "./zip-recover.ts";

/** An archive's entries, and what was wrong with the list of them. */
export interface ZipListing {
  readonly entries: readonly ZipEntry[];
  readonly findings: readonly Finding[];
  readonly complete: boolean;
  /** Where the members must end: the directory's start, or the end of the file. */
  readonly membersEnd: number;
}

/** Lists an archive by its directory, or by its members' own headers where that is missing or not to be read. */
export async function listZip(source: ByteSource, host: Host, work: Work): Promise<ZipListing> {
  const end = await findEnd(source);
  const directory = end && (await readEntries(source, end, work));
  if (end !== undefined && directory !== undefined && (directory.entries.length > 0 || directory.error === undefined)) {
    const { entries, error } = directory;
    const findings: Finding[] = [];
    if (end.trailing > 0) findings.push(trailingBytes(source, end.trailing));
    if (error !== undefined) findings.push(damagedDirectory(source, entries.length, error));
    else if (!isCount(end, entries.length))
      findings.push(wrongCount(source, end.directoryEnd, end.entries, entries.length));
    const complete = error === undefined && isCount(end, entries.length);
    return { entries, findings, complete, membersEnd: end.directoryStart };
  }
  const head = await source.read(0, Math.min(source.size, 4));
  if (!hasSignature(head, 0, SIGNATURE.local)) {
    const what = `${source.name} is not a zip archive: no directory at its end, no member at its start`;
    throw directory?.error ?? new ArtifactError("not-recognised", what, { offset: 0 });
  }
  const entries = await recoverEntries(source, host, work);
  if (entries.length === 0) {
    const what = `${source.name}: zip archive that is cut inside of its first member's header`;
    throw directory?.error ?? new ArtifactError("truncated", what, { offset: source.size, needed: 1, available: 0 });
  }
  return { entries, findings: [recovered(source, entries.length)], complete: false, membersEnd: source.size };
}

function isCount({ entries, entriesWrap }: ZipEnd, found: number): boolean {
  return entriesWrap ? (found & 0xffff) === entries : found === entries;
}

async function readEntries(
  source: ByteSource,
  end: ZipEnd,
  work: Work,
): Promise<{ readonly entries: readonly ZipEntry[]; readonly error?: ArtifactError }> {
  const entries: ZipEntry[] = [];
  try {
    const cursor = await readDirectory(source, end);
    while (atSignature(cursor, SIGNATURE.central)) {
      if (work.isDue()) await work.checkpoint();
      if (entries.length === LIMITS.zipEntries)
        throw limitExceeded(`${source.name}: entries of the zip directory`, entries.length + 1, LIMITS.zipEntries);
      entries.push(readCentral(cursor, end.prefix));
    }
    // A digital signature (4.3.13) may follow the entries; anything else means that entries are missing.
    if (cursor.remaining > 0 && !isCount(end, entries.length))
      throw corrupt(`${source.name}: no entry of the zip directory at byte ${cursor.offset}`, cursor.offset);
    return { entries };
  } catch (error) {
    const reason = asArtifactError(error, `${source.name}: zip directory`);
    if (["cancelled", "changed", "limit"].includes(reason.code)) throw reason;
    return { entries, error: reason };
  }
}
