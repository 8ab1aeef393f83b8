import { type Disposable, l10n, StatusBarAlignment, ThemeColor, window } from "vscode";
import { COMMANDS } from "../protocol/ids.ts";
import type { Server, ServerState } from "./server.ts";

/** A start that is quicker is not worth a flicker. */
const SLOW_MS = 1_000;

/** A status bar item, there only while the server is not ready: it starts slowly, or it fell too often. */
export function registerStatus(server: Server): Disposable[] {
  const item = window.createStatusBarItem("modelLoupe.server", StatusBarAlignment.Left);
  item.name = "Model Loupe";
  let timer: NodeJS.Timeout | undefined;
  const show = (state: ServerState): void => {
    clearTimeout(timer);
    item.hide();
    if (state === "starting") {
      item.text = `$(loading~spin) ${l10n.t("Model Loupe is starting")}`;
      item.backgroundColor = undefined;
      item.command = undefined;
      timer = setTimeout(() => item.show(), SLOW_MS);
    } else if (state === "stopped") {
      item.text = `$(error) ${l10n.t("Model Loupe stopped")}`;
      item.tooltip = l10n.t("The server of Model Loupe stopped. Select to restart it.");
      item.backgroundColor = new ThemeColor("statusBarItem.errorBackground");
      item.command = COMMANDS.restartServer;
      // A restart passes through here.
      timer = setTimeout(() => item.show(), SLOW_MS);
    }
  };
  return [item, server.onDidChangeState(show), { dispose: () => clearTimeout(timer) }];
}
