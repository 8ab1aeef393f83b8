import { describe, expect, it } from "vitest";
import type { Method } from "../../src/protocol/methods.ts";
import { checkParams } from "../../src/server/params.ts";

const accepted: readonly [Method, object][] = [
  ["artifact/open", { uri: "file:///a", trusted: false, token: "1" }],
  ["artifact/check", { uri: "file:///a" }],
  ["artifact/children", { artifact: "m1", id: "", start: 0, count: 10 }],
  ["tensor/window", { artifact: "m1", path: "w", window: { leading: [], row: 0, rows: 1, column: 0, columns: 1 } }],
  ["diff/elements", { diff: "d1", path: "w", sort: "change", start: 0, count: 5 }],
  ["diff/heat", { diff: "d1", path: "w", leading: [3] }],
];

const refused: readonly [Method, unknown][] = [
  ["artifact/open", undefined],
  ["artifact/open", null],
  ["artifact/open", []],
  ["artifact/open", { uri: 5, trusted: false }],
  ["artifact/open", Object.create({ uri: "file:///a", trusted: false })],
  ["artifact/children", { artifact: "m1", id: "", start: -1, count: 10 }],
  ["artifact/children", { artifact: "m1", id: "", start: 0, count: Infinity }],
  ["artifact/children", { artifact: "m1", id: "", start: 0.5, count: 1 }],
  ["tensor/window", { artifact: "m1", path: "w", window: { leading: [NaN], row: 0, rows: 1, column: 0, columns: 1 } }],
  ["tensor/window", { artifact: "m1", path: "w" }],
  ["tensor/element", { artifact: "m1", path: "w", position: Array.from({ length: 100 }, () => 0) }],
  ["diff/elements", { diff: "d1", path: "w", sort: "random", start: 0, count: 5 }],
  ["diff/heat", { diff: "d1", path: "w", leading: [-1] }],
  ["convert/plan", { uri: "file:///a", target: "exe" }],
  ["convert/execute", { uri: "file:///a", target: "npz", outputPath: "/x", overwrite: "yes", allowLoss: false }],
];

describe("checkParams", () => {
  it.each(accepted)("accepts %s %j", (method, params) => {
    expect(() => checkParams(method, params)).not.toThrow();
  });

  it.each(refused)("refuses %s %j", (method, params) => {
    expect(() => checkParams(method, params)).toThrow(method);
  });
});
