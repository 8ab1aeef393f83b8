import type { XmlRange } from "../../bytes/xml/document.ts";

/** Ranges of a text, eight bytes each: a text of two bytes a number has as many of them as it is long, by half. */
export class Spans {
  #ends = new Int32Array(16);
  #length = 0;

  static of(ranges: Iterable<XmlRange>): Spans {
    const spans = new Spans();
    for (const range of ranges) spans.push(range);
    return spans;
  }

  get length(): number {
    return this.#length;
  }

  push({ start, end }: XmlRange): void {
    if (2 * this.#length === this.#ends.length) {
      const grown = new Int32Array(this.#ends.length * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[2 * this.#length] = start;
    this.#ends[2 * this.#length + 1] = end;
    this.#length += 1;
  }

  /** Empty behind the last one. */
  at(index: number): XmlRange {
    return { start: this.#ends[2 * index] ?? 0, end: this.#ends[2 * index + 1] ?? 0 };
  }

  every(holds: (range: XmlRange) => boolean): boolean {
    for (let i = 0; i < this.#length; i++) if (!holds(this.at(i))) return false;
    return true;
  }

  slice(from: number, to: number): Spans {
    const part = new Spans();
    for (let i = from; i < Math.min(to, this.#length); i++) part.push(this.at(i));
    return part;
  }

  *[Symbol.iterator](): Iterator<XmlRange> {
    for (let i = 0; i < this.#length; i++) yield this.at(i);
  }
}
