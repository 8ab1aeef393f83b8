import { type GlobalNode, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import { reach } from "./attributes.ts";
import { classify } from "./classify.ts";
import type { Evaluation } from "./evaluation.ts";

/**
 * `operator.attrgetter("a.b")`, `methodcaller("lower")` and `itemgetter(1)` are data as long as loading does not call them:
 * settings of an estimator, keys to sort by. They are judged by the names they hold.
 */
const OPERATOR = /^_?operator$/;
const PATH = /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/;

/** What a global is called. */
export type GlobalName = Pick<GlobalNode, "module" | "name">;

export function isGetter({ module, name }: GlobalName): boolean {
  return OPERATOR.test(module) && (name === "attrgetter" || name === "methodcaller" || name === "itemgetter");
}

/** Notes what a call of one of the three gives; excused where all that it names is harmless. */
export function noteGetter(node: ObjectNode, callable: GlobalNode, evaluation: Evaluation): void {
  if (!isGetter(callable) || evaluation.isScanning) return;
  evaluation.made.set(node, "getter");
  const { name } = callable;
  const named = name === "attrgetter" ? node.args : node.args.slice(0, 1);
  if (name === "itemgetter" || (named.length > 0 && named.every(isHarmless)))
    evaluation.imports.excused(callable, "unusual");
}

/** As an attribute of a value of which nothing is known. */
function isHarmless(path: Value): boolean {
  return typeof path === "string" && PATH.test(path) && classify("(value)", path, "import") !== "dangerous";
}

/** `attrgetter("name")(owner)` is `getattr(owner, "name")`: true where what that reaches is known and harmless. */
export function getsAttribute(getter: ObjectNode, node: ObjectNode, evaluation: Evaluation): boolean {
  const { callable, args } = getter;
  if (!isNode(callable) || callable.kind !== "global" || callable.name !== "attrgetter") return false;
  return args.length === 1 && node.args.length === 1 && reach(node, callable, node.args[0], args[0], evaluation);
}
