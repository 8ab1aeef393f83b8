import { append } from "../../append.ts";
import { scalarDType } from "../../model/dtype.ts";
import { type GlobalNode, isNode, type Node, type ObjectNode, type Value } from "../../model/value.ts";
import type { Evaluation } from "./evaluation.ts";
import { argumentsOf, bytesNode, dict, objectNode, setOf } from "./graph.ts";
import { HeldBytes, rawData } from "./held-bytes.ts";
import { classify, COMPUTED, withoutVendor } from "./classify.ts";
import { arrayFromBuffer, buildArray, MULTIARRAY_MODULE, numpyScalar } from "./ndarray.ts";
import { dtypeOfArguments } from "./numpy-dtype-object.ts";
import { latin1Bytes } from "./text.ts";

/**
 * Calls whose result is a plain value: the ways in which older protocols write bytes, sets and complex numbers, and in
 * which numpy writes arrays. Any other call stays described as a call.
 */
type KnownCall = (node: ObjectNode, args: readonly Value[], evaluation: Evaluation) => Value | undefined;

const byModule = (calls: Readonly<Record<string, KnownCall>>): ReadonlyMap<string, KnownCall> =>
  new Map(Object.entries(calls));

const PYTHON_BUILTINS = byModule({
  bytes: (_node, args) => (args.length === 0 ? bytesNode("bytes", new HeldBytes(new Uint8Array(0))) : undefined),
  bytearray: byteArray,
  complex: complexNumber,
  set: (_node, args, evaluation) => setFrom("set", args, evaluation),
  setattr: setAttribute,
  frozenset: (_node, args, evaluation) => setFrom("frozenset", args, evaluation),
});

const CODECS = byModule({ encode: encodeLatin1 });
const MULTIARRAY = byModule({ scalar: numpyScalar });
const NUMERIC = byModule({ _frombuffer: arrayFromBuffer });
const INTERNAL = byModule({ _convert_to_stringdtype_kwargs: noteStringDType });
const UFUNCS = byModule({ _ufunc_reconstruct: importedByName });

/** Calls that unpickle the bytes they are given. */
const UNPICKLERS = byModule({ loads: unpickled, _loads: unpickled, _load_from_bytes: unpickled });
const CLOUDPICKLE = new Map<string, KnownCall>([
  ...UNPICKLERS,
  ["_builtin_type", typeByName],
  ["_function_setstate", setState],
  ["_class_setstate", setState],
]);

const CALLS: ReadonlyMap<string, ReadonlyMap<string, KnownCall>> = new Map([
  ["builtins", PYTHON_BUILTINS],
  ["__builtin__", PYTHON_BUILTINS],
  ["_codecs", CODECS],
  ["codecs", CODECS],
  ["array", byModule({ _array_reconstructor: machineArray })],
  ["jax._src.array", byModule({ _reconstruct_array: arrayInCall })],
  ["jax._src.device_array", byModule({ reconstruct_device_array: arrayInCall })],
  ["datetime", byModule({ date: dateOrTime, datetime: dateOrTime, time: dateOrTime })],
  ["numpy", byModule({ dtype: noteDType })],
  ["numpy.core.multiarray", MULTIARRAY],
  ["numpy._core.multiarray", MULTIARRAY],
  ["numpy.core._multiarray_umath", MULTIARRAY],
  ["numpy._core._multiarray_umath", MULTIARRAY],
  ["numpy.core.numeric", NUMERIC],
  ["numpy._core.numeric", NUMERIC],
  ["numpy._core._internal", INTERNAL],
  ["numpy.core", UFUNCS],
  ["numpy._core", UFUNCS],
  ...["cloudpickle.cloudpickle", "cloudpickle.cloudpickle_fast"].map((module) => [module, CLOUDPICKLE] as const),
  ["numba.core.serialize", byModule({ _unpickle__CustomPickled: unpickled, custom_rebuild: rebuiltByNumba })],
  ...["dill._dill", "dill.dill"].map(
    (module) =>
      [
        module,
        new Map<string, KnownCall>([
          ...UNPICKLERS,
          ["_load_type", typeNamed],
          ["_eval_repr", plainRange],
          ["_get_attr", functionOfModule],
          ["_create_array", arrayInCall],
        ]),
      ] as const,
  ),
  ...["pickle", "_pickle", "cPickle", "dill", "cloudpickle", "torch.storage"].map(
    (module) => [module, UNPICKLERS] as const,
  ),
]);

/** The value of a known call; undefined when it is none, or its arguments are not the known ones. */
export function callKnown(
  node: ObjectNode,
  callable: GlobalNode,
  args: readonly Value[],
  evaluation: Evaluation,
): Value | undefined {
  return CALLS.get(withoutVendor(callable.module))?.get(callable.name)?.(node, args, evaluation);
}

/** `_load_type("bytes")()`: dill's calls of plain types for protocol 2. */
export function callPlainType(node: ObjectNode, args: readonly Value[], evaluation: Evaluation): Value | undefined {
  if (!isNode(node.callable) || node.callable.kind !== "object") return undefined;
  const { callable: giver, args: named } = node.callable;
  if (!isNode(giver) || giver.kind !== "global" || giver.module !== "dill._dill" || giver.name !== "_load_type")
    return undefined;
  const [name] = named;
  if (typeof name !== "string" || !/^(?:bytes|bytearray|complex|set|frozenset)$/.test(name)) return undefined;
  return PYTHON_BUILTINS.get(name)?.(node, args, evaluation);
}

/** `_codecs.encode(text, "latin1")`: how Python 3 writes bytes for protocols 0 to 2. */
function encodeLatin1(
  _node: ObjectNode,
  [text, encoding]: readonly Value[],
  evaluation: Evaluation,
): Value | undefined {
  if (typeof text !== "string" || typeof encoding !== "string") return undefined;
  if (!/^(latin[-_ ]?1|iso-?8859-1)$/i.test(encoding)) return undefined;
  const bytes = latin1Bytes(text);
  if (bytes === undefined) return undefined;
  evaluation.spend(bytes.length / 64);
  return bytesNode("bytes", new HeldBytes(bytes));
}

/** `bytearray()`, `bytearray(bytes)`, `bytearray(text, "latin-1")`. */
function byteArray(_node: ObjectNode, args: readonly Value[], evaluation: Evaluation): Value | undefined {
  if (args.length === 0) return bytesNode("bytearray", new HeldBytes(new Uint8Array(0)));
  if (args.length === 2 && typeof args[0] !== "string") return undefined;
  const data = rawData(args[0]);
  if (data === undefined) return undefined;
  if (typeof args[0] === "string") evaluation.spend(data.size / 64);
  return bytesNode("bytearray", data);
}

/** `complex(real, imaginary)` as one complex128 element, its bits kept. */
function complexNumber(_node: ObjectNode, args: readonly Value[]): Value | undefined {
  if (args.length !== 2) return undefined;
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  for (const [k, part] of args.entries()) {
    if (typeof part === "number") view.setFloat64(k * 8, part, true);
    else if (isNode(part) && part.kind === "float") view.setBigUint64(k * 8, part.bits, true);
    else if (typeof part === "bigint") view.setFloat64(k * 8, Number(part), true);
    else return undefined;
  }
  const tensor = {
    dtype: scalarDType("complex128"),
    shape: [],
    order: "C" as const,
    offset: 0,
    data: new HeldBytes(bytes),
  };
  return { kind: "scalar", tensor };
}

/** `array.array` by the number of its machine format (Modules/arraymodule.c, `mformatdescriptors`), big-endian the odd ones. */
const MACHINE_FORMATS = (
  "uint8 int8 uint16 uint16 int16 int16 uint32 uint32 int32 int32 " +
  "uint64 uint64 int64 int64 float32 float32 float64 float64"
).split(" ") as readonly Parameters<typeof scalarDType>[0][];

/** `_array_reconstructor(array, typecode, format, bytes)`: numbers where they lie. Text arrays stay a call. */
function machineArray(node: ObjectNode, args: readonly Value[]): Value | undefined {
  const format = typeof args[2] === "bigint" ? Number(args[2]) : -1;
  const name = MACHINE_FORMATS[format];
  const data = rawData(args[3]);
  if (name === undefined || data === undefined || args.length !== 4) return undefined;
  const dtype = scalarDType(name, format > 1 && format % 2 === 1);
  if (data.size % dtype.itemSize !== 0) return undefined;
  const tensor = { dtype, shape: [data.size / dtype.itemSize], order: "C" as const, offset: 0, data };
  return { kind: "tensor", tensor, className: "array.array", offset: node.offset };
}

/** cloudpickle gives functions and classes their state by a call, whose result is thrown away. */
function setState(_node: ObjectNode, [target, state]: readonly Value[]): Value | undefined {
  if (state === undefined || !isNode(target) || target.kind !== "object") return undefined;
  addState(target, state);
  return target;
}

/** `setattr(object, name, value)`: how dill fills in what was not made yet. */
function setAttribute(_node: ObjectNode, [target, name, value]: readonly Value[]): undefined {
  if (isNode(target) && target.kind === "object" && typeof name === "string" && value !== undefined)
    addState(target, { kind: "dict", keys: [name], values: [value] });
}

/**
 * Calls of what `getattr` gives that change a value which was made before, and whose own result is thrown away: dill's
 * `getattr(dill, "_setattr", setattr)(cell, "cell_contents", value)` and `getattr(globals, "update")(names)`.
 */
export function applyMethod(callable: Value, args: readonly Value[]): void {
  if (!isNode(callable) || callable.kind !== "object") return;
  const { callable: getter } = callable;
  if (!isNode(getter) || getter.kind !== "global" || getter.name !== "getattr") return;
  const [owner, name] = callable.args;
  const [first] = args;
  if (name === "_setattr") {
    const [, attribute, value] = args;
    if (isNode(first) && first.kind === "object" && typeof attribute === "string" && value !== undefined)
      addState(first, { kind: "dict", keys: [attribute], values: [value] });
  } else if (name === "update" && isNode(owner) && owner.kind === "dict" && isNode(first) && first.kind === "dict") {
    const { keys, values } = first;
    if (first !== owner && keys.length <= MOST_NAMES)
      for (const [i, key] of keys.entries()) {
        owner.keys.push(key);
        owner.values.push(values[i] ?? null);
      }
  }
}

/** Names that a function uses of its module: more are no such thing, and a short file could ask for them many times. */
const MOST_NAMES = 1_000;

function addState(target: ObjectNode, state: Value): void {
  if (target.state === undefined) target.state = state;
  else (target.moreStates ??= []).push(state);
}

/**
 * `datetime(b"...")`: the bytes that the classes of `datetime` pickle themselves as, as the numbers one would call them
 * with, `fold` too, which is a high bit of the month or hour.
 */
function dateOrTime(
  node: ObjectNode,
  [packed, ...zone]: readonly Value[],
  _evaluation: Evaluation,
): ObjectNode | undefined {
  const data = rawData(packed);
  if (!(data instanceof HeldBytes) || zone.length > 1) return undefined;
  if (![4, 6, 10].includes(data.bytes.length)) return undefined;
  // A date has no hour that comes twice.
  const foldAt = data.bytes.length === 6 ? 0 : 2;
  const isFolded = data.bytes.length !== 4 && (data.bytes[foldAt] ?? 0) >= 0x80;
  const bytes = data.bytes.map((byte, at) => (isFolded && at === foldAt ? byte & 0x7f : byte));
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const time = (at: number): number[] => [
    ...bytes.subarray(at, at + 3),
    ((bytes[at + 3] ?? 0) << 16) | ((bytes[at + 4] ?? 0) << 8) | (bytes[at + 5] ?? 0),
  ];
  const parts = bytes.length === 6 ? time(0) : [a * 256 + b, c, d, ...(bytes.length === 10 ? time(4) : [])];
  const made = { ...node, args: [...parts.map(BigInt), ...zone] };
  return isFolded ? { ...made, kwargs: { kind: "dict", keys: ["fold"], values: [1n] } } : made;
}

/** `set([...])`: protocols 0 to 3. */
function setFrom(type: "set" | "frozenset", args: readonly Value[], evaluation: Evaluation): Value | undefined {
  const [items] = args;
  if (args.length === 0) return setOf(type, []);
  if (args.length !== 1 || !isNode(items) || items.kind !== "list") return undefined;
  evaluation.spend(items.items.length / 4);
  return setOf(type, [...items.items]);
}

/** numpy.dtype(...): stays an object; what it is goes into the table that arrays look into. */
function noteDType(node: ObjectNode, args: readonly Value[], evaluation: Evaluation): undefined {
  const dtype = dtypeOfArguments(args);
  if (dtype !== undefined) evaluation.dtypes.set(node, dtype);
  return undefined;
}

/** numpy's strings of any length (StringDType, from 2.0 on): an array of them is written as an object array of `str` is. */
function noteStringDType(node: ObjectNode, _args: readonly Value[], evaluation: Evaluation): undefined {
  const dtype = dtypeOfArguments(["O"]);
  if (dtype !== undefined) evaluation.dtypes.set(node, dtype);
  return undefined;
}

/** A function of numpy that imports whatever its arguments name: so its arguments are an import as well. */
function importedByName(node: ObjectNode, args: readonly Value[], evaluation: Evaluation): undefined {
  const [module, name] = args;
  const isNamed = typeof module === "string" && typeof name === "string";
  evaluation.imports.global(isNamed ? module : COMPUTED, isNamed ? name : COMPUTED, node.offset);
  return undefined;
}

/** dill's name for a class of Python's own: of those that functions are built from the module is `types`. */
function typeNamed(node: ObjectNode, args: readonly Value[], evaluation: Evaluation): undefined {
  const [name] = args;
  if (typeof name !== "string" || /^(?:Code|Function|Lambda|Module)Type$/.test(name))
    typeByName(node, args, evaluation);
  return undefined;
}

/** `range(3)` as text is what dill writes of a range, `Ellipsis` of that; any other text that is run is anything. */
const PLAIN_TEXT = /^(?:x?range\((?:-?\d+(?:, )?){1,3}\)|Ellipsis|NotImplemented)$/;

function plainRange(node: ObjectNode, [text]: readonly Value[], evaluation: Evaluation): undefined {
  const isRange = typeof text === "string" && PLAIN_TEXT.test(text);
  if (isRange && isNode(node.callable) && node.callable.kind === "global")
    evaluation.imports.excused(node.callable, "unusual");
  return undefined;
}

/**
 * `_get_attr(_import_module("_codecs"), "encode")`, `_get_attr("builtins", "len")`: how dill before 0.3.6 writes functions in C,
 * that is one import. What the module does not have is one of `builtins`.
 */
function functionOfModule(
  node: ObjectNode,
  [owner, name]: readonly Value[],
  evaluation: Evaluation,
): Value | undefined {
  const { callable } = node;
  if (typeof name !== "string" || !/^_?[A-Za-z]\w*$/.test(name) || !isNode(callable) || callable.kind !== "global")
    return undefined;
  const module = owner === "builtins" ? owner : importedBy(owner, evaluation);
  // Texts have this one themselves.
  if (module === undefined || name === "format") return undefined;
  const isBuiltin = classify("builtins", name, "import") !== "unusual";
  if (isBuiltin && module !== "builtins" && module !== "math") return undefined;
  evaluation.imports.excused(callable, "unusual");
  return evaluation.imported(module, name, node.offset);
}

/** The module that a call gave. */
function importedBy(value: Value | undefined, { made }: Evaluation): string | undefined {
  if (!isNode(value) || value.kind !== "object" || made.get(value) !== "module") return undefined;
  const [name] = value.args;
  return typeof name === "string" ? name : undefined;
}

/**
 * `_create_array(_reconstruct, (class, (0,), b"b"), state, attributes)`: how dill writes every array, the call and the BUILD
 * of a plain pickle in one (dill/_dill.py), and JAX its own (jax/_src/array.py). What a class of somebody's own keeps beside the array stays beside it. Of any other
 * function it stays a call of that.
 */
function arrayInCall(node: ObjectNode, args: readonly Value[], evaluation: Evaluation): Value | undefined {
  const [maker, given, state, attributes = null] = args;
  const first = argumentsOf(given);
  if (!isNode(maker) || maker.kind !== "global" || maker.name !== "_reconstruct" || args.length > 4) return undefined;
  if (!MULTIARRAY_MODULE.test(maker.module) || first === undefined || state === undefined) return undefined;
  const made = objectNode(maker, "call", first, node.offset);
  evaluation.imports.called(maker);
  buildArray(made, state, evaluation, node.offset);
  const array = made as Node;
  if (array.kind !== "tensor") return undefined;
  if (isNode(node.callable) && node.callable.kind === "global") evaluation.imports.excused(node.callable);
  // A matrix keeps nothing that it is not made with.
  if (array.className.startsWith("numpy.") || !isNode(attributes) || attributes.kind !== "dict") return array;
  if (attributes.keys.length === 0) return array;
  evaluation.spend(attributes.keys.length);
  const kept = dict();
  append(kept.keys, ["data", ...attributes.keys]);
  append(kept.values, [array, ...attributes.values]);
  return { ...objectNode(first[0] ?? null, "new", [], node.offset), state: kept };
}

/** cloudpickle's name for a class of the module `types`: CodeType is what functions are built from. */
function typeByName(node: ObjectNode, args: readonly Value[], evaluation: Evaluation): undefined {
  const [name] = args;
  const type = evaluation.imports.global("types", typeof name === "string" ? name : COMPUTED, node.offset);
  evaluation.types.set(node, type);
  if (typeof name !== "string") return undefined;
  // Functions are of one type with two names.
  evaluation.namespaces.mayHold(node, name === "LambdaType" ? [name, "FunctionType"] : [name]);
  evaluation.imports.heldBy(evaluation.namespaces, type, node);
  return undefined;
}

/** The bytes are looked into once the stream is read. */
function unpickled(node: ObjectNode, args: readonly Value[], evaluation: Evaluation): undefined {
  evaluation.made.set(node, "unpickled");
  const data = rawData(args[0]);
  if (data === undefined) {
    // What is unpickled is made up on the way.
    if (isNode(node.callable) && node.callable.kind === "global") evaluation.imports.misused(node.callable);
    return undefined;
  }
  if (typeof args[0] === "string") evaluation.spend(data.size / 64);
  const isNumba = isNode(node.callable) && node.callable.kind === "global" && node.callable.module.startsWith("numba.");
  evaluation.nested.push({ data, offset: node.offset, from: isNumba ? "numba" : "call" });
  return undefined;
}

/** numba asks the first value of the pickle within to rebuild the function: that is seen only in such a pickle. */
function rebuiltByNumba(node: ObjectNode, [inner]: readonly Value[], evaluation: Evaluation): undefined {
  const from = isNode(inner) && inner.kind === "object" ? inner.callable : undefined;
  const isSeen = isNode(from) && from.kind === "global" && from.name === "_unpickle__CustomPickled";
  if (!isSeen && isNode(node.callable) && node.callable.kind === "global") evaluation.imports.misused(node.callable);
  return undefined;
}
