import { describe, expect, it } from "vitest";
import { compareEnsemble, compareEnsembles, comparedTrees } from "../../../../src/core/diff/trees/ensembles.ts";
import { pairEnsembles } from "../../../../src/core/diff/trees/pair.ts";
import type { DiffReport } from "../../../../src/core/diff/report.ts";
import type { Tree, TreeEnsemble } from "../../../../src/core/meaning/trees/ensemble.ts";
import { FeatureKeys } from "../../../../src/core/diff/trees/features.ts";
import { treeKey } from "../../../../src/core/diff/trees/key.ts";
import { matchTrees } from "../../../../src/core/diff/trees/match.ts";
import { compareTrees } from "../../../../src/core/diff/trees/nodes.ts";
import { featureUses, Usage } from "../../../../src/core/diff/trees/usage.ts";
import { corrupt } from "../../../../src/core/errors.ts";
import { quietWork, type Work } from "../../../../src/core/work.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { compare, host, judgement } from "../comparisons.ts";

const file = (name: string): string => testPath(`fixtures/trees/versions/${name}`);

async function reportOf(old: string, next: string): Promise<DiffReport> {
  return withArtifact(file(old), (before) => withArtifact(file(next), (after) => compare(before, after)));
}

describe("versions of a booster", () => {
  it("have the same trees in JSON and in UBJSON, and nothing else to tell", async () => {
    const report = await reportOf("base.json", "base.ubj");
    expect(report.ensembles).toEqual([]);
    expect(report.entries.filter(({ verdict }) => verdict !== "identical")).toEqual([]);
    expect([report.hyperparameters, report.values, report.schema, report.findings]).toEqual([[], [], [], []]);
  });

  it("that were trained on have the old trees and new ones", async () => {
    const report = await reportOf("base.json", "more.json");
    expect(report.ensembles).toMatchObject([{ same: 8, moved: 0, changed: 0, added: 3, removed: 0, unread: 0 }]);
    expect(report.ensembles[0]?.trees.map(({ kind, newIndex }) => [kind, newIndex])).toEqual([
      ["added", 8],
      ["added", 9],
      ["added", 10],
    ]);
    expect(judgement(report)).toContain("Trained on: the 8 trees are the old ones, and 3 were added.");
  });

  it("that were cut have fewer trees", async () => {
    const report = await reportOf("base.json", "fewer.json");
    expect(report.ensembles).toMatchObject([{ same: 6, changed: 0, added: 0, removed: 2 }]);
    expect(judgement(report)).toContain("2 of 8 trees were removed; the others are the old ones.");
  });

  it("with one leaf changed have one tree changed, in that one node", async () => {
    const report = await reportOf("base.json", "leaf.json");
    expect(report.ensembles).toMatchObject([{ same: 7, changed: 1, added: 0, removed: 0 }]);
    expect(report.ensembles[0]?.trees).toMatchObject([
      { kind: "changed", oldIndex: 3, newIndex: 3, counts: { changed: 1, added: 0, removed: 0 } },
    ]);
    expect(judgement(report)).toContain("1 of 8 trees changed; 7 are the same.");
    await withArtifact(file("base.json"), (before) =>
      withArtifact(file("leaf.json"), async (after) => {
        const [pair] = await pairEnsembles(before, after);
        if (pair === undefined) throw new Error("the ensembles are not paired");
        const { rows, total, counts } = await comparedTrees(pair, 3, 3, 1000, quietWork());
        expect(total).toBe(rows.length);
        expect(counts.changed).toBe(1);
        const row = rows.find(({ kind }) => kind === "changed");
        expect(row).toMatchObject({ fields: ["value"], old: { isLeaf: true }, new: { isLeaf: true } });
        expect(Number(row?.new?.values?.[0]) - Number(row?.old?.values?.[0])).toBeCloseTo(0.25, 6);
      }),
    );
  });

  it("that were trained on other data share no tree; the features' shares tell what moved", async () => {
    const report = await reportOf("base.json", "other.json");
    expect(report.ensembles).toMatchObject([{ same: 0, changed: 8, added: 0, removed: 0 }]);
    expect(judgement(report)).toContain("Retrained: each of the 8 trees changed.");
    const features = report.ensembles[0]?.features ?? [];
    expect(features.map(({ feature }) => feature).toSorted()).toEqual(["age", "balance", "income", "tenure"]);
    expect(features.reduce((sum, { shift }) => sum + shift, 0)).toBeCloseTo(0, 12);
    const shifts = features.map(({ shift }) => Math.abs(shift));
    expect(shifts).toEqual(shifts.toSorted((a, b) => b - a));
  });
});

describe("which tree is which", () => {
  it("is told by place, then by content in order, then by what is left", () => {
    expect(matchTrees(["a", "b", "c"], ["a", "c", "x", "y"])).toEqual({
      pairs: [
        { old: 0, new: 0, isSame: true },
        { old: 2, new: 1, isSame: true },
        { old: 1, new: 2, isSame: false },
      ],
      added: [3],
      removed: [],
    });
  });

  it("takes trees that are there twice in their order, and never one twice", () => {
    const { pairs, added, removed } = matchTrees(["s", "s", "t"], ["t", "s", "s", "s"]);
    expect(pairs.map(({ old, new: next }) => [old, next])).toEqual([
      [2, 0],
      [1, 1],
      [0, 2],
    ]);
    expect([added, removed]).toEqual([[3], []]);
  });

  it("does not take two trees that cannot be read for the same", () => {
    expect(matchTrees([undefined], [undefined]).pairs).toEqual([{ old: 0, new: 0, isSame: false }]);
  });
});

/** feature, threshold, left, right; a leaf is its value. */
type Node = readonly [number, number, number, number] | number;

function tree(nodes: readonly Node[], more: Partial<Tree> = {}): Tree {
  const column = (pick: (node: Node) => number): number[] => nodes.map(pick);
  return {
    nodeCount: nodes.length,
    feature: Int32Array.from(column((n) => (typeof n === "number" ? -1 : n[0]))),
    threshold: Float64Array.from(column((n) => (typeof n === "number" ? 0 : n[1]))),
    left: Int32Array.from(column((n) => (typeof n === "number" ? -1 : n[2]))),
    right: Int32Array.from(column((n) => (typeof n === "number" ? -1 : n[3]))),
    test: "<=",
    outputs: 1,
    values: Float64Array.from(column((n) => (typeof n === "number" ? n : 0))),
    ...more,
  };
}

function ensemble(trees: readonly Tree[], features?: readonly string[]): TreeEnsemble {
  return {
    path: "",
    library: "scikit-learn",
    treeCount: trees.length,
    ...(features === undefined ? {} : { features }),
    outputs: 1,
    aggregate: "sum",
    base: [0],
    outputOf: () => 0,
    weightOf: () => 1,
    holds: [],
    precision: { feature: "float64", sum: "float64" },
    pathOf: (index) => `trees[${index}]`,
    tree: (index) => Promise.resolve(trees[index] ?? tree([0])),
  };
}

const rowsOf = (old: Tree, next: Tree, oldNames?: string[], newNames?: string[]) => {
  const [a, b] = [ensemble([old], oldNames), ensemble([next], newNames)];
  return compareTrees({ ensemble: a, tree: old }, { ensemble: b, tree: next }, new FeatureKeys(a, b), 100, quietWork());
};

describe("nodes", () => {
  const small = tree([[0, 0.5, 1, 2], 1, 2]);

  it("are the same whatever numbers they have", async () => {
    expect((await rowsOf(small, tree([[0, 0.5, 2, 1], 2, 1]))).counts).toEqual({
      same: 3,
      changed: 0,
      added: 0,
      removed: 0,
    });
  });

  it("say what changed of a split, and of a leaf", async () => {
    const { rows } = await rowsOf(small, tree([[1, 0.75, 1, 2], 1, 3]));
    expect(rows.map(({ kind, branch, fields }) => [branch, kind, fields.join()])).toEqual([
      ["root", "changed", "feature,threshold"],
      ["left", "same", ""],
      ["right", "changed", "value"],
    ]);
    expect(rows[0]).toMatchObject({
      old: { feature: "feature 0", test: "<=", threshold: "0.5" },
      new: { feature: "feature 1", threshold: "0.75" },
    });
  });

  it("that a leaf became are added below it, and the other way round removed", async () => {
    const grown = tree([[0, 0.5, 1, 2], 1, [1, 3, 3, 4], 5, 6]);
    expect((await rowsOf(small, grown)).rows.map(({ depth, kind }) => [depth, kind])).toEqual([
      [0, "same"],
      [1, "same"],
      [1, "changed"],
      [2, "added"],
      [2, "added"],
    ]);
    expect((await rowsOf(grown, small)).counts).toEqual({ same: 2, changed: 1, added: 0, removed: 2 });
  });

  it("split on the same feature by its name, where the columns were reordered", async () => {
    const reordered = tree([[1, 0.5, 1, 2], 1, 2]);
    expect((await rowsOf(small, reordered, ["age", "income"], ["income", "age"])).counts.changed).toBe(0);
    expect((await rowsOf(small, reordered)).counts.changed).toBe(1);
    expect((await rowsOf(small, small, ["age", "income"], ["income", "age"])).counts.changed).toBe(1);
  });

  it("tell missing directions and categories apart", async () => {
    const left = tree([[0, 0.5, 1, 2], 1, 2], { missingLeft: Uint8Array.of(1, 0, 0) });
    const right = tree([[0, 0.5, 1, 2], 1, 2], { missingLeft: Uint8Array.of(0, 0, 0) });
    expect((await rowsOf(left, right)).rows[0]?.fields).toEqual(["missing"]);
    const among = (categories: readonly number[]): Tree =>
      tree([[0, Number.NaN, 1, 2], 1, 2], { test: "in", categories: new Map([[0, categories]]) });
    expect((await rowsOf(among([1, 2]), among([1, 2]))).counts.changed).toBe(0);
    expect((await rowsOf(among([1, 2]), among([1, 3]))).rows[0]).toMatchObject({
      fields: ["threshold"],
      old: { threshold: "{1, 2}" },
    });
  });

  it("tell linear leaves apart, and zeros that are missing", async () => {
    const linear = (coefficient: number): Tree =>
      tree([0], { linear: new Map([[0, { constant: 1, features: [1], coefficients: [coefficient] }]]) });
    const { rows } = await rowsOf(linear(2), linear(3), ["age", "income"], ["age", "income"]);
    expect(rows[0]).toMatchObject({
      fields: ["value"],
      old: { values: ["1.0 + 2.0 × income; NaN: 0.0"] },
      new: { values: ["1.0 + 3.0 × income; NaN: 0.0"] },
    });
    expect((await rowsOf(linear(2), linear(2))).counts.changed).toBe(0);
    expect((await rowsOf(linear(2), tree([0]))).counts.changed).toBe(1);
    const zero = tree([[0, 0.5, 1, 2], 1, 2], { zeroIsMissing: Uint8Array.of(1, 0, 0) });
    expect((await rowsOf(small, zero)).rows[0]?.fields).toEqual(["missing"]);
    const [a, b] = [ensemble([linear(2)]), ensemble([linear(3)])];
    const keys = new FeatureKeys(a, b);
    expect(await treeKey(a, 0, linear(2), keys, host, quietWork())).not.toBe(
      await treeKey(b, 0, linear(3), keys, host, quietWork()),
    );
  });

  it("tell a negative zero from zero, and a NaN from no other NaN", async () => {
    expect((await rowsOf(tree([0]), tree([-0]))).counts.changed).toBe(1);
    expect((await rowsOf(tree([Number.NaN]), tree([Number.NaN]))).counts.changed).toBe(0);
  });

  it("are counted beyond the rows that are made", async () => {
    const [a, b] = [ensemble([small]), ensemble([small])];
    const found = await compareTrees(
      { ensemble: a, tree: small },
      { ensemble: b, tree: small },
      new FeatureKeys(a, b),
      2,
      quietWork(),
    );
    expect([found.rows.length, found.total]).toEqual([2, 3]);
  });
});

describe("what a tree decides", () => {
  const keyOf = (one: Tree): Promise<string> => {
    const held = ensemble([one]);
    return treeKey(held, 0, one, new FeatureKeys(held, held), host, quietWork());
  };

  it("is another thing when the other one of two leaves is linear", async () => {
    const linearAt = (node: number): Tree =>
      tree([[0, 0.5, 1, 2], 0, 0], { linear: new Map([[node, { constant: -1, features: [], coefficients: [] }]]) });
    expect(await keyOf(linearAt(1))).not.toBe(await keyOf(linearAt(2)));
  });

  it("is the same whatever a NaN carries", async () => {
    const nan = new Float64Array(new BigUint64Array([0x7ff8000000000001n]).buffer)[0] ?? 0;
    expect(await keyOf(tree([nan]))).toBe(await keyOf(tree([Number.NaN])));
  });

  it("is told by positions where two features have one name", async () => {
    const [left, right] = [tree([[0, 0.5, 1, 2], 1, 2]), tree([[1, 0.5, 1, 2], 1, 2])];
    expect((await rowsOf(left, right, ["x", "x"], ["x", "x"])).rows[0]?.fields).toEqual(["feature"]);
  });

  it("shows of many categories those that part", async () => {
    const among = (last: number): Tree =>
      tree([[0, Number.NaN, 1, 2], 1, 2], {
        test: "in",
        categories: new Map([[0, [...Array.from({ length: 80 }, (_, k) => k), last]]]),
      });
    const { rows } = await rowsOf(among(90), among(91));
    expect([rows[0]?.old?.threshold, rows[0]?.new?.threshold]).toEqual(["{…, 78, 79, 90}", "{…, 78, 79, 91}"]);
  });

  it("shows zeros that are missing, and what a linear leaf is for a row with a missing feature", async () => {
    const zero = tree([[0, 0.5, 1, 2], 1, 2], { zeroIsMissing: Uint8Array.of(1, 0, 0) });
    expect((await rowsOf(zero, zero)).rows[0]?.new).toMatchObject({ zeroIsMissing: true });
    const linear = tree([7], { linear: new Map([[0, { constant: 1, features: [], coefficients: [] }]]) });
    expect((await rowsOf(linear, linear)).rows[0]?.new?.values).toEqual(["1.0; NaN: 7.0"]);
  });
});

describe("features' shares", () => {
  const split = (feature: number, gain: number): Tree =>
    tree([[feature, 0.5, 1, 2], 1, 2], { gain: Float64Array.of(gain, 0, 0) });
  const shares = async (a: TreeEnsemble, b: TreeEnsemble, old: Tree, next: Tree) => {
    const keys = new FeatureKeys(a, b);
    const [before, after] = [new Usage(a, keys), new Usage(b, keys)];
    await before.add(old, quietWork());
    await after.add(next, quietWork());
    return featureUses(before, after);
  };

  it("go by position, under the one name that is known, where only one side has names", async () => {
    const one = split(0, 2);
    expect(await shares(ensemble([one], ["age"]), ensemble([one]), one, one)).toMatchObject([
      { feature: "age", oldSplits: 1, newSplits: 1, shift: 0 },
    ]);
    expect(await shares(ensemble([one]), ensemble([one], ["age"]), one, one)).toMatchObject([
      { feature: "age", shift: 0 },
    ]);
  });

  it("are of splits where a gain is infinite", async () => {
    const [old, next] = [split(0, Number.POSITIVE_INFINITY), split(1, 1)];
    const found = await shares(ensemble([old]), ensemble([next]), old, next);
    expect(found.map(({ feature, shift }) => [feature, shift])).toEqual([
      ["feature 0", -1],
      ["feature 1", 1],
    ]);
    expect(found[0]).not.toHaveProperty("oldGain");
  });
});

describe("comparing ensembles", () => {
  const small = tree([[0, 0.5, 1, 2], 1, 2]);
  const unreadable = (from: number, trees: readonly Tree[]): TreeEnsemble => ({
    ...ensemble(trees),
    tree: (index) =>
      index >= from ? Promise.reject(corrupt(`tree ${index} is damaged`)) : Promise.resolve(trees[index] ?? small),
  });

  it("says of trees with the same nodes that their weight is another", async () => {
    const change = await compareEnsemble(
      ensemble([small]),
      { ...ensemble([small]), weightOf: () => 0.5 },
      host,
      quietWork(),
    );
    expect(change).toMatchObject({ same: 0, changed: 1 });
    expect(change.trees).toMatchObject([{ counts: { changed: 0, same: 3 }, weight: { old: "1.0", new: "0.5" } }]);
  });

  it("counts what cannot be read once, with why, and as nothing else", async () => {
    const change = await compareEnsemble(
      unreadable(1, [small, small]),
      unreadable(1, [small, small, small]),
      host,
      quietWork(),
    );
    expect(change).toMatchObject({ same: 1, changed: 0, added: 0, removed: 0, unread: 2 });
    expect(change.trees.map(({ kind, why }) => [kind, why])).toEqual([
      ["unread", expect.stringContaining("damaged")],
      ["unread", expect.stringContaining("damaged")],
    ]);
  });
});

describe("comparing trees", () => {
  it("answers a cancel", async () => {
    await withArtifact(file("base.json"), async (before) => {
      const work = { ...quietWork(), isDue: () => true, checkpoint: () => Promise.reject(new Error("stopped")) };
      await expect(compareEnsembles(before, before, host, work)).rejects.toThrow("stopped");
    });
  });

  it("answers a cancel within one tree", async () => {
    const chain = Array.from({ length: 1000 }, (_, k): [number, number, number, number] => [
      0,
      k,
      2 * k + 1,
      2 * k + 2,
    ]);
    const deep = tree([...chain, ...Array.from({ length: 1001 }, (_, k) => k)]);
    const held = ensemble([deep]);
    const keys = new FeatureKeys(held, held);
    const side = { ensemble: held, tree: deep };
    const stopsAt = (node: number): Work => {
      let seen = 0;
      return { ...quietWork(), isDue: () => ++seen > node, checkpoint: () => Promise.reject(new Error("stopped")) };
    };
    for (const within of [
      (work: Work) => treeKey(held, 0, deep, keys, host, work),
      (work: Work) => new Usage(held, keys).add(deep, work),
      (work: Work) => compareTrees(side, side, keys, 10, work),
    ]) {
      await expect(within(stopsAt(1500))).rejects.toThrow("stopped");
      await expect(within(stopsAt(deep.nodeCount))).resolves.not.toThrow();
    }
  });
});
