import { describe, expect, it } from "vitest";
import { canonicalBytes } from "../../../src/core/model/canonical.ts";
import { dtypeFromName } from "../../../src/core/model/numpy-dtype.ts";
import { fromHex, toHex } from "../../support/bytes-builder.ts";

const canonical = (dtype: string, hex: string): string => toHex(canonicalBytes(dtypeFromName(dtype), fromHex(hex)));

describe("the canonical bytes of records", () => {
  it("have every field little-endian, also records in records and rows of them", () => {
    expect(canonical("[('a', '>i2'), ('b', [('x', '>u2'), ('y', 'S1')], (2,))]", "01020304ff0506ee")).toBe(
      "02010403ff0605ee",
    );
  });

  it("have zeros between fields, in each of the inner records too", () => {
    const inner = "{'names': ['x'], 'formats': ['u1'], 'offsets': [1], 'itemsize': 3}";
    expect(canonical(`[('a', ${inner}, (2,)), ('b', 'u1')]`, "aa01bbcc02dd03")).toBe("00010000020003");
  });

  it("keep a field that lies in a gap of another", () => {
    const inner = "{'names': ['x'], 'formats': ['u1'], 'offsets': [1], 'itemsize': 3}";
    const overlapping = `{'names': ['gap', 'a'], 'formats': ['u1', (${inner}, (1,))], 'offsets': [0, 0], 'itemsize': 3}`;
    expect(canonical(overlapping, "0102ff")).toBe("010200");
  });

  it("cost what the bytes cost, however many records one element is said to hold", () => {
    const bytes = new Uint8Array(3_000_000).fill(7);
    const dtype = dtypeFromName("[('x', [('a', 'i1')], (3000000,))]");
    const before = process.memoryUsage().heapUsed;
    expect(canonicalBytes(dtype, bytes)[2_999_999]).toBe(7);
    // Three million descriptions of one byte each would be hundreds of megabytes.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });
});
