import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isPlainName } from "../../src/core/bytes/siblings.ts";
import { siblingsOf } from "../../src/platform/node/siblings.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "siblings-"));
  await mkdir(path.join(folder, "models", "inner"), { recursive: true });
  await writeFile(path.join(folder, "secret.npy"), "secret");
  await writeFile(path.join(folder, "models", "m.pkl"), "pickle");
  await writeFile(path.join(folder, "models", "m.pkl_01.npy"), "array");
  await writeFile(path.join(folder, "models", "inner", "deep.npy"), "deep");
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...parts: string[]): string => path.join(folder, ...parts);

async function textOf(name: string, file = at("models", "m.pkl")): Promise<string | undefined> {
  const siblings = siblingsOf(file);
  try {
    const source = await siblings.open(name);
    return source && new TextDecoder("utf-8").decode(await source.read(0, source.size));
  } finally {
    await siblings.close();
  }
}

describe("files beside a file", () => {
  it("are opened by their plain name, and those that are not there are not", async () => {
    expect(siblingsOf(at("models", "m.pkl")).own).toBe("m.pkl");
    expect(await textOf("m.pkl_01.npy")).toBe("array");
    expect(await textOf("m.pkl_02.npy")).toBeUndefined();
  });

  it.each(["../secret.npy", "..", ".", "", "inner/deep.npy", "inner\\deep.npy", "C:m.pkl_01.npy", "m.pkl_01.npy\0"])(
    "are not reached through %j",
    async (name) => {
      expect(isPlainName(name)).toBe(false);
      expect(await textOf(name)).toBeUndefined();
    },
  );

  it("are not reached by an absolute path", async () => {
    expect(await textOf(at("secret.npy"))).toBeUndefined();
  });

  it("are not reached through a link that leads out of the folder", async () => {
    await symlink(at("secret.npy"), at("models", "m.pkl_02.npy"));
    expect(await textOf("m.pkl_02.npy")).toBeUndefined();
    await symlink(at("models", "m.pkl_01.npy"), at("models", "m.pkl_03.npy"));
    expect(await textOf("m.pkl_03.npy")).toBe("array");
  });

  it("may be links where the file is one, as DVC makes them", async () => {
    await mkdir(at("cache"));
    await writeFile(at("cache", "a1"), "pickle");
    await writeFile(at("cache", "b2"), "array");
    await mkdir(at("checkout"));
    await symlink(at("cache", "a1"), at("checkout", "m.pkl"));
    await symlink(at("cache", "b2"), at("checkout", "m.pkl_01.npy"));
    expect(await textOf("m.pkl_01.npy", at("checkout", "m.pkl"))).toBe("array");
  });

  it("may lie in a folder below where that is asked for, and never above or behind a link", async () => {
    const siblings = siblingsOf(at("models", "m.pkl"));
    const below = async (name: string): Promise<string | undefined> => {
      const source = await siblings.openBelow(name);
      return source && new TextDecoder("utf-8").decode(await source.read(0, source.size));
    };
    await mkdir(at("elsewhere"));
    await writeFile(at("elsewhere", "deep.npy"), "secret");
    await symlink(at("elsewhere"), at("models", "linked"));
    await symlink(at("secret.npy"), at("models", "inner", "link.npy"));
    try {
      expect(await below("inner/deep.npy")).toBe("deep");
      for (const name of ["../secret.npy", "inner/../m.pkl", "/inner/deep.npy", "inner//deep.npy", "inner\\deep.npy"])
        expect(await below(name)).toBeUndefined();
      expect(await below("linked/deep.npy")).toBeUndefined();
      expect(await below("inner/link.npy")).toBeUndefined();
    } finally {
      await siblings.close();
    }
  });

  it("that are there but no files say so", async () => {
    await mkdir(at("models", "m.pkl_04.npy"));
    await expect(textOf("m.pkl_04.npy")).rejects.toMatchObject({ code: "not-recognised" });
  });
});
