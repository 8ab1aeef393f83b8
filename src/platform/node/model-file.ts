import path from "node:path";
import { ArtifactError } from "../../core/errors.ts";
import type { IdentifiedSource } from "../../core/open.ts";
import { english } from "../../core/model/sentence.ts";
import type { Work } from "../../core/work.ts";
import { type FileSource, openFile } from "./file.ts";
import { type FollowOptions, followPointer, type PointerPlace } from "./pointer-objects.ts";

/** A file, or the object that it is a pointer to. */
export type ModelFile = FileSource & Pick<IdentifiedSource, "facts" | "findings" | "missing">;

export interface ModelFileOptions extends FollowOptions {
  /** What is known beyond the path itself, of a file that git or another tool put elsewhere for a while. */
  readonly place?: Partial<PointerPlace>;
}

/**
 * Opens a file; a Git LFS or DVC pointer is followed to its object where that is on this machine. A file that is not
 * there but has its `.dvc` file beside it is read from DVC's cache. Errors are those of `openFile`; a pointer whose
 * object is not here opens, with the reason as `missing`.
 */
export async function openModelFile(file: string, work: Work, options: ModelFileOptions = {}): Promise<ModelFile> {
  let pointer: FileSource;
  try {
    pointer = await openFile(file);
  } catch (error) {
    if (error instanceof ArtifactError && error.code === "not-found")
      return openThroughSidecar(file, error, work, options);
    throw error;
  }
  return followed(pointer, { folders: [path.dirname(file)], path: file, ...options.place }, work, options);
}

async function followed(
  pointer: FileSource,
  place: PointerPlace,
  work: Work,
  options: ModelFileOptions,
): Promise<ModelFile> {
  try {
    const result = await followPointer(pointer, place, work, options);
    if (result === undefined) return pointer;
    if ("missing" in result) return { ...pointer, missing: result.missing };
    await pointer.close();
    const { object, facts, findings } = result;
    return { ...object, facts, findings };
  } catch (error) {
    await pointer.close();
    throw error;
  }
}

async function openThroughSidecar(
  file: string,
  notThere: ArtifactError,
  work: Work,
  options: ModelFileOptions,
): Promise<ModelFile> {
  const sidecar = await openFile(`${file}.dvc`).catch(() => undefined);
  if (sidecar === undefined) throw notThere;
  const place = { folders: [path.dirname(file)], ...options.place, path: `${file}.dvc` };
  const source = await followed(sidecar, place, work, options);
  if (source.path !== sidecar.path) return source;
  await source.close();
  throw new ArtifactError(
    "not-found",
    source.missing === undefined ? notThere.message : `${notThere.message}; ${english(source.missing)}`,
  );
}
