import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Literal } from "../../../src/core/model/python-literal.ts";
import { readPythonLiteral } from "../../../src/core/model/python-literal.ts";
import { pythonBytes, pythonString, pythonTuple, readPythonBytes } from "../../../src/core/model/python-text.ts";

describe("Python's repr", () => {
  it.each([
    ["a", "'a'"],
    ["it's", '"it\'s"'],
    ["both ' and \"", "'both \\' and \"'"],
    ["tab\tline\n\\", "'tab\\tline\\n\\\\'"],
    ["é中😀", "'é中😀'"],
    ["\u0000\u007f\u00a0\u200b\u2028", "'\\x00\\x7f\\xa0\\u200b\\u2028'"],
    ["\ud800", "'\\ud800'"],
    ["\u{e0001}", "'\\U000e0001'"],
  ])("of %j", (text, wanted) => {
    expect(pythonString(text)).toBe(wanted);
  });

  it("of tuples of integers", () => {
    expect([[], [3], [3, 2]].map(pythonTuple)).toEqual(["()", "(3,)", "(3, 2)"]);
  });

  it("reads back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.uint8Array(), (text, bytes) => {
        expect(readPythonLiteral(pythonString(text))).toBe(text);
        expect(readPythonBytes(pythonBytes(bytes))).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
    expect(readPythonBytes("abc")).toBeUndefined();
    expect(readPythonBytes("b'\\q'")).toBeUndefined();
    expect(readPythonBytes("b'a\"")).toBeUndefined();
  });
});

describe("Python literals", () => {
  /** Without the kinds: lists as arrays, tuples as arrays after "t", dicts as arrays of pairs after "d". */
  const plain = (value: Literal): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (value.kind === "name") return `name ${value.name}`;
    if (value.kind === "dict") return ["d", ...value.entries.map((pair) => pair.map(plain))];
    return value.kind === "tuple" ? ["t", ...value.items.map(plain)] : value.items.map(plain);
  };

  it.each<[string, unknown]>([
    [
      " {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4L), } ",
      ["d", ["descr", "<f8"], ["fortran_order", false], ["shape", ["t", 3n, 4n]]],
    ],
    ["(1)", 1n],
    ["(1,)", ["t", 1n]],
    ["()", ["t"]],
    ["[None, True, -12345678901234567890]", [null, true, -12345678901234567890n]],
    ["'a' \"b\"", "ab"],
    ["u'c'", "c"],
    [String.raw`'\x41\u00e9\U0001f600\101\'\q'`, "Aé😀A'\\q"],
    ["bfloat16", "name bfloat16"],
  ])("%s", (text, value) => {
    expect(plain(readPythonLiteral(text))).toEqual(value);
  });

  it.each([
    ["", "expected a value at character 0, found the end"],
    ["[1 2]", 'expected "," or "]" at character 3'],
    ["{'a' 1}", 'expected ":" at character 5'],
    ["{'a': 1 'b': 2}", 'expected "," or "}"'],
    ["'abc", "string at character 0 has no end"],
    ["'a\nb'", "has no end"],
    ["1 + 1", "expected the end at character 2"],
    ["(".repeat(1000), "over the limit"],
    ["9".repeat(200_000), "over the limit"],
    [String.raw`'\U00ffffff'`, "is no character"],
  ])("refuse %j with its place", (text, message) => {
    expect(() => readPythonLiteral(text)).toThrow(message);
  });
});
