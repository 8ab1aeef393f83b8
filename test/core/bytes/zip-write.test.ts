import { describe, expect, it } from "vitest";
import type { ByteSink } from "../../../src/core/bytes/sink.ts";
import { type ByteSource, fromBytes } from "../../../src/core/bytes/source.ts";
import { openZip, type ZipDirectory } from "../../../src/core/bytes/zip.ts";
import { writeZip, type ZipItem } from "../../../src/core/bytes/zip-write.ts";
import type { Host } from "../../../src/core/host.ts";
import { createWork, quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { isSame, noise } from "../../support/bytes-builder.ts";
import { MemorySink } from "../../support/memory-sink.ts";

const host = nodeHost();
const item = (name: string, bytes: Uint8Array, options: Partial<ZipItem> = {}): ZipItem => ({
  name,
  size: bytes.length,
  async *content() {
    for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
  },
  ...options,
});
const write = async (items: readonly ZipItem[]): Promise<Uint8Array> => {
  const sink = new MemorySink();
  await writeZip(sink, items, host, quietWork());
  return sink.bytes();
};
const open = (bytes: Uint8Array): Promise<ZipDirectory> => openZip(fromBytes(bytes, "a.zip", 0), host, quietWork());

describe("writing a zip archive", () => {
  const items = [
    item("a.npy", noise(5_000), { alignment: 64 }),
    item("größe.npy", noise(70_001), { alignment: 64 }),
    item("b.npy", noise(9_000), { level: 6 }),
    item("empty", new Uint8Array(0), { alignment: 64 }),
  ];

  it("is read back whole, without a finding", async () => {
    const zip = await open(await write(items));
    expect(zip.findings).toEqual([]);
    expect(zip.members.map(({ name }) => name)).toEqual(["a.npy", "größe.npy", "b.npy", "empty"]);
    for (const [index, member] of zip.members.entries()) {
      const content = await zip.open(member);
      expect(content.findings).toEqual([]);
      expect(await content.verify(quietWork())).toBeUndefined();
      expect(content.size).toBe(items[index]?.size);
    }
  });

  it("puts stored content where it can be memory-mapped", async () => {
    const zip = await open(await write(items));
    for (const index of [0, 1, 3]) {
      const content = await zip.open(zip.members[index] as ZipDirectory["members"][number]);
      expect((content.origin ?? 1) % 64).toBe(0);
    }
  });

  it("gives the same bytes whenever it is asked", async () => {
    const first = await write(items);
    expect(isSame(await write(items), first)).toBe(true);
  });

  it("can still be listed when it is cut", async () => {
    const bytes = await write(items);
    const zip = await open(bytes.subarray(0, bytes.length - 100));
    expect(zip.members.map(({ name }) => name)).toEqual(["a.npy", "größe.npy", "b.npy", "empty"]);
  });

  it("refuses two members of one name, and content of another size than was said", async () => {
    await expect(write([item("x", noise(1)), item("x", noise(1))])).rejects.toMatchObject({ code: "refused" });
    await expect(write([item("x", noise(10), { size: 11 })])).rejects.toMatchObject({ code: "corrupt" });
    await expect(write([item("x", noise(10), { size: 11, level: 1 })])).rejects.toMatchObject({ code: "corrupt" });
  });

  it("refuses content that changes between its checksum and its bytes", async () => {
    let seed = 0;
    const fickle: ZipItem = {
      name: "x",
      size: 10,
      async *content() {
        seed += 1;
        yield noise(10, seed);
      },
    };
    await expect(write([fickle])).rejects.toMatchObject({ code: "changed" });
  });

  it("stops when cancelled", async () => {
    const abort = new AbortController();
    const sink = new MemorySink();
    const work = createWork({ signal: abort.signal, onProgress: () => abort.abort() });
    await expect(writeZip(sink, items, host, work)).rejects.toMatchObject({ code: "cancelled" });
  });

  it("uses zip64 where sizes and offsets need it", async () => {
    // Five sparse gigabytes: what is written is kept only where it is not content, and checksums are not computed.
    const size = 5 * 1024 ** 3;
    const zeros = new Uint8Array(64 * 1024 * 1024);
    const { sink, source } = sparseFile();
    const noSums: Host = { ...host, crc32: () => 7 };
    const big: ZipItem = {
      name: "big.npy",
      size,
      alignment: 64,
      async *content() {
        for (let at = 0; at < size; at += zeros.length) yield zeros;
      },
    };
    await writeZip(sink, [big, item("after.npy", noise(100))], noSums, quietWork());
    const zip = await openZip(source(), noSums, quietWork());
    expect(zip.findings).toEqual([]);
    expect(zip.members.map((member) => member.size)).toEqual([size, 100]);
    const [first, second] = await Promise.all(zip.members.map((member) => zip.open(member)));
    expect(first?.findings).toEqual([]);
    expect(isSame((await second?.read(0, 100)) ?? new Uint8Array(0), noise(100))).toBe(true);
  });

  it("uses zip64 for more members than sixteen bits count", async () => {
    const many = Array.from({ length: 65_600 }, (_, i) => item(`${i}`, new Uint8Array(0)));
    const parts: Uint8Array[] = [];
    let position = 0;
    const sink: ByteSink = {
      get position() {
        return position;
      },
      write(bytes) {
        parts.push(bytes);
        position += bytes.length;
        return Promise.resolve();
      },
    };
    await writeZip(sink, many, host, quietWork());
    const zip = await open(new Uint8Array(Buffer.concat(parts)));
    expect(zip.findings).toEqual([]);
    expect(zip.members).toHaveLength(65_600);
  });
});

/** A file that remembers small writes and takes large ones for zeros. */
function sparseFile(): { sink: ByteSink; source: () => ByteSource } {
  const kept: { at: number; bytes: Uint8Array }[] = [];
  let position = 0;
  const sink: ByteSink = {
    get position() {
      return position;
    },
    write(bytes) {
      if (bytes.length < 1_000_000) kept.push({ at: position, bytes: Uint8Array.from(bytes) });
      position += bytes.length;
      return Promise.resolve();
    },
  };
  const source = (): ByteSource => ({
    size: position,
    name: "sparse.zip",
    origin: 0,
    read(start, end) {
      const out = new Uint8Array(end - start);
      for (const { at, bytes } of kept) {
        const from = Math.max(start, at);
        const to = Math.min(end, at + bytes.length);
        if (from < to) out.set(bytes.subarray(from - at, to - at), from - start);
      }
      return Promise.resolve(out);
    },
  });
  return { sink, source };
}
