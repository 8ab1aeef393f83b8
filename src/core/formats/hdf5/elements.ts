import { fromBytes } from "../../bytes/source.ts";
import { limitExceeded } from "../../errors.ts";
import { objectDType } from "../../model/dtype-build.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { utf8Text } from "../../model/utf8.ts";
import type { Value } from "../../model/value.ts";
import type { RawAttribute } from "./attribute.ts";
import type { H5Type } from "./datatype.ts";
import type { H5File } from "./file.ts";
import { GlobalHeaps } from "./global-heap.ts";
import { convertNumber } from "./number-layout.ts";

/** What a dataset's elements are called. */
export const CLASS_NAME = "dataset";

/** Turns elements that are no plain numbers into values: texts and sequences of any length, references, records. */
export class ElementReader {
  private readonly file: H5File;
  private readonly heaps: GlobalHeaps;
  private readonly pathOf: (address: number) => string | undefined;
  /** Honest elements have bytes of their own: together no more than the file. */
  private left: number;

  constructor(file: H5File, pathOf: (address: number) => string | undefined) {
    this.file = file;
    this.heaps = new GlobalHeaps(file);
    this.pathOf = pathOf;
    this.left = 2 * file.data.size + 4096;
  }

  /** One element. */
  async value(type: H5Type, bytes: Uint8Array, address: number): Promise<Value> {
    // An element may say that it takes no bytes; it takes memory all the same.
    this.spend(Math.max(1, type.size));
    switch (type.kind) {
      case "plain":
        return plainValue(type, bytes, this.file.place(address));
      case "odd": {
        const out = new Uint8Array(type.dtype.itemSize);
        convertNumber(type.number, bytes, out);
        return { kind: "scalar", tensor: tensorOf(type, [], out) };
      }
      case "text":
        return textValue((await this.variable(type, bytes, address, 1)).bytes, this.file.place(address));
      case "sequence":
        return this.sequence(type, bytes, address);
      case "object-reference":
        return this.reference(bytes, address);
      case "other-reference":
        return { kind: "bytes", type: "bytes", data: fromBytes(bytes.slice(), "reference") };
      case "array":
        return this.list(
          type.base,
          type.shape.reduce((product, size) => product * size, 1),
          bytes,
          address,
        );
      case "record": {
        const keys: Value[] = [];
        const values: Value[] = [];
        for (const { name, offset, type: field } of type.fields) {
          keys.push(name);
          values.push(await this.value(field, bytes.subarray(offset, offset + field.size), address + offset));
        }
        return { kind: "dict", keys, values };
      }
    }
  }

  /** Throws `limit` for more bytes of elements than can be: asked before that many are made. */
  expect(length: number): void {
    if (length > this.left) this.spend(length);
  }

  /** Elements one after another. */
  async values(type: H5Type, count: number, bytes: Uint8Array, address: number): Promise<Value[]> {
    const items: Value[] = [];
    for (let i = 0; i < count; i++) {
      if (this.file.work.isDue()) await this.file.work.checkpoint();
      const at = i * type.size;
      items.push(await this.value(type, bytes.subarray(at, at + type.size), address + at));
    }
    return items;
  }

  /** What an attribute holds: texts as a list, numbers as a tensor, one element as itself, nothing as None. */
  async attribute({ type, space, bytes, address }: RawAttribute): Promise<Value> {
    if (space.kind === "null") return null;
    if (space.kind === "scalar") return this.value(type, bytes, address);
    const isNumbers = type.kind === "plain" && type.dtype.kind !== "S";
    // Not copied: an object with many links to it has its attributes at each of them.
    if (isNumbers) return numbersOf(type, space.shape, bytes, false);
    const count = space.shape.reduce((product, size) => product * size, 1);
    const items = await this.values(type, count, bytes, address);
    if (space.shape.length === 1) return { kind: "list", type: "list", items };
    const tensor = tensorOf({ dtype: objectDType() }, space.shape, new Uint8Array(0));
    return { kind: "tensor", tensor, className: CLASS_NAME, objects: items, offset: this.file.place(address) };
  }

  private async list(base: H5Type, count: number, bytes: Uint8Array, address: number): Promise<Value> {
    return { kind: "list", type: "list", items: await this.values(base, count, bytes, address) };
  }

  private async sequence(
    type: Extract<H5Type, { kind: "sequence" }>,
    bytes: Uint8Array,
    address: number,
  ): Promise<Value> {
    const { base } = type;
    const { bytes: content, count } = await this.variable(type, bytes, address, base.size);
    if (base.kind === "plain" && base.dtype.kind !== "S") return numbersOf(base, [count], content);
    return this.list(base, count, content, 0);
  }

  /** The bytes that an element of variable length refers to. */
  private async variable(
    type: H5Type,
    bytes: Uint8Array,
    address: number,
    itemSize: number,
  ): Promise<{ readonly bytes: Uint8Array; readonly count: number }> {
    const cursor = this.file.cursor(bytes, `element of ${type.kind}`, address);
    const count = cursor.u32();
    if (count === 0) return { bytes: new Uint8Array(0), count };
    const content = await this.heaps.follow(cursor);
    this.spend(count * itemSize);
    return {
      bytes: this.file
        .cursor(content, `element of ${type.kind}`, address)
        .take(count * itemSize)
        .slice(),
      count,
    };
  }

  private reference(bytes: Uint8Array, address: number): Value {
    const target = this.file.cursor(bytes, "reference", address).address();
    if (target === undefined || target === 0) return null;
    return this.pathOf(target) ?? `(object at byte ${this.file.place(target)})`;
  }

  private spend(length: number): void {
    this.left -= length;
    if (this.left >= 0) return;
    const most = 2 * this.file.data.size;
    throw limitExceeded(`${this.file.name}: bytes of elements of variable length`, most - this.left, most);
  }
}

function plainValue(type: Extract<H5Type, { kind: "plain" }>, bytes: Uint8Array, place: number): Value {
  const { dtype } = type;
  if (dtype.kind === "S") return textValue(bytes, place);
  if (dtype.subarray !== undefined) return numbersOf(type, [], bytes);
  return { kind: "scalar", tensor: tensorOf(type, [], bytes.slice()) };
}

function numbersOf(
  { dtype }: Extract<H5Type, { kind: "plain" }>,
  shape: readonly number[],
  bytes: Uint8Array,
  isCopied = true,
): Value {
  const own = isCopied ? bytes.slice() : bytes;
  const { subarray } = dtype;
  const tensor =
    subarray === undefined
      ? tensorOf({ dtype }, shape, own)
      : tensorOf({ dtype: subarray.base }, [...shape, ...subarray.shape], own);
  return { kind: "tensor", tensor, className: "numpy.ndarray", offset: 0 };
}

function tensorOf({ dtype }: Pick<TensorRef, "dtype">, shape: readonly number[], bytes: Uint8Array): TensorRef {
  return { dtype, shape, order: "C", offset: 0, data: fromBytes(bytes, CLASS_NAME) };
}

/** Text without the zeros behind it; bytes where it is no UTF-8. */
export function textValue(bytes: Uint8Array, place: number): Value {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  try {
    return utf8Text(bytes.subarray(0, end), place);
  } catch {
    return { kind: "bytes", type: "bytes", data: fromBytes(bytes.slice(), "text") };
  }
}
