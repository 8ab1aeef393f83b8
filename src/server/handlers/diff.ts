import { comparedTensors } from "../../core/diff/compared-pair.ts";
import { changeDistribution } from "../../core/diff/distribution.ts";
import { elementChanges } from "../../core/diff/elements.ts";
import { heatMap } from "../../core/diff/heat.ts";
import type { TensorPair } from "../../core/diff/pairs.ts";
import type { DiffEntry, DiffReport } from "../../core/diff/report.ts";
import { shownEntries } from "../../core/diff/told-elsewhere.ts";
import { comparedTrees } from "../../core/diff/trees/ensembles.ts";
import { pairEnsembles } from "../../core/diff/trees/pair.ts";
import { diffReportText } from "../../core/diff/report-json.ts";
import { ArtifactError } from "../../core/errors.ts";
import { applySettings } from "../../core/findings/settings.ts";
import { LIMITS } from "../../core/limits.ts";
import type { Parameter } from "../../core/model/artifact.ts";
import { diffHtml } from "../../core/view/diff-html.ts";
import { diffMarkdown } from "../../core/view/diff-markdown.ts";
import { shownAxes } from "../../core/view/shown-axes.ts";
import type { DiffEntryRow, DiffModel } from "../../core/view/diff-model.ts";
import type { Work } from "../../core/work.ts";
import { uriNames } from "../../protocol/uri-name.ts";
import type { ReportForm } from "../../protocol/report-file.ts";
import type { Handler } from "../context.ts";
import type { OpenDiff } from "../diffs.ts";
import type { OpenModel } from "../store.ts";
import { windowOf } from "./tensor.ts";

/** Compares for a panel, and makes what drifted Problems of the new file while the panel is there. */
export const open: Handler<"diff/open"> = async ({ diffs, problems, options }, { oldUri, newUri }, work) => {
  const diff = await diffs.open(oldUri, newUri, work);
  try {
    const model = await diffs.use(diff, work, (opened) => Promise.resolve(modelOf(opened)));
    problems.set(
      newUri,
      diff,
      model.findings.map((finding) => ({ finding })),
    );
    return { diff, model: { ...model, findings: applySettings(model.findings, options().rulesOf(newUri)) } };
  } catch (error) {
    diffs.release(diff);
    throw error;
  }
};

export const close: Handler<"diff/close"> = ({ diffs, problems }, { diff }) => {
  const uri = diffs.uriOf(diff);
  if (uri !== undefined) problems.clear(uri, diff);
  diffs.release(diff);
  return Promise.resolve(null);
};

export const elements: Handler<"diff/elements"> = ({ diffs }, { diff, path, sort, start, count }, work) =>
  diffs.use(diff, work, (opened) => elementChanges(opened, path, sort, start, Math.min(count, LIMITS.viewRows), work));

export const windows: Handler<"diff/windows"> = ({ diffs }, { diff, path, window }, work) =>
  diffs.use(diff, work, async ({ report, old, next }) => {
    const entry = entryOf(report.entries, path);
    const [oldWindow, newWindow] = [
      entry.old && (await windowOf(old.parameter(entry.oldPath ?? path), window, work)),
      entry.new && (await windowOf(next.parameter(path), window, work)),
    ];
    return { ...(oldWindow && { old: oldWindow }), ...(newWindow && { new: newWindow }) };
  });

export const distribution: Handler<"diff/distribution"> = ({ diffs }, { diff, path }, work) =>
  diffs.use(diff, work, async (opened) => {
    const { old, next } = await sidesOf(opened, path, work);
    return changeDistribution(old, next, work);
  });

export const heat: Handler<"diff/heat"> = ({ diffs }, { diff, path, leading }, work) =>
  diffs.use(diff, work, async (opened) => {
    const { old, next } = await sidesOf(opened, path, work);
    return heatMap(old, next, leading, work);
  });

export const tree: Handler<"diff/tree"> = ({ diffs }, { diff, path, oldIndex, newIndex }, work) =>
  diffs.use(diff, work, async ({ old, next }) => {
    const pair = (await pairEnsembles(old.artifact, next.artifact)).find((each) => each.next.path === path);
    if (pair === undefined) throw new ArtifactError("not-found", `the comparison has no trees at ${path}`);
    for (const [ensemble, index] of [
      [pair.old, oldIndex],
      [pair.next, newIndex],
    ] as const)
      if (index !== undefined && index >= ensemble.treeCount)
        throw new ArtifactError("not-found", `there is no tree ${index} of ${ensemble.treeCount}`);
    return comparedTrees(pair, oldIndex, newIndex, LIMITS.viewRows, work);
  });

/** What was compared of a parameter that both sides have. */
async function sidesOf({ report, old, next }: OpenDiff, path: string, work: Work): Promise<TensorPair> {
  const entry = entryOf(report.entries, path);
  if (entry.old === undefined || entry.new === undefined)
    throw new ArtifactError("refused", `${path} is on one side only`);
  return comparedTensors(entry, old.parameter(entry.oldPath ?? path).tensor, next.parameter(path).tensor, work);
}

/** The report as a person or a program reads it elsewhere, with the findings that the settings leave. */
export const exported: Handler<"diff/export"> = ({ diffs, options }, { diff, form }, work) =>
  diffs.use(diff, work, (opened) => {
    const report = {
      ...named(opened.report, opened.old, opened.next),
      findings: applySettings(opened.report.findings, options().rulesOf(opened.next.uri)),
    };
    return Promise.resolve({ text: WRITERS[form](report) });
  });

const WRITERS: Readonly<Record<ReportForm, (report: DiffReport) => string>> = {
  markdown: diffMarkdown,
  json: diffReportText,
  html: diffHtml,
};

function entryOf(entries: readonly DiffEntry[], path: string): DiffEntry {
  const found = entries.find((each) => each.path === path);
  if (found === undefined) throw new ArtifactError("not-found", `the comparison has no parameter ${path}`);
  return found;
}

/** What the panel shows: the report without the element lists, which are asked for per parameter. */
function modelOf({ report, old, next }: OpenDiff): DiffModel {
  const { isOfTrees } = shownEntries(report);
  const entries = report.entries.map((entry) => ({
    ...rowOf(entry, old, next),
    ...(isOfTrees(entry) && { isOfTrees: true as const }),
  }));
  return { ...named(report, old, next), entries };
}

/** Two files of one name are told apart by their folders. */
function named(report: DiffReport, old: OpenModel, next: OpenModel): DiffReport {
  const [oldName, newName] = uriNames(old.uri, next.uri);
  return { ...report, oldName, newName };
}

/** Axes are of the side that is there, the new one first; the old one's beside them where they differ. */
function rowOf({ top: _elements, ...entry }: DiffEntry, old: OpenModel, next: OpenModel): DiffEntryRow {
  const oldAxes = entry.old && old.parameter(entry.oldPath ?? entry.path).axes;
  const axes = entry.new && next.parameter(entry.path).axes;
  if (axes === undefined) return { ...entry, axes: shownAxes(oldAxes ?? []) };
  const isOther = oldAxes !== undefined && !areSameAxes(oldAxes, axes);
  return { ...entry, axes: shownAxes(axes), ...(isOther && { oldAxes: shownAxes(oldAxes) }) };
}

function areSameAxes(a: Parameter["axes"], b: Parameter["axes"]): boolean {
  const names = (axes: Parameter["axes"], at: number): readonly string[] => axes[at]?.labels ?? [];
  return (
    a.length === b.length &&
    a.every((_, at) => {
      const [one, other] = [names(a, at), names(b, at)];
      return one.length === other.length && one.every((name, i) => name === other[i]);
    })
  );
}
