import { type Disposable, TabInputCustom, type Uri, type ViewColumn, window } from "vscode";
import type { PairSide } from "../protocol/panel.ts";
import { uriName } from "../protocol/uri-name.ts";
import type { OpenPanel, Panels } from "./panels.ts";

/**
 * VS Code's own diff of a custom editor is two of them side by side in one tab, neither of which is told of the other:
 * a changed file clicked in Source Control, a commit's file, "Compare" in the timeline, "Compare Selected" in the
 * explorer. Two visible viewers in one column, where the tab is not that of one of them, can only be that. When editors
 * for diffs are final in VS Code's API, this file goes.
 */
interface Pair {
  readonly original: OpenPanel;
  readonly modified: OpenPanel;
}

function pairOf(one: OpenPanel, all: readonly OpenPanel[]): Pair | undefined {
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
    String(one.uris()[0]) !== String(other.uris()[0]) &&
    a.visible &&
    b.visible &&
    a.viewColumn === b.viewColumn &&
    !isOneEditor(a.viewColumn)
  );
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
  const column = window.tabGroups.activeTabGroup.viewColumn;
  const all = panels.all();
  const entry =
    panels.active() ?? all.find(({ panel }) => panel.pair !== undefined && panel.webviewPanel.viewColumn === column);
  return entry && sidesOf(entry, all);
}

/** Tells each viewer of the other side, and has both select the same and scroll together. */
export function linkPairs(panels: Panels): Disposable[] {
  const selections = new Selections();
  const link = (): void => {
    const all = panels.all();
    for (const entry of all) {
      if (entry.kind !== "viewer") continue;
      const pair = pairOf(entry, all);
      entry.panel.showPair(sideOf(entry, pair));
      const other = pair && (entry === pair.original ? pair.modified : pair.original);
      entry.panel.onScrolled = other && ((place) => other.panel.post({ type: "scroll", place }));
      selections.follow(entry, other);
    }
  };
  return [panels.onDidChange(link), window.tabGroups.onDidChangeTabs(link)];
}

function sideOf(entry: OpenPanel, pair: Pair | undefined): PairSide | undefined {
  if (pair === undefined) return undefined;
  const isOld = pair.original === entry;
  const other = isOld ? pair.modified : pair.original;
  return { side: isOld ? "old" : "new", other: uriName(String(other.uris()[0])) };
}

/** What is selected in one side is selected in the other, which then says so: that is an echo, and not followed. */
class Selections {
  private readonly last = new WeakMap<OpenPanel, string>();
  private readonly echoes = new WeakMap<OpenPanel, Set<string>>();

  follow(entry: OpenPanel, other: OpenPanel | undefined): void {
    const { selected } = entry.panel;
    if (selected === undefined || this.last.get(entry) === selected) return;
    this.last.set(entry, selected);
    const isEcho = this.echoes.get(entry)?.delete(selected) === true;
    if (isEcho || other === undefined || other.panel.phase !== "shown" || other.panel.selected === selected) return;
    const awaited = this.echoes.get(other) ?? new Set();
    this.echoes.set(other, awaited.add(selected));
    other.panel.post({ type: "select", path: selected });
  }
}
