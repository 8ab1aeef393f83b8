import {
  type DictNode,
  type GlobalNode,
  isNode,
  type ListNode,
  type ObjectNode,
  type TensorNode,
  type Value,
} from "../../model/value.ts";
import { argumentsOf, kindName, objectNode } from "../pickle/graph.ts";
import { type ElementType, elementTypeOf } from "./dtypes.ts";
import type { Rebuilding } from "./rebuild.ts";
import { sizeOf, sizesOf } from "./storage.ts";
import { viewOf } from "./tensor.ts";

/**
 * The functions by which PyTorch's pickles rebuild tensors (torch/_utils.py, torch/_tensor.py, torch/nn/parameter.py,
 * and the pickler of TorchScript), by what they would give.
 */
type Rebuild = (args: readonly Value[], rebuilding: Rebuilding, node: ObjectNode) => Value | undefined;

const UTILS: Readonly<Record<string, Rebuild>> = {
  _rebuild_tensor: tensor,
  _rebuild_tensor_v2: tensor,
  _rebuild_tensor_v3: tensor,
  _rebuild_qtensor: quantised,
  _rebuild_parameter: first,
  _rebuild_parameter_with_state: (args, _rebuilding, node) => withState(args[0], args[3], node.callable, node.offset),
  _rebuild_sparse_tensor: sparse,
  _rebuild_sparse_csr_tensor: sparse,
  _rebuild_device_tensor_from_numpy: first,
  _rebuild_device_tensor_from_cpu_tensor: first,
  _rebuild_xla_tensor: first,
  _rebuild_meta_tensor_no_storage: ([dtype, size, stride]) => named({ device: "meta", dtype, size, stride }),
  _rebuild_nested_tensor: ([buffer, sizes, strides, offsets]) => named({ buffer, sizes, strides, offsets }),
};
const TENSOR: Readonly<Record<string, Rebuild>> = { _rebuild_from_type: fromType, _rebuild_from_type_v2: fromType };
const CLASSES: Readonly<Record<string, Rebuild>> = { Size: plainSize };
const PARAMETER: Readonly<Record<string, Rebuild>> = {
  Parameter: wrapped,
  Buffer: wrapped,
  UninitializedParameter: wrapped,
};
const SCRIPT: Readonly<Record<string, Rebuild>> = {
  restore_type_tag: first,
  build_intlist: first,
  build_doublelist: first,
  build_boollist: first,
  build_tensorlist: first,
};

const CALLS: Readonly<Record<string, Readonly<Record<string, Rebuild>>>> = {
  "torch._utils": UTILS,
  "torch._tensor": TENSOR,
  "torch.tensor": TENSOR,
  torch: CLASSES,
  "torch.nn.parameter": PARAMETER,
  "torch.jit._pickle": SCRIPT,
};

/** The value of a call; undefined for a function that is none of these, or arguments that it does not take. */
export function rebuildCall(node: ObjectNode, { module, name }: GlobalNode, rebuilding: Rebuilding): Value | undefined {
  const calls = Object.hasOwn(CALLS, module) ? CALLS[module] : undefined;
  const rebuild = calls !== undefined && Object.hasOwn(calls, name) ? calls[name] : undefined;
  const made = rebuild?.(node.args, rebuilding, node);
  return made === undefined ? undefined : withState(made, node.state, node.callable, node.offset);
}

/** (storage, offset, size, stride, requires_grad, hooks, ...): v2 has metadata then, v3 the dtype and metadata. */
function tensor(args: readonly Value[], rebuilding: Rebuilding, node: ObjectNode): Value | undefined {
  const isTyped = isNode(node.callable) && node.callable.kind === "global" && node.callable.name.endsWith("_v3");
  const made = tensorOf(args, isTyped ? args[6] : undefined, rebuilding, node.offset);
  const flags = args[isTyped ? 7 : 6];
  if (made === undefined || !isNode(flags) || flags.kind !== "dict") return made;
  // Bits of a lazy view: the tensor's values are those in the file, conjugated or negated.
  const isLazy = flags.keys.some((key, k) => (key === "conj" || key === "neg") && flags.values[k] === true);
  return isLazy ? { kind: "dict", keys: ["stored", ...flags.keys], values: [made, ...flags.values] } : made;
}

function tensorOf(
  [storageNode, offset, size, stride]: readonly Value[],
  dtype: Value | undefined,
  rebuilding: Rebuilding,
  at: number,
): Value | undefined {
  // What its storage could not be read for is said there.
  if (isNode(storageNode) && storageNode.kind === "unread") return storageNode;
  const storage = rebuilding.storageOf(storageNode);
  const [start, shape, strides] = [sizeOf(offset), sizesOf(size), sizesOf(stride)];
  if (storage === undefined || start === undefined || shape === undefined || strides === undefined) return undefined;
  const type = dtype === undefined ? storage.type : typeNamed(dtype, storage.isBigEndian);
  if (type === undefined) {
    const name = dtype === undefined ? storage.className : kindName(dtype);
    return rebuilding.trouble(`the elements of ${name} are not known`, at);
  }
  const found = viewOf(storage, type, { offset: start, shape, strides });
  if (typeof found === "string")
    return rebuilding.trouble(found, at, storage.isCut ? "integrity/truncated" : "integrity/corrupt");
  const node: TensorNode = { kind: "tensor", tensor: found, className: "torch.Tensor", offset: at };
  if (type.perByte === undefined) return node;
  return named({ packed: node, per_byte: BigInt(type.perByte), size: size ?? null });
}

function typeNamed(dtype: Value, bigEndian: boolean): ElementType | undefined {
  if (!isNode(dtype) || dtype.kind !== "global" || dtype.module !== "torch") return undefined;
  return elementTypeOf(dtype.name, bigEndian);
}

/** (storage, offset, size, stride, quantizer, ...): the integers, and what makes numbers of them. */
function quantised(args: readonly Value[], rebuilding: Rebuilding, node: ObjectNode): Value | undefined {
  const integers = tensorOf(args, undefined, rebuilding, node.offset);
  const [scheme, scale, zeroPoint, axis] = argumentsOf(args[4]) ?? [];
  if (integers === undefined || scheme === undefined) return undefined;
  const parts = { int_repr: integers, scale, zero_point: zeroPoint, axis, qscheme: nameOf(scheme) };
  return named(parts);
}

/** (layout, data): for COO indices, values, size and whether they are sorted; for the others compressed and plain indices. */
function sparse([layout, data]: readonly Value[]): Value | undefined {
  const parts = argumentsOf(data);
  if (parts === undefined) return undefined;
  const name = layoutOf(layout);
  const indices = INDICES[name ?? ""];
  if (name === "sparse_coo") {
    const [positions, values, size, isCoalesced] = parts;
    return named({ layout: name, indices: positions, values, size: sized(size), is_coalesced: isCoalesced });
  }
  if (name === undefined || indices === undefined) return undefined;
  const [compressed, plain, values, size] = parts;
  return named({ layout: name, [indices[0]]: compressed, [indices[1]]: plain, values, size: sized(size) });
}

const INDICES: Readonly<Record<string, readonly [string, string]>> = {
  sparse_csr: ["crow_indices", "col_indices"],
  sparse_bsr: ["crow_indices", "col_indices"],
  sparse_csc: ["ccol_indices", "row_indices"],
  sparse_bsc: ["ccol_indices", "row_indices"],
};

/** `torch.serialization._get_layout("torch.sparse_coo")`, or the layout by its name. */
function layoutOf(layout: Value | undefined): string | undefined {
  const text = isNode(layout) && layout.kind === "object" ? layout.args[0] : nameOf(layout);
  return typeof text === "string" ? text.replace(/^torch\./, "") : undefined;
}

function nameOf(value: Value | undefined): Value | undefined {
  return isNode(value) && value.kind === "global" ? value.name : value;
}

function sized(value: Value | undefined): Value | undefined {
  return isNode(value) && value.kind === "object" ? (value.args[0] ?? value) : value;
}

/** (function, class, arguments, state): what the function gives, as another class and with a state. */
function fromType(
  [callable, type, args, state]: readonly Value[],
  rebuilding: Rebuilding,
  node: ObjectNode,
): Value | undefined {
  const items = argumentsOf(args);
  if (!isNode(callable) || callable.kind !== "global" || items === undefined) return undefined;
  rebuilding.called(callable);
  const call = objectNode(callable, "call", items, node.offset);
  const made = rebuildCall(call, callable, rebuilding) ?? call;
  return withState(made, state, type ?? callable, node.offset);
}

/** The value alone where there is no state to keep; else an object of its class that has both. */
function withState(made: Value | undefined, state: Value | undefined, type: Value, offset: number): Value | undefined {
  if (made === undefined) return undefined;
  const dicts = (argumentsOf(state) ?? [state]).filter(
    (each): each is DictNode => isNode(each) && each.kind === "dict",
  );
  const keys = dicts.flatMap((each) => each.keys);
  if (keys.length === 0) return made;
  const values = dicts.flatMap((each) => each.values);
  const object = objectNode(type, "new", [], offset);
  object.state = { kind: "dict", keys: ["data", ...keys], values: [made, ...values] };
  return object;
}

/** What only moves, marks or converts what it is given. */
function first([value]: readonly Value[]): Value | undefined {
  return value;
}

function wrapped([value]: readonly Value[]): Value | undefined {
  return isNode(value) && value.kind === "tensor" ? value : undefined;
}

function plainSize([value]: readonly Value[]): ListNode | undefined {
  const items = argumentsOf(value);
  return items === undefined ? undefined : { kind: "list", type: "tuple", items };
}

function named(parts: Readonly<Record<string, Value | undefined>>): DictNode {
  const entries = Object.entries(parts).filter((entry): entry is [string, Value] => entry[1] !== undefined);
  return { kind: "dict", keys: entries.map(([key]) => key), values: entries.map(([, value]) => value) };
}
