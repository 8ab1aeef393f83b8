import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  clearPadding,
  elementHex,
  encodeElement,
  exactDecimal,
  formatElement,
  orderedInteger,
  toBigInt,
  toNumber,
  ulpAt,
  ulpDistance,
} from "../../../src/core/model/decode.ts";
import type { DType } from "../../../src/core/model/dtype.ts";
import { dtypeFromName, parseDType } from "../../../src/core/model/numpy-dtype.ts";
import { fromHex, toHex } from "../../support/bytes-builder.ts";
import { digitsOf, doubleOfHex, numberFixture, viewOfHex } from "./number-fixtures.ts";

interface FloatRow {
  readonly hex: string;
  readonly nan?: true;
  readonly double?: string;
  readonly digits?: string;
  readonly text?: string;
  readonly exact?: string;
}

const floats = Object.entries(numberFixture("floats") as Record<string, FloatRow[]>);

function roundTrip(dtype: DType, hex: string): string {
  return toHex(encodeElement(dtype, formatElement(dtype, viewOfHex(hex), 0)));
}

describe.each(floats)("floats as numpy has them: %s", (name, rows) => {
  const dtype = parseDType(name);
  const finite = rows.filter((row) => row.digits !== undefined);

  it("nearest float64", () => {
    const wrong = rows.filter((row) => {
      const value = toNumber(dtype, viewOfHex(row.hex), 0);
      return row.nan === true ? !Number.isNaN(value) : !Object.is(value, doubleOfHex(row.double ?? ""));
    });
    expect(wrong).toEqual([]);
  });

  it("digits, but for integers that have more", () => {
    const wrong = finite.flatMap((row) => {
      const text = formatElement(dtype, viewOfHex(row.hex), 0);
      const wanted = digitsOf(row.digits ?? "");
      if (digitsOf(text) === wanted) return [];
      // Below 1e16 an integer narrower than float64 shows its own digits where numpy's shortest ones end in zeros.
      const isWholeInteger = text === row.exact && text.endsWith(".0") && text.length <= 19;
      return isWholeInteger ? [] : [[text, row.digits]];
    });
    expect(wrong).toEqual([]);
    expect(finite.length).toBeGreaterThan(150);
  });

  it("the very text of Python's float, for float64", () => {
    const wrong = rows.filter(
      (row) => row.text !== undefined && formatElement(dtype, viewOfHex(row.hex), 0) !== row.text,
    );
    expect(wrong).toEqual([]);
  });

  it("exact decimal expansion", () => {
    const wrong = finite.filter((row) => {
      const text = exactDecimal(dtype, viewOfHex(row.hex), 0);
      return (text.length < 400 ? text : createHash("sha256").update(text).digest("hex")) !== row.exact;
    });
    expect(wrong).toEqual([]);
  });

  it("same bits after printing and reading, NaN payloads too", () => {
    expect(rows.map((row) => roundTrip(dtype, row.hex))).toEqual(rows.map((row) => row.hex));
  });
});

interface OtherRows {
  readonly dtype: string;
  readonly rows: readonly (readonly [string, string | readonly [string, string]])[];
}

const others = Object.entries(numberFixture("others") as Record<string, OtherRows>);

describe.each(others)("elements as numpy has them: %s", (_, { dtype: dtypeName, rows }) => {
  const dtype = dtypeFromName(dtypeName);

  it("text", () => {
    const wrong = rows.flatMap(([hex, wanted]) => {
      const text = formatElement(dtype, viewOfHex(hex), 0);
      if (typeof wanted === "string") return text === wanted ? [] : [[text, wanted]];
      const [, real = "", imaginary = ""] = /^\((.*[^e])([-+].*)j\)$/.exec(text) ?? [];
      const parts = [real, imaginary.replace(/^\+/, "")];
      const isSame = parts.every(
        (part, k) => part.replace(/:0x.*/, "") === wanted[k] || digitsOf(part) === digitsOf(wanted[k] ?? ""),
      );
      return isSame ? [] : [[text, ...wanted]];
    });
    expect(wrong).toEqual([]);
  });

  it("same bits after printing and reading", () => {
    expect(rows.map(([hex]) => roundTrip(dtype, hex))).toEqual(rows.map(([hex]) => hex));
  });
});

describe("integers", () => {
  it("never pass through a host number", () => {
    const view = viewOfHex("ffffffffffffff7f");
    expect(toBigInt(parseDType("<i8"), view, 0)).toBe(2n ** 63n - 1n);
    expect(toBigInt(parseDType(">u8"), view, 0)).toBe(0xffffffffffffff7fn);
    expect(formatElement(parseDType("<i8"), view, 0)).toBe("9223372036854775807");
  });

  it.each([
    ["|i1", "128"],
    ["|i1", "-129"],
    ["|u1", "-1"],
    ["<u8", "18446744073709551616"],
    ["<i8", "9223372036854775808"],
    ["<i4", "1.0"],
    ["<i4", "1e3"],
    ["<i4", ""],
    ["<i4", "0x10"],
    ["|b1", "1"],
    ["<c8", "1+2"],
    ["<M8[D]", "2020-01-01T01"],
    ["<M8[s]", "2020-01-01T00:00:00.5"],
    ["<M8[25s]", "2020-01-01T00:00:01"],
    ["<m8[s]", "5 minutes"],
    ["|S2", "b'abc'"],
    ["<U2", "abc"],
  ])("%s cannot hold %s", (name, text) => {
    expect(() => encodeElement(parseDType(name), text)).toThrow(expect.objectContaining({ code: "refused" }) as Error);
  });
});

describe("other elements", () => {
  it("print records and sub-arrays as numpy prints their items", () => {
    const dtype = dtypeFromName("[('a', '<i2'), ('b', '<f4', (2,)), ('c', 'S2'), ('d', '<U1')]");
    const view = viewOfHex("01000000c03f000020406100e9000000");
    expect(formatElement(dtype, view, 0)).toBe("(1, [1.5, 2.5], b'a', 'é')");
    expect(formatElement(dtypeFromName("[('a', '<i2')]"), view, 0)).toBe("(1,)");
  });

  it("show a bool byte that is neither 0 nor 1", () => {
    const dtype = parseDType("?");
    expect(formatElement(dtype, viewOfHex("02"), 0)).toBe("True:0x02");
    expect(toHex(encodeElement(dtype, "True:0x02"))).toBe("02");
  });

  it("cut long text and say so", () => {
    const dtype = parseDType("S20000");
    const text = formatElement(dtype, new DataView(new Uint8Array(20_000).fill(0x61).buffer), 0);
    expect(text).toMatch(/^b'a{10000}'… \(20000 bytes\)$/);
    const grid = dtypeFromName("('<f8', (1000, 1000))");
    expect(formatElement(grid, new DataView(new ArrayBuffer(8_000_000)), 0).length).toBeLessThan(11_000);
  });

  it("read code points that are none as the replacement character", () => {
    expect(formatElement(parseDType("<U1"), viewOfHex("00001100"), 0)).toBe("\ufffd");
  });

  it("show bytes most significant first", () => {
    expect(elementHex(parseDType("<f8"), viewOfHex("000000000000f03f"), 0)).toBe("0x3ff0000000000000");
    expect(elementHex(parseDType(">f8"), viewOfHex("3ff0000000000000"), 0)).toBe("0x3ff0000000000000");
    expect(elementHex(parseDType("<c8"), viewOfHex("0000803f00000040"), 0)).toBe("0x3f800000 0x40000000");
    expect(elementHex(parseDType("S3"), viewOfHex("616263"), 0)).toBe("0x616263");
    expect(elementHex(dtypeFromName("float4_e2m1fn"), viewOfHex("5a"), 4)).toBe("0x05");
  });

  it("clear the padding of extended floats, in either byte order", () => {
    const little = fromHex("00000000000000c0ff7f77381a7f0000");
    expect(toHex(clearPadding(parseDType("<f16"), little))).toBe("00000000000000c0ff7f000000000000");
    const big = fromHex("00007f1a38777fffc000000000000000");
    expect(toHex(clearPadding(parseDType(">f16"), big))).toBe("0000000000007fffc000000000000000");
    expect(clearPadding(parseDType("<f8"), little)).toBe(little);
    expect(toHex(clearPadding(parseDType("<c32"), fromHex(toHex(little).repeat(2))))).toBe(
      "00000000000000c0ff7f000000000000".repeat(2),
    );
  });
});

describe("times", () => {
  it("come back from their text, whatever the unit and the year", () => {
    const units = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "7D", "25s", "3M"];
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...units), (ticks, unit) => {
        const view = new DataView(new ArrayBuffer(8));
        view.setBigInt64(0, ticks, true);
        for (const kind of ["M", "m"]) {
          const dtype = parseDType(`<${kind}8[${unit}]`);
          const text = formatElement(dtype, view, 0);
          expect(toHex(encodeElement(dtype, text))).toBe(toHex(new Uint8Array(view.buffer)));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("distance in units of the last place", () => {
  const at = (name: string, text: string): DataView => new DataView(encodeElement(parseDType(name), text).buffer);

  it.each([
    ["<f8", "1.0", "2.220446049250313e-16"],
    ["<f8", "0.0", "5e-324"],
    ["<f4", "1.0", "1.1920928955078125e-07"],
    ["<f2", "65504", "32.0"],
    ["<f2", "inf", undefined],
    ["<f8", "nan", undefined],
    ["<i8", "5", "1"],
    ["<f16", "1", "1.0842021724855044e-19"],
    ["<f16", "1e-4940", "3.6451995318824746e-4951"],
  ])("next value of %s after %s", (name, text, ulp) => {
    expect(ulpAt(parseDType(name), at(name, text), 0)).toBe(ulp);
  });

  it.each([
    ["<f8", "1.0", "1.0000000000000002", 1n],
    ["<f8", "-0.0", "0.0", 0n],
    ["<f8", "-5e-324", "5e-324", 2n],
    ["<f4", "1.0", "2.0", 0x800000n],
    ["<f4", "3.4028235e38", "inf", 1n],
    ["<f4", "nan", "1.0", undefined],
    ["<i8", "-9223372036854775808", "9223372036854775807", 2n ** 64n - 1n],
    ["<f16", "1", "2", 1n << 63n],
    ["<c8", "(1.0+0.0j)", "(1.0+0.0j)", undefined],
  ])("%s from %s to %s", (name, one, other, distance) => {
    expect(ulpDistance(parseDType(name), at(name, one), 0, at(name, other), 0)).toBe(distance);
  });

  it("orders values as they compare", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const view = new DataView(new ArrayBuffer(16));
        view.setFloat64(0, a, true);
        view.setFloat64(8, b, true);
        const [x = 0n, y = 0n] = [0, 8].map((place) => orderedInteger(parseDType("<f8"), view, place));
        expect(x < y).toBe(a < b);
        expect(x === y).toBe(a === b);
      }),
      { numRuns: 2000 },
    );
  });
});
