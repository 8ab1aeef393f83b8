import { LIMITS } from "../../../limits.ts";
import type { Value } from "../../../model/value.ts";
import { uint32, uint64 } from "../numbers.ts";
import { fixedBytes } from "../opcodes.ts";
import { readText } from "../text.ts";
import { doubled } from "./columns.ts";
import { DICT, LIST, REFERENCE, SET, SINGLE, TUPLE } from "./kinds.ts";
import type { PlainRegion } from "./region.ts";

/** Smaller containers are made at once: there is little to win. */
export const PLAIN_BYTES = 1024;
/** Deeper nesting is left to the machine: each level of a container is walked through once more when it is looked into. */
const HEIGHT = 64;
const MARKS = 1_000;
/** Picklers put a thousand items at once into a container; only tuples lie on the stack as a whole. */
const ENTRIES = 1_000_000;
/** Containers of one walk that are referred to: each is kept by its place, which takes more than the bytes of a small one. */
const SHARED = 1_000_000;
/** Frames of a pickler have 64 KiB at least. */
const FRAMES = 65_536;

/** `bytes`: the next opcode is not all there. `slice`: the opcodes asked for were run. `end`: not plain, or not its own. */
export type Halt = "bytes" | "slice" | "end";

/** Where the entries of one container go. A tuple has them when it ends, others as they are put in. */
export interface Taken {
  readonly isTuple: boolean;
  readonly values: Value[];
}

/**
 * The stack of a pickle machine that makes no values: each entry is what kind of value it is and where its opcodes are.
 * It runs the opcodes of plain data (texts, numbers, None, lists, tuples, dicts, sets, the memo) and halts before any
 * other, and before one that would take something that was on the stack before. What it ran over is as the machine
 * would have it: texts are UTF-8, marks and items fit, references lead to entries that exist.
 */
export class Shadow {
  at = 0;
  top = 0;
  /** Lists, tuples, dicts and sets so far. */
  nodes = 0;
  /** Entries in the memo now. */
  memoCount = 0;
  /** So many may be there. */
  nodeLimit = Number.POSITIVE_INFINITY;
  /** Where the last reference is to a container that was there before, or may lead to one; -1 without. */
  outside = -1;
  /** Bytes up to which frames may go. */
  frameLimit = Number.POSITIVE_INFINITY;
  /** Start and end of each frame that began here. */
  readonly frames: { readonly start: number; readonly end: number }[] = [];
  private kinds: Int32Array = new Int32Array(256);
  private starts: Int32Array = new Int32Array(256);
  private ends: Int32Array = new Int32Array(256);
  private heights: Int32Array = new Int32Array(256);
  private memos: Int32Array = new Int32Array(256);
  private memosBefore: Int32Array = new Int32Array(256);
  private memosAfter: Int32Array = new Int32Array(256);
  private nodesBefore: Int32Array = new Int32Array(256);
  private nodesAfter: Int32Array = new Int32Array(256);
  private counts: Int32Array = new Int32Array(256);
  private dicts: Int32Array = new Int32Array(256);
  private readonly marks = new Int32Array(MARKS);
  private readonly markPlaces = new Int32Array(MARKS);
  private markCount = 0;
  /** Where the walk began. */
  private bottom = 0;

  /** For a walk of its own from `at` on. */
  begin(at: number): void {
    this.at = at;
    this.bottom = at;
    this.top = 0;
    this.markCount = 0;
    this.nodes = 0;
    this.outside = -1;
  }

  /**
   * Runs over a region's bytes up to `end`. With `taken`, over what was run before: entries of the container at the
   * bottom are put there, and containers that the region has a record of are passed over.
   */
  run(region: PlainRegion, end: number, opcodes: number, taken?: Taken): Halt {
    const { bytes, records } = region;
    const { marks, markPlaces } = this;
    const { bottom } = this;
    let { at, top, kinds, starts } = this;
    let markCount = this.markCount;
    let fence = markCount > 0 ? (marks[markCount - 1] as number) : 0;
    let left = opcodes;
    let halt: Halt = "end";
    let start = at;

    for (;;) {
      start = at;
      if (at >= end) {
        halt = "bytes";
        break;
      }
      if (left-- === 0) {
        halt = "slice";
        break;
      }
      const code = bytes[at++] as number;
      if (at + (fixedBytes[code] as number) > end) {
        halt = "bytes";
        break;
      }
      if (top + 1 >= kinds.length) {
        if (top >= ENTRIES) break;
        this.grow();
        ({ kinds, starts } = this);
      }
      switch (code) {
        case 0x8c /* SHORT_BINUNICODE */:
        case 0x58 /* BINUNICODE */:
          {
            const length = code === 0x8c ? (bytes[at] as number) : uint32(bytes, at);
            at += code === 0x8c ? 1 : 4;
            if (length > LIMITS.pickleTextBytes) break;
            if (at + length > end) {
              halt = "bytes";
              break;
            }
            if (taken === undefined && !isText(bytes, at, length)) break;
            at += length;
            kinds[top] = SINGLE;
            starts[top++] = start;
            continue;
          }
        case 0x94 /* MEMOIZE */:
        case 0x71 /* BINPUT */:
        case 0x72 /* LONG_BINPUT */:
          {
            if (top === fence) break;
            const index = code === 0x94 ? this.memoCount : code === 0x71 ? (bytes[at] as number) : uint32(bytes, at);
            at += code === 0x94 ? 0 : code === 0x71 ? 1 : 4;
            const entry = top - 1;
            const kind = kinds[entry] as number;
            if (taken !== undefined) {
              if (kind > REFERENCE && kind !== TUPLE) this.ends[entry] = at;
              continue;
            }
            // An empty tuple, a NaN with its bits, or what has an entry already, would be one node under two names.
            if (index !== this.memoCount || index > LIMITS.pickleMemo || kind === REFERENCE) break;
            const first = bytes[starts[entry] as number];
            if (kind === SINGLE ? first === 0x29 || first === 0x47 : (this.memos[entry] as number) >= 0) break;
            this.memoCount++;
            if (kind === SINGLE) {
              region.memoize(index, starts[entry] as number, 0);
              continue;
            }
            this.memos[entry] = index;
            if (kind !== TUPLE) this.extend(entry, at);
            region.memoize(index, starts[entry] as number, this.memoEnd(entry));
            continue;
          }
        case 0x68 /* BINGET */:
        case 0x6a /* LONG_BINGET */:
          {
            const index = code === 0x68 ? (bytes[at] as number) : uint32(bytes, at);
            at += code === 0x68 ? 1 : 4;
            if (taken === undefined) {
              if (index >= this.memoCount || region.shared.size >= SHARED) break;
              const isWithin = index >= region.memoFirst;
              const isContainer = isWithin ? region.share(index) : region.memo.share(index);
              if (isContainer && (!isWithin || this.outside >= 0)) this.outside = start;
            }
            kinds[top] = REFERENCE;
            starts[top++] = start;
          }
          continue;
        case 0x8a /* LONG1 */:
          {
            const length = bytes[at++] as number;
            if (at + length > end) {
              halt = "bytes";
              break;
            }
            at += length;
            kinds[top] = SINGLE;
            starts[top++] = start;
            continue;
          }
        case 0x4b /* BININT1 */:
        case 0x4d /* BININT2 */:
        case 0x4a /* BININT */:
        case 0x47 /* BINFLOAT */:
        case 0x4e /* NONE */:
        case 0x88 /* NEWTRUE */:
        case 0x89 /* NEWFALSE */:
          at += fixedBytes[code] as number;
          kinds[top] = SINGLE;
          starts[top++] = start;
          continue;
        case 0x29 /* EMPTY_TUPLE */:
          if (this.nodes >= this.nodeLimit) break;
          this.nodes++;
          kinds[top] = SINGLE;
          starts[top++] = start;
          continue;
        case 0x28 /* MARK */:
          if (markCount === MARKS) break;
          markPlaces[markCount] = start;
          marks[markCount++] = top;
          fence = top;
          continue;
        case 0x7d /* EMPTY_DICT */:
        case 0x5d /* EMPTY_LIST */:
        case 0x8f /* EMPTY_SET */:
          {
            if (this.nodes >= this.nodeLimit) break;
            const known = taken === undefined || start === bottom ? undefined : records.get(start);
            if (known !== undefined) at = known.end;
            this.open(top++, code === 0x7d ? DICT : code === 0x5d ? LIST : SET, start, at);
            continue;
          }
        case 0x73 /* SETITEM */:
        case 0x61 /* APPEND */:
          {
            const from = top - (code === 0x73 ? 2 : 1);
            if (from <= fence || kinds[from - 1] !== (code === 0x73 ? DICT : LIST)) break;
            if (!this.put(region, from - 1, from, top, at, taken)) break;
            top = from;
            continue;
          }
        case 0x75 /* SETITEMS */:
        case 0x65 /* APPENDS */:
        case 0x90 /* ADDITEMS */:
          {
            if (markCount === 0) break;
            const floor = markCount > 1 ? (marks[markCount - 2] as number) : 0;
            const wanted = code === 0x75 ? DICT : code === 0x65 ? LIST : SET;
            if (fence <= floor || kinds[fence - 1] !== wanted) break;
            if (code === 0x75 && ((top - fence) & 1) !== 0) break;
            if (!this.put(region, fence - 1, fence, top, at, taken)) break;
            top = fence;
            fence = floor;
            markCount--;
            continue;
          }
        case 0x74 /* TUPLE */:
          {
            if (markCount === 0) break;
            const from = fence;
            if (taken?.isTuple === true && at === end) this.give(region, from, top, taken);
            if (!this.join(region, from, top, markPlaces[markCount - 1] as number, at, taken === undefined)) break;
            markCount--;
            fence = markCount > 0 ? (marks[markCount - 1] as number) : 0;
            top = from + 1;
            continue;
          }
        case 0x85 /* TUPLE1 */:
        case 0x86 /* TUPLE2 */:
        case 0x87 /* TUPLE3 */:
          {
            const from = top - (code - 0x84);
            if (from < fence) break;
            if (taken?.isTuple === true && at === end) this.give(region, from, top, taken);
            if (!this.join(region, from, top, starts[from] as number, at, taken === undefined)) break;
            top = from + 1;
            continue;
          }
        case 0x95 /* FRAME */:
          {
            const stop = at + 8 + uint64(bytes, at);
            at += 8;
            if (taken !== undefined) continue;
            if (stop > this.frameLimit || this.frames.length === FRAMES) break;
            this.frames.push({ start, end: stop });
            continue;
          }
        default:
      }
      break;
    }
    this.at = start;
    this.top = top;
    this.markCount = markCount;
    return halt;
  }

  /** What is still on the stack when the walk ends has what was put into it until here. */
  finish(region: PlainRegion): void {
    for (let entry = 0; entry < this.top; entry++) this.settle(region, entry);
  }

  private open(entry: number, kind: number, start: number, at: number): void {
    this.kinds[entry] = kind;
    this.starts[entry] = start;
    this.heights[entry] = 1;
    this.memos[entry] = -1;
    this.memosBefore[entry] = this.memoCount;
    this.nodesBefore[entry] = this.nodes++;
    this.counts[entry] = 0;
    this.dicts[entry] = 0;
    this.extend(entry, at);
  }

  private extend(entry: number, at: number): void {
    this.ends[entry] = at;
    this.memosAfter[entry] = this.memoCount;
    this.nodesAfter[entry] = this.nodes;
  }

  /** Entries [from, to) go into the container at `target`; false when that is nested too deep. */
  private put(region: PlainRegion, target: number, from: number, to: number, at: number, taken?: Taken): boolean {
    if (taken !== undefined) {
      if (target === 0 && !taken.isTuple) this.give(region, from, to, taken);
      this.ends[target] = at;
      return true;
    }
    const height = this.settleAll(region, from, to);
    const isDict = this.kinds[target] === DICT;
    this.counts[target] = (this.counts[target] as number) + (isDict ? (to - from) >> 1 : to - from);
    let dicts = this.dicts[target] as number;
    for (let entry = isDict ? from + 1 : from; entry < to; entry += isDict ? 2 : 1)
      if (this.kinds[entry] === DICT) dicts++;
    this.dicts[target] = dicts;
    if (height > (this.heights[target] as number)) this.heights[target] = height;
    this.extend(target, at);
    const end = this.memos[target] as number;
    if (end >= 0) region.memoize(end, this.starts[target] as number, at);
    return height <= HEIGHT;
  }

  /** Entries [from, to) become a tuple; false when it is nested too deep or there are too many. */
  private join(region: PlainRegion, from: number, to: number, start: number, at: number, isFirst: boolean): boolean {
    const height = isFirst ? this.settleAll(region, from, to) : 1;
    this.open(from, TUPLE, start, at);
    this.heights[from] = height;
    return height <= HEIGHT && this.nodes <= this.nodeLimit;
  }

  private settleAll(region: PlainRegion, from: number, to: number): number {
    const { kinds, heights } = this;
    let height = 1;
    for (let entry = from; entry < to; entry++) {
      if ((kinds[entry] as number) <= REFERENCE) continue;
      this.settle(region, entry);
      if ((heights[entry] as number) >= height) height = (heights[entry] as number) + 1;
    }
    return height;
  }

  /** Notes where a container ends, and keeps it in mind when it is large. */
  private settle(region: PlainRegion, entry: number): void {
    const kind = this.kinds[entry] as number;
    if (kind <= REFERENCE || kind === TUPLE) return;
    const [start, end] = [this.starts[entry] as number, this.ends[entry] as number];
    if (end - start < PLAIN_BYTES) return;
    region.records.set(start, {
      start,
      end,
      memoBefore: this.memosBefore[entry] as number,
      memoAfter: this.memosAfter[entry] as number,
      nodes: (this.nodesAfter[entry] as number) - (this.nodesBefore[entry] as number),
      count: this.counts[entry] as number,
      dicts: this.dicts[entry] as number,
      // Of those that end before it as well, which is rare.
      refersOutside: this.outside > start,
    });
  }

  private memoEnd(entry: number): number {
    const end = this.ends[entry] as number;
    return this.kinds[entry] === TUPLE ? -end : end;
  }

  private give(region: PlainRegion, from: number, to: number, taken: Taken): void {
    const { kinds, starts, ends } = this;
    for (let entry = from; entry < to; entry++)
      taken.values.push(region.valueOf(kinds[entry] as number, starts[entry] as number, ends[entry] as number));
  }

  private grow(): void {
    this.kinds = doubled(this.kinds);
    this.starts = doubled(this.starts);
    this.ends = doubled(this.ends);
    this.heights = doubled(this.heights);
    this.memos = doubled(this.memos);
    this.memosBefore = doubled(this.memosBefore);
    this.memosAfter = doubled(this.memosAfter);
    this.nodesBefore = doubled(this.nodesBefore);
    this.nodesAfter = doubled(this.nodesAfter);
    this.counts = doubled(this.counts);
    this.dicts = doubled(this.dicts);
  }
}

function isText(bytes: Uint8Array, from: number, length: number): boolean {
  const to = from + length;
  for (let i = from; i < to; i++) if ((bytes[i] as number) > 0x7f) return readText(bytes, from, length) !== undefined;
  return true;
}
