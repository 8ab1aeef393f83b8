/**
 * Versions as Python's packages write them (PEP 440): `1.2.2`, `1!2.0rc1`, `1.4.1.post1`, `2.0.dev0+local`.
 * https://peps.python.org/pep-0440/
 */
export interface Version {
  readonly epoch: number;
  readonly release: readonly number[];
  readonly pre?: readonly ["a" | "b" | "rc", number];
  readonly post?: number;
  readonly dev?: number;
  readonly local?: readonly (string | number)[];
}

const PATTERN = new RegExp(
  [
    String.raw`^\s*v?(?:(\d+)!)?(\d+(?:\.\d+)*)`,
    String.raw`(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?`,
    String.raw`(?:-(\d+)|[-_.]?(post|rev|r)[-_.]?(\d*))?`,
    String.raw`(?:[-_.]?(dev)[-_.]?(\d*))?`,
    String.raw`(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?\s*$`,
  ].join(""),
  "i",
);

const PRE: Readonly<Record<string, "a" | "b" | "rc">> = {
  a: "a",
  alpha: "a",
  b: "b",
  beta: "b",
  c: "rc",
  pre: "rc",
  preview: "rc",
  rc: "rc",
};

/** Undefined for what is no version of this form. */
export function parseVersion(text: string): Version | undefined {
  const found = text.length > 128 ? null : PATTERN.exec(text);
  if (found === null) return undefined;
  const [, epoch, release = "", pre, preNumber, bare, post, postNumber, dev, devNumber, local] = found;
  const phase = pre === undefined ? undefined : PRE[pre.toLowerCase()];
  return {
    epoch: Number(epoch ?? 0),
    release: release.split(".").map(Number),
    ...(phase === undefined ? {} : { pre: [phase, Number(preNumber ?? 0)] as const }),
    ...(bare === undefined && post === undefined ? {} : { post: Number(bare ?? postNumber ?? 0) }),
    ...(dev === undefined ? {} : { dev: Number(devNumber ?? 0) }),
    ...(local === undefined
      ? {}
      : {
          local: local
            .toLowerCase()
            .split(/[-_.]/)
            .map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
        }),
  };
}

/** Negative when `a` is older than `b`, 0 when they are the same version (1.0 is 1.0.0). */
export function compareVersions(a: Version, b: Version): number {
  return (
    a.epoch - b.epoch ||
    compareNumbers(a.release, b.release) ||
    comparePre(a, b) ||
    // No post release is older than any; no development release is newer than any.
    (a.post ?? -1) - (b.post ?? -1) ||
    compareDev(a.dev, b.dev) ||
    compareLocal(a.local, b.local)
  );
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const PHASES = ["dev", "a", "b", "rc", "final"];

/** `1.0.dev1` comes before `1.0a1`: a development release of no pre-release is the oldest. */
function comparePre(a: Version, b: Version): number {
  const phase = (v: Version): number =>
    PHASES.indexOf(v.pre?.[0] ?? (v.dev !== undefined && v.post === undefined ? "dev" : "final"));
  return phase(a) - phase(b) || (a.pre?.[1] ?? 0) - (b.pre?.[1] ?? 0);
}

function compareDev(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  return b === undefined ? -1 : a - b;
}

function compareLocal(a: Version["local"], b: Version["local"]): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i];
    const right = b[i];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (typeof left === "number" && typeof right === "number") return left - right;
    if (typeof left === "number") return 1;
    if (typeof right === "number") return -1;
    return left < right ? -1 : 1;
  }
  return 0;
}

/** How far two versions are apart: the first part of the release that differs. */
export function differenceOf(a: Version, b: Version): "major" | "minor" | "patch" {
  if (a.epoch !== b.epoch || a.release[0] !== b.release[0]) return "major";
  return (a.release[1] ?? 0) === (b.release[1] ?? 0) ? "patch" : "minor";
}

/** True for the same text, and for a version that is told in part: 1.7 may be 1.7.6. */
export function isOneVersion(one: unknown, other: unknown): boolean {
  if (typeof one !== "string" || typeof other !== "string") return false;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return one === other || (/^\d+(?:\.\d+)+$/.test(short) && long.startsWith(`${short}.`));
}
