/**
 * Versions and dates inside file names: `lr_params_v1.2.3.joblib`, `model-2024-01-05.pkl`, `rf_1.3.0rc2.npz`,
 * `net.epoch10.safetensors`. Only what tells two versions of one model apart; never a claim about what a name means.
 */

/** A name with the places of its version cut out. Names with the same `frame` are versions of the same thing. */
export interface VersionedName {
  /** Everything else, lower-cased, each version replaced by a mark: `lr_params_v\0.joblib`. */
  readonly frame: string;
  /** In the order they stand in the name: a date and a version may both be there. */
  readonly versions: readonly Version[];
}

export interface Version {
  /** Digits as written, without leading zeros; no number type could hold every time stamp. */
  readonly numbers: readonly string[];
  /** Before the release of the same number (`rc1`), or after it (`post1`); absent for the release. */
  readonly stage?: { readonly rank: number; readonly number: string };
}

const MARK = "\0";

/** Order of stages around the release, which is 0. */
const STAGES: Readonly<Record<string, number>> = {
  dev: -5,
  snapshot: -5,
  nightly: -5,
  alpha: -4,
  a: -4,
  beta: -3,
  b: -3,
  pre: -2,
  preview: -2,
  rc: -1,
  c: -1,
  post: 1,
  rev: 1,
  hotfix: 1,
  patch: 1,
};

const STAGE =
  "(?:[-_.]?(dev|snapshot|nightly|alpha|a|beta|b|preview|pre|rc|c|post|rev|hotfix|patch)[-_.]?(\\d*)(?![a-z]))?";
/** 2024-01-05, 2024_01_05, 20240105, each with an optional time: T10-20-30, _1020, 102030. */
const DATE =
  /(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?:[-_.t ]?([01]\d|2[0-3])[-_.:h]?([0-5]\d)(?:[-_.:m]?([0-5]\d))?z?)?(?!\d)/gi;
/** 1.2, 1.2.3, v1_2_3; or one number after a v or the word version. */
const DOTTED = new RegExp(`(?<![\\d.])v?(\\d+(?:\\.\\d+)+)${STAGE}(?:\\+[0-9a-z.]+)?(?![\\d])`, "gi");
const LETTER_V = new RegExp(`(?<![a-z])(?:v|ver|version)[-_. ]?(\\d+(?:[_-]\\d+)*)${STAGE}(?!\\d)`, "gi");
/** One number that stands apart, or after a word that counts. */
const PLAIN = /(?<![a-z\d])(?:(?:epoch|step|iter|checkpoint|ckpt|run|rev|r)[-_. =]?)?(\d+)(?![a-z\d])/gi;

interface Found {
  readonly start: number;
  readonly end: number;
  readonly version: Version;
}

/** The version of a name; undefined when it has none. The extension is not part of it. */
export function parseVersionedName(name: string): VersionedName | undefined {
  const lower = name.toLowerCase();
  const stem = lower.slice(0, lower.length - extensionOf(lower).length);
  let found = strong(stem);
  // A bare number is a version only when nothing clearer is there, and then the last one: "resnet50_2" is number 2.
  if (found.length === 0) found = matches(stem, PLAIN, (m) => ({ numbers: [trimmed(m[1])] })).slice(-1);
  if (found.length === 0) return undefined;
  let frame = "";
  let at = 0;
  for (const { start, end } of found) {
    frame += stem.slice(at, start) + MARK;
    at = end;
  }
  return { frame: frame + lower.slice(at), versions: found.map(({ version }) => version) };
}

/**
 * The extension with its dot, compound ones whole (`.pkl.gz`); "" when there is none. Parts that are versions are not
 * extensions: `model.v2.pkl` ends in `.pkl`, `weights_1.3.0.rc1` has none.
 */
export function extensionOf(name: string): string {
  const parts: string[] = [];
  let rest = name;
  for (;;) {
    const match = /^(.+)(\.[a-z][a-z0-9]*)$/i.exec(rest);
    const [, before, last] = match ?? [];
    if (before === undefined || last === undefined || isVersionPart(last) || parts.length === 2) break;
    parts.unshift(last);
    rest = before;
  }
  return parts.join("");
}

const VERSION_PART = new RegExp(`^\\.(?:v|ver|version|epoch|step|iter|${Object.keys(STAGES).join("|")})\\d+$`, "i");

function isVersionPart(part: string): boolean {
  return VERSION_PART.test(part);
}

function strong(stem: string): readonly Found[] {
  const dates = matches(stem, DATE, (m) => ({
    numbers: [m[1], m[3], m[4], m[5], m[6], m[7]].filter((text) => text !== undefined).map(trimmed),
  }));
  const dotted = matches(stem, DOTTED, (m) => withStage((m[1] ?? "").split("."), m[2], m[3]));
  const lettered = matches(stem, LETTER_V, (m) => withStage((m[1] ?? "").split(/[-_]/), m[2], m[3]));
  const taken: Found[] = [];
  for (const each of [...dates, ...dotted, ...lettered]) {
    if (taken.some((other) => each.start < other.end && other.start < each.end)) continue;
    const after = taken.findIndex((other) => other.start > each.start);
    taken.splice(after < 0 ? taken.length : after, 0, each);
  }
  return taken;
}

function matches(text: string, pattern: RegExp, read: (match: RegExpMatchArray) => Version): readonly Found[] {
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    version: read(match),
  }));
}

function withStage(numbers: readonly string[], word: string | undefined, number: string | undefined): Version {
  const rank = word === undefined ? undefined : STAGES[word];
  const plain = numbers.map(trimmed);
  return rank === undefined ? { numbers: plain } : { numbers: plain, stage: { rank, number: trimmed(number) } };
}

function trimmed(digits: string | undefined): string {
  return (digits ?? "").replace(/^0+(?=\d)/, "") || "0";
}

function compareNumbers(a = "0", b = "0"): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Negative when `a` is the older. 1.2 and 1.2.0 are the same version; 1.3.0rc1 is before 1.3.0. */
export function compareVersions(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.numbers.length, b.numbers.length); i++) {
    const order = compareNumbers(a.numbers[i], b.numbers[i]);
    if (order !== 0) return order;
  }
  const stage = (a.stage?.rank ?? 0) - (b.stage?.rank ?? 0);
  return stage !== 0 ? stage : compareNumbers(a.stage?.number, b.stage?.number);
}
