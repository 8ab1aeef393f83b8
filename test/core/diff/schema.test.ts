import { describe, expect, it } from "vitest";
import { schemaChanges } from "../../../src/core/diff/schema.ts";
import type { Value } from "../../../src/core/model/value.ts";
import { artifactOf, dictOf, objectOf } from "../../support/artifacts.ts";
import { list, logistic, pipeline, scaler, texts } from "../../support/estimators.ts";

async function changes(old: Value, next: Value): Promise<readonly string[]> {
  const found = schemaChanges(await artifactOf(old), await artifactOf(next));
  return found.map(({ kind, path, message }) => `${path === "" ? "" : `${path}: `}${kind}: ${message}`);
}

describe("schema drift", () => {
  it("is empty for a retrained model of the same schema", async () => {
    expect(await changes(logistic(), logistic({ coef: [3, 4] }))).toEqual([]);
  });

  it("names features that changed places and the class that has a new label", async () => {
    const features = ["utilisation", "income", "age"];
    expect(
      await changes(
        logistic({ features }),
        logistic({ features: ["utilisation", "age", "income"], classes: ["default", "good"] }),
      ),
    ).toEqual([
      "features-reordered: Features income and age changed places.",
      "classes-renamed: Class 'bad' is now 'default'.",
    ]);
  });

  it("keeps the names that changed, in both orders", async () => {
    const [change] = schemaChanges(
      await artifactOf(logistic({ features: ["a", "b", "c", "d"] })),
      await artifactOf(logistic({ features: ["a", "c", "d", "b"] })),
    );
    expect(change).toMatchObject({
      message: "Feature b moved from position 2 to 4.",
      old: ["b", "c", "d"],
      new: ["c", "d", "b"],
    });
  });

  it("tells added, removed and renamed features apart", async () => {
    expect(await changes(logistic({ features: ["a", "b"] }), logistic({ features: ["a", "b", "c", "d"] }))).toEqual([
      "features-added: Features c, d were added.",
      "feature-count: The model takes 4 features; it took 2.",
    ]);
    expect(await changes(logistic({ features: ["a", "b", "c"] }), logistic({ features: ["a", "c"] }))).toEqual([
      "features-removed: Feature b was removed.",
      "feature-count: The model takes 2 features; it took 3.",
    ]);
    expect(await changes(logistic({ features: ["a", "b"] }), logistic({ features: ["a", "x"] }))).toEqual([
      "features-renamed: Feature b is now x, at the same position.",
    ]);
  });

  it("compares counts where a side has no names, and claims nothing about names", async () => {
    expect(await changes(scaler(["a", "b"], 2), scaler(undefined, 2))).toEqual([]);
    expect(await changes(scaler(["a", "b"], 2), scaler(undefined, 3))).toEqual([
      "feature-count: The model takes 3 features; it took 2.",
    ]);
  });

  it("names classes that changed places, came and went", async () => {
    expect(await changes(logistic({ classes: ["a", "b"] }), logistic({ classes: ["b", "a"] }))).toEqual([
      "classes-reordered: Classes 'a' and 'b' changed places.",
    ]);
    expect(await changes(logistic({ classes: ["a", "b"] }), logistic({ classes: ["a", "b", "c"] }))).toEqual([
      "classes-added: Class 'c' was added.",
    ]);
  });

  it("says a pipeline's drift once, and what became of its steps", async () => {
    const old = pipeline(["scale", scaler(["a", "b"], 2)], ["clf", logistic({ features: ["a", "b"] })]);
    const next = pipeline(["scale", scaler(["b", "a"], 2)], ["clf", logistic({ features: ["b", "a"] })]);
    expect(await changes(old, next)).toEqual(["features-reordered: Features a and b changed places."]);

    expect(
      await changes(old, pipeline(["clf", objectOf("sklearn.svm._classes", "SVC", dictOf({ classes_: texts("x") }))])),
    ).toEqual([
      "classes-removed: Classes 'bad', 'good' were removed.",
      "classes-added: Class 'x' was added.",
      "steps-removed: Step scale was removed.",
      "steps.clf: class-changed: steps.clf was LogisticRegression and is SVC.",
    ]);
    expect(await changes(old, pipeline(["scale", "passthrough"], ["clf", logistic({ features: ["a", "b"] })]))).toEqual(
      ["class-changed: Step scale was StandardScaler and is passthrough."],
    );
  });

  it("compares each of several models under its own address", async () => {
    const models = (features: readonly string[]) =>
      dictOf({ risk: logistic({ features }), churn: logistic({ features: ["x", "y"] }) });
    expect(await changes(models(["a", "b"]), models(["b", "a"]))).toEqual([
      "risk: features-reordered: Features a and b changed places.",
    ]);
  });

  it("names encoder categories and vocabulary size", async () => {
    const encoder = (...values: readonly string[]) =>
      objectOf(
        "sklearn.preprocessing._encoders",
        "OneHotEncoder",
        dictOf({ feature_names_in_: texts("home"), categories_: list(texts(...values)), _sklearn_version: "1.2.2" }),
      );
    expect(await changes(encoder("own", "rent"), encoder("own", "lease", "rent"))).toEqual([
      "categories_[0]: categories-changed: Category 'lease' of home is new.",
    ]);
    const words = (...terms: readonly string[]) =>
      objectOf(
        "sklearn.feature_extraction.text",
        "CountVectorizer",
        dictOf({ vocabulary_: dictOf(Object.fromEntries(terms.map((term, i) => [term, BigInt(i)]))) }),
      );
    expect(await changes(words("late", "paid"), words("late", "paid", "again"))).toEqual([
      "vocabulary-changed: The vocabulary has 3 terms; it had 2.",
    ]);
  });

  it("reads the lists of names beside parameters in a plain dict", async () => {
    const parameters = (...features: readonly string[]) =>
      dictOf({ features: list(...features), labels: list("no", "yes"), coef: list(0.25, 1.5) });
    expect(await changes(parameters("a", "b"), parameters("b", "a"))).toEqual([
      "features-reordered: Features a and b changed places.",
    ]);
  });
});

describe("what a graph takes and gives", () => {
  type Ends = readonly (readonly [label: "Input" | "Output", value: string])[];
  const graph = (ends: Ends) =>
    artifactOf(dictOf({}), {
      format: "onnx",
      facts: ends.map(([label, value]) => ({ id: `onnx.${label}.${value}`, label, value })),
    });
  const told = async (old: Ends, next: Ends): Promise<readonly string[]> =>
    schemaChanges(await graph(old), await graph(next)).map(({ kind, message }) => `${kind}: ${message}`);

  it("is told by name, with the type it had and has", async () => {
    expect(
      await told(
        [
          ["Input", "x: float32 [1, 3, 240, 320]"],
          ["Output", "boxes: float32 [1, 4420, 4]"],
        ],
        [
          ["Input", "x: float32 [1, 3, 480, 640]"],
          ["Output", "scores: float32 [1, 4420, 2]"],
        ],
      ),
    ).toEqual([
      "inputs-changed: Input x is float32 [1, 3, 480, 640]; it was float32 [1, 3, 240, 320].",
      "outputs-changed: Output scores is new: float32 [1, 4420, 2].",
      "outputs-changed: Output boxes is gone; it was float32 [1, 4420, 4].",
    ]);
  });

  it("is renamed where another name stands in the same place, and not told where one side alone tells it", async () => {
    expect(await told([["Output", "y: float32 [2]"]], [["Output", "linear_1: float32 [2]"]])).toEqual([
      "outputs-changed: Output y is now linear_1, with the same type.",
    ]);
    expect(await told([], [["Input", "x: float32 [2]"]])).toEqual([]);
  });

  it("is the same under another name of a dimension without a number", async () => {
    expect(await told([["Input", "x: float32 [batch, 13]"]], [["Input", "x: float32 [?, 13]"]])).toEqual([]);
  });

  it("is another one where a single number became a list of any length, and the other way round", async () => {
    expect(await told([["Input", "x: float32 []"]], [["Input", "x: float32 [batch]"]])).toEqual([
      "inputs-changed: Input x is float32 [batch]; it was float32 [].",
    ]);
    expect(await told([["Input", "x: float32 [3]"]], [["Input", "x: float32 []"]])).toEqual([
      "inputs-changed: Input x is float32 []; it was float32 [3].",
    ]);
  });

  it("still takes what it took where a dimension became any number", async () => {
    expect(await told([["Input", "x: float32 [1, 13]"]], [["Input", "x: float32 [batch, 13]"]])).toEqual([
      "inputs-widened: Input x is float32 [batch, 13]; it was float32 [1, 13].",
    ]);
    expect(await told([["Input", "x: float32 [batch, 13]"]], [["Input", "x: float32 [1, 13]"]])).toEqual([
      "inputs-changed: Input x is float32 [1, 13]; it was float32 [batch, 13].",
    ]);
    expect(await told([["Input", "x: float32 [1, 13]"]], [["Input", "x: float64 [batch, 13]"]])).toEqual([
      "inputs-changed: Input x is float64 [batch, 13]; it was float32 [1, 13].",
    ]);
  });
});
