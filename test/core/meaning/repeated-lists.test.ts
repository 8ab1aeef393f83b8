import { describe, expect, it } from "vitest";
import type { ListNode } from "../../../src/core/model/value.ts";
import { artifactOf, dictOf } from "../../support/artifacts.ts";
import { list } from "../../support/estimators.ts";

/** `depth` lists around a list of numbers, each `width` times the one within. */
function nested(depth: number, width: number): ListNode {
  let inner = list(...Array.from({ length: width }, () => 0.5));
  for (let k = 0; k < depth; k++) {
    const held = inner;
    inner = list(...Array.from({ length: width }, () => held));
  }
  return inner;
}

describe("lists that hold the same lists again and again", () => {
  it("are no tensor of more elements than anyone could read", async () => {
    const { parameters } = await artifactOf(dictOf({ w: nested(5, 100) }));
    const elements = parameters.map(({ tensor }) => tensor.shape.reduce((a, b) => a * b, 1));
    expect(parameters.length).toBeGreaterThan(0);
    expect(elements.reduce((a, b) => a + b, 0)).toBeLessThan(10_000_000);
  });

  it("are one where they are small, or where the items are really there", async () => {
    const shared = await artifactOf(dictOf({ w: nested(1, 100) }));
    expect(shared.parameters.map(({ tensor }) => tensor.shape)).toEqual([[100, 100]]);
    const rows = Array.from({ length: 1000 }, (_, i) => list(...Array.from({ length: 100 }, (__, j) => i + j / 128)));
    const real = await artifactOf(dictOf({ w: list(...rows) }));
    expect(real.parameters.map(({ tensor }) => tensor.shape)).toEqual([[1000, 100]]);
  });
});
