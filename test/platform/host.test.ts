import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ByteSource, fromBytes } from "../../src/core/bytes/source.ts";
import { changedWhileOpen } from "../../src/core/errors.ts";
import { createWork, quietWork } from "../../src/core/work.ts";
import { nodeCrc32, tableCrc32 } from "../../src/platform/node/crc32.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { concat, isSame } from "../support/bytes-builder.ts";

const host = nodeHost();
const KINDS = ["zlib", "gzip", "raw"] as const;
const UNLIMITED = 2 ** 31;
/** Half noise, half runs: both stored and matched blocks. */
const sample = Uint8Array.from({ length: 300_000 }, (_, i) =>
  i % 1000 < 500 ? i & 3 : (i * i * 2_654_435_761) >>> 24,
);

const pack = (kind: (typeof KINDS)[number], bytes: Uint8Array): Uint8Array => {
  const packed = { zlib: zlib.deflateSync, gzip: zlib.gzipSync, raw: zlib.deflateRawSync }[kind](bytes);
  return new Uint8Array(packed);
};
const commonPrefix = (a: Uint8Array, b: Uint8Array): number => {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
};

describe("digests", () => {
  it("sha256 over pieces is sha256 of the whole", () => {
    const hasher = host.sha256();
    hasher.update(sample.subarray(0, 7));
    hasher.update(sample.subarray(7));
    expect(hasher.hex()).toBe(createHash("sha256").update(sample).digest("hex"));
  });

  it("crc32 is the standard one, with and without Node's own", () => {
    const check = new TextEncoder().encode("123456789");
    for (const crc32 of [nodeCrc32(), tableCrc32, nodeCrc32(undefined)]) expect(crc32(check)).toBe(0xcbf43926);
  });

  it("crc32 continues from a seed, and both ways agree", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        const parts = [bytes.subarray(0, cut), bytes.subarray(cut)];
        const whole = host.crc32(bytes);
        for (const crc32 of [nodeCrc32(), tableCrc32]) {
          expect(crc32(bytes)).toBe(whole);
          expect(parts.reduce((crc, part) => crc32(part, crc), 0)).toBe(whole);
        }
      }),
    );
  });
});

describe.each(KINDS)("inflating %s", (kind) => {
  const packed = pack(kind, sample);

  it("gives the bytes and says how many it took", async () => {
    const trailing = kind === "gzip" ? [0, 0, 0] : [1, 2, 3];
    const result = await host.inflate(
      kind,
      fromBytes(Uint8Array.from([...packed, ...trailing])),
      UNLIMITED,
      quietWork(),
    );
    expect(result.error).toBeUndefined();
    expect(isSame(result.bytes, sample)).toBe(true);
    expect(result.consumed).toBe(packed.length);
  });

  it("gives what is there of a stream that is cut anywhere", async () => {
    for (let cut = 0; cut < packed.length; cut += 19_997) {
      const { bytes, error } = await host.inflate(kind, fromBytes(packed.subarray(0, cut)), UNLIMITED, quietWork());
      expect(error, `cut at ${cut}`).toMatchObject({ code: "truncated" });
      expect(commonPrefix(bytes, sample)).toBe(bytes.length);
    }
    const almost = await host.inflate(kind, fromBytes(packed.subarray(0, -1)), UNLIMITED, quietWork());
    expect(almost.bytes.length).toBeGreaterThan(sample.length - 300);
  });

  it("gives every byte before the damage", async () => {
    // A stored block, so that the place of the damage is known exactly: its length field contradicts itself.
    const options = { level: 0 };
    const stored = { zlib: zlib.deflateSync, gzip: zlib.gzipSync, raw: zlib.deflateRawSync }[kind](sample, options);
    const damaged = new Uint8Array(stored);
    const header = { zlib: 2, gzip: 10, raw: 0 }[kind];
    const length = new DataView(damaged.buffer).getUint16(header + 1, true);
    damaged[header + 5 + length + 3] = 0x77;
    const { bytes, error } = await host.inflate(kind, fromBytes(damaged), UNLIMITED, quietWork());
    expect(error).toMatchObject({
      code: "corrupt",
      message: expect.stringContaining(`after ${length} inflated bytes`),
    });
    expect(isSame(bytes, sample.subarray(0, length))).toBe(true);
  });

  it("stops at the limit, and a stream of exactly the limit is whole", async () => {
    const over = await host.inflate(kind, fromBytes(packed), 1000, quietWork());
    expect(isSame(over.bytes, sample.subarray(0, 1000))).toBe(true);
    expect(over.error).toMatchObject({ code: "limit" });
    expect((await host.inflate(kind, fromBytes(packed), sample.length, quietWork())).error).toBeUndefined();
  });

  it("walks a stream in pieces, and reads no more of it than is asked for", async () => {
    let read = 0;
    const inner = fromBytes(packed);
    const counted: ByteSource = {
      ...inner,
      read: (start, end) => {
        read = Math.max(read, end);
        return inner.read(start, end);
      },
    };
    let total = 0;
    for await (const piece of host.inflateChunks(kind, counted, quietWork())) {
      total += piece.length;
      if (total > 10_000) break;
    }
    expect(read).toBeLessThan(packed.length);
    const pieces: Uint8Array[] = [];
    for await (const piece of host.inflateChunks(kind, inner, quietWork())) pieces.push(piece);
    expect(isSame(concat(...pieces), sample)).toBe(true);
  });

  it("throws after the last right piece", async () => {
    let total = 0;
    const walk = async (): Promise<void> => {
      for await (const piece of host.inflateChunks(kind, fromBytes(packed.subarray(0, 100_000)), quietWork())) {
        expect(isSame(piece, sample.subarray(total, total + piece.length))).toBe(true);
        total += piece.length;
      }
    };
    await expect(walk()).rejects.toMatchObject({ code: "truncated" });
    expect(total).toBeGreaterThan(90_000);
  });

  it("stops when cancelled", async () => {
    const abort = new AbortController();
    const inner = fromBytes(packed);
    const source: ByteSource = {
      ...inner,
      read: (start, end) => {
        if (start > 0) abort.abort();
        return inner.read(start, end);
      },
    };
    await expect(host.inflate(kind, source, UNLIMITED, createWork({ signal: abort.signal }))).rejects.toMatchObject({
      code: "cancelled",
    });
  });

  it("deflates so that zlib reads it back, whatever the pieces, the same every time", async () => {
    async function* inPieces(size: number): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < sample.length; at += size) yield sample.subarray(at, at + size);
    }
    const whole = await host.deflate(kind, sample, 6);
    for (const size of [1_000, 70_001]) {
      const parts: Uint8Array[] = [];
      for await (const part of host.deflateChunks(kind, inPieces(size), 6)) parts.push(part);
      expect(isSame(concat(...parts), whole), `pieces of ${size}`).toBe(true);
    }
    expect(isSame((await host.inflate(kind, fromBytes(whole), UNLIMITED, quietWork())).bytes, sample)).toBe(true);
  });
});

describe("gzip", () => {
  it("reads members that follow one another, as Python does", async () => {
    const two = Uint8Array.from([...pack("gzip", sample.subarray(0, 5)), ...pack("gzip", sample.subarray(5, 9))]);
    const { bytes, error } = await host.inflate("gzip", fromBytes(two), UNLIMITED, quietWork());
    expect(error).toBeUndefined();
    expect(isSame(bytes, sample.subarray(0, 9))).toBe(true);
  });

  it("ends before bytes that are no member", async () => {
    const packed = pack("gzip", sample);
    const file = Uint8Array.from([...packed, ...new TextEncoder().encode("something else")]);
    const { bytes, consumed, error } = await host.inflate("gzip", fromBytes(file), UNLIMITED, quietWork());
    expect(error).toBeUndefined();
    expect(isSame(bytes, sample)).toBe(true);
    expect(consumed).toBe(packed.length);
  });

  it("writes no time and no machine", async () => {
    const packed = await host.deflate("gzip", sample, 6);
    expect([...packed.subarray(4, 8), packed[9]]).toEqual([0, 0, 0, 0, 255]);
  });
});

describe("hostile streams", () => {
  it("holds a bomb to the limit", async () => {
    const bomb = new Uint8Array(zlib.deflateSync(Buffer.alloc(256 * 1024 * 1024)));
    const { bytes, error } = await host.inflate("zlib", fromBytes(bomb), 1_000_000, quietWork());
    expect(bytes.length).toBe(1_000_000);
    expect(error).toMatchObject({ code: "limit" });
  });

  it("never throws for bytes that are no stream", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.constantFrom(...KINDS), async (bytes, kind) => {
        const result = await host.inflate(kind, fromBytes(bytes), 10_000, quietWork());
        expect(result.bytes.length).toBeLessThanOrEqual(10_000);
      }),
      { numRuns: 300 },
    );
  });

  it("passes on that the file changed, instead of calling it the end", async () => {
    const changed = changedWhileOpen("model.bin");
    const source: ByteSource = { size: 100, name: "x", read: () => Promise.reject(changed) };
    await expect(host.inflate("zlib", source, 100, quietWork())).rejects.toBe(changed);
  });
});
