import type { Schema } from "../model/artifact.ts";
import { isNode, type ObjectNode, type Value } from "../model/value.ts";
import { attributeOf, classOf } from "./anatomy.ts";
import type { Facts } from "./facts.ts";
import { attributePath } from "./path.ts";
import { namedParts } from "./named-parts.ts";

/** The schema of one estimator, categories addressed below its path. */
export function schemaOf(node: ObjectNode, path: string, facts: Facts): Schema {
  const { features, featureCount, classes, outputs, vocabularySize } = facts;
  const steps = stepsOf(node);
  const categories = categoriesOf(path, facts);
  return {
    ...(features === undefined ? {} : { features }),
    ...(featureCount === undefined ? {} : { featureCount }),
    ...(classes === undefined ? {} : { classes }),
    ...(outputs === undefined ? {} : { outputs }),
    ...(steps === undefined ? {} : { steps }),
    ...(vocabularySize === undefined ? {} : { vocabularySize }),
    ...(categories === undefined ? {} : { categories }),
  };
}

/** Features without a name are called x0, x1, ..., as scikit-learn calls them. */
function categoriesOf(path: string, { categories, features, levels }: Facts): Schema["categories"] {
  if (levels !== undefined)
    return levels.map(({ feature, values, at }) => ({ path: at.reduce(attributePath, path), feature, values }));
  const prefix = path === "" ? "" : `${path}.`;
  return categories?.flatMap((values, i) =>
    values === undefined ? [] : [{ path: `${prefix}categories_[${i}]`, feature: features?.[i] ?? `x${i}`, values }],
  );
}

/** Names of the attributes that hold an estimator's named parts, the fitted ones first. */
const NAMED_PARTS = ["steps", "transformers_", "transformer_list", "estimators"];

function stepsOf(node: ObjectNode): Schema["steps"] {
  for (const name of NAMED_PARTS) {
    const parts = namedParts(attributeOf(node, name));
    if (parts !== undefined) return parts.map((part) => ({ name: part.name, className: partClass(part.value) }));
  }
  return undefined;
}

function partClass(value: Value): string {
  if (typeof value === "string") return value;
  return isNode(value) && value.kind === "object" ? classOf(value).name : "None";
}
