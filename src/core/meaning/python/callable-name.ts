import { isNode, type Value } from "../../model/value.ts";

/** Functions of cloudpickle and dill that give a class of `types` by its name. */
const TYPE_BY_NAME = /^(?:_builtin_type|_load_type)$/;

/**
 * `module.name` of what is called, looked up through cloudpickle's and dill's own ways to name the classes that no module
 * has: `_builtin_type("CodeType")` is `types.CodeType`. Undefined for what is no name.
 */
export function callableName(callable: Value | undefined): string | undefined {
  if (!isNode(callable)) return undefined;
  if (callable.kind === "global") return `${callable.module}.${callable.name}`;
  if (callable.kind !== "object" || !isNode(callable.callable) || callable.callable.kind !== "global") return undefined;
  const [name] = callable.args;
  return TYPE_BY_NAME.test(callable.callable.name) && typeof name === "string" ? `types.${name}` : undefined;
}
