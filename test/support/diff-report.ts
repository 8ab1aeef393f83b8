import type { DiffEntry, DiffReport } from "../../src/core/diff/report.ts";
import { say } from "../../src/core/model/sentence.ts";

const stats = {
  elements: 12,
  changed: 12,
  maxAbs: 2.912345e-8,
  meanAbs: 1e-9,
  maxRel: Number.POSITIVE_INFINITY,
  l2: 1,
  relL2: 1,
  cosine: 1,
  overflow: 0,
  underflow: 0,
  nanChanged: 0,
  infChanged: 0,
  signFlips: 0,
};

/** A parameter that was only rounded. */
export const entry: DiffEntry = {
  path: "coef_",
  verdict: "rounded",
  tier: "numeric",
  because: say("the old one rounded to {dtype}", { dtype: "float32" }),
  old: { dtype: "float64", shape: [1, 12] },
  new: { dtype: "float64", shape: [1, 12] },
  stats,
  top: [
    {
      index: 1,
      position: [0, 1],
      labels: [undefined, "late_90d"],
      old: "0.982710379231095",
      new: "0.98271036",
      delta: -1.8e-8,
      relative: 1.8e-8,
    },
  ],
};

/** A comparison of two models with it and one that is identical. */
export const report = (change: Partial<DiffReport> = {}): DiffReport => ({
  oldName: "lr_1.2.2.joblib",
  newName: "lr_1.2.3.joblib",
  entries: [entry, { ...entry, path: "intercept_", verdict: "identical", top: [] }],
  schema: [],
  hyperparameters: [],
  values: [],
  ensembles: [],
  environment: [],
  findings: [],
  sideFindings: { old: [], new: [] },
  summary: { rounded: 1, identical: 1 },
  judgement: [say("Only rounding."), say("Features are unchanged.")],
  complete: true,
  ...change,
});
