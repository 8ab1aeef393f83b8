import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";

interface Values {
  readonly nr_class: number;
  readonly nr_feature: number;
  readonly shape: number[];
  readonly w: string[];
}

const text = (content: string): Uint8Array => new TextEncoder().encode(content);
const small = (weights: string, header = "label 1 2\nnr_feature 2\nbias -1\n"): Uint8Array =>
  text(`solver_type L2R_LR\nnr_class 2\n${header}w\n${weights}`);

describe("a LIBLINEAR model", () => {
  it.each(["l2r_lr_three", "l2r_lr_two", "mcsvm_cs", "l2r_svr"])(
    "%s has the numbers that the library reads from it",
    async (name) => {
      const artifact = await readBytes(fixture(`svm/${name}.model`));
      const values = fixtureJson(`svm/${name}.json`) as Values;
      expect(artifact).toMatchObject({ format: "liblinear", complete: true, findings: [] });
      expect(valueAt(artifact, "nr_class")).toBe(BigInt(values.nr_class));
      expect(valueAt(artifact, "nr_feature")).toBe(BigInt(values.nr_feature));
      const weights = tensorAt(artifact, "w");
      expect(weights.shape).toEqual(values.shape);
      expect(await elementsHex(weights)).toEqual(values.w);
    },
  );

  it("says what runs along its weights", async () => {
    const { parameters, schema, framework } = await openBytes(fixture("svm/l2r_lr_three.model"));
    expect(framework).toEqual({ name: "liblinear", className: "L2R_LR" });
    expect(schema).toMatchObject({ classes: ["-1", "1", "3"], featureCount: 4 });
    const axes = parameters.find(({ path }) => path === "w")?.axes;
    expect(axes?.map((axis) => axis?.labels)).toEqual([
      ["1", "2", "3", "4", "bias"],
      ["-1", "1", "3"],
    ]);
  });

  it("of two classes that share their weights scores the first one", async () => {
    const { parameters } = await openBytes(small("0.5\n-1\n"));
    expect(parameters.find(({ path }) => path === "w")?.axes[1]?.labels).toEqual(["1"]);
  });

  it("keeps the digits", async () => {
    const weights = tensorAt(await readBytes(small("0.50\n-1e-3\n")), "w");
    expect([weights.texts?.text(0), weights.texts?.text(1)]).toEqual(["0.50", "-1e-3"]);
  });
});

describe("a damaged LIBLINEAR model", () => {
  it("gives a view with a finding, or an error that says where, cut at every 7th byte", async () => {
    const { shown, refused } = await readCuts(fixture("svm/l2r_lr_three.model"), readBytes);
    for (const { length, artifact } of shown) expect(rulesOf(artifact).length, `${length}`).toBeGreaterThan(0);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(20);
  });

  it.each<[string, Uint8Array, string]>([
    ["fewer rows than told", small("1\n"), "integrity/truncated"],
    ["more rows than told", small("1\n2\n3\n"), "integrity/trailing-bytes"],
    ["a word in place of a number", small("1\nx\n"), "integrity/corrupt"],
    ["a row that is too long", small("1 2\n1\n"), "integrity/corrupt"],
    ["a row that is too short", small("\n1\n"), "integrity/corrupt"],
    ["rows without end", small("1\n", "nr_feature 9999999999\nbias -1\n"), "integrity/truncated"],
    ["no bias", small("1\n1\n", "nr_feature 2\n"), "integrity/corrupt"],
    ["labels that are no numbers", small("1\n1\n", "label a b\nnr_feature 2\nbias -1\n"), "integrity/corrupt"],
  ])("with %s is shown with a finding", async (_what, bytes, rule) => {
    const artifact = await readBytes(bytes);
    expect(rulesOf(artifact)).toEqual([rule]);
    expect(artifact.complete).toBe(rule === "integrity/trailing-bytes");
  });

  it("without a newline at its end is whole, and says so", async () => {
    const artifact = await readBytes(small("1\n2"));
    expect([artifact.complete, artifact.findings[0]?.severity]).toEqual([true, "info"]);
  });

  it("never stops anything else", { timeout: 60_000 }, async () => {
    const files = ["l2r_lr_three", "mcsvm_cs"].map((name) => fixture(`svm/${name}.model`));
    expect(await damagedCopies(files, 12)).toEqual([]);
  });
});
