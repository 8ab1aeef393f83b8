import type { ByteSource } from "../../../bytes/source.ts";
import { openZip } from "../../../bytes/zip.ts";
import { ArtifactError, asArtifactError } from "../../../errors.ts";
import type { Host } from "../../../host.ts";
import { LIMITS } from "../../../limits.ts";
import { holdsObjects } from "../../../model/numpy-dtype.ts";
import type { Work } from "../../../work.ts";
import { containerOf, unwrap } from "../../containers.ts";
import { MAGIC, readNpyHeader } from "../../npy/header.ts";
import { probeOf, startsWith, startsWithText, textOf } from "../../probe.ts";
import { listTar } from "../../torch/tar-members.ts";
import { sniffPickle } from "../sniff.ts";

/** A pickle somewhere in a file, or a part of the file that could not be looked at. */
export type Found =
  | { readonly within: string; readonly source: ByteSource; readonly start: number }
  | { readonly within: string; readonly problem: string };

/** Members of a bundle that are looked at. */
const TAR_MEMBERS = 1000;

const NAMED = /\.(?:pkl|pickle|pck|joblib)$/i;

/**
 * Every pickle of a file: the file itself, under compression, in the members of zip and tar archives and of archives in them,
 * and in .npy arrays of objects. `within` says where, outermost first; it is empty for the file itself.
 */
export async function* findPickles(
  source: ByteSource,
  host: Host,
  work: Work,
  within: readonly string[] = [],
): AsyncGenerator<Found> {
  const probe = await probeOf(source, within.at(-1) ?? source.name);
  const place = within.join(" > ");
  if (within.length > LIMITS.innerFiles) {
    yield { within: place, problem: "archives lie too deep in each other" };
    return;
  }
  if (startsWithText(probe.head, "PK\u0003\u0004")) {
    yield* inArchive(source, host, work, within);
    return;
  }
  if (isTar(probe.head)) {
    const { byName, isWhole } = await listTar(source, work, TAR_MEMBERS);
    for (const [name, member] of byName) yield* findPickles(member, host, work, [...within, name]);
    if (!isWhole) yield { within: place, problem: "the tar archive is cut, damaged, or has too many members" };
    return;
  }
  if (startsWith(probe.head, MAGIC)) {
    const { dtype, dataStart } = await readNpyHeader(source);
    if (holdsObjects(dtype)) yield { within: place, source, start: dataStart };
    return;
  }
  const match = sniffPickle(probe);
  if (match !== undefined && match.certainty !== "possible") {
    yield { within: place, source, start: 0 };
    return;
  }
  const packed = containerOf(probe);
  const taken = packed && (await unwrap(source, packed, host, work));
  if (taken !== undefined) {
    yield* findPickles(taken.source, host, work, [...within, taken.id]);
    if (taken.error !== undefined) yield { within: place, problem: taken.error.message };
    return;
  }
  // A name that says so, or nothing else that it could be.
  const isNamed = NAMED.test(probe.name) && source.size > 0;
  if (isNamed || (match !== undefined && within.length === 0)) yield { within: place, source, start: 0 };
}

/** A header whose checksum is right: the sum of its bytes, those of the checksum itself as spaces. */
function isTar(head: Uint8Array): boolean {
  if (head.length < 512) return false;
  const said = /^ *([0-7]{1,7})[\0 ]/.exec(textOf(head.subarray(148, 156)))?.[1];
  let sum = 0;
  for (let k = 0; k < 512; k++) sum += k >= 148 && k < 156 ? 0x20 : (head[k] ?? 0);
  return said !== undefined && Number.parseInt(said, 8) === sum;
}

async function* inArchive(
  source: ByteSource,
  host: Host,
  work: Work,
  within: readonly string[],
): AsyncGenerator<Found> {
  const archive = await openZip(source, host, work);
  for (const member of archive.members) {
    await work.checkpoint();
    if (member.isFolder) continue;
    const path = [...within, member.name];
    try {
      yield* findPickles(await archive.open(member), host, work, path);
    } catch (error) {
      const reason = asArtifactError(error, member.name);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      if (NAMED.test(member.name)) yield { within: path.join(" > "), problem: reason.message };
    }
  }
}

/** Thrown where there is nothing to list. */
export function noPickle(name: string): ArtifactError {
  return new ArtifactError("unsupported", `${name} holds no pickle: there is nothing to list.`);
}
