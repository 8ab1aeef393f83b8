import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ArtifactError } from "../../src/core/errors.ts";
import { english } from "../../src/core/model/sentence.ts";
import { createWork, quietWork } from "../../src/core/work.ts";
import { type ModelFile, type ModelFileOptions, openModelFile } from "../../src/platform/node/model-file.ts";

const sample = path.resolve(import.meta.dirname, "../workspace/credit-risk/lr_params_v1.2.2.joblib");
const model = readFileSync(sample);
const sha256 = createHash("sha256").update(model).digest("hex");
const md5 = createHash("md5").update(model).digest("hex");
const lfsPointer = (oid = sha256, size = model.length): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`;
const dvcPointer = (file = "lr.joblib", digest = md5, size = model.length): string =>
  `outs:\n- md5: ${digest}\n  size: ${size}\n  hash: md5\n  path: ${file}\n`;

let folder: string;
let opened: ModelFile[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "model-loupe-pointers-"));
});
afterEach(async () => {
  for (const file of opened) await file.close();
  opened = [];
  rmSync(folder, { recursive: true, force: true });
});

const at = (...parts: readonly string[]): string => path.join(folder, ...parts);
function write(file: string, content: string | Uint8Array): string {
  mkdirSync(path.dirname(at(file)), { recursive: true });
  writeFileSync(at(file), content);
  return at(file);
}
/** An empty repository as `git init` lays it out, as far as it matters here. */
function gitFolder(name: string, config = ""): void {
  write(path.join(name, "HEAD"), "ref: refs/heads/main\n");
  mkdirSync(at(name, "objects/info"), { recursive: true });
  write(path.join(name, "config"), `[core]\n\tbare = false\n${config}`);
}
const lfsObject = (store: string, content: Uint8Array = model, oid = sha256): string =>
  write(path.join(store, "objects", oid.slice(0, 2), oid.slice(2, 4), oid), content);

async function open(file: string, options?: ModelFileOptions): Promise<ModelFile> {
  const source = await openModelFile(file, quietWork(), options);
  opened.push(source);
  return source;
}
const bytesOf = async (source: ModelFile): Promise<Buffer> => Buffer.from(await source.read(0, source.size));
const missing = async (file: string, options?: ModelFileOptions): Promise<string> => {
  const source = await open(file, options);
  return source.missing === undefined ? "it was followed" : english(source.missing);
};

describe("a Git LFS pointer", () => {
  it("is read through, under its own name, and says so", async () => {
    gitFolder(".git");
    lfsObject(".git/lfs");
    const source = await open(write("models/lr.joblib", lfsPointer()));
    expect(await bytesOf(source)).toEqual(model);
    expect(source.name).toBe("lr.joblib");
    expect(source.facts).toEqual([
      { id: "source.pointer", label: "Read through", value: `Git LFS pointer (sha256 ${sha256.slice(0, 12)}…)` },
    ]);
    expect(source.findings).toEqual([]);
  });

  it("is followed from a working tree besides the first, and from a submodule", async () => {
    gitFolder("main/.git");
    lfsObject("main/.git/lfs");
    write("main/.git/worktrees/other/HEAD", "ref: refs/heads/other\n");
    write("main/.git/worktrees/other/commondir", "../..\n");
    write("other/.git", `gitdir: ${at("main/.git/worktrees/other")}\n`);
    expect(await bytesOf(await open(write("other/lr.joblib", lfsPointer())))).toEqual(model);
    gitFolder("outer/.git");
    gitFolder("outer/.git/modules/inner");
    lfsObject("outer/.git/modules/inner/lfs");
    write("outer/inner/.git", "gitdir: ../.git/modules/inner\n");
    expect(await bytesOf(await open(write("outer/inner/lr.joblib", lfsPointer())))).toEqual(model);
  });

  it.each([
    ["elsewhere", "[lfs]\n\tstorage = ../elsewhere ; shared\n"],
    ["elsewhere", '[LFS]\n\trepositoryformatversion = 0\n\tStorage = "../elsewhere"\n'],
    [".git/lfs", '[remote "x"]\n\tstorage = ../elsewhere\n'],
    // Asking another machine for a file would tell it who asks.
    [".git/lfs", "[lfs]\n\tstorage = //server/share\n"],
  ])("is looked for in %s when the configuration says %j", async (store, config) => {
    gitFolder(".git", config);
    lfsObject(store);
    expect(await bytesOf(await open(write("lr.joblib", lfsPointer())))).toEqual(model);
  });

  it("is looked for where the repository borrows its objects", async () => {
    gitFolder("from/.git");
    lfsObject("from/.git/lfs");
    gitFolder("shared/.git");
    write("shared/.git/objects/info/alternates", `# comment\n${at("from/.git/objects")}\n`);
    expect(await bytesOf(await open(write("shared/lr.joblib", lfsPointer())))).toEqual(model);
  });

  it("outside of a repository is followed from where the program was started", async () => {
    gitFolder("repository/.git");
    lfsObject("repository/.git/lfs");
    const file = write("git-blob-x1/lr.joblib", lfsPointer());
    const place = { folders: [path.dirname(file), at("repository")] };
    expect(await bytesOf(await open(file, { place }))).toEqual(model);
    // Nobody knows what to fetch for it: the plain sentence about pointers says it best.
    expect((await open(file)).missing).toBeUndefined();
    expect((await bytesOf(await open(file))).toString()).toBe(lfsPointer());
  });

  it("whose object is not here says what to run", async () => {
    gitFolder(".git", '[remote "upstream"]\n\turl = x\n');
    const file = write("models/lr.joblib", lfsPointer());
    expect(await missing(file)).toBe(
      "lr.joblib is a Git LFS pointer. The model itself (1.6 KiB) is not on this machine; to fetch it, run: git lfs pull --include models/lr.joblib",
    );
    expect(await missing(file, { place: { revision: "v1.2" } })).toContain(
      "run: git lfs fetch upstream v1.2 --include models/lr.joblib",
    );
    expect(await missing(write("it's; rm -rf ~.pkl", lfsPointer()))).toContain(
      `run: git lfs pull --include 'it'\\''s; rm -rf ~.pkl'`,
    );
    expect(await missing(write("a,b.pkl", lfsPointer()))).toMatch(/run: git lfs pull$/);
    const elsewhere = write("../model-loupe-blob.joblib", lfsPointer());
    try {
      expect(await missing(elsewhere, { place: { folders: [folder] } })).toMatch(/run: git lfs fetch --all$/);
    } finally {
      rmSync(elsewhere);
    }
  });

  it("with extensions is not the file, and says so", async () => {
    gitFolder(".git");
    lfsObject(".git/lfs");
    const text = lfsPointer().replace("oid", `ext-0-crypt sha256:${sha256}\noid`);
    expect(await missing(write("lr.joblib", text))).toContain("went through crypt");
  });

  it("whose object is another is shown with a finding", async () => {
    gitFolder(".git");
    const other = Uint8Array.from(model);
    other[100] = (other[100] ?? 0) ^ 1;
    lfsObject(".git/lfs", other);
    const file = write("lr.joblib", lfsPointer());
    const changed = await open(file);
    expect(changed.findings?.map(({ rule, severity }) => [rule, severity])).toEqual([["integrity/corrupt", "error"]]);
    expect(changed.findings?.[0]?.message).toContain(createHash("sha256").update(other).digest("hex"));
    // Too large to be read on opening: not judged.
    expect((await open(file, { digestBytes: 100 })).findings).toEqual([]);
    lfsObject(".git/lfs", model.subarray(0, 1000));
    const cut = await open(file);
    expect(cut.findings?.map(({ rule, message }) => [rule, message])).toEqual([
      [
        "integrity/truncated",
        `The Git LFS object of lr.joblib has 1000 bytes; its pointer says ${model.length}. Fetch it again.`,
      ],
    ]);
    expect(cut.size).toBe(1000);
  });

  it("that is not well-formed is an ordinary file", async () => {
    gitFolder(".git");
    const source = await open(write("lr.joblib", lfsPointer("00", 12)));
    expect(source.missing).toBeUndefined();
    expect(source.facts).toBeUndefined();
  });
});

describe("a DVC pointer", () => {
  const cached = (cache: string, ...layout: readonly string[]): string =>
    write(path.join(cache, ...layout, md5.slice(0, 2), md5.slice(2)), model);

  it.each([["files/md5"], [""]])("is read through a cache with objects under %j", async (layout) => {
    write(".dvc/config", "");
    cached(".dvc/cache", layout);
    const source = await open(write("models/lr.joblib.dvc", dvcPointer()));
    expect(await bytesOf(source)).toEqual(model);
    expect(source.facts?.[0]?.value).toBe(`DVC pointer (md5 ${md5.slice(0, 12)}…)`);
    expect(source.findings).toEqual([]);
  });

  it.each([
    ["config", "[core]\n    remote = r\n['remote \"r\"']\n    url = s3://x\n[cache]\n    dir = ../../shared cache\n"],
    ["config.local", '[cache]\ntype = symlink\ndir = "../../shared cache"\n'],
  ])("is looked for where .dvc/%s says", async (name, config) => {
    write("project/.dvc/config", "[cache]\n    dir = //server/share\n");
    write(`project/.dvc/${name}`, config);
    cached("shared cache", "files/md5");
    expect(await bytesOf(await open(write("project/lr.joblib.dvc", dvcPointer())))).toEqual(model);
  });

  it("stands beside the file it is for: a file that is not there is read from the cache", async () => {
    write(".dvc/config", "");
    cached(".dvc/cache", "files/md5");
    write("models/lr.joblib.dvc", dvcPointer());
    const source = await open(at("models/lr.joblib"));
    expect(await bytesOf(source)).toEqual(model);
    // A file that is there is that file.
    write("models/lr.joblib", "x");
    expect((await open(at("models/lr.joblib"))).size).toBe(1);
  });

  it("whose object is not here says what to run, also for the file itself", async () => {
    write(".dvc/config", "");
    const file = write("models/lr.joblib.dvc", dvcPointer());
    const sentence =
      "lr.joblib.dvc is a DVC pointer. The model itself is not on this machine; to fetch it, run: dvc pull models/lr.joblib.dvc";
    expect(await missing(file)).toBe(sentence);
    expect(await missing(file, { place: { revision: "HEAD~1" } })).toMatch(
      /run: dvc fetch --all-commits models\/lr\.joblib\.dvc$/,
    );
    expect(await missing(file, { place: { from: at("models") } })).toMatch(/run: dvc pull lr\.joblib\.dvc$/);
    const reason = await open(at("models/lr.joblib")).catch((error: unknown) => error);
    expect(reason).toBeInstanceOf(ArtifactError);
    expect(reason).toMatchObject({ code: "not-found" });
    expect(String(reason)).toContain("run: dvc pull models/lr.joblib.dvc");
    expect(await open(at("models/none.joblib")).catch(String)).toMatch(/none\.joblib: there is no such file$/);
  });

  it("to a folder or to several files says so", async () => {
    write(".dvc/config", "");
    expect(await missing(write("data.dvc", dvcPointer("data", `${md5}.dir`)))).toContain(
      "a pointer to a folder".slice(2),
    );
    const two = `${dvcPointer("a.pkl")}${dvcPointer("lr.joblib").replace("outs:\n", "")}`;
    expect(await missing(write("both.dvc", two))).toContain("2 files");
    cached(".dvc/cache", "files/md5");
    expect(await bytesOf(await open(write("lr.joblib.dvc", two)))).toEqual(model);
  });

  it("of old DVC may have a digest of other line ends", async () => {
    write(".dvc/config", "");
    const text = '{"coef_": [0.25]}\r\n';
    const digest = createHash("md5").update(text.replace("\r\n", "\n")).digest("hex");
    write(`.dvc/cache/${digest.slice(0, 2)}/${digest.slice(2)}`, text);
    const legacy = dvcPointer("p.json", digest, text.length).replace("  hash: md5\n", "");
    expect((await open(write("p.json.dvc", legacy))).findings).toEqual([]);
    write(`.dvc/cache/files/md5/${digest.slice(0, 2)}/${digest.slice(2)}`, text);
    const named = await open(write("q.json.dvc", dvcPointer("q.json", digest, text.length)));
    expect(named.findings?.map(({ rule }) => rule)).toEqual(["integrity/corrupt"]);
  });
});

describe("following", () => {
  it("never opens a file under another name than a digest's", async () => {
    write(".dvc/config", "");
    gitFolder(".git");
    const secret = write("secret", "secret");
    const climbing = path.relative(at(".dvc/cache/files/md5/xx"), secret);
    expect((await open(write("a.dvc", dvcPointer("a", climbing)))).facts).toBeUndefined();
    // The path of an output is for people: the object is found by its digest alone.
    write(`.dvc/cache/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`, model);
    expect(await bytesOf(await open(write("b.dvc", dvcPointer("../../secret"))))).toEqual(model);
  });

  it("refuses an object that is not a file", async () => {
    gitFolder(".git");
    mkdirSync(at(".git/lfs/objects", sha256.slice(0, 2), sha256.slice(2, 4), sha256), { recursive: true });
    await expect(open(write("lr.joblib", lfsPointer()))).rejects.toThrow(/is a folder/);
  });

  it.skipIf(process.platform === "win32")("goes through links, as caches of DVC are made", async () => {
    write(".dvc/config", "");
    copyFileSync(sample, at("kept"));
    mkdirSync(at(".dvc/cache/files/md5", md5.slice(0, 2)), { recursive: true });
    symlinkSync(at("kept"), at(".dvc/cache/files/md5", md5.slice(0, 2), md5.slice(2)));
    expect(await bytesOf(await open(write("lr.joblib.dvc", dvcPointer())))).toEqual(model);
  });

  it("can be cancelled while a digest is checked", async () => {
    gitFolder(".git");
    lfsObject(".git/lfs");
    const work = createWork({ signal: AbortSignal.abort() });
    await expect(openModelFile(write("lr.joblib", lfsPointer()), work)).rejects.toMatchObject({ code: "cancelled" });
  });
});
