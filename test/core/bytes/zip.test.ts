import * as zlib from "node:zlib";
import { describe, expect, it } from "vitest";
import { fromBytes, type ByteSource } from "../../../src/core/bytes/source.ts";
import { openZip, type ZipDirectory, type ZipMember } from "../../../src/core/bytes/zip.ts";
import { LIMITS } from "../../../src/core/limits.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { BytesBuilder, concat, isSame, noise } from "../../support/bytes-builder.ts";
import { countingSource } from "../../support/counting-source.ts";
import { type ForgedMember, forgeZip } from "../../support/zip-builder.ts";

const host = nodeHost();
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const open = (bytes: Uint8Array): Promise<ZipDirectory> => openZip(fromBytes(bytes, "a.zip", 0), host, quietWork());
const named = (zip: ZipDirectory, name: string): ZipMember => {
  const member = zip.members.find((candidate) => candidate.name === name);
  if (member === undefined) throw new Error(`no member ${name}`);
  return member;
};
const contentOf = async (zip: ZipDirectory, name: string): Promise<Uint8Array> => {
  const content = await zip.open(named(zip, name));
  return content.read(0, content.size);
};
const rules = (zip: { readonly findings: ZipDirectory["findings"] }): string[] => zip.findings.map(({ rule }) => rule);

describe("reading a zip archive", () => {
  const plain: ForgedMember[] = [
    { name: "stored.bin", content: noise(5_000) },
    { name: "folder/deflated.bin", content: noise(70_000), method: 8 },
    { name: "empty", content: new Uint8Array(0) },
    { name: "folder/", content: new Uint8Array(0) },
  ];

  it("lists members and reads each of them", async () => {
    const zip = await open(forgeZip(plain));
    expect(zip.findings).toEqual([]);
    expect(zip.complete).toBe(true);
    expect(zip.members.map(({ name, size, isFolder }) => [name, size, isFolder])).toEqual([
      ["stored.bin", 5_000, false],
      ["folder/deflated.bin", 70_000, false],
      ["empty", 0, false],
      ["folder/", 0, true],
    ]);
    for (const { name, content } of plain)
      expect(isSame(await contentOf(zip, name), content), `content of ${name}`).toBe(true);
  });

  it("leaves stored members where they are in the file", async () => {
    const bytes = forgeZip(plain, { prefix: text("#!/bin/sh prefix") });
    const zip = await open(bytes);
    const content = await zip.open(named(zip, "stored.bin"));
    const at = content.origin ?? -1;
    expect(isSame(bytes.subarray(at, at + 5_000), noise(5_000))).toBe(true);
    expect((await zip.open(named(zip, "folder/deflated.bin"))).origin).toBeUndefined();
  });

  it("opens at the cost of the directory, and a window at the cost of the window", async () => {
    const bytes = forgeZip([
      { name: "big", content: noise(3_000_000) },
      { name: "small", content: noise(10) },
    ]);
    const source = countingSource(fromBytes(bytes, "a.zip"));
    const zip = await openZip(source, host, quietWork());
    const content = await zip.open(named(zip, "big"));
    expect(isSame(await content.read(2_000_000, 2_000_100), noise(3_000_000).subarray(2_000_000, 2_000_100))).toBe(
      true,
    );
    expect(source.bytesRead).toBeLessThan(LIMITS.probeTailBytes + 1_000);
  });

  it("reads the head of a deflated member without inflating all of it", async () => {
    const source = countingSource(
      fromBytes(forgeZip([{ name: "big", content: noise(3_000_000), method: 8 }]), "a.zip"),
    );
    const zip = await openZip(source, host, quietWork());
    source.reset();
    const content = await zip.open(named(zip, "big"));
    expect(isSame(await content.read(0, 128), noise(128))).toBe(true);
    expect(source.bytesRead).toBeLessThan(10_000);
  });

  it.each([
    ["a comment", { comment: "written by hand PK\x05\x06 and more" }],
    ["bytes before it", { prefix: noise(777) }],
  ])("reads an archive with %s", async (_, options) => {
    const zip = await open(forgeZip(plain, options));
    expect(zip.findings).toEqual([]);
    expect(isSame(await contentOf(zip, "folder/deflated.bin"), noise(70_000))).toBe(true);
  });

  it("reports bytes after it", async () => {
    const zip = await open(concat(forgeZip(plain), text("hello")));
    expect(zip.findings).toMatchObject([{ rule: "integrity/trailing-bytes", range: { length: 5 } }]);
    expect(isSame(await contentOf(zip, "stored.bin"), noise(5_000))).toBe(true);
  });

  it("reads names as UTF-8 where the archive says so, else as code page 437", async () => {
    const zip = await open(
      forgeZip([
        { name: "größe", content: text("u"), flags: 0x0800 },
        { name: "é", content: text("c") },
      ]),
    );
    expect(zip.members.map(({ name }) => name)).toEqual(["größe", "├⌐"]);
  });

  it("is empty when the archive is", async () => {
    const zip = await open(forgeZip([]));
    expect(zip.members).toEqual([]);
    expect(zip.complete).toBe(true);
  });
});

describe("a zip archive that lies", () => {
  it("refuses what is no archive, saying what was looked for", async () => {
    for (const bytes of [new Uint8Array(0), text("not a zip at all"), noise(100_000)])
      await expect(open(bytes)).rejects.toMatchObject({
        code: "not-recognised",
        message: expect.stringContaining("no directory"),
      });
  });

  it.each([
    [1, 8, "is encrypted"],
    [0, 9, "compressed with deflate64 (method 9)"],
    [0, 98, "compressed with ppmd (method 98)"],
    [0, 77, "compressed in an unknown way (method 77)"],
  ])("names a member with flags %i and method %i as unsupported", async (flags, method, words) => {
    const zip = await open(
      forgeZip([
        { name: "x", content: noise(9), flags, method },
        { name: "y", content: text("y") },
      ]),
    );
    await expect(zip.open(named(zip, "x"))).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining(words),
    });
    expect(await contentOf(zip, "y")).toEqual(text("y"));
  });

  it("does not read what is encrypted: twelve bytes are before it", async () => {
    const zip = await open(forgeZip([{ name: "x", content: noise(21), flags: 1, says: { size: 9 } }]));
    await expect(zip.open(named(zip, "x"))).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("is encrypted"),
    });
  });

  it("reads what is only said to be encrypted, and says so", async () => {
    const zip = await open(forgeZip([{ name: "x", content: text("payload"), flags: 1 }]));
    const { findings } = await zip.open(named(zip, "x"));
    expect(await contentOf(zip, "x")).toEqual(text("payload"));
    expect(findings.map(({ message }) => message)).toEqual([expect.stringContaining("it is encrypted, and it is not")]);
  });

  it("still reads members whose flags only pretend to something else", async () => {
    const zip = await open(forgeZip([{ name: "x", content: text("payload"), flags: 0x20 | 0x40 }]));
    expect(await contentOf(zip, "x")).toEqual(text("payload"));
  });

  it.each([
    ["../../etc/passwd", "climbs out"],
    ["a/../../b", "climbs out"],
    ["/etc/passwd", "absolute"],
    ["C:\\windows\\system.ini", "drive"],
    ["..\\..\\x", "climbs out"],
    ["\\\\server\\share", "absolute"],
    ["a\\b", "backslashes"],
    ["name.npy\0.exe", "zero byte"],
  ])("warns of the name %j and reads the member all the same", async (name, words) => {
    const zip = await open(forgeZip([{ name, content: text("x"), flags: 0x0800 }]));
    expect(zip.findings).toMatchObject([{ rule: "integrity/corrupt", message: expect.stringContaining(words) }]);
    expect(await contentOf(zip, name)).toEqual(text("x"));
  });

  it("does not warn of dots that are no parents", async () => {
    const zip = await open(
      forgeZip(["..x", "a..b/c", "...", "layer.0..weight"].map((name) => ({ name, content: text("x") }))),
    );
    expect(zip.findings).toEqual([]);
  });

  it("lists a name that occurs twice twice, with a finding", async () => {
    const zip = await open(
      forgeZip([
        { name: "x", content: text("first") },
        { name: "x", content: text("second") },
      ]),
    );
    expect(rules(zip)).toEqual(["integrity/duplicate-name"]);
    expect(zip.members).toHaveLength(2);
    const last = await zip.open(zip.members[1] as ZipMember);
    expect(await last.read(0, last.size)).toEqual(text("second"));
  });

  it("does not read members that overlap, the way of an archive that inflates without bound", async () => {
    const kernel = new Uint8Array(zlib.deflateRawSync(new Uint8Array(1_000_000)));
    const members = ["a", "b", "c"].map((name) => ({
      name,
      content: text(name),
      says: { compressedSize: kernel.length, size: 1_000_000 },
    }));
    const zip = await open(forgeZip(members));
    expect(rules(zip)).toContain("integrity/corrupt");
    await expect(zip.open(named(zip, "a"))).rejects.toMatchObject({
      code: "corrupt",
      message: expect.stringContaining("another member"),
    });
  });

  it("caps what it says about an archive of nothing but such members", async () => {
    const members = Array.from({ length: 500 }, (_, i) => ({ name: `../${i}`, content: text("x") }));
    const zip = await open(forgeZip(members));
    expect(zip.findings).toHaveLength(LIMITS.findingsPerRule);
    expect(zip.findings.at(-1)?.message).toBe("401 more findings of this kind.");
  });

  it("reads members that begin outside of the file as an error of their own", async () => {
    const zip = await open(
      forgeZip([
        { name: "x", content: text("x"), says: { offset: 4_000_000 } },
        { name: "y", content: text("y") },
      ]),
    );
    await expect(zip.open(named(zip, "x"))).rejects.toMatchObject({ code: "corrupt" });
    expect(await contentOf(zip, "y")).toEqual(text("y"));
  });

  it("says so when the member's own header has another name", async () => {
    const zip = await open(forgeZip([{ name: "weights.npy", localName: "payload.pkl", content: text("x") }]));
    const { findings } = await zip.open(named(zip, "weights.npy"));
    expect(findings).toMatchObject([{ rule: "integrity/corrupt", message: expect.stringContaining('"payload.pkl"') }]);
  });

  it("finds content that does not fit its checksum, when verified and when read through in pieces", async () => {
    for (const method of [0, 8]) {
      const zip = await open(forgeZip([{ name: "x", content: noise(10_000), method, says: { crc32: 0x1234 } }]));
      const content = await zip.open(named(zip, "x"));
      await content.read(0, 100);
      await content.read(5_000, 6_000);
      await content.read(80, 6_000);
      await expect(content.read(6_000, 10_000)).rejects.toMatchObject({
        code: "corrupt",
        message: expect.stringContaining("CRC-32"),
      });
      expect(await content.verify(quietWork())).toMatchObject({
        rule: "integrity/corrupt",
        evidence: { expected: "0x00001234" },
      });
      // It is known now: what can be shown is shown.
      expect((await content.read(0, 10_000)).length).toBe(10_000);
    }
  });

  it("verifies content that fits", async () => {
    const zip = await open(forgeZip([{ name: "x", content: noise(10_000), method: 8 }]));
    expect(await (await zip.open(named(zip, "x"))).verify(quietWork())).toBeUndefined();
  });

  it("does not trust a size that no deflate stream can reach", async () => {
    const zip = await open(forgeZip([{ name: "x", content: noise(100), method: 8, says: { size: 4_000_000_000 } }]));
    const content = await zip.open(named(zip, "x"));
    expect(content.size).toBeLessThan(200 * 1032);
    expect(content.findings).toMatchObject([{ message: expect.stringContaining("cannot inflate to 4000000000") }]);
    expect(isSame(await content.read(0, 50), noise(50))).toBe(true);
    await expect(content.read(50, content.size)).rejects.toMatchObject({
      code: "truncated",
      message: expect.stringContaining("inflates to 100"),
    });
  });

  it("gives no more than the size it says, whatever the stream inflates to", async () => {
    const zip = await open(
      forgeZip([{ name: "x", content: new Uint8Array(50_000_000), method: 8, says: { size: 1_000 } }]),
    );
    const content = await zip.open(named(zip, "x"));
    expect(content.size).toBe(1_000);
    expect(await content.verify(quietWork())).toMatchObject({ rule: "integrity/corrupt" });
  });

  it("walks a member that is larger than what may be kept, in bounded memory", async () => {
    const size = LIMITS.inflatedMemberBytes + 5_000_000;
    const content = Buffer.alloc(size);
    for (let at = 0; at < size; at += 4_096) content.writeUInt32LE(at, at);
    const zip = await open(forgeZip([{ name: "x", content, method: 8 }]));
    const member = await zip.open(named(zip, "x"));
    for (const at of [30_000_000, 36_000_000, 4_096, 38_000_000, 0]) {
      const row = Math.floor(at / 4_096) * 4_096;
      expect(Buffer.from(await member.read(row, row + 4)).readUInt32LE(0), `at ${at}`).toBe(row);
    }
    expect(await member.verify(quietWork())).toBeUndefined();
  });

  it("gives what is there of a member whose stream is damaged", async () => {
    const bytes = forgeZip([{ name: "x", content: noise(70_000), method: 8 }]);
    bytes.fill(0xff, 40_000, 40_050);
    const zip = await open(bytes);
    const content = await zip.open(named(zip, "x"));
    expect(isSame(await content.read(10_000, 20_000), noise(70_000).subarray(10_000, 20_000))).toBe(true);
    expect(await content.verify(quietWork())).toMatchObject({ severity: "error" });
  });
});

describe("a zip archive that is cut", () => {
  const members: ForgedMember[] = [
    { name: "a.npy", content: noise(400) },
    { name: "b.npy", content: noise(600), method: 8 },
    { name: "c.npy", content: noise(300) },
  ];
  const whole = forgeZip(members);

  it("shows the members that are there, cut at any byte", async () => {
    await expect(open(whole.subarray(0, 3))).rejects.toMatchObject({ code: "not-recognised" });
    await expect(open(whole.subarray(0, 34))).rejects.toMatchObject({ code: "truncated", place: { offset: 34 } });
    for (let length = 35; length < whole.length; length += 7) {
      const zip = await open(whole.subarray(0, length));
      expect(zip.complete, `cut at ${length}`).toBe(false);
      expect(rules(zip), `cut at ${length}`).toContain("integrity/truncated");
      const wholeMembers = [35 + 400, 35 + 400 + 35 + 605].filter((end) => end <= length).length;
      for (const index of [0, 1].slice(0, wholeMembers)) {
        const { name, content } = members[index] as ForgedMember;
        expect(isSame(await contentOf(zip, name), content), `${name}, cut at ${length}`).toBe(true);
      }
    }
  });

  it("gives the stored bytes before the cut, and says how many are missing", async () => {
    const zip = await open(whole.subarray(0, 30 + 5 + 123));
    const content = await zip.open(named(zip, "a.npy"));
    expect(isSame(await content.read(0, content.size), noise(123))).toBe(true);
    expect(content.findings).toMatchObject([
      { rule: "integrity/truncated", evidence: { found: "123", needed: "400" } },
    ]);
  });

  it("finds members whose sizes stand after them", async () => {
    const packed = zlib.deflateRawSync(noise(600));
    const streamed = new BytesBuilder()
      .text("PK\x03\x04")
      .u16(20)
      .u16(8)
      .u16(8)
      .u32(0)
      .u32(0)
      .u32(0)
      .u32(0)
      .u16(1)
      .u16(0)
      .text("d")
      .raw(packed);
    streamed
      .text("PK\x07\x08")
      .u32(zlib.crc32(noise(600)))
      .u32(packed.length)
      .u32(600);
    const zip = await open(concat(streamed.bytes(), whole.subarray(0, 500)));
    expect(zip.members.map(({ name }) => name)).toEqual(["d", "a.npy", "b.npy"]);
    expect(isSame(await contentOf(zip, "d"), noise(600))).toBe(true);
  });

  it("keeps the entries before the damage of a directory", async () => {
    const bytes = whole.slice();
    const second = Buffer.from(bytes).indexOf("PK\x01\x02", Buffer.from(bytes).indexOf("PK\x01\x02") + 4);
    bytes[second] = 0;
    const zip = await open(bytes);
    expect(zip.complete).toBe(false);
    expect(zip.members.map(({ name }) => name)).toEqual(["a.npy"]);
    expect(zip.findings).toMatchObject([
      { rule: "integrity/corrupt", message: expect.stringContaining("after 1 members") },
    ]);
  });

  it("passes on that the file changed", async () => {
    const inner = fromBytes(whole, "a.zip");
    const source: ByteSource = {
      ...inner,
      read: () => Promise.reject(Object.assign(new Error("x"), { code: "changed" })),
    };
    await expect(openZip(source, host, quietWork())).rejects.toThrow("x");
  });
});
