import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { readPmml } from "../../../../src/core/formats/pmml/read.ts";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { decodeBlock } from "../../../../src/core/model/decode.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { cutsOf, outcomeOf } from "../../../fuzz/outcome.ts";
import { openBytes, rulesOf, tensorAt } from "../../../support/fixture-reading.ts";
import { rawPredictions } from "../../../support/score-trees.ts";

const folder = path.resolve(import.meta.dirname, "../../../fixtures/pmml");
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(folder, `${name}.pmml`)));
const fixture = (name: string): Promise<Artifact> => openBytes(bytesOf(name), `${name}.pmml`);
const utf8 = new TextEncoder();

type Rows = readonly (readonly string[])[];
interface Known {
  readonly predict: readonly string[];
  readonly predict_proba?: Rows;
  readonly coef_?: Rows;
  readonly intercept_?: Rows;
  readonly cluster_centers_?: Rows;
  readonly theta_?: Rows;
  readonly coefs_?: readonly Rows[];
  readonly intercepts_?: Rows;
}
const expected = JSON.parse(readFileSync(path.join(folder, "expected.json"), "utf8")) as {
  readonly rows: Rows;
  readonly models: Readonly<Record<string, Known>>;
};
const number = (hex: string): number => Buffer.from(hex, "hex").readDoubleLE();
const numbers = (rows: Rows): number[][] => rows.map((row) => row.map(number));
const known = (name: string): Known => {
  const found = expected.models[name];
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};

async function valuesAt(artifact: Artifact, at: string): Promise<number[]> {
  const tensor = tensorAt(artifact, at);
  const count = elementCount(tensor.shape);
  const out = new Float64Array(count);
  decodeBlock(tensor.dtype, await readElements(tensor, 0, count), count, out);
  return [...out];
}

const near = (found: readonly number[], wanted: readonly number[]): void => {
  expect(found.length).toBe(wanted.length);
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo(wanted[i] ?? Number.NaN, 9);
};

/** A document with this model in it, over fields x, y and a colour. */
const document = (model: string, extra = ""): string =>
  `<?xml version="1.0"?><PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header copyright="us"><Application name="T" version="1"/></Header>
<DataDictionary><DataField name="x" optype="continuous" dataType="double"/><DataField name="c" optype="categorical" dataType="string"><Value value="red"/><Value value="green"/></DataField><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>${extra}${model}</PMML>`;
const mining = `<MiningSchema><MiningField name="x"/><MiningField name="c"/><MiningField name="y" usageType="target"/></MiningSchema>`;
const open = (model: string, extra?: string): Promise<Artifact> =>
  openBytes(utf8.encode(document(model, extra)), "m.pmml");
const tree = (nodes: string, attributes = ""): string =>
  `<TreeModel functionName="regression" ${attributes}>${mining}<Node score="0" id="r"><True/>${nodes}</Node></TreeModel>`;
const node = (score: string, predicate: string, inner = ""): string =>
  `<Node score="${score}" id="n${score}">${predicate}${inner}</Node>`;
const test = (field: string, operator: string, value?: string): string =>
  `<SimplePredicate field="${field}" operator="${operator}"${value === undefined ? "" : ` value="${value}"`}/>`;

describe("models of scikit-learn as PMML", () => {
  it.each(Object.keys(expected.models))("%s opens whole, with its features and who wrote it", async (name) => {
    const artifact = await fixture(name);
    expect([artifact.format, artifact.complete]).toEqual(["pmml", true]);
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(artifact.schema.features).toEqual(["sepal length", "sepal width", "petal length", "petal width"]);
    expect(artifact.framework).toMatchObject({ name: "Nyoka", version: "5.5.0" });
    const isClassifier = ["tree-classifier", "forest-classifier", "logistic", "mlp", "svc", "naive-bayes"].includes(
      name,
    );
    expect(artifact.schema.classes).toEqual(isClassifier ? ["0", "1", "2"] : undefined);
  });

  it.each(["tree-classifier", "forest-classifier"])("%s has trees that give its probabilities", async (name) => {
    const [ensemble] = await ensemblesOf(await fixture(name));
    if (ensemble === undefined) throw new Error("no ensemble");
    const found = await rawPredictions(ensemble, numbers(expected.rows));
    for (const [i, row] of numbers(known(name).predict_proba ?? []).entries()) near(found[i] ?? [], row);
  });

  it.each(["tree-regressor", "forest-regressor", "boosting-regressor"])(
    "%s has trees that give what it predicts",
    async (name) => {
      const [ensemble] = await ensemblesOf(await fixture(name));
      if (ensemble === undefined) throw new Error("no ensemble");
      const found = await rawPredictions(ensemble, numbers(expected.rows));
      const wanted = known(name).predict.map(number);
      // The start of a boosting is written with seven digits.
      for (const [i, row] of found.entries())
        expect(row[0]).toBeCloseTo(wanted[i] ?? Number.NaN, name.startsWith("boosting") ? 5 : 9);
    },
  );

  it("has the coefficients of linear models by predictor", async () => {
    const at = "RegressionModel.RegressionTable";
    const linear = await fixture("linear");
    near(await valuesAt(linear, `${at}.NumericPredictor.coefficient`), numbers(known("linear").coef_ ?? [])[0] ?? []);
    near(await valuesAt(linear, `${at}.intercept`), numbers(known("linear").intercept_ ?? [])[0] ?? []);
    const parameter = linear.parameters.find((each) => each.path.endsWith("coefficient"));
    expect(parameter?.axes[0]?.labels).toEqual(linear.schema.features);
    const logistic = await fixture("logistic");
    for (const [i, row] of numbers(known("logistic").coef_ ?? []).entries())
      near(
        await valuesAt(
          logistic,
          `MiningModel.Segmentation.Segment[${i}].${at}`.replace(at, `${at}.NumericPredictor.coefficient`),
        ),
        row,
      );
  });

  it("has the weights of a network as matrices, neurons by inputs", async () => {
    const artifact = await fixture("mlp");
    for (const [i, rows] of (known("mlp").coefs_ ?? []).entries()) {
      const wanted = numbers(rows);
      const found = await valuesAt(artifact, `NeuralNetwork.NeuralLayer[${i}].weight`);
      const [inputs, neurons] = [wanted.length, wanted[0]?.length ?? 0];
      expect(tensorAt(artifact, `NeuralNetwork.NeuralLayer[${i}].weight`).shape).toEqual([neurons, inputs]);
      near(found, Array.from({ length: neurons }, (_, n) => wanted.map((row) => row[n] ?? Number.NaN)).flat());
      near(
        await valuesAt(artifact, `NeuralNetwork.NeuralLayer[${i}].bias`),
        numbers(known("mlp").intercepts_ ?? [])[i] ?? [],
      );
    }
  });

  it("has centres of clusters and support vectors as matrices", async () => {
    near(
      await valuesAt(await fixture("kmeans"), "ClusteringModel.Cluster.Array"),
      numbers(known("kmeans").cluster_centers_ ?? []).flat(),
    );
    const svc = await fixture("svc");
    const vectors = tensorAt(
      svc,
      'SupportVectorMachineModel.VectorDictionary.VectorInstance["REAL-SparseArray"]["REAL-Entries"]',
    );
    expect(vectors.shape[1]).toBe(4);
  });

  it("has the means of naive Bayes by feature and class", async () => {
    const artifact = await fixture("naive-bayes");
    const theta = numbers(known("naive-bayes").theta_ ?? []);
    const at = 'NaiveBayesModel.BayesInputs.BayesInput["petal length"].TargetValueStats.TargetValueStat["1"]';
    near(await valuesAt(artifact, `${at}.GaussianDistribution.mean`), [theta[1]?.[2] ?? Number.NaN]);
  });
});

describe("a PMML document", () => {
  it("keeps the text of its numbers", async () => {
    const artifact = await open(
      `<RegressionModel functionName="regression">${mining}<RegressionTable intercept="1.50"><NumericPredictor name="x" coefficient="0.10000000000000000001"/></RegressionTable></RegressionModel>`,
    );
    const tensor = tensorAt(artifact, "RegressionModel.RegressionTable.NumericPredictor.coefficient");
    expect([tensor.texts?.text(0), tensor.texts?.digits(0)]).toEqual(["0.10000000000000000001", 20]);
    expect(await valuesAt(artifact, "RegressionModel.RegressionTable.NumericPredictor.coefficient")).toEqual([0.1]);
    expect(tensorAt(artifact, "RegressionModel.RegressionTable.intercept").texts?.text(0)).toBe("1.50");
  });

  it("shows arrays, matrices and tables as such, and their order where names take turns", async () => {
    const artifact = await open(
      `<X><Array n="2" type="int">1 2</Array><Matrix nbRows="2" nbCols="2"><Array n="2" type="real">1 2</Array><Array n="2" type="real">3 4.5</Array></Matrix>` +
        `<Y><Array n="2" type="string">"a b" c\\"</Array></Y><Z><P a="1"/><Q a="2"/><P a="3"/></Z><W n="3"><REAL-SparseArray n="3"><Indices>2</Indices><REAL-Entries>7</REAL-Entries></REAL-SparseArray></W></X>`,
    );
    expect(tensorAt(artifact, "X.Array").dtype.name).toBe("int64");
    expect([tensorAt(artifact, "X.Matrix").shape, await valuesAt(artifact, "X.Matrix")]).toEqual([
      [2, 2],
      [1, 2, 3, 4.5],
    ]);
    expect(await valuesAt(artifact, 'X.W["REAL-SparseArray"]["REAL-Entries"]')).toEqual([7]);
    const values = new Map(artifact.values.map((each) => [each.path, each.value]));
    expect(values.get("X.Z.children[2].P.a")).toBe(3n);
    expect(artifact.complete).toBe(true);
  });

  it("has one output where what is predicted has a name beside its target's", async () => {
    const xml = `<PMML version="4.4" xmlns="http://www.dmg.org/PMML-4_4"><DataDictionary><DataField name="x" optype="continuous"
      dataType="double"/><DataField name="t" optype="continuous" dataType="double"/></DataDictionary>
      <RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="t"
      usageType="target"/></MiningSchema><Output><OutputField name="predicted_t" feature="predictedValue"/></Output>
      <RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel></PMML>`;
    expect((await openBytes(utf8.encode(xml), "m.pmml")).schema.outputs).toEqual(["predicted_t"]);
    const without = xml.replace(' feature="predictedValue"', ' feature="residual"');
    expect((await openBytes(utf8.encode(without), "m.pmml")).schema.outputs).toEqual(["t", "predicted_t"]);
  });

  it("is found with a prefix, in UTF-16, and packed", async () => {
    const text = document(tree(node("1", test("x", "lessThan", "2")) + node("2", "<True/>")));
    const prefixed = text.replace(/<(\/?)(?=[A-Z])/g, "<$1p:").replace("xmlns=", "xmlns:p=");
    const wide = new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));
    for (const bytes of [utf8.encode(prefixed), wide]) {
      const artifact = await openBytes(bytes, "m.xml");
      expect([artifact.format, artifact.complete, artifact.schema.features]).toEqual(["pmml", true, ["x", "c"]]);
      expect(await ensemblesOf(artifact)).toHaveLength(1);
    }
  });

  it("with entities is not complete, and they stay as they are written", async () => {
    const text = document(tree(""))
      .replace("<PMML", `<!DOCTYPE PMML [<!ENTITY e SYSTEM "file:///etc/passwd">]><PMML`)
      .replace('copyright="us"', 'copyright="&e;"');
    const artifact = await openBytes(utf8.encode(text), "m.pmml");
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact)).toContain("integrity/not-read");
    expect(artifact.facts.find(({ id }) => id === "pmml.copyright")?.value).toBe("&e;");
  });

  it("has texts in quotes, with quotes in them, and ends where one has no end", async () => {
    const artifact = await open(`<X><Array type="string">one "two \\"2\\"" "three</Array></X>`);
    expect(artifact.values.find(({ path: at }) => at === "X.Array")?.value).toMatchObject({
      items: ["one", 'two "2"', "three"],
    });
  });

  it("of more values than are kept is cut, and many attributes without a reference are read in no time", async () => {
    const text = document(`<X>${"<a/><b/>".repeat(520_000)}</X>`);
    const many = await readPmml(fromBytes(utf8.encode(text), "m.pmml"), {
      host: nodeHost(),
      work: quietWork(),
      container: [],
    });
    expect([many.complete, many.findings.map(({ rule }) => rule)]).toEqual([false, ["integrity/limit"]]);
    const rows = await open(`<X>${'<r a="1" b="2"/>'.repeat(300_000)}</X>`);
    expect([rows.complete, tensorAt(rows, "X.r.a").shape]).toEqual([true, [300_000]]);
  }, 60_000);

  it("without a model says so", async () => {
    expect(rulesOf(await open(""))).toContain("integrity/not-read");
  });

  it("nested deeper than values are shown is cut there", async () => {
    const artifact = await open(`${"<Extension>".repeat(3000)}${"</Extension>".repeat(3000)}`);
    expect([artifact.complete, rulesOf(artifact).includes("integrity/limit")]).toEqual([false, true]);
  });
});

describe("trees of PMML", () => {
  const score = async (model: string, rows: number[][]): Promise<number[]> => {
    const [ensemble] = await ensemblesOf(await open(model));
    if (ensemble === undefined) throw new Error("no ensemble");
    return (await rawPredictions(ensemble, rows)).map(([value]) => value ?? Number.NaN);
  };

  it("with several children go to the first whose test holds", async () => {
    const three =
      node("1", test("x", "lessThan", "1")) +
      node("2", test("x", "lessThan", "2")) +
      node("3", test("x", "lessThan", "3"));
    expect(await score(tree(three), [[0], [1], [2], [3]])).toEqual([1, 2, 3, Number.NaN]);
    expect(await score(tree(three, `noTrueChildStrategy="returnLastPrediction"`), [[3]])).toEqual([0]);
  });

  it("with a node for what is missing send it there", async () => {
    const nodes =
      node("1", test("x", "lessThan", "1")) +
      node("2", test("x", "greaterOrEqual", "1")) +
      node("3", test("x", "isMissing"));
    expect(await score(tree(nodes), [[0], [1], [Number.NaN]])).toEqual([1, 2, 3]);
  });

  it("with a default child send what is missing there", async () => {
    const nodes = node("1", test("x", "lessThan", "1")) + node("2", test("x", "greaterOrEqual", "1"));
    const model = tree(nodes, `missingValueStrategy="defaultChild"`);
    expect(await score(model.replace(`id="r"`, `id="r" defaultChild="n1"`), [[Number.NaN], [1]])).toEqual([1, 2]);
    expect(await score(model.replace(`id="r"`, `id="r" defaultChild="n2"`), [[Number.NaN], [0]])).toEqual([2, 1]);
  });

  it("split by categories, which are numbered as the dictionary lists them", async () => {
    const set = `<SimpleSetPredicate field="c" booleanOperator="isIn"><Array n="1" type="string">"green"</Array></SimpleSetPredicate>`;
    expect(
      await score(tree(node("1", set) + node("2", "<True/>")), [
        [0, 0],
        [0, 1],
      ]),
    ).toEqual([2, 1]);
    const equal = node("1", test("c", "equal", "red")) + node("2", test("c", "notEqual", "red"));
    expect(
      await score(tree(equal), [
        [0, 0],
        [0, 1],
      ]),
    ).toEqual([1, 2]);
  });

  it("take a test with a way for missing values as one, and leave out what is no single test", async () => {
    const or = `<CompoundPredicate booleanOperator="or">${test("x", "lessThan", "1")}${test("x", "isMissing")}</CompoundPredicate>`;
    expect(await score(tree(node("1", or) + node("2", "<True/>")), [[0], [1], [Number.NaN]])).toEqual([1, 2, 1]);
    const both = `<CompoundPredicate booleanOperator="and">${test("x", "lessThan", "1")}${test("y", "lessThan", "1")}</CompoundPredicate>`;
    expect(await ensemblesOf(await open(tree(node("1", both) + node("2", "<True/>"))))).toEqual([]);
  });

  it("of a segmentation are weighted, added, averaged or counted", async () => {
    const segment = (weight: string, value: string): string =>
      `<Segment weight="${weight}"><True/>${tree(node(value, test("x", "lessThan", "9")) + node("0", "<True/>"))}</Segment>`;
    const forest = (method: string): string =>
      `<MiningModel functionName="regression">${mining}<Targets><Target field="y" rescaleFactor="2" rescaleConstant="0.5"/></Targets><Segmentation multipleModelMethod="${method}">${segment("1", "10")}${segment("3", "20")}</Segmentation></MiningModel>`;
    expect(await score(forest("sum"), [[0]])).toEqual([60.5]);
    expect(await score(forest("average"), [[0]])).toEqual([30.5]);
    expect(await score(forest("weightedAverage"), [[0]])).toEqual([35.5]);
    expect((await ensemblesOf(await open(forest("max")))).map(({ treeCount }) => treeCount)).toEqual([1, 1]);
  });
});

describe("a damaged PMML document", () => {
  const whole = utf8.encode(document(tree(node("1", test("x", "lessThan", "1")) + node("2", "<True/>"))));

  it("shows what stands before the end, cut at every 7th byte", async () => {
    const kinds = await cutsOf(whole, async (bytes) => {
      const artifact = await openBytes(bytes, "m.pmml");
      for (const ensemble of await ensemblesOf(artifact)) await ensemble.tree(0, quietWork());
      return artifact;
    });
    expect(kinds.toSorted()).toEqual(["partial", "refused"]);
  });

  it("opens, or says why not", async () => {
    const files = [whole, bytesOf("tree-classifier"), bytesOf("mlp"), bytesOf("svc"), bytesOf("logistic")];
    const damaged = mutator(files, 59, [0x3c, 0x3e, 0x22, 0x26, 0x2f, 0x20, 0x2d]);
    for (let i = 0; i < fuzzCount(200); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(openBytes(damaged.next(), "m.pmml")));
  });
});
