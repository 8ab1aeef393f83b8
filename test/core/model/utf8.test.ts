import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8Bytes, utf8Text } from "../../../src/core/model/utf8.ts";

describe("UTF-8 of text that may hold halves of surrogate pairs", () => {
  it("comes back, and is UTF-8 for all other text", () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    fc.assert(
      fc.property(
        fc.array(unit).map((units) => units.join("")),
        (text) => {
          expect(utf8Text(utf8Bytes(text), 0)).toBe(text);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(Buffer.from(utf8Bytes(text)).equals(Buffer.from(text))).toBe(true);
      }),
    );
  });

  it("of long text comes back, whatever stands where it is taken apart, in memory of its own size", () => {
    const text = `${"a".repeat(8191)}\ud83d\ude00\ud800${"ü".repeat(9000)}`;
    expect(utf8Text(utf8Bytes(text), 0)).toBe(text);
    const bytes = new Uint8Array(20_000_000).fill(0x61);
    const before = process.memoryUsage().heapUsed;
    expect(utf8Text(bytes, 0)).toHaveLength(20_000_000);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200_000_000);
  });

  it("refuses what is none", () => {
    for (const bytes of [[0x80], [0xc0, 0x80], [0xe0, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xc3], [0xff]])
      expect(() => utf8Text(Uint8Array.from(bytes), 7)).toThrow("text at byte 7 is not UTF-8");
  });
});
