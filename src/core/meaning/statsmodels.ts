import { isNode, type ObjectNode, type Value } from "../model/value.ts";
import { attributeOf, classOf } from "./anatomy.ts";
import { frameOf } from "./pandas.ts";
import { namesOf, type Reading } from "./reading.ts";

/**
 * Names of the parameters of a fitted model of statsmodels, in their order: those that it noted (`param_names`, or
 * `xnames` once somebody asked for them), else the columns of the design matrix. Undefined when the file does not tell: the
 * data may have been removed.
 */
export async function statsmodelsNames(node: ObjectNode, reading: Reading): Promise<readonly string[] | undefined> {
  if (!classOf(node).module.startsWith("statsmodels.")) return undefined;
  const own = await namesOf(attributeOf(node, "param_names"), reading);
  if (own !== undefined) return own;
  const data = attributeOf(attributeOf(node, "model") ?? node, "data");
  const noted = attributeOf(data, "_param_names") ?? entryOf(attributeOf(data, "_cache"), "xnames");
  const names = await namesOf(noted, reading);
  if (names !== undefined) return names;
  const design = attributeOf(data, "orig_exog");
  if (!isNode(design) || design.kind !== "object") return undefined;
  return (await frameOf(design, reading.work))?.columns.map(({ name }) => name);
}

function entryOf(value: Value | undefined, key: string): Value | undefined {
  return isNode(value) && value.kind === "dict" ? value.values[value.keys.lastIndexOf(key)] : undefined;
}
