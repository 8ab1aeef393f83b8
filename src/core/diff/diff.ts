import { checkDrift } from "../findings/run.ts";
import type { Finding } from "../findings/finding.ts";
import type { Host } from "../host.ts";
import { isAbsent } from "../model/absent.ts";
import type { Artifact, Parameter } from "../model/artifact.ts";
import { expectFewZeros } from "../model/repeated.ts";
import { say } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import { type AlignedPair, type AlignedSide, type Alignment, align } from "./align.ts";
import { type Compared, type CompareContext, comparePair } from "./compare.ts";
import type { Tolerance } from "./explanations/explanation.ts";
import { judge } from "./judgement.ts";
import { areColumnsApart, heldBy } from "./judgement-trees.ts";
import { compareEnvironment, compareNamedValues } from "./objects.ts";
import type { PrefixChange } from "./path-prefix.ts";
import type { DiffEntry, DiffReport, ElementChange, Verdict } from "./report.ts";
import { schemaChanges } from "./schema.ts";
import { createScratch } from "./scratch.ts";
import { sideOf } from "./shape.ts";
import { compareEnsembles, differingTrees } from "./trees/ensembles.ts";

export interface DiffOptions {
  /** |new - old| <= absolute + relative * |old| is "within-tolerance"; a number alone is the absolute part. */
  readonly tolerance?: number | Partial<Tolerance>;
  /** Largest changes listed in every entry; TOP when absent. */
  readonly top?: number;
  /** Told what is known before the report is: who belongs to whom, then one entry after the other. */
  readonly watch?: DiffWatch;
}

/** Pairs that their values do not bear out come apart again: the report's entries are what counts. */
export interface DiffWatch {
  aligned(pairs: readonly PathPair[], moved: (path: string) => string): void;
  compared(entry: DiffEntry): void;
}

/** Addresses of one parameter on both sides, or of one that one side alone has. */
export interface PathPair {
  readonly old?: string;
  readonly new?: string;
}

/** Enough for a pull request; the rest is asked for by `elementChanges`. */
export const TOP = 10;

/**
 * Compares two artifacts: parameters paired and explained one by one, then schema, hyper-parameters, values and
 * environment, what drifted, and what kind of change it all is. Memory is bounded whatever the sizes. A parameter that
 * cannot be read is an entry that says so; throws only when cancelled, when a file changed while it was read, or for sparse
 * matrices whose zeros alone would take all day.
 */
export async function diffArtifacts(
  old: Artifact,
  next: Artifact,
  options: DiffOptions,
  host: Host,
  work: Work,
): Promise<DiffReport> {
  for (const { parameters } of [old, next]) expectFewZeros(parameters);
  const side = ({ parameters, told, format }: Artifact): AlignedSide => ({ parameters, called: told?.called, format });
  const alignment = await align(side(old), side(next), host, work, old.complete && next.complete);
  const moved = renamer(alignment.prefixes);
  options.watch?.aligned(pathPairs(alignment), moved);
  const scratch = createScratch(host);
  const context: CompareContext = {
    scratch,
    work,
    tolerance: toleranceOf(options.tolerance),
    top: options.top ?? TOP,
    isSameFile: old.identity === next.identity && old.size === next.size && old.size > 0,
    decided: new WeakMap(),
  };
  const compared = await compareAll(alignment.pairs, context, options.watch).finally(() => scratch.kernel?.close());
  const added = [...alignment.added, ...compared.unpaired.map((pair) => pair.next)];
  const removed = [...alignment.removed, ...compared.unpaired.map((pair) => pair.old)];
  const entryOf = new Map(compared.entries);
  for (const each of added) entryOf.set(each, absent(each, "old", old.complete));
  const entries = [
    ...next.parameters.flatMap((parameter) => entryOf.get(parameter) ?? []),
    ...removed.map((each) => absent(each, "new", next.complete)),
  ];
  const schema = schemaChanges(old, next);
  const { hyperparameters, values, undecided } = await compareNamedValues(old, next, work, moved);
  const environment = compareEnvironment(old, next);
  const ensembles = await compareEnsembles(old, next, host, work);
  const facts = {
    oldName: old.name,
    newName: next.name,
    entries,
    schema,
    hyperparameters,
    values,
    environment,
    // Of trees that are the same, columns tell that as well: where they are the same ones.
    ensembles: ensembles.filter((each) => differingTrees(each) > 0 || areColumnsApart(each, entries)),
    // A model that is new or gone has not drifted; of a new one everything is new, what was found in it included.
    findings:
      isAbsent(old) || isAbsent(next)
        ? next.findings
        : checkDrift({ old, next, entries, schema, isOfTrees: heldBy(...ensembles) }),
    sideFindings: isAbsent(old) || isAbsent(next) ? { old: [], new: [] } : { old: faultsOf(old), new: faultsOf(next) },
    summary: countVerdicts(entries),
    complete:
      old.complete && next.complete && undecided.length === 0 && entries.every(({ verdict }) => verdict !== "unread"),
  };
  return { ...facts, judgement: judge(old, next, facts, compared.farthest, ensembles) };
}

function toleranceOf(tolerance: DiffOptions["tolerance"]): Tolerance | undefined {
  if (tolerance === undefined) return undefined;
  return typeof tolerance === "number"
    ? { absolute: tolerance, relative: 0 }
    : { absolute: tolerance.absolute ?? 0, relative: tolerance.relative ?? 0 };
}

interface ComparedAll {
  /** By the new side's parameter. */
  readonly entries: ReadonlyMap<Parameter, DiffEntry>;
  /** Pairs by plain name that are not borne out by their values. */
  readonly unpaired: readonly AlignedPair[];
  /** The element with the largest relative change of each changed parameter. */
  readonly farthest: ReadonlyMap<DiffEntry, ElementChange>;
}

function pathPairs({ pairs, added, removed }: Alignment): readonly PathPair[] {
  return [
    ...pairs.map(({ old, next }) => ({ old: old.path, new: next.path })),
    ...added.map(({ path }) => ({ new: path })),
    ...removed.map(({ path }) => ({ old: path })),
  ];
}

async function compareAll(
  pairs: readonly AlignedPair[],
  context: CompareContext,
  watch: DiffWatch | undefined,
): Promise<ComparedAll> {
  const entries = new Map<Parameter, DiffEntry>();
  const unpaired: AlignedPair[] = [];
  const farthestOf = new Map<DiffEntry, ElementChange>();
  for (const [done, pair] of pairs.entries()) {
    context.work.report({ stage: "comparing", done, total: pairs.length, unit: "parameters" });
    await context.work.checkpoint();
    const found = await comparePair(pair, context);
    if (!isBorneOut(pair, found)) {
      unpaired.push(pair);
      continue;
    }
    const entry = howPaired(pair, renamed(pair, found.entry));
    entries.set(pair.next, entry);
    if (found.farthest !== undefined) farthestOf.set(entry, found.farthest);
    watch?.compared(entry);
  }
  context.work.report({ stage: "comparing", done: pairs.length, total: pairs.length, unit: "parameters" });
  return { entries, unpaired, farthest: farthestOf };
}

function isDerived({ meaning }: AlignedPair): boolean {
  return meaning !== undefined && meaning.derivation !== "same";
}

/**
 * Plain names and shapes that are turned around say little, and not every scaler divides: only values that explain each
 * other make a pair of them.
 */
function isBorneOut({ by, meaning }: AlignedPair, { entry, isUnderivable }: Compared): boolean {
  if (isUnderivable || (by !== "name" && by !== "transposed" && meaning?.derivation !== "reciprocal")) return true;
  const { verdict, detail } = entry;
  if (verdict === "changed") return detail?.["refined"] !== undefined || detail?.["transposed"] !== undefined;
  return verdict !== "unread";
}

/** The same content under another path is `renamed`; changed content keeps the verdict on its values. */
function renamed(pair: AlignedPair, entry: DiffEntry): DiffEntry {
  if (entry.oldPath === undefined || entry.verdict !== "identical") return entry;
  return {
    ...entry,
    verdict: "renamed",
    tier: pair.by === "content" ? "digest" : entry.tier,
    // What is held in another way is not told to be the same numbers.
    because: isDerived(pair)
      ? say("every value follows exactly from that of {old}", { old: entry.oldPath })
      : say("the same values as {old} had", { old: entry.oldPath }),
    detail: { ...entry.detail, by: pair.by },
  };
}

/** A pair that nothing but likeness speaks for says so: whoever reads of it judges it by that. */
function howPaired({ by, confidence, meaning, called }: AlignedPair, entry: DiffEntry): DiffEntry {
  if (called !== undefined) {
    // The same values speak for themselves, and so does a name that is only written in another way.
    const isPlain = entry.verdict === "renamed" || called.name === called.path;
    const paired = isPlain ? {} : { paired: say("The file calls {path} {name}.", called) };
    return by === "path" ? entry : { ...entry, ...paired, detail: { ...entry.detail, by } };
  }
  if (meaning !== undefined) {
    const { template, args } = meaning.because;
    const { derivation, isBackwards } = meaning;
    const derived: Record<string, string> = derivation === "same" ? {} : { derived: isBackwards ? "new" : "old" };
    return { ...entry, paired: { template, args }, detail: { ...entry.detail, by, derivation, ...derived } };
  }
  if (by === "transposed" && (entry.verdict === "changed" || entry.verdict === "scaled") && entry.stats !== undefined) {
    const sure = entry.stats.cosine.toFixed(2);
    const paired = say("Paired by the likeness of their values, confidence {sure}.", { sure });
    return { ...entry, paired, detail: { ...entry.detail, by, confidence: sure } };
  }
  if (confidence === undefined) return entry;
  const sure = confidence.toFixed(2);
  return {
    ...entry,
    paired:
      by === "shape"
        ? say("Paired by shape alone, confidence {sure}.", { sure })
        : say("Paired by the likeness of their values, confidence {sure}.", { sure }),
    detail: { ...entry.detail, by, confidence: sure },
  };
}

/** A parameter of one side only. Where the other side was not read whole, it is not known to be missing there. */
function absent(parameter: Parameter, missingIn: "old" | "new", isOtherComplete: boolean): DiffEntry {
  const side = sideOf(parameter.tensor);
  const base = {
    path: parameter.path,
    tier: "presence" as const,
    ...(missingIn === "old" ? { new: side } : { old: side }),
    top: [],
  };
  if (!isOtherComplete)
    return {
      ...base,
      verdict: "unread",
      because:
        missingIn === "old"
          ? say("the old side was not read whole; this may be in the part that was not read")
          : say("the new side was not read whole; this may be in the part that was not read"),
    };
  return missingIn === "old"
    ? { ...base, verdict: "added", because: say("only the new side has it") }
    : { ...base, verdict: "removed", because: say("only the old side has it") };
}

/** New addresses of old values, as the parameters moved. */
function renamer(prefixes: readonly PrefixChange[]): (path: string) => string {
  return (path) => {
    const change =
      prefixes.find(({ old }) => old !== "" && path.startsWith(old)) ?? prefixes.find(({ old }) => old === "");
    return change === undefined ? path : change.next + path.slice(change.old.length);
  };
}

/** A file that is cut off or damaged, or an object that is not the one its pointer names. */
function faultsOf({ findings }: Artifact): readonly Finding[] {
  return findings.filter(({ rule, severity }) => rule.startsWith("integrity/") && severity !== "info");
}

function countVerdicts(entries: readonly DiffEntry[]): DiffReport["summary"] {
  const summary: Partial<Record<Verdict, number>> = {};
  for (const { verdict } of entries) summary[verdict] = (summary[verdict] ?? 0) + 1;
  return summary;
}
