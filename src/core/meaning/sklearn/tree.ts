import { isNumeric } from "../../model/dtype.ts";
import { isNode, type ObjectNode, type TensorNode, type Value } from "../../model/value.ts";
import { type Attribute, attributeOf, attributesOfObject, classOf, dataArguments } from "../anatomy.ts";
import { fieldTensors } from "../structured.ts";

/**
 * `sklearn.tree._tree.Tree`: made with (n_features, n_classes, n_outputs); its state holds `nodes`, a structured
 * array with one element per node, and `values`. What it stores is read under the names of its public attributes.
 */
const NODE_FIELDS: Readonly<Record<string, string>> = {
  left_child: "children_left",
  right_child: "children_right",
};

/** `weighted_n_node_samples`, `missing_go_to_left` (from 1.3 on) and the others have their public names. */
function publicName(field: string): string {
  return Object.hasOwn(NODE_FIELDS, field) ? (NODE_FIELDS[field] ?? field) : field;
}

export function isSklearnTree(node: ObjectNode): boolean {
  const { module, name } = classOf(node);
  return name === "Tree" && (module === "sklearn.tree._tree" || module === "sklearn.tree.tree");
}

/** The public attributes of a tree, in the order of its own state. */
export function treeAttributes(node: ObjectNode): readonly Attribute[] {
  const known = collected.get(node);
  if (known !== undefined) return known;
  const attributes = collectAttributes(node);
  collected.set(node, attributes);
  return attributes;
}

const collected = new WeakMap<ObjectNode, readonly Attribute[]>();

function collectAttributes(node: ObjectNode): readonly Attribute[] {
  const attributes: Attribute[] = [];
  const [features, classes, outputs] = dataArguments(node);
  if (features !== undefined) attributes.push({ name: "n_features", value: features });
  if (classes !== undefined) attributes.push({ name: "n_classes", value: classes });
  if (outputs !== undefined) attributes.push({ name: "n_outputs", value: outputs });
  for (const { name, value } of attributesOfObject(node) ?? []) {
    const fields = name === "nodes" ? nodeFields(value) : undefined;
    if (fields !== undefined) attributes.push(...fields);
    else attributes.push({ name: name === "values" ? "value" : name, value });
  }
  return attributes;
}

function nodeFields(value: Value): readonly Attribute[] | undefined {
  if (!isNode(value) || value.kind !== "tensor" || value.tensor.dtype.fields === undefined) return undefined;
  const node = value;
  return fieldTensors(node.tensor)
    .filter(({ tensor }) => isNumeric(tensor.dtype))
    .map(({ name, tensor }) => ({
      name: publicName(name),
      value: { kind: "tensor", tensor, className: node.className, offset: node.offset } satisfies TensorNode,
    }));
}

/** Depth and node count as the tree says, for a sentence about it. */
export function treeNodeCount(node: ObjectNode): bigint | undefined {
  const count = attributeOf(node, "node_count");
  return typeof count === "bigint" ? count : undefined;
}
