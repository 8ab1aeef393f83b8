import { type Disposable, EventEmitter, Uri, workspace } from "vscode";
import { SETTINGS_FILE_NAME } from "../protocol/ids.ts";
import type { ServerSettings } from "../protocol/methods.ts";

/** More of them than a workspace has folders of models. */
const FILES = 100;
const FILE_BYTES = 1024 * 1024;

/**
 * The settings files of the workspace (`.model-loupe.json`), the same that the command line reads. A workspace that is
 * not trusted has no say: its files could turn off what flags its models.
 */
export class SettingsFiles implements Disposable {
  private readonly emitter = new EventEmitter<void>();
  private readonly disposables: Disposable[];
  private found: ServerSettings["files"] = [];
  private reading: Promise<void> | undefined;
  readonly onDidChange = this.emitter.event;

  constructor() {
    const watcher = workspace.createFileSystemWatcher(`**/${SETTINGS_FILE_NAME}`);
    const again = (): void => {
      if (this.reading === undefined) return;
      this.reading = this.read();
      void this.reading.then(() => this.emitter.fire());
    };
    this.disposables = [
      watcher,
      watcher.onDidChange(again),
      watcher.onDidCreate(again),
      watcher.onDidDelete(again),
      workspace.onDidGrantWorkspaceTrust(again),
      workspace.onDidChangeWorkspaceFolders(again),
      this.emitter,
    ];
  }

  get current(): ServerSettings["files"] {
    return this.found;
  }

  /** Looks for them when asked for the first time: a window without models is not searched. */
  ready(): Promise<void> {
    this.reading ??= this.read();
    return this.reading;
  }

  dispose(): void {
    for (const each of this.disposables) each.dispose();
  }

  private async read(): Promise<void> {
    if (!workspace.isTrusted) return;
    // Without them models are judged by the rules' own severities; the server starts all the same.
    const uris = await workspace.findFiles(`**/${SETTINGS_FILE_NAME}`, undefined, FILES).then(undefined, () => []);
    const files = await Promise.all(uris.map(readSettings));
    this.found = files.filter((each) => each !== undefined);
  }
}

async function readSettings(uri: Uri): Promise<ServerSettings["files"][number] | undefined> {
  try {
    const { size } = await workspace.fs.stat(uri);
    if (size > FILE_BYTES) return undefined;
    const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
    return { folder: Uri.joinPath(uri, "..").toString(), text };
  } catch {
    return undefined;
  }
}
