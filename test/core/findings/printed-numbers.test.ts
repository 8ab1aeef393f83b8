import { array, assert, double, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { measureDecimals } from "../../../src/core/findings/printed-numbers.ts";

/** The coefficients of a real model, as Python's repr prints them. */
const WHOLE = [
  "-1.6984924412640143",
  "-0.9295005502803155",
  "-0.5680406240513949",
  "0.6623101034085457",
  "0.24689037947413087",
  "0.2686719812105033",
  "-0.13964313194713537",
  "-0.32637634466396485",
  "-0.8040378694131061",
  "-0.3640603594889168",
  "0.5197737288271243",
  "-0.025156023412340654",
];
const NUMBERS = WHOLE.map(Number);

/** As C's %g: significant digits, trailing zeros dropped. */
const general = (digits: number) => (value: number) => `${Number(value.toPrecision(digits))}`;

describe("how numbers were printed", () => {
  it("sees %.6f", () => {
    expect(measureDecimals(NUMBERS.map((value) => value.toFixed(6)))).toMatchObject({ digits: 6, total: 12 });
    const large = NUMBERS.map((value) => (value * 1000).toFixed(6));
    expect(measureDecimals(large)).toMatchObject({ kind: "decimals", digits: 6, count: 12 });
  });

  it("sees %g and other counts of significant digits", () => {
    for (const digits of [4, 6, 7, 8, 10, 12, 15]) {
      const spread = NUMBERS.map((value, i) => value * 10 ** (i - 6));
      expect(measureDecimals(spread.map(general(digits))), `${digits} digits`).toMatchObject({
        kind: "significant",
        digits,
      });
    }
  });

  it("sees %.4e", () => {
    expect(measureDecimals(NUMBERS.map((value) => value.toExponential(5)))).toMatchObject({
      kind: "significant",
      digits: 6,
    });
  });

  it("sees round(x, 4)", () => {
    const rounded = NUMBERS.map((value) => `${Number((value * 10).toFixed(4))}`);
    expect(measureDecimals(rounded)).toMatchObject({ kind: "decimals", digits: 4 });
  });

  it("is silent on doubles printed whole", () => {
    expect(measureDecimals(WHOLE)).toBeUndefined();
    expect(measureDecimals(NUMBERS.map((value) => value.toPrecision(17)))).toBeUndefined();
    assert(
      property(
        array(double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 8, maxLength: 40 }),
        (values) => measureDecimals(values.map(String)) === undefined,
      ),
    );
  });

  it("is silent on float32 values printed as short as they can be", () => {
    const singles = NUMBERS.map((value) => Math.fround(value));
    const short = singles.map((value) => {
      for (let digits = 1; digits < 10; digits++)
        if (Math.fround(Number(value.toPrecision(digits))) === value) return `${Number(value.toPrecision(digits))}`;
      return `${value}`;
    });
    expect(measureDecimals(short)).toBeUndefined();
  });

  it("is silent on constants that a person writes", () => {
    const lists = [
      ["0.1", "0.5", "0.001", "0.0001", "1e-5", "0.9", "0.999"],
      ["0.25", "0.15", "0.35", "0.10", "0.15", "0.05"],
      ["0.485", "0.456", "0.406", "0.229", "0.224", "0.225"],
      ["0.125", "0.375", "0.625", "0.875", "0.0625", "0.1875", "0.3125", "0.4375", "0.5625", "0.6875"],
      ["1.0", "2.0", "100", "1000.0", "3.0", "7.0"],
      ["0.333333", "0.333333", "0.333334"],
      [],
    ];
    for (const list of lists) expect({ list, form: measureDecimals(list) }).toEqual({ list, form: undefined });
  });
});
