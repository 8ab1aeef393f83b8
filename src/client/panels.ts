import { EventEmitter, type Uri } from "vscode";
import type { Panel } from "./panel.ts";

/** A panel and what it is about: one file, or the old and the new one. */
export interface OpenPanel {
  readonly kind: "viewer" | "diff";
  readonly panel: Panel;
  readonly uris: () => readonly Uri[];
}

/** The open panels, in the order they were opened. */
export class Panels {
  private readonly open = new Set<OpenPanel>();
  private readonly emitter = new EventEmitter<void>();
  /** A panel was opened, closed, became active, or shows something else. */
  readonly onDidChange = this.emitter.event;

  add(entry: OpenPanel): void {
    this.open.add(entry);
    entry.panel.onDidChange(() => this.emitter.fire());
    entry.panel.webviewPanel.onDidDispose(() => {
      this.open.delete(entry);
      this.emitter.fire();
    });
    this.emitter.fire();
  }

  all(): readonly OpenPanel[] {
    return [...this.open];
  }

  active(): OpenPanel | undefined {
    return this.all().find(({ panel }) => panel.webviewPanel.active);
  }
}
