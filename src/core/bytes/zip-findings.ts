import type { ArtifactError } from "../errors.ts";
import { CappedFindings } from "../findings/capped.ts";
import { type Finding, finding } from "../findings/finding.ts";
import { say } from "../model/sentence.ts";
import { placeIn } from "./place.ts";
import type { ByteSource } from "./source.ts";
import { climbs } from "./zip-names.ts";
import { LOCAL_BYTES, type ZipEntry } from "./zip-records.ts";

/** What can be wrong with an archive, in words. */

export function trailingBytes(archive: ByteSource, length: number): Finding {
  return finding(
    "integrity/trailing-bytes",
    "warning",
    say("{length} bytes follow the end of the zip archive; they were not read.", { length }),
    { ...placeIn(archive, archive.size - length, length), evidence: { bytes: String(length) } },
  );
}

export function wrongCount(archive: ByteSource, offset: number, said: number, found: number): Finding {
  return finding(
    "integrity/corrupt",
    "warning",
    say("The zip archive says that it has {said} members, its directory lists {found}.", { said, found }),
    { ...placeIn(archive, offset, 0), evidence: { said: String(said), found: String(found) } },
  );
}

export function damagedDirectory(archive: ByteSource, found: number, reason: ArtifactError): Finding {
  const offset = reason.place.offset ?? 0;
  return finding(
    reason.code === "truncated" ? "integrity/truncated" : "integrity/corrupt",
    "error",
    say("The zip directory is damaged after {found} members: {reason}. Further members may be missing here.", {
      found,
      reason: reason.message,
    }),
    placeIn(archive, offset, 0),
  );
}

export function recovered(archive: ByteSource, found: number): Finding {
  return finding(
    "integrity/truncated",
    "error",
    say(
      "The zip archive has no directory at its end, as if it was cut at byte {size}. {found} members were found by their own headers; others may be missing.",
      { size: archive.size, found },
    ),
    { ...placeIn(archive, archive.size, 0), evidence: { members: String(found), size: String(archive.size) } },
  );
}

/** Names that would climb out of a folder, and names that occur twice. */
export function nameFindings(archive: ByteSource, entries: readonly ZipEntry[]): Finding[] {
  const found = new CappedFindings();
  const seen = new Map<string, number>();
  for (const { name, headerOffset } of entries) {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    const place = { ...placeIn(archive, headerOffset, LOCAL_BYTES), evidence: { member: name } };
    const why = climbs(name);
    if (why !== undefined)
      found.add(
        finding(
          "integrity/corrupt",
          "warning",
          say(
            'The name of member "{name}" {why}. Here a name is only a label; other programs may unpack it to an unexpected place.',
            { name, why },
          ),
          place,
        ),
      );
    if (count === 2)
      found.add(
        finding(
          "integrity/duplicate-name",
          "warning",
          say('The zip archive has several members named "{name}"; readers take the last one.', { name }),
          place,
        ),
      );
  }
  return found.all();
}

export function overlapping(archive: ByteSource, entry: ZipEntry, next: ZipEntry): Finding {
  return finding(
    "integrity/corrupt",
    "error",
    say(
      'The bytes of member "{name}" run into member "{next}"; an archive that inflates to far more than it holds looks like this. It was not read.',
      {
        name: entry.name,
        next: next.name,
      },
    ),
    {
      ...placeIn(archive, entry.headerOffset, LOCAL_BYTES + entry.nameBytes.length + entry.compressedSize),
      evidence: { member: entry.name, next: next.name },
    },
  );
}

/** The directory and the member's own header, or the member's range, do not fit together. */
export function contradiction(archive: ByteSource, name: string, offset: number, problem: string): Finding {
  return finding(
    "integrity/corrupt",
    "warning",
    say('The zip directory does not fit member "{name}": {problem}.', { name, problem }),
    { ...placeIn(archive, offset, LOCAL_BYTES), evidence: { member: name } },
  );
}

export function cutMember(archive: ByteSource, name: string, start: number, found: number, needed: number): Finding {
  return finding(
    "integrity/truncated",
    "error",
    say('Member "{name}" of the zip archive is cut: {found} of its {needed} bytes are there.', { name, found, needed }),
    { ...placeIn(archive, start, found), evidence: { member: name, found: String(found), needed: String(needed) } },
  );
}

/** Readers of zip archives go by the last directory: what lies before its first member is not theirs. */
export function otherArchive(source: ByteSource, end: number): Finding {
  const sentence = say(
    "Another archive stands before this one, up to byte {end}. It is not read: several files were put together to one.",
    { end },
  );
  return finding("integrity/not-read", "warning", sentence, placeIn(source, 0, end));
}
