import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { isObject, type Json } from "../../../../src/core/formats/zarr/json.ts";
import { arrayOf } from "../../../../src/core/formats/zarr/metadata.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { siblingsOf } from "../../../../src/platform/node/siblings.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { openBeside } from "../../../support/open-beside.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  rulesOf,
  tensorAt,
} from "../../../support/read-format.ts";

type Expected = Readonly<Record<string, readonly [readonly number[], string]>>;
const expected = fixtureJson("zarr/expected.json") as Expected;
const text = (content: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(content));

async function withFile<T>(file: string, look: (artifact: Artifact) => Promise<T>): Promise<T> {
  const siblings = siblingsOf(file);
  try {
    return await withArtifact(file, look, { siblings });
  } finally {
    await siblings.close();
  }
}

const METADATA = { v2: ".zmetadata", v3: "zarr.json" } as const;
const casesIn = (folder: string, all: Expected) =>
  Object.entries(all).map(([key, [shape, hex]]) => {
    const slash = key.indexOf("/");
    const version = key.slice(0, slash) as "v2" | "v3";
    return { file: `${folder}/${version}/${METADATA[version]}`, name: key.slice(slash + 1), shape, hex };
  });
const cases = [
  ...casesIn("zarr", expected),
  ...casesIn("zarr/filters", fixtureJson("zarr/filters/expected.json") as Expected),
];

describe("a Zarr group", () => {
  it.each(cases)("($file) has in $name what zarr reads", async ({ file, name, shape, hex }) => {
    const found = await withFile(testPath(`fixtures/${file}`), async (artifact) => {
      expect([artifact.format, artifact.complete]).toEqual(["zarr", true]);
      const tensor = tensorAt(artifact, name);
      return [tensor.shape, (await elementsHex(tensor)).join("")];
    });
    expect(found).toEqual([shape, hex]);
  });

  it("may be opened by one of its arrays", async () => {
    const found = await withFile(testPath("fixtures/zarr/v3/weight/zarr.json"), async (artifact) => [
      artifact.complete,
      (await elementsHex(tensorAt(artifact, "array"))).join(""),
    ]);
    expect(found).toEqual([true, expected["v3/weight"]?.[1]]);
  });

  it("does not name its arrays without consolidated metadata", async () => {
    const artifact = await openBytes(text({ zarr_format: 2 }), ".zgroup");
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["zarr", false, ["integrity/not-read"]]);
  });
});

const array = {
  zarr_format: 2,
  shape: [2, 3],
  chunks: [2, 2],
  dtype: "|u1",
  compressor: null,
  fill_value: 7,
  order: "C",
  filters: null,
};

describe("a Zarr array", () => {
  it("has its fill value where a chunk is not there", async () => {
    const artifact = await openBeside(".zarray", { ".zarray": text(array), "0.1": Uint8Array.of(1, 0, 2, 0) });
    expect([artifact.complete, (await elementsHex(tensorAt(artifact, "array"))).join("")]).toEqual([
      true,
      "070701070702",
    ]);
  });

  it("says which chunk is too short when it is read", async () => {
    const artifact = await openBeside(".zarray", { ".zarray": text(array), "0.0": Uint8Array.of(1, 2) });
    await expect(elementsHex(tensorAt(artifact, "array"))).rejects.toThrow("a chunk of 2 bytes, 4 are needed");
    const packed = { ...array, compressor: { id: "zlib" } };
    const broken = await openBeside(".zarray", { ".zarray": text(packed), "0.0": Uint8Array.of(1, 2) });
    await expect(elementsHex(tensorAt(broken, "array"))).rejects.toThrow(ArtifactError);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["another rank of chunks", { chunks: [2] }, "integrity/corrupt"],
    ["chunks of nothing", { chunks: [0, 2] }, "integrity/corrupt"],
    ["a size below zero", { shape: [-1, 3] }, "integrity/corrupt"],
    ["records", { dtype: [["a", "<f4"]] }, "integrity/not-read"],
    ["Python objects", { dtype: "|O" }, "integrity/not-read"],
    ["a filter without its types", { filters: [{ id: "delta" }] }, "integrity/not-read"],
    ["a filter of another kind", { filters: [{ id: "categorize", dtype: "<U1" }] }, "integrity/not-read"],
    [
      "a sum of floats in another type",
      { filters: [{ id: "delta", dtype: "<f8", astype: "<f4" }] },
      "integrity/not-read",
    ],
    ["chunks that are too large", { chunks: [2 ** 20, 2 ** 20] }, "integrity/not-read"],
    ["more files than a process may open", { shape: [2 ** 40, 1], chunks: [1, 1] }, "integrity/limit"],
  ])("says what is wrong or not read: %s", async (_, change, rule) => {
    const artifact = await openBeside(".zarray", { ".zarray": text({ ...array, ...change }) });
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });

  it.each([
    ["<i8", "9007199254740993", "0100000000002000"],
    ["<i8", "-9223372036854775807", "0100000000000080"],
    ["<i8", "-9223372036854775808", "0000000000000080"],
    ["<u8", "18446744073709551615", "ffffffffffffffff"],
    ["<M8[ns]", "-9223372036854775807", "0100000000000080"],
    ["<f8", "10000000000000001", "0080e03779c34143"],
  ])("keeps the digits of a fill value: %s %s", async (dtype, digits, hex) => {
    const metadata = JSON.stringify({ ...array, dtype, shape: [1], chunks: [1], fill_value: 0 });
    const bytes = new TextEncoder().encode(metadata.replace('"fill_value":0', `"fill_value": ${digits}`));
    const artifact = await openBeside(".zarray", { ".zarray": bytes });
    expect(await elementsHex(tensorAt(artifact, "array"))).toEqual([hex]);
  });

  it("opens nothing outside of its folder", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "model-loupe-zarr-"));
    try {
      const file = path.join(folder, ".zmetadata");
      writeFileSync(file, text({ zarr_consolidated_format: 1, metadata: { "../x/.zarray": array } }));
      const found = await withFile(file, (artifact) => Promise.resolve([artifact.complete, rulesOf(artifact)]));
      expect(found).toEqual([false, ["integrity/corrupt"]]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it.each([
    ["float32 NaN", { data_type: "float32", fill_value: "NaN" }, "0000c07f"],
    ["int8", { data_type: "int8", fill_value: -1 }, "ff"],
    ["a NaN with a payload", { data_type: "float32", fill_value: "0x7fc00001" }, "0100c07f"],
    ["the bits of a float64", { data_type: "float64", fill_value: "0x8000000000000000" }, "0000000000000080"],
    ["a complex number", { data_type: "complex64", fill_value: ["-Infinity", 1] }, "000080ff0000803f"],
    ["-0", { data_type: "float64", fill_value: -0 }, "0000000000000080"],
    ["bool", { data_type: "bool", fill_value: true }, "01"],
    ["a complex number", { data_type: "complex64", fill_value: [1, "-Infinity"] }, "0000803f000080ff"],
    ["a NaN by its bits", { data_type: "float32", fill_value: "0x7fc00001" }, "0100c07f"],
    [
      "big-endian",
      { data_type: "int16", fill_value: 1, codecs: [{ name: "bytes", configuration: { endian: "big" } }] },
      "0001",
    ],
  ])("of version 3 has a fill value of %s", (_, change, hex) => {
    const metadata: Json = {
      zarr_format: 3,
      node_type: "array",
      shape: [1],
      chunk_grid: { name: "regular", configuration: { chunk_shape: [1] } },
      chunk_key_encoding: { name: "default" },
      codecs: [{ name: "bytes", configuration: { endian: "little" } }],
      ...change,
    };
    const { fill, key } = arrayOf(isObject(metadata) ? metadata : {});
    expect([Buffer.from(fill ?? []).toString("hex"), key([3])]).toEqual([hex, "c/3"]);
  });

  it.each([
    ["bytes", "|S4", "YWI=", "61620000"],
    ["no time", ">M8[s]", "-9223372036854775808", "8000000000000000"],
    ["a complex number", "<c8", [0, 2], "0000000000000040"],
    ["nothing", "<U1", "", ""],
  ])("of version 2 has a fill value of %s", (_, dtype, fill_value, hex) => {
    const { fill } = arrayOf({ ...array, dtype, fill_value });
    expect(Buffer.from(fill ?? []).toString("hex")).toBe(hex);
  });

  it.each([
    ["a text", "<U4", "ab"],
    ["more bytes than an element has", "|S1", "YWI="],
    ["an object", "<i8", {}],
    ["a number that JSON does not hold", "<i8", 2 ** 60],
  ])("is not read where it would be filled with %s", (_, dtype, fill_value) => {
    expect(() => arrayOf({ ...array, dtype, fill_value })).toThrow(/fill value/);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "a file that is far longer than its chunk",
      { compressor: { id: "crc32c" }, long: true },
      /20000 bytes for a chunk/,
    ],
    ["LZ4 that is larger than its chunk", { compressor: { id: "lz4" } }, /LZ4 of 65536 bytes/],
    ["LZ4 without its size", { compressor: { id: "lz4" }, filters: [{ id: "crc32c" }], chunks: [1, 1] }, /needs|LZ4/],
    ["Blosc that is none", { compressor: { id: "blosc" } }, /Blosc/],
    ["bytes that do not fit their checksum", { compressor: { id: "crc32c" } }, /checksum/],
    [
      "part of a number",
      { chunks: [1, 1], filters: [{ id: "delta", dtype: "<i8" }, { id: "crc32c" }] },
      /checksum|8 bytes/,
    ],
    ["bits that are too few", { filters: [{ id: "packbits" }] }, /56 bytes|needed/],
  ])("says what is wrong with a chunk when it is read: %s", async (_, change, message) => {
    const chunk = new Uint8Array(change["long"] === true ? 20_000 : 8);
    chunk.set([0, 0, 1, 0, 4, 5, 6, 7]);
    const artifact = await openBeside(".zarray", { ".zarray": text({ ...array, ...change }), "0.0": chunk });
    const error: unknown = await elementsHex(tensorAt(artifact, "array")).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArtifactError);
    expect((error as Error).message).toMatch(message);
  });

  it.each([
    ["lzma in another container", { compressor: { id: "lzma", format: 3 } }],
    ["a shuffle without a size", { filters: [{ id: "shuffle" }] }],
    ["no codec at all", { filters: [7] }],
  ])("names what is not undone: %s", async (_, change) => {
    const artifact = await openBeside(".zarray", { ".zarray": text({ ...array, ...change }) });
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const files = [fixture("zarr/v2/.zmetadata"), fixture("zarr/v3/zarr.json"), text(array)];
    expect(await damagedCopies(files, 83, 300)).toEqual([]);
  });
});

describe("a shard", () => {
  const index = (...entries: readonly (readonly [number, number])[]): Uint8Array => {
    const view = new DataView(new ArrayBuffer(entries.length * 16));
    for (const [k, [start, size]] of entries.entries()) {
      view.setBigInt64(k * 16, BigInt(start), true);
      view.setBigInt64(k * 16 + 8, BigInt(size), true);
    }
    return new Uint8Array(view.buffer);
  };
  const settings = {
    chunk_shape: [2],
    codecs: [{ name: "bytes" }],
    index_codecs: [{ name: "bytes", configuration: { endian: "little" } }],
    index_location: "end",
  };
  const sharded = (change: Record<string, unknown>): Record<string, unknown> => ({
    zarr_format: 3,
    node_type: "array",
    shape: [4],
    data_type: "uint8",
    fill_value: 9,
    chunk_grid: { name: "regular", configuration: { chunk_shape: [4] } },
    chunk_key_encoding: { name: "v2" },
    codecs: [{ name: "sharding_indexed", configuration: { ...settings, ...change } }],
  });
  /** A shard in a shard, so many times. */
  const nested = (depth: number): readonly unknown[] =>
    depth === 0
      ? [{ name: "bytes" }]
      : [{ name: "sharding_indexed", configuration: { ...settings, codecs: nested(depth - 1) } }];
  const open = (change: Record<string, unknown>, shard: Uint8Array): ReturnType<typeof openBeside> =>
    openBeside("zarr.json", { "zarr.json": text(sharded(change)), "0": shard });

  it("has its chunks where its index says, and the fill value where it says that there is none", async () => {
    const shard = Uint8Array.of(5, 6, ...index([-1, -1], [0, 2]));
    const artifact = await open({}, shard);
    expect([artifact.complete, (await elementsHex(tensorAt(artifact, "array"))).join("")]).toEqual([true, "09090506"]);
  });

  it.each<[string, Record<string, unknown>, Uint8Array, RegExp]>([
    ["a chunk behind the end", {}, Uint8Array.of(5, 6, ...index([0, 2], [30, 9])), /ends at byte 39/],
    ["a chunk of another size", {}, Uint8Array.of(5, 6, ...index([0, 1], [0, 2])), /1 bytes, 2 are needed/],
    ["an index that is cut", {}, Uint8Array.of(5, 6), /index of a shard/],
    [
      "an index that does not fit its checksum",
      { index_codecs: [{ name: "bytes" }, { name: "crc32c" }], index_location: "start" },
      Uint8Array.of(...index([36, 2], [36, 2]), 1, 2, 3, 4, 5, 6),
      /checksum/,
    ],
  ])("says what is wrong when it is read: %s", async (_, change, shard, message) => {
    const artifact = await open(change, shard);
    const error: unknown = await elementsHex(tensorAt(artifact, "array")).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ArtifactError);
    expect((error as Error).message).toMatch(message);
  });

  it.each([
    ["chunks that do not divide it", { chunk_shape: [3] }, "integrity/corrupt"],
    ["chunks of another rank", { chunk_shape: [2, 2] }, "integrity/corrupt"],
    ["no codecs", { codecs: null }, "integrity/corrupt"],
    ["an index in the middle", { index_location: "middle" }, "integrity/corrupt"],
    ["an index that is packed", { index_codecs: [{ name: "bytes" }, { name: "gzip" }] }, "integrity/not-read"],
    ["shards in shards without end", { codecs: nested(5) }, "integrity/limit"],
  ])("says on opening what cannot be: %s", async (_, change, rule) => {
    const artifact = await open(change, new Uint8Array(0));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, [rule]]);
  });
});

describe("codecs of a Zarr array", () => {
  const shuffle = { id: "shuffle", elementsize: 4 };
  const version2 = (count: number) =>
    arrayOf({
      zarr_format: 2,
      shape: [4],
      chunks: [4],
      dtype: "<f4",
      fill_value: 0,
      order: "C",
      filters: Array.from({ length: count }, () => shuffle),
      compressor: null,
    });
  const version3 = (count: number) =>
    arrayOf({
      zarr_format: 3,
      shape: [4],
      data_type: "float32",
      chunk_grid: { name: "regular", configuration: { chunk_shape: [4] } },
      chunk_key_encoding: { name: "default" },
      fill_value: 0,
      codecs: [
        { name: "bytes" },
        ...Array.from({ length: count }, () => ({ name: "numcodecs.shuffle", configuration: { elementsize: 4 } })),
      ],
    });

  it.each([
    [2, version2],
    [3, version3],
  ] as const)("are no more than writers use: version %i", (_version, make) => {
    expect(make(16).steps.length).toBe(16);
    expect(() => make(17)).toThrow("codecs of one array: 17 is over the limit of 16");
  });
});
