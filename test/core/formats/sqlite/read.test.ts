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
