import type { Finding } from "../findings/finding.ts";
import { english } from "../model/sentence.ts";
import { findingJson } from "../view/findings-json.ts";
import { type Json, jsonElement, jsonFloat, jsonText } from "../view/json-text.ts";
import type {
  DiffEntry,
  DiffReport,
  DiffStats,
  ElementChange,
  SchemaChange,
  TensorSide,
  ValueChange,
} from "./report.ts";
import type { EnsembleChange } from "./trees/report.ts";

/** The stable JSON form of a comparison (`diff --json`, DESIGN section 6). */
export const SCHEMA_VERSION = 1;

export interface ReportJsonOptions {
  /** Findings to print instead of the report's own: what settings left of them. */
  readonly findings?: readonly Finding[];
}

/** A report as data for `jsonText`: numbers exact, what JSON cannot hold as text. */
export function diffReportJson(report: DiffReport, options: ReportJsonOptions = {}): Json {
  return {
    schemaVersion: SCHEMA_VERSION,
    old: report.oldName,
    new: report.newName,
    judgement: report.judgement.map(english),
    summary: { ...report.summary },
    entries: report.entries.map(entryJson),
    schema: report.schema.map(schemaJson),
    hyperparameters: report.hyperparameters.map(valueJson),
    values: report.values.map(valueJson),
    environment: report.environment.map(valueJson),
    ensembles: report.ensembles.map(ensembleJson),
    findings: (options.findings ?? report.findings).map(findingJson),
    sideFindings: { old: report.sideFindings.old.map(findingJson), new: report.sideFindings.new.map(findingJson) },
    complete: report.complete,
  };
}

/** One JSON document. */
export function diffReportText(report: DiffReport, options: ReportJsonOptions = {}): string {
  return jsonText(diffReportJson(report, options));
}

function ensembleJson({ features, trees, old, new: next, rewriting, base, ...counts }: EnsembleChange): Json {
  const side = ({ path, library, trees: count, nodes, depth }: EnsembleChange["old"]): Json => ({
    path,
    library,
    trees: count,
    nodes,
    depth,
  });
  return {
    old: side(old),
    new: side(next),
    ...counts,
    rewriting: rewriting && { ...rewriting },
    base: base && { ...base },
    trees: trees.map(({ counts: nodes, weight, output, ...tree }) => ({
      ...tree,
      counts: nodes && { ...nodes },
      weight: weight && { ...weight },
      output: output && { ...output },
    })),
    features: features.map(({ shift, oldGain, newGain, ...use }) => ({
      ...use,
      oldGain: oldGain === undefined ? undefined : jsonFloat(oldGain),
      newGain: newGain === undefined ? undefined : jsonFloat(newGain),
      shift: jsonFloat(shift),
    })),
  };
}

function entryJson(entry: DiffEntry): Json {
  return {
    path: entry.path,
    oldPath: entry.oldPath,
    verdict: entry.verdict,
    tier: entry.tier,
    because: english(entry.because),
    paired: entry.paired === undefined ? undefined : english(entry.paired),
    detail: entry.detail,
    old: entry.old === undefined ? undefined : sideJson(entry.old),
    new: entry.new === undefined ? undefined : sideJson(entry.new),
    stats: entry.stats === undefined ? undefined : statsJson(entry.stats),
    top: entry.top.map(changeJson),
  };
}

function sideJson({ dtype, shape }: TensorSide): Json {
  return { dtype, shape };
}

function statsJson(stats: DiffStats): Json {
  return {
    elements: stats.elements,
    changed: stats.changed,
    maxAbs: jsonFloat(stats.maxAbs),
    meanAbs: jsonFloat(stats.meanAbs),
    maxRel: jsonFloat(stats.maxRel),
    maxUlp: stats.maxUlp === undefined ? undefined : jsonElement(String(stats.maxUlp)),
    l2: jsonFloat(stats.l2),
    relL2: jsonFloat(stats.relL2),
    cosine: jsonFloat(stats.cosine),
    overflow: stats.overflow,
    underflow: stats.underflow,
    nanChanged: stats.nanChanged,
    infChanged: stats.infChanged,
    signFlips: stats.signFlips,
  };
}

function changeJson(change: ElementChange): Json {
  return {
    index: change.index,
    position: change.position,
    labels: change.labels.map((label) => label ?? null),
    old: jsonElement(change.old),
    new: jsonElement(change.new),
    delta: jsonFloat(change.delta),
    relative: jsonFloat(change.relative),
    ulp: change.ulp === undefined ? undefined : jsonElement(String(change.ulp)),
  };
}

function schemaJson({ kind, path, message, old, new: next }: SchemaChange): Json {
  return { kind, path, message, old, new: next };
}

function valueJson({ path, kind, old, new: next }: ValueChange): Json {
  return { path, kind, old, new: next };
}
