import { readFileSync } from "node:fs";
import { fromHex } from "../../support/bytes-builder.ts";

/** What `test/generate/number_fixtures.py` wrote. */
export function numberFixture(name: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../fixtures/numbers/${name}.json`, import.meta.url), "utf8"));
}

export function viewOfHex(hex: string): DataView {
  return new DataView(fromHex(hex).buffer);
}

/** The number that 16 hexadecimal digits of a float64 stand for. */
export function doubleOfHex(hex: string): number {
  return viewOfHex(hex).getFloat64(0);
}

/** Digits and exponent of a number's text, so that "0.5" and "5e-01" are the same. The sign stays. */
export function digitsOf(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d*))?(?:e([-+]\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const leadingZeros = (whole + fraction).length - digits.length;
  const significant = digits.replace(/0+$/, "");
  const point = whole.length - leadingZeros + Number(exponent);
  return significant === "" ? `${sign}0` : `${sign}${significant}e${point}`;
}
