import { type Event, extensions, type Uri } from "vscode";

/** The part of the built-in git extension's API that is used. */
interface GitApi {
  readonly state: "uninitialized" | "initialized";
  readonly onDidChangeState: Event<GitApi["state"]>;
  toGitUri(uri: Uri, ref: string): Uri;
  getRepository(uri: Uri): GitRepository | null;
}

interface GitRepository {
  getObjectDetails(treeish: string, path: string): Promise<{ readonly object: string; readonly size: number }>;
  diffWithHEAD(path: string): Promise<string>;
  log(options: { readonly maxEntries: number; readonly path: string }): Promise<readonly { readonly hash: string }[]>;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** How long git may take to find its repositories. */
const START_MS = 10_000;

async function gitApi(): Promise<GitApi | undefined> {
  const extension = extensions.getExtension<GitExtension>("vscode.git");
  if (extension === undefined) return undefined;
  const git = await extension.activate();
  if (!git.enabled) return undefined;
  const api = git.getAPI(1);
  if (api.state !== "initialized")
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, START_MS);
      const listener = api.onDidChangeState(() => {
        clearTimeout(timer);
        listener.dispose();
        resolve();
      });
    });
  return api;
}

/**
 * An older version of a file from its repository: what HEAD has when the file differs from it, else (`committed`) the
 * version before the last commit that changed the file. Undefined where there is no git, no repository, or no version.
 */
export interface Revisions {
  readonly head: Uri | undefined;
  readonly committed: () => Promise<Uri | undefined>;
}

export async function revisionsOf(uri: Uri): Promise<Revisions | undefined> {
  if (uri.scheme !== "file") return undefined;
  const api = await gitApi().catch(() => undefined);
  const repository = api?.getRepository(uri);
  if (api === undefined || repository === null || repository === undefined) return undefined;
  const isTracked = await repository.getObjectDetails("HEAD", uri.fsPath).then(
    () => true,
    () => false,
  );
  if (!isTracked) return undefined;
  const isChanged = (await repository.diffWithHEAD(uri.fsPath)) !== "";
  return {
    head: isChanged ? api.toGitUri(uri, "HEAD") : undefined,
    async committed() {
      const [, before] = await repository.log({ maxEntries: 2, path: uri.fsPath });
      return before === undefined ? undefined : api.toGitUri(uri, before.hash);
    },
  };
}
