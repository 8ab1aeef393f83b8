import { diffArtifacts } from "../../core/diff/diff.ts";
import type { DiffEntry, DiffReport, ValueChange, Verdict } from "../../core/diff/report.ts";
import { diffReportText } from "../../core/diff/report-json.ts";
import { shownEntries, toldValues } from "../../core/diff/told-elsewhere.ts";
import { ArtifactError } from "../../core/errors.ts";
import { rewritingText } from "../../core/diff/trees/rewriting-text.ts";
import type { EnsembleChange, TreeChange } from "../../core/diff/trees/report.ts";
import { english } from "../../core/model/sentence.ts";
import { findingLines, isAtOrAbove } from "../finding-lines.ts";
import { failLevel, judged } from "../rules.ts";
import { sarif } from "../sarif.ts";
import { driverSides, placeOf, type Sides } from "../git-sides.ts";
import { withSides } from "../open-sides.ts";
import type { Session } from "../session.ts";
import { table } from "../table.ts";
import { wholeNumber } from "../arguments.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";
import { VERSION } from "../version.ts";

export async function diff(session: Session): Promise<ExitCode> {
  const driven = driverSides(session.arguments.words);
  if (driven !== undefined) return diffForGit(session, driven);
  const [oldFile, newFile, ...more] = session.arguments.words;
  if (oldFile !== undefined && newFile === undefined && process.env["GIT_DIFF_PATH_TOTAL"] !== undefined)
    return unmerged(session, oldFile);
  if (oldFile === undefined || newFile === undefined || more.length > 0) throw new UsageError("diff takes OLD and NEW");
  return diffSides(session, { oldFile, newFile, place: placeOf(oldFile, newFile) });
}

async function diffSides(session: Session, sides: Sides): Promise<ExitCode> {
  const level = failLevel(session);
  const options = { top: wholeNumber(session.arguments.text("top"), "top", 10), ...tolerance(session) };
  const compared = await withSides(session, sides, (old, next) =>
    diffArtifacts(old, next, options, session.host, session.work),
  );
  const { old, new: next } = compared.sideFindings;
  const report: DiffReport = {
    ...compared,
    findings: await judged(session, sides.place, compared.findings),
    sideFindings: { old: await judged(session, sides.place, old), new: await judged(session, sides.place, next) },
  };
  if (session.arguments.flag("sarif")) session.output.out(sarif(report.findings, sides.place, VERSION));
  else if (session.arguments.flag("json")) session.output.out(`${diffReportText(report)}\n`);
  else session.output.out(`${lines(report).join("\n")}\n`);
  // A side that is cut or damaged was not compared: that must not look like "nothing found".
  const found = [...report.findings, ...report.sideFindings.old, ...report.sideFindings.new];
  if (isAtOrAbove(found, level)) return EXIT.findings;
  return session.arguments.flag("exit-code") && differs(report) ? EXIT.findings : EXIT.done;
}

/**
 * As git's external diff driver: what cannot be compared is said where the comparison would stand, and the exit code is
 * 0 whatever was found, for any other one makes git stop.
 */
async function diffForGit(session: Session, sides: Sides): Promise<ExitCode> {
  try {
    await diffSides(session, sides);
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled") throw error;
    session.output.out(`${sides.oldName ?? ""} → ${sides.newName ?? ""}\nNot compared: ${error.message}\n`);
  }
  // Git writes nothing between two files.
  session.output.out("\n");
  return EXIT.done;
}

/** Of a file with merge conflicts git gives its path and nothing else. */
function unmerged(session: Session, file: string): ExitCode {
  session.output.out(`* Unmerged path ${file}\n`);
  return EXIT.done;
}

function tolerance(session: Session): { tolerance?: number } {
  const text = session.arguments.text("tolerance");
  if (text === undefined) return {};
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0)
    throw new UsageError(`--tolerance takes a number of 0 or more, not "${text}"`);
  return { tolerance: value };
}

/** True when anything is not the same, or when not all of it could be compared. */
function differs(report: DiffReport): boolean {
  return (
    !report.complete ||
    report.entries.some((entry) => entry.verdict !== "identical") ||
    [report.schema, report.hyperparameters, report.values, report.environment].some((changes) => changes.length > 0)
  );
}

const MARKS: Readonly<Record<Verdict, string>> = {
  identical: "=",
  "recast-lossless": "≈",
  rounded: "≈",
  "decimal-truncated": "≈",
  quantised: "≈",
  permuted: "⤨",
  scaled: "Δ",
  "within-tolerance": "≈",
  changed: "Δ",
  reshaped: "▦",
  added: "+",
  removed: "−",
  renamed: "⇄",
  unread: "?",
};

const SHOWN_ENTRIES = 200;

function lines(report: DiffReport): string[] {
  const out = [`${report.oldName} → ${report.newName}`, ...report.judgement.map(english)];
  const counts = Object.entries(report.summary).map(([verdict, count]) => `${count} ${verdict}`);
  if (counts.length > 0) out.push(counts.join(" · "));
  const { entries: changed, ofTrees } = shownEntries(report);
  if (changed.length + ofTrees > 0) {
    out.push("", "Parameters");
    for (const entry of changed.slice(0, SHOWN_ENTRIES)) out.push(...entryLines(entry));
    if (changed.length > SHOWN_ENTRIES) out.push(`  showing ${SHOWN_ENTRIES} of ${changed.length}; --json has all`);
    if (ofTrees > 0) out.push(`  ${ofTrees} columns of trees changed with their trees: see Trees; --json has all`);
  }
  if (report.ensembles.length > 0) out.push("", "Trees", ...report.ensembles.flatMap(ensembleLines));
  if (report.schema.length > 0) out.push("", "Schema", ...report.schema.map((change) => `  ${change.message}`));
  for (const [title, changes] of [
    ["Hyper-parameters", report.hyperparameters],
    ["Values", report.values],
    ["Environment", report.environment],
  ] as const) {
    if (changes.length === 0) continue;
    out.push("", title, ...valueLines(changes));
  }
  for (const [title, found] of [
    ["The old side", report.sideFindings.old],
    ["The new side", report.sideFindings.new],
  ] as const)
    if (found.length > 0) out.push("", title, ...findingLines(found));
  if (report.findings.length > 0) out.push("", "Findings", ...findingLines(report.findings));
  return out;
}

/** Values that one side alone has and that are printed: a format that holds no settings lacks all of them. */
const SHOWN_ONE_SIDED = 12;

function valueLines(changes: readonly ValueChange[]): string[] {
  const out: string[] = [];
  for (const [kind, most, of] of [
    ["changed", SHOWN_ENTRIES, ""],
    ["added", SHOWN_ONE_SIDED, " that only the new side has"],
    ["removed", SHOWN_ONE_SIDED, " that only the old side has"],
  ] as const) {
    const found = toldValues(changes.filter((change) => change.kind === kind));
    for (const { path, changes: told } of found.slice(0, most)) {
      const [first] = told;
      const values = `${first?.old ?? "(not there)"} → ${first?.new ?? "(not there)"}`;
      out.push(told.length === 1 ? `  ${path}: ${values}` : `  ${path}: ${told.length} differ, the first ${values}`);
    }
    if (found.length > most) out.push(`  showing ${most} of ${found.length}${of}; --json has all`);
  }
  return out;
}

/** Changed trees and features that are printed. */
const SHOWN_TREES = 10;

function ensembleLines({ old, new: next, trees, features, ...counts }: EnsembleChange): string[] {
  const { same, moved, rewritten, rewriting, changed, added, removed, unread } = counts;
  const name = next.path === "" ? next.library : next.path;
  const out = [
    `  ${name}: ${old.trees} → ${next.trees} trees, ${old.nodes} → ${next.nodes} nodes: ${same} the same (${moved} moved)${rewriting === undefined ? "" : `, ${rewritten} ${rewritingText(rewriting)}`}, ${changed} changed, ${added} added, ${removed} removed${unread === 0 ? "" : `, ${unread} not read`}`,
  ];
  if (counts.base !== undefined) out.push(`    they add to ${counts.base.new} instead of ${counts.base.old}`);
  for (const tree of trees.slice(0, SHOWN_TREES)) out.push(`    ${treeLine(tree)}`);
  if (trees.length > SHOWN_TREES) out.push(`    showing ${SHOWN_TREES} of ${trees.length}; --json has all`);
  const shifted = features.filter(({ shift }) => shift !== 0).slice(0, SHOWN_TREES);
  if (shifted.length > 0)
    out.push(
      `    features by how much their share moved (splits${shifted[0]?.oldGain === undefined ? "" : ", gain"}):`,
    );
  out.push(
    ...table(
      shifted.map(({ feature, oldSplits, newSplits, shift }) => [
        `      ${feature}`,
        `${oldSplits} → ${newSplits} splits`,
        `${shift > 0 ? "+" : ""}${(100 * shift).toFixed(1)} %`,
      ]),
    ),
  );
  return out;
}

function treeLine({ kind, oldIndex, newIndex, counts, nodes, why, weight, output }: TreeChange): string {
  const place = oldIndex === newIndex || oldIndex === undefined || newIndex === undefined ? "" : `${oldIndex} → `;
  const name = `tree ${place}${newIndex ?? oldIndex}`;
  if (kind === "changed" && counts !== undefined)
    return [
      `${name}: ${counts.changed} nodes changed, ${counts.added} added, ${counts.removed} removed, ${counts.same} the same`,
      ...(weight === undefined ? [] : [`weight ${weight.old} → ${weight.new}`]),
      ...(output === undefined ? [] : [`output ${output.old} → ${output.new}`]),
    ].join("; ");
  if (kind === "unread") return `${name}: ${why ?? "not read"}`;
  return `${name}: ${kind}${nodes === undefined ? "" : ` (${nodes} nodes)`}`;
}

function entryLines(entry: DiffEntry): string[] {
  const from = entry.oldPath === undefined || entry.oldPath === entry.path ? "" : ` (was ${entry.oldPath})`;
  const mark = entry.detail?.["refined"] === undefined ? MARKS[entry.verdict] : MARKS.rounded;
  const out = [`${mark} ${entry.path}${from}: ${english(entry.because)}`];
  if (entry.paired !== undefined) out.push(`    ${english(entry.paired)}`);
  const { stats } = entry;
  if (stats !== undefined && stats.changed > 0) {
    const ulp = stats.maxUlp === undefined ? "" : `, at most ${stats.maxUlp} ulp`;
    out.push(
      `    ${stats.changed} of ${stats.elements} differ, max |Δ| ${short(stats.maxAbs)}, max relative ${short(stats.maxRel)}${ulp}`,
    );
  }
  const rows = entry.top.map((change) => [
    `    [${change.position.map((at, axis) => change.labels[axis] ?? String(at)).join(", ")}]`,
    change.old,
    "→",
    change.new,
  ]);
  out.push(...table(rows));
  return out;
}

/** Three significant digits of a statistic. */
function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}
