/** Something that one or both sides have. */
export interface Couple<T> {
  /** The new side's address; the old one's of what it alone has. */
  readonly path: string;
  readonly old?: T;
  readonly new?: T;
}

/**
 * Both lists as one: in the new side's order, what the old side alone has behind what it stood behind there. `keyOf` of
 * the new side; `newKeyOf` says which of those an old one is, if any.
 */
export function couples<T>(
  old: readonly T[],
  next: readonly T[],
  keyOf: (item: T) => string,
  newKeyOf: (item: T) => string | undefined,
): readonly Couple<T>[] {
  const isThere = new Set(next.map(keyOf));
  const before = new Map<string, T>();
  const alone = new Map<string | undefined, Couple<T>[]>();
  let anchor: string | undefined;
  for (const item of old) {
    const key = newKeyOf(item);
    if (key !== undefined && isThere.has(key) && !before.has(key)) {
      before.set(key, item);
      anchor = key;
      continue;
    }
    const behind = alone.get(anchor) ?? [];
    behind.push({ path: keyOf(item), old: item });
    alone.set(anchor, behind);
  }
  const found: Couple<T>[] = [...(alone.get(undefined) ?? [])];
  for (const item of next) {
    const key = keyOf(item);
    const was = before.get(key);
    found.push({ path: key, new: item, ...(was === undefined ? {} : { old: was }) });
    for (const each of alone.get(key) ?? []) found.push(each);
    alone.delete(key);
  }
  return found;
}
