import { describe, expect, it } from "vitest";
import { readableEnsembles } from "../../../../src/core/diff/trees/pair.ts";
import { fingerprint } from "../../../../src/core/model/fingerprint.ts";
import { english } from "../../../../src/core/model/sentence.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { titleOf } from "../../../../src/core/view/title.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { readCuts } from "../../../support/cuts.ts";
import { elementsHex } from "../../../support/described-value.ts";
import { damagedCopies, fixture, fixtureJson, openBytes, readBytes, valueAt } from "../../../support/read-format.ts";

const written = fixtureJson("rds/code.json") as Readonly<Record<string, string>>;
const field = (value: Value | undefined, name: string): Value | undefined =>
  isNode(value) && value.kind === "object" && isNode(value.state) && value.state.kind === "dict"
    ? dictGet(value.state, name)
    : undefined;

describe("a model of R", () => {
  it("is titled by its class and formula, and has the call that made it", async () => {
    const artifact = await openBytes(fixture("rds/fit.rds"), "fit.rds");
    expect(english(titleOf(artifact, await readableEnsembles(artifact)))).toBe("lm: y ~ x + g");
    expect(artifact.estimators[0]?.hyperparameters).toMatchObject([
      { path: "call", value: "lm(formula = y ~ x + g, data = rows)" },
    ]);
    // What it was fitted to is a table, no model.
    expect(artifact.estimators.map(({ className }) => className)).toEqual(["lm"]);
    expect(artifact.parameters.map(({ path }) => path)).toContain("coefficients.values");
  });
});

describe("code of R", () => {
  it("reads as R writes it, compiled or not, wherever it was written", async () => {
    const artifact = await openBytes(fixture("rds/code.rds"), "code.rds");
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    const found = Object.keys(written).map((name) => {
      const value = valueAt(artifact, name);
      return [name, typeof value === "string" ? value : field(value, "code")];
    });
    expect(Object.fromEntries(found)).toEqual(written);
  });

  it("keeps the variables of a function, and the data that a call holds, as numbers", async () => {
    const { parameters } = await openBytes(fixture("rds/code.rds"), "code.rds");
    const found = await Promise.all(parameters.map(async ({ path, tensor }) => [path, await elementsHex(tensor)]));
    expect(Object.fromEntries(found)).toMatchObject({
      "environments[0].total": "4004000000000000",
      "environments[0].start": "4004000000000000",
      "held[1]": expect.stringMatching(/^3ff00000000000004008/),
    });
  });

  it("is shown in part or refused with a reason, whatever is cut or changed", async () => {
    const { shown } = await readCuts(fixture("rds/code.rds"), (bytes) => readBytes(bytes, "code.rds"));
    for (const { length, artifact } of shown) expect(artifact.complete, `${length}`).toBe(false);
    expect(await damagedCopies([fixture("rds/code.rds"), fixture("rds/fit.rds")], 71, 200)).toEqual([]);
  });
});

describe("compiled code that refers to itself", () => {
  const u32 = (...values: readonly number[]): number[] =>
    values.flatMap((value) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
  const symbol = [...u32(1, 0x40009, 1), 0x66];
  const f = u32(0, 0x1ff);
  /** f(f(f), f(the one before), f(the one before) ...) */
  const code = (count: number): number[] => {
    const parts = Array.from({ length: count }, (_, k) => [
      ...u32(2, 254, 244, k, 6, 254),
      ...f,
      ...u32(2, 254),
      ...(k === 0 ? f : u32(243, k - 1)),
      ...u32(0, 254),
    ]);
    return [...u32(21, count, 13, 1, 12, 1, 6, 254), ...f, ...parts.flat(), ...u32(0, 254)];
  };
  const listOf = (count: number): Uint8Array =>
    Uint8Array.from([0x58, 0x0a, ...u32(2, 0x40202, 0x20300, 19, 2), ...symbol, ...code(count)]);

  it("is written out while that is short", async () => {
    const { root } = await openBytes(listOf(3), "m.rds");
    expect(root).toMatchObject({ items: ["f", "f(f(f), f(f(f)), f(f(f(f))))"] });
  });

  it("is opened however deep it goes", async () => {
    const { format, complete, findings } = await openBytes(listOf(20_000), "m.rds");
    expect([format, complete, findings.length]).toEqual(["rds", true, 0]);
  });
});

describe("a vector that R keeps in another form", () => {
  it("is expanded while that comes to an end, and has its shape", async () => {
    const artifact = await openBytes(fixture("rds/sequences.rds"), "sequences.rds");
    expect(artifact.parameters.map(({ path, tensor }) => [path, tensor.shape])).toEqual([
      ["short", [5]],
      // Count, first and step of 2^50 numbers.
      ["long.values", [3]],
      ["sorted", [10, 10]],
    ]);
    const [short, long, sorted] = await Promise.all(artifact.parameters.map(({ tensor }) => elementsHex(tensor)));
    expect(short).toBe("0000000100000002000000030000000400000005");
    expect(long).toBe("43100000000000003ff00000000000003ff0000000000000");
    // Sorted column by column: the second of the first row is the eleventh.
    expect(sorted?.slice(0, 32)).toBe("3ff00000000000004026000000000000".slice(0, 32));
    expect(await fingerprint(artifact.parameters, nodeHost(), quietWork())).toMatch(/^fp1:[\da-f]{64}$/);
  });
});
