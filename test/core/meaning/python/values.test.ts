import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { printValue } from "../../../../src/core/view/print.ts";
import { openBytes } from "../../../support/fixture-reading.ts";

const FOLDER = new URL("../../../fixtures/python/", import.meta.url);

interface Case {
  readonly name: string;
  readonly group: "text" | "array";
  readonly pickle: string;
  readonly expected: Readonly<Record<string, string>>;
}

interface Fixture {
  readonly cases: readonly Case[];
}

const VERSIONS = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".json"))
  .map((name) => ({
    python: name.replace(".json", ""),
    ...(JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as Fixture),
  }));

const bytesOf = ({ pickle }: Case): Uint8Array => new Uint8Array(Buffer.from(pickle, "base64"));

describe.each(VERSIONS)("what Python $python pickles", ({ cases }) => {
  it.each(cases.filter(({ group }) => group === "text"))("is shown as what it is: $name", async (row) => {
    const artifact = await openBytes(bytesOf(row), "a.pkl");
    expect(artifact.complete).toBe(true);
    const shown = new Map(artifact.values.map(({ path, value }) => [path, printValue(value, 2_000)]));
    const found = Object.fromEntries(Object.keys(row.expected).map((path) => [path, shown.get(path)]));
    expect(found).toEqual(row.expected);
  });

  const arrays = cases.filter(({ group }) => group === "array");
  it.runIf(arrays.length > 0)("has arrays of machine numbers where they lie", async () => {
    for (const row of arrays) {
      const { parameters } = await openBytes(bytesOf(row), "a.pkl");
      expect(parameters).toHaveLength(1);
      const tensor = parameters[0]?.tensor;
      expect([row.name, tensor?.dtype.itemSize]).toEqual([row.name, Number(row.expected["size"])]);
      const data = await tensor?.data.read(tensor.offset, tensor.data.size);
      expect(Buffer.from(data ?? []).toString("hex")).toBe(row.expected["hex"]);
    }
  });
});
