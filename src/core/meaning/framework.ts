import type { Estimator, Fact, Framework, RawArtifact } from "../model/artifact.ts";
import { isNode, type Value } from "../model/value.ts";
import { attributeOf, classOf } from "./anatomy.ts";
import { isAdapter, libraryOf } from "./libraries.ts";

/**
 * Who made the model: the library of the outermost estimator that has one, the version its state records, and the class
 * of the root (or of the only model in a dict).
 */
export function frameworkOf(root: Value | undefined, estimators: readonly Estimator[]): Framework | undefined {
  const made = estimators.filter(({ library }) => library !== undefined);
  const first = made.find(({ library }) => !isAdapter(library ?? "")) ?? made[0];
  const rootObject = isNode(root) && root.kind === "object" ? root : undefined;
  const name = first?.library ?? (rootObject === undefined ? undefined : libraryOf(classOf(rootObject).module));
  if (name === undefined) return undefined;
  const version =
    first?.version ??
    estimators.find((e) => e.library === name && e.version !== undefined)?.version ??
    (name === "gensim" ? gensimEvents(rootObject).version : undefined);
  const top = topEstimators(estimators);
  const className =
    rootObject === undefined ? (top.length === 1 ? top[0]?.className : undefined) : classOf(rootObject).name;
  return {
    name,
    ...(version === undefined ? {} : { version }),
    ...(className === undefined ? {} : { className }),
  };
}

/** Estimators that are not part of another: no address before a `.` or `[` of theirs is an estimator's. */
export function topEstimators(estimators: readonly Estimator[]): readonly Estimator[] {
  const paths = new Set(estimators.map(({ path }) => path));
  if (paths.has("")) return estimators.filter(({ path }) => path === "");
  const known = new Map<string, boolean>();
  return estimators.filter(({ path }) => !isWithin(parentOf(path), paths, known));
}

/** True when an address or one before it is an estimator's. Siblings share the way up, so it is gone only once. */
function isWithin(path: string, paths: ReadonlySet<string>, known: Map<string, boolean>): boolean {
  const way: string[] = [];
  let found = false;
  for (let at = path; at !== ""; at = parentOf(at)) {
    const before = known.get(at);
    found = before ?? paths.has(at);
    if (found || before !== undefined) break;
    way.push(at);
  }
  for (const each of way) known.set(each, found);
  return found;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("."), path.lastIndexOf("[")));
}

/** What the file tells about where it was made, one fact a library; a version that is not in the file is not guessed. */
export function environmentOf(raw: RawArtifact, estimators: readonly Estimator[]): readonly Fact[] {
  const facts: Fact[] = [];
  for (const [library, versions] of versionsByLibrary(estimators))
    facts.push({ id: library, label: library, value: [...versions].join(", ") });
  const { version, python } = gensimEvents(raw.root);
  if (version !== undefined) facts.push({ id: "gensim", label: "gensim", value: version });
  if (python !== undefined) facts.push({ id: "python", label: "Python", value: python });
  const numpy = numpyGeneration(raw);
  if (numpy !== undefined) facts.push({ id: "numpy", label: "NumPy", value: numpy });
  return facts;
}

function versionsByLibrary(estimators: readonly Estimator[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { library, version } of estimators) {
    if (library === undefined || version === undefined) continue;
    const versions = found.get(library) ?? new Set();
    versions.add(version);
    found.set(library, versions);
  }
  return found;
}

/** numpy 2 moved `numpy.core` to `numpy._core`, and pickles name the module of the numpy that wrote them. */
function numpyGeneration(raw: RawArtifact): string | undefined {
  const modules = (raw.imports ?? []).map(({ module }) => module);
  if (modules.some((module) => module === "numpy._core" || module.startsWith("numpy._core."))) return "2.0 or later";
  if (modules.some((module) => module === "numpy.core" || module.startsWith("numpy.core."))) return "before 2.0";
  return undefined;
}

/** gensim (from 4.0 on) keeps a list of what was done with a model, with the versions it was done by. */
function gensimEvents(root: Value | undefined): { readonly version?: string; readonly python?: string } {
  const events = attributeOf(root, "lifecycle_events");
  if (!isNode(events) || events.kind !== "list") return {};
  for (const event of [...events.items].reverse()) {
    if (!isNode(event) || event.kind !== "dict") continue;
    const version = event.values[event.keys.lastIndexOf("gensim")];
    const python = event.values[event.keys.lastIndexOf("python")];
    if (typeof version !== "string") continue;
    const found = typeof python === "string" ? /^\d+\.\d+(?:\.\d+)?/.exec(python)?.[0] : undefined;
    return found === undefined ? { version } : { version, python: found };
  }
  return {};
}
