import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { arrowColumn } from "../../../src/core/meaning/arrow/column.ts";
import type { BytesNode, ObjectNode, Value } from "../../../src/core/model/value.ts";
import { quietWork } from "../../../src/core/work.ts";

const called = (name: string, ...args: Value[]): ObjectNode => ({
  kind: "object",
  callable: { kind: "global", module: "pyarrow.lib", name, offset: 0 },
  how: "call",
  args,
  offset: 0,
});
const tuple = (...items: Value[]): Value => ({ kind: "list", type: "tuple", items });
const bytes = (content: Uint8Array): BytesNode => ({ kind: "bytes", type: "bytes", data: fromBytes(content) });

/** One text, in an array of its own over buffers that others may have too. */
function arrayOf(places: BytesNode, data: BytesNode): Value {
  const buffers: Value = {
    kind: "list",
    type: "list",
    items: [null, called("py_buffer", places), called("py_buffer", data)],
  };
  return called("_restore_array", tuple(called("type_for_alias", "string"), 1n, 0n, 0n, buffers, tuple(), null));
}

function columnOf(length: number, chunks: number): { readonly value: Value; readonly reads: () => number } {
  const places = bytes(new Uint8Array(new Int32Array([0, length]).buffer));
  const text = bytes(new Uint8Array(length).fill(0x61));
  let reads = 0;
  const read = text.data.read.bind(text.data);
  const data: BytesNode = {
    ...text,
    data: {
      ...text.data,
      read(start, end) {
        reads++;
        return read(start, end);
      },
    },
  };
  const items = Array.from({ length: chunks }, () => arrayOf(places, data));
  return { value: called("chunked_array", { kind: "list", type: "list", items }), reads: () => reads };
}

describe("text of Apache Arrow", () => {
  it("is read from every chunk", async () => {
    const column = await arrowColumn(columnOf(3, 4).value, quietWork());
    expect(column?.values.objects).toEqual(["aaa", "aaa", "aaa", "aaa"]);
  });

  it("is not made of one buffer any number of times", async () => {
    const { value, reads } = columnOf(8 * 1024 * 1024, 5000);
    expect(await arrowColumn(value, quietWork())).toBeUndefined();
    expect(reads()).toBeLessThanOrEqual(32);
  });

  it("is not made of one buffer in any number of columns", async () => {
    const work = quietWork();
    const { value, reads } = columnOf(8 * 1024 * 1024, 1);
    for (let column = 0; column < 100; column++) await arrowColumn(value, work);
    expect(reads()).toBeLessThanOrEqual(32);
  });

  it("has no mask for more columns of numbers over one buffer than there is room for", async () => {
    const work = quietWork();
    const [validity, data] = [bytes(new Uint8Array(1024 * 1024)), bytes(new Uint8Array(8 * 1024 * 1024))];
    const buffers: Value = {
      kind: "list",
      type: "list",
      items: [called("py_buffer", validity), called("py_buffer", data)],
    };
    const array = called(
      "_restore_array",
      tuple(called("type_for_alias", "int8"), 8n * 1024n * 1024n, 1n, 0n, buffers, tuple(), null),
    );
    const found = [];
    for (let column = 0; column < 60; column++) found.push(await arrowColumn(array, work));
    const masked = found.filter((each) => each?.mask !== undefined);
    expect([masked.length > 0, masked.length < 40, found.at(-1)]).toEqual([true, true, undefined]);
  });

  it("has its missing values where nobody counted them: pyarrow writes -1 for a slice", async () => {
    // What pickle.dumps(pa.array(["w", "x", None, "y"])[1:]) and that of [1, 2, None, 2**53 + 1] hold.
    const list = (...items: Value[]): Value => ({ kind: "list", type: "list", items });
    const validity = called("py_buffer", bytes(Uint8Array.of(0b1011)));
    const places = called("py_buffer", bytes(new Uint8Array(new Int32Array([0, 1, 2, 2, 3]).buffer)));
    const letters = called("py_buffer", bytes(new TextEncoder().encode("wxy")));
    const restored = (type: string, ...buffers: Value[]): Value =>
      called("_restore_array", tuple(called("type_for_alias", type), 3n, -1n, 1n, list(...buffers), tuple(), null));
    const texts = await arrowColumn(restored("string", validity, places, letters), quietWork());
    expect(texts?.values.objects).toEqual(["x", null, "y"]);
    const numbers = called("py_buffer", bytes(new Uint8Array(new BigInt64Array([1n, 2n, 0n, 2n ** 53n + 1n]).buffer)));
    const column = await arrowColumn(restored("int64", validity, numbers), quietWork());
    const mask = column?.mask?.tensor;
    expect(await mask?.data.read(0, 3)).toEqual(Uint8Array.of(0, 1, 0));
    const tensor = column?.values.tensor;
    const held = await tensor?.data.read(tensor.offset, tensor.offset + 24);
    expect(held?.slice(16)).toEqual(new Uint8Array(new BigInt64Array([2n ** 53n + 1n]).buffer));
  });

  it("is not a type that names itself again and again, nor an array that does", async () => {
    const list = (...items: Value[]): Value => ({ kind: "list", type: "list", items });
    const many = (each: Value): Value[] => Array.from({ length: 900 }, () => each);
    let type: Value = called("type_for_alias", "int8");
    let array: Value = tuple(type, 1n, 0n, 0n, list(null, called("py_buffer", bytes(new Uint8Array(8)))), list(), null);
    for (let level = 0; level < 12; level++) {
      type = called("struct", list(...many(called("field", "f", type, true, null))));
      array = tuple(type, 1n, 0n, 0n, list(null), list(...many(array)), null);
    }
    expect(await arrowColumn(called("_restore_array", array), quietWork())).toBeUndefined();
  });

  it("is not of one small chunk any number of times", async () => {
    const list = (...items: Value[]): Value => ({ kind: "list", type: "list", items });
    const data = called("py_buffer", bytes(new Uint8Array(8)));
    const chunk = called(
      "_restore_array",
      tuple(called("type_for_alias", "int64"), 1n, 0n, 0n, list(null, data), tuple(), null),
    );
    const items = Array.from({ length: 300_000 }, () => chunk);
    const whole = called("chunked_array", { kind: "list", type: "list", items });
    const column = await arrowColumn(whole, quietWork());
    expect(column?.values.tensor.shape).toEqual([300_000]);
    const joined = column?.values.tensor.data;
    let read = 0;
    for (let k = 0; k < 300; k++) read += (await joined?.read(k * 8000, k * 8000 + 8000))?.length ?? 0;
    expect(read).toBe(2_400_000);
  }, 20_000);
});
