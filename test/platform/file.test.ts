import { execFile } from "node:child_process";
import {
  appendFile,
  mkdtemp,
  readdir,
  readlink,
  rename,
  rm,
  truncate,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FileSource, openFile } from "../../src/platform/node/file.ts";

describe("file source", () => {
  let folder: string;
  let path: string;
  const opened: FileSource[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "loupe-file-"));
    path = join(folder, "model.bin");
    await writeFile(
      path,
      Uint8Array.from({ length: 1_000_000 }, (_, i) => (i * 7) & 0xff),
    );
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((source) => source.close()));
    await rm(folder, { recursive: true, force: true });
  });
  const openIt = async (idleMs = 1_000): Promise<FileSource> => {
    const source = await openFile(path, { idleMs });
    opened.push(source);
    return source;
  };
  /** How many handles of this process show the file; Linux tells, others cannot be asked. */
  const handles = async (): Promise<number> => {
    const links = await Promise.all(
      (await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => "")),
    );
    return links.filter((link) => link === path).length;
  };

  it("reads what is at a position", async () => {
    const source = await openIt();
    expect(source.size).toBe(1_000_000);
    expect(source.name).toBe("model.bin");
    expect([...(await source.read(999_997, 1_000_000))]).toEqual(
      [999_997, 999_998, 999_999].map((i) => (i * 7) & 0xff),
    );
    const whole = await source.read(0, 1_000_000);
    expect(whole.every((byte, i) => byte === ((i * 7) & 0xff))).toBe(true);
  });

  it("refuses to read past the end, saying how much is there", async () => {
    const source = await openIt();
    await expect(source.read(999_990, 1_000_010)).rejects.toMatchObject({
      code: "truncated",
      place: { offset: 999_990, needed: 20, available: 10 },
    });
  });

  it.each([
    ["appended to", (): Promise<void> => appendFile(path, "more")],
    ["cut", (): Promise<void> => truncate(path, 500_000)],
    ["touched", (): Promise<void> => utimes(path, 1_000_000_000, 1_000_000_000)],
    ["deleted", (): Promise<void> => unlink(path)],
    [
      "replaced by another of the same size",
      async (): Promise<void> => {
        await writeFile(join(folder, "new"), new Uint8Array(1_000_000));
        await rename(join(folder, "new"), path);
      },
    ],
  ])("throws changed when the file is %s while open", async (_, change) => {
    const source = await openIt();
    await source.read(0, 100);
    await change();
    await expect(source.read(900_000, 900_100)).rejects.toMatchObject({
      code: "changed",
      message: expect.stringContaining("model.bin changed while it was open"),
    });
  });

  it("sees the change also after the handle was let go", async () => {
    const source = await openIt();
    await source.close();
    await appendFile(path, "more");
    await expect(source.read(0, 100)).rejects.toMatchObject({ code: "changed" });
  });

  it("has another identity for another version", async () => {
    const before = await openIt();
    await appendFile(path, "x");
    const after = await openIt();
    expect(after.identity).not.toBe(before.identity);
  });

  it.runIf(process.platform === "linux")("lets go of the file when idle and takes it again", async () => {
    const source = await openIt(1);
    await source.read(0, 100);
    await expect.poll(handles, { timeout: 5_000 }).toBe(0);
    expect((await source.read(700_000, 700_001))[0]).toBe((700_000 * 7) & 0xff);
    await source.close();
    expect(await handles()).toBe(0);
  });

  it("serves many readers at once", async () => {
    const source = await openIt(1);
    const reads = Array.from({ length: 200 }, (_, i) => source.read(i * 4_999, i * 4_999 + 3));
    for (const [i, bytes] of (await Promise.all(reads)).entries()) expect(bytes[0]).toBe((i * 4_999 * 7) & 0xff);
  });

  it("names what cannot be opened", async () => {
    await expect(openFile(join(folder, "none"))).rejects.toMatchObject({ code: "not-found" });
    await expect(openFile(folder)).rejects.toMatchObject({
      code: "not-recognised",
      message: expect.stringContaining("folder"),
    });
  });

  it.skipIf(process.platform === "win32")("does not wait for a named pipe", async () => {
    const pipe = join(folder, "pipe");
    await promisify(execFile)("mkfifo", [pipe]);
    const outcome = await Promise.race([
      openFile(pipe).catch((error: unknown) => error),
      delay(5_000, "hangs", { ref: false }),
    ]);
    expect(outcome).toMatchObject({ code: "not-recognised" });
  });

  it("does not create what it reads", async () => {
    await expect(openFile(join(folder, "ghost"))).rejects.toMatchObject({ code: "not-found" });
    expect(await readdir(folder)).toEqual(["model.bin"]);
  });
});
