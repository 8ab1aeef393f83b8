import { Disposable, RelativePattern, Uri, workspace } from "vscode";

/** Writers write in bursts, and replace a file by deleting it first. */
const QUIET_MS = 150;

/**
 * Calls `changed` when the file was written, replaced or deleted, wherever it lies; once for a burst of events. A
 * revision (`git:` with a fixed commit) is watched like any other: whoever provides the scheme says whether it changes.
 */
export function watchFile(uri: Uri, changed: () => void): Disposable {
  // The folder is watched, not the file: its name may hold characters that mean something in a pattern.
  const watcher = workspace.createFileSystemWatcher(
    new RelativePattern(Uri.joinPath(uri.with({ query: "" }), ".."), "*"),
  );
  let timer: NodeJS.Timeout | undefined;
  const onEvent = (at: Uri): void => {
    if (at.path !== uri.path) return;
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MS);
  };
  const listeners = [watcher.onDidChange(onEvent), watcher.onDidCreate(onEvent), watcher.onDidDelete(onEvent)];
  return new Disposable(() => {
    clearTimeout(timer);
    for (const each of [...listeners, watcher]) each.dispose();
  });
}
