import { TabInputCustom, type Uri, type ViewColumn, window } from "vscode";
import type { OpenPanel, Panels } from "./panels.ts";

/**
 * VS Code's own diff of a custom editor is two of them side by side in one tab, neither of which is told of the other:
 * a changed file clicked in Source Control, a commit's file, "Compare" in the timeline, "Compare Selected" in the
 * explorer. Two visible viewers in one column, where the tab is not that of one of them, can only be that. Where VS Code
 * has editors for diffs (custom-editor-diffs.ts) it says so itself.
 */
export interface Pair {
  readonly original: OpenPanel;
  readonly modified: OpenPanel;
}

const told = new WeakMap<OpenPanel, Pair>();

/** VS Code said that these two belong together. */
export function tellPair(pair: Pair): void {
  told.set(pair.original, pair);
  told.set(pair.modified, pair);
}

export function pairOf(one: OpenPanel, all: readonly OpenPanel[]): Pair | undefined {
  const known = told.get(one);
  if (known !== undefined) return all.includes(known.original) && all.includes(known.modified) ? known : undefined;
  const other = all.find((each) => isOtherSide(one, each));
  if (other === undefined) return undefined;
  // VS Code resolves the original first; beside a revision the file itself is the modified one.
  const [first, second] = all.indexOf(one) < all.indexOf(other) ? [one, other] : [other, one];
  return schemeOf(first) === "file" && schemeOf(second) !== "file"
    ? { original: second, modified: first }
    : { original: first, modified: second };
}

function isOtherSide(one: OpenPanel, other: OpenPanel): boolean {
  const [a, b] = [one.panel.webviewPanel, other.panel.webviewPanel];
  return (
    one !== other &&
    one.kind === "viewer" &&
    other.kind === "viewer" &&
    !told.has(other) &&
    String(one.uris()[0]) !== String(other.uris()[0]) &&
    a.visible &&
    b.visible &&
    a.viewColumn === b.viewColumn &&
    !isOneEditor(a.viewColumn)
  );
}

/**
 * Whether two that were a pair still are: behind another tab neither is visible, and while the tab comes or goes only
 * one of them is.
 */
export function isStillPair({ original, modified }: Pair, all: readonly OpenPanel[]): boolean {
  const both = [original, modified];
  if (!both.every((one) => all.includes(one))) return false;
  const visible = both.filter(({ panel }) => panel.webviewPanel.visible);
  return visible.length < 2 && visible.every(({ panel }) => !isOneEditor(panel.webviewPanel.viewColumn));
}

/** While one tab takes the place of another both editors are visible for a moment; the tab is that of one file then. */
function isOneEditor(column: ViewColumn | undefined): boolean {
  const group = window.tabGroups.all.find((each) => each.viewColumn === column);
  return group?.activeTab?.input instanceof TabInputCustom;
}

function schemeOf(entry: OpenPanel): string | undefined {
  return entry.uris()[0]?.scheme;
}

/** The old and the new model of a diff panel, or of the diff that a viewer is one side of. */
export function sidesOf(entry: OpenPanel, all: readonly OpenPanel[]): readonly [Uri, Uri] | undefined {
  const pair = entry.kind === "diff" ? undefined : pairOf(entry, all);
  const [original, modified] =
    pair === undefined
      ? entry.kind === "diff"
        ? entry.uris()
        : []
      : [pair.original.uris()[0], pair.modified.uris()[0]];
  return original === undefined || modified === undefined ? undefined : [original, modified];
}

/** The sides of the diff in the active tab, which has no active panel to ask: VS Code calls neither side active. */
export function activeSides(panels: Panels): readonly [Uri, Uri] | undefined {
  const entry = panels.active() ?? activePair(panels)?.modified;
  return entry && sidesOf(entry, panels.all());
}

/** The two viewers of the diff in the active tab. */
export function activePair(panels: Panels): Pair | undefined {
  const column = window.tabGroups.activeTabGroup.viewColumn;
  const all = panels.all();
  const entry = all.find(
    ({ panel }) => panel.pair !== undefined && panel.webviewPanel.visible && panel.webviewPanel.viewColumn === column,
  );
  return entry && pairOf(entry, all);
}
