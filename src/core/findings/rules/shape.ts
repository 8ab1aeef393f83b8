import { isTable } from "../../diff/table.ts";
import { say } from "../../model/sentence.ts";
import { elementCount } from "../../model/tensor.ts";
import { lastName } from "./names.ts";
import type { DriftContext, Rule } from "../rule.ts";

/**
 * As long as what was trained on, or as what became of it: support vectors, the rows that neighbours are looked for in, losses by
 * iteration. Another number of them is no other model.
 */
const AS_LONG_AS_DATA = new Set([
  "support_",
  "support_vectors_",
  "dual_coef_",
  "_dual_coef_",
  "_fit_X",
  "_y",
  "_raw_data",
  "embedding_",
  "labels_",
  "core_sample_indices_",
  "sample_indices_",
  "decision_scores_",
  "loss_curve_",
  "validation_scores_",
  "train_score_",
  "oob_scores_",
  "X_thresholds_",
  "y_thresholds_",
  "X_train_",
  "y_train_",
  "alpha_",
  "_average_path_length_per_tree",
  "_decision_path_lengths",
]);

/** A tree for looking up neighbours, and what an estimator keeps of its trees a second time. */
const OF_TREES = /(?:^|\.)_?tree_?\.\w+$/;

function isAsLongAsData(path: string): boolean {
  return AS_LONG_AS_DATA.has(lastName(path)) || OF_TREES.test(path);
}

export const shapeDrift: Rule = {
  id: "schema/shape",
  severity: "warning",
  why: "A parameter of another shape belongs to a model of another size; whether callers notice depends on where it is.",
  checkDrift: ({ entries, old: before, next: after, isOfTrees }: DriftContext) =>
    // A table with more rows is more data.
    (isTable(before) && isTable(after) ? [] : entries).flatMap(({ path, old, new: next }) => {
      if (old === undefined || next === undefined) return [];
      // A tree that is trained again has other nodes.
      if (isOfTrees(path) || isAsLongAsData(path)) return [];
      // Another format has its own way to lay out the same numbers: rows as columns, a matrix in one row.
      const isLaidOut = elementCount(old.shape) === elementCount(next.shape);
      if (before.format !== after.format && isLaidOut) return [];
      const was = `[${old.shape.join(", ")}]`;
      const is = `[${next.shape.join(", ")}]`;
      if (was === is) return [];
      return [
        {
          path,
          sentence: say(
            "{path} has shape {new}; it had {old}. Code that relies on its size has to change with the model.",
            {
              path,
              old: was,
              new: is,
            },
          ),
          evidence: { old: was, new: is },
        },
      ];
    }),
};
