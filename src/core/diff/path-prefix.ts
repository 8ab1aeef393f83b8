/** Leading parts of addresses that whole models move under: `module.`, `model.`, `steps.clf.`. */

/** Dots and brackets that begin a new segment, those inside of quotes left out. */
function segmentStarts(path: string): readonly number[] {
  const starts: number[] = [];
  let isQuoted = false;
  for (let at = 0; at < path.length && starts.length < DEEPEST; at++) {
    const code = path.charCodeAt(at);
    if (code === BACKSLASH && isQuoted) at++;
    else if (code === QUOTE) isQuoted = !isQuoted;
    else if (code === DOT && !isQuoted) starts.push(at + 1);
  }
  return starts;
}

const [BACKSLASH, QUOTE, DOT] = [0x5c, 0x22, 0x2e];

/** Segments of a prefix: wrappers nest two or three deep. */
const DEEPEST = 4;
/** Prefixes that are tried on each side, the most frequent ones. */
const TRIED = 12;
/** A prefix of fewer than one in so many addresses is no wrapper of a model. */
const RAREST = 100;
/** Addresses that are looked at before all are. */
const SAMPLED = 64;

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
  for (const from of oldPrefixes) {
    const having = from === "" ? old : old.filter((path) => path.startsWith(from));
    const some = sample(having);
    for (const to of nextPrefixes) {
      if (from === to) continue;
      const isFound = (path: string): boolean => {
        const renamed = to + path.slice(from.length);
        return next.has(renamed) && isMatch(path, renamed);
      };
      // A change that holds for half of them shows in some of a few.
      if (!some.some(isFound)) continue;
      const matched = having.filter(isFound).length;
      // One address alone says something where all of it is in the other; `a.weight` and `b.weight` may be anything.
      const isEnough = matched >= 2 || from === "" || to === "";
      if (isEnough && matched * 2 >= having.length && matched > (best?.matched ?? 0))
        best = { old: from, next: to, matched };
    }
  }
  return best;
}

function sample(paths: readonly string[]): readonly string[] {
  const step = Math.ceil(paths.length / SAMPLED);
  return step <= 1 ? paths : Array.from({ length: SAMPLED }, (_, at) => paths[at * step] ?? "");
}

/** The empty prefix first, so that of equal matches the shortest change wins. */
function frequentPrefixes(paths: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const path of paths)
    for (const start of segmentStarts(path)) {
      const prefix = path.slice(0, start);
      counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
    }
  const least = Math.ceil(paths.length / RAREST);
  const frequent = [...counts]
    .filter(([, count]) => count >= least)
    .sort((a, b) => b[1] - a[1] || a[0].length - b[0].length)
    .slice(0, TRIED);
  return ["", ...frequent.map(([prefix]) => prefix)];
}

/**
 * An address with quoted keys as plain parts: a checkpoint's `model["encoder.0.weight"]` is `encoder.0.weight` below a prefix.
 */
export function unquoted(path: string): string {
  if (!path.includes('["')) return path;
  return path.replace(
    /\["((?:[^"\\]|\\.)*)"\]/g,
    (_, key: string, at: number) => `${at === 0 ? "" : "."}${key.replace(/\\(.)/g, "$1")}`,
  );
}

/**
 * An address as a person would compare it with that of another library: the last name, in lower case, without the
 * underscores that mark fitted attributes, in the singular.
 */
export function plainName(path: string): string {
  const last = path.slice(path.lastIndexOf(".") + 1);
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
