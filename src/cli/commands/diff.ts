import { diffArtifacts } from "../../core/diff/diff.ts";
import type { DiffEntry, DiffReport, Verdict } from "../../core/diff/report.ts";
import { diffReportText } from "../../core/diff/report-json.ts";
import { english } from "../../core/model/sentence.ts";
import { findingLines, isAtOrAbove } from "../finding-lines.ts";
import { failLevel, judged } from "../rules.ts";
import { sarif } from "../sarif.ts";
import { type Session, withArtifact } from "../session.ts";
import { table } from "../table.ts";
import { wholeNumber } from "../arguments.ts";
import { EXIT, type ExitCode, UsageError } from "../usage.ts";
import { VERSION } from "../version.ts";

export async function diff(session: Session): Promise<ExitCode> {
  const [oldFile, newFile, ...more] = session.arguments.words;
  if (oldFile === undefined || newFile === undefined || more.length > 0) throw new UsageError("diff takes OLD and NEW");
  const level = failLevel(session);
  const options = { top: wholeNumber(session.arguments.text("top"), "top", 10), ...tolerance(session) };
  const compared = await withArtifact(session, oldFile, (old) =>
    withArtifact(session, newFile, (next) => diffArtifacts(old, next, options, session.host, session.work)),
  );
  const report: DiffReport = { ...compared, findings: await judged(session, newFile, compared.findings) };
  if (session.arguments.flag("sarif")) session.output.out(sarif(report.findings, newFile, VERSION));
  else if (session.arguments.flag("json")) session.output.out(`${diffReportText(report)}\n`);
  else session.output.out(`${lines(report).join("\n")}\n`);
  if (isAtOrAbove(report.findings, level)) return EXIT.findings;
  return session.arguments.flag("exit-code") && differs(report) ? EXIT.findings : EXIT.done;
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
  if (!report.complete) out.push("Not everything could be compared: what was not read is not unchanged.");
  const counts = Object.entries(report.summary).map(([verdict, count]) => `${count} ${verdict}`);
  if (counts.length > 0) out.push(counts.join(" · "));
  const changed = report.entries.filter((entry) => entry.verdict !== "identical");
  if (changed.length > 0) {
    out.push("", "Parameters");
    for (const entry of changed.slice(0, SHOWN_ENTRIES)) out.push(...entryLines(entry));
    if (changed.length > SHOWN_ENTRIES) out.push(`  showing ${SHOWN_ENTRIES} of ${changed.length}; --json has all`);
  }
  if (report.schema.length > 0) out.push("", "Schema", ...report.schema.map((change) => `  ${change.message}`));
  for (const [title, changes] of [
    ["Hyper-parameters", report.hyperparameters],
    ["Values", report.values],
    ["Environment", report.environment],
  ] as const) {
    if (changes.length === 0) continue;
    out.push("", title);
    for (const change of changes.slice(0, SHOWN_ENTRIES))
      out.push(`  ${change.path}: ${change.old ?? "(not there)"} → ${change.new ?? "(not there)"}`);
    if (changes.length > SHOWN_ENTRIES) out.push(`  showing ${SHOWN_ENTRIES} of ${changes.length}; --json has all`);
  }
  if (report.findings.length > 0) out.push("", "Findings", ...findingLines(report.findings));
  return out;
}

function entryLines(entry: DiffEntry): string[] {
  const from = entry.oldPath === undefined || entry.oldPath === entry.path ? "" : ` (was ${entry.oldPath})`;
  const out = [`${MARKS[entry.verdict]} ${entry.path}${from}: ${english(entry.because)}`];
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
