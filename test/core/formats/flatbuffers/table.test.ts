import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { Flatbuffer } from "../../../../src/core/formats/flatbuffers/table.ts";
import * as build from "../../../support/flatbuffer-builder.ts";

const bytes = build.flatbuffer(
  "TEST",
  build.table(
    build.u8(200),
    build.i32(-5),
    undefined,
    build.text("größe"),
    build.tables(build.table(build.u16(7)), build.table()),
    build.ints(1, -2, 3),
    build.longs(-1n, 2n ** 62n),
    build.f32(0.5),
    build.u64(2n ** 63n),
  ),
);
const open = (content: Uint8Array) => new Flatbuffer(fromBytes(content, "t.bin"));

describe("a FlatBuffers table", () => {
  it("has its fields by number, and the default where one is not there", async () => {
    const root = await open(bytes).root();
    expect([root.u8(0), root.i8(0), root.i32(1), root.u32(1)]).toEqual([200, -56, -5, 2 ** 32 - 5]);
    expect([root.has(2), root.i32(2, 9), root.u16(50, 3), await root.text(2)]).toEqual([false, 9, 3, undefined]);
    expect([root.bool(0), root.f32(7), root.u64(8), root.i64(8)]).toEqual([true, 0.5, 2n ** 63n, -(2n ** 63n)]);
    expect(await root.text(3)).toBe("größe");
    expect(await root.integers(5)).toEqual([1, -2, 3]);
    expect(await root.longs(6)).toEqual([-1n, 2n ** 62n]);
    const values: number[] = [];
    for await (const each of root.tables(4)) values.push(each.u16(0, 1));
    expect(values).toEqual([7, 1]);
  });

  it("is never read behind the file's end, cut wherever it is", async () => {
    for (let length = 0; length < bytes.length; length++) {
      const reading = async (): Promise<unknown> => {
        const root = await open(bytes.subarray(0, length)).root();
        for await (const each of root.tables(4)) each.u16(0);
        return [await root.text(3), await root.integers(5), await root.longs(6), root.u64(8)];
      };
      const outcome = await reading().catch((error: unknown) => (error as { code?: string }).code);
      expect(["truncated", "corrupt"], `${length}`).toContain(typeof outcome === "string" ? outcome : "truncated");
    }
  });

  it("with sizes or offsets that cannot be is corrupt", async () => {
    const at = new DataView(bytes.buffer).getUint32(0, true);
    const changed = (place: number, value: number): Promise<unknown> => {
      const copy = bytes.slice();
      new DataView(copy.buffer).setInt32(place, value, true);
      return open(copy).root();
    };
    await expect(changed(at, 1 << 30)).rejects.toMatchObject({ code: "truncated" });
    await expect(changed(0, 0x7fffffff)).rejects.toMatchObject({ code: "truncated" });
    const vtable = at - new DataView(bytes.buffer).getInt32(at, true);
    await expect(changed(vtable, 0x0004_0003)).rejects.toMatchObject({ code: "corrupt" });
    await expect(changed(vtable, 0x0000_0004)).rejects.toMatchObject({ code: "corrupt" });
  });

  it("that is referred to without end is refused before it is read without end", async () => {
    const many = build.flatbuffer("TEST", build.table(build.ints(...Array.from({ length: 100_000 }, () => 0))));
    const view = new DataView(many.buffer);
    const buffer = open(many);
    const root = await buffer.root();
    const vector = await root.vector(0, 4);
    if (vector === undefined) throw new Error("no vector");
    // Each element leads to the vector's end, where a table without fields lies.
    const end = many.length - 12;
    for (let index = 0; index < vector.count - 3; index++) {
      const at = vector.start + index * 4;
      view.setUint32(at, end + 4 - at, true);
    }
    view.setUint16(end, 4, true);
    view.setUint16(end + 2, 4, true);
    view.setInt32(end + 4, 4, true);
    const walk = async (): Promise<void> => {
      for await (const each of root.tables(0)) expect(each.at).toBe(end + 4);
    };
    await expect(walk()).rejects.toMatchObject({ code: "limit" });
  });
});
