import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import type { DictNode, ListNode, Value } from "../../../src/core/model/value.ts";
import { printFloat, printText, printValue } from "../../../src/core/view/print.ts";

const list = (type: ListNode["type"], ...items: Value[]): ListNode => ({ kind: "list", type, items });
const dict = (entries: readonly (readonly [Value, Value])[]): DictNode => ({
  kind: "dict",
  keys: entries.map(([key]) => key),
  values: entries.map(([, value]) => value),
});

describe("printFloat prints as Python's repr", () => {
  it.each([
    [1, "1.0"],
    [-0, "-0.0"],
    [0.1, "0.1"],
    [1e16, "1e+16"],
    [123456789012345680, "1.2345678901234568e+17"],
    [9999999999999998, "9999999999999998.0"],
    [1e-5, "1e-05"],
    [0.0001, "0.0001"],
    [5e-324, "5e-324"],
    [1.7976931348623157e308, "1.7976931348623157e+308"],
    [Number.POSITIVE_INFINITY, "inf"],
    [Number.NEGATIVE_INFINITY, "-inf"],
    [Number.NaN, "nan"],
  ])("%s", (value, text) => expect(printFloat(value)).toBe(text));

  it("reads back to the same bits", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) =>
        Object.is(Number(printFloat(value).replace("inf", "Infinity")), value),
      ),
    );
  });
});

describe("printValue", () => {
  it("prints Python's notation", () => {
    expect(
      printValue(
        dict([
          ["a", list("list", 1n, 2.5, null, true)],
          [3n, list("tuple", "x")],
        ]),
        200,
      ),
    ).toBe("{'a': [1, 2.5, None, True], 3: ('x',)}");
    expect(printValue(list("set"), 20)).toBe("set()");
    expect(printValue({ kind: "bytes", type: "bytes", data: fromBytes(new Uint8Array(3)) }, 50)).toBe(
      "<bytes of 3 bytes>",
    );
    expect(printValue({ kind: "float", bits: 0x7ff8000000000001n }, 50)).toBe("nan:0x7ff8000000000001");
  });

  it("ends on cycles and on depth", () => {
    const cycle = list("list", 1n);
    cycle.items.push(cycle);
    expect(printValue(cycle, 100)).toBe("[1, <cycle>]");
    let deep: Value = 1n;
    for (let level = 0; level < 200_000; level += 1) deep = list("list", deep);
    expect(printValue(deep, 1000)).toContain("…");
  });

  it("stays within the room it is given", () => {
    const long = list("list", ...Array.from({ length: 100_000 }, (_, index) => BigInt(index)));
    expect(printValue(long, 50).length).toBeLessThanOrEqual(51);
    expect(printValue("x".repeat(10_000_000), 20).length).toBeLessThanOrEqual(21);
    expect(printValue(1n << 1_000_000n, 100)).toMatch(/^<int of 10000\d\d bits>$/);
  });

  it("shows what would be invisible", () => {
    expect(printText("a\u202eb")).toBe("'a\\u202eb'");
    expect(printText("it's")).toBe('"it\'s"');
    expect(printText("line\nbreak\u0000")).toBe("'line\\nbreak\\x00'");
  });
});
