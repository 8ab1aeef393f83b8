import { describe, expect, it } from "vitest";
import { fromPanelWire, toPanelWire } from "../../src/protocol/panel-wire.ts";

const overJson = (value: unknown): unknown => fromPanelWire(JSON.parse(JSON.stringify(toPanelWire(value))));

describe("values posted to a panel", () => {
  it("arrive as they were, where JSON alone would lose them", () => {
    const sent = {
      axes: [undefined, { labels: ["a", undefined] }],
      ulp: 2n ** 80n,
      minus: -7n,
      numbers: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 0, 1.5, 5e-324],
      nested: { text: "NaN", none: null, yes: true },
    };
    expect(overJson(sent)).toEqual(sent);
    expect(Object.is((overJson([-0]) as number[])[0], -0)).toBe(true);
  });

  it("keep byte arrays as they are, for VS Code carries them apart", () => {
    const bytes = new Uint8Array([1, 2]);
    expect((fromPanelWire(toPanelWire({ bytes })) as { bytes: Uint8Array }).bytes).toBe(bytes);
  });

  it("do not take a file's own words for marks", () => {
    const sent = { evidence: { $value: "twelve" }, other: { $value: "-0", more: "1" } };
    expect(overJson(sent)).toEqual(sent);
  });
});
