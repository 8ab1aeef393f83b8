import { classOf, dictPairs } from "../../meaning/anatomy.ts";
import { indexPath, keyPath, rootKeyPath } from "../../meaning/path.ts";
import type { Artifact } from "../../model/artifact.ts";
import { isNode, type Node, type Value } from "../../model/value.ts";

/** Tables, series and distributions: NaN is a missing value there, infinity an open end. */
const DATA = /^(?:pandas|scipy(?!\.sparse)|pyarrow|polars|xarray)(?:\.|$)/;
/** Dicts and lists around data are looked through this far. */
const DEPTH = 4;

/**
 * Tells whether an address leads into an object that holds data, not the parameters of a model. Only for files without a
 * model of a known library: in those every array counts.
 */
export function withinData({ root, imports, estimators, framework }: Artifact): (path: string) => boolean {
  if (estimators.length > 0 || framework !== undefined || !imports.some(({ module }) => DATA.test(module)))
    return () => false;
  const found = new Set<string>();
  const seen = new Set<Node>();
  const look = (value: Value | undefined, path: string, depth: number): void => {
    if (!isNode(value) || depth > DEPTH || seen.has(value)) return;
    seen.add(value);
    if (value.kind === "object" && DATA.test(classOf(value).module)) found.add(path);
    else if (value.kind === "list") value.items.forEach((item, i) => look(item, indexPath(path, i), depth + 1));
    else if (value.kind === "dict")
      for (const { key, value: held } of dictPairs(value))
        if (typeof key === "string") look(held, depth === 0 ? rootKeyPath(key, false) : keyPath(path, key), depth + 1);
  };
  look(root, "", 0);
  return (path) => found.has("") || found.has(path) || beginnings(path).some((beginning) => found.has(beginning));
}

/** The address up to each of its first dots and brackets. */
function beginnings(path: string): string[] {
  return [...path.slice(0, 1000).matchAll(/[.[]/g)].slice(0, 8 * DEPTH).map(({ index }) => path.slice(0, index));
}
