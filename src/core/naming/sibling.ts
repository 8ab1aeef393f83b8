import { compareVersions, parseVersionedName, type VersionedName } from "./version.ts";

/**
 * Of the names in one folder, the nearest lower version of `name`: the same name but for its version or date. Undefined
 * when `name` has no version or nothing lower is there.
 */
export function previousSibling(name: string, others: readonly string[]): string | undefined {
  const own = parseVersionedName(name);
  if (own === undefined) return undefined;
  let best: { readonly name: string; readonly parsed: VersionedName } | undefined;
  for (const other of others) {
    const parsed = other === name ? undefined : parseVersionedName(other);
    if (parsed?.frame !== own.frame || compareNames(parsed, own) >= 0) continue;
    if (best === undefined || compareNames(parsed, best.parsed) > 0) best = { name: other, parsed };
  }
  return best?.name;
}

function compareNames(a: VersionedName, b: VersionedName): number {
  for (const [i, version] of a.versions.entries()) {
    const other = b.versions[i];
    const order = other === undefined ? 0 : compareVersions(version, other);
    if (order !== 0) return order;
  }
  return 0;
}
