import { commands, l10n, Uri, window, workspace } from "vscode";
import { REPORT_EXTENSIONS, reportForm, reportName } from "../../protocol/report-file.ts";
import { uriName } from "../../protocol/uri-name.ts";
import type { Context } from "../context.ts";
import { confirmOverwrite } from "../overwrite.ts";

/** What tests and other extensions may decide beforehand; a person is asked for what is left open. */
export interface ExportOptions {
  readonly output: Uri;
  readonly overwrite?: boolean;
}

/**
 * "Export Comparison Report...": the active comparison as a file, in the form that its name asks for: one page of HTML,
 * Markdown or JSON. Resolves with what was written, or undefined when nothing was.
 */
export function exportReportCommand(context: Context): (options?: unknown) => Promise<Uri | undefined> {
  return async (given) => {
    const active = context.panels.active();
    if (active?.kind !== "diff" || active.panel.phase !== "shown") {
      void window.showInformationMessage(l10n.t("Compare two models first."));
      return undefined;
    }
    const options = isOptions(given) ? given : undefined;
    const output = options?.output ?? (await pickOutput(active.uris()));
    if (output === undefined) return undefined;
    const overwrite = options?.overwrite ?? (await confirmOverwrite(output));
    if (overwrite === undefined) return undefined;
    const name = uriName(output.toString());
    try {
      if (!overwrite && (await exists(output))) throw new Error(l10n.t("{name} exists already.", { name }));
      const { text } = await active.panel.ask("diff/export", { form: reportForm(output.path) });
      await workspace.fs.writeFile(output, new TextEncoder().encode(text));
    } catch (error) {
      // Whoever calls with options is a program, and wants to know.
      if (options !== undefined) throw error;
      await window.showErrorMessage(l10n.t("The report was not written."), {
        modal: true,
        detail: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
    void showResult(name, output);
    return output;
  };
}

function isOptions(value: unknown): value is ExportOptions {
  return typeof value === "object" && value !== null && "output" in value && value.output instanceof Uri;
}

const exists = (uri: Uri): Promise<boolean> =>
  Promise.resolve(workspace.fs.stat(uri)).then(
    () => true,
    () => false,
  );

/** Beside the new model where that is a folder that can be written to, else in the workspace. */
async function pickOutput(sides: readonly Uri[]): Promise<Uri | undefined> {
  const [oldName = "", newName = ""] = sides.map((uri) => uriName(uri.toString()));
  const beside = [...sides].reverse().find(({ scheme }) => scheme === "file");
  const folder = beside === undefined ? workspace.workspaceFolders?.[0]?.uri : Uri.joinPath(beside, "..");
  return window.showSaveDialog({
    title: l10n.t("Export Comparison Report"),
    saveLabel: l10n.t("Export"),
    filters: {
      HTML: [...REPORT_EXTENSIONS.html],
      Markdown: [...REPORT_EXTENSIONS.markdown],
      JSON: [...REPORT_EXTENSIONS.json],
    },
    ...(folder && { defaultUri: Uri.joinPath(folder, reportName(oldName, newName)) }),
  });
}

async function showResult(name: string, output: Uri): Promise<void> {
  const open = l10n.t("Open");
  const answer = await window.showInformationMessage(l10n.t("{name} was written.", { name }), open);
  if (answer === open) await commands.executeCommand("vscode.open", output);
}
