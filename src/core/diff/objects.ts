import { isOneVersion } from "../findings/version.ts";
import type { Artifact, NamedValue } from "../model/artifact.ts";
import { readableValue } from "../view/text-cells.ts";
import type { Work } from "../work.ts";
import { compareRecords } from "./records.ts";
import type { ValueChange } from "./report.ts";
import { PRINTED_LENGTH, sameValue } from "./same-value.ts";

export interface ValueChanges {
  readonly hyperparameters: readonly ValueChange[];
  readonly values: readonly ValueChange[];
  /** Paths that could not be compared whole; they are among the changes. */
  readonly undecided: readonly string[];
}

/**
 * Everything with an address that is not a numeric tensor: hyper-parameters apart from the rest. `moved` maps old
 * addresses to new ones, where parameters were found under another prefix. Between formats, metadata that one side alone
 * has is no difference.
 */
export async function compareNamedValues(
  old: Artifact,
  next: Artifact,
  work: Work,
  moved: (path: string) => string = (path) => path,
): Promise<ValueChanges> {
  const [oldValues, nextValues] = [unrepeated(old), unrepeated(next)];
  const after = new Map(nextValues.map((named) => [named.path, named]));
  const before = new Map(oldValues.map((named) => [after.has(named.path) ? named.path : moved(named.path), named]));
  const isLenient = old.format !== next.format;
  const hasOtherPlace = isOtherForm(old, next);
  const hyperparameters: ValueChange[] = [];
  const values: ValueChange[] = [];
  const undecided: string[] = [];
  const tell = (named: NamedValue, change: ValueChange): void => {
    const isSetting = named.role === "hyperparameter" && !(change.kind === "changed" && isNobodys(named.path));
    (isSetting ? hyperparameters : values).push(change);
  };
  for (const [path, named] of after) {
    if (work.isDue()) await work.checkpoint();
    const earlier = before.get(path);
    if (earlier === undefined) {
      if (hasOtherPlace && isOfFormat(path)) continue;
      tell(named, { path, kind: "added", new: await printed(named, work) });
      continue;
    }
    if (path === "version" && isOneVersion(earlier.value, named.value)) continue;
    const rows = await compareRecords(path, earlier.value, named.value, { isLenient, work });
    if (rows !== undefined) {
      for (const change of rows.changes) tell(named, change);
      if (rows.isUndecided) undecided.push(path);
      continue;
    }
    const sameness = await sameValue(earlier.value, named.value, { isLenient, work });
    if (sameness === "same") continue;
    if (sameness === "undecided") undecided.push(path);
    tell(named, { path, kind: "changed", old: await printed(earlier, work), new: await printed(named, work) });
  }
  for (const [path, named] of before)
    if (!after.has(path) && !(hasOtherPlace && isOfFormat(path)))
      tell(named, { path, kind: "removed", old: await printed(named, work) });
  return { hyperparameters, values, undecided };
}

/**
 * What nobody has set: the seed that a fitted estimator was given by the one around it, which drew it; what XGBoost starts from,
 * which it estimates from the data, in the configuration that a pickle keeps of it.
 */
function isNobodys(path: string): boolean {
  if (/(?:^|\.)Config\.learner\.learner_model_param\.base_score$/.test(path)) return true;
  const names = path.split(".").map((part) => part.split("[", 1)[0] ?? "");
  const seed = names.lastIndexOf("random_state");
  // What is fitted has a name that ends, or is hidden by one that begins, with an underscore.
  return names.slice(0, Math.max(0, seed)).some((name) => name.startsWith("_") || name.endsWith("_"));
}

/** Values but for those that say what is shown, and compared, elsewhere. */
function unrepeated({ values, told }: Artifact): readonly NamedValue[] {
  const restated = new Set(told?.restated);
  return restated.size === 0 ? values : values.filter(({ path }) => !restated.has(path));
}

/** Formats, and the forms of one format (Keras in HDF5 and in a zip archive), differ in what they have a place for. */
function isOtherForm(old: Artifact, next: Artifact): boolean {
  return old.format !== next.format || old.container.join() !== next.container.join();
}

/** What a file says beside its model: another format has no place for it, or another one. */
function isOfFormat(path: string): boolean {
  return path === "__metadata__" || path.startsWith("__metadata__.") || path.startsWith("__metadata__[");
}

function printed({ value }: NamedValue, work: Work): Promise<string> {
  return readableValue(value, PRINTED_LENGTH, work);
}

/**
 * Who and what wrote the files: library versions, Python, numpy. Between formats a fact that only one of them can hold is
 * no change.
 */
export function compareEnvironment(old: Artifact, next: Artifact): readonly ValueChange[] {
  const before = environmentOf(old);
  const after = environmentOf(next);
  const changes: ValueChange[] = [];
  for (const [path, value] of after) {
    const earlier = before.get(path);
    if (earlier === undefined) changes.push({ path, kind: "added", new: value });
    else if (!isOneVersion(earlier, value)) changes.push({ path, kind: "changed", old: earlier, new: value });
  }
  for (const [path, value] of before) if (!after.has(path)) changes.push({ path, kind: "removed", old: value });
  return isOtherForm(old, next) ? changes.filter(({ kind }) => kind === "changed") : changes;
}

/** Facts of the bytes that say what is needed to run it. */
export const NEEDED: ReadonlySet<string> = new Set([
  "onnx.ir-version",
  "onnx.opsets",
  "tflite.version",
  "tflite.runtime",
]);

function environmentOf({ environment, framework, facts: ofBytes }: Artifact): ReadonlyMap<string, string> {
  const facts = new Map(ofBytes.filter(({ id }) => NEEDED.has(id)).map(({ id, value }) => [id, value]));
  if (framework?.version !== undefined) facts.set(framework.name, framework.version);
  for (const { id, value } of environment) facts.set(id, value);
  return facts;
}
