import { describe, expect, it } from "vitest";
import { measuredAxis, uniformAxis, visibleRange } from "../../../src/webview/parts/axis.ts";
import { byteSize, measured, pointSplit, ulps } from "../../../src/webview/parts/number-text.ts";

describe("measured quantities", () => {
  it.each([
    [2.8999e-8, "2.9e-8"],
    [0, "0"],
    [12, "12"],
    [0.5, "0.5"],
    [1234.4, "1234"],
    [1000, "1000"],
    [100_000, "100000"],
    [5.9e300, "5.9e300"],
    [Number.NaN, "nan"],
    [Number.POSITIVE_INFINITY, "inf"],
    [-0.001_234, "-0.00123"],
  ])("%d is told as %s", (value, text) => {
    expect(measured(value)).toBe(text);
  });

  it("are exact in ulps while they can be read", () => {
    expect(ulps(1234n)).toBe("1,234");
    expect(ulps(268_435_456n)).toBe("2.68e8");
    expect(ulps(2n ** 70n)).toBe("1.18e21");
  });

  it("have units", () => {
    expect(byteSize(104)).toBe("104 B");
    expect(byteSize(2048)).toBe("2 KiB");
  });
});

describe("the point of a printed number", () => {
  it.each([
    ["-0.612", 2, 4],
    ["1e-05", 1, 4],
    ["1234", 4, 0],
    ["nan", 3, 0],
    ["True", 4, 0],
    ["2.5e+300", 1, 7],
  ])("%s has %d characters before it and %d from it on", (text, before, after) => {
    expect(pointSplit(text)).toEqual({ before, after });
  });
});

describe("an axis", () => {
  it("finds what a window shows, among any number of rows", () => {
    const rows = uniformAxis(1_500_000_000, 22);
    expect(visibleRange(rows, 0, 220)).toEqual({ first: 0, last: 9 });
    expect(visibleRange(rows, rows.total - 220, 220)).toEqual({ first: 1_499_999_990, last: 1_499_999_999 });
    expect(visibleRange(uniformAxis(0, 22), 0, 220)).toEqual({ first: 0, last: -1 });
  });

  it("finds columns of different widths", () => {
    const columns = measuredAxis([10, 20, 30]);
    expect([0, 9, 10, 29, 30, 59, 1000].map((x) => columns.indexAt(x))).toEqual([0, 0, 1, 1, 2, 2, 2]);
    expect(columns.total).toBe(60);
  });
});
