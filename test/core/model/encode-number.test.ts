import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../src/core/errors.ts";
import { scalarDType, type ScalarName } from "../../../src/core/model/dtype.ts";
import { exactDecimal } from "../../../src/core/model/decode.ts";
import { encodeElement } from "../../../src/core/model/encode.ts";
import { numberWriter } from "../../../src/core/model/encode-number.ts";
import { toHex } from "../../support/bytes-builder.ts";

const NAMES: readonly ScalarName[] = [
  ...(["float64", "float32", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"] as const),
];

/** What the exact way makes of the text; undefined where it refuses. */
function exactly(name: ScalarName, bigEndian: boolean, text: string): string | undefined {
  try {
    return toHex(encodeElement(scalarDType(name, bigEndian), text));
  } catch (error) {
    if (error instanceof ArtifactError) return undefined;
    throw error;
  }
}

/** What the short way writes; undefined where it leaves the text to the exact one. */
function shortly(name: ScalarName, bigEndian: boolean, text: string): string | undefined {
  const dtype = scalarDType(name, bigEndian);
  const bytes = new Uint8Array(dtype.itemSize + 2);
  const isWritten = numberWriter(dtype)?.(new DataView(bytes.buffer), 1, text);
  return isWritten === true ? toHex(bytes.subarray(1, 1 + dtype.itemSize)) : undefined;
}

const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,21})$/);
const numberText = fc
  .tuple(
    fc.constantFrom("", "-"),
    digits,
    fc.option(fc.stringMatching(/^[0-9]{1,30}$/)),
    fc.option(fc.integer({ min: -330, max: 330 })),
  )
  .map(
    ([sign, whole, part, power]) =>
      `${sign}${whole}${part === null ? "" : `.${part}`}${power === null ? "" : `e${power}`}`,
  );
/** Next to what lies half way between two float32 values, in decimals that a float64 cannot tell from it. */
const nearHalfWay = fc
  .tuple(fc.integer({ min: 0x0080_0000, max: 0x7f7f_fffe }), fc.constantFrom("", "1", "000000000000000000000001"))
  .map(([bits, more]) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, bits);
    const low = view.getFloat32(0);
    view.setUint32(0, bits + 1);
    view.setFloat64(0, (low + view.getFloat32(0)) / 2);
    const [mantissa = "", power] = exactDecimal(scalarDType("float64", true), view, 0).split("e");
    const exact = mantissa.includes(".") ? mantissa : `${mantissa}.0`;
    return `${exact}${more}${power === undefined ? "" : `e${power}`}`;
  });

describe("numbers that are written the short way", () => {
  it.each(NAMES)("as %s have the bits of the exact way, or are left to it", (name) => {
    let written = 0;
    fc.assert(
      fc.property(fc.oneof(numberText, nearHalfWay, digits), fc.boolean(), (text, bigEndian) => {
        const short = shortly(name, bigEndian, text);
        if (short === undefined) return;
        written++;
        expect(short).toBe(exactly(name, bigEndian, text));
      }),
      { numRuns: 3000 },
    );
    expect(written).toBeGreaterThan(100);
  });

  it.each([
    ["float32", "1.000000059604644775390625"],
    ["float32", "1.00000005960464477539062500000000000001"],
    ["float32", "1e-46"],
    ["float32", "3.5e38"],
    ["float64", "1e400"],
    ["int8", "128"],
    ["uint8", "-1"],
    ["int32", "2147483648"],
    ["int64", "9007199254740993"],
    ["uint64", "18446744073709551615"],
    ["int64", "1.0"],
    ["int64", "-"],
  ] as const)("as %s are not: %s", (name, text) => {
    expect(shortly(name, false, text)).toBeUndefined();
  });

  it.each([
    ["float64", "-0.0", "0000000000000080"],
    ["float32", "-0", "00000080"],
    ["float32", "0.1", "cdcccc3d"],
    ["int64", "-1", "ffffffffffffffff"],
    ["int64", "-4294967297", "fffffffffeffffff"],
    ["uint64", "4294967296", "0000000001000000"],
    ["int8", "-128", "80"],
    ["int16", "-0", "0000"],
  ] as const)("as %s are: %s", (name, text, hex) => {
    expect(shortly(name, false, text)).toBe(hex);
    expect(exactly(name, false, text)).toBe(hex);
  });
});
