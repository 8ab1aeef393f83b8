/**
 * What a person calls the file of a URI: its name, and for a revision which one: `model.joblib (HEAD)`. The git
 * extension keeps the revision in the query as `{"path":...,"ref":...}`, where `~` is the index.
 */
export function uriName(uri: string): string {
  const [, path = uri, query = ""] = /^([^?#]*)(?:\?([^#]*))?/.exec(uri) ?? [];
  const name = decoded(path.slice(path.lastIndexOf("/") + 1));
  const ref = uri.startsWith("git:") ? gitRef(decoded(query)) : undefined;
  return ref === undefined ? name : `${name} (${ref})`;
}

/** The names of two files; those of the same name with the nearest folder that tells them apart: `v3/iris.txt`. */
export function uriNames(oldUri: string, newUri: string): readonly [string, string] {
  const names = [uriName(oldUri), uriName(newUri)] as const;
  if (names[0] !== names[1]) return names;
  const [old, next] = [foldersOf(oldUri), foldersOf(newUri)];
  for (let at = 1; at <= Math.max(old.length, next.length); at += 1) {
    const [was, is] = [old.at(-at), next.at(-at)];
    if (was === is) continue;
    const named = (folder: string | undefined, name: string): string =>
      folder === undefined ? name : `${folder}/${at > 1 ? "…/" : ""}${name}`;
    return [named(was, names[0]), named(is, names[1])];
  }
  return names;
}

function foldersOf(uri: string): readonly string[] {
  const [path = ""] = /^[^?#]*/.exec(uri) ?? [];
  return path
    .replace(/^[a-z][a-z\d+.-]*:(?:\/\/[^/]*)?/i, "")
    .split("/")
    .slice(0, -1)
    .filter((folder) => folder !== "")
    .map(decoded);
}

const SHA = /^[0-9a-f]{40}$/;

function gitRef(query: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(query);
    if (typeof parsed !== "object" || parsed === null || !("ref" in parsed)) return undefined;
    const { ref } = parsed;
    if (typeof ref !== "string" || ref === "") return "index";
    if (ref.startsWith("~")) return "index";
    return SHA.test(ref) ? ref.slice(0, 8) : ref;
  } catch {
    return undefined;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
