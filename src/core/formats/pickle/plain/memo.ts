import { isNode, type Value } from "../../../model/value.ts";
import type { PlainRegion } from "./region.ts";

/** Memo entries [first, end) whose values were not made. */
interface Held {
  readonly first: number;
  readonly end: number;
  readonly region: PlainRegion;
}

/** The memo of one stream: values that were made, and those that wait in regions. */
export class PlainMemo {
  /** The machine's own memo, with holes where regions have the values. */
  made: Value[];
  private isDetached = false;
  private readonly held: Held[] = [];

  constructor(made: Value[]) {
    this.made = made;
  }

  hold(first: number, end: number, region: PlainRegion): void {
    this.held.push({ first, end, region });
  }

  get(index: number): Value | undefined {
    const made = this.made[index];
    return made === undefined ? this.holder(index)?.memoized(index) : made;
  }

  /** A reference from another region: see `PlainRegion.share`. */
  share(index: number): boolean {
    const made = this.made[index];
    return made === undefined ? this.holder(index)?.share(index) === true : isNode(made);
  }

  /** The region that has the value of entry `index`. */
  holder(index: number): PlainRegion | undefined {
    const { held } = this;
    let low = 0;
    let high = held.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((held[middle] as Held).end <= index) low = middle + 1;
      else high = middle;
    }
    const found = held[low];
    return found !== undefined && found.first <= index ? found.region : undefined;
  }

  /** Entry `index` gets another value: what regions refer to is what it was until now. */
  detach(): void {
    if (!this.isDetached) this.made = this.made.slice();
    this.isDetached = true;
  }

  /** The stream is at its end: from here on only containers with two ways to them are looked up. */
  seal(): void {
    for (const { region } of this.held) region.isSealed = true;
  }
}
