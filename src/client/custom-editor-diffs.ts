import { type Disposable, type WebviewPanel, window } from "vscode";
import { VIEW_TYPES } from "../protocol/ids.ts";
import type { Context } from "./context.ts";
import { showDiffIn } from "./diff-panel.ts";
import { tellPair } from "./paired.ts";
import { type ModelDocument, ViewerProvider } from "./viewer.ts";

/**
 * Editors for diffs: VS Code's API proposal `customEditorDiffs` (1.120 to 1.139, microsoft/vscode#138525). A VS Code that
 * has it, and lets this extension have it, finds these two functions on the provider and calls them in place of opening
 * two editors that know nothing of each other; any other never looks for them, and paired.ts recognises the two. When the
 * proposal is final, the recognising goes and this stays.
 */
interface DiffDocuments {
  readonly original: ModelDocument;
  readonly modified: ModelDocument;
}

interface DiffWebviewPanels {
  readonly original: WebviewPanel;
  readonly modified: WebviewPanel;
}

class DiffEditorProvider extends ViewerProvider {
  /** One panel for both, where `diffEditor.renderSideBySide` is off: the comparison itself. */
  async resolveCustomEditorInlineDiff({ original, modified }: DiffDocuments, panel: WebviewPanel): Promise<void> {
    await showDiffIn(panel, original.uri, modified.uri, this.context);
  }

  resolveCustomEditorSideBySideDiff({ original, modified }: DiffDocuments, panels: DiffWebviewPanels): void {
    const pair = {
      original: this.viewer(original, panels.original),
      modified: this.viewer(modified, panels.modified),
    };
    tellPair(pair);
    this.context.panels.add(pair.original);
    this.context.panels.add(pair.modified);
  }
}

export function registerViewer(context: Context): Disposable[] {
  const provider = new DiffEditorProvider(context);
  return [VIEW_TYPES.viewer, VIEW_TYPES.optional].map((viewType) =>
    window.registerCustomEditorProvider(viewType, provider, { supportsMultipleEditorsPerDocument: true }),
  );
}
