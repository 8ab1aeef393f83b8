import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromBytes, readInto, slice } from "../../src/core/bytes/source.ts";
import { openFile } from "../../src/platform/node/file.ts";

const content = new Uint8Array(1_500_000).map((_, at) => (at * 31) >> 3);

/** Comparing large arrays element by element takes the test longer than reading them. */
function isSame(found: Uint8Array, wanted: Uint8Array): boolean {
  return Buffer.compare(found, wanted) === 0;
}

describe("reading into the caller's memory", () => {
  let folder = "";
  let file = "";
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "model-loupe-"));
    file = path.join(folder, "bytes.bin");
    writeFileSync(file, content);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([0, 1, 65_536, 262_144, 262_145, 1_400_000])("gives %i bytes as reading does", async (length) => {
    const source = await openFile(file);
    const target = new Uint8Array(length + 2).fill(7);
    await readInto(source, 99_000, target.subarray(1, length + 1));
    expect(isSame(target.subarray(1, length + 1), content.subarray(99_000, 99_000 + length))).toBe(true);
    expect([target[0], target.at(-1)]).toEqual([7, 7]);
    await source.close();
  });

  it("works on a part of a file, and on sources that cannot do it themselves", async () => {
    const source = await openFile(file);
    for (const each of [slice(source, 1000, 900_000), slice(fromBytes(content), 1000, 900_000)]) {
      const target = new Uint8Array(500_000);
      await readInto(each, 10, target);
      expect(isSame(target, content.subarray(1010, 501_010))).toBe(true);
      await expect(readInto(each, 890_000, target)).rejects.toMatchObject({ code: "truncated" });
    }
    await source.close();
  });

  it("sees that the file changed", async () => {
    const other = path.join(folder, "other.bin");
    writeFileSync(other, content);
    const source = await openFile(other);
    writeFileSync(other, content.subarray(1));
    await expect(readInto(source, 0, new Uint8Array(600_000))).rejects.toMatchObject({ code: "changed" });
    await source.close();
  });
});
