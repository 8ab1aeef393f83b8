import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { TextInput } from "../../../../src/core/formats/rds/input.ts";
import { realText } from "../../../../src/core/formats/rds/real-text.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { concat, toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

const expected = fixtureJson("rds/expected.json") as Readonly<Record<string, string>>;
const text = (content: string): Uint8Array => new TextEncoder().encode(content);

/** Elements as they lie in R's memory: column by column, little-endian. */
async function stored(artifact: Artifact, ...keys: string[]): Promise<string> {
  const { shape, dtype, ...tensor } = tensorAt(artifact, ...keys);
  const count = elementCount(shape);
  const bytes = await readElements({ ...tensor, dtype, shape: [count], order: "C" }, 0, count);
  const part = dtype.kind === "c" ? dtype.itemSize / 2 : dtype.itemSize;
  const swapped = Array.from({ length: bytes.length / part }, (_, k) =>
    bytes.slice(k * part, (k + 1) * part).reverse(),
  );
  return toHex(dtype.bigEndian ? concat(...swapped) : bytes);
}

describe("R's serialisation in all its forms", () => {
  it.each([
    { file: "model-xdr.rds", path: [] },
    { file: "model-text.rds", path: [] },
    { file: "workspace-xdr.rda", path: ["fit"] },
    { file: "workspace-text.rda", path: ["fit"] },
    { file: "workspace.RData", path: ["fit"] },
  ])("($file) has the numbers and the texts that went in", async ({ file, path }) => {
    const artifact = await openBytes(fixture(`rds/${file}`), file);
    expect([
      artifact.format,
      artifact.complete,
      rulesOf(artifact).filter((rule) => rule !== "integrity/non-finite"),
    ]).toEqual(["rds", true, []]);
    for (const [name, hex] of Object.entries(expected))
      expect([name, await stored(artifact, ...path, name)]).toEqual([name, hex]);
    expect(valueAt(artifact, ...path, "terms")).toMatchObject({ items: ["y ~ x", 'café\n"quoted"\\ tab\t', "", null] });
    expect(tensorAt(artifact, ...path, "matrix")).toMatchObject({ shape: [2, 3], order: "F" });
  });

  it("may be of a machine, little-endian", async () => {
    const i32 = (...values: number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);
    const numbers = concat(i32(13, 2, 7, -1), i32(14, 1), new Uint8Array(Float64Array.of(0.1).buffer));
    const bytes = concat(text("B\n"), i32(2, 0x00040401, 0x00020300, 19, 2), numbers);
    const artifact = await openBytes(bytes, "m.rds");
    expect([artifact.complete, artifact.facts[0]?.value]).toEqual([true, "version 2, of a machine"]);
    const tensors = artifact.parameters.map(({ tensor }) => tensor);
    expect(
      await Promise.all(tensors.map(async (each) => toHex(await readElements(each, 0, each.shape[0] ?? 0)))),
    ).toEqual(["07000000ffffffff", "9a9999999999b93f"]);
  });

  it("of text has numbers in every spelling", async () => {
    const input = new TextInput(text("0x1.999999999999ap-4\n-0x1p-1074\n0X1.8P+1\nNA\n1e-400\n"), "m", 0);
    const { data } = input.numbers("double", 5);
    expect(data.size).toBe(40);
    const bytes = await data.read(0, 40);
    const view = new DataView(bytes.buffer);
    const values = Array.from({ length: 5 }, (_, k) => view.getFloat64(8 * k));
    expect(values).toEqual([0.1, -5e-324, 3, Number.NaN, 0]);
    expect(view.getBigUint64(24)).toBe(0x7ff00000000007a2n);
  });

  it("has texts that R had not made yet as R makes them", async () => {
    const artifact = await openBytes(fixture("rds/deferred.rds"), "deferred.rds");
    expect(artifact.complete).toBe(true);
    expect(valueAt(artifact, "later")).toMatchObject({ items: fixtureJson("rds/deferred.json") });
    expect(valueAt(artifact, "counted")).toMatchObject({ items: ["1", "2", "3"] });
    // options(scipen = ...)
    expect([realText(1e5, 1), realText(1e22, 999), realText(-1.5e-300, 999)]).toEqual([
      "100000",
      "10000000000000000000000",
      `-0.${"0".repeat(299)}15`,
    ]);
  });

  it("of text may end with the name of a function of R's own", async () => {
    const artifact = await openBytes(fixture("rds/builtins.rds"), "builtins.rds");
    expect(artifact).toMatchObject({ complete: true, root: { items: [{ name: "+" }, { name: "sum" }] } });
  });

  it.each([
    ["no number", "14\n1\nx\n"],
    ["more elements than the file has", "14\n2000000000\n1\n"],
    ["a text that is longer than the file", "16\n1\n9\n999\nabc\n"],
    ["a text of a length below zero", "16\n1\n9\n-5\nabc\n"],
    ["an integer of 40 digits", `13\n1\n${"9".repeat(40)}\n`],
    ["raw bytes that are none", "24\n1\nzz\n"],
  ])("of text says what is wrong: %s", async (_, body) => {
    const artifact = await readBytes(text(`A\n2\n262145\n131840\n19\n2\n${body}`), "m.rds");
    expect([artifact.complete, artifact.findings.length]).toEqual([false, 1]);
  });

  it.each(["model-text.rds", "workspace-xdr.rda", "workspace-text.rda"])(
    "(%s) is shown up to where it is cut, or refused in words",
    async (file) => {
      const { shown, refused } = await readCuts(fixture(`rds/${file}`), (bytes) => readBytes(bytes, file));
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
      for (const { length, artifact } of shown) expect(artifact.complete, `${length}`).toBe(false);
      expect(shown.length).toBeGreaterThan(40);
    },
  );

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const files = ["model-text.rds", "workspace-xdr.rda", "workspace-text.rda", "model-xdr.rds"];
    expect(
      await damagedCopies(
        files.map((file) => fixture(`rds/${file}`)),
        67,
        400,
      ),
    ).toEqual([]);
  });
});
