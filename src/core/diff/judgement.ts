import { isAbsent } from "../model/absent.ts";
import type { Artifact } from "../model/artifact.ts";
import { type Sentence, say } from "../model/sentence.ts";
import { amount, type Amounts, type Differences, differencesOf } from "./differences.ts";
import { comeAndGone, onlyMoved, retrained } from "./judgement-parameters.ts";
import { isOfPrecision, onlyPrecision } from "./judgement-precision.ts";
import { judgedByTrees, treeSentences } from "./judgement-trees.ts";
import { mayBeOneClass } from "./meaning/rows.ts";
import { NEEDED } from "./objects.ts";
import type { DiffEntry, DiffReport, ElementChange } from "./report.ts";
import { isTable } from "./table.ts";
import type { EnsembleChange } from "./trees/report.ts";

/** What is judged: a report without its judgement. */
export type Facts = Omit<DiffReport, "judgement">;

/** Sentences: more would not be read, and the report has it all. */
const SENTENCES = 3;

/**
 * "What kind of change is this?" in one to three sentences, from facts: what could not be read; what happened to the
 * parameters; what happened to schema, hyper-parameters and environment, or that nothing did. `ensembles`: what became of
 * the trees, with those that are the same.
 */
export function judge(
  old: Artifact,
  next: Artifact,
  facts: Facts,
  farthest: ReadonlyMap<DiffEntry, ElementChange>,
  ensembles: readonly EnsembleChange[] = facts.ensembles,
): readonly Sentence[] {
  if (isAbsent(old) || isAbsent(next)) return oneSided(old, next, facts);
  const byTrees = judgedByTrees(ensembles, facts.entries);
  const differences = byTrees?.differences ?? differencesOf(facts.entries);
  const isAnother = isAnotherClass(old, next);
  const kind = isAnother ? anotherClass(old, next) : kindOfChange(old, next, facts, differences, farthest);
  const ofTrees = isAnother ? [] : (byTrees?.sentences ?? ensembleSentences(facts, kind));
  // What is not of the trees is told first when it changed.
  const isTreesAlone = byTrees !== undefined && ofTrees.length > 0 && differences.changed.length === 0;
  // Said first: what follows is true of what was read.
  const first = [
    ...(facts.complete ? [] : [say("Not everything could be read: what was not read is not compared.")]),
    ...(isTreesAlone ? ofTrees : [kind, ...ofTrees]),
  ];
  const rest = [
    ...schemaSentences(facts, isAnother),
    ...(isAnother || (differences.pairs.length === 0 && !isTreesAlone)
      ? []
      : comeAndGone(differences, isTable(old) && isTable(next))),
    ...settingSentences(old, next, facts, byTrees?.isOfTrees),
    ...environmentSentences(facts),
  ];
  const unchanged = rest.length === 0 && !isAnother ? unchangedSentence(old, next) : undefined;
  return [...first, ...rest, ...(unchanged === undefined ? [] : [unchanged])].slice(0, SENTENCES);
}

/** A file that was added or removed. */
function oneSided(old: Artifact, next: Artifact, { complete }: Facts): readonly Sentence[] {
  const isNew = isAbsent(old);
  if (isNew && isAbsent(next)) return [say("There is no model on either side.")];
  return [
    isNew
      ? say("A new model: there is none on the old side.")
      : say("The model was removed: there is none on the new side."),
    ...(complete ? [] : [say("Not everything could be read: what was not read is not compared.")]),
  ];
}

function isAnotherClass({ framework: old }: Artifact, { framework: next }: Artifact): boolean {
  if (old?.className === undefined || next?.className === undefined || old.className === next.className) return false;
  return !mayBeOneClass(
    { library: old.name, className: old.className },
    { library: next.name, className: next.className },
  );
}

function anotherClass(old: Artifact, next: Artifact): Sentence {
  return say("A different model: {old} became {new}.", {
    old: old.framework?.className ?? "",
    new: next.framework?.className ?? "",
  });
}

/** What happened to the parameters that both sides have. */
function kindOfChange(
  old: Artifact,
  next: Artifact,
  facts: Facts,
  differences: Differences,
  farthest: ReadonlyMap<DiffEntry, ElementChange>,
): Sentence {
  const { pairs, added, removed, same } = differences;
  if (old.parameters.length === 0 && next.parameters.length === 0)
    return hasOtherChanges(facts)
      ? say("Neither side holds parameters; what else they hold differs.")
      : say("Neither side holds parameters, and nothing else differs.");
  // What was not read may be all that the two have in common.
  if (pairs.length === 0 && added.length + removed.length === 0) return say("No parameter could be compared.");
  if (pairs.length === 0)
    return say("A different model: the two sides have no parameter in common ({removed} removed, {added} added).", {
      removed: removed.length,
      added: added.length,
    });
  if (same.length === pairs.length) return identical(old, next, facts, differences);
  return (
    onlyPrecision(differences) ??
    onlyMoved(differences) ??
    retrained(differences, farthest, isTable(old) && isTable(next))
  );
}

function hasOtherChanges(facts: Facts): boolean {
  return facts.schema.length + facts.hyperparameters.length + facts.values.length + facts.environment.length > 0;
}

/** Every parameter has the same bits on both sides. */
function identical(old: Artifact, next: Artifact, facts: Facts, { pairs, renamed }: Differences): Sentence {
  const total = pairs.length;
  if (renamed.length > 0) return amount(renamed, total, RENAMED, { old: renamed[0]?.oldPath ?? "" });
  const [from, to] = [containerOf(old), containerOf(next)];
  if (from !== to && !hasOtherChanges(facts)) return amount(pairs, total, OTHER_CONTAINER, { from, to });
  const apart = pairs.find(({ detail }) => Number(detail?.["byNameChanged"] ?? 0) > 0);
  if (apart === undefined) return amount(pairs, total, isTable(old) && isTable(next) ? SAME_COLUMNS : IDENTICAL);
  return say(
    "The values are identical by position, but their names moved: by name, {changed} of {elements} values of {path} differ.",
    {
      path: apart.path,
      changed: apart.detail?.["byNameChanged"] ?? "",
      elements: apart.detail?.["byNameElements"] ?? "",
    },
  );
}

const IDENTICAL: Amounts = {
  one: say("Its one parameter is identical."),
  some: say("Each of the {total} parameters is identical."),
};

const SAME_COLUMNS: Amounts = {
  one: say("Its one numeric column is identical."),
  some: say("Each of the {total} numeric columns is identical."),
};

const RENAMED: Amounts = {
  one: say("Only renamed: {old} is now {path}, with the same values."),
  all: say("Only renamed: each of the {total} parameters has another path and the same values."),
  some: say("Only renamed: {count} of {total} parameters have another path; all values are the same."),
};

const OTHER_CONTAINER: Amounts = {
  one: say("The same model in another container: {from} before, {to} now; its one parameter is identical."),
  some: say(
    "The same model in another container: {from} before, {to} now; each of the {total} parameters is identical.",
  ),
};

/** "pickle", "joblib, zlib". */
function containerOf({ format, container }: Artifact): string {
  return [format, ...container].join(", ");
}

function schemaSentences({ schema }: Facts, isAnother: boolean): readonly Sentence[] {
  return schema
    .filter(({ kind, path }) => !(isAnother && kind === "class-changed" && path === ""))
    .slice(0, SENTENCES)
    .map(({ sentence }) => sentence);
}

/** What became of the trees, where there is one ensemble, as in all ordinary files. */
function ensembleSentences({ ensembles }: Facts, first: Sentence): readonly Sentence[] {
  const [only, ...more] = ensembles;
  if (only === undefined || more.length > 0 || (only.old.trees === 1 && only.new.trees === 1)) return [];
  // Where columns say that all is rounded, they have said it of the trees.
  const isSaid = only.rewriting !== undefined && only.changed + only.added + only.removed === 0;
  return isSaid && isOfPrecision(first) ? [] : treeSentences(only);
}

function settingSentences(
  old: Artifact,
  next: Artifact,
  { hyperparameters, values, schema }: Facts,
  isTold: (path: string) => boolean = () => false,
): readonly Sentence[] {
  const untold = values.filter(({ path }) => !isTold(path) && (schema.length === 0 || !TELLS_SCHEMA.test(path)));
  return [...hyperparameterSentence(old, next, withoutSteps(hyperparameters, schema)), ...valueSentence(untold)];
}

/** Settings but for those of steps that were added or removed, which is told. */
function withoutSteps(changes: Facts["hyperparameters"], schema: Facts["schema"]): Facts["hyperparameters"] {
  const of = (kind: "steps-added" | "steps-removed", side: "old" | "new"): readonly string[] =>
    schema.flatMap((change) => (change.kind === kind ? change[side] : []));
  const steps = new Set([...of("steps-added", "new"), ...of("steps-removed", "old")]);
  if (steps.size === 0) return changes;
  return changes.filter(({ kind, path }) => kind === "changed" || !path.split(".").some((part) => steps.has(part)));
}

/** Values that hold what schema changes have told of. */
const TELLS_SCHEMA = /(^|\.)(feature_names_in_|classes_|categories|categories_(\[\d+\])?|vocabulary_)$/;

function hyperparameterSentence(old: Artifact, next: Artifact, changes: Facts["hyperparameters"]): readonly Sentence[] {
  const [first] = changes;
  if (first === undefined) return [];
  if (!hasSettings(next)) return [say("The new side holds no hyper-parameters.")];
  if (!hasSettings(old)) return [say("The old side holds no hyper-parameters.")];
  const { path, kind, old: was = "", new: is = "" } = first;
  if (changes.length > 1)
    return [say("{count} hyper-parameters differ, {path} first.", { count: changes.length, path })];
  if (kind === "changed")
    return [say("Hyper-parameter {path} is {new} instead of {old}.", { path, old: was, new: is })];
  return [
    kind === "added"
      ? say("Hyper-parameter {path} is new: {new}.", { path, new: is })
      : say("Hyper-parameter {path} is gone; it was {old}.", { path, old: was }),
  ];
}

function hasSettings({ values }: Artifact): boolean {
  return values.some(({ role }) => role === "hyperparameter");
}

function valueSentence(values: Facts["values"]): readonly Sentence[] {
  const path = values[0]?.path ?? "";
  if (values.length === 0) return [];
  return [
    values.length === 1
      ? say("{path} differs.", { path })
      : say("{count} other values differ, {path} first.", { count: values.length, path }),
  ];
}

function environmentSentences({ environment }: Facts): readonly Sentence[] {
  const changed = environment.filter(({ kind }) => kind === "changed");
  const first = changed.find(({ path }) => !NEEDED.has(path));
  const [needed] = changed;
  if (first === undefined) return needed === undefined ? [] : [say("{path} differs.", { path: needed.path })];
  return [
    say("It was written by {library} {new} instead of {old}.", {
      library: first.path,
      old: first.old ?? "",
      new: first.new ?? "",
    }),
  ];
}

/** What did not change, of what both files tell. */
function unchangedSentence(old: Artifact, next: Artifact): Sentence | undefined {
  const hasFeatures = old.schema.features !== undefined && next.schema.features !== undefined;
  const hasClasses = old.schema.classes !== undefined && next.schema.classes !== undefined;
  const key = `${hasFeatures ? "f" : ""}${hasClasses ? "c" : ""}${hasSettings(old) && hasSettings(next) ? "h" : ""}`;
  return UNCHANGED[key];
}

/** By what both sides tell: features, classes, hyper-parameters. */
const UNCHANGED: Readonly<Record<string, Sentence>> = {
  fch: say("Features, classes and hyper-parameters are unchanged."),
  fc: say("Features and classes are unchanged."),
  fh: say("Features and hyper-parameters are unchanged."),
  ch: say("Classes and hyper-parameters are unchanged."),
  f: say("Features are unchanged."),
  c: say("Classes are unchanged."),
  h: say("Hyper-parameters are unchanged."),
};
