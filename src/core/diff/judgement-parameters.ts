import { type Sentence, say } from "../model/sentence.ts";
import { amount, type Amounts, type Differences, placeOf, relativeText } from "./differences.ts";
import type { DiffEntry, ElementChange } from "./report.ts";

/**
 * What happened to the parameters that both sides have, when no two versions of a number are the same model with other
 * precision: reordered, scaled, reshaped, or trained anew. Undefined when something changed without explanation.
 */
export function onlyMoved(differences: Differences): Sentence | undefined {
  const { unexplained, permuted, scaled, reshaped, tolerated, changed, pairs } = differences;
  if (unexplained.length > 0 || changed.length === 0) return undefined;
  const total = pairs.length;
  if (permuted.length === changed.length) return reordered(permuted, total);
  if (scaled.length === changed.length && scaled.some(({ detail }) => detail?.["axis"] !== undefined))
    return amount(scaled, total, FOLDED);
  if (scaled.length === changed.length)
    return amount(scaled, total, SCALED, { factor: scaled[0]?.detail?.["factor"] ?? "" });
  if (reshaped.length === changed.length) return amount(reshaped, total, RESHAPED);
  return amount(changed, total, tolerated.length > 0 ? TOLERATED : EXPLAINED);
}

function reordered(permuted: readonly DiffEntry[], total: number): Sentence {
  const turned = permuted.find(({ detail }) => detail?.["order"] === "F");
  if (turned !== undefined)
    return say(
      "Mixed up: {path} has the old values in the order of columns, read as rows. It predicts something else.",
      {
        path: turned.path,
      },
    );
  const apart = permuted.filter(({ detail }) => detail?.["names"] === "did not move");
  if (apart[0] !== undefined)
    return say("Reordered without its names: the values of {path} changed places, and the names along them did not.", {
      path: apart[0].path,
    });
  const isAlike = permuted.every(({ detail }) => detail?.["names"] === "moved alike");
  return amount(permuted, total, isAlike ? MOVED_ALIKE : REORDERED);
}

const MOVED_ALIKE: Amounts = {
  one: say("Only reordered: the values of {path} are the old ones, and moved with their names."),
  all: say("Only reordered: each of the {total} parameters holds the old values, which moved with their names."),
  some: say("Only reordered: {count} of {total} parameters hold the old values, which moved with their names."),
};

const REORDERED: Amounts = {
  one: say("Only reordered: the values of {path} are the old ones in another order."),
  all: say("Only reordered: each of the {total} parameters holds the old values in another order."),
  some: say("Only reordered: {count} of {total} parameters hold the old values in another order."),
};

const SCALED: Amounts = {
  one: say("Only scaled: {path} is the old one times {factor}."),
  all: say("Only scaled: each of the {total} parameters is the old one times a constant."),
  some: say("Only scaled: {count} of {total} parameters are the old ones times a constant."),
};

const FOLDED: Amounts = {
  one: say(
    "Only scaled: {path} is the old one times a constant for each place along one axis, as folding a layer into it does.",
  ),
  all: say(
    "Only scaled: each of the {total} parameters is the old one times constants, as folding a layer into it does.",
  ),
  some: say(
    "Only scaled: {count} of {total} parameters are the old ones times constants, as folding a layer into them does.",
  ),
};

const RESHAPED: Amounts = {
  one: say("Only reshaped: {path} holds the same values in another shape."),
  all: say("Only reshaped: each of the {total} parameters holds the same values in another shape."),
  some: say("Only reshaped: {count} of {total} parameters hold the same values in another shape."),
};

const TOLERATED: Amounts = {
  one: say("No change beyond the tolerance: {path} differs within it."),
  all: say("No change beyond the tolerance: each of the {total} parameters differs, within it."),
  some: say("No change beyond the tolerance: {count} of {total} parameters differ, all within it."),
};

const EXPLAINED: Amounts = {
  one: say("Not retrained: {path} is the old one rounded, scaled, reordered or reshaped."),
  all: say("Not retrained: each of the {total} parameters is the old one rounded, scaled, reordered or reshaped."),
  some: say("Not retrained: {count} of {total} parameters are the old ones rounded, scaled, reordered or reshaped."),
};

/**
 * Values that nothing explains but training. Names the element that changed most, relative to what it was: by name
 * where names moved, because then the same position means something else.
 */
export function retrained(
  differences: Differences,
  farthest: ReadonlyMap<DiffEntry, ElementChange>,
  isTable = false,
): Sentence {
  const { changed, pairs } = differences;
  if (isTable) return rowsSentence(differences) ?? amount(changed, pairs.length, COLUMNS);
  // Values of another shape are not these values trained on.
  if (changed.every(({ tier }) => tier === "shape"))
    return amount(changed, pairs.length, RESIZED, { shape: changed[0]?.detail?.["shape"] ?? "" });
  const [only] = changed;
  if (only !== undefined && changed.length === 1 && isOneOfMany(only)) return oneValue(only);
  const most = mostChanged(changed, farthest);
  if (most === undefined) return amount(changed, pairs.length, RETRAINED);
  return amount(changed, pairs.length, most.isByName ? RETRAINED_BY_NAME : RETRAINED_MOST, {
    relative: relativeText(most.relative),
    place: most.place,
  });
}

/** Every column has more or fewer rows. */
function rowsSentence({ changed, pairs }: Differences): Sentence | undefined {
  const [first] = changed;
  const [from, to] = [first?.old?.shape[0] ?? 0, first?.new?.shape[0] ?? 0];
  const isRows = changed.every((entry) => entry.old?.shape[0] === from && entry.new?.shape[0] === to);
  if (from === to || !isRows || changed.length !== pairs.length) return undefined;
  const isAtEnd = changed.every(({ detail }) => detail?.["sameRows"] === String(Math.min(from, to)));
  if (!isAtEnd) return say("Another table: {to} rows instead of {from}.", { from, to });
  return from < to
    ? say("Another table: {to} rows instead of {from}; the new ones are at the end.", { from, to })
    : say("Another table: {to} rows instead of {from}; the last ones are gone.", { from, to });
}

const COLUMNS: Amounts = {
  one: say("Another table: column {path} changed."),
  all: say("Another table: each of the {total} columns changed."),
  some: say("Another table: {count} of {total} columns changed, {path} first."),
};

const RESIZED: Amounts = {
  one: say("Another size: {path} has another shape, {shape}."),
  all: say("Another size: each of the {total} parameters has another shape, {path} first ({shape})."),
  some: say("Another size: {count} of {total} parameters have another shape, {path} first ({shape})."),
};

/** Elements of which all but one are the same: no training does that. */
const MANY = 16;

function isOneOfMany({ stats }: DiffEntry): boolean {
  return stats !== undefined && stats.changed === 1 && stats.elements >= MANY;
}

function oneValue(entry: DiffEntry): Sentence {
  const [element] = entry.top;
  if (element === undefined)
    return say("Not retrained: one value of {path} is another; all others are the same.", { path: entry.path });
  return say("Not retrained: {place} is {new} instead of {old}; all other values are the same.", {
    place: placeOf(entry, element),
    new: element.new,
    old: element.old,
  });
}

const RETRAINED: Amounts = {
  one: say("Retrained: {path} changed."),
  all: say("Retrained: each of the {total} parameters changed."),
  some: say("Retrained: {count} of {total} parameters changed."),
};

const RETRAINED_MOST: Amounts = {
  one: say("Retrained: {path} changed, largest relative change {relative} in {place}."),
  all: say("Retrained: each of the {total} parameters changed, largest relative change {relative} in {place}."),
  some: say("Retrained: {count} of {total} parameters changed, largest relative change {relative} in {place}."),
};

const RETRAINED_BY_NAME: Amounts = {
  one: say("Retrained: {path} changed; compared by name, the largest relative change is {relative} in {place}."),
  all: say(
    "Retrained: each of the {total} parameters changed; compared by name, the largest relative change is {relative} in {place}.",
  ),
  some: say(
    "Retrained: {count} of {total} parameters changed; compared by name, the largest relative change is {relative} in {place}.",
  ),
};

interface MostChanged {
  readonly relative: number;
  readonly place: string;
  readonly isByName: boolean;
}

function mostChanged(
  changed: readonly DiffEntry[],
  farthest: ReadonlyMap<DiffEntry, ElementChange>,
): MostChanged | undefined {
  let most: MostChanged | undefined;
  // Counts of iterations and of samples change with every training, and say little of the model.
  const floats = changed.filter((entry) => /float|complex/.test(entry.new?.dtype ?? ""));
  // A model of statsmodels holds the data that it was fitted to, and how sure it is: not what was learned of them.
  const learned = floats.filter(({ path }) => !FITTED_TO.test(path));
  for (const entry of [learned, floats, changed].find(({ length }) => length > 0) ?? []) {
    const found = mostOf(entry, farthest.get(entry));
    if (found !== undefined && (most === undefined || found.relative > most.relative)) most = found;
  }
  return most;
}

const FITTED_TO = /(?:^|\.)model\.(?:data\.|w?endog$|w?exog$|pinv_wexog$|weights$)|(?:^|\.)normalized_cov_params$/;

function mostOf(entry: DiffEntry, element: ElementChange | undefined): MostChanged | undefined {
  const [relative, place] = [Number(entry.detail?.["byNameMaxRel"]), entry.detail?.["byNamePlace"]];
  if (place !== undefined && Number.isFinite(relative))
    return { relative, place: `${entry.path}[${place}]`, isByName: true };
  // Names moved, and by name nothing finite changed: positions say nothing either.
  if (element === undefined || entry.detail?.["byNameChanged"] !== undefined) return undefined;
  return { relative: element.relative, place: placeOf(entry, element), isByName: false };
}

/** Parameters that only one side has. */
export function comeAndGone({ added, removed }: Differences, isTable = false): readonly Sentence[] {
  if (isTable)
    return [
      ...(added.length > 0 ? [amount(added, Number.NaN, COLUMNS_ADDED)] : []),
      ...(removed.length > 0 ? [amount(removed, Number.NaN, COLUMNS_REMOVED)] : []),
    ];
  if (added.length > 0 && removed.length > 0)
    return [
      say("Parameters that only one side has: {added} added, {removed} removed.", {
        added: added.length,
        removed: removed.length,
      }),
    ];
  if (added.length > 0) return [amount(added, Number.NaN, ADDED)];
  return removed.length > 0 ? [amount(removed, Number.NaN, REMOVED)] : [];
}

const ADDED: Amounts = {
  one: say("One parameter was added: {path}."),
  some: say("{count} parameters were added, {path} first."),
};

const REMOVED: Amounts = {
  one: say("One parameter was removed: {path}."),
  some: say("{count} parameters were removed, {path} first."),
};

const COLUMNS_ADDED: Amounts = {
  one: say("Column {path} was added."),
  some: say("{count} columns were added, {path} first."),
};

const COLUMNS_REMOVED: Amounts = {
  one: say("Column {path} was removed."),
  some: say("{count} columns were removed, {path} first."),
};
