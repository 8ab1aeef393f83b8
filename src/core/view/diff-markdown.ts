import type { DiffEntry, DiffReport, ElementChange, ValueChange } from "../diff/report.ts";
import type { EnsembleChange } from "../diff/trees/report.ts";
import { rewritingText } from "../diff/trees/rewriting-text.ts";
import { shownEntries, toldValues } from "../diff/told-elsewhere.ts";
import { english } from "../model/sentence.ts";
import { grouped } from "./viewer.ts";

/** Rows of one table; the rest is counted. */
const ROWS = 50;
const ELEMENTS = 5;

/**
 * A comparison as Markdown for a pull request: what kind of change it is, what changed and by how much, what drifted.
 * Names and values of a file are shown as code, so that nothing in them is taken for markup.
 */
export function diffMarkdown(report: DiffReport): string {
  const { oldName, newName, judgement, complete } = report;
  const { entries: changed, ofTrees } = shownEntries(report);
  const parts = [
    `### ${code(oldName)} → ${code(newName)}`,
    judgement.map((each) => plain(english(each))).join(" "),
    summaryLine(report),
    complete ? "" : "**Not everything was read: what was not read is not known to be unchanged.**",
    section("Findings", report.findings.map(findingLine)),
    section(
      "Schema",
      report.schema.map(({ message }) => `- ${plain(message)}`),
    ),
    section("Trees", report.ensembles.map(ensembleLine)),
    section("Parameters", [
      ...(changed.length === 0 ? [] : [entryTable(changed)]),
      ...(ofTrees === 0 ? [] : [`${grouped(ofTrees)} columns of trees changed with their trees: see there.`]),
    ]),
    section(
      "Largest changes",
      changed.map(largestChanges).filter((text) => text !== ""),
    ),
    values("Hyper-parameters", report.hyperparameters),
    values("Other values", report.values),
    values("Environment", report.environment),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function summaryLine({ summary, entries }: DiffReport): string {
  const counts = Object.entries(summary).map(([verdict, count]) => `${grouped(count)} ${verdict}`);
  return counts.length === 0 ? "No parameters." : `${grouped(entries.length)} parameters: ${counts.join(", ")}.`;
}

function findingLine({ severity, rule, message }: DiffReport["findings"][number]): string {
  return `- **${severity}** ${code(rule)} ${plain(message)}`;
}

function ensembleLine({ old, new: next, ...counts }: EnsembleChange): string {
  const name = code(next.path === "" ? next.library : next.path);
  const trees = `${grouped(old.trees)} → ${grouped(next.trees)} trees`;
  const { same, rewritten, rewriting, changed, added, removed } = counts;
  const other = rewriting === undefined ? "" : `, ${rewritten} ${rewritingText(rewriting)}`;
  const most = counts.features.find(({ shift }) => shift !== 0);
  const shift = most === undefined ? "" : `; ${code(most.feature)} moved most, by ${(100 * most.shift).toFixed(1)} %`;
  return `- ${name}: ${trees}: ${same} the same${other}, ${changed} changed, ${added} added, ${removed} removed${shift}`;
}

function entryTable(entries: readonly DiffEntry[]): string {
  const rows = entries.slice(0, ROWS).map((entry) => {
    const { stats } = entry;
    const numbers =
      stats === undefined
        ? ["", "", ""]
        : [`${grouped(stats.changed)} of ${grouped(stats.elements)}`, short(stats.maxAbs), short(stats.maxRel)];
    const paired = entry.paired === undefined ? "" : ` ${plain(english(entry.paired))}`;
    const verdict = `${entry.verdict}: ${plain(english(entry.because))}${paired === "" ? "" : `.${paired}`}`;
    return row([pathOf(entry), verdict, shapeOf(entry), ...numbers]);
  });
  const head = [
    row(["parameter", "verdict", "type", "elements changed", "max abs", "max rel"]),
    "| --- | --- | --- | ---: | ---: | ---: |",
  ];
  return [...head, ...rows, ...more(entries.length - rows.length)].join("\n");
}

function pathOf({ path, oldPath }: DiffEntry): string {
  return oldPath === undefined || oldPath === path ? code(path) : `${code(path)} (was ${code(oldPath)})`;
}

function shapeOf({ old, new: next }: DiffEntry): string {
  const [a, b] = [old, next].map((side) =>
    side === undefined ? undefined : `${side.dtype} [${side.shape.join(", ")}]`,
  );
  if (a === undefined || b === undefined || a === b) return code(b ?? a ?? "");
  return `${code(a)} → ${code(b)}`;
}

function largestChanges({ path, top, verdict }: DiffEntry): string {
  if (top.length === 0 || verdict === "permuted") return "";
  const lines = top
    .slice(0, ELEMENTS)
    .map((change) => `- ${elementName(change)}: ${code(change.old)} → ${code(change.new)}`);
  return `${code(path)}\n\n${lines.join("\n")}`;
}

function elementName({ position, labels }: ElementChange): string {
  const names = position.map((at, axis) => labels[axis] ?? String(at));
  return code(names.length === 0 ? "value" : names.join(", "));
}

function values(title: string, changes: readonly ValueChange[]): string {
  if (changes.length === 0) return "";
  const told = toldValues(changes);
  const rows = told.slice(0, ROWS).map(({ path, changes: [first, ...others] }) => {
    const name = others.length === 0 ? code(path) : `${code(path)}, ${grouped(others.length + 1)} of them, the first`;
    return row([
      name,
      first?.old === undefined ? "" : code(first.old),
      first?.new === undefined ? "" : code(first.new),
    ]);
  });
  const table = [row(["", "old", "new"]), "| --- | --- | --- |", ...rows, ...more(told.length - rows.length)];
  return section(title, [table.join("\n")]);
}

function more(count: number): string[] {
  return count > 0 ? ["", `… and ${grouped(count)} more`] : [];
}

function section(title: string, blocks: readonly string[]): string {
  if (blocks.length === 0) return "";
  const isList = blocks.every((block) => block.startsWith("- "));
  return `#### ${title}\n\n${blocks.join(isList ? "\n" : "\n\n")}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Four digits: enough to judge the size of an error, which is all these columns are for. */
export function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

/** Longer values are in the file. */
const CODE_MAX = 200;

/** A span of code that holds whatever the text holds, on one line. */
function code(text: string): string {
  const line = text.replace(/\s/g, " ");
  const shown = line.length > CODE_MAX ? `${line.slice(0, CODE_MAX)}…` : line;
  if (shown.trim() === "") return "` `";
  const fence = "`".repeat(1 + Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)));
  const space = shown.startsWith("`") || shown.endsWith("`") ? " " : "";
  return `${fence}${space}${shown}${space}${fence}`;
}

/** A sentence that names things of a file: nothing in it is markup. */
function plain(text: string): string {
  return text.replace(/\s/g, " ").replace(/[\\`*_{}[\]<>#|~&!]/g, "\\$&");
}
