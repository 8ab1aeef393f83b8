/** As few as these are told one by one. */
const FEW = 3;

/**
 * Things of one kind that a file has many of, under addresses that differ in positions only (`stages[0].leafValues`,
 * `stages[1].leafValues`): told once, where there are more than a few. In the order of the first of each kind. `kind` tells
 * apart what has the same address otherwise.
 */
export function alike<T extends { readonly path: string }>(
  all: readonly T[],
  kind: (one: T) => string = () => "",
): readonly (readonly [T, ...T[]])[] {
  const kinds = new Map<string, [T, ...T[]]>();
  for (const one of all) {
    const key = `${kind(one)}\n${one.path.replaceAll(POSITION, "[]")}`;
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, [one]);
    else known.push(one);
  }
  return [...kinds.values()].flatMap((group): readonly [T, ...T[]][] =>
    group.length > FEW ? [group] : group.map((one) => [one]),
  );
}

/** `[0]`, `[0, 1]`, and the number of a layer: `.0` before a dot or the end. */
const POSITION = /\[\d+(?:, \d+)*\]|\.\d+(?=\.|$)/g;
