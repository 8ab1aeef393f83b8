/** The last attribute or key of an address, without positions behind it: `coefs_` of `steps.mlp.coefs_[0]`. */
export function lastName(path: string): string {
  if (!path.endsWith("]")) return path.slice(path.lastIndexOf(".") + 1);
  const bare = path.replace(/(?:\[[\d, ]*\])+$/, "");
  const quoted = /\["((?:[^"\\]|\\.)*)"\]$/.exec(bare)?.[1];
  return quoted ?? bare.slice(bare.lastIndexOf(".") + 1);
}

/** The address of what holds the last part of an address: `steps.mlp` of `steps.mlp.coefs_`. */
export function parentPath(path: string): string {
  const end = Math.max(path.lastIndexOf("."), path.lastIndexOf("["));
  return end < 0 ? "" : path.slice(0, end);
}

/** "a, b, c", "a, b, c … (+4)": lists that read the same in every language. */
export function enumerate(names: readonly string[], shown = 3): string {
  const more = names.length - shown;
  return names.slice(0, shown).join(", ") + (more > 0 ? ` … (+${more})` : "");
}
