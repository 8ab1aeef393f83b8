import type { Artifact } from "../model/artifact.ts";
import { type Sentence, say } from "../model/sentence.ts";
import { count, type Differences, differencesOf, placeOf, relativeText } from "./differences.ts";
import type { DiffEntry, DiffReport, ElementChange } from "./report.ts";
import { onlyPrecision } from "./judgement-precision.ts";

/** What is judged: a report without its judgement. */
export type Facts = Omit<DiffReport, "judgement">;

/** Sentences: more would not be read, and the report has it all. */
const SENTENCES = 3;

/**
 * "What kind of change is this?" in one to three sentences, from facts: what happened to the parameters; what could not be
 * read; what happened to schema, hyper-parameters and environment, or that nothing did.
 */
export function judge(
  old: Artifact,
  next: Artifact,
  facts: Facts,
  farthest: ReadonlyMap<string, ElementChange>,
): readonly Sentence[] {
  const differences = differencesOf(facts.entries);
  const rest = [...schemaSentences(facts), ...settingSentences(facts), ...environmentSentences(facts)];
  const about = [
    kindOfChange(old, next, facts, differences, farthest),
    ...(facts.complete ? [] : [say("Not everything could be read: what was not read is not compared.")]),
  ];
  const isQuiet = rest.length === 0;
  const unchanged = isQuiet ? unchangedSentence(old, next, facts, differences) : undefined;
  return [...about, ...rest, ...(unchanged === undefined ? [] : [unchanged])].slice(0, SENTENCES);
}

function kindOfChange(
  old: Artifact,
  next: Artifact,
  facts: Facts,
  differences: Differences,
  farthest: ReadonlyMap<string, ElementChange>,
): Sentence {
  const { pairs, added, removed, changed, same } = differences;
  const [before, after] = [old.framework?.className, next.framework?.className];
  if (before !== undefined && after !== undefined && before !== after)
    return say("A different model: {old} became {new}.", { old: before, new: after });
  if (old.parameters.length === 0 && next.parameters.length === 0)
    return hasOtherChanges(facts)
      ? say("Neither side holds parameters; what else they hold differs.")
      : say("Neither side holds parameters, and nothing else differs.");
  if (pairs.length === 0)
    return say("A different model: the two sides have no parameter in common ({removed} removed, {added} added).", {
      removed: removed.length,
      added: added.length,
    });
  if (added.length > 0 || removed.length > 0) return grown(differences, farthest);
  if (same.length === pairs.length) return identical(old, next, facts, differences);
  return onlyPrecision(differences) ?? onlyMoved(differences) ?? retrained(changed, pairs.length, farthest);
}

function hasOtherChanges(facts: Facts): boolean {
  return facts.schema.length + facts.hyperparameters.length + facts.values.length + facts.environment.length > 0;
}

/** Every parameter has the same bits on both sides. */
function identical(old: Artifact, next: Artifact, facts: Facts, { pairs, renamed }: Differences): Sentence {
  const total = pairs.length;
  if (renamed.length > 0)
    return count(renamed.length, {
      one: () =>
        say("Only renamed: {old} is now {new}, with the same values.", {
          old: renamed[0]?.oldPath ?? "",
          new: renamed[0]?.path ?? "",
        }),
      many: (n) =>
        say("Only renamed: {count} of {total} parameters have another path; all values are the same.", {
          count: n,
          total,
        }),
    });
  const [from, to] = [containerOf(old), containerOf(next)];
  if (from !== to && !hasOtherChanges(facts))
    return say("The same model in another container: {from} before, {to} now; all {total} parameters are identical.", {
      from,
      to,
      total,
    });
  return count(total, {
    one: () => say("The one parameter is identical."),
    many: (n) => say("All {total} parameters are identical.", { total: n }),
  });
}

/** "pickle", "joblib, zlib". */
function containerOf({ format, container }: Artifact): string {
  return [format, ...container].join(", ");
}

/** Nothing but reordering, scaling, another shape, a tolerance. */
function onlyMoved({
  unexplained,
  permuted,
  scaled,
  reshaped,
  tolerated,
  precise,
  pairs,
}: Differences): Sentence | undefined {
  if (unexplained.length > 0) return undefined;
  const total = pairs.length;
  const path = (entries: readonly DiffEntry[]): string => entries[0]?.path ?? "";
  const others = precise.length + scaled.length + reshaped.length + tolerated.length;
  if (permuted.length > 0 && others === 0) {
    const isAlike = permuted.every(({ detail }) => detail?.["names"] === "moved alike");
    const isApart = permuted.some(({ detail }) => detail?.["names"] === "did not move");
    if (isApart)
      return say(
        "Reordered without its names: the values of {path} changed places, and the names along them did not.",
        { path: path(permuted.filter(({ detail }) => detail?.["names"] === "did not move")) },
      );
    return count(permuted.length, {
      one: () =>
        isAlike
          ? say("Only reordered: the values of {path} are the old ones, and moved with their names.", {
              path: path(permuted),
            })
          : say("Only reordered: the values of {path} are the old ones in another order.", { path: path(permuted) }),
      many: (n) =>
        say("Only reordered: {count} of {total} parameters hold the old values in another order.", { count: n, total }),
    });
  }
  const explained = permuted.length + others;
  if (tolerated.length > 0)
    return say("No change beyond the tolerance: {count} of {total} parameters differ, all within it.", {
      count: explained,
      total,
    });
  if (scaled.length === explained)
    return count(scaled.length, {
      one: () =>
        say("Only scaled: {path} is the old one times {factor}.", {
          path: path(scaled),
          factor: scaled[0]?.detail?.["factor"] ?? "",
        }),
      many: (n) =>
        say("Only scaled: {count} of {total} parameters are the old ones times a constant.", { count: n, total }),
    });
  if (reshaped.length === explained)
    return count(reshaped.length, {
      one: () => say("Only reshaped: {path} holds the same values in another shape.", { path: path(reshaped) }),
      many: (n) =>
        say("Only reshaped: {count} of {total} parameters hold the same values in another shape.", { count: n, total }),
    });
  return say("Not retrained: {count} of {total} parameters are the old ones rounded, scaled, reordered or reshaped.", {
    count: explained,
    total,
  });
}

function retrained(
  changed: readonly DiffEntry[],
  total: number,
  farthest: ReadonlyMap<string, ElementChange>,
): Sentence {
  const most = mostChanged(changed, farthest);
  const args = { count: changed.length, total };
  if (most === undefined)
    return count(changed.length, {
      one: () => say("{path} changed; the other parameters are as they were.", { path: changed[0]?.path ?? "" }),
      many: () => say("Retrained: {count} of {total} parameters changed.", args),
    });
  return say("Retrained: {count} of {total} parameters changed, largest relative change {relative} in {place}.", {
    ...args,
    relative: relativeText(most.element.relative),
    place: placeOf(most.entry, most.element),
  });
}

function mostChanged(
  changed: readonly DiffEntry[],
  farthest: ReadonlyMap<string, ElementChange>,
): { readonly entry: DiffEntry; readonly element: ElementChange } | undefined {
  let most: { readonly entry: DiffEntry; readonly element: ElementChange } | undefined;
  for (const entry of changed) {
    const element = farthest.get(entry.path);
    if (element !== undefined && (most === undefined || element.relative > most.element.relative))
      most = { entry, element };
  }
  return most;
}

/** Parameters came or went. */
function grown(
  { pairs, added, removed, changed, same }: Differences,
  farthest: ReadonlyMap<string, ElementChange>,
): Sentence {
  const args = { added: added.length, removed: removed.length, total: pairs.length, count: changed.length };
  if (same.length === pairs.length)
    return say(
      "{added} parameters were added and {removed} removed; the {total} that both sides have are identical.",
      args,
    );
  const most = mostChanged(changed, farthest);
  if (most === undefined)
    return say(
      "{added} parameters were added and {removed} removed; {count} of the {total} that both sides have changed.",
      args,
    );
  return say(
    "{added} parameters were added and {removed} removed; {count} of the {total} that both sides have changed, largest relative change {relative} in {place}.",
    { ...args, relative: relativeText(most.element.relative), place: placeOf(most.entry, most.element) },
  );
}

function schemaSentences({ schema }: Facts): readonly Sentence[] {
  return schema.slice(0, SENTENCES).map(({ sentence }) => sentence);
}

function settingSentences({ hyperparameters, values }: Facts): readonly Sentence[] {
  const [first] = hyperparameters;
  const told: Sentence[] = [];
  if (first !== undefined && hyperparameters.length === 1) {
    if (first.kind === "changed")
      told.push(
        say("Hyper-parameter {path} is {new} instead of {old}.", {
          path: first.path,
          old: first.old ?? "",
          new: first.new ?? "",
        }),
      );
    if (first.kind === "added") told.push(say("Hyper-parameter {path} is new.", { path: first.path }));
    if (first.kind === "removed") told.push(say("Hyper-parameter {path} is gone.", { path: first.path }));
  } else if (first !== undefined) {
    told.push(
      say("{count} hyper-parameters differ, {path} first.", { count: hyperparameters.length, path: first.path }),
    );
  }
  if (values.length === 1) told.push(say("{path} differs.", { path: values[0]?.path ?? "" }));
  else if (values.length > 1)
    told.push(say("{count} other values differ, {path} first.", { count: values.length, path: values[0]?.path ?? "" }));
  return told;
}

function environmentSentences({ environment }: Facts): readonly Sentence[] {
  const changed = environment.filter(({ kind }) => kind === "changed");
  const [first] = changed;
  if (first === undefined) return [];
  return [
    say("It was written by {library} {new} instead of {old}.", {
      library: first.path,
      old: first.old ?? "",
      new: first.new ?? "",
    }),
  ];
}

/** What did not change, of what both files tell. */
function unchangedSentence(
  old: Artifact,
  next: Artifact,
  facts: Facts,
  { same, pairs }: Differences,
): Sentence | undefined {
  const hasFeatures = old.schema.features !== undefined && next.schema.features !== undefined;
  const hasClasses = old.schema.classes !== undefined && next.schema.classes !== undefined;
  const hasSettings = [old, next].every(({ values }) => values.some(({ role }) => role === "hyperparameter"));
  const key = `${hasFeatures ? "f" : ""}${hasClasses ? "c" : ""}${hasSettings ? "h" : ""}`;
  const template = UNCHANGED[key];
  // Identical files in every respect need no list of respects.
  if (template === undefined || (same.length === pairs.length && !facts.complete)) return undefined;
  return say(template);
}

const UNCHANGED: Readonly<Record<string, string>> = {
  fch: "Features, classes and hyper-parameters are unchanged.",
  fc: "Features and classes are unchanged.",
  fh: "Features and hyper-parameters are unchanged.",
  ch: "Classes and hyper-parameters are unchanged.",
  f: "Features are unchanged.",
  c: "Classes are unchanged.",
  h: "Hyper-parameters are unchanged.",
};
