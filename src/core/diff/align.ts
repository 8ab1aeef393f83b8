import type { Host } from "../host.ts";
import type { FormatId, Parameter } from "../model/artifact.ts";
import type { TensorRef } from "../model/tensor.ts";
import type { Work } from "../work.ts";
import { alignCalled, type Called, type CalledPair } from "./align-called.ts";
import { alignSimilar, type SimilarPair } from "./align-similar.ts";
import { alignMeanings, type MeaningPair } from "./meaning/align.ts";
import { alignLlamaNames } from "./meaning/llama-names.ts";
import { contentKeys, formKey, glances } from "./content-key.ts";
import type { ParameterPair } from "./element-change.ts";
import { findPrefixChange, plainName, type PrefixChange, unquoted } from "./path-prefix.ts";
import { isSqueezedAlike } from "./shape.ts";

/** How two parameters were found to be one. */
export type MatchedBy =
  | "path"
  | "prefix"
  | "called"
  | "content"
  | "meaning"
  | "transposed"
  | "name"
  | SimilarPair["by"];

export interface AlignedPair extends ParameterPair {
  readonly by: MatchedBy;
  /** 0 to 1, where values or shape alone brought the two together. */
  readonly confidence?: number;
  /** Where the names of two libraries brought them together: what they mean, and how one follows from the other. */
  readonly meaning?: Pick<MeaningPair, "because" | "derivation" | "isBackwards">;
  /** Where a file says what the model calls the array. */
  readonly called?: Pick<CalledPair, "name" | "path">;
}

/** What is paired of one side. */
export interface AlignedSide {
  readonly parameters: readonly Parameter[];
  readonly called?: Called;
  /** Formats write the same names in different ways. */
  readonly format: FormatId;
}

/** Which parameter of one side is which of the other. Every parameter is in it once. */
export interface Alignment {
  /** In the new side's order. */
  readonly pairs: readonly AlignedPair[];
  readonly removed: readonly Parameter[];
  readonly added: readonly Parameter[];
  /** Changes of prefix, so that other values can be found under their new addresses too. */
  readonly prefixes: readonly PrefixChange[];
}

/** Changes of prefix followed in one comparison: a model and its optimiser may move apart. */
const MOST_PREFIXES = 8;

/**
 * Pairs parameters: by path; by what the files say that the model calls them; by a changed prefix where the shapes fit;
 * by content where it is found once on each side;
 * by what two libraries' names mean; by the plain name (`coef` and `coef_`), which the caller keeps only if the values bear it out; last, among those of one
 * shape, by the nearest values. `isWhole`: both sides were read whole; what is left alone on a side may have a partner else.
 */
export async function align(
  { parameters: old, called: oldCalled, format }: AlignedSide,
  { parameters: next, called: nextCalled, format: nextFormat }: AlignedSide,
  host: Host,
  work: Work,
  isWhole = true,
): Promise<Alignment> {
  const left = new Set(old);
  const pairOf = new Map<Parameter, AlignedPair>();
  const take: Take = (before, after, by, more = {}) => {
    pairOf.set(after, { old: before, next: after, by, ...more });
    left.delete(before);
  };
  const open = (): readonly Parameter[] => next.filter((after) => !pairOf.has(after));
  const takeCalled = (): void => {
    for (const { old: before, next: after, ...called } of alignCalled([...left], open(), oldCalled, nextCalled))
      take(before, after, before.path === after.path ? "path" : "called", { called });
  };
  const isTold = oldCalled !== undefined || nextCalled !== undefined;
  // Numbers in addresses are others once a layer came between; names that both sides tell are not.
  if (oldCalled !== undefined && nextCalled !== undefined) takeCalled();
  alignPaths([...left], open(), take);
  if ((isTold || format !== nextFormat) && left.size > 0 && open().length > 0) takeCalled();
  const prefixes = alignPrefixes(left, open(), take);
  if (left.size > 0 && open().length > 0)
    for (const { old: before, next: after, ...meaning } of alignLlamaNames([...left], open()))
      take(before, after, "meaning", { meaning });
  if (left.size > 0 && open().length > 0) await alignContents(left, open(), take, host, work);
  if (left.size > 0 && open().length > 0)
    for (const { old: before, next: after, ...meaning } of alignMeanings([...left], open()))
      take(before, after, "meaning", { meaning });
  if (left.size > 0 && open().length > 0) alignNames(left, open(), take);
  if (left.size > 0 && open().length > 0) alignTransposed(left, open(), take);
  if (left.size > 0 && open().length > 0)
    for (const { old: before, next: after, by, confidence } of await alignSimilar([...left], open(), work, isWhole))
      take(before, after, by, { confidence });
  return {
    pairs: next.flatMap((after) => pairOf.get(after) ?? []),
    removed: [...left],
    added: open(),
    prefixes,
  };
}

type Take = (
  before: Parameter,
  after: Parameter,
  by: MatchedBy,
  more?: Pick<AlignedPair, "confidence" | "meaning" | "called">,
) => void;

/** Parameters of one path: where several have it, the first of one side and the first of the other, and so on. */
function alignPaths(old: readonly Parameter[], next: readonly Parameter[], take: Take): void {
  const before = new Map<string, Parameter[]>();
  // Last first, so that the first is taken from the end.
  for (const parameter of [...old].reverse()) {
    const same = before.get(parameter.path);
    if (same === undefined) before.set(parameter.path, [parameter]);
    else same.push(parameter);
  }
  for (const after of next) {
    const earlier = before.get(after.path)?.pop();
    if (earlier !== undefined) take(earlier, after, "path");
  }
}

function alignPrefixes(left: ReadonlySet<Parameter>, open: readonly Parameter[], take: Take): readonly PrefixChange[] {
  const byPath = new Map(open.map((parameter) => [unquoted(parameter.path), parameter]));
  const oldByPath = new Map(Array.from(left, (parameter) => [unquoted(parameter.path), parameter]));
  const found: PrefixChange[] = [];
  while (found.length < MOST_PREFIXES && left.size > 0 && byPath.size > 0) {
    const change = findPrefixChange([...oldByPath.keys()], new Set(byPath.keys()), (from, to) => {
      const [before, after] = [oldByPath.get(from), byPath.get(to)];
      return before !== undefined && after !== undefined && isSqueezedAlike(before.tensor.shape, after.tensor.shape);
    });
    if (change === undefined) break;
    found.push(change);
    for (const [path, before] of Array.from(oldByPath)) {
      if (!path.startsWith(change.old)) continue;
      const moved = change.next + path.slice(change.old.length);
      const after = byPath.get(moved);
      if (after === undefined || !isSqueezedAlike(before.tensor.shape, after.tensor.shape)) continue;
      byPath.delete(moved);
      oldByPath.delete(path);
      take(before, after, "prefix");
    }
  }
  return found;
}

async function alignContents(
  left: ReadonlySet<Parameter>,
  open: readonly Parameter[],
  take: Take,
  host: Host,
  work: Work,
): Promise<void> {
  const before = groupByForm([...left]);
  const after = groupByForm(open);
  const shared = [...before.keys()].filter((form) => after.has(form));
  const groups = shared.map((form) => [before.get(form) ?? [], after.get(form) ?? []] as const);
  const total = groups.reduce((sum, [olds, news]) => sum + olds.length + news.length, 0);
  let done = 0;
  for (const [olds, news] of groups) {
    work.report({ stage: "looking for renamed parameters", done, total, unit: "parameters" });
    done += olds.length + news.length;
    const [seen, met] = [await glances(tensorsOf(olds), work), await glances(tensorsOf(news), work)];
    const [known, likely] = [alike(olds, seen, met), alike(news, met, seen)];
    if (known.length === 0) continue;
    const later = onlyOnes(likely, await contentKeys(tensorsOf(likely), host, work));
    for (const [key, earlier] of onlyOnes(known, await contentKeys(tensorsOf(known), host, work))) {
      const found = later.get(key);
      if (earlier !== null && found !== undefined && found !== null) take(earlier, found, "content");
    }
  }
}

type Glances = Awaited<ReturnType<typeof glances>>;

/** The parameters whose glance is one of the other side's. */
function alike(parameters: readonly Parameter[], own: Glances, other: Glances): readonly Parameter[] {
  const there = new Set(other);
  return parameters.filter((_, at) => own[at] !== undefined && there.has(own[at]));
}

function tensorsOf(parameters: readonly Parameter[]): readonly TensorRef[] {
  return parameters.map(({ tensor }) => tensor);
}

/** Parameters by key, in order; null where several have it. */
function onlyOnes(
  parameters: readonly Parameter[],
  keys: readonly (string | undefined)[],
): ReadonlyMap<string, Parameter | null> {
  const found = new Map<string, Parameter | null>();
  for (const [at, parameter] of parameters.entries()) {
    const key = keys[at];
    if (key !== undefined) found.set(key, found.has(key) ? null : parameter);
  }
  return found;
}

function groupByForm(parameters: readonly Parameter[]): Map<string, Parameter[]> {
  const groups = new Map<string, Parameter[]>();
  for (const parameter of parameters) {
    const form = formKey(parameter.tensor);
    if (form === undefined) continue;
    const group = groups.get(form);
    if (group === undefined) groups.set(form, [parameter]);
    else group.push(parameter);
  }
  return groups;
}

function alignNames(left: ReadonlySet<Parameter>, open: readonly Parameter[], take: Take): void {
  const before = uniqueNames([...left]);
  for (const [name, later] of uniqueNames(open)) {
    const earlier = before.get(name);
    if (earlier !== undefined && earlier !== null && later !== null) take(earlier, later, "name");
  }
}

/** A matrix and the only one that has its shape the other way around; the caller keeps it only if the values bear it out. */
function alignTransposed(left: ReadonlySet<Parameter>, open: readonly Parameter[], take: Take): void {
  const before = uniqueBy([...left], ({ tensor }) => turnable([...tensor.shape].reverse()));
  for (const [shape, later] of uniqueBy(open, ({ tensor }) => turnable(tensor.shape))) {
    const earlier = before.get(shape);
    if (earlier !== undefined && earlier !== null && later !== null) take(earlier, later, "transposed");
  }
}

/** A shape that tells rows from columns. */
function turnable(shape: readonly number[]): string | undefined {
  const [rows, columns, ...more] = shape;
  if (rows === undefined || columns === undefined || more.length > 0) return undefined;
  return rows > 1 && columns > 1 && rows !== columns ? shape.join() : undefined;
}

/** Parameters by plain name; null where several have it. */
function uniqueNames(parameters: readonly Parameter[]): ReadonlyMap<string, Parameter | null> {
  return uniqueBy(parameters, ({ path }) => plainName(path));
}

function uniqueBy(
  parameters: readonly Parameter[],
  keyOf: (parameter: Parameter) => string | undefined,
): ReadonlyMap<string, Parameter | null> {
  return onlyOnes(parameters, parameters.map(keyOf));
}
