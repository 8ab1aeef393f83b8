import { randomBytes } from "node:crypto";
import { constants, unlinkSync } from "node:fs";
import { chmod, type FileHandle, link, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ByteSink } from "../../core/bytes/sink.ts";
import { ArtifactError } from "../../core/errors.ts";
import { existsError, writeError } from "./io-error.ts";

/** Bytes for a file that appears whole or not at all. Either `commit` or `abort` ends it. */
export interface FileSink extends ByteSink {
  /** The temporary file, for reading back what was written before it gets its name. */
  readonly temporaryPath: string;
  /** Everything written so far is on disk after this. */
  flush(): Promise<void>;
  /** Gives the file its name. Without `overwrite`, throws `refused` when something of that name exists. */
  commit(options?: { readonly overwrite?: boolean }): Promise<void>;
  /** Deletes what was written. Does nothing after `commit` or a second time. */
  abort(): Promise<void>;
}

/**
 * Writes to a temporary file in the same folder, so that giving it its name is one step of the file system. Throws
 * `not-found` where the folder does not exist, `refused` with the system's reason.
 */
export async function createFileSink(path: string): Promise<FileSink> {
  const target = await realTarget(path);
  // Hidden, and of bounded length: a name may be as long as the file system allows already.
  const stem = basename(target).slice(0, 40);
  const temporaryPath = join(dirname(target), `.${stem}.${randomBytes(8).toString("hex")}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(temporaryPath, flags, 0o666).catch((error: unknown) => {
    throw writeError(path, error);
  });
  remember(temporaryPath);
  return new TemporaryFile(path, target, temporaryPath, handle);
}

/** Temporary files of this process, deleted when it exits without having ended them. */
const temporaries = new Set<string>();

function deleteTemporaries(): void {
  for (const path of temporaries) {
    try {
      unlinkSync(path);
    } catch {
      // It is gone already, or cannot be deleted; there is nobody left to tell.
    }
  }
}

function remember(path: string): void {
  if (temporaries.size === 0) process.on("exit", deleteTemporaries);
  temporaries.add(path);
}

function forget(path: string): void {
  temporaries.delete(path);
  if (temporaries.size === 0) process.off("exit", deleteTemporaries);
}

/** A link is written through: replacing it by a file would surprise whoever made it. */
async function realTarget(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

class TemporaryFile implements FileSink {
  position = 0;
  readonly temporaryPath: string;
  private readonly path: string;
  private readonly target: string;
  private readonly handle: FileHandle;
  private state: "open" | "ended" = "open";
  /** Writes that are under way: `commit` and `abort` come after them. */
  private pending: Promise<unknown> = Promise.resolve();

  constructor(path: string, target: string, temporaryPath: string, handle: FileHandle) {
    this.path = path;
    this.target = target;
    this.temporaryPath = temporaryPath;
    this.handle = handle;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.checkOpen();
    const at = this.position;
    this.position += bytes.length;
    const writing = this.pending.then(() => this.writeAll(bytes, at));
    this.pending = writing.catch(() => undefined);
    await writing;
  }

  async flush(): Promise<void> {
    this.checkOpen();
    await this.pending;
    await this.guard(() => this.handle.sync());
  }

  async commit(options: { readonly overwrite?: boolean } = {}): Promise<void> {
    await this.flush();
    this.state = "ended";
    try {
      await this.handle.close();
      await (options.overwrite === true ? this.replace() : this.create());
    } catch (error) {
      await this.remove();
      throw error instanceof ArtifactError ? error : writeError(this.path, error);
    }
    forget(this.temporaryPath);
    await syncFolder(dirname(this.target));
  }

  async abort(): Promise<void> {
    if (this.state === "ended") return;
    this.state = "ended";
    await this.pending;
    await this.handle.close().catch(() => undefined);
    await this.remove();
  }

  private async writeAll(bytes: Uint8Array, start: number): Promise<void> {
    await this.guard(async () => {
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.handle.write(bytes, at, bytes.length - at, start + at);
        at += bytesWritten;
      }
    });
  }

  /** A second name for the file is made only if there is none of that name, and in one step: no race can be lost. */
  private async create(): Promise<void> {
    try {
      await link(this.temporaryPath, this.target);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") throw existsError(this.path);
      return this.createWithoutLinks();
    }
    await unlink(this.temporaryPath);
  }

  /** File systems without links (FAT, some network drives): the name is taken by an empty file first. */
  private async createWithoutLinks(): Promise<void> {
    try {
      await (await open(this.target, "wx")).close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") throw existsError(this.path);
      throw error;
    }
    try {
      await rename(this.temporaryPath, this.target);
    } catch (error) {
      await unlink(this.target).catch(() => undefined);
      throw error;
    }
  }

  private async replace(): Promise<void> {
    const old = await stat(this.target).catch(() => undefined);
    if (old?.isDirectory() === true)
      throw new ArtifactError("refused", `${this.path} is a folder; nothing was overwritten`);
    if (old !== undefined) await chmod(this.temporaryPath, old.mode & 0o7777).catch(() => undefined);
    await rename(this.temporaryPath, this.target);
  }

  private async remove(): Promise<void> {
    await unlink(this.temporaryPath).catch(() => undefined);
    forget(this.temporaryPath);
  }

  private checkOpen(): void {
    if (this.state === "ended") throw new ArtifactError("refused", `${this.path}: writing after commit or abort`);
  }

  private async guard(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      throw writeError(this.path, error);
    }
  }
}

/** So that the new name survives a power cut. Windows has no such thing, and some file systems refuse. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file itself is on disk; only its name may be lost.
  }
}
