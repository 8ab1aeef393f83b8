import type { DiffEntry, ElementChange } from "../../src/core/diff/report.ts";
import { say } from "../../src/core/model/sentence.ts";
import { finding } from "../../src/core/findings/finding.ts";
import type { DiffModel } from "../../src/core/view/diff-model.ts";
import type { WindowRequest } from "../../src/core/view/viewer-model.ts";
import { quietWork } from "../../src/core/work.ts";
import { windowOf } from "../../src/server/handlers/tensor.ts";
import { float64Bytes } from "../support/artifacts.ts";
import { FEATURES, tensor } from "./models.ts";
import type { PanelEngine } from "./panel-page.ts";

const OLD = [
  1.73128050103, 0.982710379231095, -0.612403301, -0.2143319, -0.40983139, 0.01283153, 0.5321076, 0.7712045, 0.36419914,
  -0.185024, 0.0941274, -2.6437252e-5,
];

export function diffByHand(): PanelEngine {
  const next = OLD.map((v) => Math.fround(v));
  const sides = {
    old: tensor("float64", [1, 12], float64Bytes(...OLD)),
    new: tensor("float64", [1, 12], float64Bytes(...next)),
  };
  const changes: ElementChange[] = OLD.map((old, i) => ({
    index: i,
    position: [0, i],
    labels: ["good", FEATURES[i]],
    old: String(old),
    new: String(next[i]),
    delta: next[i]! - old,
    relative: Math.abs((next[i]! - old) / old),
    ulp: BigInt(Math.round(Math.abs(next[i]! - old) / (Math.abs(old) * 2 ** -53))),
  }));
  changes.sort((a, b) => Math.abs(b.delta) - Math.abs(a.delta));
  const axes = [
    { kind: "class", labels: ["good"] },
    { kind: "feature", labels: FEATURES },
  ] as const;
  const side = { dtype: "float64", shape: [1, 12] };
  const stats = {
    elements: 12,
    changed: 12,
    maxAbs: 2.9e-8,
    meanAbs: 1.1e-8,
    maxRel: 5.9e-8,
    maxUlp: 268435456n,
    l2: 6.1e-8,
    relL2: 2.7e-8,
    cosine: 0.9999999999999998,
    overflow: 0,
    underflow: 0,
    nanChanged: 0,
    infChanged: 0,
    signFlips: 0,
  };
  const entry = (path: string, verdict: DiffEntry["verdict"], more: object = {}) => ({
    path,
    verdict,
    tier: "bits" as const,
    because: say("same bits"),
    old: side,
    new: side,
    axes,
    ...more,
  });
  const model: DiffModel = {
    oldName: "lr_params_v1.2.2.joblib",
    newName: "lr_params_v1.2.3.joblib",
    judgement: [
      say("Only rounding: {path} is the old one rounded to float32.", { path: "coef_" }),
      say("Features, classes and hyper-parameters are unchanged."),
    ],
    summary: { rounded: 1, identical: 2, changed: 1, removed: 1, renamed: 1, permuted: 1, reshaped: 1 },
    entries: [
      entry("n_iter_", "identical", {
        old: { dtype: "int32", shape: [1] },
        new: { dtype: "int32", shape: [1] },
        axes: [undefined],
      }),
      entry("coef_", "rounded", {
        because: say("Every element is the old one rounded to float32; the dtype is still float64."),
        stats,
      }),
      entry("intercept_", "identical", {
        old: { dtype: "float64", shape: [1] },
        new: { dtype: "float64", shape: [1] },
        axes: [undefined],
      }),
      entry("scale_", "changed", { stats, because: say("Values differ in no simple way.") }),
      entry("var_", "removed", { old: side, new: undefined, because: say("Only the old model has it.") }),
      entry("mean2_", "renamed", { oldPath: "mean_", because: say("Same content under another path.") }),
      entry("embed_", "permuted", { stats, because: say("Rows are the old ones in another order.") }),
      entry("hidden_", "reshaped", { because: say("12 elements in another shape.") }),
    ],
    schema: [
      {
        kind: "features-reordered",
        path: "",
        sentence: say("Two features were swapped: {a} and {b}.", { a: "income", b: "age" }),
        message: "",
        old: [...FEATURES],
        new: FEATURES.map((f) => (f === "income" ? "age" : f === "age" ? "income" : f)),
      },
    ],
    hyperparameters: [
      { path: "C", kind: "changed", old: "0.5", new: "1.0" },
      { path: "l1_ratio", kind: "added", new: "0.15" },
    ],
    values: [],
    ensembles: [],
    environment: [{ path: "sklearn", kind: "changed", old: "1.2.1", new: "1.2.2" }],
    findings: [
      finding(
        "precision/narrowed-lossy",
        "warning",
        say("{path} was rounded to float32 and stored as float64 again.", { path: "coef_" }),
        { path: "coef_" },
      ),
    ],
    complete: true,
  };
  return {
    kind: "diff",
    name: "a ↔ b",
    model,
    async answer(method, params) {
      if (method === "diff/elements") {
        const { start, count } = params as { start: number; count: number };
        return { rows: changes.slice(start, start + count), total: 12, available: 12 };
      }
      if (method === "diff/windows") {
        const w = params["window"] as WindowRequest;
        return {
          old: await windowOf({ tensor: sides.old, axes: [] }, w, quietWork()),
          new: await windowOf({ tensor: sides.new, axes: [] }, w, quietWork()),
        };
      }
      return { text: "# diff" };
    },
  };
}
