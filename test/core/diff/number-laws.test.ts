import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalExponent, isDecimalOf } from "../../../src/core/diff/explanations/decimal-digits.ts";
import { cutToGrid, floatGrid, roundToGrid } from "../../../src/core/diff/explanations/float-grid.ts";
import { decodeTable, encodeFloat } from "../../../src/core/model/float.ts";

const NARROW = ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"] as const;
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** Near the sizes that the narrow types have, where it is decided. */
const near = fc
  .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -160, max: 130 }))
  .map(([x, e]) => x * 2 ** e);

describe("rounding to a narrower type", () => {
  it.each(NARROW)("is the encoder's for %s", (name) => {
    const grid = floatGrid(name);
    const table = decodeTable(name);
    fc.assert(
      fc.property(fc.oneof(finite, near), (value) => {
        const rounded = roundToGrid(grid, value);
        if (Math.abs(rounded) > grid.largest) return;
        // The table has no -0 where the type has none.
        expect(rounded + 0).toBe((table[encodeFloat(name, value)] ?? Number.NaN) + 0);
      }),
      { numRuns: 2000 },
    );
  });

  it("is Math.fround for float32, and knows what lies beyond", () => {
    const grid = floatGrid("float32");
    fc.assert(
      fc.property(fc.oneof(finite, near), (value) => {
        const rounded = roundToGrid(grid, value);
        const single = Math.fround(value);
        expect(Number.isFinite(single) ? rounded === single : Math.abs(rounded) > grid.largest).toBe(true);
      }),
      { numRuns: 2000 },
    );
    expect(grid.largest).toBe(Math.fround(3.4028234663852886e38));
  });

  it.each(NARROW)("towards zero never passes the value, and stays within a step of %s", (name) => {
    const grid = floatGrid(name);
    fc.assert(
      fc.property(near, (value) => {
        const cut = cutToGrid(grid, value);
        expect(Math.abs(cut)).toBeLessThanOrEqual(Math.abs(value));
        expect(roundToGrid(grid, cut)).toBe(cut);
        const nearest = roundToGrid(grid, value);
        // Nothing of the type lies between the two: their middle rounds to one of them.
        const middle = roundToGrid(grid, (cut + nearest) / 2);
        expect(Math.abs(nearest) <= Math.abs(value) ? [nearest] : [cut, nearest]).toContain(cut);
        expect([cut, nearest]).toContain(middle);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("decimal printing", () => {
  const positive = fc
    .oneof(finite, near)
    .map(Math.abs)
    .filter((value) => value > 0);

  it("knows the decimal exponent of any number", () => {
    fc.assert(
      fc.property(positive, (value) => {
        expect(decimalExponent(value)).toBe(Number(value.toExponential().split("e")[1]));
      }),
      { numRuns: 2000 },
    );
    for (let exponent = -300; exponent <= 300; exponent++)
      expect(decimalExponent(Number(`1e${exponent}`))).toBe(exponent);
  });

  it("recognises what toPrecision prints, at any number of digits", () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 1, max: 17 }), (value, digits) => {
        const decimals = digits - 1 - decimalExponent(value);
        expect(isDecimalOf(value, Number(value.toPrecision(digits)), decimals, "rounded", undefined)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("recognises nothing else: the next float64 on either side is not it", () => {
    fc.assert(
      fc.property(positive, fc.integer({ min: 1, max: 15 }), fc.constantFrom(-1, 1), (value, digits, step) => {
        const printed = Number(value.toPrecision(digits));
        const view = new DataView(new ArrayBuffer(8));
        view.setFloat64(0, printed);
        view.setBigUint64(0, view.getBigUint64(0) + BigInt(step));
        const neighbour = view.getFloat64(0);
        fc.pre(Number.isFinite(neighbour) && neighbour > 0);
        const decimals = digits - 1 - decimalExponent(value);
        expect(isDecimalOf(value, neighbour, decimals, "rounded", undefined)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it("takes either side of a tie, as writers do", () => {
    expect(isDecimalOf(0.125, 0.12, 2, "rounded", undefined)).toBe(true);
    expect(isDecimalOf(0.125, 0.13, 2, "rounded", undefined)).toBe(true);
    expect(isDecimalOf(0.126, 0.12, 2, "rounded", undefined)).toBe(false);
  });

  it("recognises digits that were cut off", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        (value, decimals) => {
          const [whole = "0", fraction = ""] = value.toFixed(20).split(".");
          const cut = Number(`${whole}.${fraction.slice(0, decimals)}`);
          expect(isDecimalOf(value, cut, decimals, "truncated", undefined)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
