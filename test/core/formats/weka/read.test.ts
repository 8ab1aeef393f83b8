import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { classDescription, javaHead, object } from "../../../support/java-builder.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
} from "../../../support/read-format.ts";
import { rawPredictions } from "../../../support/score-trees.ts";

// test/generate/java/WekaFixtures.java wrote them with Weka 3.8.6, and what Weka predicts for 30 rows.
const told = fixtureJson("weka/predictions.json") as Record<string, readonly (readonly string[])[]> & {
  readonly rows: readonly (readonly (readonly number[])[])[];
};
const model = (name: string): Uint8Array => fixture(`weka/${name}.model`);
const doubleOf = (hex: string): number => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${hex}`));
  return view.getFloat64(0);
};

describe("a model of Weka", () => {
  it("has its class, its options apart from what it learned, and the header of its data", async () => {
    const artifact = await openBytes(model("j48"), "j48.model");
    expect(artifact).toMatchObject({ format: "weka", complete: true, findings: [] });
    expect(artifact.framework).toEqual({ name: "weka", className: "J48" });
    expect(artifact.schema).toMatchObject({
      features: ["length", "colour", "width"],
      outputs: ["kind"],
      classes: ["a", "b", "c"],
      categories: [{ feature: "colour", values: ["red", "green", "blue"] }],
    });
    const options = artifact.values.filter(({ role }) => role === "hyperparameter");
    expect(options.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["m_CF", "m_minNumObj", "m_unpruned", "m_useLaplace"]),
    );
    expect(options.some(({ path }) => path.startsWith("m_root"))).toBe(false);
  });

  it("has a header also where it keeps it itself", async () => {
    const { schema } = await openBytes(model("j48-binary"));
    expect(schema).toMatchObject({ features: ["length", "colour", "width"], classes: ["a", "b", "c"] });
  });

  it.each(["random-sub-space", "multilayer-perceptron", "logistic-alone", "decision-table"])(
    "tells the data as it was given, not what a filter made of it (%s)",
    async (name) => {
      const { schema, complete } = await openBytes(model(name));
      expect(complete).toBe(true);
      expect(schema).toMatchObject({
        features: ["length", "colour", "width"],
        outputs: ["kind"],
        classes: ["a", "b", "c"],
      });
      expect(schema.categories).toEqual([{ path: "", feature: "colour", values: ["red", "green", "blue"] }]);
    },
  );

  it("tells a number as its output, or none where it groups rows", async () => {
    const [regression, groups] = [await openBytes(model("smo-reg")), await openBytes(model("simple-k-means"))];
    expect(regression.schema).toMatchObject({ features: ["length", "colour", "width"], outputs: ["price"] });
    expect(groups.schema.features).toEqual(["length", "colour", "width"]);
    expect([regression.schema.classes, groups.schema.outputs, groups.schema.classes]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each(["logit-boost", "multi-class"])("tells nothing of its parts' own classes as its own (%s)", async (name) => {
    const { schema, complete } = await openBytes(model(name));
    expect([complete, schema.outputs, schema.classes]).toEqual([true, undefined, undefined]);
  });

  it("has trees that learned from fewer attributes, or other classes, than the whole", async () => {
    const spaces = await ensemblesOf(await openBytes(model("random-sub-space")));
    expect(spaces.map(({ features, classes }) => [features?.length, classes])).toEqual([
      [2, ["a", "b", "c"]],
      [2, ["a", "b", "c"]],
    ]);
    const classes = (await ensemblesOf(await openBytes(model("multi-class")))).map((each) => each.classes);
    expect(classes).toEqual([
      ["neg_a", "pos_a"],
      ["neg_b", "pos_b"],
      ["neg_c", "pos_c"],
    ]);
  });

  it.each([
    "j48",
    "j48-binary",
    "random-tree",
    "random-forest",
    "random-forest-regression",
    "rep-tree",
    "rep-tree-regression",
  ])("is a tree ensemble (%s) that predicts what Weka predicts", async (name) => {
    const [ensemble, ...others] = await ensemblesOf(await openBytes(model(name)));
    if (ensemble === undefined) throw new Error("no trees");
    expect(others).toEqual([]);
    const rows = told.rows[name.endsWith("regression") ? 1 : 0] ?? [];
    const raw = await rawPredictions(ensemble, rows);
    for (const [i, expected] of (told[name] ?? []).entries())
      for (const [k, hex] of expected.entries()) expect(raw[i]?.[k]).toBeCloseTo(doubleOf(hex), 12);
  });

  it("has the coefficients of a Logistic by attribute and class", async () => {
    const { parameters } = await openBytes(model("logistic"));
    const coefficients = parameters.find(({ path }) => path === "m_Par");
    expect(coefficients?.tensor.shape).toEqual([6, 2]);
    expect(coefficients?.axes.map((axis) => axis?.labels)).toEqual([
      ["(intercept)", "length", "colour=red", "colour=green", "colour=blue", "width"],
      ["a", "b"],
    ]);
  });

  it.each([
    ["naive-bayes", "m_Distributions[0][0].m_Mean"],
    ["linear-regression", "m_Coefficients"],
    ["smo", "m_classifiers[0][1].m_sparseWeights"],
  ])("%s has %s", async (name, path) => {
    const { parameters, complete } = await openBytes(model(name));
    const found = parameters.find((each) => each.path === path);
    if (found === undefined) throw new Error(`no ${path}`);
    expect([complete, (await elementsHex(found.tensor)).length > 0]).toEqual([true, true]);
  });

  it("has a header of its data in the metadata only", async () => {
    const { parameters, values } = await openBytes(model("random-tree"));
    expect(values.some(({ path }) => path === "__metadata__.header")).toBe(true);
    expect(parameters.map(({ path }) => path)).toContain("m_Tree.m_SplitPoint");
  });

  it("may be a class that there is not", async () => {
    const { format, framework, complete } = await openBytes(
      concat(javaHead, object(classDescription("weka.classifiers.Own"))),
    );
    expect([format, framework?.className, complete]).toEqual(["weka", "Own", true]);
  });

  it("cut at every 7th byte is shown in part, or refused with a reason", async () => {
    const { shown, refused } = await readCuts(model("rep-tree"), (bytes) => readBytes(bytes));
    expect(shown.filter(({ artifact }) => artifact.complete).length).toBeLessThan(2);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("never does anything but open or be refused, whatever is changed in it", async () => {
    const files = ["j48", "random-tree", "rep-tree-regression", "logistic"].map(model);
    expect(await damagedCopies(files, 5, 250)).toEqual([]);
  });
});
