import type { ToPanel } from "../../protocol/panel.ts";
import type { Context } from "../context.ts";
import { activePair } from "../paired.ts";

type Action = Extract<ToPanel, { type: "key" }>["action"];

/** Keys of VS Code that act inside the active panel: F7, Shift+F7, Ctrl+F. Of two linked sides one takes the other along. */
export function panelKeyCommand({ panels }: Context, action: Action): () => void {
  return () => (panels.active() ?? activePair(panels)?.modified)?.panel.post({ type: "key", action });
}
