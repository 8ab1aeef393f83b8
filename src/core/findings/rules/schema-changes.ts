import type { SchemaChange, SchemaChangeKind } from "../../diff/report.ts";
import { english, say } from "../../model/sentence.ts";
import type { DriftContext, Remark, Rule } from "../rule.ts";
import { enumerate } from "./names.ts";

const LISTED = 20;

/** A rule over one kind of schema change: what changed, and what that does to whoever uses the model. */
function schemaRule(id: Rule["id"], why: string, kinds: readonly SchemaChangeKind[], consequence: string): Rule {
  return {
    id,
    severity: "error",
    why,
    checkDrift: ({ schema }: DriftContext) =>
      schema.filter(({ kind }) => kinds.includes(kind)).map((change) => remarkOf(change, consequence)),
  };
}

function remarkOf(change: SchemaChange, consequence: string): Remark {
  const template = `${change.sentence.template} ${consequence}`;
  return {
    ...(change.path === "" ? {} : { path: change.path }),
    sentence: say(template, change.sentence.args),
    evidence: {
      kind: change.kind,
      change: english(change.sentence),
      old: enumerate(change.old, LISTED),
      new: enumerate(change.new, LISTED),
    },
  };
}

export const featureOrder = schemaRule(
  "schema/feature-order",
  "Columns sent by position land on the wrong coefficients, and nothing fails: predictions are just wrong.",
  ["features-reordered", "features-renamed"],
  "A caller that sends columns by position gets wrong predictions: send them by name, or in the new order.",
);

export const featureCount = schemaRule(
  "schema/feature-count",
  "The new model does not accept the input of the old one.",
  ["feature-count", "features-added", "features-removed"],
  "Input for the old version does not fit the new one: change the caller together with the model.",
);

export const classLabels = schemaRule(
  "schema/class-labels",
  "Code that compares predictions with the old labels, or reads probabilities by position, goes wrong silently.",
  ["classes-renamed", "classes-reordered", "classes-added", "classes-removed"],
  "Code that reads labels or the columns of predict_proba has to change with the model.",
);
