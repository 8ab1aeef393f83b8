/** The last attribute or key of an address, without positions behind it: `coefs_` of `steps.mlp.coefs_[0]`. */
export function lastName(path: string): string {
  const bare = path.replace(/(?:\[[\d, ]*\])+$/, "");
  const quoted = /\["((?:[^"\\]|\\.)*)"\]$/.exec(bare)?.[1];
  return quoted ?? bare.slice(bare.lastIndexOf(".") + 1);
}

/** The address of what holds the last part of an address: `steps.mlp` of `steps.mlp.coefs_`. */
export function parentPath(path: string): string {
  const end = Math.max(path.lastIndexOf("."), path.lastIndexOf("["));
  return end < 0 ? "" : path.slice(0, end);
}

/** "a", "a and b", "a, b and c", "a, b, c and 4 more". */
export function enumerate(names: readonly string[], shown = 3): string {
  if (names.length <= 1) return names[0] ?? "";
  if (names.length <= shown) return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, shown).join(", ")} and ${names.length - shown} more`;
}
