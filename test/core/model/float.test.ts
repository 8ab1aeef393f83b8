import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArtifactError } from "../../../src/core/errors.ts";
import { elementPosition, formatElement, numberReader } from "../../../src/core/model/decode.ts";
import { type DType, scalarDType } from "../../../src/core/model/dtype.ts";
import {
  decodeTable,
  encodeFloat,
  type NarrowFloatName,
  numberToX87,
  x87ToNumber,
} from "../../../src/core/model/float.ts";
import { FLOAT_FORMATS, type FloatFormat, type FloatName, splitFloat } from "../../../src/core/model/float-format.ts";
import { parseFloatText } from "../../../src/core/model/float-text.ts";
import { convertBits } from "../../../src/core/model/rounding.ts";
import { fromHex, toHex } from "../../support/bytes-builder.ts";
import { doubleOfHex, numberFixture } from "./number-fixtures.ts";

interface Table {
  readonly doubles?: string;
  readonly sha256?: string;
  readonly every257th?: string;
}

const tables = Object.entries(numberFixture("tables") as Record<NarrowFloatName, Table>) as [NarrowFloatName, Table][];

/** Big-endian bytes of the float64s, every NaN the default one. */
function doublesOf(values: Iterable<number>, count: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(count * 8));
  let at = 0;
  for (const value of values) {
    if (Number.isNaN(value)) view.setBigUint64(at, 0x7ff8000000000000n);
    else view.setFloat64(at, value);
    at += 8;
  }
  return new Uint8Array(view.buffer);
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Every pattern of a format as elements, through the decoder that everything uses. */
function decodeAll(dtype: DType): number[] {
  const count = 2 ** dtype.bits;
  const bytes = new Uint8Array(Math.ceil((count * dtype.bits) / 8));
  for (let pattern = 0; pattern < count; pattern += 1)
    for (let bit = 0; bit < dtype.bits; bit += 1) {
      const place = pattern * dtype.bits + bit;
      bytes[place >> 3] = (bytes[place >> 3] ?? 0) | (((pattern >> bit) & 1) << (place & 7));
    }
  const view = new DataView(bytes.buffer);
  const read = numberReader(dtype);
  return Array.from({ length: count }, (_, index) => read(view, elementPosition(dtype, index)));
}

describe("every pattern of the narrow formats means what numpy and ml_dtypes say", () => {
  it.each(tables)("%s", (name, table) => {
    const values = decodeAll(scalarDType(name));
    const found = doublesOf(values, values.length);
    // The 16-bit ones as a digest, and every 257th value to see where it goes wrong.
    const sample = found.filter((_, at) => Math.floor(at / 8) % 257 === 0);
    const asFixture =
      values.length < 1000 ? { doubles: toHex(found) } : { sha256: sha256(found), every257th: toHex(sample) };
    expect(asFixture).toEqual(table);
    // Encoding is the inverse, but for NaN, whose patterns are many.
    const wrong = values.filter((value, pattern) => !Number.isNaN(value) && encodeFloat(name, value) !== pattern);
    expect(wrong).toEqual([]);
  });

  it("whichever byte order they are in", () => {
    const view = new DataView(Uint8Array.of(0x3c, 0x01, 0x3f, 0xc0).buffer);
    expect(numberReader(scalarDType("float16", true))(view, 0)).toBe(1.0009765625);
    expect(numberReader(scalarDType("bfloat16", true))(view, 2)).toBe(1.5);
  });
});

const casts = numberFixture("casts") as [string, Record<NarrowFloatName | "float32", string>][];

describe("float64 is rounded once, ties to even, as numpy and ml_dtypes do", () => {
  it("to every narrower format", () => {
    const wrong = casts.flatMap(([double, wanted]) =>
      Object.entries(wanted).flatMap(([name, bits]) => {
        const found = encodeFloat(name as NarrowFloatName, doubleOfHex(double));
        return found === Number.parseInt(bits, 16) ? [] : [`${name} of ${double}: ${found.toString(16)}, not ${bits}`];
      }),
    );
    expect(wrong).toEqual([]);
    expect(casts.length).toBeGreaterThan(400);
  });

  it("by the exact rounding of any pattern, too", () => {
    const names = Object.keys(FLOAT_FORMATS) as FloatName[];
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...names), (value, name) => {
        fc.pre(!Number.isNaN(value));
        const format: FloatFormat = FLOAT_FORMATS[name];
        if (format.bits > 32) return;
        const view = new DataView(new ArrayBuffer(8));
        view.setFloat64(0, value);
        const exact = convertBits(FLOAT_FORMATS.float64, view.getBigUint64(0), format);
        expect(encodeFloat(name as "float32", value)).toBe(Number(exact));
      }),
      { numRuns: 5000 },
    );
  });

  it("and float32 agrees with the machine's own rounding", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        const view = new DataView(new ArrayBuffer(4));
        view.setFloat32(0, value);
        expect(encodeFloat("float32", value)).toBe(view.getUint32(0));
      }),
      { numRuns: 3000 },
    );
  });
});

describe("x87", () => {
  it("holds every float64 exactly", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        expect(x87ToNumber(numberToX87(value))).toBe(value);
      }),
      { numRuns: 3000 },
    );
  });

  it("reads patterns that no processor makes as NaN, and pseudo-denormals as numbers", () => {
    // Exponent 1 without the leading bit.
    expect(splitFloat(FLOAT_FORMATS.float128, 0x0001_0000_0000_0000_0000n + 5n).kind).toBe("nan");
    expect(splitFloat(FLOAT_FORMATS.float128, 0x8000_0000_0000_0000n)).toMatchObject({
      kind: "finite",
      exponent: -16445,
    });
    expect(splitFloat(FLOAT_FORMATS.float128, 0x7fff_8000_0000_0000_0000n).kind).toBe("infinite");
    expect(splitFloat(FLOAT_FORMATS.float128, 0x7fff_c000_0000_0000_0000n).kind).toBe("nan");
  });
});

const rounding = numberFixture("rounding") as [FloatName, string, string][];

describe("decimal text is rounded once, from the decimal itself", () => {
  it("half way between two values, and a trillionth of a trillionth beside it", () => {
    const wrong = rounding.filter(([name, text, bits]) => parseFloatText(name, text) !== BigInt(`0x${bits}`));
    expect(wrong).toEqual([]);
    expect(rounding.length).toBeGreaterThan(500);
  });

  it("where going through float64 would round twice", () => {
    // Just above the middle of two float32 values, nearer to it than any float64 but the middle itself.
    const text = "1.000000059604644775390625000000000000000000001";
    expect(Math.fround(Number(text))).toBe(1);
    expect(parseFloatText("float32", text)).toBe(0x3f800001n);
  });

  it("whatever its length", () => {
    expect(parseFloatText("float64", `1${"0".repeat(400)}`)).toBe(0x7ff0000000000000n);
    expect(parseFloatText("float32", `0.${"0".repeat(100_000)}1`)).toBe(0n);
    expect(parseFloatText("float32", `${"9".repeat(100_000)}e-99999`)).toBe(0x41200000n);
    expect(parseFloatText("float128", "1e999999999")).toBe(0x7fff8000000000000000n);
    expect(parseFloatText("float128", "-1e-999999999")).toBe(1n << 79n);
    expect(parseFloatText("float16", "1e999999999999999999999")).toBe(0x7c00n);
  });

  it.each([
    ["float32", "inf", 0x7f800000n],
    ["float32", "-inf", 0xff800000n],
    ["float32", "nan", 0x7fc00000n],
    ["float32", "nan:0xffc00001", 0xffc00001n],
    ["float8_e4m3fn", "nan", 0x7fn],
    ["float8_e4m3fnuz", "nan", 0x80n],
    ["float8_e4m3fnuz", "-0.0", 0n],
    ["float64", "-0.0", 1n << 63n],
    ["float64", "  1", "refused"],
    ["float64", "1_000", "refused"],
    ["float64", "0x10", "refused"],
    ["float64", "", "refused"],
    ["float64", "nan:0x3ff0000000000000", "refused"],
    ["float32", "nan:0x17fc00000", "refused"],
    ["float8_e4m3fn", "inf", "refused"],
    ["float4_e2m1fn", "nan", "refused"],
  ] as const)("%s %s", (name, text, bits) => {
    const read = (): bigint | string => {
      try {
        return parseFloatText(name, text);
      } catch (error) {
        return (error as ArtifactError).code;
      }
    };
    expect(read()).toBe(bits);
  });
});

describe("printed text", () => {
  const names = Object.keys(FLOAT_FORMATS) as FloatName[];

  /** Bytes of a pattern, little-endian, in the slot that the dtype has. */
  const place = (name: FloatName, bits: bigint): { dtype: DType; view: DataView } => {
    const dtype = scalarDType(name);
    const hex = bits.toString(16).padStart(Math.max(2, dtype.itemSize * 2), "0");
    return { dtype, view: new DataView(fromHex(hex).reverse().buffer) };
  };

  it("reads back to the same bits, for every pattern of up to 16 bits", () => {
    const wrong: string[] = [];
    for (const name of names.filter((n) => FLOAT_FORMATS[n].bits <= 16))
      for (let bits = 0n; bits < 1n << BigInt(FLOAT_FORMATS[name].bits); bits += 1n) {
        const { dtype, view } = place(name, bits);
        const text = formatElement(dtype, view, 0);
        if (parseFloatText(name, text) !== bits) wrong.push(`${name} ${bits.toString(16)} ${text}`);
      }
    expect(wrong).toEqual([]);
  });

  it("reads back to the same bits, for random patterns of the wider ones", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<FloatName>("float32", "float64", "float128"),
        fc.bigInt({ min: 0n, max: (1n << 80n) - 1n }),
        (name, random) => {
          const format: FloatFormat = FLOAT_FORMATS[name];
          const bits = BigInt.asUintN(format.bits, random);
          const { dtype, view } = place(name, bits);
          expect(parseFloatText(name, formatElement(dtype, view, 0))).toBe(bits);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it("is the shortest: no decimal with one digit less reads back", () => {
    const wrong: string[] = [];
    for (const name of ["float16", "bfloat16", "float8_e4m3fn", "float8_e5m2", "float8_e8m0fnu"] as const) {
      const table = decodeTable(name);
      for (let bits = 0; bits < table.length; bits += 7) {
        const value = table[bits] ?? Number.NaN;
        // Integers are printed with all of their digits.
        if (!Number.isFinite(value) || value <= 0 || (Number.isInteger(value) && value < 1e16)) continue;
        const { dtype, view } = place(name, BigInt(bits));
        const text = formatElement(dtype, view, 0);
        const [mantissa = "", exponent = ""] = Number(text).toExponential().split("e");
        const digits = mantissa.replace(".", "");
        if (digits.length === 1) continue;
        const cut = Number(digits.slice(0, -1));
        const shorter = [cut, cut + 1].map((n) => `${n}e${Number(exponent) - digits.length + 2}`);
        if (shorter.some((candidate) => parseFloatText(name, candidate) === BigInt(bits)))
          wrong.push(`${name} ${text}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
