import { createHash } from "node:crypto";
import path from "node:path";
import { pieces } from "../../core/bytes/digest.ts";
import type { ByteSource } from "../../core/bytes/source.ts";
import { ArtifactError } from "../../core/errors.ts";
import { type Finding, finding } from "../../core/findings/finding.ts";
import { DVC_POINTER_BYTES, type DvcOutput, parseDvcFile } from "../../core/formats/pointers/dvc.ts";
import { type LfsPointer, parseLfsPointer } from "../../core/formats/pointers/lfs.ts";
import { LIMITS } from "../../core/limits.ts";
import { type Fact, POINTER_FACT } from "../../core/model/artifact.ts";
import { say, type Sentence } from "../../core/model/sentence.ts";
import { byteText } from "../../core/view/viewer.ts";
import type { Work } from "../../core/work.ts";
import { dvcObjectPaths, dvcRootOf } from "./dvc-cache.ts";
import { type FileSource, openFile } from "./file.ts";
import { gitFolderOf } from "./git-folder.ts";
import { lfsObjectPaths } from "./lfs-objects.ts";
import { type CommandPlace, dvcCommand, lfsCommand } from "./pointer-commands.ts";

export interface PointerPlace extends CommandPlace {
  /** Where the repository is looked for, in this order: the file's folder; where a program was started. */
  readonly folders: readonly string[];
}

export interface FollowOptions {
  /** Objects up to this size have their digest checked; LIMITS.pointerDigestBytes when absent. */
  readonly digestBytes?: number;
}

/** The object that a pointer stands for. */
export interface Followed {
  readonly object: FileSource;
  readonly facts: readonly Fact[];
  readonly findings: readonly Finding[];
}

/** A pointer whose object cannot be read here: what to do about it. */
export interface NotFollowed {
  readonly missing: Sentence;
}

/** What a pointer says of its object, whichever tool wrote it. Digests are hexadecimal digits and nothing else. */
interface Kept {
  readonly tool: "Git LFS" | "DVC";
  readonly algorithm: "sha256" | "md5";
  readonly digest: string;
  readonly size?: number;
  /** Old DVC hashed texts with other line ends than they have. */
  readonly isTextChanged?: boolean;
}

/**
 * Follows a Git LFS or DVC pointer into the store that the tool keeps on this machine. Undefined when the bytes are no
 * pointer. Nothing is fetched and no program is run; a path that is opened is made of a store's folder and the digits
 * of a digest, so that no pointer leads anywhere else.
 */
export async function followPointer(
  pointer: ByteSource,
  place: PointerPlace,
  work: Work,
  options: FollowOptions = {},
): Promise<Followed | NotFollowed | undefined> {
  if (pointer.size === 0 || pointer.size > DVC_POINTER_BYTES) return undefined;
  const text = new TextDecoder().decode(await pointer.read(0, pointer.size));
  const lfs = parseLfsPointer(text);
  if (lfs !== undefined) return followLfs(lfs, pointer.name, place, work, options);
  const outputs = parseDvcFile(text);
  return outputs === undefined ? undefined : followDvc(outputs, pointer.name, place, work, options);
}

async function followLfs(
  { oid, size, extensions }: LfsPointer,
  name: string,
  place: PointerPlace,
  work: Work,
  options: FollowOptions,
): Promise<Followed | NotFollowed | undefined> {
  const kept: Kept = { tool: "Git LFS", algorithm: "sha256", digest: oid, size };
  let command: string | undefined;
  for (const folder of place.folders) {
    const git = await gitFolderOf(folder);
    if (git === undefined) continue;
    command ??= await lfsCommand(git, place);
    if (extensions.length > 0)
      return {
        missing: say(
          "{name} is a Git LFS pointer whose content went through {extensions} before it was stored, which only Git LFS undoes. Run: {command}",
          { name, extensions: extensions.join(", "), command },
        ),
      };
    const object = await firstThere(await lfsObjectPaths(git, oid), name);
    if (object !== undefined) return followed(object, kept, work, options);
  }
  if (command === undefined) return undefined;
  return {
    missing: say(
      "{name} is a Git LFS pointer. The model itself ({size}) is not on this machine; to fetch it, run: {command}",
      { name, size: byteText(size), command },
    ),
  };
}

async function followDvc(
  outputs: readonly DvcOutput[],
  name: string,
  place: PointerPlace,
  work: Work,
  options: FollowOptions,
): Promise<Followed | NotFollowed | undefined> {
  const own = withoutSuffix(name);
  const isOwn = ({ path: each }: DvcOutput): boolean => path.posix.basename(each) === own.replace(/ \([^()]*\)$/, "");
  const output = outputs.length === 1 ? outputs[0] : outputs.find(isOwn);
  if (output === undefined)
    return {
      missing: say("{name} is a DVC file of {count} files; it is not known which one is meant.", {
        name,
        count: outputs.length,
      }),
    };
  if (output.isFolder)
    return { missing: say("{name} is a DVC pointer to a folder. Open one of the files in that folder.", { name }) };
  const { md5, size, isLegacy } = output;
  const kept: Kept = {
    tool: "DVC",
    algorithm: "md5",
    digest: md5,
    ...(size === undefined ? {} : { size }),
    isTextChanged: isLegacy,
  };
  let command: string | undefined;
  for (const folder of place.folders) {
    const root = await dvcRootOf(folder);
    if (root === undefined) continue;
    command ??= dvcCommand(root, place);
    const object = await firstThere(await dvcObjectPaths(root, md5), own);
    if (object !== undefined) return followed(object, kept, work, options);
  }
  if (command === undefined) return undefined;
  return {
    missing: say("{name} is a DVC pointer. The model itself is not on this machine; to fetch it, run: {command}", {
      name,
      command,
    }),
  };
}

/** "model.joblib.dvc" stands for model.joblib; "model.joblib.dvc (HEAD)", as a view names a revision, too. */
function withoutSuffix(name: string): string {
  return name.replace(/\.dvc( \([^()]*\))?$/i, "$1");
}

async function firstThere(paths: readonly string[], name: string): Promise<FileSource | undefined> {
  for (const each of paths) {
    try {
      return await openFile(each, { name });
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code !== "not-found") throw error;
    }
  }
  return undefined;
}

async function followed(object: FileSource, kept: Kept, work: Work, options: FollowOptions): Promise<Followed> {
  const { tool, algorithm, digest } = kept;
  const value = `${tool} pointer (${algorithm} ${digest.slice(0, 12)}…)`;
  const facts = [{ id: POINTER_FACT, label: "Read through", value }];
  try {
    return { object, facts, findings: await differences(object, kept, work, options) };
  } catch (error) {
    await object.close();
    throw error;
  }
}

/** An object that is not what its pointer says is shown, and said to be another. */
async function differences(
  object: FileSource,
  { tool, algorithm, digest, size, isTextChanged }: Kept,
  work: Work,
  { digestBytes = LIMITS.pointerDigestBytes }: FollowOptions,
): Promise<readonly Finding[]> {
  const { name } = object;
  if (size !== undefined && object.size !== size)
    return [
      finding(
        object.size < size ? "integrity/truncated" : "integrity/corrupt",
        "error",
        say("The {tool} object of {name} has {found} bytes; its pointer says {expected}. Fetch it again.", {
          tool,
          name,
          found: object.size,
          expected: size,
        }),
      ),
    ];
  if (object.size > digestBytes) return [];
  const hash = createHash(algorithm);
  let isText = true;
  for await (const piece of pieces(object, work)) {
    hash.update(piece);
    isText &&= !piece.includes(0);
  }
  const found = hash.digest("hex");
  if (found === digest || (isTextChanged === true && isText)) return [];
  return [
    finding(
      "integrity/corrupt",
      "error",
      say(
        "The {tool} object of {name} is not the one that its pointer names: its {algorithm} is {found}. Fetch it again.",
        {
          tool,
          name,
          algorithm,
          found,
        },
      ),
    ),
  ];
}
