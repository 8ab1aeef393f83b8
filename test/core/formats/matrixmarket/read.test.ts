import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

interface Expected {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly hex: string;
}

const expected = Object.entries(fixtureJson("matrixmarket/expected.json") as Readonly<Record<string, Expected>>);
const file = (name: string): Uint8Array => fixture(`matrixmarket/${name}.mtx`);
const text = (...lines: readonly string[]): Uint8Array => new TextEncoder().encode(`${lines.join("\n")}\n`);

describe("a file of Matrix Market", () => {
  it.each(expected)("(%s) has the matrix that scipy reads", async (name, { dtype, shape, hex }) => {
    const artifact = await openBytes(file(name), `${name}.mtx`);
    expect([
      artifact.format,
      artifact.complete,
      artifact.findings.filter(({ severity }) => severity === "error"),
    ]).toEqual(["matrixmarket", true, []]);
    const tensor = tensorAt(artifact, "matrix");
    expect([tensor.dtype.name, tensor.shape, (await elementsHex(tensor)).join("")]).toEqual([dtype, shape, hex]);
    expect(tensor.sparse !== undefined).toBe(name.startsWith("sparse"));
  });

  it("keeps what is written of a dense one, its kind and its comment", async () => {
    const dense = await openBytes(file("dense"), "m.mtx");
    const tensor = tensorAt(dense, "matrix");
    expect([0, 1, 5].map((k) => tensor.texts?.text(k))).toEqual(["1E-1", "-2.5E-30", "1E300"]);
    const sparse = await openBytes(file("sparse"), "m.mtx");
    expect(sparse.facts).toContainEqual({
      id: "matrixmarket.kind",
      label: "Matrix",
      value: "coordinate, real, general",
    });
    expect(sparse.values.find(({ path }) => path === "__metadata__.comment")?.value).toBe("a small one\nof three rows");
  });

  it("shows the parts of a matrix that has an element twice, or would be too large", async () => {
    const twice = text("%%MatrixMarket matrix coordinate real general", "2 2 2", "1 1 3", "1 1 4");
    const large = text("%%MatrixMarket matrix coordinate integer general", "1000000000 1000000 1", "7 9 -1");
    for (const bytes of [twice, large]) {
      const artifact = await openBytes(bytes, "m.mtx");
      expect([artifact.complete, artifact.parameters.map(({ path }) => path)]).toEqual([
        true,
        ["shape", "row", "col", "data"],
      ]);
    }
    const artifact = await openBytes(large, "m.mtx");
    expect(await elementsHex(tensorAt(artifact, "row"))).toEqual(["0600000000000000"]);
  });

  it.each<[string, Uint8Array, string, boolean]>([
    [
      "too few elements",
      text("%%MatrixMarket matrix coordinate real general", "2 2 2", "1 1 3"),
      "integrity/truncated",
      false,
    ],
    [
      "a row that is not there",
      text("%%MatrixMarket matrix coordinate real general", "2 2 1", "3 1 3"),
      "integrity/corrupt",
      false,
    ],
    ["a row 0", text("%%MatrixMarket matrix coordinate real general", "2 2 1", "0 1 3"), "integrity/corrupt", false],
    ["words", text("%%MatrixMarket matrix array real general", "1 1", "one"), "integrity/corrupt", false],
    [
      "a fraction for a whole number",
      text("%%MatrixMarket matrix array integer general", "1 1", "1.5"),
      "integrity/corrupt",
      false,
    ],
    ["a number too many", text("%%MatrixMarket matrix array real general", "1 1", "1 2"), "integrity/corrupt", false],
    [
      "more behind the last one",
      text("%%MatrixMarket matrix array real general", "1 1", "1", "2"),
      "integrity/trailing-bytes",
      true,
    ],
    [
      "a last line without an end",
      text("%%MatrixMarket matrix array real general", "1 1", "1").subarray(0, -1),
      "integrity/truncated",
      true,
    ],
  ])("says that it has %s", async (_, bytes, rule, complete) => {
    const artifact = await openBytes(bytes, "m.mtx");
    expect([rulesOf(artifact), artifact.complete]).toEqual([[rule], complete]);
  });

  it("shows a dense one that is cut by its parts: the rest of it is not zero", async () => {
    const artifact = await openBytes(text("%%MatrixMarket matrix array real general", "2 2", "1", "2", "3"), "m.mtx");
    expect([valueAt(artifact as never, "matrix"), artifact.parameters.map(({ path }) => path)]).toEqual([
      undefined,
      ["shape", "row", "col", "data"],
    ]);
  });

  it.each([
    ["a vector", text("%%MatrixMarket vector coordinate real general", "3 1", "1 1"), "unsupported"],
    ["a field that is not known", text("%%MatrixMarket matrix array quaternion general", "1 1", "1"), "unsupported"],
    ["an array without values", text("%%MatrixMarket matrix array pattern general", "1 1", "1"), "corrupt"],
    ["no sizes", text("%%MatrixMarket matrix array real general", "% nothing"), "corrupt"],
    ["two sizes where three should be", text("%%MatrixMarket matrix coordinate real general", "1 1"), "corrupt"],
    ["symmetry of a matrix that is not square", text("%%MatrixMarket matrix array real symmetric", "1 2"), "corrupt"],
    [
      "more elements than can be counted",
      text("%%MatrixMarket matrix array real general", "999999999999999 99"),
      "corrupt",
    ],
  ])("is refused with %s", async (_, bytes, code) => {
    await expect(readBytes(bytes, "m.mtx")).rejects.toMatchObject({ code });
  });

  it("of no rows and any number of columns is soon read", async () => {
    const artifact = await openBytes(text("%%MatrixMarket matrix array real general", "0 999999999999999"), "m.mtx");
    expect(tensorAt(artifact, "matrix").shape).toEqual([0, 999_999_999_999_999]);
  });

  it("cut at every 7th byte has a finding, or is refused with the reason", async () => {
    for (const name of ["dense", "sparse", "sparse-complex"]) {
      const { shown, refused } = await readCuts(file(name), (bytes) => readBytes(bytes, "m.mtx"));
      for (const { length, artifact } of shown)
        expect([length, rulesOf(artifact)]).toEqual([length, ["integrity/truncated"]]);
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
      expect(shown.length).toBeGreaterThan(2);
    }
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(
      await damagedCopies(
        expected.map(([name]) => file(name)),
        41,
        300,
      ),
    ).toEqual([]);
  });
});
