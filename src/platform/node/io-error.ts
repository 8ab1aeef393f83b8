import { ArtifactError } from "../../core/errors.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  EBUSY: "in use by another program",
  EMFILE: "too many open files",
  ENOSPC: "no space is left on the disk",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EFBIG: "the file system does not hold files that large",
  EIO: "the disk reported an error",
  ENAMETOOLONG: "the name is too long",
};

function reasonOf(error: unknown): { code: string; reason: string } {
  const code = (error as NodeJS.ErrnoException).code ?? "unknown";
  return { code, reason: REASONS[code] ?? (error instanceof Error ? error.message : String(error)) };
}

export function readError(path: string, error: unknown): ArtifactError {
  const { code, reason } = reasonOf(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return new ArtifactError("not-found", `${path}: there is no such file`, {}, error);
  if (code === "EISDIR") return new ArtifactError("not-recognised", `${path} is a folder`, {}, error);
  return new ArtifactError("refused", `${path} cannot be read: ${reason} (${code})`, {}, error);
}

export function writeError(path: string, error: unknown): ArtifactError {
  const { code, reason } = reasonOf(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return new ArtifactError("not-found", `${path} cannot be written: its folder does not exist`, {}, error);
  return new ArtifactError("refused", `${path} cannot be written: ${reason} (${code})`, {}, error);
}

export function existsError(path: string): ArtifactError {
  return new ArtifactError("refused", `${path} exists already; nothing was overwritten`);
}
