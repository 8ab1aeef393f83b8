import { describe, expect, it } from "vitest";
import { FeatureKeys } from "../../../../src/core/diff/trees/features.ts";
import { type Holding, isHeld, type Rules, rulesBetween } from "../../../../src/core/diff/trees/rewritten.ts";
import { compareEnsemble } from "../../../../src/core/diff/trees/ensembles.ts";
import type { Tree, TreeEnsemble } from "../../../../src/core/meaning/trees/ensemble.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { host } from "../comparisons.ts";

/** A root with this threshold and leaves of these values, one row a leaf. */
function stump(threshold: number, leaves: readonly (readonly number[])[], more: Partial<Tree> = {}): Tree {
  const outputs = leaves[0]?.length ?? 1;
  return {
    nodeCount: 3,
    feature: Int32Array.of(0, -1, -1),
    threshold: Float64Array.of(threshold, 0, 0),
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    test: "<=",
    outputs,
    values: Float64Array.from([...Array.from({ length: outputs }, () => 0), ...leaves.flat()]),
    ...more,
  };
}

function ensemble(trees: readonly Tree[], more: Partial<TreeEnsemble> = {}): TreeEnsemble {
  return {
    path: "",
    library: "scikit-learn",
    treeCount: trees.length,
    outputs: trees[0]?.outputs ?? 1,
    aggregate: "sum",
    base: [0],
    outputOf: () => undefined,
    weightOf: () => 1,
    precision: { feature: "float32", sum: "float64" },
    holds: [],
    pathOf: String,
    tree: (index) => Promise.resolve(trees[index] ?? stump(0, [[0], [0]])),
    ...more,
  };
}

async function rulesOf(
  wide: Tree,
  narrow: Tree,
  ofWide: Partial<TreeEnsemble> = {},
  ofNarrow: Partial<TreeEnsemble> = {},
): Promise<Holding | undefined> {
  const [a, b] = [ensemble([wide], ofWide), ensemble([narrow], ofNarrow)];
  return rulesBetween(
    { ensemble: a, tree: wide, index: 0 },
    { ensemble: b, tree: narrow, index: 0 },
    new FeatureKeys(a, b),
    quietWork(),
  );
}

const THRESHOLDS: readonly Rules["thresholds"][] = ["same", "nearest", "kept", "printed", "alike"];
const LEAVES: readonly Rules["leaves"][] = [
  "same",
  "same32",
  "weighted",
  "weighted32",
  "shared",
  "shared32",
  "numbered",
];

/** Names of the rules that hold. */
function named(holding: Holding | undefined): { thresholds: readonly string[]; leaves: readonly string[] } | undefined {
  if (holding === undefined) return undefined;
  const leaf = LEAVES.find((leaves) => THRESHOLDS.some((thresholds) => isHeld(holding, { thresholds, leaves })));
  const threshold = THRESHOLDS.find((thresholds) => LEAVES.some((leaves) => isHeld(holding, { thresholds, leaves })));
  return {
    thresholds: THRESHOLDS.filter((thresholds) => isHeld(holding, { thresholds, leaves: leaf ?? "same" })),
    leaves: LEAVES.filter((leaves) => isHeld(holding, { thresholds: threshold ?? "same", leaves })),
  };
}

const f = Math.fround;
/** The neighbour of a float32 above or below. */
function beside(value: number, step: number): number {
  const single = Float32Array.of(value);
  const bits = new Int32Array(single.buffer);
  bits[0] = (bits[0] ?? 0) + (value > 0 ? step : -step);
  return single[0] ?? Number.NaN;
}

describe("thresholds in float32", () => {
  const leaves = [[1], [2]];
  const of = async (wide: number, narrow: number, test: Tree["test"] = "<="): Promise<readonly string[] | undefined> =>
    named(await rulesOf(stump(wide, leaves, { test }), stump(narrow, leaves, { test })))?.thresholds;

  it("are rounded to the nearest one, or to the one that parts float32 numbers as before", async () => {
    // 0.1 lies below its float32.
    expect(await of(0.1, f(0.1))).toEqual(["nearest"]);
    expect(await of(0.1, beside(f(0.1), -1))).toEqual(["kept", "alike"]);
    expect(await of(0.1, f(0.1), "<")).toEqual(["nearest", "kept", "alike"]);
    expect(await of(0.1, beside(f(0.1), -1), "<")).toBeUndefined();
    // -0.1 above.
    expect(await of(-0.1, f(-0.1))).toEqual(["nearest", "kept", "alike"]);
    expect(await of(-0.1, beside(f(-0.1), 1), ">=")).toEqual(["kept", "alike"]);
    expect(await of(0.5, 0.5)).toEqual(["same", "nearest", "kept", "printed", "alike"]);
    expect(await of(-1e-50, -(2 ** -149))).toEqual(["kept", "alike"]);
    expect(await of(1e-50, 2 ** -149, "<")).toEqual(["kept", "alike"]);
  });

  it("may be read from their shortest text in float64", async () => {
    // 0.1 is the text of its own float32, and the same number.
    expect(await of(0.1, 0.1)).toEqual(["same", "printed", "alike"]);
    expect(await of(0.746293663978577, 0.74629366)).toContain("printed");
    expect(await of(0.746293663978577, 0.746293)).toBeUndefined();
  });

  it("are no others: one neighbour away is another threshold", async () => {
    for (const value of [0.1, -0.1, 3.7, 1e-30, -123456.789])
      for (const step of [-2, 2]) expect(await of(value, beside(f(value), step))).toBeUndefined();
  });

  it("may lie anywhere between the same two", async () => {
    const low = f(0.1);
    const middle = (low + beside(low, 1)) / 2;
    expect(await of(low + 1e-12, middle)).toEqual(["alike"]);
    expect(await of(low - 1e-12, middle)).toBeUndefined();
  });
});

describe("leaf values", () => {
  const of = async (
    wide: readonly number[],
    narrow: readonly number[],
    ofWide: Partial<TreeEnsemble> = {},
    ofNarrow: Partial<TreeEnsemble> = {},
  ): Promise<readonly string[] | undefined> =>
    named(
      await rulesOf(
        stump(
          0.5,
          wide.map((value) => [value]),
        ),
        stump(
          0.5,
          narrow.map((value) => [value]),
        ),
        ofWide,
        ofNarrow,
      ),
    )?.leaves;

  it("are rounded, weighted or shared out, each of them by one rule", async () => {
    expect(await of([0.1, 0.7], [f(0.1), f(0.7)])).toEqual(["same32", "weighted32"]);
    expect(await of([0.1, 0.7], [f(0.03), f(0.21)], { weightOf: () => 0.3 })).toEqual(["weighted32"]);
    expect(await of([0.1, 0.7], [0.1 * 0.3, 0.7 * 0.3], { weightOf: () => 0.3 })).toEqual(["weighted"]);
    const mean = { aggregate: "mean" as const, treeCount: 3 };
    expect(await of([0.1, 0.7], [f(0.1 / 3), f(0.7 / 3)], mean, { treeCount: 3 })).toEqual(["shared32"]);
    expect(await of([0.1, 0.7], [0.1 / 3, 0.7 * (1 / 3)], mean, { treeCount: 3 })).toEqual(["shared"]);
    expect(await of([0.1, 0.7], [f(0.1), f(0.7 / 3)], mean, { treeCount: 3 })).toBeUndefined();
    expect(await of([0.1, 0.7], [f(0.1), beside(f(0.7), 1)])).toBeUndefined();
  });

  it("of the second class stand for both", async () => {
    const classes = { classes: ["no", "yes"], outputs: 2 };
    const wide = stump(0.5, [
      [0.3, 0.7],
      [0.9, 0.1],
    ]);
    expect(named(await rulesOf(wide, stump(0.5, [[f(0.7)], [f(0.1)]]), classes))?.leaves).toContain("same32");
    expect(await rulesOf(wide, stump(0.5, [[f(0.3)], [f(0.9)]]), classes)).toBeUndefined();
    const both = stump(0.5, [
      [-f(0.7), f(0.7)],
      [-f(0.1), f(0.1)],
    ]);
    expect(named(await rulesOf(stump(0.5, [[0.7], [0.1]]), both, {}, classes))?.leaves).toContain("same32");
    const broken = stump(0.5, [
      [-f(0.7), f(0.7)],
      [f(0.1), f(0.1)],
    ]);
    expect(await rulesOf(stump(0.5, [[0.7], [0.1]]), broken, {}, classes)).toBeUndefined();
  });
});

describe("missing values", () => {
  const leaves = [[0.1], [0.7]];
  const narrow = [[f(0.1)], [f(0.7)]];
  const direction = (left: number): Partial<Tree> => ({ missingLeft: Uint8Array.of(left, 0, 0) });

  it("without a direction in the copy are told", async () => {
    const lost = await rulesOf(stump(0.5, leaves, direction(1)), stump(0.5, narrow, direction(0)));
    expect(lost?.isMissingLost).toBe(true);
    const kept = await rulesOf(stump(0.5, leaves, direction(1)), stump(0.5, narrow, direction(1)));
    expect(kept?.isMissingLost).toBe(false);
    const untold = await rulesOf(stump(0.5, leaves), stump(0.5, narrow, direction(0)));
    expect(untold?.isMissingLost).toBe(false);
  });

  it("that take the other side are another tree", async () => {
    expect(await rulesOf(stump(0.5, leaves, direction(0)), stump(0.5, narrow, direction(1)))).toBeUndefined();
  });
});

describe("an ensemble in other numbers", () => {
  const wide = (value: number): Tree => stump(0.1 + value, [[value], [1 - value]]);
  const narrow = (value: number): Tree => stump(f(0.1 + value), [[f(value)], [f(1 - value)]]);
  const values = [0.11, 0.23, 0.37, 0.41];

  it("is explained tree by tree by one rule, in either direction", async () => {
    const [old, next] = [ensemble(values.map(wide)), ensemble(values.map(narrow))];
    expect(await compareEnsemble(old, next, host, quietWork())).toMatchObject({
      rewritten: 4,
      changed: 0,
      rewriting: { kind: "rounded", dtype: "float32", thresholds: "nearest", values: "same" },
    });
    expect(await compareEnsemble(next, old, host, quietWork())).toMatchObject({
      rewritten: 4,
      rewriting: { kind: "refined" },
    });
  });

  it("lists the trees that are not, and gives up where none of many is", async () => {
    const mixed = ensemble([...values.slice(1).map(narrow), wide(0.9)]);
    const old = ensemble([...values.slice(1).map(wide), wide(0.8)]);
    const change = await compareEnsemble(old, mixed, host, quietWork());
    expect(change).toMatchObject({ rewritten: 3, changed: 1 });
    expect(change.trees.map(({ kind, newIndex }) => [kind, newIndex])).toEqual([
      ["changed", 3],
      ["rounded", 0],
      ["rounded", 1],
      ["rounded", 2],
    ]);
    let reads = 0;
    const many = Array.from({ length: 100 }, (_, i) => wide(i / 100));
    const counted = ensemble(many, {
      tree: (index) => {
        reads++;
        return Promise.resolve(stump(index + 0.3, [[index], [0.123]]));
      },
    });
    expect(await compareEnsemble(ensemble(many), counted, host, quietWork())).toMatchObject({ changed: 100 });
    // All once for their digests, as many as are listed for what differs, and a few to find a rule.
    expect(reads).toBeLessThan(220);
  });

  it("is not the same when one takes the mean and the other the sum of the same trees", async () => {
    const trees = values.map(wide);
    const change = await compareEnsemble(ensemble(trees, { aggregate: "mean" }), ensemble(trees), host, quietWork());
    expect(change).toMatchObject({ same: 0, rewritten: 0, changed: 4 });
  });

  it("decides the same with thresholds between the same float32 numbers", async () => {
    const moved = values.map((value) => stump(0.1 + value + 1e-12, [[value], [1 - value]]));
    const change = await compareEnsemble(ensemble(values.map(wide)), ensemble(moved), host, quietWork());
    expect(change).toMatchObject({ rewritten: 4, rewriting: { kind: "restated", thresholds: "alike" } });
  });
});
