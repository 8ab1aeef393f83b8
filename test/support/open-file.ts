import { fileURLToPath } from "node:url";
import { type OpenOptions, openArtifact } from "../../src/core/open.ts";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";

/** Opens a file as the server and the command line do, and gives it to `look`; the file is closed afterwards. */
export async function withArtifact<T>(
  path: string,
  look: (artifact: Artifact) => Promise<T> | T,
  options: OpenOptions = {},
): Promise<T> {
  const source = await openFile(path);
  try {
    return await look(await openArtifact(source, nodeHost(), quietWork(), options));
  } finally {
    await source.close();
  }
}

/** A path below `test/`. */
export function testPath(relative: string): string {
  return fileURLToPath(new URL(`../${relative}`, import.meta.url));
}
