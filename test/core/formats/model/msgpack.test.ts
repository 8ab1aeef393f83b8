import * as fc from "fast-check";
import { Unpackr } from "msgpackr";
import { describe, expect, it } from "vitest";
import { type Msgpack, MsgpackReader } from "../../../../src/core/formats/model/msgpack-read.ts";
import { MsgpackWriter } from "../../../../src/core/formats/model/msgpack-write.ts";
import { fromHex, toHex } from "../../../support/bytes-builder.ts";

function bytesOf(write: (writer: MsgpackWriter) => void): string {
  const writer = new MsgpackWriter();
  write(writer);
  return toHex(writer.bytes());
}

function read(hex: string): Msgpack {
  return new MsgpackReader(fromHex(hex), "test").read();
}

/** From the specification: the shortest form there is, and the ends of each form's range. */
const INTEGERS: readonly (readonly [bigint, string])[] = [
  [0n, "00"],
  [127n, "7f"],
  [128n, "cc80"],
  [255n, "ccff"],
  [256n, "cd0100"],
  [65535n, "cdffff"],
  [65536n, "ce00010000"],
  [2n ** 32n - 1n, "ceffffffff"],
  [2n ** 32n, "cf0000000100000000"],
  [2n ** 53n + 1n, "cf0020000000000001"],
  [2n ** 64n - 1n, "cfffffffffffffffff"],
  [-1n, "ff"],
  [-32n, "e0"],
  [-33n, "d0df"],
  [-128n, "d080"],
  [-129n, "d1ff7f"],
  [-32768n, "d18000"],
  [-32769n, "d2ffff7fff"],
  [-(2n ** 31n), "d280000000"],
  [-(2n ** 31n) - 1n, "d3ffffffff7fffffff"],
  [-(2n ** 63n), "d38000000000000000"],
];

describe("MessagePack", () => {
  it.each(INTEGERS)("writes and reads %s as %s", (value, hex) => {
    expect(bytesOf((writer) => writer.integer(value))).toBe(hex);
    expect(read(hex)).toBe(value);
  });

  it("has no integers beyond 64 bits", () => {
    expect(() => bytesOf((writer) => writer.integer(2n ** 64n))).toThrow(RangeError);
    expect(() => bytesOf((writer) => writer.integer(-(2n ** 63n) - 1n))).toThrow(RangeError);
  });

  it("keeps the bits of every float", () => {
    expect(bytesOf((writer) => writer.float(-0))).toBe("cb8000000000000000");
    expect(Object.is(read("cb8000000000000000"), -0)).toBe(true);
    expect(bytesOf((writer) => writer.float(5e-324))).toBe("cb0000000000000001");
    expect(bytesOf((writer) => writer.float(Number.NaN))).toBe("cb7ff8000000000000");
    expect(bytesOf((writer) => writer.floatBits(0x7ff4dead0000beefn))).toBe("cb7ff4dead0000beef");
    expect(read("cb7ff4dead0000beef")).toEqual({ kind: "nan", bits: 0x7ff4dead0000beefn });
    expect(read("cbfff8000000000000")).toEqual({ kind: "nan", bits: 0xfff8000000000000n });
    expect(read("ca3fc00000")).toBe(1.5);
    expect(read("caffc00001")).toEqual({ kind: "nan", bits: 0xfff8000020000000n });
  });

  it("writes a number of fixed length whatever it is, and writes over it", () => {
    const writer = new MsgpackWriter();
    const place = writer.fixedUint64(0);
    writer.nil();
    writer.patchUint64(place, 2 ** 40 + 7);
    expect(toHex(writer.bytes())).toBe("cf0000010000000007c0");
  });

  it("is read by msgpackr as what it is", () => {
    const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: false, int64AsType: "bigint" });
    fc.assert(
      fc.property(anyPlain(), (value) => {
        const writer = new MsgpackWriter();
        writePlain(writer, value);
        expect(withoutBuffers(unpackr.unpack(writer.bytes()))).toEqual(asMsgpackr(value));
      }),
    );
  });

  it("reads back what it wrote", () => {
    fc.assert(
      fc.property(anyPlain(), (value) => {
        const writer = new MsgpackWriter();
        writePlain(writer, value);
        const reader = new MsgpackReader(writer.bytes(), "test");
        expect(plainOf(reader.read())).toEqual(value);
        expect(reader.position).toBe(writer.length);
      }),
    );
  });
});

describe("hostile MessagePack", () => {
  it("says where the bytes end, wherever they are cut", () => {
    const writer = new MsgpackWriter();
    writePlain(writer, { list: [1n, "text", 2.5, new Uint8Array(300), { deep: [null, true, -70_000n] }] });
    const whole = writer.bytes();
    for (let length = 0; length < whole.length; length++)
      expect(() => new MsgpackReader(whole.subarray(0, length), "cut").read()).toThrow(
        /^cut.*needs \d+ bytes at byte \d+/,
      );
  });

  it.each([
    ["an array of 4 billion items", "ddffffffff"],
    ["a map of 4 billion pairs", "dfffffffff"],
    ["text of 4 billion bytes", "dbffffffff"],
    ["bytes of 4 billion", "c6ffffffff"],
    ["an extension of 4 billion", "c9ffffffff01"],
  ])("refuses %s that are not there", (_, hex) => {
    expect(() => read(hex)).toThrow(/needs \d+ bytes/);
  });

  it.each([
    ["a byte that begins nothing", "c1", /0xc1 begins no MessagePack object/],
    ["text that is not UTF-8", "a2c328", /not UTF-8/],
    ["a lone surrogate as UTF-8", "a3eda080", /not UTF-8/],
    ["a key that is a number", "810102", /key is not text/],
    ["one key twice", "82a16101a16102", /the key "a" twice/],
  ])("refuses %s", (_, hex, message) => {
    expect(() => read(hex)).toThrow(message);
  });

  it("refuses deep nesting without recursing into it", () => {
    expect(() => read("91".repeat(100_000))).toThrow(/nesting: 65 is over the limit of 64/);
  });

  it("keeps a byte order mark that text begins with", () => {
    expect(read(`a4efbbbf61`)).toBe("\ufeffa");
  });
});

type Plain =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | readonly Plain[]
  | { readonly [key: string]: Plain };

function anyPlain(): fc.Arbitrary<Plain> {
  return fc.letrec<{ value: Plain }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
      fc.double(),
      fc.string({ unit: "binary" }),
      fc.uint8Array({ maxLength: 400 }),
      fc.array(tie("value"), { maxLength: 40 }),
      fc.dictionary(fc.string(), tie("value"), { maxKeys: 20, noNullPrototype: true }),
    ),
  })).value;
}

function writePlain(writer: MsgpackWriter, value: Plain): void {
  if (value === null) writer.nil();
  else if (typeof value === "boolean") writer.boolean(value);
  else if (typeof value === "bigint") writer.integer(value);
  else if (typeof value === "number") writer.float(value);
  else if (typeof value === "string") writer.text(value);
  else if (value instanceof Uint8Array) writer.bin(value);
  else if (Array.isArray(value)) {
    writer.array(value.length);
    for (const item of value as readonly Plain[]) writePlain(writer, item);
  } else {
    const entries = Object.entries(value);
    writer.map(entries.length);
    for (const [key, item] of entries) {
      writer.text(key);
      writePlain(writer, item);
    }
  }
}

function plainOf(object: Msgpack): Plain {
  if (typeof object !== "object" || object === null) return object;
  if (object.kind === "bin") return Uint8Array.from(object.bytes);
  if (object.kind === "array") return object.items.map(plainOf);
  if (object.kind === "map") return Object.fromEntries([...object.entries].map(([key, item]) => [key, plainOf(item)]));
  throw new Error(`unexpected ${object.kind}`);
}

/** As msgpackr gives it: small integers are numbers, maps are Maps. */
function asMsgpackr(value: Plain): unknown {
  if (typeof value === "bigint") return value >= -(2n ** 31n) && value < 2n ** 32n ? Number(value) : value;
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return (value as readonly Plain[]).map(asMsgpackr);
  if (typeof value === "object" && value !== null)
    return new Map(Object.entries(value).map(([key, item]) => [key, asMsgpackr(item)]));
  return value;
}

/** msgpackr gives bytes as Buffer, but for empty ones. */
function withoutBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(withoutBuffers);
  return value instanceof Map ? new Map([...value].map(([key, item]) => [key, withoutBuffers(item)])) : value;
}

describe("a hostile MessagePack object", () => {
  it.each([
    ["empty lists", 0x90, 4_900_000],
    ["empty maps", 0x80, 2_700_000],
  ])(
    "of more %s than there is memory for, which takes a few bytes in a compressed file, is refused",
    (_, byte, count) => {
      const bytes = new Uint8Array(5 + count).fill(byte);
      bytes[0] = 0xdd;
      new DataView(bytes.buffer).setUint32(1, count);
      expect(() => new MsgpackReader(bytes, "test").read()).toThrow(/test: memory for its values .* is over the limit/);
    },
  );
});
