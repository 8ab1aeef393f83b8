import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import type { ModelLoupe, PanelState } from "../../../src/client/extension.ts";
import type { DiffModel } from "../../../src/core/view/diff-model.ts";
import type { ViewerModel } from "../../../src/core/view/viewer-model.ts";
import { EXTENSION_ID, VIEW_TYPES } from "../../../src/protocol/ids.ts";

/** Long enough for a busy machine; a wait that fails says what was there instead. */
const LIMIT_MS = 40_000;

export const workspaceFolder = (): vscode.Uri => {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) throw new Error("the tests need the sample workspace");
  return folder.uri;
};

export const sample = (name: string): vscode.Uri => vscode.Uri.joinPath(workspaceFolder(), name);

export async function modelLoupe(): Promise<ModelLoupe> {
  const extension = vscode.extensions.getExtension<ModelLoupe>(EXTENSION_ID);
  if (extension === undefined) throw new Error(`${EXTENSION_ID} is not installed`);
  return extension.activate();
}

export async function openViewer(uri: vscode.Uri, viewType: string = VIEW_TYPES.viewer): Promise<void> {
  await vscode.commands.executeCommand("vscode.openWith", uri, viewType);
}

export async function closeAll(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** Waits until `read` gives something; asked again at every event. */
export async function until<T>(
  what: string,
  event: vscode.Event<unknown>,
  read: () => T | undefined,
  describe: () => string,
): Promise<T> {
  const now = read();
  if (now !== undefined) return now;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      listener.dispose();
      reject(new Error(`waited ${LIMIT_MS / 1000} s for ${what}; there was ${describe()}`));
    }, LIMIT_MS);
    const listener = event(() => {
      const got = read();
      if (got === undefined) return;
      clearTimeout(timer);
      listener.dispose();
      resolve(got);
    });
  });
}

export async function untilPanel(what: string, isWanted: (panel: PanelState) => boolean): Promise<PanelState> {
  const api = await modelLoupe();
  return until(
    what,
    api.onDidChangePanels,
    () => api.panels().find(isWanted),
    () => JSON.stringify(api.panels().map((panel) => ({ ...panel, model: undefined }))),
  );
}

/** The model that a viewer of the file shows. */
export async function shownModel(uri: vscode.Uri): Promise<ViewerModel> {
  const panel = await untilPanel(
    `a viewer of ${uri.path} to show something`,
    ({ kind, uris, phase }) => kind === "viewer" && uris[0] === uri.toString() && phase !== "loading",
  );
  if (panel.error !== undefined) throw new Error(`${uri.path}: ${panel.error.message}`);
  return panel.model as ViewerModel;
}

export interface ShownDiff {
  readonly model: DiffModel;
  readonly uris: readonly string[];
  readonly title: string;
}

/** The one open diff, when it is shown. */
export async function shownDiff(): Promise<ShownDiff> {
  const panel = await untilPanel(
    "a diff to show something",
    ({ kind, phase }) => kind === "diff" && phase !== "loading",
  );
  if (panel.error !== undefined) throw new Error(panel.error.message);
  return { model: panel.model as DiffModel, uris: panel.uris, title: panel.title };
}

export async function untilProblems(
  what: string,
  uri: vscode.Uri,
  isWanted: (problems: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  const read = (): readonly vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri);
  return until(
    what,
    vscode.languages.onDidChangeDiagnostics,
    () => (isWanted(read()) ? read() : undefined),
    () => JSON.stringify(read().map(({ message, code }) => ({ message, code }))),
  );
}

/** The rule of a problem. */
export function ruleOf({ code }: vscode.Diagnostic): string {
  return typeof code === "object" ? String(code.value) : String(code);
}

/** A folder outside of the workspace, gone when the test file is done. */
export function temporaryFolder(): vscode.Uri {
  const folder = mkdtempSync(path.join(os.tmpdir(), "model-loupe-suite-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return vscode.Uri.file(folder);
}
