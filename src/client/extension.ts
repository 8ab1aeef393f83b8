import { commands, type Event, type ExtensionContext, l10n, Uri, window, workspace } from "vscode";
import { COMMANDS, SETTINGS } from "../protocol/ids.ts";
import type { ServerOptions, ServerSettings, WireError } from "../protocol/methods.ts";
import type { PairSide, SidesState } from "../protocol/panel.ts";
import { mayHoldParameters } from "../protocol/parameter-json.ts";
import { checkModels, checkWorkspaceCommand } from "./commands/check-workspace.ts";
import { compareCommand, selectionCommands } from "./commands/compare.ts";
import { compareWithPreviousCommand } from "./commands/compare-with-previous.ts";
import { compareWithRevisionCommand } from "./commands/compare-with-revision.ts";
import { convertCommand } from "./commands/convert.ts";
import { exportReportCommand } from "./commands/export-report.ts";
import { panelKeyCommand } from "./commands/panel-keys.ts";
import { showTextCommand } from "./commands/show-text.ts";
import { showTextDiffCommand } from "./commands/show-text-diff.ts";
import type { Context } from "./context.ts";
import { registerViewer } from "./custom-editor-diffs.ts";
import { registerDiffSerializer } from "./diff-panel.ts";
import { linkSides } from "./linked-sides.ts";
import { MODEL_GLOB } from "./models.ts";
import type { PanelPhase } from "./panel.ts";
import { Panels } from "./panels.ts";
import { Server } from "./server.ts";
import { startServerProcess } from "./server-process.ts";
import { serverSettings } from "./settings.ts";
import { SettingsFiles } from "./settings-files.ts";
import { registerStatus } from "./status.ts";
import { bundle } from "./strings.ts";
import { textMiddleware } from "./texts.ts";
import { registerTextDocuments } from "./text-documents.ts";

/** What one open panel shows, for tests to wait on. */
export interface PanelState {
  readonly kind: "viewer" | "diff";
  readonly uris: readonly string[];
  readonly title: string;
  readonly phase: PanelPhase;
  /** The ViewerModel or DiffModel that the webview was given. */
  readonly model: unknown;
  readonly error: WireError | undefined;
  readonly selected: string | undefined;
  /** Of one side of VS Code's own diff. */
  readonly pair: PairSide | undefined;
  readonly sides: SidesState | undefined;
  readonly isActive: boolean;
}

export interface ModelLoupe {
  /** Starts the server; resolves when it can answer. */
  ready(): Promise<void>;
  /** Process of the server, while it runs. */
  serverProcess(): number | undefined;
  panels(): readonly PanelState[];
  /** Selects an address in the panels of a file, as a person would. */
  select(uri: Uri, path: string): void;
  readonly onDidChangePanels: Event<void>;
}

export function activate(extension: ExtensionContext): ModelLoupe {
  const log = window.createOutputChannel("Model Loupe", { log: true });
  const files = workspace.createFileSystemWatcher(MODEL_GLOB);
  const settingsFiles = new SettingsFiles();
  const settings = (): ServerSettings => serverSettings(settingsFiles.current);
  const server = new Server({
    log,
    async launch() {
      await settingsFiles.ready();
      return startServerProcess(extension.asAbsolutePath("dist/server.cjs"), log);
    },
    options: (): ServerOptions => ({
      settings: settings(),
      rulePages: Uri.joinPath(extension.extensionUri, "docs", "rules").toString(),
      strings: bundle(),
    }),
    client: {
      documentSelector: [{ language: "json" }, { language: "jsonc" }],
      synchronize: { fileEvents: files },
      middleware: textMiddleware,
    },
  });
  const panels = new Panels();
  const context: Context = { extensionUri: extension.extensionUri, server, panels, log };

  extension.subscriptions.push(log, files, settingsFiles, server, ...registerStatus(server));
  extension.subscriptions.push(...registerViewer(context), registerDiffSerializer(context), ...linkSides(context));
  extension.subscriptions.push(...registerTextDocuments(server), ...registerCommands(context));
  extension.subscriptions.push(
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(SETTINGS.section)) void settingsChanged(context, settings());
    }),
    settingsFiles.onDidChange(() => void settingsChanged(context, settings())),
    workspace.onDidOpenTextDocument((document) => startForText(document, server)),
  );
  for (const document of workspace.textDocuments) startForText(document, server);
  if (settings().problems === "workspace") void checkQuietly(context);

  return {
    ready: () => server.ready(),
    serverProcess: () => server.processId,
    panels: () =>
      panels.all().map(({ kind, panel, uris }) => ({
        kind,
        uris: uris().map(String),
        title: panel.webviewPanel.title,
        phase: panel.phase,
        model: panel.model,
        error: panel.error,
        selected: panel.selected,
        pair: panel.pair,
        sides: panel.sides,
        isActive: panel.webviewPanel.active,
      })),
    select(uri, path) {
      for (const { panel, uris } of panels.all())
        if (uris().some((each) => each.toString() === uri.toString())) panel.post({ type: "select", path });
    },
    onDidChangePanels: panels.onDidChange,
  };
}

/** Commands exist before the server does; those that need it start it. */
function registerCommands(context: Context): { dispose(): unknown }[] {
  const { select, compareWithSelected } = selectionCommands(context);
  const table: Readonly<Record<(typeof COMMANDS)[keyof typeof COMMANDS], (...args: unknown[]) => unknown>> = {
    [COMMANDS.compare]: compareCommand(context),
    [COMMANDS.selectForCompare]: select,
    [COMMANDS.compareWithSelected]: compareWithSelected,
    [COMMANDS.compareWithPrevious]: compareWithPreviousCommand(context),
    [COMMANDS.compareWithRevision]: compareWithRevisionCommand(context),
    [COMMANDS.showTextDiff]: showTextDiffCommand(context),
    [COMMANDS.exportReport]: exportReportCommand(context),
    [COMMANDS.convert]: convertCommand(context),
    [COMMANDS.showText]: showTextCommand("summary"),
    [COMMANDS.showDisassembly]: showTextCommand("disassembly"),
    [COMMANDS.showDecompiled]: showTextCommand("decompiled"),
    [COMMANDS.nextChange]: panelKeyCommand(context, "next-change"),
    [COMMANDS.previousChange]: panelKeyCommand(context, "previous-change"),
    [COMMANDS.filter]: panelKeyCommand(context, "focus-filter"),
    [COMMANDS.checkWorkspace]: checkWorkspaceCommand(context),
    [COMMANDS.restartServer]: () => restart(context),
  };
  return Object.entries(table).map(([id, run]) => commands.registerCommand(id, run));
}

async function restart({ server }: Context): Promise<void> {
  try {
    await server.restart();
  } catch (error) {
    await window.showErrorMessage(error instanceof Error ? error.message : l10n.t("The server could not be started."));
  }
}

async function settingsChanged(context: Context, { problems }: ServerSettings): Promise<void> {
  await context.server.settingsChanged();
  // Severities are shown in the panels too.
  for (const { panel } of context.panels.all()) void panel.load();
  if (problems === "workspace") await checkQuietly(context);
}

/** The workspace check that the settings ask for: no dialog, no progress in the way. */
async function checkQuietly(context: Context): Promise<void> {
  const never = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };
  const { checked, skipped } = await checkModels(context, never, () => undefined);
  context.log.info(`workspace checked: ${checked} models, ${skipped} not checked`);
}

/** A JSON of parameters in the text editor is checked by the server; no other text starts it. */
function startForText(document: { readonly languageId: string; getText(): string }, server: Server): void {
  if (document.languageId !== "json" && document.languageId !== "jsonc") return;
  if (!mayHoldParameters(document.getText())) return;
  void server.ready().catch(() => undefined);
}
