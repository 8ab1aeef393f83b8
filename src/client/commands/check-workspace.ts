import { type CancellationToken, commands, l10n, ProgressLocation, type Uri, window, workspace } from "vscode";
import { type Severity, SEVERITIES } from "../../core/findings/finding.ts";
import { uriName } from "../../protocol/uri-name.ts";
import type { Context } from "../context.ts";
import { MODEL_GLOB } from "../models.ts";

/** A workspace of more models than this is a store of experiments; the rest is said, not checked. */
const CHECKED_FILES = 2_000;
/** A header is small, but a pickle has to be read to its end. */
const CHECKED_BYTES = 256 * 1024 * 1024;
const AT_ONCE = 2;

export interface WorkspaceCheck {
  readonly checked: number;
  readonly skipped: number;
  readonly findings: Readonly<Record<Severity, number>>;
}

/** Checks the models of the workspace; their findings become Problems. */
export async function checkModels(
  { server, log }: Context,
  token: CancellationToken,
  onFile: (name: string, share: number) => void,
): Promise<WorkspaceCheck> {
  const found = await workspace.findFiles(MODEL_GLOB, undefined, CHECKED_FILES + 1, token);
  const todo = found.slice(0, CHECKED_FILES);
  const findings: Record<Severity, number> = { error: 0, warning: 0, info: 0 };
  let checked = 0;
  let skipped = found.length - todo.length;
  const checkNext = async (): Promise<void> => {
    for (let uri = todo.pop(); uri !== undefined && !token.isCancellationRequested; uri = todo.pop()) {
      onFile(uriName(uri.toString()), 1 / found.length);
      if (await isTooLarge(uri)) {
        log.info(`${uri.toString()} was not checked: it is larger than ${CHECKED_BYTES} bytes`);
        skipped += 1;
        continue;
      }
      try {
        const answer = await server.request("artifact/check", { uri: uri.toString() }, { token });
        for (const { severity } of answer.findings) findings[severity] += 1;
        checked += 1;
      } catch (error) {
        // A file that is not a model is no finding; its extension is shared by many.
        log.info(`${uri.toString()} was not checked: ${error instanceof Error ? error.message : String(error)}`);
        skipped += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, checkNext));
  return { checked, skipped, findings };
}

async function isTooLarge(uri: Uri): Promise<boolean> {
  return workspace.fs.stat(uri).then(
    ({ size }) => size > CHECKED_BYTES,
    () => true,
  );
}

/** "Check Models in Workspace". */
export function checkWorkspaceCommand(context: Context): () => Promise<WorkspaceCheck> {
  return async () => {
    const result = await window.withProgress(
      { location: ProgressLocation.Notification, title: l10n.t("Checking models"), cancellable: true },
      (progress, token) =>
        checkModels(context, token, (message, share) => progress.report({ message, increment: share * 100 })),
    );
    void showCheck(result);
    return result;
  };
}

async function showCheck({ checked, skipped, findings }: WorkspaceCheck): Promise<void> {
  const total = SEVERITIES.reduce((sum, severity) => sum + findings[severity], 0);
  const counts = l10n.t("{error} errors, {warning} warnings, {info} notes", findings);
  const parts = [l10n.t("Models checked: {checked}", { checked }), counts];
  if (skipped > 0) parts.push(l10n.t("not checked: {skipped} (see the output)", { skipped }));
  const show = l10n.t("Show Problems");
  const answer = await window.showInformationMessage(`${parts.join("; ")}.`, ...(total > 0 ? [show] : []));
  if (answer === show) await commands.executeCommand("workbench.actions.view.problems");
}
