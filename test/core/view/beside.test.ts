import { describe, expect, it } from "vitest";
import type { Parameter } from "../../../src/core/model/artifact.ts";
import { scalarDType } from "../../../src/core/model/dtype.ts";
import { laidBeside, placesBeside, requestBeside } from "../../../src/core/view/beside.ts";
import type { TensorWindow } from "../../../src/core/view/viewer-model.ts";
import { tensorOf } from "../../support/artifacts.ts";

/** A parameter of float64 zeros; names of a dimension as a text of one letter each. */
function parameter(shape: readonly number[], ...names: readonly (string | undefined)[]): Parameter {
  const count = shape.reduce((product, size) => product * size, 1);
  return {
    path: "p",
    tensor: tensorOf(scalarDType("float64"), shape, new Uint8Array(8 * count)),
    axes: names.map((name) => (name === undefined ? undefined : { kind: "feature" as const, labels: name.split("") })),
    origin: "tensor",
  };
}

const window = (row: number, rows: number, column: number, columns: number, texts: string): TensorWindow => {
  const numbers = new DataView(new ArrayBuffer(8 * texts.length));
  texts.split("").forEach((text, i) => numbers.setFloat64(8 * i, Number(text), true));
  return { row, rows, column, columns, texts: texts.split(""), numbers: new Uint8Array(numbers.buffer) };
};

/** What stands beside each place of the last dimension: "2.01" is 2, nothing, 0, 1. */
function across(own: Parameter, other: Parameter): string | undefined {
  const places = placesBeside(own, other)?.at(-1);
  return places && Array.from({ length: own.tensor.shape.at(-1) ?? 0 }, (_, at) => places(at) ?? ".").join("");
}

describe("what belongs together of two tensors", () => {
  it("goes by place without names, and where names are the same or all others", () => {
    expect(across(parameter([2, 3]), parameter([2, 3]))).toBe("012");
    expect(across(parameter([2, 3], undefined, "abc"), parameter([2, 3], undefined, "abc"))).toBe("012");
    expect(across(parameter([2, 3], undefined, "abc"), parameter([2, 3], undefined, "xyz"))).toBe("012");
    expect(across(parameter([2, 3], undefined, "abc"), parameter([2, 3]))).toBe("012");
    expect(across(parameter([3], "aab"), parameter([3], "baa"))).toBe("012");
  });

  it("goes by name where they moved, were added or are gone", () => {
    expect(across(parameter([3], "abc"), parameter([3], "cab"))).toBe("120");
    expect(across(parameter([1, 4], undefined, "abxc"), parameter([1, 3], undefined, "abc"))).toBe("01.2");
    expect(across(parameter([1, 3], undefined, "abc"), parameter([1, 4], undefined, "abxc"))).toBe("013");
  });

  it("is nothing where a dimension is of another size and has no names", () => {
    expect(placesBeside(parameter([3]), parameter([4]))).toBeUndefined();
    expect(placesBeside(parameter([3, 1]), parameter([3]))).toBeUndefined();
    expect(placesBeside(parameter([3], "abc"), parameter([4], "wxyz"))).toBeUndefined();
    expect(placesBeside(parameter([]), parameter([]))).toEqual([]);
  });

  it("asks for the smallest window that holds it, and puts every element where it belongs", () => {
    const places = placesBeside(parameter([2, 4], undefined, "abxc"), parameter([2, 5], undefined, "qcbaz")) ?? [];
    const request = requestBeside({ leading: [], row: 0, rows: 2, column: 0, columns: 4 }, places);
    expect(request).toEqual({ leading: [], row: 0, rows: 2, column: 1, columns: 3 });
    const laid = laidBeside(window(0, 2, 0, 4, "00000000"), window(0, 2, 1, 3, "123456"), places);
    expect(laid.texts).toEqual(["3", "2", "", "1", "6", "5", "", "4"]);
    const numbers = new Float64Array(laid.numbers.slice().buffer);
    expect([...numbers]).toEqual([3, 2, Number.NaN, 1, 6, 5, Number.NaN, 4]);
    expect(requestBeside({ leading: [], row: 0, rows: 2, column: 2, columns: 1 }, places)).toBeUndefined();
  });

  it("fixes leading dimensions by their names too; a vector is a column, a scalar one place", () => {
    const cube = placesBeside(parameter([2, 1, 1], "ab"), parameter([2, 1, 1], "ba")) ?? [];
    expect(requestBeside({ leading: [0], row: 0, rows: 1, column: 0, columns: 1 }, cube)?.leading).toEqual([1]);
    const vector = placesBeside(parameter([3], "abc"), parameter([3], "cab")) ?? [];
    expect(laidBeside(window(0, 3, 0, 1, "000"), window(0, 3, 0, 1, "123"), vector).texts).toEqual(["2", "3", "1"]);
    expect(requestBeside({ leading: [], row: 0, rows: 1, column: 0, columns: 1 }, [])).toEqual({
      leading: [],
      row: 0,
      rows: 1,
      column: 0,
      columns: 1,
    });
  });
});
