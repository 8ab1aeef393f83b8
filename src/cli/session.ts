import path from "node:path";
import type { Host } from "../core/host.ts";
import type { Artifact } from "../core/model/artifact.ts";
import { type OpenOptions, openArtifact } from "../core/open.ts";
import type { Work } from "../core/work.ts";
import { type ModelFile, openModelFile } from "../platform/node/model-file.ts";
import { modelFileOf } from "../platform/node/model-folder.ts";
import { siblingsOf } from "../platform/node/siblings.ts";
import type { Arguments } from "./arguments.ts";
import { UsageError } from "./usage.ts";

/** Where a command writes: `out` is standard output, `note` standard error. */
export interface Output {
  out(text: string): void;
  note(text: string): void;
}

/** What every command gets. */
export interface Session {
  readonly host: Host;
  readonly work: Work;
  readonly output: Output;
  readonly arguments: Arguments;
  /** Relative paths start here. */
  readonly cwd: string;
}

export interface SessionOpenOptions extends OpenOptions {
  /** Bytes of an object behind a pointer whose digest is checked. */
  readonly digestBytes?: number;
}

/** Opens a file, or what it is a pointer to, for the time of `use`; the file is closed whatever happens. */
export async function withArtifact<T>(
  session: Session,
  file: string,
  use: (artifact: Artifact, source: ModelFile) => Promise<T>,
  { digestBytes, ...options }: SessionOpenOptions = {},
): Promise<T> {
  refuseDash(file);
  const given = path.resolve(session.cwd, file);
  const full = await modelFileOf(given);
  const place = { folders: [path.dirname(full), ...gitFolders(session.cwd)] };
  const source = await openModelFile(full, session.work, { place, ...(digestBytes !== undefined && { digestBytes }) });
  const siblings = siblingsOf(full);
  try {
    const own = { name: path.basename(given), siblings };
    const artifact = await openArtifact(source, session.host, session.work, { ...own, ...options });
    return await use(artifact, source);
  } finally {
    await siblings.close();
    await source.close();
  }
}

/** Models are read from where their header points to, in any order: a pipe cannot do that. */
export function refuseDash(file: string): void {
  if (file === "-")
    throw new UsageError("standard input and output are not taken: name a file (one that is called - is ./-)");
}

/** Git writes revisions to a temporary folder: their repository is the one it was started in, or says it is. */
function gitFolders(cwd: string): readonly string[] {
  const named = process.env["GIT_DIR"];
  return named === undefined || named === "" ? [cwd] : [cwd, path.resolve(cwd, named)];
}
