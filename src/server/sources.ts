import { fromBytes } from "../core/bytes/source.ts";
import { cancelled, limitExceeded } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { LIMITS } from "../core/limits.ts";
import type { IdentifiedSource } from "../core/open.ts";
import { openFile } from "../platform/node/file.ts";
import { filePathOf } from "../platform/node/file-uri.ts";
import type { Work } from "../core/work.ts";
import type { ClientRequests } from "../protocol/methods.ts";
import { uriName } from "../protocol/uri-name.ts";

/** The client's file systems. */
export interface ClientFiles {
  stat(params: ClientRequests["files/stat"][0]): Promise<ClientRequests["files/stat"][1]>;
  read(params: ClientRequests["files/read"][0]): Promise<ClientRequests["files/read"][1]>;
}

export interface OpenSource {
  readonly source: IdentifiedSource & { readonly identity: string };
  /** Bytes it keeps in memory. */
  readonly held: number;
  readonly close: () => Promise<void>;
}

/**
 * The bytes of a URI. A file on disk is read where asked. Whatever only the client can reach (a git revision, a remote or
 * virtual file system) has no random access, so it is fetched whole, within a limit; its content is its identity.
 */
export async function openSource(uri: string, files: ClientFiles, host: Host, work: Work): Promise<OpenSource> {
  const path = filePathOf(uri);
  if (path !== undefined) {
    const file = await openFile(path);
    return { source: file, held: 0, close: () => file.close() };
  }
  const name = uriName(uri);
  const { size } = await unlessCancelled(files.stat({ uri }), work);
  checkFetched(name, size);
  const bytes = await unlessCancelled(files.read({ uri }), work);
  checkFetched(name, bytes.length);
  const hasher = host.sha256();
  hasher.update(bytes);
  const source = { ...fromBytes(bytes, name, 0), identity: hasher.hex() };
  return { source, held: bytes.length, close: () => Promise.resolve() };
}

const POLL_MS = 50;

/** The client's file systems cannot be interrupted; whoever waits for them can stop waiting. */
async function unlessCancelled<T>(answer: Promise<T>, work: Work): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (work.isCancelled()) reject(cancelled());
    }, POLL_MS);
  });
  try {
    return await Promise.race([answer, stopped]);
  } finally {
    clearInterval(timer);
  }
}

function checkFetched(name: string, size: number): void {
  if (size > LIMITS.fetchedBytes) throw limitExceeded(`${name}: bytes to fetch`, size, LIMITS.fetchedBytes);
}
