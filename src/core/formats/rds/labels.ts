import { keyPath } from "../../meaning/path.ts";
import type { AxisLabels } from "../../model/artifact.ts";
import { dictGet, type DictNode, isNode, type Value } from "../../model/value.ts";

/** Fields whose names are those of features: terms of a formula. */
const OF_TERMS = /^(?:coefficients|beta|importance|xlevels)$/;

/**
 * The names that R keeps with the numbers of a model's own fields, by the address of the numbers: `names` of a vector,
 * `dimnames` of a matrix.
 */
export function labelsOf(root: Value): ReadonlyMap<string, readonly (AxisLabels | undefined)[]> {
  const axes = new Map<string, readonly (AxisLabels | undefined)[]>();
  const fields = fieldsOf(root);
  for (const [k, key] of fields?.keys.entries() ?? []) {
    const field = fields?.values[k];
    if (typeof key !== "string" || !isNode(field) || field.kind !== "dict") continue;
    const kind = OF_TERMS.test(key) ? "feature" : "component";
    const numbers = dictGet(field, "values");
    if (!isNode(numbers) || numbers.kind !== "tensor") continue;
    const names = textsOf(dictGet(field, "names"));
    const dimensions = dictGet(field, "dimnames");
    const path = keyPath(keyPath("", key), "values");
    if (names !== undefined) axes.set(path, [{ kind, labels: names }]);
    else if (isNode(dimensions) && dimensions.kind === "list")
      axes.set(
        path,
        dimensions.items.map((each) => {
          const labels = textsOf(each);
          return labels && { kind, labels };
        }),
      );
  }
  return axes;
}

function fieldsOf(root: Value): DictNode | undefined {
  if (!isNode(root)) return undefined;
  if (root.kind === "dict") return root;
  return root.kind === "object" && isNode(root.state) && root.state.kind === "dict" ? root.state : undefined;
}

function textsOf(value: Value | undefined): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  if (!isNode(value) || value.kind !== "list" || value.items.length === 0) return undefined;
  const texts = value.items.filter((item): item is string => typeof item === "string");
  return texts.length === value.items.length ? texts : undefined;
}
