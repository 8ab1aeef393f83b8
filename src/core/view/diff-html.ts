import type {
  DiffEntry,
  DiffReport,
  ElementChange,
  SchemaChange,
  TensorSide,
  ValueChange,
  Verdict,
} from "../diff/report.ts";
import { shownEntries, toldValues } from "../diff/told-elsewhere.ts";
import type { EnsembleChange } from "../diff/trees/report.ts";
import { rewritingText } from "../diff/trees/rewriting-text.ts";
import type { Finding } from "../findings/finding.ts";
import { english } from "../model/sentence.ts";
import { REPORT_STYLE } from "./diff-html-style.ts";
import { short } from "./diff-markdown.ts";
import { type DigitRun, splitDigits } from "./digits.ts";
import { foreignText, visible } from "./html-text.ts";
import { grouped } from "./viewer.ts";

/** Rows of one table; the rest is counted. */
const ROWS = 1_000;
/** Parameters whose largest changes are listed. */
const DETAILED = 200;
/** Characters of one text; longer values are in the file. */
const TEXT_MAX = 500;

/**
 * A comparison as one HTML page: no script, nothing fetched (its own policy forbids both), light and dark by what the
 * reader's system prefers. What comes out of a file is text, whatever it looks like.
 */
export function diffHtml(report: DiffReport): string {
  const { oldName, newName, judgement, entries, complete } = report;
  const { entries: changed, ofTrees } = shownEntries(report);
  const title = `${plainTitle(oldName)} → ${plainTitle(newName)}`;
  const parts = [
    `<h1>${foreignText(oldName)} <span class="dim">→</span> ${foreignText(newName)}</h1>`,
    `<p class="judgement">${judgement.map((each) => visible(english(each))).join(" ")}</p>`,
    complete ? "" : '<p class="warning">⚠ Not everything was read: what was not read is not known to be unchanged.</p>',
    summary(report),
    section("Findings", report.findings.length, list(report.findings.map(finding))),
    section("Schema", report.schema.length, report.schema.map(schemaChange).join("\n")),
    section("Trees", report.ensembles.length, report.ensembles.map(ensemble).join("\n")),
    section("Parameters that changed", changed.length, entryTable(changed)),
    ofTrees === 0 ? "" : `<p class="dim">${grouped(ofTrees)} columns of trees changed with their trees: see there.</p>`,
    largestChanges(changed),
    values("Hyper-parameters", report.hyperparameters),
    values("Other values", report.values),
    values("Environment", report.environment),
    unchanged(entries.filter(({ verdict }) => verdict === "identical")),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Model Loupe">
<title>${title}</title>
<style>
${REPORT_STYLE}</style>
</head>
<body>
<main>
${parts.filter((part) => part !== "").join("\n")}
</main>
</body>
</html>
`;
}

/** A title holds text only: what is not seen is left out of it. */
function plainTitle(name: string): string {
  return visible(name).replace(/<[^>]*>/g, "");
}

const GLYPHS: Readonly<Record<Verdict, string>> = {
  changed: "Δ",
  reshaped: "▦",
  scaled: "×",
  permuted: "⤨",
  quantised: "≈",
  "decimal-truncated": "≈",
  rounded: "≈",
  "within-tolerance": "≈",
  "recast-lossless": "≈",
  renamed: "⇄",
  added: "+",
  removed: "−",
  unread: "?",
  identical: "=",
};

function glyph(verdict: Verdict): string {
  return `<span class="glyph is-${verdict}" aria-hidden="true">${GLYPHS[verdict]}</span> ${word(verdict)}`;
}

function word(verdict: Verdict): string {
  return verdict.replaceAll("-", " ");
}

function summary({ summary: counts, entries }: DiffReport): string {
  if (entries.length === 0) return '<p class="dim">No parameters.</p>';
  const all = (Object.keys(GLYPHS) as Verdict[]).filter((verdict) => (counts[verdict] ?? 0) > 0);
  const items = all.map((verdict) => `<li>${glyph(verdict)} <b>${grouped(counts[verdict] ?? 0)}</b></li>`);
  return `<ul class="counts">\n${items.join("\n")}\n</ul>`;
}

function section(title: string, count: number, body: string): string {
  if (count === 0) return "";
  return `<section>\n<h2>${title} <span class="dim">${grouped(count)}</span></h2>\n${body}\n</section>`;
}

function list(items: readonly string[]): string {
  return `<ul class="list">\n${items.map((item) => `<li>${item}</li>`).join("\n")}\n</ul>`;
}

function finding({ severity, rule, message }: Finding): string {
  return `<b class="severity is-${severity}">${severity}</b> ${visible(message)} <code class="dim">${visible(rule)}</code>`;
}

function schemaChange({ message, path, old, new: next }: SchemaChange): string {
  const at = path === "" ? "" : ` <code class="dim">${foreignText(path)}</code>`;
  const count = Math.max(old.length, next.length);
  const rows = Array.from({ length: Math.min(count, ROWS) }, (_, i) =>
    row([code(old[i]), code(next[i])], old[i] === next[i] ? ' class="is-same"' : ""),
  );
  const table = count === 0 ? "" : `\n${tableOf(["old", "new"], rows, count)}`;
  return `<p>${visible(message)}${at}</p>${table}`;
}

function ensemble({ old, new: next, features, ...counts }: EnsembleChange): string {
  const { same, rewritten, rewriting, changed, added, removed, unread } = counts;
  const other = rewriting === undefined ? "" : `, ${grouped(rewritten)} ${rewritingText(rewriting)}`;
  const numbers = `${grouped(old.trees)} → ${grouped(next.trees)} trees: ${grouped(same)} the same${other}, ${grouped(changed)} changed, ${grouped(added)} added, ${grouped(removed)} removed${unread === 0 ? "" : `, ${grouped(unread)} not read`}`;
  const shifted = features.filter(({ shift }) => shift !== 0);
  const rows = shifted
    .slice(0, ROWS)
    .map((use) =>
      row(
        [
          code(use.feature),
          grouped(use.oldSplits),
          grouped(use.newSplits),
          `${use.shift > 0 ? "+" : ""}${(100 * use.shift).toFixed(1)} %`,
        ],
        "",
      ),
    );
  const heads = ["feature", "splits before", "splits now", "share moved by"];
  return `<p>${code(next.path === "" ? next.library : next.path)} ${numbers}</p>${rows.length === 0 ? "" : tableOf(heads, rows, shifted.length)}`;
}

function entryTable(entries: readonly DiffEntry[]): string {
  const rows = entries.slice(0, ROWS).map((entry) => {
    const { stats } = entry;
    const numbers =
      stats === undefined
        ? ["", "", ""]
        : [`${grouped(stats.changed)} of ${grouped(stats.elements)}`, short(stats.maxAbs), short(stats.maxRel)];
    const paired = entry.paired === undefined ? "" : `<br><span class="dim">${visible(english(entry.paired))}</span>`;
    const because = `${glyph(entry.verdict)}<br><span class="dim">${visible(english(entry.because))}</span>${paired}`;
    const cells = `<td class="name">${pathOf(entry)}</td><td>${because}</td><td class="type">${shapeOf(entry)}</td>`;
    return `<tr>${cells}${numbers.map((cell) => `<td class="number">${cell}</td>`).join("")}</tr>`;
  });
  const heads = ["parameter", "verdict", "type", "elements changed", "max |Δ|", "max relative"];
  return tableOf(heads, rows, entries.length, 3);
}

function pathOf({ path, oldPath }: DiffEntry): string {
  const was = oldPath === undefined || oldPath === path ? "" : `<br><span class="dim">was ${code(oldPath)}</span>`;
  return `${code(path)}${was}`;
}

function shapeOf({ old, new: next }: DiffEntry): string {
  const [a, b] = [old, next].map((side) => (side === undefined ? undefined : sideText(side)));
  if (a === undefined || b === undefined || a === b) return code(b ?? a);
  return `${code(a)} → ${code(b)}`;
}

function sideText({ dtype, shape }: TensorSide): string {
  return `${dtype} [${shape.join(", ")}]`;
}

function largestChanges(entries: readonly DiffEntry[]): string {
  const told = entries.filter(({ top, verdict }) => top.length > 0 && verdict !== "permuted");
  const shown = told.slice(0, DETAILED).map(({ path, top, stats }) => {
    const rows = top.map(
      (change) =>
        `<tr><td>${placeOf(change)}</td>${marked(change.old, change.new)}<td class="number dim">${short(change.delta)}</td><td class="number dim">${short(change.relative)}</td></tr>`,
    );
    const heads = ["element", "old", "new", "Δ", "relative"];
    return `<h3>${code(path)}</h3>\n${tableOf(heads, rows, stats?.changed ?? top.length, 1)}`;
  });
  const rest =
    told.length > shown.length
      ? `\n<p class="dim">… and ${grouped(told.length - shown.length)} more parameters</p>`
      : "";
  return shown.length === 0 ? "" : `<section>\n<h2>Largest changes</h2>\n${shown.join("\n")}${rest}\n</section>`;
}

function placeOf({ position, labels }: ElementChange): string {
  if (position.length === 0) return '<span class="dim">value</span>';
  const names = position.map((at, axis) => labels[axis] ?? String(at));
  return code(`[${names.join(", ")}]`);
}

/** Two cells: the leading digits that both share plain, the rest marked. */
function marked(old: string, next: string): string {
  const split = splitDigits(cut(old), cut(next));
  const runs = (all: readonly DigitRun[], side: "old" | "new"): string =>
    all
      .map(({ text, isSame }) => (isSame ? visible(text) : `<mark class="is-${side}">${visible(text)}</mark>`))
      .join("");
  return `<td class="number"><bdi>${runs(split.old, "old")}</bdi></td><td class="number"><bdi>${runs(split.new, "new")}</bdi></td>`;
}

function values(title: string, changes: readonly ValueChange[]): string {
  const told = toldValues(changes);
  const rows = told.slice(0, ROWS).map(({ path, changes: [first, ...others] }) => {
    const [old, next] = [first?.old, first?.new];
    const more =
      others.length === 0 ? "" : `<br><span class="dim">${grouped(others.length + 1)} of them, the first</span>`;
    const cells =
      old === undefined || next === undefined
        ? [old, next].map((text) => `<td class="value">${code(text)}</td>`).join("")
        : marked(old, next).replaceAll('<td class="number">', '<td class="value">');
    return `<tr><td class="name">${code(path)}${more}</td>${cells}</tr>`;
  });
  return section(title, changes.length, tableOf(["name", "old", "new"], rows, told.length));
}

function unchanged(entries: readonly DiffEntry[]): string {
  if (entries.length === 0) return "";
  const shown = entries.slice(0, ROWS).map(({ path }) => code(path));
  const rest = entries.length > shown.length ? ` … and ${grouped(entries.length - shown.length)} more` : "";
  return `<details>\n<summary>${grouped(entries.length)} identical</summary>\n<p>${shown.join(", ")}${rest}</p>\n</details>`;
}

/** Heads from `numeric` on are of columns of numbers. */
function tableOf(heads: readonly string[], rows: readonly string[], total: number, numeric = heads.length): string {
  const head = heads.map((text, i) => `<th scope="col"${i >= numeric ? ' class="number"' : ""}>${text}</th>`).join("");
  const rest = total > rows.length ? `\n<p class="dim">… and ${grouped(total - rows.length)} more</p>` : "";
  return `<div class="wide"><table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${rows.join("\n")}\n</tbody>\n</table></div>${rest}`;
}

function row(cells: readonly string[], attributes: string): string {
  return `<tr${attributes}>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
}

function code(text: string | undefined): string {
  return text === undefined ? '<span class="dim">–</span>' : `<code>${foreignText(cut(text))}</code>`;
}

function cut(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text;
}
