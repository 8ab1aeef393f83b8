import { describe, expect, it } from "vitest";
import { unpackNbit } from "../../../../src/core/formats/hdf5/filters/nbit.ts";
import { unpackScaleOffset } from "../../../../src/core/formats/hdf5/filters/scale-offset.ts";
import { unpackSzip } from "../../../../src/core/formats/hdf5/filters/szip.ts";
import { createWork, quietWork } from "../../../../src/core/work.ts";

// That values are right is tested with h5py's files (values.test.ts); here is what no library writes.
const [ATOMIC, ARRAY, COMPOUND] = [1, 2, 3];

function nbit(bytes: Uint8Array, count: number, ...described: readonly number[]): Promise<Uint8Array> {
  const size = count * (described[1] ?? 0);
  return unpackNbit(bytes, [3 + described.length, 0, count, ...described], size, "it", quietWork());
}

/** A chunk of scale-offset: numbers of so many bits above the smallest, whose bits follow. */
function scaled(width: number, minimum: bigint, bytes: readonly number[]): Uint8Array {
  const chunk = new Uint8Array(21 + bytes.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, width, true);
  chunk[4] = 8;
  view.setBigUint64(5, minimum, true);
  chunk.set(bytes, 21);
  return chunk;
}

describe("the n-bit filter", () => {
  it("reads arrays and members, each number from the bits that count", async () => {
    // Twice: 4 bits of one byte, and two big-endian numbers of 12 bits that begin at the third.
    const described = [COMPOUND, 5, 2, 0, ATOMIC, 1, 0, 4, 0, 1, ARRAY, 4, ATOMIC, 2, 1, 12, 2];
    const bytes = Uint8Array.of(0xa1, 0x23, 0x45, 0x6b, 0xff, 0xf0, 0x01);
    expect([...(await nbit(bytes, 2, ...described))]).toEqual([
      0x0a, 0x04, 0x8c, 0x11, 0x58, 0x0b, 0x3f, 0xfc, 0x00, 0x04,
    ]);
  });

  it("refuses an element inside of which each member is as long as all of it, before it is gone through", async () => {
    const nested: number[] = [];
    for (let size = 2048; size >= 32; size /= 2) nested.push(ARRAY, size, COMPOUND, 1, 1, 0);
    const outcome = nbit(new Uint8Array(2048), 1, ...nested, ATOMIC, 1, 0, 8, 0);
    await expect(outcome).rejects.toMatchObject({ code: "corrupt" });
  });

  it.each<[string, readonly number[]]>([
    ["members that lie over each other", [COMPOUND, 2, 2, 0, ATOMIC, 2, 0, 16, 0, 0, ATOMIC, 2, 0, 16, 0]],
    ["numbers of no bits", [ATOMIC, 4, 0, 0, 0]],
    ["an array of nothing", [ARRAY, 4, ATOMIC, 0, 0, 0, 0]],
    ["bits beyond its bytes", [ATOMIC, 1, 0, 8, 1]],
    ["settings that are cut", [COMPOUND, 2, 1]],
  ])("refuses %s", async (_what, described) => {
    await expect(nbit(new Uint8Array(64), 1, ...described)).rejects.toMatchObject({ code: "corrupt" });
  });

  it("refuses more numbers in an element than any type has", async () => {
    const outcome = nbit(new Uint8Array(1), 1, ARRAY, 1 << 20, ATOMIC, 1, 0, 8, 0);
    await expect(outcome).rejects.toMatchObject({ code: "limit" });
  });

  it("says that the bits end where they do, not after all elements", async () => {
    const short = nbit(new Uint8Array(8), 40_000_000, ATOMIC, 4, 0, 8, 0);
    await expect(short).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe("the scale-offset filter", () => {
  const settings = (count: number, itemSize: number, sign = 1): readonly number[] => [
    2,
    0,
    count,
    0,
    itemSize,
    sign,
    0,
  ];

  it("repeats the smallest number where no bits tell of others", async () => {
    const out = await unpackScaleOffset(scaled(0, 2n ** 64n - 3n, []), settings(5, 4), 20, "it", quietWork());
    expect([...new Int32Array(out.buffer)]).toEqual([-3, -3, -3, -3, -3]);
  });

  it("reads numbers of 40 bits", async () => {
    const chunk = scaled(40, 2n ** 64n - 1n, [0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff]);
    const out = await unpackScaleOffset(chunk, settings(2, 8), 16, "it", quietWork());
    expect([...new BigInt64Array(out.buffer)]).toEqual([-1n, 2n ** 40n - 2n]);
  });

  it("has a fill value of 64 bits, its lower half first, where all bits of a number are set", async () => {
    const values = [...settings(2, 8), 1, 0x89abcdef, 0x01234567];
    const out = await unpackScaleOffset(scaled(8, 1n, [5, 0xff]), values, 16, "it", quietWork());
    expect([...new BigInt64Array(out.buffer)]).toEqual([6n, 0x0123456789abcdefn]);
  });

  it("refuses a chunk with too few bits before it makes room for its elements", async () => {
    const count = 2 ** 27;
    const outcome = unpackScaleOffset(scaled(3, 0n, [0]), settings(count, 4), count * 4, "it", quietWork());
    await expect(outcome).rejects.toMatchObject({ code: "corrupt" });
  });
});

describe("filters that unpack bits", () => {
  it("can be cancelled, however much becomes of few bytes", async () => {
    const count = 4_000_000;
    const cancelled = (unpack: (work: ReturnType<typeof createWork>) => Promise<Uint8Array>): Promise<unknown> => {
      const controller = new AbortController();
      const work = createWork({ signal: controller.signal });
      setImmediate(() => controller.abort());
      return unpack(work).catch((reason: unknown) => (reason as { code?: unknown }).code);
    };
    const bytes = new Uint8Array(count);
    const chunk = scaled(8, 0n, []);
    const packed = new Uint8Array(21 + count);
    packed.set(chunk);
    const zeros = new Uint8Array(count);
    new DataView(zeros.buffer).setUint32(0, count, true);
    // Samples as they are: an identifier of ones before each block of 8.
    zeros.fill(0xff, 4);
    expect([
      await cancelled((work) => unpackNbit(bytes, [8, 0, count, ATOMIC, 4, 0, 8, 0], count * 4, "it", work)),
      await cancelled((work) => unpackScaleOffset(packed, [2, 0, count, 0, 4, 1, 0], count * 4, "it", work)),
      await cancelled((work) => unpackSzip(zeros, [0, 8, 7, 8], count, "it", work)),
    ]).toEqual(["cancelled", "cancelled", "cancelled"]);
  });
});
