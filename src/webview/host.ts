import type { FromPanel } from "../protocol/panel.ts";

/** What VS Code gives a webview's script, once. */
interface VsCodeApi {
  postMessage(message: FromPanel): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** VS Code allows one call in a page's life. */
const api = acquireVsCodeApi();

export function tell(message: FromPanel): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- VS Code's own function, not a window's
  api.postMessage(message);
}

/** What this page kept before it was thrown away or the window was reloaded. */
export function keptState(): unknown {
  return api.getState();
}

export function keepState(state: unknown): void {
  api.setState(state);
}
