import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Session } from "./session.ts";

const samples = path.resolve(import.meta.dirname, "../workspace/credit-risk");
const older = readFileSync(path.join(samples, "lr_params_v1.2.2.joblib"));
const newer = readFileSync(path.join(samples, "lr_params_v1.2.3.joblib"));

let folder: string;
let session: Session;
/** What git has, by URI. */
let revisions: Map<string, Uint8Array>;
beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "model-loupe-server-pointers-"));
  revisions = new Map();
  session = await Session.start(
    {},
    {
      stat: (uri) => ({ size: revisions.get(uri)?.length ?? 0, modified: 1 }),
      read: (uri) => revisions.get(uri) ?? new Uint8Array(),
    },
  );
  write(".git/HEAD", "ref: refs/heads/main\n");
  write(".git/objects/info/packs", "");
  write(".dvc/config", "");
});
afterEach(() => {
  session.end();
  rmSync(folder, { recursive: true, force: true });
});

function write(file: string, content: string | Uint8Array): string {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  return pathToFileURL(target).href;
}
function revision(file: string, ref: string, content: string): string {
  const target = path.join(folder, file);
  const uri = `git:${target}?${encodeURIComponent(JSON.stringify({ path: target, ref }))}`;
  revisions.set(uri, new TextEncoder().encode(content));
  return uri;
}
const lfsPointer = (bytes: Uint8Array): string =>
  `version https://git-lfs.github.com/spec/v1\noid sha256:${createHash("sha256").update(bytes).digest("hex")}\nsize ${bytes.length}\n`;
function keepLfs(bytes: Uint8Array): void {
  const oid = createHash("sha256").update(bytes).digest("hex");
  write(`.git/lfs/objects/${oid.slice(0, 2)}/${oid.slice(2, 4)}/${oid}`, bytes);
}
const dvcPointer = (bytes: Uint8Array): string =>
  `outs:\n- md5: ${createHash("md5").update(bytes).digest("hex")}\n  size: ${bytes.length}\n  hash: md5\n  path: model.joblib\n`;
function keepDvc(bytes: Uint8Array): void {
  const md5 = createHash("md5").update(bytes).digest("hex");
  write(`.dvc/cache/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`, bytes);
}
const open = (uri: string) => session.ask("artifact/open", { uri, trusted: true });

describe("models behind pointers", () => {
  it("are opened under the pointer's name, and say how they were read", async () => {
    keepLfs(older);
    const { model } = await open(write("models/model.joblib", lfsPointer(older)));
    expect(model.name).toBe("model.joblib");
    expect(model.title.args["name"]).toBe("LogisticRegression");
    expect(model.facts).toContainEqual(
      expect.objectContaining({ id: "source.pointer", value: expect.stringMatching(/^Git LFS pointer/) }),
    );
  });

  it("of a git revision are compared with the file", async () => {
    keepLfs(older);
    const oldUri = revision("models/model.joblib", "HEAD~1", lfsPointer(older));
    const newUri = write("models/model.joblib", newer);
    const { model } = await session.ask("diff/open", { oldUri, newUri });
    expect(model.oldName).toBe("model.joblib (HEAD~1)");
    expect(model.entries.find((entry) => entry.path === "coef_")?.verdict).toBe("rounded");
    // How the bytes were come by is no change of the model.
    expect(model.environment).toEqual([]);
  });

  it("of a revision of a DVC file are compared with the model that it is for", async () => {
    keepDvc(older);
    const oldUri = revision("models/model.joblib.dvc", "v1", dvcPointer(older));
    const { model } = await session.ask("diff/open", { oldUri, newUri: write("models/model.joblib", newer) });
    expect(model.summary).toMatchObject({ rounded: 1 });
  });

  it("that are not here say what to run, in the revision that was asked for", async () => {
    const failure = async (uri: string): Promise<{ code: string; message: string; head?: string }> =>
      open(uri).then(
        () => ({ code: "opened", message: "" }),
        (error: { data: { code: string; message: string } }) => error.data,
      );
    const pointer = lfsPointer(older);
    const file = await failure(write("models/model.joblib", pointer));
    expect(file.code).toBe("not-recognised");
    expect(file.message).toMatch(/run: git lfs pull --include models\/model\.joblib$/);
    expect(file.head).toMatch(/^76 65 72 73/);
    expect((await failure(revision("models/model.joblib", "v1.2", pointer))).message).toMatch(
      /^model\.joblib \(v1\.2\) is a Git LFS pointer\. .* run: git lfs fetch origin v1\.2 --include models\/model\.joblib$/,
    );
    expect((await failure(revision("models/model.joblib", "~", pointer))).message).toMatch(
      /run: git lfs pull --include models\/model\.joblib$/,
    );
    expect((await failure(revision("models/model.joblib.dvc", "HEAD", dvcPointer(older)))).message).toMatch(
      /run: dvc fetch --all-commits models\/model\.joblib\.dvc$/,
    );
  });

  it("are seen once their objects come", async () => {
    const uri = write("models/model.joblib", lfsPointer(older));
    await expect(open(uri)).rejects.toThrow(/git lfs pull/);
    keepLfs(older);
    expect((await open(uri)).model.complete).toBe(true);
  });
});
