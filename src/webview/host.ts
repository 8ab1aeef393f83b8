import type { FromPanel } from "../protocol/panel.ts";

/** What VS Code gives a webview's script, once. */
export interface PanelHost {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): PanelHost;

/** The host of this page. VS Code allows one call in a page's life. */
export const host: PanelHost = acquireVsCodeApi();
