import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crc32c } from "../../../../src/core/codecs/crc32c.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { openFile } from "../../../../src/platform/node/file.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { modelFileOf } from "../../../../src/platform/node/model-folder.ts";
import { siblingsOf } from "../../../../src/platform/node/siblings.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { testPath } from "../../../support/open-file.ts";

const fixtures = testPath("fixtures/orbax");
type Arrays = Record<string, { readonly dtype: string; readonly shape: readonly number[]; readonly hex: string }>;
const folders = Object.entries(JSON.parse(readFileSync(`${fixtures}/expected.json`, "utf8")) as Record<string, Arrays>);

/** Opens a folder by the file that describes it. */
async function withFolder<T>(folder: string, look: (artifact: Artifact) => Promise<T>): Promise<T> {
  const file = await modelFileOf(folder);
  const source = await openFile(file);
  const siblings = siblingsOf(file);
  try {
    return await look(await openArtifact(source, nodeHost(), quietWork(), { siblings }));
  } finally {
    await siblings.close();
    await source.close();
  }
}

async function arraysOf({ parameters }: Artifact): Promise<Arrays> {
  const found: [string, Arrays[string]][] = [];
  for (const { path: name, tensor } of parameters) {
    const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
    found.push([name, { dtype: tensor.dtype.name, shape: tensor.shape, hex: toHex(bytes) }]);
  }
  return Object.fromEntries(found);
}

describe("checkpoints of Orbax and groups of Zarr", () => {
  it.each(folders)("%s has the arrays that were written", async (name, expected) => {
    await withFolder(path.join(fixtures, name), async (artifact) => {
      expect([artifact.complete, artifact.findings]).toEqual([true, []]);
      expect(await arraysOf(artifact)).toEqual(expected);
    });
  });
});

describe("a folder of Zarr that is not what it seems", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "zarr-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const copy = (name: string, as: string): string => {
    const place = path.join(folder, as);
    cpSync(path.join(fixtures, name), place, { recursive: true });
    return place;
  };

  it("is not followed out of itself by a link", async () => {
    const group = copy("group2", "linked");
    symlinkSync(path.join(fixtures, "group2"), path.join(group, "elsewhere"));
    await withFolder(group, async (artifact) => {
      expect(artifact.parameters.map(({ path: name }) => name)).toEqual(["a", "deep/c", "deep/er/b"]);
    });
  });

  it("tells of an array whose metadata is damaged, and shows the others", async () => {
    const group = copy("group2", "damaged");
    writeFileSync(path.join(group, "a/.zarray"), '{"zarr_format": 2, "shape": [2], "chunks": [0], "dtype": "<i2"}');
    await withFolder(group, async (artifact) => {
      expect([artifact.complete, artifact.parameters.map(({ path: name }) => name)]).toEqual([
        false,
        ["deep/c", "deep/er/b"],
      ]);
      expect(artifact.findings.map(({ path: name }) => name)).toEqual(["a"]);
    });
  });

  it("does not open as complete where a file of the database is missing, cut or changed", async () => {
    const name = readdirSync(path.join(fixtures, "ocdbt/d"))[0] ?? "";
    const bytes = readFileSync(path.join(fixtures, "ocdbt/d", name));
    const place = copy("ocdbt", "changed");
    const file = path.join(place, "d", name);
    const changed = bytes.map((byte, i) => (i === 30 ? byte ^ 1 : byte));
    for (const content of [bytes.subarray(0, bytes.length >> 1), changed, undefined]) {
      if (content === undefined) rmSync(file);
      else writeFileSync(file, content);
      await expect(withFolder(place, (artifact) => Promise.resolve(artifact.complete))).rejects.toThrow(/./);
    }
  });

  it("says which array of a checkpoint has no folder", async () => {
    const place = copy("plain", "missing");
    rmSync(path.join(place, "opt.0"), { recursive: true });
    await withFolder(place, async (artifact) => {
      expect(artifact.complete).toBe(false);
      expect(artifact.parameters.map(({ path: name }) => name)).not.toContain("opt.0");
      expect(artifact.parameters.map(({ path: name }) => name)).toContain("opt.1.m");
      expect(artifact.findings.map(({ path: name }) => name)).toEqual(["opt.0"]);
    });
  });

  it("opens or is refused, wherever its database is damaged", async () => {
    const place = copy("nodes", "fuzzed");
    const files = ["manifest.ocdbt", ...readdirSync(path.join(place, "d")).map((each) => `d/${each}`)];
    for (const each of files) {
      const file = path.join(place, each);
      const bytes = readFileSync(file);
      for (let k = 0; k < 12; k++) {
        const at = (k * 7919 + 13) % bytes.length;
        writeFileSync(
          file,
          k % 3 === 0 ? bytes.subarray(0, at) : bytes.map((byte, i) => (i === at ? byte ^ 0x55 : byte)),
        );
        const outcome = await withFolder(place, arraysOf).catch((error: unknown) => error);
        expect(outcome instanceof Error && !(outcome instanceof ArtifactError)).toBe(false);
      }
      writeFileSync(file, bytes);
    }
    expect(Object.keys(await withFolder(place, arraysOf)).length).toBe(12);
  });

  it("has names of which two share a part of a character", async () => {
    const utf8 = (text: string): number[] => [...Buffer.from(text)];
    const metadata = utf8(
      '{"zarr_format":2,"shape":[1],"chunks":[1],"dtype":"|u1","compressor":null,"fill_value":0,"order":"C","filters":null}',
    );
    const keys = ["è/.zarray", "è/0", "é/.zarray", "é/0"].map((key) => utf8(key).slice(1));
    const values = [metadata, [5], metadata, [6]];
    const lengths = values.map(({ length }) => length);
    const places = [0, 0, 0, ...keys.map(({ length }) => length), ...keys.flat()];
    const leaf = frame(0x0cdb20de, Uint8Array.from([0, 0, 4, ...places, ...lengths, 0, 0, 0, 0, ...values.flat()]));
    const varint = (value: number): number[] => [(value % 128) + 128, Math.floor(value / 128)];
    const files = [1, 3, 0, ...utf8("d/x")];
    const child = [0, 0, ...varint(leaf.length)];
    const inner = frame(0x0cdb20de, Uint8Array.from([1, ...files, 1, 2, 1, ...utf8("è"), ...child, 4, 0, 0]));
    const root = [1, 1, 1, 0, ...varint(leaf.length), ...varint(inner.length), 4, 0, 0];
    const manifest = [...new Uint8Array(16), 0, 100, 100, 4, 0, ...files, ...root, ...new Uint8Array(8), 0];
    const home = mkdtempSync(path.join(folder, "letters-"));
    mkdirSync(path.join(home, "d"));
    writeFileSync(path.join(home, "d/x"), Buffer.concat([leaf, inner]));
    writeFileSync(path.join(home, "manifest.ocdbt"), frame(0x0cdb3a2a, Uint8Array.from(manifest)));
    const found = await withFolder(home, arraysOf);
    expect(Object.entries(found).map(([name, { hex }]) => [name, hex])).toEqual([
      ["è", "05"],
      ["é", "06"],
    ]);
  });

  it("is not read as names of gigabytes that share one long start", async () => {
    const varint = (value: number): number[] => {
      const bytes: number[] = [];
      let rest = value;
      for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
      return [...bytes, rest];
    };
    const count = 60_000;
    const repeated = (value: number): number[] => Array.from({ length: count }, () => varint(value)).flat();
    const node = [0, 0, ...varint(count), ...repeated(60_000).slice(3), ...varint(60_000), ...repeated(0).slice(1)];
    const body = Uint8Array.from([...node, ...new Uint8Array(60_000), ...repeated(0), ...repeated(0)]);
    const file = frame(0x0cdb20de, body);
    const uuid = new Uint8Array(16);
    const place = [1, 1, 0, 0, 0, ...varint(file.length), ...varint(count), 0, 0];
    const manifest = [...uuid, 0, 100, 100, 4, 0, 1, 3, 0, ...Buffer.from("d/x"), ...place, ...new Uint8Array(8), 0];
    const home = mkdtempSync(path.join(folder, "long-"));
    mkdirSync(path.join(home, "d"));
    writeFileSync(path.join(home, "d/x"), file);
    writeFileSync(path.join(home, "manifest.ocdbt"), frame(0x0cdb3a2a, Uint8Array.from(manifest)));
    await expect(withFolder(home, (artifact) => Promise.resolve(artifact.complete))).rejects.toThrow(/limit/);
  });
});

/** A node that is not packed, with its checksum. */
function frame(magic: number, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(14 + body.length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  view.setBigUint64(4, BigInt(bytes.length), true);
  bytes.set(body, 14);
  view.setUint32(14 + body.length, crc32c(bytes.subarray(0, 14 + body.length)), true);
  return bytes;
}
