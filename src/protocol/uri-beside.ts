/**
 * The URI of a file in the same folder, or in one below it (several names), of the same revision. The git extension keeps the path a second time in its
 * query, `{"path":...,"ref":...}`, and reads that one. Undefined where a query says something that is not known here.
 */
export function uriBeside(uri: string, ...names: readonly string[]): string | undefined {
  const parts = /^([^?#]*\/)[^/?#]*(?:\?([^#]*))?(?:#.*)?$/.exec(uri);
  const [, folder, query] = parts ?? [];
  if (folder === undefined) return undefined;
  const beside = `${folder}${names.map(encodeURIComponent).join("/")}`;
  if (query === undefined || query === "") return beside;
  if (!uri.startsWith("git:")) return undefined;
  try {
    const parsed: unknown = JSON.parse(decodeURIComponent(query));
    if (typeof parsed !== "object" || parsed === null || !("path" in parsed)) return undefined;
    const { path } = parsed;
    if (typeof path !== "string") return undefined;
    const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;
    const moved = { ...parsed, path: `${path.slice(0, end)}${names.join(path[end - 1] === "\\" ? "\\" : "/")}` };
    return `${beside}?${encodeURIComponent(JSON.stringify(moved))}`;
  } catch {
    return undefined;
  }
}

/** The name of the file of a URI, without its revision. */
export function fileName(uri: string): string {
  const name = /([^/?#]*)(?:\?[^#]*)?(?:#.*)?$/.exec(uri)?.[1] ?? "";
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
