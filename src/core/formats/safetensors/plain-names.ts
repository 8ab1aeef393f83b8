import { fromAscii } from "../../bytes/json-text.ts";

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const BATCH_BYTES = 16 * 1024;
/** Names up to this are decoded together, and a batch has room for one more. */
const LONGEST = 1024;

/**
 * Names that are written plainly: printable ASCII without escapes. They are copied, compared with the one before and checked in
 * one go, and decoded many at a time: to ask a decoder for each of hundreds of thousands takes longer than to find them.
 */
export class PlainNames {
  /** True as long as each name was greater than the one before, as texts are compared. */
  areRising = true;
  /** Of the name that was read last. */
  start = 0;
  end = 0;
  private readonly source: Uint8Array;
  private readonly into: string[];
  private readonly batch = new Uint8Array(BATCH_BYTES);
  private readonly ends: number[] = [];
  private used = 0;
  private lastStart = 0;
  private lastEnd = 0;
  private isGreater = true;

  /** `into` gets the names that are kept, in their order, at the latest with `flush`. */
  constructor(source: Uint8Array, into: string[]) {
    this.source = source;
    this.into = into;
  }

  /** Reads a name from its first byte on. The position of the quote behind it; -1 where it is not such a name. */
  read(from: number): number {
    const { source, batch, used, lastStart, lastEnd } = this;
    if (used + LONGEST > BATCH_BYTES) this.flush();
    const into = this.used - from;
    const before = lastStart - from;
    let order = 0;
    let at = from;
    for (let byte = source[at] ?? 0; byte !== QUOTE; byte = source[at] ?? 0) {
      if (byte < 0x20 || byte >= 0x7f || byte === BACKSLASH || at - from === LONGEST) return -1;
      batch[into + at] = byte;
      if (order === 0) order = before + at < lastEnd ? byte - (source[before + at] as number) : 1;
      at += 1;
    }
    this.start = from;
    this.end = at;
    this.isGreater = order > 0;
    return at;
  }

  /** The name that was read is one. */
  keep(): void {
    this.areRising &&= this.isGreater || this.lastEnd === 0;
    this.lastStart = this.start;
    this.lastEnd = this.end;
    this.used += this.end - this.start;
    this.ends.push(this.used);
  }

  flush(): void {
    if (this.ends.length === 0) return;
    const text = fromAscii(this.batch, 0, this.used);
    let start = 0;
    for (const end of this.ends) {
      this.into.push(text.substring(start, end));
      start = end;
    }
    this.ends.length = 0;
    this.used = 0;
  }
}
