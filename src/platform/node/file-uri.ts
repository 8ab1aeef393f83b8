import { fileURLToPath, pathToFileURL } from "node:url";
import { ArtifactError } from "../../core/errors.ts";

/** Path of a `file:` URI: the one place where a URI becomes a path. Undefined for other schemes. */
export function filePathOf(uri: string): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw new ArtifactError("not-found", `${uri} is not the address of a file`, {}, error);
  }
}

export function fileUriOf(path: string): string {
  return pathToFileURL(path).href;
}
