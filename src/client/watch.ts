import { type Disposable, RelativePattern, Uri, window, workspace } from "vscode";

/** Writers write in bursts, and replace a file by deleting it first. */
const QUIET_MS = 150;
/** A watcher takes a while to begin; what happened before is found by looking once more. */
const SETTLE_MS = 2_000;

export interface FileWatch extends Disposable {
  /**
   * Resolves when it is known which version of the file is there. Who reads the file after that hears of every later
   * change; who reads it before could show an old version that is taken for the new one.
   */
  readonly ready: Promise<unknown>;
}

/**
 * Calls `changed` when the file was written, replaced or deleted, wherever it lies; once for a burst of events. File
 * systems that send no events (network drives) are looked at when the person comes back to the window.
 */
export function watchFile(uri: Uri, changed: () => void): FileWatch {
  // The folder is watched, not the file: its name may hold characters that mean something in a pattern.
  const watcher = workspace.createFileSystemWatcher(
    new RelativePattern(Uri.joinPath(uri.with({ query: "" }), ".."), "*"),
  );
  let timer: NodeJS.Timeout | undefined;
  let isDisposed = false;
  let known = versionOf(uri);
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      known = versionOf(uri);
      void known.then(() => (isDisposed ? undefined : changed()));
    }, QUIET_MS);
  };
  const look = async (): Promise<void> => {
    if ((await versionOf(uri)) !== (await known)) soon();
  };
  const onEvent = (at: Uri): void => {
    if (at.path === uri.path) soon();
  };
  const settled = setTimeout(() => void look(), SETTLE_MS);
  const listeners = [
    watcher.onDidChange(onEvent),
    watcher.onDidCreate(onEvent),
    watcher.onDidDelete(onEvent),
    window.onDidChangeWindowState(({ focused }) => (focused ? void look() : undefined)),
  ];
  return {
    ready: known,
    dispose() {
      isDisposed = true;
      clearTimeout(timer);
      clearTimeout(settled);
      for (const each of [...listeners, watcher]) each.dispose();
    },
  };
}

/** Something that differs when the file does; the same text for one that is not there. */
async function versionOf(uri: Uri): Promise<string> {
  return workspace.fs.stat(uri).then(
    ({ size, mtime }) => `${size} ${mtime}`,
    () => "gone",
  );
}
