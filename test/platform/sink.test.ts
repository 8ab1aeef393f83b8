import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFileSink } from "../../src/platform/node/sink.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("file sink", () => {
  let folder: string;
  let target: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "loupe-sink-"));
    target = join(folder, "out.npz");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("writes in order and shows nothing under the name before commit", async () => {
    const sink = await createFileSink(target);
    await Promise.all([sink.write(text("abc")), sink.write(text("defg"))]);
    expect(sink.position).toBe(7);
    expect(await readdir(folder)).not.toContain("out.npz");
    await sink.commit();
    expect(await readdir(folder)).toEqual(["out.npz"]);
    expect(await readFile(target, "utf8")).toBe("abcdefg");
  });

  it("lets what was written be read back before it has its name", async () => {
    const sink = await createFileSink(target);
    await sink.write(text("abc"));
    await sink.flush();
    expect(await readFile(sink.temporaryPath, "utf8")).toBe("abc");
    await sink.abort();
  });

  it("does not overwrite without being told to, and leaves nothing behind", async () => {
    await writeFile(target, "old");
    const sink = await createFileSink(target);
    await sink.write(text("new"));
    await expect(sink.commit()).rejects.toMatchObject({ code: "refused", message: expect.stringContaining("exists") });
    expect(await readFile(target, "utf8")).toBe("old");
    expect(await readdir(folder)).toEqual(["out.npz"]);
  });

  it("gives the name to one of many that commit at the same time", async () => {
    const sinks = await Promise.all(Array.from({ length: 8 }, () => createFileSink(target)));
    await Promise.all(sinks.map((sink, index) => sink.write(text(`writer ${index}`))));
    const results = await Promise.allSettled(sinks.map((sink) => sink.commit()));
    const winner = results.findIndex((result) => result.status === "fulfilled");
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(1);
    expect(await readFile(target, "utf8")).toBe(`writer ${winner}`);
    expect(await readdir(folder)).toEqual(["out.npz"]);
  });

  it("overwrites when told to, keeping who may read the file", async () => {
    await writeFile(target, "old");
    await chmod(target, 0o640);
    const sink = await createFileSink(target);
    await sink.write(text("new"));
    await sink.commit({ overwrite: true });
    expect(await readFile(target, "utf8")).toBe("new");
    // Windows has no such bits: there every file reads as 0o666.
    expect((await stat(target)).mode & 0o777).toBe(process.platform === "win32" ? 0o666 : 0o640);
    expect(await readdir(folder)).toEqual(["out.npz"]);
  });

  it.skipIf(process.platform === "win32")("writes through a link instead of replacing it", async () => {
    await mkdir(join(folder, "store"));
    await writeFile(join(folder, "store", "real"), "old");
    await symlink(join("store", "real"), target);
    const sink = await createFileSink(target);
    await sink.write(text("new"));
    await sink.commit({ overwrite: true });
    expect(await readFile(join(folder, "store", "real"), "utf8")).toBe("new");
    expect(await readdir(join(folder, "store"))).toEqual(["real"]);
  });

  it("abort deletes what was written, once or twice", async () => {
    const sink = await createFileSink(target);
    await sink.write(text("half"));
    await sink.abort();
    await sink.abort();
    expect(await readdir(folder)).toEqual([]);
    await expect(sink.write(text("more"))).rejects.toMatchObject({ code: "refused" });
    await expect(sink.commit()).rejects.toMatchObject({ code: "refused" });
  });

  it("abort after commit leaves the file", async () => {
    const sink = await createFileSink(target);
    await sink.write(text("done"));
    await sink.commit();
    await sink.abort();
    expect(await readFile(target, "utf8")).toBe("done");
  });

  it("refuses a folder as its target and says so for a missing one", async () => {
    await mkdir(target);
    const sink = await createFileSink(target);
    await expect(sink.commit({ overwrite: true })).rejects.toMatchObject({ code: "refused" });
    expect(await readdir(folder)).toEqual(["out.npz"]);
    await expect(createFileSink(join(folder, "no", "out.npz"))).rejects.toMatchObject({ code: "not-found" });
  });

  it("deletes its temporary file when the process exits in the middle", async () => {
    const script = join(folder, "writer.mjs");
    await build({
      stdin: {
        contents: `
          import { createFileSink } from "./src/platform/node/sink.ts";
          const sink = await createFileSink(process.argv[2]);
          await sink.write(new Uint8Array(100));
          process.exit(3);`,
        resolveDir: process.cwd(),
        loader: "ts",
      },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: script,
    });
    await expect(promisify(execFile)(process.execPath, [script, target])).rejects.toMatchObject({ code: 3 });
    expect(await readdir(folder)).toEqual(["writer.mjs"]);
  });
});
