import { describe, expect, it } from "vitest";
import { Cursor, hex } from "../../../src/core/bytes/cursor.ts";
import { BytesBuilder, fromHex } from "../../support/bytes-builder.ts";

describe("cursor", () => {
  it("reads little-endian numbers of every width", () => {
    const bytes = fromHex("80 fffe ffffff7f fdffffff ffffffffffffffff ffffffffffffffff");
    const cursor = new Cursor(bytes, "x");
    expect([cursor.u8(), cursor.u16(), cursor.u32(), cursor.i32()]).toEqual([0x80, 0xfeff, 0x7fffffff, -3]);
    expect([cursor.u64(), cursor.i64()]).toEqual([18_446_744_073_709_551_615n, -1n]);
    expect(cursor.remaining).toBe(0);
  });

  it("reads big-endian numbers", () => {
    const cursor = new Cursor(fromHex("0102 01020304 0102030405060708"), "x", 0, "big");
    expect([cursor.u16(), cursor.u32(), cursor.u64()]).toEqual([0x0102, 0x01020304, 0x0102030405060708n]);
  });

  it("names the offset in the source, what was needed and what is left", () => {
    const cursor = new Cursor(new Uint8Array(6), "header of m.bin", 1_000);
    cursor.u32();
    expect(() => cursor.u64()).toThrow("header of m.bin: needs 8 bytes at byte 1004, 2 are left");
    expect(cursor.offset).toBe(1_004);
    expect(() => cursor.take(3)).toThrow(
      expect.objectContaining({ code: "truncated", place: { offset: 1_004, needed: 3, available: 2 } }),
    );
  });

  it("checks a 64-bit size once, exactly at the limit", () => {
    const at = (value: bigint): Cursor => new Cursor(new BytesBuilder().u64(value).bytes(), "zip", 50);
    expect(at(2n ** 53n - 1n).size("size")).toBe(Number.MAX_SAFE_INTEGER);
    expect(() => at(2n ** 53n).size("size")).toThrow(
      "zip: size at byte 50: 9007199254740992 is over the limit of 9007199254740991",
    );
    expect(() => at(11n).size("size", 10)).toThrow(expect.objectContaining({ code: "limit" }));
  });

  it("says what stands where a signature should", () => {
    const cursor = new Cursor(fromHex("504b0304"), "a.zip", 7);
    expect(() => cursor.expect([0x50, 0x4b, 0x01, 0x02], "signature")).toThrow(
      "a.zip: signature at byte 7 is 50 4b 03 04, expected 50 4b 01 02",
    );
  });

  it("moves only inside of its bytes", () => {
    const cursor = new Cursor(fromHex("0a0b0c"), "x", 100);
    cursor.seek(102);
    expect(cursor.u8()).toBe(0x0c);
    cursor.seek(103);
    expect(hex(cursor.peek(5))).toBe("");
    for (const offset of [99, 104, Number.NaN, 100.5]) expect(() => cursor.seek(offset)).toThrow("x:");
    expect(() => new Cursor(fromHex("0a"), "x").skip(-1)).toThrow("a length of -1");
  });

  it("reads inside of a larger buffer", () => {
    const inner = fromHex("ff 01020304 ff").subarray(1, 5);
    expect(new Cursor(inner, "x").u32()).toBe(0x04030201);
    expect(() => new Cursor(inner, "x").u64()).toThrow("4 are left");
  });
});
