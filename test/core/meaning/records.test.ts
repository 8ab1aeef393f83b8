import { describe, expect, it } from "vitest";
import { areRecords } from "../../../src/core/meaning/records.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import type { Value } from "../../../src/core/model/value.ts";
import { join, pickle, short } from "../../support/pickle-builder.ts";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";

const ROWS = 100_001;

const openBytes = (bytes: Uint8Array, name: string): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name), nodeHost(), quietWork());

function rows(count: number): Uint8Array {
  const row = pickle(
    "EMPTY_DICT",
    "MEMOIZE",
    "MARK",
    short("loss"),
    "BINFLOAT 0.5",
    short("name"),
    short("a"),
    "SETITEMS",
  );
  return join([pickle("PROTO 4", "EMPTY_LIST", "MARK"), ...Array.from({ length: count }, () => row), end]);
}

const end = pickle("APPENDS", "STOP");
const json = (count: number): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(Array.from({ length: count }, () => ({ loss: 0.5, name: "a" }))));

const summary = ({ parameters, values, complete, findings }: Artifact): unknown => ({
  parameters: parameters.length,
  values: values.length,
  complete,
  rules: findings.map(({ rule }) => rule),
});

describe("rows of data", () => {
  it("are one value where not each of them could have an address, whatever holds them", async () => {
    const whole = { parameters: 0, values: 1, complete: true, rules: [] };
    expect(summary(await openBytes(rows(ROWS), "rows.pkl"))).toEqual(whole);
    expect(summary(await openBytes(json(ROWS), "rows.json"))).toEqual(whole);
  });

  it("have an address each where they are fewer", async () => {
    expect(summary(await openBytes(rows(10), "rows.pkl"))).toMatchObject({
      parameters: 10,
      values: 10,
      complete: true,
    });
  });

  it("are nothing with an array or an object among them", () => {
    const row = (held: Value): Value => ({ kind: "dict", keys: ["a"], values: [held] });
    const items = Array.from({ length: ROWS }, () => row(1n));
    expect(areRecords({ kind: "list", type: "list", items })).toBe(true);
    const made: Value = { kind: "global", module: "numpy", name: "float64", offset: 0 };
    expect(areRecords({ kind: "list", type: "list", items: [...items, row(made)] })).toBe(false);
    expect(areRecords({ kind: "list", type: "list", items: [...items, 1n] })).toBe(false);
  });
});
