import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { readableEnsembles } from "../../../src/core/diff/trees/pair.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { english } from "../../../src/core/model/sentence.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { signatureOf, titleOf } from "../../../src/core/view/title.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { pickleOf } from "../../support/python-bytes.ts";

const fixtures = path.resolve(import.meta.dirname, "../../fixtures");

async function headline(bytes: Uint8Array, name: string): Promise<string> {
  const artifact = await openArtifact(fromBytes(bytes, name), nodeHost(), quietWork());
  const ensembles = await readableEnsembles(artifact);
  const signature = signatureOf(artifact, ensembles);
  return [titleOf(artifact, ensembles), ...(signature === undefined ? [] : [signature])].map(english).join(", ");
}

const file = (name: string): Promise<string> =>
  headline(readFileSync(path.join(fixtures, name)), path.posix.basename(name));

describe("the title", () => {
  it.each([
    ["xgboost/new/classes.ubj", "9 trees, 4 features → 3 outputs"],
    ["xgboost/new/logistic.json", "3 trees, 4 features → 1 output"],
    ["lightgbm/new/classes.txt", "12 trees, 4 features → 3 outputs"],
    ["lightgbm/new/stump.json", "1 tree, 4 features → 1 output"],
    ["catboost/binary.cbm", "4 trees, 4 features → 2 classes (0, 1)"],
    ["word2vec/glove.txt", "8 words"],
    ["sentencepiece/bpe.model", "25 tokens"],
    ["keras/dense.weights.h5", "9 tensors"],
    ["rds/fit.rds", "lm: y ~ x + g, 2 features → 1 output"],
    ["sqlite/parameters.db", "4 tables"],
  ])("of %s counts what it has", async (name, expected) => expect(await file(name)).toBe(expected));

  it("of a graph says what it takes and gives, by name while that is one line", async () => {
    const graph = (inputs: readonly string[], outputs: readonly string[]): string | undefined => {
      const fact = (label: string) => (value: string) => ({ id: `onnx.${label}.${value}`, label, value });
      const facts = [...inputs.map(fact("Input")), ...outputs.map(fact("Output"))];
      const said = signatureOf({ format: "onnx", facts, schema: {} } as unknown as Artifact, []);
      return said && english(said);
    };
    expect(graph(["images: float32 [1, 3, 224, 224]"], ["scores: float32 [1, 1000]"])).toBe(
      "images: float32 [1, 3, 224, 224] → scores: float32 [1, 1000]",
    );
    expect(graph(["a: float32 [1]", "b: int64 [1]", "c: text [1]", "d: text [1]"], ["y: bool [1]"])).toBe(
      "4 inputs → 1 output",
    );
    expect(graph([], ["y: bool [1]"])).toBeUndefined();
  });

  it("of a SavedModel says what the signature that is served takes and gives", () => {
    const saved = (...ends: readonly (readonly ["Input" | "Output", string])[]): string | undefined => {
      const facts = ends.map(([label, value]) => ({ id: `tensorflow.${value}`, label, value }));
      const said = signatureOf({ format: "tensorflow", facts, schema: {} } as unknown as Artifact, []);
      return said && english(said);
    };
    const served = [
      ["Input", "serving_default: x: float32 [?, 1]"],
      ["Output", "serving_default: y: float32 [?, 1]"],
    ] as const;
    const onLoad = ["Output", "__saved_model_init_op: __saved_model_init_op: type 0"] as const;
    const other = [
      ["Input", "regress: inputs: text [?]"],
      ["Output", "regress: outputs: float32 [?, 1]"],
    ] as const;
    expect(saved(onLoad, ...served)).toBe("serving_default: x: float32 [?, 1] → y: float32 [?, 1]");
    expect(saved(...other, ...served)).toBe(
      "serving_default: x: float32 [?, 1] → y: float32 [?, 1]; 2 signatures in all",
    );
    expect(saved(...other, ["Input", "classify: inputs: text [?]"])).toBe("2 signatures (regress, classify)");
    expect(saved(onLoad)).toBeUndefined();
  });

  it("is the kind of the model where its library tells one, however deep the model is", () => {
    const of = (more: Partial<Artifact>): string =>
      english(titleOf({ estimators: [], parameters: [], schema: {}, imports: [], ...more } as unknown as Artifact, []));
    expect(of({ framework: { name: "libsvm", className: "nu_svr" } })).toBe("nu_svr");
    expect(of({ format: "opencv", framework: { name: "opencv", className: "cascade" } })).toBe("Cascade classifier");
    const estimator = (at: string, className: string) => ({ path: at, className, schema: {} });
    const forest = [estimator("a.model", "RandomForestRegressor"), estimator("a.model.estimators_[0]", "Tree")];
    expect(of({ estimators: forest } as unknown as Artifact)).toBe("RandomForestRegressor in a.model");
    // Of a pickle the first call may be of anything.
    const imports = [{ module: "os", name: "system" }] as unknown as Artifact["imports"];
    expect(of({ framework: { name: "torch", className: "execWrapper" }, imports })).toBe("nothing, no parameters");
  });

  it("of one step has no plural", () => {
    const artifact = (count: number): Artifact => {
      const steps = Array.from({ length: count }, (_, i) => ({ name: `s${i}`, className: "PCA" }));
      return { estimators: [{ path: "", className: "Pipeline", schema: { steps } }] } as unknown as Artifact;
    };
    expect(english(titleOf(artifact(1), []))).toBe("Pipeline (1 step)");
    expect(english(titleOf(artifact(2), []))).toBe("Pipeline (2 steps)");
  });

  it("of one feature has no plural", async () => {
    const artifact = (more: Partial<Artifact["schema"]>): Artifact =>
      ({ schema: { featureCount: 1, ...more } }) as unknown as Artifact;
    const text = (more: Partial<Artifact["schema"]>): string | undefined => {
      const sentence = signatureOf(artifact(more), []);
      return sentence && english(sentence);
    };
    expect(text({})).toBe("1 feature");
    expect(text({ classes: ["a", "b"] })).toBe("1 feature → 2 classes (a, b)");
  });

  it("of what is no estimator has its class before what it holds", async () => {
    expect(
      await headline(
        pickleOf("cmine.tables\nTable\n)\x81}X\x01\x00\x00\x00wG?\xf0\x00\x00\x00\x00\x00\x00sb."),
        "t.pkl",
      ),
    ).toBe("Table: 1 tensor");
  });

  it("names the one estimator of a dict", async () => {
    // {"model": pickle of a class that is known by its module}
    const bytes = pickleOf(
      "}X\x05\x00\x00\x00modelcsklearn.linear_model._logistic\nLogisticRegression\n)\x81}X\x01\x00\x00\x00CK\x01sbs.",
    );
    expect(await headline(bytes, "bundle.pkl")).toBe("LogisticRegression in model");
  });
});
