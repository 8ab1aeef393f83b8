import { fromBytes } from "../../src/core/bytes/source.ts";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { openArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";

/** Opens one of several files that lie in one folder, of which the others can be found. */
export function openBeside(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<Artifact> {
  const source = (each: string): ReturnType<typeof fromBytes> | undefined => {
    const bytes = files[each];
    return bytes === undefined ? undefined : fromBytes(bytes, each, 0);
  };
  const own = source(name);
  if (own === undefined) throw new Error(`no ${name}`);
  const open = (each: string): Promise<ReturnType<typeof source>> => Promise.resolve(source(each));
  const siblings = { own: name, open, openBelow: open };
  return openArtifact(own, nodeHost(), quietWork(), { siblings });
}
