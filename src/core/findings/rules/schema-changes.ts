import type { SchemaChange, SchemaChangeKind } from "../../diff/report.ts";
import { english, say } from "../../model/sentence.ts";
import type { DriftContext, Remark, Rule } from "../rule.ts";
import { enumerate } from "./names.ts";
import { WITH_CONSEQUENCE } from "./schema-consequences.ts";

const LISTED = 20;

/** A rule over kinds of schema changes: what changed, and what that does to whoever uses the model. */
function schemaRule(id: Rule["id"], why: string, kinds: readonly SchemaChangeKind[]): Rule {
  return {
    id,
    severity: "error",
    why,
    checkDrift: ({ schema }: DriftContext) => schema.filter(({ kind }) => kinds.includes(kind)).map(remarkOf),
  };
}

function remarkOf({ kind, path, sentence, old, new: next }: SchemaChange): Remark {
  const { template, args } = sentence;
  return {
    ...(path === "" ? {} : { path }),
    sentence: say(WITH_CONSEQUENCE.get(template) ?? template, args),
    evidence: { kind, change: english(sentence), old: enumerate(old, LISTED), new: enumerate(next, LISTED) },
  };
}

export const featureOrder = schemaRule(
  "schema/feature-order",
  "Columns sent by position land on the wrong coefficients, and nothing fails: predictions are just wrong.",
  ["features-reordered", "features-renamed"],
);

export const featureCount = schemaRule(
  "schema/feature-count",
  "The new model does not accept the input of the old one.",
  ["feature-count", "features-added", "features-removed", "inputs-changed"],
);

export const classLabels = schemaRule(
  "schema/class-labels",
  "Code that compares predictions with the old labels, or reads probabilities by position, goes wrong silently.",
  ["classes-renamed", "classes-reordered", "classes-added", "classes-removed"],
);
