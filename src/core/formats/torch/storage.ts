import type { ByteSource } from "../../bytes/source.ts";
import { isNode, type Value } from "../../model/value.ts";
import { argumentsOf } from "../pickle/graph.ts";
import { storedLength, type ElementType, storageType } from "./dtypes.ts";

/** The bytes behind tensors: several tensors may be views of one. */
export interface Storage {
  /** Of the class that it was saved as; undefined for one that is not known. */
  readonly type: ElementType | undefined;
  /** `torch.FloatStorage`. */
  readonly className: string;
  /** What is there of its bytes. */
  readonly data: ByteSource;
  readonly isBigEndian: boolean;
  /** The file ends within it. */
  readonly isCut: boolean;
}

/** A storage as a persistent id names it. */
export interface StorageId {
  readonly className: string;
  readonly key: string;
  /** Elements; of an untyped storage, bytes. */
  readonly count: number;
  /** Legacy files: a storage that is part of another one. */
  readonly view?: { readonly key: string; readonly offset: number; readonly count: number };
}

/**
 * `('storage', class, key, location, count)`, and in legacy files a sixth item: None, or (key, offset, count) of a part.
 * Undefined for any other id.
 */
export function storageIdOf(id: Value | undefined): StorageId | undefined {
  const items = argumentsOf(id);
  const [word, type, key, , count, part] = items ?? [];
  if (word !== "storage" || !isNode(type) || type.kind !== "global") return undefined;
  const keyName = keyText(key);
  const elements = sizeOf(count);
  if (keyName === undefined || elements === undefined) return undefined;
  const plain: StorageId = { className: type.name, key: keyName, count: elements };
  const view = argumentsOf(part);
  if (view === undefined) return plain;
  const [viewKey, offset, viewCount] = view;
  const name = keyText(viewKey);
  const [start, length] = [sizeOf(offset), sizeOf(viewCount)];
  return name === undefined || start === undefined || length === undefined
    ? undefined
    : { ...plain, view: { key: name, offset: start, count: length } };
}

/** Legacy ids for the classes of modules: ('module', class, source file, source). The class; undefined for other ids. */
export function moduleClassOf(id: Value | undefined): Value | undefined {
  const [word, type] = argumentsOf(id) ?? [];
  return word === "module" && isNode(type) && type.kind === "global" ? type : undefined;
}

/** Keys are text, and whole numbers in the oldest files. */
export function keyText(key: Value | undefined): string | undefined {
  if (typeof key === "string") return key;
  return typeof key === "bigint" ? String(key) : undefined;
}

/** A count or an offset. */
export function sizeOf(value: Value | undefined): number | undefined {
  if (typeof value !== "bigint" || value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return Number(value);
}

export function sizesOf(value: Value | undefined): number[] | undefined {
  const items = argumentsOf(value);
  if (items === undefined) return undefined;
  const sizes: number[] = [];
  for (const item of items) {
    const size = sizeOf(item);
    if (size === undefined) return undefined;
    sizes.push(size);
  }
  return sizes;
}

/** A storage of the class whose first bytes are `data`; `count` says how many elements it should have. */
export function storageOf({ className, count }: StorageId, data: ByteSource, isBigEndian: boolean): Storage {
  const type = storageType(className, isBigEndian);
  const needed = type === undefined ? 0 : storedLength(type, count);
  const isCut = needed > data.size;
  return { type, className: `torch.${className}`, data, isBigEndian, isCut };
}
