import type { Value } from "../../../model/value.ts";
import { PlainMemo } from "./memo.ts";
import { type PlainRecord, PlainRegion } from "./region.ts";
import { type Halt, Shadow } from "./shadow.ts";

/** Opcodes between two looks at the clock. */
const SLICE = 65_536;

const NONE: readonly number[] = [];

/** Walks ahead of the machine of one stream, and remembers which containers need not be made. Places are the stream's. */
export class PlainReader {
  readonly memo: PlainMemo;
  /** How many lists, tuples, dicts and sets a walk may go over. */
  nodesLeft = 0;
  /** Up to here it was walked. */
  until = 0;
  private readonly shadow = new Shadow();
  private region: PlainRegion | undefined;
  private origin = 0;
  /** Where the records of the region start, in order, and the first that is still ahead. */
  private starts: readonly number[] = NONE;
  private next = 0;

  constructor(memo: Value[]) {
    this.memo = new PlainMemo(memo);
  }

  /**
   * Begins a walk at `at` of `bytes`, which lie at `origin` in the stream and where the memo has `memoCount` entries; `rest`
   * bytes follow from `origin` on.
   */
  begin(origin: number, bytes: Uint8Array, at: number, memoCount: number, rest: number): void {
    const { shadow } = this;
    // Most walks find nothing, and their region serves for the next one.
    if (this.region === undefined || this.starts.length > 0) this.region = new PlainRegion(this.memo);
    this.region.begin(bytes, memoCount);
    this.origin = origin;
    this.starts = NONE;
    shadow.begin(at);
    shadow.memoCount = memoCount;
    shadow.nodeLimit = this.nodesLeft;
    shadow.frameLimit = rest;
    shadow.frames.length = 0;
  }

  /** Walks on, over the same bytes or over more of them. */
  walk(bytes: Uint8Array): Halt {
    const { region, shadow } = this;
    if (region === undefined) return "end";
    region.bytes = bytes;
    return shadow.run(region, bytes.length, SLICE);
  }

  /** Where the walk is in the stream. */
  get walked(): number {
    return this.origin + this.shadow.at;
  }

  /** The walk is over: what it found whole is on record. */
  finish(): void {
    const { region, shadow, origin } = this;
    if (region === undefined) return;
    shadow.finish(region);
    this.until = origin + shadow.at;
    if (region.records.size === 0) return;
    this.starts = [...region.records.keys()].sort((a, b) => a - b);
    this.next = 0;
    region.trim(shadow.memoCount);
  }

  /** True when the walk found no container whole. */
  get isEmpty(): boolean {
    return this.region === undefined || this.region.records.size === 0;
  }

  /** The container that starts at `position`, when it need not be made. */
  at(position: number): { readonly record: PlainRecord; readonly region: PlainRegion } | undefined {
    const { region } = this;
    const record = region?.records.get(position - this.origin);
    return region === undefined || record === undefined ? undefined : { record, region };
  }

  /** Where the next container lies that may be on record, from `position` on. */
  nextFrom(position: number): number {
    const { starts, origin } = this;
    while (this.next < starts.length && origin + (starts[this.next] as number) < position) this.next++;
    const start = starts[this.next];
    return start === undefined ? Math.max(this.until, position) : origin + start;
  }

  /** Where the frame ends that holds the byte before `place` of the region; undefined when it began before. */
  frameEnd(place: number): number | undefined {
    const { frames } = this.shadow;
    let low = 0;
    let high = frames.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((frames[middle]?.start ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    const frame = frames[low - 1];
    return frame && this.origin + frame.end;
  }

  /** A place of the region in the stream. */
  position(place: number): number {
    return this.origin + place;
  }
}
