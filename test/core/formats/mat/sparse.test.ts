import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { numericArray } from "../../../../src/core/formats/mat/arrays.ts";
import { sparseMatrix } from "../../../../src/core/formats/mat/sparse.ts";
import { scalarDType } from "../../../../src/core/model/dtype.ts";
import { isNode, type Value } from "../../../../src/core/model/value.ts";
import { elementsHex } from "../../../support/read-format.ts";

const bytes = (...numbers: readonly number[]): Value =>
  numericArray("uint8", scalarDType("uint8"), [numbers.length], fromBytes(Uint8Array.from(numbers), "m.mat"), 0);

describe("a sparse matrix of MATLAB", () => {
  it("is one matrix, rows before columns", async () => {
    const value = await sparseMatrix([2, 3], bytes(1, 0, 1), bytes(0, 1, 1, 3), bytes(7, 8, 9), 5);
    if (!isNode(value) || value.kind !== "tensor") throw new Error("no tensor");
    expect([value.tensor.shape, await elementsHex(value.tensor)]).toEqual([
      [2, 3],
      ["00", "00", "08", "07", "00", "09"],
    ]);
  });

  it.each<[string, Value, Value, Value]>([
    ["a row behind the last one", bytes(2), bytes(0, 1, 1, 1), bytes(7)],
    ["columns that go back", bytes(0, 1), bytes(0, 2, 1, 2), bytes(7, 8)],
    ["an element twice", bytes(0, 0), bytes(0, 2, 2, 2), bytes(7, 8)],
    ["more elements than there are", bytes(0), bytes(0, 2, 2, 2), bytes(7)],
    ["another number of columns", bytes(0), bytes(0, 1), bytes(7)],
    ["texts for values", bytes(0), bytes(0, 1, 1, 1), "seven"],
  ])("is shown by its parts where they do not fit: %s", async (_, ir, jc, data) => {
    const value = await sparseMatrix([2, 3], ir, jc, data, 0);
    expect(value).toMatchObject({ kind: "dict", keys: ["shape", "ir", "jc", "data"] });
  });

  it("is shown by its parts where it would be too large", async () => {
    const value = await sparseMatrix([2 ** 40, 1], bytes(0), bytes(0, 1), bytes(7), 0);
    expect(value).toMatchObject({ kind: "dict" });
  });
});
