import { describe, expect, it } from "vitest";
import { artifactOf, dictOf, objectOf } from "../../support/artifacts.ts";
import { floats } from "../../support/estimators.ts";

describe("libraries beside scikit-learn", () => {
  it("a GAM has the features that it notes, not its coefficients", async () => {
    const statistics = dictOf({ n_samples: 120n, m_features: 2n });
    const root = objectOf(
      "pygam.pygam",
      "LinearGAM",
      dictOf({ coef_: floats([5], 1, 2, 3, 4, 5), statistics_: statistics }),
    );
    const { framework, schema } = await artifactOf(root);
    expect(framework).toEqual({ name: "pygam", className: "LinearGAM" });
    expect(schema.featureCount).toBe(2);
    const unknown = await artifactOf(objectOf("pygam.pygam", "LinearGAM", dictOf({ coef_: floats([2], 1, 2) })));
    expect(unknown.schema.featureCount).toBeUndefined();
  });

  it.each([
    ["optuna.study.study", "Study", "optuna"],
    ["skopt.optimizer.optimizer", "Optimizer", "scikit-optimize"],
    ["kmodes.kmodes", "KModes", "kmodes"],
    ["pynndescent.pynndescent_", "NNDescent", "pynndescent"],
  ])("%s.%s is of %s", async (module, className, name) => {
    const { framework } = await artifactOf(objectOf(module, className, dictOf({ learned: floats([1], 1) })));
    expect(framework).toEqual({ name, className });
  });

  it("a topic model of gensim has its settings apart from its arrays, and the size of its vocabulary", async () => {
    const state = dictOf({
      num_topics: 2n,
      passes: 5n,
      decay: 0.5,
      alpha: floats([2], 0.5, 0.5),
      num_terms: 3n,
      num_updates: 9n,
    });
    const { estimators, schema } = await artifactOf(objectOf("gensim.models.ldamodel", "LdaModel", state));
    expect(estimators[0]?.hyperparameters.map(({ path }) => path)).toEqual(["num_topics", "passes", "decay"]);
    expect(schema.vocabularySize).toBe(3);
    const ofAnother = await artifactOf(objectOf("own.models", "LdaModel", state));
    expect(ofAnother.schema.vocabularySize).toBeUndefined();
  });

  it("an explainer is of who made the model that it explains", async () => {
    const model = objectOf("sklearn.linear_model._ridge", "Ridge", dictOf({ coef_: floats([1], 1) }));
    const { framework } = await artifactOf(objectOf("shap.explainers._linear", "LinearExplainer", dictOf({ model })));
    expect(framework).toEqual({ name: "scikit-learn", className: "LinearExplainer" });
  });
});
