import { topEstimators } from "../meaning/framework.ts";
import type { Artifact, Estimator, Schema } from "../model/artifact.ts";
import { say } from "../model/sentence.ts";
import { graphEndChanges } from "./graph-ends.ts";
import { mayBeOneClass } from "./meaning/rows.ts";
import type { SchemaChange } from "./report.ts";
import { compareNames, type NameChanges } from "./schema-names.ts";
import { added, change, removed, reordered, type Subject } from "./schema-sentences.ts";
import { columnCategories } from "./table.ts";
import { vocabularyChanges } from "./vocabulary.ts";

/**
 * What changed in what a model takes and gives: features, classes, steps, categories, in sentences that name it. Facts that
 * only one side has (names that an older library did not keep) are no change.
 */
export function schemaChanges(old: Artifact, next: Artifact): readonly SchemaChange[] {
  const changes: SchemaChange[] = [];
  for (const { path, before, after } of modelsToCompare(old, next))
    changes.push(
      ...featureChanges(path, before, after),
      ...classChanges(path, before, after, old.format !== next.format),
    );
  changes.push(...fileStepChanges(old, next));
  const oldByPath = new Map(old.estimators.map((estimator) => [estimator.path, estimator]));
  for (const estimator of next.estimators) {
    const before = oldByPath.get(estimator.path);
    if (before !== undefined) changes.push(...estimatorChanges(before, estimator, old, next));
  }
  changes.push(...columnCategoryChanges(old, next), ...vocabularyChanges(old, next), ...graphEndChanges(old, next));
  return changes;
}

interface ModelPair {
  readonly path: string;
  readonly before: Schema;
  readonly after: Schema;
}

/** Whole models: the file's one, or each of several by its address. Parts of a model take what their model takes. */
function modelsToCompare(old: Artifact, next: Artifact): readonly ModelPair[] {
  const before = topEstimators(old.estimators);
  const after = topEstimators(next.estimators);
  if (before.length <= 1 && after.length <= 1) return [{ path: "", before: old.schema, after: next.schema }];
  const oldByPath = new Map(before.map(({ path, schema }) => [path, schema]));
  return after.flatMap(({ path, schema }) => {
    const earlier = oldByPath.get(path);
    return earlier === undefined ? [] : [{ path, before: earlier, after: schema }];
  });
}

function featureChanges(path: string, before: Schema, after: Schema): readonly SchemaChange[] {
  if (before.features === undefined || after.features === undefined)
    return countChange(path, before.featureCount, after.featureCount);
  const subject: Subject = { path, quote: "", args: {} };
  const found = compareNames(before.features, after.features);
  return [
    ...reordered(subject, "features-reordered", found, {
      swapped: "Features {a} and {b} changed places.",
      moved: "Feature {name} moved from position {from} to {to}.",
      many: "{count} of {total} features are in another order; the first is {name}, which moved from position {from} to {to}.",
    }),
    ...found.renamed.map(([from, to]) =>
      change(
        path,
        "features-renamed",
        say("Feature {old} is now {new}, at the same position.", { old: from, new: to }),
        [from],
        [to],
      ),
    ),
    ...removed(subject, "features-removed", found.removed, {
      one: "Feature {names} was removed.",
      several: "Features {names} were removed.",
    }),
    ...added(subject, "features-added", found.added, {
      one: "Feature {names} was added.",
      several: "Features {names} were added.",
    }),
    ...countChange(path, before.features.length, after.features.length),
  ];
}

function countChange(path: string, before: number | undefined, after: number | undefined): readonly SchemaChange[] {
  if (before === undefined || after === undefined || before === after) return [];
  const sentence = say("The model takes {new} features; it took {old}.", { new: after, old: before });
  return [change(path, "feature-count", sentence, [`${before}`], [`${after}`])];
}

function classChanges(path: string, before: Schema, after: Schema, isAcrossFormats: boolean): readonly SchemaChange[] {
  if (before.classes === undefined || after.classes === undefined) return [];
  const subject: Subject = { path, quote: "'", args: {} };
  // ONNX has no labels that are true or false: converters write them as 1 and 0.
  const plain = (labels: readonly string[]): readonly string[] =>
    isAcrossFormats && labels.length === 2 ? labels.map((label) => TRUTHS.get(label) ?? label) : labels;
  const found = compareNames(plain(before.classes), plain(after.classes));
  return [
    ...found.renamed.map(([from, to]) =>
      change(path, "classes-renamed", say("Class '{old}' is now '{new}'.", { old: from, new: to }), [from], [to]),
    ),
    ...reordered(subject, "classes-reordered", found, {
      swapped: "Classes '{a}' and '{b}' changed places.",
      moved: "Class '{name}' moved from position {from} to {to}.",
      many: "{count} of {total} classes are in another order; the first is '{name}', which moved from position {from} to {to}.",
    }),
    ...removed(subject, "classes-removed", found.removed, {
      one: "Class {names} was removed.",
      several: "Classes {names} were removed.",
    }),
    ...added(subject, "classes-added", found.added, {
      one: "Class {names} was added.",
      several: "Classes {names} were added.",
    }),
  ];
}

const TRUTHS: ReadonlyMap<string, string> = new Map([
  ["False", "0"],
  ["True", "1"],
]);

function estimatorChanges(before: Estimator, after: Estimator, old: Artifact, next: Artifact): readonly SchemaChange[] {
  const { path, schema } = after;
  const isOne = mayBeOneClass(
    { library: old.framework?.name ?? "", className: before.className },
    { library: next.framework?.name ?? "", className: after.className },
  );
  return [
    ...(isOne ? [] : classChange(path, before.className, after.className)),
    ...stepChanges(path, before.schema, schema),
    ...categoryChanges(before.schema, schema),
    ...vocabularyChange(path, before.schema.vocabularySize, schema.vocabularySize),
  ];
}

function classChange(path: string, before: string, after: string): readonly SchemaChange[] {
  if (before === after) return [];
  const sentence =
    path === ""
      ? say("The model was {old} and is {new}.", { old: before, new: after })
      : say("{path} was {old} and is {new}.", { path, old: before, new: after });
  return [change(path, "class-changed", sentence, [before], [after])];
}

function vocabularyChange(
  path: string,
  before: number | undefined,
  after: number | undefined,
): readonly SchemaChange[] {
  if (before === undefined || after === undefined || before === after) return [];
  const sentence = say("The vocabulary has {new} terms; it had {old}.", { new: after, old: before });
  return [change(path, "vocabulary-changed", sentence, [`${before}`], [`${after}`])];
}

function stepChanges(path: string, before: Schema, after: Schema): readonly SchemaChange[] {
  if (before.steps === undefined || after.steps === undefined) return [];
  const subject: Subject = { path, quote: "", args: {} };
  const names = (schema: Schema): string[] => (schema.steps ?? []).map(({ name }) => name);
  const found = compareNames(names(before), names(after), { positions: false });
  const nowByName = new Map(after.steps.map(({ name, className }) => [name, className]));
  return [
    ...removed(subject, "steps-removed", found.removed, {
      one: "Step {names} was removed.",
      several: "Steps {names} were removed.",
    }),
    ...added(subject, "steps-added", found.added, {
      one: "Step {names} was added.",
      several: "Steps {names} were added.",
    }),
    ...reordered(subject, "steps-reordered", found, {
      swapped: "Steps {a} and {b} changed places.",
      moved: "Step {name} moved from position {from} to {to}.",
      many: "{count} of {total} steps are in another order; the first is {name}, which moved from position {from} to {to}.",
    }),
    ...before.steps.flatMap(({ name, className }) => {
      const now = nowByName.get(name);
      // A step that is an estimator on both sides is compared as one.
      if (now === undefined || now === className || (!isBypass(now) && !isBypass(className))) return [];
      const sentence = say("Step {name} was {old} and is {new}.", { name, old: className, new: now });
      return [change(path, "class-changed", sentence, [className], [now])];
    }),
  ];
}

/** Layers of a network, which the file tells and not one of its estimators. */
function fileStepChanges(old: Artifact, next: Artifact): readonly SchemaChange[] {
  const areTold = [...old.estimators, ...next.estimators].some(({ schema }) => schema.steps !== undefined);
  return areTold ? [] : stepChanges("", old.schema, next.schema);
}

/** What stands in a step's place when there is no estimator. */
function isBypass(className: string): boolean {
  return className === "passthrough" || className === "drop" || className === "None";
}

/** Categories of a table's columns: a column holds their numbers, so that another name in a place is another name for it. */
function columnCategoryChanges(old: Artifact, next: Artifact): readonly SchemaChange[] {
  const before = columnCategories(old);
  return [...columnCategories(next)].flatMap(([feature, values]) => {
    const was = before.get(feature);
    if (was === undefined) return [];
    const { renamed, ...found } = compareNames(was, values);
    return [
      ...renamed.map(([from, to]) =>
        change(
          "",
          "categories-changed",
          say("Category '{old}' of {feature} is now '{new}'.", { old: from, new: to, feature }),
          [from],
          [to],
        ),
      ),
      ...categorySentences(feature, { renamed: [], ...found }),
    ];
  });
}

function categoryChanges(before: Schema, after: Schema): readonly SchemaChange[] {
  return (after.categories ?? []).flatMap(({ path, feature, values }) => {
    const old = before.categories?.find((list) => list.path === path && list.feature === feature);
    if (old === undefined) return [];
    return categorySentences(feature, compareNames(old.values, values, { positions: false }), path);
  });
}

function categorySentences(feature: string, found: NameChanges, path = ""): readonly SchemaChange[] {
  const subject: Subject = { path, quote: "'", args: { feature } };
  return [
    ...removed(subject, "categories-changed", found.removed, {
      one: "Category {names} of {feature} was removed.",
      several: "Categories {names} of {feature} were removed.",
    }),
    ...added(subject, "categories-changed", found.added, {
      one: "Category {names} of {feature} is new.",
      several: "Categories {names} of {feature} are new.",
    }),
    ...reordered(subject, "categories-changed", found, {
      swapped: "Categories '{a}' and '{b}' of {feature} changed places.",
      moved: "Category '{name}' of {feature} moved from position {from} to {to}.",
      many: "{count} of {total} categories of {feature} are in another order; the first is '{name}', which moved from position {from} to {to}.",
    }),
  ];
}
