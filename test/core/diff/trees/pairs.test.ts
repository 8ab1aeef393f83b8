import { describe, expect, it } from "vitest";
import type { DiffReport, Verdict } from "../../../../src/core/diff/report.ts";
import { comparedTrees } from "../../../../src/core/diff/trees/ensembles.ts";
import { pairEnsembles } from "../../../../src/core/diff/trees/pair.ts";
import type { EnsembleChange, NodeKind } from "../../../../src/core/diff/trees/report.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { testPath, withArtifact } from "../../../support/open-file.ts";
import { compare, judgement } from "../comparisons.ts";

type Counts = Partial<EnsembleChange>;

const SHARED = "On one side, leaf values are divided by the number of trees.";
const WEIGHTED = "On one side, leaf values are multiplied with the weights of their trees.";
const MISSING = "On one side, missing values have no direction of their own.";
const rounded = (count: number): string =>
  count === 1
    ? "Only rounding: the tree is the old one rounded to float32."
    : `Only rounding: each of the ${count} trees is the old one rounded to float32.`;
const refined = (count: number): string =>
  `Only precision: each of the ${count} trees has more digits; rounded to float32 it is the old one.`;
const identical = (count: number): string => `Each of the ${count} trees is identical.`;

/** Old, new, what is said first, and what became of the trees (test/generate/tree_pairs_fixtures.py). */
const PAIRS: readonly (readonly [string, string, string, Counts])[] = [
  // A forest and its copy in float32, of which the leaf values are shared out.
  ["forest-classes.pkl", "forest-classes.onnx", `${rounded(3)} ${SHARED} ${MISSING}`, { rewritten: 3, changed: 0 }],
  ["forest-classes.onnx", "forest-classes.pkl", `${refined(3)} ${SHARED} ${MISSING}`, { rewritten: 3, changed: 0 }],
  ["forest-binary.pkl", "forest-binary.onnx", `${rounded(3)} ${SHARED} ${MISSING}`, { rewritten: 3, changed: 0 }],
  ["forest-binary.onnx", "forest-binary.pkl", `${refined(3)} ${SHARED} ${MISSING}`, { rewritten: 3, changed: 0 }],
  ["forest-regressor.pkl", "forest-regressor.onnx", `${rounded(7)} ${SHARED} ${MISSING}`, { rewritten: 7, changed: 0 }],
  ["forest-outputs.pkl", "forest-outputs.onnx", `${rounded(3)} ${SHARED} ${MISSING}`, { rewritten: 3, changed: 0 }],
  ["extra.pkl", "extra.onnx", `${rounded(3)} ${SHARED} ${MISSING}`, { rewritten: 3, changed: 0 }],
  ["boosting-classes.pkl", "boosting-classes.onnx", `${rounded(6)} ${WEIGHTED} ${MISSING}`, { rewritten: 6 }],
  ["boosting-binary.pkl", "boosting-binary.onnx", `${rounded(3)} ${WEIGHTED} ${MISSING}`, { rewritten: 3 }],
  ["boosting-regressor.pkl", "boosting-regressor.onnx", `${rounded(3)} ${WEIGHTED} ${MISSING}`, { rewritten: 3 }],
  ["tree-classes.pkl", "tree-classes.onnx", `${rounded(1)} ${MISSING}`, { rewritten: 1 }],
  ["tree-regressor.pkl", "tree-regressor.onnx", `${rounded(1)} ${MISSING}`, { rewritten: 1 }],
  ["bagging.pkl", "bagging.onnx", `${rounded(3)} ${MISSING}`, { rewritten: 3 }],
  ["ada.pkl", "ada.onnx", `${rounded(3)} ${MISSING}`, { rewritten: 3 }],
  [
    "isolation.pkl",
    "isolation.onnx",
    `${rounded(3)} On one side, leaf values are the numbers of their leaves. ${MISSING}`,
    {
      rewritten: 3,
      rewriting: { kind: "rounded", dtype: "float32", thresholds: "kept", values: "numbered", isMissingLost: true },
    },
  ],
  // What is not of the trees comes first when it changed.
  [
    "scaled.pkl",
    "scaled.onnx",
    `Only rounding: each of the 2 parameters is the old one rounded to float32. ${rounded(3)} ${SHARED}`,
    { rewritten: 3 },
  ],
  // One number next to what it would be rounded to is another number.
  [
    "forest-regressor.pkl",
    "forest-regressor-leaf.onnx",
    `Trees: 6 are the old ones rounded to float32, 0 are the same, 1 changed, 0 added, 0 removed. ${SHARED} ${MISSING}`,
    { rewritten: 6, changed: 1 },
  ],
  [
    "forest-regressor.pkl",
    "forest-regressor-threshold.onnx",
    `Trees: 6 are the old ones rounded to float32, 0 are the same, 1 changed, 0 added, 0 removed. ${SHARED} ${MISSING}`,
    { rewritten: 6, changed: 1 },
  ],
  [
    "forest-regressor.pkl",
    "forest-regressor-retrained.onnx",
    "Each of the 7 trees changed.",
    { rewritten: 0, changed: 7, same: 0 },
  ],
  // Within one library, its columns say it.
  [
    "forest-regressor.pkl",
    "forest-regressor-rounded.pkl",
    "Only rounding: 14 of 70 parameters are the old ones rounded to float32. Hyper-parameters are unchanged.",
    { rewritten: 7, changed: 0 },
  ],
  [
    "forest-regressor-rounded.pkl",
    "forest-regressor.pkl",
    `${refined(7)} Hyper-parameters are unchanged.`,
    { rewritten: 7, changed: 0 },
  ],
  // What is float32 is not rounded.
  ["xgb-classes.json", "xgb-classes.onnx", identical(9), { same: 9, rewritten: 0, changed: 0 }],
  ["xgb-classes.onnx", "xgb-classes.json", identical(9), { same: 9, rewritten: 0, changed: 0 }],
  ["xgb-binary.json", "xgb-binary.onnx", identical(3), { same: 3, rewritten: 0, changed: 0 }],
  ["xgb-regressor.json", "xgb-regressor.onnx", identical(3), { same: 3, rewritten: 0, changed: 0 }],
  [
    "xgb-regressor.json",
    "xgb-regressor-base.onnx",
    `${identical(3)} What the trees add to is 4.067564010620117 instead of 3.567563772201538.`,
    { same: 3, changed: 0 },
  ],
  ["xgb-classes.json", "xgb-classes.dump.txt", identical(9), { same: 9, rewritten: 0, changed: 0 }],
  ["xgb-regressor.dump.txt", "xgb-regressor.onnx", identical(3), { same: 3, rewritten: 0, changed: 0 }],
  ["lgb-classes.txt", "lgb-classes.onnx", rounded(9), { rewritten: 9, changed: 0 }],
  ["lgb-classes.onnx", "lgb-classes.txt", refined(9), { rewritten: 9, changed: 0 }],
  ["lgb-binary.json", "lgb-binary.onnx", rounded(3), { rewritten: 3, changed: 0 }],
  ["cat-classes.cbm", "cat-classes.onnx", rounded(4), { rewritten: 4, changed: 0 }],
  ["cat-binary.cbm", "cat-binary.onnx", rounded(4), { rewritten: 4, changed: 0 }],
  ["cat-regressor.json", "cat-regressor.onnx", rounded(4), { rewritten: 4, changed: 0 }],
];

/** Versions of one library's model in its own forms, of which not all trees are the same. */
const VERSIONS: readonly (readonly [string, string, string, Counts])[] = [
  [
    "xgb-old-classes.model",
    "xgb-old-classes-retrained.model",
    "Retrained:",
    { same: 0, changed: 9, added: 0, removed: 0 },
  ],
  ["xgb-old-classes.json", "xgb-old-classes-retrained.model", "Retrained:", { same: 0, changed: 9 }],
  [
    "forest-grown.pkl",
    "forest-grown-retrained.pkl",
    "Retrained: each of the 10 trees changed. Hyper-parameters are unchanged.",
    { same: 0, changed: 10, added: 0, removed: 0 },
  ],
  [
    "cat-regressor.cbm",
    "cat-regressor-more.cbm",
    "Trained on: the 4 trees are the old ones, and 2 were added.",
    { same: 4, added: 2, changed: 0 },
  ],
  ["cat-regressor.cbm", "cat-regressor-retrained.cbm", "Retrained:", { same: 0, changed: 4 }],
  ["cat-regressor.json", "cat-regressor-leaf.json", "Retrained:", { same: 3, changed: 1 }],
  ["cat-regressor.cbm", "cat-regressor-leaf.json", "Retrained:", { same: 3, changed: 1 }],
];

/** Forms of one model in one library: the same parameters, but for what only one of them holds. */
const FORMS: readonly (readonly [string, string, Partial<Record<Verdict, number>>])[] = [
  ["xgb-old-classes.model", "xgb-old-classes.json", { identical: 127 }],
  ["xgb-old-classes.ubj", "xgb-old-classes.model", { identical: 127 }],
  ["xgb-old-dart.model", "xgb-old-dart.ubj", { identical: 44 }],
  ["xgb-old-poisson.json", "xgb-old-poisson.model", { identical: 43 }],
];

function reportOf(old: string, next: string): Promise<DiffReport> {
  const file = (name: string): string => testPath(`fixtures/trees/pairs/${name}`);
  return withArtifact(file(old), (before) => withArtifact(file(next), (after) => compare(before, after)));
}

/** How many nodes of all trees that are in both are of each kind. */
async function nodesOf(old: string, next: string): Promise<Partial<Record<NodeKind, number>>> {
  const file = (name: string): string => testPath(`fixtures/trees/pairs/${name}`);
  const counts: Partial<Record<NodeKind, number>> = {};
  await withArtifact(file(old), (before) =>
    withArtifact(file(next), async (after) => {
      for (const pair of await pairEnsembles(before, after))
        for (let index = 0; index < pair.next.treeCount; index++) {
          const { rows } = await comparedTrees(pair, index, index, 100_000, quietWork());
          for (const { kind } of rows) counts[kind] = (counts[kind] ?? 0) + 1;
        }
    }),
  );
  return counts;
}

/** Forms of one model whose trees are the same, and what else is said first. */
const SAME_TREES: readonly (readonly [string, string, string])[] = [
  [
    "cat-lossguide.cbm",
    "cat-lossguide.json",
    `${identical(4)} 4 parameters differ that decide nothing, trees[1].splits first.`,
  ],
  ["cat-lossguide.cbm", "cat-lossguide.pkl", "Each of the 28 parameters is identical."],
  ["cat-classes.cbm", "cat-classes.json", "Each of the 20 parameters is identical."],
  ["xgb-old-classes.model", "xgb-old-classes.pkl", "Each of the 127 parameters is identical."],
  ["xgb-old-linear.model", "xgb-old-linear.json", "Its one parameter is identical."],
];

describe("one ensemble in two forms", () => {
  it.each([...PAIRS, ...VERSIONS])("%s against %s", async (old, next, sentence, counts) => {
    const report = await reportOf(old, next);
    expect(judgement(report).slice(0, sentence.length)).toBe(sentence);
    expect(report.ensembles).toMatchObject([counts]);
    expect(report.complete).toBe(true);
  });

  it.each([
    ["tree-classifier", rounded(1)],
    ["forest-regressor", rounded(4)],
    ["boosting-regressor", rounded(5)],
    ["linear", "Only rounding: each of the 2 parameters is the old one printed with fewer digits."],
  ])("%s in a pickle and in PMML, whose thresholds are texts of float32", async (name, sentence) => {
    const file = (ending: string): string => testPath(`fixtures/pmml/${name}.${ending}`);
    await withArtifact(file("pkl"), (old) =>
      withArtifact(file("pmml"), async (next) => {
        expect(judgement(await compare(old, next)).slice(0, sentence.length)).toBe(sentence);
      }),
    );
  });

  it.each([
    ["forest-classes.pkl", "forest-classes.onnx", ["rounded", "same"]],
    ["forest-regressor.pkl", "forest-regressor-rounded.pkl", ["rounded", "same"]],
    ["forest-regressor-rounded.pkl", "forest-regressor.pkl", ["refined", "same"]],
    ["lgb-classes.onnx", "lgb-classes.txt", ["refined"]],
    ["cat-classes.cbm", "cat-classes.onnx", ["rounded", "same"]],
    ["forest-regressor.pkl", "forest-regressor-leaf.onnx", ["changed", "rounded", "same"]],
    ["forest-regressor.pkl", "forest-regressor-threshold.onnx", ["changed", "rounded", "same"]],
  ])("%s against %s, node by node", async (old, next, kinds) => {
    const found = await nodesOf(old, next);
    expect(Object.keys(found).toSorted()).toEqual(kinds);
    expect(found.changed).toBe(kinds.includes("changed") ? 1 : undefined);
  });

  it("that was trained again has no node that rounding explains", async () => {
    const { rounded: of = 0, changed = 0 } = await nodesOf("forest-regressor.pkl", "forest-regressor-retrained.onnx");
    expect(changed).toBeGreaterThan(0);
    expect(of).toBe(0);
  });

  it("are told together where there are several", async () => {
    const report = await reportOf("voting.pkl", "voting.onnx");
    expect(judgement(report)).toContain(rounded(5));
    expect(judgement(report)).not.toContain("leaf values");
    expect(report.ensembles).toMatchObject([
      { rewritten: 2, rewriting: { values: "shared" } },
      { rewritten: 3, rewriting: { values: "weighted" } },
    ]);
  });

  it.each(SAME_TREES)("%s against %s has the same trees", async (old, next, sentence) => {
    const report = await reportOf(old, next);
    expect(judgement(report).slice(0, sentence.length)).toBe(sentence);
    expect(report.ensembles).toEqual([]);
  });

  it.each(["lgb-forest", "lgb-linear"])(
    "%s in text and as a dump, which print gains otherwise, is not retrained",
    async (name) => {
      const report = await reportOf(`${name}.txt`, `${name}.json`);
      expect(judgement(report)).not.toContain("Retrained");
      expect(report.ensembles).toEqual([]);
    },
  );

  it.each(FORMS)("%s against %s is an empty diff", async (old, next, summary) => {
    const report = await reportOf(old, next);
    expect(report.summary).toEqual(summary);
    const { schema, hyperparameters, values, environment, ensembles, findings } = report;
    expect([schema, hyperparameters, values, environment, ensembles, findings]).toEqual([[], [], [], [], [], []]);
  });
});
