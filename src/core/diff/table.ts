import { classOf } from "../meaning/anatomy.ts";
import type { Artifact } from "../model/artifact.ts";
import { isNode, type Value } from "../model/value.ts";

/** Data, which nobody trains. */
export function isTable({ root }: Pick<Artifact, "root">): boolean {
  if (!isNode(root) || root.kind !== "object") return false;
  const { module, name } = classOf(root);
  return module.split(".", 1)[0] === "pandas" && (name === "DataFrame" || name === "Series");
}

/** Categories of a table's columns, in the order of their codes: by the column's address. */
export function columnCategories(artifact: Artifact): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { path, value } of isTable(artifact) ? artifact.values : []) {
    const texts = path.endsWith(CATEGORIES) ? textsOf(value) : undefined;
    if (texts !== undefined) found.set(path.slice(0, -CATEGORIES.length), texts);
  }
  return found;
}

const CATEGORIES = ".categories";

function textsOf(value: Value): readonly string[] | undefined {
  if (!isNode(value)) return undefined;
  const items = value.kind === "list" ? value.items : value.kind === "tensor" ? value.objects : undefined;
  return items?.every((item) => typeof item === "string") === true ? items : undefined;
}
