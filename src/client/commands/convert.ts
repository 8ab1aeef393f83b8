import { l10n, ProgressLocation, type QuickPickItem, Uri, window, workspace } from "vscode";
import { type ConversionPlan, type ConversionResult, type TargetId, TARGETS } from "../../core/convert/plan.ts";
import { extensionOf } from "../../core/naming/version.ts";
import { uriName } from "../../protocol/uri-name.ts";
import type { Context } from "../context.ts";
import { activeModel, pickModel } from "../models.ts";
import { confirmOverwrite } from "../overwrite.ts";
import { openInViewer } from "../panel-commands.ts";
import { RequestFailed, type ServerProgress } from "../server.ts";
import { said } from "../strings.ts";

/** What tests and other extensions may decide beforehand; a person is asked for what is left open. */
export interface ConvertOptions {
  readonly target?: TargetId;
  readonly output?: Uri;
  readonly overwrite?: boolean;
  readonly allowLoss?: boolean;
}

interface TargetItem extends QuickPickItem {
  readonly target: TargetId;
}

/**
 * "Convert Model...": plans first, says what would be lost and asks, asks again before it overwrites, and then writes a file
 * that has been read back and compared value for value. Resolves with the result, or undefined when nothing was written.
 */
export function convertCommand(
  context: Context,
): (uri?: unknown, options?: unknown) => Promise<ConversionResult | undefined> {
  return async (given, second) => {
    const options = isOptions(second) ? second : {};
    const uri = given instanceof Uri ? given : (activeModel() ?? (await pickSource()));
    if (uri === undefined) return undefined;
    try {
      return await convert(uri, options, context);
    } catch (error) {
      if (error instanceof RequestFailed && error.wire.code === "cancelled") return undefined;
      // Whoever calls with options is a program, and wants to know.
      if (options.target !== undefined) throw error;
      await window.showErrorMessage(l10n.t("{name} was not converted.", { name: uriName(uri.toString()) }), {
        modal: true,
        detail: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  };
}

/** The explorer gives the selection as the second argument. */
function isOptions(value: unknown): value is ConvertOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function pickSource(): Promise<Uri | undefined> {
  return pickModel({ title: l10n.t("Convert Model"), placeHolder: l10n.t("The model to convert") });
}

async function convert(uri: Uri, options: ConvertOptions, { server }: Context): Promise<ConversionResult | undefined> {
  const name = uriName(uri.toString());
  const target = options.target ?? (await pickTarget(name));
  if (target === undefined) return undefined;
  const plan = await withProgress(l10n.t("Planning the conversion of {name}", { name }), (run) =>
    server.request("convert/plan", { uri: uri.toString(), target }, run),
  );
  const allowLoss = options.allowLoss ?? (plan.losses.length === 0 || (await confirmLosses(plan)));
  if (!allowLoss && options.allowLoss === undefined) return undefined;
  const output = options.output ?? (await pickOutput(uri, target));
  if (output === undefined) return undefined;
  if (output.scheme !== "file") {
    await window.showErrorMessage(
      l10n.t("Converted models are written to disk only, not to {scheme}:", { scheme: output.scheme }),
    );
    return undefined;
  }
  const overwrite = options.overwrite ?? (await confirmOverwrite(output));
  if (overwrite === undefined) return undefined;
  const outputName = uriName(output.toString());
  const result = await withProgress(l10n.t("Writing {name}", { name: outputName }), (run) =>
    server.request(
      "convert/execute",
      { uri: uri.toString(), target, outputPath: output.fsPath, overwrite, allowLoss },
      run,
    ),
  );
  void showResult(result, output);
  return result;
}

const TARGET_NOTES: Readonly<Record<TargetId, () => string>> = {
  model: () => l10n.t("Everything, without loss: values, structure, metadata."),
  safetensors: () => l10n.t("Parameters bit for bit, loadable without running code."),
  npz: () => l10n.t("Parameters bit for bit, for numpy."),
  json: () => l10n.t("Parameters as text, with every digit."),
};

async function pickTarget(name: string): Promise<TargetId | undefined> {
  const items = TARGETS.map((target): TargetItem => ({ label: `.${target}`, detail: TARGET_NOTES[target](), target }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t("Convert {name}", { name }),
    placeHolder: l10n.t("The format to write"),
  });
  return picked?.target;
}

/** A list that a modal dialog can show; the rest is counted. */
const LOSSES_SHOWN = 12;

/** Says what the written file would not hold, before a byte is written. */
async function confirmLosses({ losses, target }: ConversionPlan): Promise<boolean> {
  const lines = losses.slice(0, LOSSES_SHOWN).map((loss) => `• ${said(loss.sentence)}`);
  if (losses.length > LOSSES_SHOWN) lines.push(l10n.t("and {count} more", { count: losses.length - LOSSES_SHOWN }));
  const go = l10n.t("Convert with Losses");
  const answer = await window.showWarningMessage(
    losses.length === 1
      ? l10n.t("A .{target} file would not hold this as the source does:", { target })
      : l10n.t("A .{target} file would not hold these {count} things as the source does:", {
          target,
          count: losses.length,
        }),
    { modal: true, detail: lines.join("\n") },
    go,
  );
  return answer === go;
}

async function pickOutput(uri: Uri, target: TargetId): Promise<Uri | undefined> {
  const name = uri.path.slice(uri.path.lastIndexOf("/") + 1);
  const stem = name.slice(0, name.length - extensionOf(name).length);
  const folder = uri.scheme === "file" ? Uri.joinPath(uri, "..") : workspace.workspaceFolders?.[0]?.uri;
  return window.showSaveDialog({
    title: l10n.t("Convert Model"),
    saveLabel: l10n.t("Convert"),
    filters: { [target]: [target] },
    ...(folder && { defaultUri: Uri.joinPath(folder, `${stem}.${target}`) }),
  });
}

type Run = Parameters<Context["server"]["request"]>[2];

async function withProgress<T>(title: string, run: (options: NonNullable<Run>) => Promise<T>): Promise<T> {
  return window.withProgress(
    { location: ProgressLocation.Notification, title, cancellable: true },
    (progress, token) => {
      let shown = 0;
      const onProgress = ({ stage, done, total }: ServerProgress): void => {
        const percent = total === undefined || total === 0 ? 0 : (done / total) * 100;
        progress.report({ message: stage, increment: Math.max(0, percent - shown) });
        shown = Math.max(shown, percent);
      };
      return run({ token, onProgress });
    },
  );
}

async function showResult(result: ConversionResult, output: Uri): Promise<void> {
  const open = l10n.t("Open");
  const answer = await window.showInformationMessage(
    l10n.t("{name} was written and read back: {parameters} parameters, {elements} values compared, all equal.", {
      name: uriName(output.toString()),
      parameters: result.parameters,
      elements: result.elementsCompared,
    }),
    open,
  );
  if (answer === open) await openInViewer(output);
}
