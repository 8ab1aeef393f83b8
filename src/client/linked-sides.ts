import { CancellationTokenSource, commands, type Disposable, window } from "vscode";
import { CONTEXT_KEYS } from "../protocol/ids.ts";
import type { ServerNotifications, WireError } from "../protocol/methods.ts";
import type { SidesState } from "../protocol/panel.ts";
import { uriName } from "../protocol/uri-name.ts";
import type { Context } from "./context.ts";
import { wireErrorOf } from "./panel.ts";
import { activePair, isStillPair, type Pair, pairOf } from "./paired.ts";
import type { OpenPanel } from "./panels.ts";
import type { Server } from "./server.ts";

/**
 * The two viewers of one diff as one thing: what is done by hand in one is done in the other, and both show what the
 * server finds when it compares them.
 */
class LinkedSides implements Disposable {
  readonly pair: Pair;
  private readonly server: Server;
  private running: Comparing | undefined;

  constructor(pair: Pair, server: Server) {
    this.pair = pair;
    this.server = server;
    const { original, modified } = pair;
    original.panel.onLinked = (change) => modified.panel.post({ type: "linked", change });
    modified.panel.onLinked = (change) => original.panel.post({ type: "linked", change });
    original.panel.showPair({ side: "old", other: nameOf(modified) });
    modified.panel.showPair({ side: "new", other: nameOf(original) });
  }

  /** Compares when both are open, and again when one of them was opened anew. */
  follow(): void {
    const { original, modified } = this.pair;
    for (const [one, other] of [
      [original, modified],
      [modified, original],
    ] as const)
      if (one.panel.phase === "shown" && other.panel.error !== undefined) this.giveUp(one, other.panel.error);
    if (original.panel.phase !== "shown" || modified.panel.phase !== "shown") return;
    const version = `${original.panel.openings} ${modified.panel.openings}`;
    if (this.running?.version === version) return;
    // What the one before found is shown until the rows of this one are known.
    this.running?.stop();
    this.running = new Comparing(this.pair, version, this.server, this.running);
    void this.running.run();
  }

  /** The other side cannot be opened, and says why itself. */
  private giveUp({ panel }: OpenPanel, error: WireError): void {
    this.running?.dispose();
    this.running = undefined;
    if (panel.sides?.phase !== "failed") panel.showSides({ phase: "failed", error });
  }

  dispose(): void {
    this.running?.dispose();
    for (const { panel } of [this.pair.original, this.pair.modified]) {
      panel.onLinked = undefined;
      panel.showPair(undefined);
    }
  }
}

/** Rows of no two comparisons are taken for each other's. */
let lastRevision = 0;

/** One comparison of two models as they were opened. Ends when it is disposed of, done or not. */
class Comparing implements Disposable {
  readonly version: string;
  private readonly pair: Pair;
  private readonly server: Server;
  private readonly source = new CancellationTokenSource();
  private sides: string | undefined;
  private revision = 0;
  /** The one whose rows are shown for as long as this one has none. */
  private before: Comparing | undefined;

  constructor(pair: Pair, version: string, server: Server, before: Comparing | undefined) {
    this.before = before;
    this.pair = pair;
    this.version = version;
    this.server = server;
  }

  async run(): Promise<void> {
    const { original, modified } = this.pair;
    const { token } = this.source;
    const [oldUri, newUri] = [original, modified].map((entry) => String(entry.uris()[0]));
    if (oldUri === undefined || newUri === undefined) return;
    const listener = this.server.onDidTellSides((told) => this.hear(told));
    try {
      const { sides } = await this.server.request("sides/open", { oldUri, newUri }, { token });
      this.sides = sides;
      if (token.isCancellationRequested) return this.close();
      if (this.before === undefined) this.show(sides);
      const { changes, judgement, complete } = await this.server.request("sides/compare", { sides }, { token });
      this.say({ phase: "done", revision: this.revision, changes, judgement, complete });
    } catch (error) {
      if (token.isCancellationRequested) return;
      if (this.before !== undefined) {
        for (const { panel } of this.panels()) panel.lookAtSides(undefined);
        this.retireBefore();
      }
      this.say({ phase: "failed", error: wireErrorOf(error) });
    } finally {
      listener.dispose();
    }
  }

  dispose(): void {
    for (const { panel } of this.panels()) panel.lookAtSides(undefined);
    this.retire();
  }

  /** Compares no further; what it found can still be asked about. */
  stop(): void {
    this.source.cancel();
  }

  private retire(): void {
    this.stop();
    this.source.dispose();
    this.close();
    this.retireBefore();
  }

  private retireBefore(): void {
    this.before?.retire();
    this.before = undefined;
  }

  private show(sides: string): void {
    const { original, modified } = this.pair;
    original.panel.lookAtSides({ sides, side: "old" });
    modified.panel.lookAtSides({ sides, side: "new" });
  }

  private hear({ sides, isRealigned, marks, ...state }: ServerNotifications["sides/told"]): void {
    if (sides !== this.sides || this.source.token.isCancellationRequested) return;
    if (isRealigned) this.revision = ++lastRevision;
    if (this.before !== undefined) {
      this.show(sides);
      this.retireBefore();
    }
    if (marks.length > 0) for (const { panel } of this.panels()) panel.post({ type: "marks", marks });
    this.say({ phase: "comparing", revision: this.revision, ...state });
  }

  private say(state: SidesState): void {
    if (this.source.token.isCancellationRequested) return;
    for (const { panel } of this.panels()) panel.showSides(state);
  }

  private panels(): readonly OpenPanel[] {
    return [this.pair.original, this.pair.modified];
  }

  private close(): void {
    const { sides } = this;
    this.sides = undefined;
    if (sides !== undefined) void this.server.request("sides/close", { sides }).catch(() => undefined);
  }
}

function nameOf(entry: OpenPanel): string {
  return uriName(String(entry.uris()[0]));
}

/** Links the sides of every diff that VS Code shows, for as long as it does. */
export function linkSides({ panels, server }: Context): Disposable[] {
  const links = new Map<OpenPanel, LinkedSides>();
  let isActive = false;
  const part = (link: LinkedSides): void => {
    links.delete(link.pair.original);
    links.delete(link.pair.modified);
    link.dispose();
  };
  const link = (): void => {
    const all = panels.all();
    for (const known of new Set(links.values())) {
      const now = pairOf(known.pair.original, all);
      const isSame = now?.original === known.pair.original && now.modified === known.pair.modified;
      if (!isSame && (now !== undefined || !isStillPair(known.pair, all))) part(known);
    }
    for (const entry of all) {
      if (entry.kind !== "viewer" || links.has(entry)) continue;
      const pair = pairOf(entry, all);
      if (pair === undefined || links.has(pair.original) || links.has(pair.modified)) continue;
      const made = new LinkedSides(pair, server);
      links.set(pair.original, made);
      links.set(pair.modified, made);
    }
    for (const each of new Set(links.values())) each.follow();
    const isNow = activePair(panels) !== undefined;
    if (isNow !== isActive) void commands.executeCommand("setContext", CONTEXT_KEYS.showsSides, isNow);
    isActive = isNow;
  };
  // What is said while linking changes panels, which would have it begin again before it is through.
  let isLinking = false;
  const linkOnce = (): void => {
    if (isLinking) return;
    isLinking = true;
    try {
      link();
    } finally {
      isLinking = false;
    }
  };
  return [
    panels.onDidChange(linkOnce),
    window.tabGroups.onDidChangeTabs(linkOnce),
    window.tabGroups.onDidChangeTabGroups(linkOnce),
    { dispose: () => new Set(links.values()).forEach(part) },
  ];
}
