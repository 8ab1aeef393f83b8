import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { arrowColumn, arrowLabels } from "../../../src/core/meaning/arrow/column.ts";
import type { ObjectNode, Value } from "../../../src/core/model/value.ts";
import { quietWork } from "../../../src/core/work.ts";

const called = (name: string, ...args: Value[]): ObjectNode => ({
  kind: "object",
  callable: { kind: "global", module: "pyarrow.lib", name, offset: 0 },
  how: "call",
  args,
  offset: 0,
});
const list = (...items: Value[]): Value => ({ kind: "list", type: "list", items });
const buffer = (content: ArrayLike<number>): Value =>
  called("py_buffer", { kind: "bytes", type: "bytes", data: fromBytes(Uint8Array.from(content)) });
const named = (type: string): Value => called("type_for_alias", type);
const array = (type: Value, length: number, nulls: number, buffers: Value, words: Value = null): Value =>
  called("_restore_array", list(type, BigInt(length), BigInt(nulls), 0n, buffers, list(), words));

describe("labels in arrays of Apache Arrow", () => {
  it("are None where a value is missing, not the number that stands there", async () => {
    const index = array(named("int8"), 3, 1, list(buffer([0b101]), buffer([1, 0, 3])));
    expect((await arrowLabels(index, quietWork()))?.objects).toEqual([1n, null, 3n]);
  });

  it("are numbers where they lie when none is missing", async () => {
    const labels = await arrowLabels(array(named("int8"), 2, 0, list(null, buffer([7, 8]))), quietWork());
    expect([labels?.objects, labels?.tensor.shape]).toEqual([undefined, [2]]);
  });
});

describe("columns of Apache Arrow", () => {
  it("of no rows need no buffers", async () => {
    for (const [type, dtype] of [
      ["int64", "int64"],
      ["bool", "bool"],
      ["date32[day]", "datetime64[D]"],
    ] as const) {
      const column = await arrowColumn(array(named(type), 0, 0, list(null, null)), quietWork());
      expect([type, column?.values.tensor.shape]).toEqual([type, [0]]);
      expect(column?.values.tensor.dtype.name).toContain(dtype.slice(0, 4));
    }
  });

  it("with a code that is none of the dictionary's are not read, but where no value is", async () => {
    const words = array(named("string"), 1, 0, list(null, buffer([0, 0, 0, 0, 1, 0, 0, 0]), buffer([0x61])));
    const other = array(named("string"), 1, 0, list(null, buffer([0, 0, 0, 0, 1, 0, 0, 0]), buffer([0x62])));
    const type = called("dictionary", named("int8"), named("string"), false);
    const columnOf = (validity: number): Value =>
      called(
        "chunked_array",
        list(
          array(type, 2, 1, list(buffer([validity]), buffer([0, 9])), words),
          array(type, 1, 0, list(null, buffer([0])), other),
        ),
      );
    expect((await arrowColumn(columnOf(0b01), quietWork()))?.values.objects).toEqual(["a", null, "b"]);
    expect(await arrowColumn(columnOf(0b10), quietWork())).toBeUndefined();
  });

  it("are not made of one list of chunks any number of times", async () => {
    const chunk = array(named("int8"), 1, 0, list(null, buffer([1])));
    const chunks = list(...Array.from({ length: 100_000 }, () => chunk));
    const work = quietWork();
    let last: unknown;
    for (let column = 0; column < 20_000; column++) last = await arrowColumn(called("chunked_array", chunks), work);
    expect(last).toBeUndefined();
  }, 10_000);

  it("are not of any number of types over one list of fields", async () => {
    const fields = list(...Array.from({ length: 900 }, () => called("field", "f", named("int8"), true, null)));
    const work = quietWork();
    let last: unknown;
    for (let column = 0; column < 3_000; column++)
      last = await arrowColumn(array(called("struct", fields), 0, 0, list(null)), work);
    expect(last).toBeUndefined();
  }, 10_000);
});
