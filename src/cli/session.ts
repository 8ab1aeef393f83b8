import path from "node:path";
import type { Host } from "../core/host.ts";
import type { Artifact } from "../core/model/artifact.ts";
import { type OpenOptions, openArtifact } from "../core/open.ts";
import type { Work } from "../core/work.ts";
import { type FileSource, openFile } from "../platform/node/file.ts";
import { siblingsOf } from "../platform/node/siblings.ts";
import type { Arguments } from "./arguments.ts";

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

/** Opens a file for the time of `use`; the file is closed whatever happens. */
export async function withArtifact<T>(
  session: Session,
  file: string,
  use: (artifact: Artifact, source: FileSource) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const full = path.resolve(session.cwd, file);
  const source = await openFile(full);
  const siblings = siblingsOf(full);
  try {
    const own = { name: path.basename(full), siblings };
    const artifact = await openArtifact(source, session.host, session.work, { ...own, ...options });
    return await use(artifact, source);
  } finally {
    await siblings.close();
    await source.close();
  }
}
