/** A revision of a file, as the git extension writes it into the query of a `git:` URI. */
export interface GitRevision {
  /** Of the file in the working tree, as the file system writes it. */
  readonly path: string;
  /** "" and `~` are the index, `~1` to `~3` its stages; else what git calls a revision. */
  readonly ref: string;
}

/** Undefined for every other URI. */
export function gitRevision(uri: string): GitRevision | undefined {
  const query = /^git:[^?#]*\?([^#]*)/.exec(uri)?.[1];
  if (query === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(decodeURIComponent(query));
    if (typeof parsed !== "object" || parsed === null || !("path" in parsed) || !("ref" in parsed)) return undefined;
    const { path, ref } = parsed;
    return typeof path === "string" && typeof ref === "string" ? { path, ref } : undefined;
  } catch {
    return undefined;
  }
}

/** What of a revision is in the index: staged, or in conflict. */
export function isIndex({ ref }: GitRevision): boolean {
  return ref === "" || ref.startsWith("~");
}
