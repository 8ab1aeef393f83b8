/** Style of the HTML report: no colours that only light or only dark can show, columns of numbers with even figures. */
export const REPORT_STYLE = `:root {
  color-scheme: light dark;
  --text: #1f2328; --quiet: #59636e; --ground: #ffffff; --line: #d1d9e0;
  --old: #ffd7d5; --new: #ccf0d2; --error: #b3261e; --warning: #8a5a00; --info: #0a5dc2;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #d6dbe1; --quiet: #9aa4af; --ground: #16191d; --line: #343b44;
    --old: #6b2421; --new: #1c4f2b; --error: #ff8a80; --warning: #e0b050; --info: #7cb7ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 14px/1.5 system-ui, "Segoe UI", Ubuntu, sans-serif; }
main { max-width: 1100px; margin: 0 auto; padding: 24px 24px 64px; }
h1 { margin: 0 0 8px; font-size: 20px; overflow-wrap: anywhere; }
h2 { margin: 32px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--line); font-size: 16px; }
h3 { margin: 20px 0 4px; font-size: 14px; }
h2 .dim { font-weight: normal; }
p { margin: 4px 0; }
.judgement { font-size: 15px; }
.dim { color: var(--quiet); }
.warning, .severity.is-warning { color: var(--warning); }
.severity.is-error { color: var(--error); }
.severity.is-info { color: var(--info); }
.counts { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 8px 0; padding: 0; list-style: none; }
.list { margin: 0; padding-left: 20px; }
.list li { margin: 2px 0; }
.glyph { display: inline-block; width: 1em; text-align: center; }
code, .number, .value { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12.5px; font-variant-ligatures: none; font-variant-numeric: tabular-nums; }
code { overflow-wrap: anywhere; white-space: pre-wrap; }
.wide { max-width: 100%; overflow-x: auto; }
table { border-collapse: collapse; }
th, td { padding: 3px 24px 3px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: normal; white-space: nowrap; }
.number { white-space: nowrap; }
th.number { font-family: inherit; font-size: inherit; }
.name { min-width: 240px; }
.type { white-space: nowrap; }
.value { overflow-wrap: anywhere; white-space: pre-wrap; }
.is-same { color: var(--quiet); }
mark { border-radius: 2px; color: inherit; }
mark.is-old { background: var(--old); }
mark.is-new { background: var(--new); }
.unseen { padding: 0 2px; border: 1px solid var(--line); border-radius: 2px; color: var(--warning); font-size: 11px; }
details { margin-top: 32px; }
summary { cursor: pointer; }
@media print { main { max-width: none; padding: 0; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; } }
`;
