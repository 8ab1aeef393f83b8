import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { keyPath } from "../../../../src/core/meaning/path.ts";
import { fixture, fixtureJson } from "../../../support/read-format.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";
import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { hexAt, metadataAt, openBytes, rulesOf } from "../../../support/fixture-reading.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const zip = (files: Readonly<Record<string, string>>): Uint8Array =>
  forgeZip(Object.entries(files).map(([name, text]) => ({ name, content: new TextEncoder().encode(text) })));
const open = (bytes: Uint8Array) => openBytes(bytes, "bundle.zip");
const files = {
  "bundle.json": '{"name": "b", "format": "json", "version": "0.23.3"}',
  "root/model.json": '{"op": "pipeline", "attributes": {"nodes": {"string": ["lr"], "type": "list"}}}',
  "root/lr.node/model.json": '{"op": "linear_regression", "attributes": {"coefficients": {"double": [0.5, -0.0]}}}',
  "root/rf.node/tree0/tree.json":
    '{"type": "internal", "split": {"threshold": 1.5}}\n{"type": "leaf", "values": [2.5]}\n',
  "root/x.node/own.model": '{"w": [1.5]}',
};

describe("an MLeap bundle", () => {
  it("is its nodes, each with its model, trees and models of others", async () => {
    const artifact = await open(zip(files));
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["mleap", true, []]);
    expect(artifact.framework).toMatchObject({ name: "mleap", version: "0.23.3" });
    expect(metadataAt(artifact, "name")).toBe("b");
    expect(await hexAt(artifact, "lr.model.attributes.coefficients.double")).toBe("000000000000e03f0000000000000080");
    expect(await hexAt(artifact, "rf.tree0.tree[1].values")).toBe("0000000000000440");
    expect(await hexAt(artifact, 'x["own.model"].w')).toBe("000000000000f83f");
  });

  it.each([
    ["random_forest_regression", [[3.5], [5.5], [6.5], [6.5]]],
    ["gbt_regression", [[4.5], [8.5], [10.5], [10.5]]],
    [
      "random_forest_classifier",
      [
        [1.25, 0.75],
        [1.25, 0.75],
        [1.25, 0.75],
        [0.75, 1.25],
      ],
    ],
  ])("has the trees of a %s", async (operation, wanted) => {
    const isClassifier = operation.endsWith("classifier");
    const leaf = (value: number): string =>
      JSON.stringify({ type: "leaf", values: isClassifier ? [value, 8 - value] : [value] });
    const byNumber = '{"type":"internal","split":{"type":"continuous","featureIndex":0,"threshold":1.5}}';
    const byLevel =
      '{"type":"internal","split":{"type":"categorical","featureIndex":1,"numCategories":4,"isLeft":false,"categories":[2.0,0.0]}}';
    const tree = [byNumber, byLevel, leaf(2), leaf(6), leaf(isClassifier ? 2 : 8)].join("\n");
    const attributes = {
      num_features: { long: 2 },
      num_classes: { long: 2 },
      tree_weights: { double: isClassifier ? [1, 1] : [1, 0.5], type: "list" },
      trees: { string: ["tree0", "tree1"], type: "list" },
    };
    const artifact = await open(
      zip({
        "bundle.json": files["bundle.json"],
        "root/model.json": files["root/model.json"],
        "root/rf.node/model.json": JSON.stringify({ op: operation, attributes }),
        "root/rf.node/tree0/tree.json": tree,
        "root/rf.node/tree1/tree.json": isClassifier
          ? [byLevel, leaf(8), leaf(4)].join("\n")
          : [byLevel, leaf(5), leaf(5)].join("\n"),
      }),
    );
    const [ensemble, ...others] = await ensemblesOf(artifact);
    expect(others).toEqual([]);
    expect(ensemble).toMatchObject({ library: "mleap", path: "rf", treeCount: 2, featureCount: 2 });
    if (ensemble === undefined) return;
    const rows = [
      [1.5, 1],
      [1.5, 2],
      [2, 3],
      [2, 0],
    ];
    expect(await rawPredictions(ensemble, rows)).toEqual(wanted);
  });

  it.each([
    ["xgboost.regression", "xgboost", "xgb", "xgboost.model", "xgboost/old/regression.model"],
    ["lightgbm_regression", "lightgbm", "lgbm", "booster", "lightgbm/new/regression.txt"],
  ])("has the trees of a %s, which predict what that library does", async (operation, library, node, key, path) => {
    const model = fixture(path);
    const isText = key === "booster";
    const attributes = isText
      ? { booster: { string: new TextDecoder().decode(model) }, actualNumClasses: { int: 1 } }
      : { num_features: { int: 4 } };
    const described = new TextEncoder().encode(JSON.stringify({ op: operation, attributes }));
    const artifact = await open(
      forgeZip([
        { name: "bundle.json", content: new TextEncoder().encode(files["bundle.json"]) },
        { name: `root/${node}.node/model.json`, content: described },
        ...(isText ? [] : [{ name: `root/${node}.node/${key}`, content: model }]),
      ]),
    );
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, []]);
    const [ensemble, ...others] = await ensemblesOf(artifact);
    expect(others).toEqual([]);
    expect(ensemble).toMatchObject({ library, path: keyPath(node, key) });
    if (ensemble === undefined) return;
    const column = library === "xgboost" ? "split_conditions" : "leaf_value";
    expect(artifact.parameters.map((each) => each.path)).toContain(`${ensemble.pathOf(0)}.${column}`);
    const [folder, name] = [path.replace(/[^/]*$/, ""), path.replace(/^.*\/|\.\w+$/g, "")];
    const expected = (fixtureJson(`${folder}expected.json`) as Record<string, ExpectedPredictions>)[name];
    if (expected === undefined) throw new Error(`no predictions of ${name}`);
    const found = await rawPredictions(ensemble, numbersIn(expected.rows, expected.features));
    expect(largestError(found, numbersIn(expected.raw, expected.outputs))).toBe(0);
  });

  it("says that a model in it is damaged, and keeps its text", async () => {
    const model = JSON.stringify({
      op: "lightgbm_regression",
      attributes: { booster: { string: "tree\nversion=v4\n" } },
    });
    const artifact = await open(zip({ ...files, "root/lgbm.node/model.json": model }));
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact)).toEqual(["integrity/corrupt"]);
    expect(artifact.values.map(({ path }) => path)).toContain("lgbm.model.attributes.booster.string");
  });

  it.each([
    ["a node after the last leaf", '{"type":"leaf","values":[1.0]}\n{"type":"leaf","values":[1.0]}'],
    [
      "no right part",
      '{"type":"internal","split":{"type":"continuous","featureIndex":0,"threshold":1.5}}\n{"type":"leaf","values":[1.0]}',
    ],
    ["a leaf without a value", '{"type":"leaf"}\n'],
  ])("has no tree of %s", async (_what, tree) => {
    const model = '{"op": "decision_tree_regression", "attributes": {"num_features": {"long": 1}}}';
    const artifact = await open(zip({ ...files, "root/dt.node/model.json": model, "root/dt.node/tree.json": tree }));
    const [ensemble] = await ensemblesOf(artifact);
    await expect(ensemble?.tree(0, quietWork())).rejects.toMatchObject({ code: "corrupt" });
  });

  it("says which file is damaged", async () => {
    const artifact = await open(
      zip({ ...files, "root/lr.node/model.json": '{"op": "linear', "root/y.node/bin": "\u0001" }),
    );
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact)).toEqual(["integrity/truncated", "integrity/not-read"]);
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([zip(files)], 37);
    for (let i = 0; i < fuzzCount(100); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
