import { dirname } from "node:path";
import { ResponseError } from "vscode-languageserver";
import { isPathBelow, isPlainName, type Siblings } from "../core/bytes/siblings.ts";
import { type ByteSource, fromBytes } from "../core/bytes/source.ts";
import { ArtifactError, cancelled, limitExceeded } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { LIMITS } from "../core/limits.ts";
import type { IdentifiedSource } from "../core/open.ts";
import type { FileSource } from "../platform/node/file.ts";
import { filePathOf } from "../platform/node/file-uri.ts";
import { openModelFile } from "../platform/node/model-file.ts";
import { type Followed, followPointer, type NotFollowed } from "../platform/node/pointer-objects.ts";
import { siblingsOf } from "../platform/node/siblings.ts";
import type { Work } from "../core/work.ts";
import type { ClientRequests } from "../protocol/methods.ts";
import { gitRevision, isIndex } from "../protocol/git-uri.ts";
import { fileName, uriBeside } from "../protocol/uri-beside.ts";
import { uriName } from "../protocol/uri-name.ts";
import { wireErrorOf } from "./wire-error.ts";

/** The client's file systems. */
export interface ClientFiles {
  stat(params: ClientRequests["files/stat"][0]): Promise<ClientRequests["files/stat"][1]>;
  read(params: ClientRequests["files/read"][0]): Promise<ClientRequests["files/read"][1]>;
}

export interface OpenSource {
  readonly source: IdentifiedSource & { readonly identity: string };
  /** Bytes it keeps in memory, those of its siblings included; more once more were opened. */
  readonly held: number;
  /** The files beside it; they are closed with it. */
  readonly siblings: Siblings;
  readonly close: () => Promise<void>;
}

/**
 * The bytes of a URI. A file on disk is read where asked. Whatever only the client can reach (a git revision, a remote or
 * virtual file system) has no random access, so it is fetched whole, within a limit; its content is its identity. A Git
 * LFS or DVC pointer is followed to the object on this machine.
 */
export async function openSource(uri: string, files: ClientFiles, host: Host, work: Work): Promise<OpenSource> {
  const path = filePathOf(uri);
  if (path !== undefined) {
    const file = await openModelFile(path, work);
    const siblings = siblingsOf(path);
    const close = async (): Promise<void> => {
      await siblings.close();
      await file.close();
    };
    return { source: file, held: 0, siblings, close };
  }
  let held = 0;
  const objects: FileSource[] = [];
  const fetch = async (address: string): Promise<OpenSource["source"]> => {
    const source = await fetched(address, files, host, work);
    const object = await objectOf(address, source, work);
    if (object === undefined || "missing" in object) {
      held += source.size;
      return object === undefined ? source : { ...source, ...object };
    }
    objects.push(object.object);
    return { ...object.object, facts: object.facts, findings: object.findings };
  };
  const source = await fetch(uri);
  return {
    source,
    get held() {
      return held;
    },
    siblings: fetchedSiblings(uri, fetch),
    async close() {
      for (const object of objects) await object.close();
    },
  };
}

/** What a revision of a file is a pointer to, when it is one: the revision's repository is that of the file. */
async function objectOf(uri: string, pointer: ByteSource, work: Work): Promise<Followed | NotFollowed | undefined> {
  const revision = gitRevision(uri);
  if (revision === undefined) return undefined;
  const { path, ref } = revision;
  const place = { folders: [dirname(path)], path, ...(isIndex(revision) ? {} : { revision: ref }) };
  return followPointer(pointer, place, work);
}

async function fetched(uri: string, files: ClientFiles, host: Host, work: Work): Promise<OpenSource["source"]> {
  const name = uriName(uri);
  const { size } = await unlessCancelled(files.stat({ uri }), work);
  checkFetched(name, size);
  const bytes = await unlessCancelled(files.read({ uri }), work);
  checkFetched(name, bytes.length);
  const hasher = host.sha256();
  hasher.update(bytes);
  return { ...fromBytes(bytes, name, 0), identity: hasher.hex() };
}

/** Beside a revision of a file lie the other files' same revision. */
function fetchedSiblings(uri: string, fetch: (uri: string) => Promise<OpenSource["source"]>): Siblings {
  const open = async (names: readonly string[]): Promise<ByteSource | undefined> => {
    const beside = uriBeside(uri, ...names);
    if (beside === undefined) return undefined;
    try {
      const source = await fetch(beside);
      if (source.missing !== undefined) throw new ArtifactError("not-recognised", source.missing);
      return source;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  return {
    own: fileName(uri),
    open: (name) => (isPlainName(name) ? open([name]) : Promise.resolve(undefined)),
    openBelow: (path) => (isPathBelow(path) ? open(path.split("/")) : Promise.resolve(undefined)),
  };
}

/** Of ours, or of the client's answer. */
function isNotFound(error: unknown): boolean {
  if (error instanceof ArtifactError) return error.code === "not-found";
  return error instanceof ResponseError && wireErrorOf(error).code === "not-found";
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
