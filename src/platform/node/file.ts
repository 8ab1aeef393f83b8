import { constants, readSync, statSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { basename } from "node:path";
import { paged } from "../../core/bytes/paged.ts";
import { type ByteSource, checkRange } from "../../core/bytes/source.ts";
import { ArtifactError, changedWhileOpen } from "../../core/errors.ts";
import { readError } from "./io-error.ts";

/** A file on disk, read where asked. */
export interface FileSource extends ByteSource {
  readonly path: string;
  /** Tells this version of the file from every other: size, modification time and file number. */
  readonly identity: string;
  /** Lets go of the file. A later read opens it again. */
  close(): Promise<void>;
}

export interface FileOptions {
  /** The handle is closed when nothing was read for this long, so that nobody finds the file locked. */
  readonly idleMs?: number;
  /** Named so in messages; the path's last part when absent. */
  readonly name?: string;
}

const IDLE_MS = 1_000;
/** Reads of more than this into the caller's memory are part of a scan, and pass by the page cache. */
const SCAN_BYTES = 256 * 1024;
/**
 * A read of up to this much from a disk that answers at once is made without the thread pool, whose round trip takes
 * longer than the read: files of thousands of arrays are read in thousands of places.
 */
const DIRECT_BYTES = 1024 * 1024;
/** A disk that took longer than this so many times (a network drive) is asked by the thread pool from then on. */
const PROMPT_MS = 4;
const SLOW_READS = 4;
/** Node reads at most 2 GiB - 1 at once. */
const READ_BYTES = 1024 * 1024 * 1024;

/**
 * Opens a file for reading and nothing else. Every read of the disk checks that the file at this path is still the
 * one that was opened, and throws `changed` when it is not: numbers of two versions are never mixed. Throws
 * `not-found`, or `refused` with the system's reason.
 */
export async function openFile(path: string, options: FileOptions = {}): Promise<FileSource> {
  const name = options.name ?? basename(path);
  const handle = new IdleHandle(path, name, options.idleMs ?? IDLE_MS);
  const { size, identity } = await handle.first().catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  const raw: ByteSource = {
    size,
    name,
    async read(start, end) {
      checkRange(raw, start, end);
      // Not a pooled Buffer: the bytes are kept in caches and given away as views. Not zeroed: all are filled, or it throws.
      const bytes = new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer);
      await handle.fill(bytes, start, identity);
      return bytes;
    },
  };
  const pages = paged(raw);
  return {
    size,
    name,
    path,
    identity,
    origin: 0,
    read: (start, end) => pages.read(start, end),
    async readInto(start, target) {
      checkRange(raw, start, start + target.length);
      if (target.length > SCAN_BYTES) await handle.fill(target, start, identity);
      else target.set(await pages.read(start, start + target.length));
    },
    close: () => handle.close(),
  };
}

interface FileIdentity {
  readonly size: number;
  readonly identity: string;
}

interface BigStats {
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ino: bigint;
}

function identityOf({ size, mtimeNs, ino }: BigStats): string {
  return `${size}-${mtimeNs}-${ino}`;
}

/** A file handle that is opened when needed and closed when idle. */
class IdleHandle {
  private readonly path: string;
  private readonly name: string;
  private readonly idleMs: number;
  private opened: Promise<FileHandle> | undefined;
  private readers = 0;
  private slowReads = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(path: string, name: string, idleMs: number) {
    this.path = path;
    this.name = name;
    this.idleMs = idleMs;
  }

  /** Opens the file and says which one it is. */
  async first(): Promise<FileIdentity> {
    return this.borrow(async (handle) => {
      const stats = await handle.stat({ bigint: true });
      if (!stats.isFile())
        throw new ArtifactError("not-recognised", `${this.path} is ${stats.isDirectory() ? "a folder" : "not a file"}`);
      return { size: Number(stats.size), identity: identityOf(stats) };
    });
  }

  /** Fills `bytes` with what the file has from `start` on. */
  async fill(bytes: Uint8Array, start: number, identity: string): Promise<void> {
    return this.borrow(async (handle) => {
      if (this.slowReads < SLOW_READS && bytes.length <= DIRECT_BYTES)
        return this.fillDirectly(handle.fd, bytes, start, identity);
      let at = 0;
      while (at < bytes.length) {
        const length = Math.min(bytes.length - at, READ_BYTES);
        const { bytesRead } = await handle.read(bytes, at, length, start + at);
        if (bytesRead === 0) throw changedWhileOpen(this.name);
        at += bytesRead;
      }
      // Checked after reading, so that a write during the read is seen; by path, so that a replaced file is seen too.
      await this.check(identity);
    });
  }

  private fillDirectly(file: number, bytes: Uint8Array, start: number, identity: string): void {
    const begun = performance.now();
    let at = 0;
    while (at < bytes.length) {
      const bytesRead = readSync(file, bytes, at, bytes.length - at, start + at);
      if (bytesRead === 0) throw changedWhileOpen(this.name);
      at += bytesRead;
    }
    const stats = statSync(this.path, { bigint: true, throwIfNoEntry: false });
    if (performance.now() - begun > PROMPT_MS) this.slowReads++;
    this.mustBe(identity, stats === undefined ? undefined : identityOf(stats));
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { opened } = this;
    this.opened = undefined;
    if (opened !== undefined) await (await opened).close();
  }

  private async check(identity: string): Promise<void> {
    let now: string | undefined;
    try {
      now = identityOf(await stat(this.path, { bigint: true }));
    } catch (error) {
      // Deleted or moved away: what was read belongs to a file that is no longer there.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    this.mustBe(identity, now);
  }

  private mustBe(identity: string, now: string | undefined): void {
    if (now !== identity) throw changedWhileOpen(this.name);
  }

  private async borrow<T>(use: (handle: FileHandle) => Promise<T>): Promise<T> {
    this.readers += 1;
    try {
      // O_NONBLOCK: opening a named pipe must not wait for somebody to write to it.
      this.opened ??= open(this.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
      return await use(await this.opened);
    } catch (error) {
      if (error instanceof ArtifactError) throw error;
      // Opened anew by the next read: what failed may be a network drive that comes back.
      await this.close().catch(() => undefined);
      throw readError(this.path, error);
    } finally {
      this.readers -= 1;
      if (this.readers === 0) {
        if (this.timer === undefined) this.timer = setTimeout(() => void this.release(), this.idleMs).unref();
        else this.timer.refresh();
      }
    }
  }

  private async release(): Promise<void> {
    if (this.readers > 0) return;
    await this.close().catch(() => undefined);
  }
}
