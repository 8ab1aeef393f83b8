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
