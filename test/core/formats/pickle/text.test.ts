import { describe, expect, it } from "vitest";
import { readText } from "../../../../src/core/formats/pickle/text.ts";
import { fromHex } from "../../../support/bytes-builder.ts";

const read = (hex: string): string | undefined => {
  const bytes = fromHex(hex.replaceAll(" ", ""));
  return readText(bytes, 0, bytes.length);
};

describe("text of a pickle", () => {
  it.each([
    ["c3 a9", "é"],
    ["ef bb bf 61", "\ufeffa"],
    ["f0 9f 98 80", "😀"],
    ["ef bf bd", "\ufffd"],
    ["61 ef bf bd c3 a9 ef bf bd", "a\ufffdé\ufffd"],
    ["ed a0 80", "\ud800"],
    ["ef bf bd ed b0 80 61", "\ufffd\udc00a"],
  ])("%s is what Python reads", (hex, text) => {
    expect(read(hex)).toBe(text);
  });

  it.each([
    ["a byte of no character", "ff"],
    ["a character that is cut", "61 e2 82"],
    ["a longer form than needed", "c0 80"],
    ["a byte of none beside the character that stands for such bytes", "ff ef bf bd"],
    ["a cut character before that one", "e2 ef bf bd"],
    ["that character cut", "ef bf"],
    ["a byte of none behind a surrogate", "ed a0 80 ff"],
    ["a long text with one byte of none", `${"61".repeat(5000)} ff ef bf bd`],
  ])("%s is no text", (_what, hex) => {
    expect(read(hex)).toBeUndefined();
  });
});
