import { isNode, type Value } from "../../model/value.ts";
import type { H5Group, H5Node, H5Tree } from "../hdf5/tree.ts";
import { CONTAINERS, namesFor, snakeCase, VARIABLES } from "./variables.ts";

/**
 * What the arrays of a `.weights.h5` are called in the model, by their paths: `layers/dense_1/vars/0` is `head.kernel`. The
 * group of a layer's arrays has the layer's name as an attribute, and is itself called by the layer's class; versions
 * before 3.6 did not write the name, and give nothing.
 */
export async function calledVariables(tree: H5Tree, root: H5Group): Promise<ReadonlyMap<string, string>> {
  const called = new Map<string, string>();
  const visit = async (group: H5Group, labels: readonly string[], className: string | undefined): Promise<void> => {
    for (const [name, node] of group.children) {
      if (node.kind !== "group") continue;
      if (name === "vars") tellVariables(node, labels, className, called);
      else if (CONTAINERS.includes(name))
        for (const [own, layer] of node.children) await visitPart(own, layer, labels, classOfGroup(own));
      else await visitPart(name, node, labels, undefined);
    }
  };
  const visitPart = async (
    name: string,
    node: H5Node,
    labels: readonly string[],
    className: string | undefined,
  ): Promise<void> => {
    if (node.kind !== "group") return;
    const said = await nameOf(tree, node);
    // The optimizer is below its role, whatever it is called.
    if (said === undefined || (labels.length === 0 && name === "optimizer"))
      await visit(node, [...labels, name], className);
    else await visit(node, [...labels, said], className ?? classOfGroup(said));
  };
  // Without a single name it is of a version that wrote none: groups by class are not what anybody calls the arrays.
  if ((await nameOf(tree, root)) !== undefined) await visit(root, [], undefined);
  return called;
}

async function nameOf(tree: H5Tree, group: H5Group): Promise<string | undefined> {
  const vars = group.children.get("vars");
  const attribute = vars?.kind === "group" ? vars.attributes.find(({ name }) => name === "name") : undefined;
  const value: Value | undefined =
    attribute === undefined ? undefined : await tree.attributeValue(attribute, group.path);
  return isNode(value) || typeof value !== "string" ? undefined : value;
}

const CLASSES: ReadonlyMap<string, string> = new Map(Object.keys(VARIABLES).map((name) => [snakeCase(name), name]));

/** The class of `dense_1`: groups of one class are numbered. */
function classOfGroup(name: string): string | undefined {
  return CLASSES.get(name) ?? CLASSES.get(name.replace(/_\d+$/, ""));
}

function tellVariables(
  group: H5Group,
  labels: readonly string[],
  className: string | undefined,
  called: Map<string, string>,
): void {
  const nodes = [...group.children.values()].filter(({ kind }) => kind === "dataset");
  const names = className === undefined ? undefined : namesFor(className, nodes.length);
  for (const [i, { path }] of nodes.entries()) {
    const number = Number(path.slice(path.lastIndexOf("/") + 1));
    called.set(path, [...labels, names?.[number] ?? `vars[${Number.isNaN(number) ? i : number}]`].join("."));
  }
}
