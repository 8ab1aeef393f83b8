/** Leading parts of addresses that whole models move under: `module.`, `model.`, `steps.clf.`. */

/** Dots and brackets that begin a new segment, those inside of quotes left out. */
function segmentStarts(path: string): readonly number[] {
  const starts: number[] = [];
  let isQuoted = false;
  for (let at = 0; at < path.length && starts.length < DEEPEST; at++) {
    const character = path[at];
    if (character === "\\" && isQuoted) at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === "." && !isQuoted) starts.push(at + 1);
  }
  return starts;
}

/** Segments of a prefix: wrappers nest two or three deep. */
const DEEPEST = 4;
/** Prefixes that are tried on each side, the most frequent ones. */
const TRIED = 12;

/** A prefix on the old side that became another one on the new side; either may be empty. */
export interface PrefixChange {
  readonly old: string;
  readonly next: string;
}

/**
 * The change of prefix that brings most of the unmatched addresses together; undefined when none does for at least half of
 * the addresses that have it. `isMatch` says whether two addresses may be one parameter.
 */
export function findPrefixChange(
  old: readonly string[],
  next: ReadonlySet<string>,
  isMatch: (oldPath: string, nextPath: string) => boolean,
): PrefixChange | undefined {
  const oldPrefixes = frequentPrefixes(old);
  const nextPrefixes = frequentPrefixes([...next]);
  let best: (PrefixChange & { readonly matched: number }) | undefined;
  for (const from of oldPrefixes)
    for (const to of nextPrefixes) {
      if (from === to) continue;
      let [having, matched] = [0, 0];
      for (const path of old) {
        if (!path.startsWith(from)) continue;
        having++;
        const renamed = to + path.slice(from.length);
        if (next.has(renamed) && isMatch(path, renamed)) matched++;
      }
      if (matched * 2 >= having && matched > (best?.matched ?? 0)) best = { old: from, next: to, matched };
    }
  return best;
}

/** The empty prefix first, so that of equal matches the shortest change wins. */
function frequentPrefixes(paths: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths)
    for (const start of segmentStarts(path)) {
      const prefix = path.slice(0, start);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  const frequent = [...counts].sort((a, b) => b[1] - a[1] || a[0].length - b[0].length).slice(0, TRIED);
  return ["", ...frequent.map(([prefix]) => prefix)];
}

/**
 * An address as a person would compare it with that of another library: the last name, in lower case, without the
 * underscores that mark fitted attributes, in the singular.
 */
export function plainName(path: string): string {
  const last = path.split(".").at(-1) ?? path;
  const name = last
    .replaceAll(/["[\]]/g, "")
    .replaceAll(/^_+|_+$/g, "")
    .toLowerCase();
  return SYNONYMS.get(name) ?? name;
}

const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ["coefs", "coef"],
  ["coefficient", "coef"],
  ["coefficients", "coef"],
  ["weights", "weight"],
  ["intercepts", "intercept"],
  ["biases", "bias"],
]);
