import { stat } from "node:fs/promises";
import path from "node:path";
import { isOnNetwork, smallText } from "./small-text.ts";

/** Where a git repository keeps what is not in the working tree. */
export interface GitFolder {
  /** Of the working tree; a bare repository's own folder. */
  readonly root: string;
  /** What all working trees of the repository share: objects, configuration, LFS. */
  readonly common: string;
}

/**
 * The repository that a folder is in, by its layout alone (gitrepository-layout(5)): no program is run, so it is safe
 * where nothing may be run. Undefined when there is none.
 */
export async function gitFolderOf(folder: string): Promise<GitFolder | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const git = path.join(at, ".git");
    const own = (await isGitFolder(git)) ? git : await linkedFolder(git);
    if (own !== undefined) return { root: at, common: await commonFolder(own) };
    if (await isGitFolder(at)) return { root: at, common: await commonFolder(at) };
    if (path.dirname(at) === at) return undefined;
  }
}

async function isGitFolder(folder: string): Promise<boolean> {
  const [head, objects] = await Promise.all([
    isThere(path.join(folder, "HEAD")),
    isThere(path.join(folder, "objects")),
  ]);
  return head && (objects || (await isThere(path.join(folder, "commondir"))));
}

/** `.git` as a file: in a submodule, and in a working tree besides the first, it says where the folder is. */
async function linkedFolder(file: string): Promise<string | undefined> {
  const said = /^gitdir: (.+?)\s*$/.exec((await smallText(file)) ?? "")?.[1];
  if (said === undefined || isOnNetwork(said)) return undefined;
  const folder = path.resolve(path.dirname(file), said);
  return (await isGitFolder(folder)) ? folder : undefined;
}

async function commonFolder(own: string): Promise<string> {
  const said = (await smallText(path.join(own, "commondir")))?.trim() ?? "";
  return said === "" || isOnNetwork(said) ? own : path.resolve(own, said);
}

/** The last value of a key of the repository's own configuration; files that it includes are not looked at. */
export async function gitSetting(git: GitFolder, section: string, key: string): Promise<string | undefined> {
  let isInSection = false;
  let value: string | undefined;
  for (const line of ((await smallText(path.join(git.common, "config"))) ?? "").split(/\r?\n/)) {
    const header = /^\s*\[([^\]"]+?)\s*\]/.exec(line)?.[1];
    if (header !== undefined) isInSection = header.toLowerCase() === section;
    else if (/^\s*\[/.test(line)) isInSection = false;
    const [, name, said] = /^\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (isInSection && name?.toLowerCase() === key && said !== undefined) value = unquoted(said);
  }
  return value;
}

/** The remote that things are fetched from: `origin` where there is one of that name. */
export async function gitRemote(git: GitFolder): Promise<string> {
  const config = (await smallText(path.join(git.common, "config"))) ?? "";
  const names = [...config.matchAll(/^\s*\[\s*remote\s+"([^"\\]+)"\s*\]/gim)].map(([, name = ""]) => name);
  return names.includes("origin") ? "origin" : (names[0] ?? "origin");
}

/** A value as git-config(1) writes it: quotes, escapes, a comment after it. */
function unquoted(text: string): string {
  let out = "";
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"') isQuoted = !isQuoted;
    else if (character === "\\") {
      at += 1;
      out += text[at] ?? "";
    } else if (!isQuoted && (character === "#" || character === ";")) break;
    else out += character;
  }
  return out.trimEnd();
}

async function isThere(at: string): Promise<boolean> {
  return stat(at).then(
    () => true,
    () => false,
  );
}
