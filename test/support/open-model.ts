import { openArtifact } from "../../src/core/open.ts";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { siblingsOf } from "../../src/platform/node/siblings.ts";

/** Opens a file on disk with those beside it; values cannot be read afterwards. */
export async function openModel(file: string): Promise<Artifact> {
  const source = await openFile(file);
  const siblings = siblingsOf(file);
  try {
    return await openArtifact(source, nodeHost(), quietWork(), { siblings });
  } finally {
    await siblings.close();
    await source.close();
  }
}
