import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { diffReportText } from "../../../src/core/diff/report-json.ts";
import { ArtifactError, changedWhileOpen } from "../../../src/core/errors.ts";
import { CHUNK_BYTES } from "../../../src/core/diff/scratch.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { createWork } from "../../../src/core/work.ts";
import { artifactOf, dictOf } from "../../support/artifacts.ts";
import { logistic, type LogisticOptions } from "../../support/estimators.ts";
import { array, weights } from "./arrays.ts";
import { artifact, compare, hyperparameter, judgement, verdicts } from "./comparisons.ts";

const FEATURES = ["age", "income", "late"];
const COEF = weights(3, 4);
const model = (options: LogisticOptions = {}): Promise<Artifact> =>
  artifactOf(logistic({ features: FEATURES, coef: COEF, ...options }));

describe("what kind of change it is", () => {
  it("nothing", async () => {
    expect(judgement(await compare(await model(), await model()))).toBe(
      "Each of the 2 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    );
  });

  it("the same model in another container", async () => {
    const inflated = await model();
    const report = await compare(inflated, { ...inflated, container: ["zlib"] });
    expect(judgement(report)).toBe(
      "The same model in another container: pickle before, pickle, zlib now; each of the 2 parameters is identical. Features, classes and hyper-parameters are unchanged.",
    );
  });

  it("only rounding", async () => {
    const report = await compare(await model(), await model({ coef: COEF.map(Math.fround) }));
    expect(judgement(report)).toBe(
      "Only rounding: coef_ is the old one rounded to float32. Features, classes and hyper-parameters are unchanged.",
    );
    expect(report.findings.map(({ rule }) => rule)).toEqual(["precision/narrowed-lossy"]);
  });

  it("only printing", async () => {
    const report = await compare(await model(), await model({ coef: COEF.map((w) => Number(w.toPrecision(6))) }));
    expect(judgement(report)).toMatch(/^Only rounding: coef_ is the old one printed with 6 significant digits\. /);
  });

  it("a retrain, with the place of its largest relative change by name", async () => {
    const coef = [COEF[0] ?? 0, (COEF[1] ?? 0) * 1.031, (COEF[2] ?? 0) * 1.002];
    expect(judgement(await compare(await model(), await model({ coef })))).toBe(
      "Retrained: coef_ changed, largest relative change 3.1 % in coef_[good, income]. Features, classes and hyper-parameters are unchanged.",
    );
  });

  it("features and classes that changed places or names", async () => {
    const report = await compare(
      await model(),
      await model({
        features: ["late", "income", "age"],
        classes: ["default", "good"],
        coef: [COEF[2] ?? 0, COEF[1] ?? 0, COEF[0] ?? 0],
      }),
    );
    expect(judgement(report)).toBe(
      "Only reordered: the values of coef_ are the old ones, and moved with their names. Features age and late changed places. Class 'bad' is now 'default'.",
    );
  });

  it("names that moved without their values", async () => {
    const report = await compare(await model(), await model({ features: ["late", "income", "age"] }));
    expect(judgement(report)).toMatch(
      /^The values are identical by position, but their names moved: by name, 2 of 3 values of coef_ differ\./,
    );
  });

  it("a retrain of features in another order, measured by name", async () => {
    const [age, income, late] = COEF as [number, number, number];
    const coef = [late * 1.5, income * 1.02, age * 1.01];
    const report = await compare(await model(), await model({ features: ["late", "income", "age"], coef }));
    expect(judgement(report)).toBe(
      "Retrained: coef_ changed; compared by name, the largest relative change is 50 % in coef_[good, late]. Features age and late changed places.",
    );
    expect(report.entries.find(({ path }) => path === "coef_")).toMatchObject({
      verdict: "changed",
      detail: { byNameElements: "3", byNameChanged: "3", byNamePlace: "good, late" },
    });
  });

  it("hyper-parameters and versions", async () => {
    const report = await compare(await model(), await model({ settings: { C: 0.5 }, version: "1.3.0" }));
    expect(judgement(report)).toBe(
      "Each of the 2 parameters is identical. Hyper-parameter C is 0.5 instead of 1.0. It was written by scikit-learn 1.3.0 instead of 1.2.2.",
    );
    expect(report.hyperparameters).toEqual([{ path: "C", kind: "changed", old: "1.0", new: "0.5" }]);
    expect(report.environment).toEqual([{ path: "scikit-learn", kind: "changed", old: "1.2.2", new: "1.3.0" }]);
  });

  it("another model", async () => {
    const tree = { ...(await model()), framework: { name: "scikit-learn", className: "RandomForestClassifier" } };
    expect(judgement(await compare(await model(), tree))).toMatch(
      /^A different model: LogisticRegression became RandomForestClassifier\./,
    );
    const [a, b] = [artifact({ x: array("int8", [1, 2]) }), artifact({ y: array("int8", [3, 4]) })];
    expect(judgement(await compare(a, b))).toBe(
      "A different model: the two sides have no parameter in common (1 removed, 1 added).",
    );
  });

  it("no parameters", async () => {
    const [a, b] = [
      artifact([], { values: [hyperparameter("C", 1)] }),
      artifact([], { values: [hyperparameter("C", 2)] }),
    ];
    expect(judgement(await compare(a, a))).toMatch(/^Neither side holds parameters, and nothing else differs\./);
    expect(judgement(await compare(a, b))).toBe(
      "Neither side holds parameters; what else they hold differs. Hyper-parameter C is 2.0 instead of 1.0.",
    );
  });

  it("is at most three sentences, whatever happened", async () => {
    const report = await compare(
      await model(),
      await artifactOf(dictOf({ other: logistic({ features: ["z"], classes: ["q", "r"], version: "9.9" }) })),
    );
    expect(report.judgement.length).toBeLessThanOrEqual(3);
  });
});

describe("sides that cannot be compared whole", () => {
  const whole = array("float64", weights(300_000, 3));
  const broken = { ...whole, data: { ...whole.data, read: () => Promise.reject(new TypeError("ours")) } };

  it("tell of a tensor that ends early, and compare the others", async () => {
    const early = { ...whole, data: fromBytes((await whole.data.read(0, 800_000)).slice(), "early.npz") };
    const other = array("float32", [1, 2]);
    const report = await compare(
      artifact({ w: whole, v: other }),
      artifact({ w: early, v: other }, { complete: false }),
    );
    expect(verdicts(report)).toEqual({ w: "unread", v: "identical" });
    expect(report.complete).toBe(false);
    expect(judgement(report)).toContain("Not everything could be read");
  });

  it("do not take what was not read for removed", async () => {
    const [a, b] = [artifact({ w: whole, v: whole }), artifact({ w: whole }, { complete: false })];
    expect(verdicts(await compare(a, b))).toEqual({ w: "identical", v: "unread" });
    expect(verdicts(await compare(b, a))).toEqual({ w: "identical", v: "unread" });
  });

  it("pass on an error that is a fault of ours", async () => {
    await expect(compare(artifact({ w: whole }), artifact({ w: broken }))).rejects.toThrow("ours");
  });

  it("stop when the file changed under the comparison, or somebody cancelled", async () => {
    const moved = { ...whole, data: { ...whole.data, read: () => Promise.reject(changedWhileOpen("w.npy")) } };
    await expect(compare(artifact({ w: whole }), artifact({ w: moved }))).rejects.toMatchObject({ code: "changed" });
    const controller = new AbortController();
    let reads = 0;
    const long = array(
      "float64",
      Array.from({ length: (3 * CHUNK_BYTES) / 8 }, () => 1),
    );
    const slow = {
      ...long,
      data: {
        ...long.data,
        read(start: number, end: number) {
          if (++reads === 2) controller.abort();
          return long.data.read(start, end);
        },
      },
    };
    const work = createWork({ signal: controller.signal });
    await expect(compare(artifact({ w: slow }), artifact({ w: long }), {}, work)).rejects.toBeInstanceOf(ArtifactError);
    expect(reads).toBeLessThan(5);
  });

  it("hold no elements, one, or a shape of zeros", async () => {
    const tensors = { none: array("float32", []), one: array("float64", [2.5], []), flat: array("int16", [], [0, 7]) };
    const report = await compare(artifact(tensors), artifact(tensors));
    expect(report.summary).toEqual({ identical: 3 });
    const next = { none: array("float64", []), one: array("float64", [2.5], [1]), flat: array("int16", [], [7, 0]) };
    expect(verdicts(await compare(artifact(tensors), artifact(next)))).toEqual({
      none: "recast-lossless",
      one: "reshaped",
      flat: "reshaped",
    });
  });

  it("have names that programs trip over", async () => {
    const names = ["__proto__", "constructor", "toString", ""];
    const side = (value: number): Artifact =>
      artifact(
        names.map((path) => ({ path, tensor: array("float64", [value, 1]), axes: [], origin: "tensor" as const })),
      );
    const report = await compare(side(1), side(2));
    expect(report.entries.map(({ path, verdict }) => [path, verdict])).toEqual(names.map((path) => [path, "changed"]));
  });
});

describe("a report as JSON", () => {
  it("keeps what JSON numbers cannot", async () => {
    const old = artifact({
      w: array("float64", [0, "-0.0", 1, "nan", 0.1]),
      i: array("int64", [9223372036854775807n, 1n]),
    });
    const next = artifact({
      w: array("float64", [1, 0, "inf", "nan:0x7ff8000000000001", 0.30000000000000004]),
      i: array("int64", [-9223372036854775808n, 2n]),
    });
    const parsed = JSON.parse(diffReportText(await compare(old, next))) as {
      readonly entries: readonly { readonly stats: object; readonly top: readonly object[] }[];
    };
    expect(parsed).toMatchObject({ schemaVersion: 1, summary: { changed: 2 }, complete: true });
    const [w, i] = parsed.entries;
    expect(w?.stats).toMatchObject({
      elements: 5,
      changed: 5,
      maxRel: "inf",
      overflow: 1,
      infChanged: 1,
      nanChanged: 0,
    });
    expect(w?.top).toMatchObject([
      { index: 2, old: 1, new: "inf", delta: "nan" },
      { index: 0, old: 0, new: 1, relative: "inf" },
      { index: 4, old: 0.1, new: 0.30000000000000004 },
      { index: 1, delta: 0 },
      { index: 3, old: "nan", new: "nan:0x7ff8000000000001" },
    ]);
    expect(i?.stats).toMatchObject({ maxUlp: "18446744073709551615" });
    expect(i?.top[0]).toMatchObject({ old: "9223372036854775807", new: "-9223372036854775808", labels: [null] });
    expect(diffReportText(await compare(old, next))).toContain('"old": -0.0');
  });
});
