import type { ToPanel } from "../../protocol/panel.ts";
import type { Context } from "../context.ts";

type Action = Extract<ToPanel, { type: "key" }>["action"];

/** Keys of VS Code that act inside the active panel: F7, Shift+F7, Ctrl+F. */
export function panelKeyCommand({ panels }: Context, action: Action): () => void {
  return () => panels.active()?.panel.post({ type: "key", action });
}
