import { type ByteSource, checkRange, fromBytes } from "../bytes/source.ts";
import { LIMITS } from "../limits.ts";
import { toBigInt, toNumber } from "../model/decode.ts";
import { type DType, isNumeric, scalarDType } from "../model/dtype.ts";
import { elementCount, type TensorRef } from "../model/tensor.ts";
import { isNode, type ListNode, type Value } from "../model/value.ts";
import { readElements } from "../model/window.ts";
import { ifReadable } from "./texts.ts";

const FLOAT64 = scalarDType("float64");
const INT64 = scalarDType("int64");
const FLOAT = { shape: [], dtype: FLOAT64, fitsFloat64: true } as const;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** A Python float (or a number of a text format) as a tensor of shape []; undefined for anything else. */
export function scalarTensor(value: Value): TensorRef | undefined {
  if (typeof value === "number") return oneElement(FLOAT64, (view) => view.setFloat64(0, value, true));
  if (!isNode(value)) return undefined;
  if (value.kind === "float") return oneElement(FLOAT64, (view) => view.setBigUint64(0, value.bits, true));
  // A flag is no number, whether Python or numpy made it.
  if (value.kind === "scalar")
    return isNumeric(value.tensor.dtype) && value.tensor.dtype.kind !== "b" ? value.tensor : undefined;
  if (value.kind !== "decimal") return undefined;
  const { text, nearest, offset } = value;
  return {
    ...oneElement(FLOAT64, (view) => view.setFloat64(0, nearest, true)),
    texts: { text: () => text, digits: () => significantDigits(text), offset: () => offset },
  };
}

/** A numpy scalar as the Python number it equals (`eps` of a Lars); anything else, and text or dates, as it is. */
export async function asPythonNumber(value: Value): Promise<Value> {
  if (!isNode(value) || value.kind !== "scalar") return value;
  const { tensor } = value;
  const { kind, itemSize } = tensor.dtype;
  if (!(kind === "b" || kind === "i" || kind === "u" || (kind === "f" && itemSize <= 8))) return value;
  const bytes = await ifReadable(() => readElements(tensor, 0, 1));
  if (bytes === undefined) return value;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === "b") return view.getUint8(0) !== 0;
  return kind === "f" ? toNumber(tensor.dtype, view, 0) : toBigInt(tensor.dtype, view, 0);
}

function oneElement(dtype: DType, write: (view: DataView) => void): TensorRef {
  const bytes = new Uint8Array(8);
  write(new DataView(bytes.buffer));
  return { dtype, shape: [], order: "C", offset: 0, data: fromBytes(bytes, "value") };
}

/** Significant digits of a decimal text; zeros before the first digit and after the last of an integer do not count. */
export function significantDigits(text: string): number {
  const mantissa = /^[+-]?(\d*)(?:\.(\d*))?/.exec(text);
  if (mantissa === null) return 0;
  const [, whole = "", fraction] = mantissa;
  if (fraction === undefined) return whole.replace(/^0+/, "").replace(/0+$/, "").length;
  return `${whole}${fraction}`.replace(/^0+/, "").length;
}

/** What a list of numbers is, before its elements are looked at again. */
interface NumberList {
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** False when it holds an integer that float64 cannot hold. */
  readonly fitsFloat64: boolean;
}

export type NumberListMemo = Map<ListNode, NumberList | null>;

/**
 * A list of numbers (rectangular lists of lists too) as a tensor: all integers are int64, any float makes it float64,
 * numpy scalars of one dtype keep it. Nothing is copied: elements are encoded when they are read, so a list that
 * holds one list a thousand times costs nothing. Undefined when it is not such a list, or when an integer of it would
 * not survive as float64.
 */
export function listTensor(list: ListNode, memo: NumberListMemo): TensorRef | undefined {
  const found = measure(list, memo, 0);
  if (found === null) return undefined;
  let count: number;
  try {
    count = elementCount(found.shape);
  } catch {
    return undefined;
  }
  if (count === 0 || !Number.isSafeInteger(count * found.dtype.itemSize)) return undefined;
  if (count > SHARED && !isWorth(list, count, memo)) return undefined;
  return {
    dtype: found.dtype,
    shape: found.shape,
    order: "C",
    offset: 0,
    data: listSource(list, found, count),
  };
}

/** Up to this many elements a list may hold the same lists again and again. */
const SHARED = 65_536;
/** Larger ones may have this many elements for each item that is really in the file. */
const REPEATS = 16;
/** Items that are counted for that, over all lists of a file. */
const COUNTED = 64_000_000;

const counted = new WeakMap<NumberListMemo, number>();

/**
 * False for lists of lists of lists that are always the same: a kilobyte can stand for a million million elements, and
 * whoever reads all of them would never be done. Their parts are listed instead.
 */
function isWorth(list: ListNode, count: number, memo: NumberListMemo): boolean {
  const seen = new Set<ListNode>([list]);
  let left = COUNTED - (counted.get(memo) ?? 0);
  let items = 0;
  for (const each of seen) {
    items += each.items.length;
    left -= each.items.length;
    if (items * REPEATS >= count || left < 0) break;
    if (memo.get(each)?.shape.length === 1) continue;
    for (const item of each.items) if (isNode(item) && item.kind === "list") seen.add(item);
  }
  counted.set(memo, COUNTED - left);
  return left >= 0 && items * REPEATS >= count;
}

function measure(list: ListNode, memo: NumberListMemo, depth: number): NumberList | null {
  const known = memo.get(list);
  if (known !== undefined) return known;
  // Until it is known: a list that holds itself is no list of numbers.
  memo.set(list, null);
  const found = depth >= LIMITS.dimensions ? null : measureItems(list, memo, depth);
  memo.set(list, found);
  return found;
}

function measureItems(list: ListNode, memo: NumberListMemo, depth: number): NumberList | null {
  if (list.items.length === 0 || (list.type !== "list" && list.type !== "tuple")) return null;
  let inner: readonly number[] | undefined;
  let dtype: DType | undefined;
  let fitsFloat64 = true;
  for (const item of list.items) {
    const element = measureItem(item, memo, depth);
    if (element === null) return null;
    if (inner !== undefined && !sameShape(inner, element.shape)) return null;
    inner = element.shape;
    const joined: DType | undefined = dtype === undefined ? element.dtype : joinDTypes(dtype, element.dtype);
    if (joined === undefined) return null;
    dtype = joined;
    fitsFloat64 &&= element.fitsFloat64;
  }
  if (dtype === undefined || inner === undefined) return null;
  if (dtype === FLOAT64 && !fitsFloat64) return null;
  return { shape: [list.items.length, ...inner], dtype, fitsFloat64 };
}

function measureItem(item: Value, memo: NumberListMemo, depth: number): NumberList | null {
  if (typeof item === "bigint")
    return item < INT64_MIN || item > INT64_MAX
      ? null
      : { shape: [], dtype: INT64, fitsFloat64: BigInt(Number(item)) === item };
  if (typeof item === "number") return FLOAT;
  if (!isNode(item)) return null;
  if (item.kind === "float" || item.kind === "decimal") return FLOAT;
  if (item.kind === "scalar")
    return isNumeric(item.tensor.dtype)
      ? { shape: [], dtype: item.tensor.dtype, fitsFloat64: item.tensor.dtype !== INT64 }
      : null;
  return item.kind === "list" ? measure(item, memo, depth + 1) : null;
}

/** Python numbers join as numpy would join them; numpy scalars only join their like, so that no bit is converted. */
function joinDTypes(a: DType, b: DType): DType | undefined {
  if (a.name === b.name) return a;
  if ((a === INT64 && b === FLOAT64) || (a === FLOAT64 && b === INT64)) return FLOAT64;
  return undefined;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, k) => dim === b[k]);
}

function listSource(list: ListNode, { shape, dtype }: NumberList, count: number): ByteSource {
  const { itemSize } = dtype;
  const source: ByteSource = {
    size: count * itemSize,
    name: "list",
    async read(start, end) {
      checkRange(source, start, end);
      if (start === end) return new Uint8Array(0);
      const first = Math.floor(start / itemSize);
      const last = Math.ceil(end / itemSize);
      const bytes = new Uint8Array((last - first) * itemSize);
      for (let index = first; index < last; index++)
        await encode(elementAt(list, shape, index), dtype, bytes, (index - first) * itemSize);
      return bytes.subarray(start - first * itemSize, end - first * itemSize);
    },
  };
  return source;
}

function elementAt(list: ListNode, shape: readonly number[], index: number): Value {
  let at: Value = list;
  let rest = index;
  for (let k = 0; k < shape.length; k++) {
    let size = 1;
    for (let j = k + 1; j < shape.length; j++) size *= shape[j] ?? 1;
    const here: number = Math.floor(rest / size);
    rest -= here * size;
    at = isNode(at) && at.kind === "list" ? (at.items[here] ?? null) : null;
  }
  return at;
}

async function encode(value: Value, dtype: DType, bytes: Uint8Array, at: number): Promise<void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (typeof value === "bigint") {
    if (dtype === INT64) view.setBigInt64(at, value, true);
    else view.setFloat64(at, Number(value), true);
  } else if (typeof value === "number") view.setFloat64(at, value, true);
  else if (!isNode(value)) return;
  else if (value.kind === "float") view.setBigUint64(at, value.bits, true);
  else if (value.kind === "decimal") view.setFloat64(at, value.nearest, true);
  else if (value.kind === "scalar") {
    const { tensor } = value;
    bytes.set(await tensor.data.read(tensor.offset, tensor.offset + dtype.itemSize), at);
  }
}
