import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { shapedBlobs } from "../../../../src/core/formats/sqlite/parameters.ts";
import { COMPUTED } from "../../../../src/core/formats/sqlite/column.ts";
import { columnsOf } from "../../../../src/core/formats/sqlite/schema.ts";
import { isNode } from "../../../../src/core/model/value.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { cpuMilliseconds } from "../../../support/cpu-time.ts";
import { openBeside } from "../../../support/open-beside.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

const { packed } = fixtureJson("sqlite/parameters-expected.json") as {
  readonly packed: readonly (readonly [string, number, number, string])[];
};
const parameters = fixture("sqlite/parameters.db");
const database = fixture("sqlite/wal.db");
const log = fixture("sqlite/wal.db-wal");

describe("a table of parameters", () => {
  it("looks at a long text where a shape should be no longer than it takes to read it", () => {
    const blob = { kind: "bytes", type: "bytes", data: fromBytes(new Uint8Array(4)) } as const;
    const started = cpuMilliseconds();
    const shapes = [
      `${"1".repeat(50)}x`,
      `${" ".repeat(200_000)}x`,
      `${"1, ".repeat(60_000)}x`,
      "(1,)",
      "[ 1 ]",
      "1",
      "",
    ];
    const [, , data = []] = shapedBlobs(
      ["dtype", "shape", "data"],
      [shapes.map(() => "float32"), shapes, shapes.map(() => blob)],
    );
    expect(data.map((value) => (isNode(value) && value.kind === "tensor" ? value.tensor.shape : undefined))).toEqual([
      undefined,
      undefined,
      undefined,
      [1],
      [1],
      [1],
      [],
    ]);
    expect(cpuMilliseconds() - started).toBeLessThan(2000);
  });

  it("has arrays in JSON by name, with their digits", async () => {
    const artifact = await openBytes(parameters, "m.db");
    expect(artifact.complete).toBe(true);
    const coef = tensorAt(artifact, "texts", "coef_");
    expect([coef.shape, coef.texts?.text(0), coef.texts?.text(3)]).toEqual([[2, 2], "0.10000000000000001", "4e-7"]);
    expect([valueAt(artifact, "texts", "solver"), valueAt(artifact, "texts", "broken")]).toEqual(["lbfgs", "[1, ]"]);
  });

  it("has bare blobs as what the columns beside them say", async () => {
    const artifact = await openBytes(parameters, "m.db");
    const weight = tensorAt(artifact, "tensors", "layer.0.weight");
    expect([weight.dtype.name, weight.shape]).toEqual(["float32", [2, 3]]);
    expect((await elementsHex(weight)).slice(-1)).toEqual(["cdcccc3d"]);
    expect(await elementsHex(tensorAt(artifact, "tensors", "layer.0.bias"))).toEqual([
      "ffffffffffffffff",
      "0000000000010000",
    ]);
    expect(valueAt(artifact, "tensors", "wrong")).toMatchObject({
      keys: ["dtype", "shape", "data"],
      values: ["float32", "[5]", {}],
    });
  });
});

describe("a table without row numbers", () => {
  it("has the columns of its key where the statement has them", async () => {
    const artifact = await openBytes(parameters, "m.db");
    const names = valueAt(artifact, "packed", "model, name");
    const data = valueAt(artifact, "packed", "data");
    if (!isNode(names) || names.kind !== "list" || !isNode(data) || data.kind !== "list") throw new Error("no lists");
    const parts = await elementsHex(tensorAt(artifact, "packed", "part"));
    const values = tensorAt(artifact, "packed", "value");
    const floats = new Float64Array((await readElements(values, 0, packed.length)).slice().buffer);
    const found = await Promise.all(
      names.items.map(async (name, k) => {
        const cell = data.items[k];
        const bytes =
          isNode(cell) && cell.kind === "bytes" ? await cell.data.read(0, cell.data.size) : new Uint8Array(0);
        return [name, floats[k], Number.parseInt(parts[k]?.slice(0, 2) ?? "", 16), toHex(bytes)];
      }),
    );
    expect(found).toEqual(packed);
    expect(await elementsHex(tensorAt(artifact, "plain", "v"))).toEqual(["0100000000000000"]);
  });

  it.each([
    ["CREATE TABLE t (a, b PRIMARY KEY, c) WITHOUT ROWID", [1, 0, 2]],
    ["CREATE TABLE t (a, b, c, CONSTRAINT k PRIMARY KEY (c COLLATE NOCASE, [a] DESC)) WITHOUT ROWID", [2, 0, 1]],
    ["CREATE TABLE t (a, b, c)", [0, 1, 2]],
  ])("%s is stored in this order", (sql, stored) => {
    expect(columnsOf(sql).stored).toEqual(stored);
  });

  it.each([
    ["0x10", 16n],
    ["0x7fffffff", 2147483647n],
    // Text in SQLite 3.40, a number of 64 bits later on.
    ["0x7fffffffffffffff", COMPUTED],
    ["0xffffffffffffffff", COMPUTED],
    ["-0x80000000", COMPUTED],
    ["9223372036854775807", 9223372036854775807n],
  ])("a default of %s, where versions of SQLite read the same", (text, value) => {
    expect(columnsOf(`create table t(a integer default ${text})`).defaults).toEqual([value]);
  });
});

describe("a database with a log beside it", () => {
  const files = (bytes: Uint8Array): Record<string, Uint8Array> => ({ "wal.db": database, "wal.db-wal": bytes });
  const count = async (bytes: Uint8Array): Promise<number | undefined> =>
    tensorAt(await openBeside("wal.db", files(bytes)), "t", "a").shape[0];

  it("is read with the transactions of the log", async () => {
    const artifact = await openBeside("wal.db", files(log));
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    const rows = await elementsHex(tensorAt(artifact, "t", "a"));
    expect([rows.length, rows[0], rows[198]]).toEqual([199, "ffffffffffffffff", "c700000000000000"]);
    expect(artifact.facts.find(({ id }) => id === "sqlite.log")?.value).toMatch(/^\d+ of wal\.db-wal$/);
  });

  it("is read up to the last transaction that is whole", async () => {
    expect(await count(log.slice(0, log.length - 1))).toBe(199);
    expect(await count(log.slice(0, 1200))).toBe(1);
    const damaged = log.slice();
    damaged[100] = (damaged[100] ?? 0) ^ 1;
    expect(await count(damaged)).toBe(1);
    expect(await count(new Uint8Array(4000))).toBe(1);
  });

  it("never does anything but open or be refused, whatever is changed", async () => {
    expect(await damagedCopies([parameters], 71, 300)).toEqual([]);
    for (let at = 0; at < log.length; at += 37) {
      const damaged = log.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 255;
      const artifact = await openBeside("wal.db", files(damaged));
      expect(artifact.format).toBe("sqlite");
    }
  });
});
