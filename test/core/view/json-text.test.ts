import { describe, expect, it } from "vitest";
import { jsonElement, jsonFloat, jsonText } from "../../../src/core/view/json-text.ts";

describe("numbers in the command line's JSON", () => {
  it.each([
    ["1.0", "1.0"],
    ["-0.0", "-0.0"],
    ["1e-05", "1e-05"],
    ["nan", '"nan"'],
    ["-inf", '"-inf"'],
    ["nan:0x7ff8000000000001", '"nan:0x7ff8000000000001"'],
    ["9007199254740992", "9007199254740992"],
    ["9007199254740993", '"9007199254740993"'],
    ["-9223372036854775808", '"-9223372036854775808"'],
    ["True", "true"],
    ["(1.0+2.0j)", '"(1.0+2.0j)"'],
  ])("%s", (text, json) => {
    expect(jsonText(jsonElement(text))).toBe(json);
    JSON.parse(json);
  });

  it("keeps minus zero and what is not finite", () => {
    expect(jsonText([jsonFloat(-0), jsonFloat(Number.NaN), jsonFloat(Number.NEGATIVE_INFINITY), 0.1])).toBe(
      '[-0.0, "nan", "-inf", 0.1]',
    );
  });
});

describe("documents", () => {
  it("leaves out what is absent and escapes names", () => {
    const text = jsonText({ a: undefined, 'b"\n': [{ raw: "1.50" }], c: {}, __proto__x: null });
    expect(JSON.parse(text)).toEqual({ 'b"\n': [1.5], c: {}, __proto__x: null });
    expect(text).toContain("1.50");
  });
});
