import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";

/** The type of an element that is a value. */
export const MATRIX = 14;

/** One data element: what it holds and where. `next`: where the one behind it begins. */
export interface Element {
  readonly type: number;
  readonly data: ByteSource;
  readonly at: number;
  readonly next: number;
}

/** Tags read ahead: values that are nothing are only tags. */
const WINDOW = 4096;

/** Reads data elements (MAT-file format, 1-9) one after another from a source. */
export class Elements {
  readonly source: ByteSource;
  readonly isBig: boolean;
  at: number;
  private window: Uint8Array = new Uint8Array(0);
  private windowAt = 0;

  constructor(source: ByteSource, isBig: boolean, at = 0) {
    this.source = source;
    this.isBig = isBig;
    this.at = at;
  }

  get hasMore(): boolean {
    return this.at < this.source.size;
  }

  /** The next element. Throws `truncated` where it goes on behind the end. */
  async next(what: string): Promise<Element> {
    const { source, at } = this;
    const head = await this.cursor(at, 8, what);
    const first = head.u32();
    // Up to four bytes lie in the tag itself, their number in its upper half.
    if (first > 0xffff) {
      const length = first >>> 16;
      if (length > 4) throw corrupt(`${source.name}: a small element of ${length} bytes at byte ${at}`, at);
      this.at = at + 8;
      return { type: first & 0xffff, data: slice(source, at + 4, at + 4 + length), at, next: this.at };
    }
    const length = head.u32();
    const start = at + 8;
    const data = slice(source, start, start + length);
    // Compressed elements are not padded, nor is the last one of a cut file.
    const padded = first === 15 ? length : Math.ceil(length / 8) * 8;
    this.at = Math.min(source.size, start + padded);
    return { type: first, data, at, next: this.at };
  }

  /** Passes over the tag of a matrix that is nothing; false where the next element is not known to be one. */
  skipsNothing(): boolean {
    const { window, isBig } = this;
    const start = this.at - this.windowAt;
    if (start < 0 || start + 8 > window.length || window[start + (isBig ? 3 : 0)] !== MATRIX) return false;
    for (let k = 0; k < 8; k++) if (k !== (isBig ? 3 : 0) && window[start + k] !== 0) return false;
    this.at += 8;
    return true;
  }

  private async cursor(at: number, length: number, what: string): Promise<Cursor> {
    const { source, isBig } = this;
    const end = Math.min(source.size, at + length);
    if (at < this.windowAt || end > this.windowAt + this.window.length) {
      this.window = await source.read(at, Math.min(source.size, at + WINDOW));
      this.windowAt = at;
    }
    const bytes = this.window.subarray(at - this.windowAt, end - this.windowAt);
    return new Cursor(bytes, `${source.name}: ${what}`, at, isBig ? "big" : "little");
  }
}
