import { type Event, extensions, type Uri } from "vscode";

/** The part of the built-in git extension's API that is used. */
export interface GitApi {
  /** Of the git program. */
  readonly git: { readonly path: string };
  readonly state: "uninitialized" | "initialized";
  readonly onDidChangeState: Event<GitApi["state"]>;
  toGitUri(uri: Uri, ref: string): Uri;
  getRepository(uri: Uri): GitRepository | null;
}

export interface GitRepository {
  readonly rootUri: Uri;
  /** Of a revision, or of the index when `treeish` is "". Rejects when the file is not there. */
  getObjectDetails(treeish: string, path: string): Promise<{ readonly object: string; readonly size: number }>;
  diffWithHEAD(path: string): Promise<string>;
  /** The newest first. */
  log(options: { readonly maxEntries: number; readonly path: string }): Promise<readonly GitCommit[]>;
  getRefs(query: { readonly sort?: "alphabetically" | "committerdate" }): Promise<readonly GitRef[]>;
}

export interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly authorName?: string;
  readonly commitDate?: Date;
}

export interface GitRef {
  /** 0: branch; 1: branch of a remote; 2: tag. */
  readonly type: 0 | 1 | 2;
  readonly name?: string;
  readonly commit?: string;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** How long git may take to find its repositories. */
const START_MS = 10_000;

/** Undefined where the git extension is missing, turned off, or found no git. */
export async function gitApi(): Promise<GitApi | undefined> {
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
