import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DigitRun, splitDigits } from "../../../src/core/view/digits.ts";

/** "0.98|27" shows what is shared before the bar; what differs after it is in brackets. */
const shown = (runs: readonly DigitRun[]): string =>
  runs.map(({ text, isSame }) => (isSame ? text : `[${text}]`)).join("");
const pair = (old: string, next: string): readonly [string, string] => {
  const split = splitDigits(old, next);
  return [shown(split.old), shown(split.new)];
};

describe("digits that differ", () => {
  it.each([
    ["0.982710379231095", "0.98271036148071289", "0.9827103[79231095]", "0.9827103[6148071289]"],
    ["1.5", "1.5000001", "1.5", "1.500000[1]"],
    ["12345", "12355", "123[45]", "123[55]"],
    ["1.0", "1.0", "1.0", "1.0"],
    ["100", "1000", "[100]", "[1000]"],
    ["9.99", "10.01", "[9.99]", "[10.01]"],
    ["0.1", "0.2", "0.[1]", "0.[2]"],
  ])("%s and %s share their leading digits by place", (old, next, oldShown, newShown) => {
    expect(pair(old, next)).toEqual([oldShown, newShown]);
  });

  it("differ as a whole when the sign does", () => {
    expect(pair("-0.5", "0.5")).toEqual(["[-0.5]", "[0.5]"]);
    expect(pair("-0.0", "0.0")).toEqual(["[-0.0]", "[0.0]"]);
  });

  it("keep a sign that both have", () => {
    expect(pair("-0.6124033", "-0.6124999")).toEqual(["-0.6124[033]", "-0.6124[999]"]);
  });

  it("compare by value where one has an exponent", () => {
    expect(pair("1.5e-10", "1.5000001e-10")).toEqual(["1.5e-10", "1.500000[1]e-10"]);
    expect(pair("1.5e-10", "1.5e-11")).toEqual(["[1.5e-10]", "[1.5e-11]"]);
    expect(pair("1.5e-10", "2.5e-10")).toEqual(["[1.5e-10]", "[2.5e-10]"]);
    expect(pair("0.00012", "1.3e-04")).toEqual(["0.0001[2]", "1.[3]e-04"]);
    expect(pair("9.5e-05", "0.0001")).toEqual(["[9.5e-05]", "0.000[1]"]);
  });

  it("mark words and what is not finite whole", () => {
    expect(pair("nan", "1.0")).toEqual(["[nan]", "[1.0]"]);
    expect(pair("inf", "-inf")).toEqual(["[inf]", "[-inf]"]);
    expect(pair("True", "False")).toEqual(["[True]", "[False]"]);
    expect(pair("'l1'", "'l2'")).toEqual(["['l1']", "['l2']"]);
    expect(pair("", "1")).toEqual(["", "[1]"]);
  });

  it("take both parts of a complex number for themselves", () => {
    expect(pair("(1.25+2.0j)", "(1.26+2.0j)")).toEqual(["(1.2[5]+2.0j)", "(1.2[6]+2.0j)"]);
    expect(pair("(1.0-2.5e-10j)", "(1.0-2.6e-10j)")).toEqual(["(1.0-2.[5]e-10j)", "(1.0-2.[6]e-10j)"]);
  });

  it("never lose or change a character, and mark something whenever values differ", () => {
    const number = fc.oneof(fc.double(), fc.float(), fc.integer().map(Number)).map(String);
    fc.assert(
      fc.property(number, number, (old, next) => {
        const split = splitDigits(old, next);
        expect(split.old.map(({ text }) => text).join("")).toBe(old);
        expect(split.new.map(({ text }) => text).join("")).toBe(next);
        const isMarked = [...split.old, ...split.new].some(({ isSame }) => !isSame);
        const isSameValue = Number(old) === Number(next) || (old === "NaN" && next === "NaN");
        expect(isMarked || isSameValue).toBe(true);
      }),
    );
  });
});
