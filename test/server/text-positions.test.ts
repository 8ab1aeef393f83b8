import { describe, expect, it } from "vitest";
import { textRanges } from "../../src/server/text-positions.ts";

const at = (text: string, part: string) => {
  const before = text.slice(0, text.indexOf(part));
  return { offset: new TextEncoder().encode(before).length, length: new TextEncoder().encode(part).length };
};

describe("textRanges", () => {
  const text = '{\r\n "größe": [1.5, 2.25],\n "😀": 0.125,\r "x": 7.5}';

  it.each([
    ["1.5", 1, 11, 14],
    ["2.25", 1, 16, 20],
    ["0.125", 2, 7, 12],
    ["7.5", 3, 6, 9],
  ])("finds %s among wide characters and every kind of line end", (part, line, start, end) => {
    expect(textRanges(text, [at(text, part)])).toEqual([
      { start: { line, character: start }, end: { line, character: end } },
    ]);
  });

  it("answers in the order of the question, and ends with the text", () => {
    const got = textRanges("ab\ncd", [
      { offset: 4, length: 100 },
      { offset: 0, length: 1 },
    ]);
    expect(got).toEqual([
      { start: { line: 1, character: 1 }, end: { line: 1, character: 2 } },
      { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
    ]);
  });
});
