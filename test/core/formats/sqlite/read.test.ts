import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { type OpenOptions, openArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { corpusFiles, corpusFolder } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import { surprises } from "../../../support/damaged.ts";
import { elementsHex } from "../../../support/described-value.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(testPath(`fixtures/sqlite/${name}`)));
const open = (bytes: Uint8Array, options: OpenOptions = {}): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, "m.db"), nodeHost(), quietWork(), options);
const expected = JSON.parse(readFileSync(testPath("fixtures/sqlite/expected.json"), "utf8")) as Record<
  string,
  Record<string, Record<string, readonly unknown[]>>
>;

/** A column in the words of the generator. */
async function columnOf(value: Value | undefined): Promise<unknown[]> {
  if (!isNode(value)) return [];
  if (value.kind === "list") return Promise.all(value.items.map(cellOf));
  if (value.kind !== "tensor") return [];
  const hex = (await elementsHex(value.tensor)).match(/.{16}/g) ?? [];
  return hex.map((bytes) => {
    const big = (bytes.match(/../g) ?? []).reverse().join("");
    return value.tensor.dtype.name === "float64"
      ? { float: big }
      : { int: String(BigInt.asIntN(64, BigInt(`0x${big}`))) };
  });
}

async function cellOf(cell: Value): Promise<unknown> {
  if (typeof cell === "bigint") return { int: String(cell) };
  if (typeof cell === "number") {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, cell);
    return { float: view.getBigUint64(0).toString(16).padStart(16, "0") };
  }
  return isNode(cell) && cell.kind === "bytes" ? { bytes: toHex(await cell.data.read(0, cell.data.size)) } : cell;
}

describe("a database that is not read in full", () => {
  it.each([
    ["virtual.db", "integrity/not-read", "found", /virtual/],
    ["computed.db", "integrity/not-read", "rows", /a row without b/],
  ])("says so of %s", async (name, rule, table, message) => {
    const { complete, findings } = await open(bytesOf(name));
    expect(complete).toBe(false);
    expect(findings.filter((each) => each.rule.startsWith("integrity/"))).toEqual([
      expect.objectContaining({ rule, path: table, message: expect.stringMatching(message) as string }),
    ]);
  });
});

describe.each(Object.entries(expected))("%s", (name, tables) => {
  it("holds what SQLite reads from it", async () => {
    const artifact = await open(bytesOf(name));
    expect(artifact).toMatchObject({ format: "sqlite", complete: true, findings: [] });
    for (const [table, columns] of Object.entries(tables)) {
      const value = isNode(artifact.root) && artifact.root.kind === "dict" ? dictGet(artifact.root, table) : undefined;
      if (!isNode(value) || value.kind !== "dict") throw new Error(`no table ${table}`);
      expect(value.keys).toEqual(Object.keys(columns));
      for (const [column, wanted] of Object.entries(columns))
        expect([table, column, await columnOf(dictGet(value, column))]).toEqual([table, column, wanted]);
    }
  });
});

describe("a database", () => {
  it("has its pickles looked into", async () => {
    const artifact = await open(bytesOf("pickles.db"));
    expect(artifact.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["safety/dangerous-global"]));
  });

  it("cut at many places is shown in part, or refused with a reason", async () => {
    const { shown, refused } = await readCuts(bytesOf("utf8.db"), open, 77);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    for (const { length, artifact } of shown)
      expect([length, artifact.complete || artifact.findings.length > 0]).toEqual([length, true]);
  });

  it("never does anything but open or be refused, whatever is changed in it", async () => {
    expect(
      await surprises([bytesOf("utf8.db"), bytesOf("pickles.db")], open, { seed: 9, telling: [0, 5, 13, 255] }),
    ).toEqual([]);
  });
});

const corpus = corpusFiles().filter(({ format }) => format === "sqlite");
if (corpus.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its databases are not opened.");

describe.skipIf(corpus.length === 0)("databases of the corpus", () => {
  it.each(corpus)("$path opens whole", async ({ path: name }) => {
    await withArtifact(path.join(corpusFolder() ?? "", name), (artifact) => {
      expect([artifact.format, artifact.complete, artifact.findings]).toEqual(["sqlite", true, []]);
    });
  });
});

/** A database of pages of 64 KiB: the schema, then the page of the one table, whose rows are all one cell. */
function databaseOf(sql: string, rows: number, cell: readonly number[], pages = 2): Uint8Array {
  const page = 65_536;
  const out = new Uint8Array(pages * page);
  const view = new DataView(out.buffer);
  const leaf = (start: number, offset: number, count: number, content: readonly number[]): void => {
    const at = page - content.length;
    out.set(content, start - offset + at);
    out[start] = 13;
    view.setUint16(start + 3, count);
    for (let k = 0; k < count; k++) view.setUint16(start + 8 + 2 * k, at);
  };
  out.set(new TextEncoder().encode("SQLite format 3\0"));
  view.setUint16(16, 1);
  view.setUint32(56, 1);
  const text = [...new TextEncoder().encode(sql)];
  const types = [...varint(23), ...varint(15), ...varint(15), ...varint(1), ...varint(13 + 2 * text.length)];
  const record = [types.length + 1, ...types, ...new TextEncoder().encode("tablett"), 2, ...text];
  leaf(100, 100, 1, [...varint(record.length), 1, ...record]);
  leaf(page, 0, rows, cell);
  return out;
}

function varint(value: number): number[] {
  const bytes = [value & 127];
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) bytes.unshift((rest & 127) | 128);
  return bytes;
}

const rulesIn = async (bytes: Uint8Array): Promise<readonly string[]> => {
  const artifact = await openArtifact(fromBytes(bytes, "a.db"), nodeHost(), quietWork());
  return [artifact.format, String(artifact.complete), ...artifact.findings.map(({ rule }) => rule)];
};

describe("what a database says without bytes", () => {
  it("are columns that rows leave out: they count as values", async () => {
    const sql = `create table t(${Array.from({ length: 12_000 }, (_, k) => `c${k.toString(36)}`).join(",")})`;
    expect(await rulesIn(databaseOf(sql, 20_000, [2, 1, 2, 0]))).toEqual(["sqlite", "false", "integrity/limit"]);
  });

  it("are pages behind a record that are those of others too", async () => {
    const [pages, length] = [64, 4_000_000];
    const header = varint(12 + 2 * (length - 5));
    const local = [header.length + 1, ...header];
    const usable = 65_536;
    const least = Math.floor(((usable - 12) * 32) / 255) - 23;
    const held = least + ((length - least) % (usable - 4));
    const size = held <= usable - 35 ? held : least;
    const cell = [...varint(length), 1, ...local, ...Array.from({ length: size - local.length }, () => 0), 0, 0, 0, 3];
    const bytes = databaseOf("create table t(a)", 1000, cell, pages);
    new DataView(bytes.buffer).setUint32(2 * 65_536, 3);
    // That its last pages are zeros is said too.
    expect(await rulesIn(bytes)).toEqual(["sqlite", "false", "integrity/truncated", "integrity/corrupt"]);
  });

  it("are many rows of one cell: what they hold is not the file's", async () => {
    // A row of one text of 20,000 zeros, again and again.
    const cell = [...varint(20_004), 1, 4, ...varint(13 + 2 * 20_000), ...Array.from({ length: 20_000 }, () => 97)];
    const artifact = await openArtifact(
      fromBytes(databaseOf("create table t(a)", 20_000, cell), "a.db"),
      nodeHost(),
      quietWork(),
    );
    expect(artifact.complete).toBe(false);
    expect(artifact.findings[0]?.message).toContain("are those of others too");
  });

  it("are many tables of one page", async () => {
    const bytes = databaseOf("create table t(a)", 1, [2, 1, 2, 0]);
    const view = new DataView(bytes.buffer);
    // The schema's one row is as many tables.
    view.setUint16(103, 1000);
    for (let k = 1; k < 1000; k++) view.setUint16(108 + 2 * k, view.getUint16(108));
    const artifact = await openArtifact(fromBytes(bytes, "a.db"), nodeHost(), quietWork());
    expect(artifact.complete).toBe(false);
    expect(artifact.findings.map(({ message }) => message).join()).toContain("page 2 is in several tables");
  });

  it("are brackets and comments that do not end", async () => {
    for (const sql of ["[".repeat(60_000), "/*".repeat(30_000), "a,".repeat(30_000)])
      expect((await rulesIn(databaseOf(`create table t(${sql}`, 1, [2, 1, 2, 0])))[0]).toBe("sqlite");
  });
});
