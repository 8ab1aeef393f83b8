import { isPathBelow, type Siblings } from "../../bytes/siblings.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError } from "../../errors.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { ReadContext } from "../format.ts";

/** What a flavor's folder has its parameters in, the likeliest first: folders themselves cannot be listed. */
const IN_FOLDER = [
  "model.pth",
  "model.keras",
  "model.h5",
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "model/model.safetensors",
  "model/saved_model.pb",
  "saved_model.pb",
  "model.onnx",
  "model.pkl",
  "python_model.pkl",
  "saved_model.h5",
  "model.weights.h5",
];

/** A file with parameters, read as opening it alone would. */
export interface Opened {
  /** From the folder of the MLmodel. */
  readonly path: string;
  readonly raw: RawArtifact;
}

/** Opens what a flavor names. The reason where it is not there, or is no model that can be read. */
export async function openNamed(
  path: string,
  siblings: Siblings,
  readInner: NonNullable<ReadContext["readInner"]>,
): Promise<Opened | ArtifactError | undefined> {
  let failed: ArtifactError | undefined;
  for (const each of [path, ...IN_FOLDER.map((name) => `${path}/${name}`)]) {
    try {
      const source = await open(siblings, each);
      if (source === undefined) continue;
      const name = each.slice(each.lastIndexOf("/") + 1);
      return { path: each, raw: await readInner(source, name, siblingsAt(siblings, each)) };
    } catch (error) {
      const reason = asArtifactError(error, `reading ${each}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      // A folder cannot be opened: what is in it can.
      failed = each === path ? reason : (failed ?? reason);
      if (each !== path) return reason;
    }
  }
  return failed;
}

function open(siblings: Siblings, path: string): Promise<ByteSource | undefined> {
  if (!isPathBelow(path)) return Promise.resolve(undefined);
  if (!path.includes("/")) return siblings.open(path);
  return siblings.openBelow?.(path) ?? Promise.resolve(undefined);
}

/** The files beside one in a folder below. */
function siblingsAt(siblings: Siblings, path: string): Siblings {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return {
    own: path.slice(folder.length),
    open: (name) => (name.includes("/") ? Promise.resolve(undefined) : open(siblings, folder + name)),
    openBelow: (below) => open(siblings, folder + below),
  };
}
