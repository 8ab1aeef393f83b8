import type { Node, Value } from "../../../model/value.ts";
import { float64, int32, longInteger, smallInteger, uint32 } from "../numbers.ts";
import { readText } from "../text.ts";
import { DICT, LIST, REFERENCE, SET, SINGLE, TUPLE } from "./kinds.ts";
import { doubled } from "./columns.ts";
import type { PlainMemo } from "./memo.ts";
import { PlainDict, PlainList, PlainTuple } from "./nodes.ts";

/** Texts that references lead to are kept up to this many: the keys of records that are all alike. */
const KEPT_TEXTS = 4096;
const KEPT_LENGTH = 200;

/** A container of which nothing was made yet: bytes [start, end) of a region. */
export interface PlainRecord {
  readonly start: number;
  readonly end: number;
  /** Entries in the memo before its first opcode, and after its last one. */
  readonly memoBefore: number;
  readonly memoAfter: number;
  /** Lists, tuples, dicts and sets in it. */
  readonly nodes: number;
  /** Entries, and those of them that are dicts. */
  readonly count: number;
  readonly dicts: number;
  readonly refersOutside: boolean;
}

/**
 * A part of a pickle stream that was walked through and found whole, of which values are made when they are asked for.
 * Places are counted from the region's first byte.
 */
export class PlainRegion {
  bytes: Uint8Array = new Uint8Array(0);
  readonly memo: PlainMemo;
  /** The memo's index of `memoStarts[0]`. */
  memoFirst = 0;
  /** Where the value of each memo entry starts. */
  memoStarts: Int32Array = new Int32Array(64);
  /** Where it ends: 0 for a single value, negative for a tuple. */
  memoEnds: Int32Array = new Int32Array(64);
  /** Containers of some size within it, by their start: what need not be walked through again. */
  readonly records = new Map<number, PlainRecord>();
  /** Containers that references lead to: each is one node, however it is reached. */
  readonly shared = new Set<number>();
  /** While the stream is read, any container may still be referred to. */
  isSealed = false;
  /** Made while the stream was read: later opcodes may have put more into them. */
  private readonly kept = new Set<Node>();
  private readonly nodes = new Map<number, Node>();
  private readonly texts = new Map<number, string>();
  private bytesView: DataView | undefined;

  constructor(memo: PlainMemo) {
    this.memo = memo;
  }

  /** Nothing is in it yet: a walk begins over `bytes`, with `memoFirst` entries in the memo. */
  begin(bytes: Uint8Array, memoFirst: number): void {
    this.bytes = bytes;
    this.memoFirst = memoFirst;
    this.shared.clear();
  }

  /** Notes a memo entry; `end` is as in `memoEnds`. */
  memoize(index: number, start: number, end: number): void {
    const at = index - this.memoFirst;
    if (at === this.memoStarts.length) {
      this.memoStarts = doubled(this.memoStarts);
      this.memoEnds = doubled(this.memoEnds);
    }
    this.memoStarts[at] = start;
    this.memoEnds[at] = end;
  }

  /** The walk ended with `memoCount` entries in the memo. */
  trim(memoCount: number): void {
    this.memoStarts = this.memoStarts.slice(0, memoCount - this.memoFirst);
    this.memoEnds = this.memoEnds.slice(0, memoCount - this.memoFirst);
  }

  /** A reference to entry `index` was seen: if it is a container, which is told, there may be two ways to it. */
  share(index: number): boolean {
    const end = this.memoEnds[index - this.memoFirst] as number;
    if (end !== 0) this.shared.add(end < 0 ? end : (this.memoStarts[index - this.memoFirst] as number));
    return end !== 0;
  }

  /** The value of memo entry `index` of this region. */
  memoized(index: number): Value {
    const start = this.memoStarts[index - this.memoFirst] as number;
    const end = this.memoEnds[index - this.memoFirst] as number;
    if (end < 0) return this.container(TUPLE, start, -end);
    if (end > 0) return this.container(containerKind(this.bytes[start] as number), start, end);
    const known = this.texts.get(index);
    if (known !== undefined) return known;
    const value = this.single(start);
    if (typeof value === "string" && value.length <= KEPT_LENGTH && this.texts.size < KEPT_TEXTS)
      this.texts.set(index, value);
    return value;
  }

  /** What an entry of the shadow stack stands for. */
  valueOf(kind: number, start: number, end: number): Value {
    if (kind === SINGLE) return this.single(start);
    return kind === REFERENCE ? this.referred(start) : this.container(kind, start, end);
  }

  container(kind: number, start: number, end: number): Node {
    // A tuple may begin with the container that is its first item, but only one ends at a byte.
    const key = kind === TUPLE ? -end : start;
    const known = this.nodes.get(key);
    if (known !== undefined) return known;
    const node = this.create(kind, start, end);
    if (!this.isSealed || this.shared.has(key)) this.nodes.set(key, node);
    return node;
  }

  madeEarly(node: Node): void {
    if (!this.isSealed) this.kept.add(node);
  }

  isKept(node: Node): boolean {
    return !this.isSealed || this.kept.has(node);
  }

  private create(kind: number, start: number, end: number): Node {
    if (kind === DICT) return new PlainDict(this, start, end);
    return kind === TUPLE ? new PlainTuple(this, start, end) : new PlainList(this, start, end, kind === SET);
  }

  private referred(start: number): Value {
    const index = this.bytes[start] === 0x68 ? (this.bytes[start + 1] as number) : uint32(this.bytes, start + 1);
    return this.memo.get(index) as Value;
  }

  private single(start: number): Value {
    const { bytes } = this;
    switch (bytes[start] as number) {
      case 0x8c /* SHORT_BINUNICODE */:
        return readText(bytes, start + 2, bytes[start + 1] as number) as string;
      case 0x58 /* BINUNICODE */:
        return readText(bytes, start + 5, uint32(bytes, start + 1)) as string;
      case 0x4b /* BININT1 */:
        return smallInteger(bytes[start + 1] as number);
      case 0x4d /* BININT2 */:
        return smallInteger((bytes[start + 1] as number) | ((bytes[start + 2] as number) << 8));
      case 0x4a /* BININT */:
        return BigInt(int32(bytes, start + 1));
      case 0x47 /* BINFLOAT */:
        return float64(this.view(), start + 1);
      case 0x8a /* LONG1 */:
        return longInteger(bytes.subarray(start + 2, start + 2 + (bytes[start + 1] as number)));
      case 0x88 /* NEWTRUE */:
        return true;
      case 0x89 /* NEWFALSE */:
        return false;
      case 0x29 /* EMPTY_TUPLE */:
        return { kind: "list", type: "tuple", items: [] };
      default:
        return null;
    }
  }

  private view(): DataView {
    const { bytes } = this;
    return (this.bytesView ??= new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }
}

function containerKind(code: number): number {
  return code === 0x7d ? DICT : code === 0x8f ? SET : LIST;
}
