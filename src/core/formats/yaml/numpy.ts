import { LIMITS } from "../../limits.ts";
import type { DType } from "../../model/dtype.ts";
import { holdsObjects } from "../../model/numpy-dtype.ts";
import { elementCount } from "../../model/tensor.ts";
import { isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import { dtypeOfArguments, dtypeOfState } from "../pickle/numpy-dtype-object.ts";

/**
 * numpy's numbers and arrays as PyYAML writes them: calls of what a pickle of them would call, with the bytes as
 * `!!binary`. What does not fit stays the call that it is.
 */
export class NumpyCalls {
  private readonly dtypes = new Map<Node, DType>();
  private readonly byState = new Map<Value, { readonly bare: DType | undefined; readonly dtype: DType | undefined }>();

  /** The value that a call gives; undefined for any other call. */
  valueOf(node: ObjectNode): Value | undefined {
    const { callable, args, state } = node;
    if (!isNode(callable) || callable.kind !== "global") return undefined;
    const { module, name } = callable;
    if (module === "numpy" && name === "dtype") {
      const bare = dtypeOfArguments(args);
      // A state by an alias may be that of any number of types.
      const known = state === undefined ? undefined : this.byState.get(state);
      if (known !== undefined && known.bare?.name !== bare?.name) return undefined;
      const made = (): DType | undefined => (state === undefined ? bare : dtypeOfState(bare, state, this.dtypes));
      const dtype = known === undefined ? made() : known.dtype;
      if (dtype !== undefined) this.dtypes.set(node, dtype);
      if (state !== undefined) this.byState.set(state, { bare, dtype });
      return undefined;
    }
    if (!/^numpy\._?core\.(?:multiarray|_multiarray_umath)$/.test(module)) return undefined;
    if (name === "scalar") return this.made(args[0], [], false, args[1], node.offset);
    if (name !== "_reconstruct" || !isNode(state) || state.kind !== "list") return undefined;
    const [shape, type, fortran, data] = state.items.length === 5 ? state.items.slice(1) : state.items;
    const dims = isNode(shape) && shape.kind === "list" ? shape.items : undefined;
    if (dims?.every((dim) => typeof dim === "bigint" && dim >= 0n && dim < 2n ** 53n) !== true) return undefined;
    if (dims.length > LIMITS.dimensions) return undefined;
    return this.made(type, dims.map(Number), fortran === true, data, node.offset);
  }

  private made(
    type: Value | undefined,
    shape: readonly number[],
    isFortran: boolean,
    data: Value | undefined,
    offset: number,
  ): Value | undefined {
    const dtype = isNode(type) ? this.dtypes.get(type) : undefined;
    if (dtype === undefined || holdsObjects(dtype) || !isNode(data) || data.kind !== "bytes") return undefined;
    const count = shape.reduce((product, size) => product * size, 1);
    if (!Number.isSafeInteger(count) || elementCount(shape) * dtype.itemSize !== data.data.size) return undefined;
    const order = isFortran ? ("F" as const) : ("C" as const);
    const tensor = { dtype, shape, order, offset: 0, data: data.data };
    return shape.length === 0
      ? { kind: "scalar", tensor }
      : { kind: "tensor", className: "numpy.ndarray", tensor, offset };
  }
}
