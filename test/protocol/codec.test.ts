import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeValue, encodeMessage, encodeValue, msgpackCodec } from "../../src/protocol/codec.ts";

const trip = (value: unknown): unknown => decodeValue(encodeValue(value));

describe("message codec", () => {
  it("carries bytes as bytes, in a buffer of their own", () => {
    const backing = new Uint8Array(8192).fill(7);
    const got = trip({ result: backing.subarray(100, 116) }) as { result: Uint8Array };
    expect(got.result.constructor).toBe(Uint8Array);
    expect([...got.result]).toEqual(Array.from({ length: 16 }, () => 7));
    expect(got.result.buffer.byteLength).toBe(16);
  });

  it("carries a node Buffer as Uint8Array", () => {
    const got = trip({ data: Buffer.from([1, 2, 255]) }) as { data: Uint8Array };
    expect(got.data.constructor).toBe(Uint8Array);
    expect([...got.data]).toEqual([1, 2, 255]);
  });

  it("gives each message bytes that later messages do not touch", () => {
    const first = encodeValue({ a: "first" });
    const kept = [...first];
    for (let i = 0; i < 100; i++) encodeValue({ a: `later ${i}`.repeat(20) });
    expect([...first]).toEqual(kept);
  });

  it.each([
    [new Float32Array([1, NaN, -0, 0.5]), "Float32Array"],
    [new Float64Array(2), "Float64Array"],
    [new BigInt64Array(1), "BigInt64Array"],
    [new Uint8ClampedArray(1), "Uint8ClampedArray"],
    [new Int8Array(1), "Int8Array"],
    [new Uint16Array(1), "Uint16Array"],
    [new DataView(new ArrayBuffer(4)), "DataView"],
    [new ArrayBuffer(4), "ArrayBuffer"],
    [new Map(), "Map"],
    [new Set(), "Set"],
  ])("refuses %s by name, wherever it is", (value, name) => {
    expect(() => encodeValue({ params: { deep: [value] } })).toThrow(name);
  });

  it("keeps bigints as bigints whatever their size", () => {
    for (const value of [
      0n,
      5n,
      -1n,
      2n ** 53n + 1n,
      -(2n ** 63n),
      2n ** 64n - 1n,
      2n ** 64n,
      2n ** 200n,
      -(2n ** 131n),
    ])
      expect(trip([value])).toEqual([value]);
  });

  it("keeps every number, the sign of zero included", () => {
    const numbers = [
      0,
      -0,
      1.5,
      -1,
      2 ** 32,
      2 ** 53,
      -(2 ** 53),
      5e-324,
      0.1,
      Infinity,
      -Infinity,
      NaN,
      2 ** 31,
      -129,
    ];
    const got = trip({ numbers }) as { numbers: number[] };
    expect(got.numbers.map((n) => (Object.is(n, -0) ? "-0" : String(n)))).toEqual(
      numbers.map((n) => (Object.is(n, -0) ? "-0" : String(n))),
    );
    expect(Object.is((trip({ at: { zero: -0 } }) as { at: { zero: number } }).at.zero, -0)).toBe(true);
  });

  it("leaves undefined properties out, and keeps undefined inside an array", () => {
    const got = trip({ a: undefined, b: [undefined, 1, null], c: null }) as Record<string, unknown>;
    expect(Object.keys(got)).toEqual(["b", "c"]);
    expect(got["b"]).toEqual([undefined, 1, null]);
    expect(got["c"]).toBe(null);
  });

  it("sends class instances as JSON would: their own properties, or toJSON", () => {
    class Point {
      x = 1;
      shown = undefined;
      move(): void {}
    }
    const time = new Date(0);
    expect(trip({ point: new Point(), time })).toEqual({ point: { x: 1 }, time: "1970-01-01T00:00:00.000Z" });
  });

  it("does not alter what it is given", () => {
    const value = Object.freeze({ a: undefined, zero: Object.freeze([-0]) });
    encodeValue(value);
    expect(Object.keys(value)).toEqual(["a", "zero"]);
    expect(Object.is(value.zero[0], -0)).toBe(true);
  });

  it("refuses a cycle and __proto__ instead of hanging or losing them", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(() => encodeValue(loop)).toThrow(/nests deeper/);
    expect(() => encodeValue(JSON.parse('{"__proto__": 1}'))).toThrow(/__proto__/);
  });

  it("holds objects of more than 65,535 properties", () => {
    const big = Object.fromEntries(Array.from({ length: 70_000 }, (_, i) => [`k${i}`, i]));
    expect(trip(big)).toEqual(big);
  });

  it("answers with an error when a result cannot be sent, and refuses a request that cannot", async () => {
    const response = decodeValue(encodeMessage({ jsonrpc: "2.0", id: 4, result: new Float32Array(1) }));
    expect(response).toMatchObject({ jsonrpc: "2.0", id: 4, error: { code: -32603 } });
    expect((response as { error: { message: string } }).error.message).toContain("Float32Array");
    const request = { jsonrpc: "2.0", id: 4, method: "m", params: [new Map()] };
    await expect(msgpackCodec.encode(request)).rejects.toThrow("Map");
  });

  it("rejects bytes that are not a message", async () => {
    await expect(msgpackCodec.decode(new Uint8Array([0xc1]))).rejects.toThrow("no message");
    await expect(msgpackCodec.decode(new Uint8Array([0x05]))).rejects.toThrow("no message");
    await expect(msgpackCodec.decode(new Uint8Array([0x92, 0x01]))).rejects.toThrow(/end/);
  });

  it("returns any JSON value unchanged", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        fc.pre(!JSON.stringify(value).includes('"__proto__"'));
        expect(trip(value)).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it("returns any double and any bigint unchanged", () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.array(fc.bigInt()), (doubles, bigints) => {
        const got = trip({ doubles, bigints }) as { doubles: number[]; bigints: bigint[] };
        expect(got.bigints).toEqual(bigints);
        expect(got.doubles.length).toBe(doubles.length);
        got.doubles.forEach((value, i) => expect(Object.is(value, doubles[i])).toBe(true));
      }),
    );
  });
});
