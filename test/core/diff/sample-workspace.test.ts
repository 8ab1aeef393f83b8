import path from "node:path";
import { describe, expect, it } from "vitest";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import type { DiffReport } from "../../../src/core/diff/report.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { openFile } from "../../../src/platform/node/file.ts";
import { host, judgement, verdicts } from "./comparisons.ts";

const FOLDER = path.resolve(import.meta.dirname, "../../workspace/credit-risk");

async function compare(oldName: string, newName: string): Promise<DiffReport> {
  const work = quietWork();
  const [old, next] = [await openFile(path.join(FOLDER, oldName)), await openFile(path.join(FOLDER, newName))];
  try {
    const sides = [await openArtifact(old, host, work), await openArtifact(next, host, work)] as const;
    return await diffArtifacts(...sides, {}, host, work);
  } finally {
    await Promise.all([old.close(), next.close()]);
  }
}

describe("the sample models, written by scikit-learn", () => {
  it("1.2.2 to 1.2.3 is a float32 round trip", async () => {
    const report = await compare("lr_params_v1.2.2.joblib", "lr_params_v1.2.3.joblib");
    expect(verdicts(report)).toEqual({ n_iter_: "identical", coef_: "rounded", intercept_: "identical" });
    expect(judgement(report)).toBe(
      "Only rounding: coef_ is the old one rounded to float32. Features, classes and hyper-parameters are unchanged.",
    );
    const coef = report.entries.find(({ path: each }) => each === "coef_");
    expect(coef).toMatchObject({
      tier: "numeric",
      detail: { dtype: "float32", stored: "float64" },
      stats: { changed: 12 },
    });
    expect(coef?.top[0]).toMatchObject({
      labels: ["good", "utilisation"],
      old: "-1.6984924442390388",
      new: "-1.698492407798767",
    });
  });

  it("1.2.3 to 1.3.0 swaps two features and renames a class", async () => {
    const report = await compare("lr_params_v1.2.3.joblib", "lr_params_v1.3.0.joblib");
    expect(judgement(report)).toMatch(/^Retrained: 2 of 3 parameters changed; compared by name, /);
    expect(judgement(report)).toContain("Features income and age changed places. Class 'bad' is now 'default'.");
    expect(report.schema.map(({ kind }) => kind)).toEqual(["features-reordered", "classes-renamed"]);
  });

  it("a pipeline is compared by the names of its steps", async () => {
    const report = await compare("pipeline_v1.2.2.joblib", "pipeline_v1.2.3.joblib");
    expect(report.summary).toEqual({ identical: 6, rounded: 1 });
    expect(judgement(report)).toMatch(/^Only rounding: steps\.clf\.coef_ is the old one rounded to float32\./);
  });

  it("parameters in JSON are the model's with six digits", async () => {
    const report = await compare("lr_params_v1.2.2.joblib", "params.json");
    expect(verdicts(report)).toMatchObject({
      "coef_ -> coef": "decimal-truncated",
      "intercept_ -> intercept": "decimal-truncated",
    });
    expect(judgement(report)).toMatch(/printed with 6 significant digits/);
  });

  it("unrelated files are said to be that, and nothing of a hostile one runs", async () => {
    const report = await compare("suspicious.pkl", "lr_params_v1.2.2.joblib");
    expect(report.judgement.length).toBeGreaterThan(0);
    expect(report.entries.every(({ verdict }) => verdict !== "identical")).toBe(true);
  });
});
