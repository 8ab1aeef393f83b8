import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { readTexts } from "../../../src/core/meaning/texts.ts";
import { listOf } from "../../../src/core/model/make-value.ts";
import type { Value } from "../../../src/core/model/value.ts";
import { quietWork } from "../../../src/core/work.ts";

const read = (item: Value, count: number): Promise<readonly string[] | undefined> =>
  readTexts(listOf(Array.from({ length: count }, () => item)), quietWork());

describe("labels", () => {
  it("are plain values as texts", async () => {
    expect(await read("a", 2)).toEqual(["a", "a"]);
    expect(await read(-(2n ** 64n), 1)).toEqual(["-18446744073709551616"]);
  });

  it("are no numbers of thousands of digits, and no long text of bytes any number of times", async () => {
    expect(await read(2n ** 400_000n, 1_000_000)).toBeUndefined();
    const bytes: Value = { kind: "bytes", type: "str8", data: fromBytes(new Uint8Array(60_000).fill(0x61), "b") };
    expect(await read(bytes, 100)).toHaveLength(100);
    expect(await read(bytes, 1_000_000)).toBeUndefined();
  });
});
