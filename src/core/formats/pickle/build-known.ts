import { type GlobalNode, isNode, type ObjectNode, type Value } from "../../model/value.ts";
import type { Evaluation } from "./evaluation.ts";
import { buildArray, buildMaskedArray, MULTIARRAY_MODULE } from "./ndarray.ts";
import { dtypeOfState } from "./numpy-dtype-object.ts";

/** States that make a known thing of an object: arrays and dtypes of numpy, and joblib's stand-ins for arrays. */
export function buildKnown(
  node: ObjectNode,
  callable: GlobalNode,
  state: Value,
  evaluation: Evaluation,
  offset: number,
): void {
  switch (callable.name) {
    case "dtype": {
      if (callable.module !== "numpy") return;
      // Any number of types may have one state, each with as many fields.
      if (isNode(state) && state.kind === "list" && state.items.length < 10)
        for (const part of state.items) if (isNode(part) && part.kind === "dict") evaluation.spend(part.keys.length);
      const dtype = dtypeOfState(evaluation.dtypes.get(node), state, evaluation.dtypes);
      if (dtype === undefined) evaluation.dtypes.delete(node);
      else evaluation.dtypes.set(node, dtype);
      return;
    }
    case "_reconstruct":
      if (MULTIARRAY_MODULE.test(callable.module)) buildArray(node, state, evaluation, offset);
      return;
    case "_mareconstruct":
      if (callable.module === "numpy.ma.core") buildMaskedArray(node, state, evaluation, offset);
      return;
    case "NumpyArrayWrapper":
    case "NDArrayWrapper":
    case "ZNDArrayWrapper":
      if (evaluation.inline?.isFollowed(node) === true) evaluation.pendingArray = node;
      return;
    case "_reconstructor": {
      // Protocols 0 and 1 make the same objects through copyreg.
      const [made] = node.args;
      if (isNode(made) && made.kind === "global" && made.name.endsWith("ArrayWrapper"))
        buildKnown(node, made, state, evaluation, offset);
      return;
    }
    default:
      return;
  }
}
