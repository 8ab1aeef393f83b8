import { append } from "../append.ts";
import type { ByteSource } from "../bytes/source.ts";
import { openZip, type ZipDirectory, type ZipMember } from "../bytes/zip.ts";
import { ArtifactError } from "../errors.ts";
import type { Host } from "../host.ts";
import type { ImportUse } from "../model/artifact.ts";
import { type Sentence, say } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import { probeOf } from "./probe.ts";
import { readEmbeddedPickle } from "./pickle/read.ts";
import { sniffPickle } from "./pickle/sniff.ts";

/** Members that are looked into; an archive with more pickles than this is no model. */
const MEMBERS = 200;
/** A member above this is a tensor's bytes, and would have to be inflated whole. */
const MEMBER_BYTES = 64 * 1024 * 1024;

/**
 * An archive that is not read may still hold a pickle that somebody will load. This says what its pickles would do:
 * the first dangerous import, or that some could not be looked at. Undefined when there is no pickle in it.
 */
export async function pickleWarning(source: ByteSource, host: Host, work: Work): Promise<Sentence | undefined> {
  let pickles = 0;
  let unread = 0;
  try {
    const directory = await openZip(source, host, work);
    for (const member of directory.members) {
      await work.checkpoint();
      if (member.isFolder || pickles >= MEMBERS) continue;
      const named = /\.(?:pkl|pickle|joblib)$/i.test(member.name);
      if (member.problem !== undefined || member.size > MEMBER_BYTES) {
        unread += named ? 1 : 0;
        continue;
      }
      const read = await orNothing(lookAt(member, directory, named, host, work));
      if (read === "none") continue;
      pickles++;
      const found = read?.imports.find((use) => use.class === "dangerous");
      if (found !== undefined) return dangerous(member.name, found);
      unread += read === undefined || read.findings.some((each) => each.severity === "error") ? 1 : 0;
    }
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    return say("What pickles there are in it could not be looked at: {reason}.", { reason: error.message });
  }
  if (unread > 0) return say("Pickles in it that could not be looked at to their end: {count}.", { count: unread });
  return pickles === 0
    ? undefined
    : say("Pickles in it: {count}, with no import that is known to be dangerous.", { count: pickles });
}

async function lookAt(
  member: ZipMember,
  zip: ZipDirectory,
  isNamed: boolean,
  host: Host,
  work: Work,
): Promise<"none" | Awaited<ReturnType<typeof readEmbeddedPickle>>> {
  const content = await zip.open(member);
  const match = sniffPickle(await probeOf(content, member.name));
  if (match === undefined || (match.certainty === "possible" && !isNamed)) return "none";
  return readEmbeddedPickle(content, 0, { host, work, container: ["zip"] });
}

/** Members that are asked whether they are pickles: named as one, or small. */
const ASKED = 100;
const PICKLE_NAME = /\.(?:pkl|pickle|joblib|dill|dat|data|bin|pt|pth|ckpt)$/i;
const SMALL = 1024 * 1024;

/**
 * What pickles in an archive would import that its format has no use for: nobody who reads the archive as that format loads
 * them, and whoever unpacks it may. Offsets are of the archive where the member is stored as it is.
 */
export async function strayImports(source: ByteSource, host: Host, work: Work): Promise<ImportUse[]> {
  const found: ImportUse[] = [];
  const directory = await orNothing(openZip(source, host, work));
  if (directory === undefined) return found;
  const members = directory.members.filter(
    ({ isFolder, name, size, problem }) =>
      !isFolder && problem === undefined && size <= (PICKLE_NAME.test(name) ? MEMBER_BYTES : SMALL),
  );
  for (const member of members.slice(0, ASKED)) {
    await work.checkpoint();
    append(found, (await orNothing(importsOf(member, directory, host, work))) ?? []);
  }
  return found;
}

async function importsOf(member: ZipMember, zip: ZipDirectory, host: Host, work: Work): Promise<ImportUse[]> {
  const content = await zip.open(member);
  if (sniffPickle(await probeOf(content, member.name)) === undefined) return [];
  const { imports } = await readEmbeddedPickle(content, 0, { host, work, container: ["zip"] });
  return imports.map((use) => ({ ...use, offset: use.offset + (content.origin ?? 0) }));
}

/** Undefined for what cannot be read: the archive's own reader says what is wrong, and one member does not hide the next. */
async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
    return undefined;
  }
}

function dangerous(member: string, { module, name, role }: ImportUse): Sentence {
  return role === "call"
    ? say("Do not load it: the pickle {member} in it would call {module}.{name}.", { member, module, name })
    : say("Do not load it: the pickle {member} in it would import {module}.{name}.", { member, module, name });
}
