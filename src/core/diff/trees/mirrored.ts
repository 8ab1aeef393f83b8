import type { SplitTest, Tree, TreeEnsemble } from "../../meaning/trees/ensemble.ts";
import { testOf } from "./key.ts";

/** Tests whose answers are those of another one, turned round. */
const TURNED: Readonly<Partial<Record<SplitTest, SplitTest>>> = { ">": "<=", ">=": "<", "!=": "==", "not-in": "in" };

/**
 * The ensemble with each question put in one way, for libraries put one question in different ways: not above a threshold,
 * below it, equal to one category or one of several, on the left. Nodes keep their numbers.
 */
export function asAsked(ensemble: TreeEnsemble): TreeEnsemble {
  return { ...ensemble, tree: async (index, work) => turned(await ensemble.tree(index, work)) };
}

function turned(tree: Tree): Tree {
  const asked = Array.from(tree.feature, (_, node) => testOf(tree, node));
  if (asked.every((test, node) => tree.feature[node] === -1 || test === "<=" || test === "<")) return tree;
  const [left, right] = [tree.left.slice(), tree.right.slice()];
  const missingLeft = tree.missingLeft?.slice();
  const threshold = tree.threshold.slice();
  const categories = new Map(tree.categories);
  const test = asked.map((each, node): SplitTest => {
    if (tree.feature[node] === -1) return each;
    const other = TURNED[each];
    if (other !== undefined) {
      left[node] = tree.right[node] ?? -1;
      right[node] = tree.left[node] ?? -1;
      if (missingLeft !== undefined) missingLeft[node] = missingLeft[node] === 1 ? 0 : 1;
    }
    const put = other ?? each;
    if (put !== "==") return put;
    if (!categories.has(node)) categories.set(node, [threshold[node] ?? Number.NaN]);
    threshold[node] = Number.NaN;
    return "in";
  });
  return {
    ...tree,
    left,
    right,
    threshold,
    test,
    ...(missingLeft === undefined ? {} : { missingLeft }),
    ...(categories.size === 0 ? {} : { categories }),
  };
}
