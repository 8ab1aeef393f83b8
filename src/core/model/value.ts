import type { ByteSource } from "../bytes/source.ts";
import type { Work } from "../work.ts";
import type { TensorRef } from "./tensor.ts";

/**
 * A value as a file describes it: Python objects, JSON, metadata. Nothing is constructed: an object is its class's
 * name, its arguments and its state. Two references to one node are one identity, and cycles are ordinary, so every
 * walk over values keeps a set of nodes it has seen.
 *
 * Primitives stand for themselves: null is None, bigint is an integer of any size, number is a float64 (a JS number
 * keeps -0, infinities and subnormals; a NaN that is not 0x7ff8000000000000 is a `float` node, to keep its bits).
 */
export type Value = null | boolean | bigint | number | string | Node;

export type Node =
  | FloatNode
  | DecimalNode
  | BytesNode
  | ListNode
  | DictNode
  | ScalarNode
  | TensorNode
  | GlobalNode
  | ObjectNode
  | PersistentNode
  | UnreadNode;

/** A float64 that a JS number cannot be trusted to keep: a NaN with a payload or sign. */
export interface FloatNode {
  readonly kind: "float";
  readonly bits: bigint;
}

/** A number that the file holds as decimal text: the text is the value, `nearest` its nearest float64. */
export interface DecimalNode {
  readonly kind: "decimal";
  readonly text: string;
  readonly nearest: number;
  readonly offset: number;
}

/** `binary` says bytes, bytearray, or a Python 2 str that is not ASCII. */
export interface BytesNode {
  readonly kind: "bytes";
  readonly type: "bytes" | "bytearray" | "str8";
  readonly data: ByteSource;
}

export interface ListNode {
  readonly kind: "list";
  readonly type: "list" | "tuple" | "set" | "frozenset";
  readonly items: Value[];
  readonly unmade?: Unmade | undefined;
  /** Makes the entries with pauses, in which it can be cancelled; undefined where there is nothing to wait for. */
  make?(work: Work): Promise<void> | undefined;
}

/**
 * What is known of a large container whose entries are made from the file's bytes when they are first asked for: they are
 * plain values throughout, without any object, array or name.
 */
export interface Unmade {
  readonly count: number;
  /** How many of the entries are dicts. */
  readonly dicts: number;
  /** Something in it is a reference to what is elsewhere in the file, where there may be objects. */
  readonly refersOutside: boolean;
}

/** In file order, duplicates of a key kept (the last one wins in Python and JSON; a finding tells of it). */
export interface DictNode {
  readonly kind: "dict";
  readonly keys: Value[];
  readonly values: Value[];
  /** The reader saw that no key is there twice. */
  readonly areKeysDistinct?: boolean;
  readonly unmade?: Unmade | undefined;
  /** As that of a list. */
  make?(work: Work): Promise<void> | undefined;
  /** Lets go of entries that can be made again: for who looks through all rows of a large file once. */
  forget?(): void;
}

/** A numpy scalar: one element of `tensor.dtype`; the tensor's shape is []. */
export interface ScalarNode {
  readonly kind: "scalar";
  readonly tensor: TensorRef;
  /** How the element prints, where the reader looked at it already. */
  readonly text?: string;
}

export interface TensorNode {
  readonly kind: "tensor";
  readonly tensor: TensorRef;
  /** What it is in the file's own words: `numpy.ndarray`, `numpy.matrix`, `list` for a JSON array of numbers. */
  readonly className: string;
  /** Elements of an object array, in C order; then `tensor.data` is empty. */
  readonly objects?: readonly Value[];
  /** Byte position in the pickle (or other) stream where the value is made. */
  readonly offset: number;
}

/** A name that loading would import. Never imported here. */
export interface GlobalNode {
  readonly kind: "global";
  readonly module: string;
  readonly name: string;
  readonly offset: number;
}

/** What loading would make by calling `callable` with `args` and giving the result its state. Never called here. */
export interface ObjectNode {
  readonly kind: "object";
  /** The class or function: a global in all ordinary files. */
  readonly callable: Value;
  /** `new`: callable.__new__(*args, **kwargs); `call`: callable(*args). */
  readonly how: "new" | "call";
  args: readonly Value[];
  kwargs?: DictNode;
  /** BUILD's argument: usually a dict of attributes, or (dict, slots dict). Several BUILDs: the later ones in `moreStates`. */
  state?: Value;
  moreStates?: Value[];
  /** From APPEND(S)/ADDITEMS on the object. */
  items?: Value[];
  /** From SETITEM(S) on the object. */
  entries?: DictNode;
  readonly offset: number;
}

/** A persistent id: the file names something outside of it (a storage in PyTorch). */
export interface PersistentNode {
  readonly kind: "persistent";
  readonly id: Value;
  readonly offset: number;
}

/** Something that is there but was not read: why is in a finding. */
export interface UnreadNode {
  readonly kind: "unread";
  readonly why: string;
  readonly offset: number;
}

export function isNode(value: Value | undefined): value is Node {
  return typeof value === "object" && value !== null;
}

/** `module.name` of the global that makes an object; undefined when the callable is not a plain global. */
export function classNameOf(value: Value | undefined): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.kind === "global") return `${value.module}.${value.name}`;
  if (value.kind === "object" && isNode(value.callable) && value.callable.kind === "global")
    return `${value.callable.module}.${value.callable.name}`;
  return undefined;
}

/** The value under a string key; the last duplicate, as Python has it. */
export function dictGet(dict: DictNode, key: string): Value | undefined {
  const at = dict.keys.lastIndexOf(key);
  return at < 0 ? undefined : dict.values[at];
}

/** The attribute dict of an object: its state when that is a dict, or the first of (dict, slots). */
export function attributesOf(value: Value | undefined): DictNode | undefined {
  if (!isNode(value) || value.kind !== "object") return undefined;
  const { state } = value;
  if (!isNode(state)) return undefined;
  if (state.kind === "dict") return state;
  if (state.kind !== "list") return undefined;
  const dicts = state.items.filter((item): item is DictNode => isNode(item) && item.kind === "dict");
  return dicts.length === 0 ? undefined : mergeDicts(dicts);
}

function mergeDicts(dicts: readonly DictNode[]): DictNode {
  if (dicts.length === 1 && dicts[0] !== undefined) return dicts[0];
  return { kind: "dict", keys: dicts.flatMap((d) => d.keys), values: dicts.flatMap((d) => d.values) };
}
