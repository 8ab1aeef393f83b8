import { commands, env, l10n, Uri, window } from "vscode";
import { COMMANDS, VIEW_TYPES } from "../protocol/ids.ts";
import type { PanelCommand } from "../protocol/panel.ts";
import { isModelUri } from "./models.ts";

/** Only such names are looked up: the text comes out of a webview. */
const RULE = /^[a-z]+\/[a-z0-9-]+$/;
const COPIED_MS = 2_000;

/** The page of a rule, as the extension ships it. */
export function rulePage(extensionUri: Uri, rule: string): Uri | undefined {
  return RULE.test(rule) ? Uri.joinPath(extensionUri, "docs", "rules", `${rule}.md`) : undefined;
}

/** What the buttons of a viewer do, and of a diff's about its new side. */
export async function runPanelCommand(
  command: PanelCommand,
  text: string | undefined,
  uri: Uri,
  extensionUri: Uri,
): Promise<void> {
  switch (command) {
    case "compare":
      await commands.executeCommand(COMMANDS.compare, uri);
      return;
    case "compareWithPrevious":
      await commands.executeCommand(COMMANDS.compareWithPrevious, uri);
      return;
    case "convert":
      await commands.executeCommand(COMMANDS.convert, uri);
      return;
    case "showTextDiff":
      await commands.executeCommand(COMMANDS.showTextDiff);
      return;
    case "exportReport":
      await commands.executeCommand(COMMANDS.exportReport);
      return;
    case "copyText":
    case "copyDiagnostic":
      await env.clipboard.writeText(text ?? "");
      window.setStatusBarMessage(l10n.t("Copied to the clipboard"), COPIED_MS);
      return;
    case "openRule": {
      const page = rulePage(extensionUri, text ?? "");
      if (page !== undefined) await commands.executeCommand("markdown.showPreview", page);
      return;
    }
    case "openOld":
    case "openNew":
    case "swapSides":
    case "compareSides":
    case "retry":
    case "cancel":
      return;
  }
}

/** Opens a file in the model editor. */
export async function openInViewer(uri: Uri): Promise<void> {
  const viewType = isModelUri(uri) ? VIEW_TYPES.viewer : VIEW_TYPES.optional;
  await commands.executeCommand("vscode.openWith", uri, viewType);
}
