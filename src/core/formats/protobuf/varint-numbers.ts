import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import type { Work } from "../../work.ts";
import { indexAt } from "./fixed-numbers.ts";
import type { Numbers, Run } from "./message.ts";

/** A position is kept for every so many numbers: 8 bytes of memory for at least 4,096 of the file. */
const STEP = 4_096;
const SCAN_BYTES = 256 * 1024;

/** Varints as numbers of one width, decoded where they are looked at. */
export interface VarintNumbers {
  readonly count: number;
  /** Little-endian, `width` bytes each. */
  readonly data: ByteSource;
  /** Numbers that do not fit into `width` bytes, signed or unsigned: their low bytes are given. */
  readonly overflows: number;
}

/** Where number `first` of all begins (at its tag, if it has one). */
interface Mark {
  readonly first: number;
  readonly at: number;
  readonly run: Run;
}

/**
 * Goes through varints once to count them, and notes where every 4,096th begins: nothing of them is kept in memory,
 * and any window of them is read by itself. Throws `corrupt` where a number does not end.
 */
export async function varintNumbers(
  source: ByteSource,
  { runs }: Numbers,
  width: 1 | 2 | 4 | 8,
  work: Work,
): Promise<VarintNumbers> {
  const marks: Mark[] = [];
  let count = 0;
  let overflows = 0;
  for (const run of runs) {
    for (let at = run.start; at < run.end; ) {
      if (work.isDue()) await work.checkpoint();
      const bytes = await source.read(at, Math.min(run.end, at + SCAN_BYTES));
      let next = 0;
      while (next < bytes.length) {
        const value = decode(bytes, next + run.tag);
        if (value === undefined) break;
        if (count % STEP === 0 || marks.at(-1)?.run !== run) marks.push({ first: count, at: at + next, run });
        if (!fits(value.low, value.high, width)) overflows += 1;
        count += 1;
        next = value.end;
      }
      if (next === 0) throw corrupt(`${source.name}: a number at byte ${at} does not end`, at);
      at += next;
    }
  }
  return { count, overflows, data: decodedSource(source, marks, count, width) };
}

function decodedSource(source: ByteSource, marks: readonly Mark[], count: number, width: number): ByteSource {
  const starts = Float64Array.from(marks, ({ first }) => first);
  const decoded: ByteSource = {
    size: count * width,
    name: source.name,
    async read(start, end) {
      checkRange(decoded, start, end);
      const first = Math.floor(start / width);
      const last = Math.ceil(end / width);
      const out = new Uint8Array((last - first) * width);
      for (let k = indexAt(starts, first); k < marks.length && (starts[k] ?? count) < last; k++)
        await decodeFrom(source, marks[k], marks[k + 1], first, last, out, width);
      return out.subarray(start - first * width, end - first * width);
    },
  };
  return decoded;
}

/** Decodes what lies between two marks of numbers [first, last) into `out`. */
async function decodeFrom(
  source: ByteSource,
  mark: Mark | undefined,
  next: Mark | undefined,
  first: number,
  last: number,
  out: Uint8Array,
  width: number,
): Promise<void> {
  if (mark === undefined) return;
  const end = next?.run === mark.run ? next.at : mark.run.end;
  const bytes = await source.read(mark.at, end);
  const view = new DataView(out.buffer);
  let index = mark.first;
  for (let at = 0; at < bytes.length && index < last; index++) {
    const value = decode(bytes, at + mark.run.tag);
    if (value === undefined)
      throw corrupt(`${source.name}: a number at byte ${mark.at + at} does not end`, mark.at + at);
    at = value.end;
    if (index < first) continue;
    const to = (index - first) * width;
    if (width === 1) view.setUint8(to, value.low & 0xff);
    else if (width === 2) view.setUint16(to, value.low & 0xffff, true);
    else {
      view.setUint32(to, value.low, true);
      if (width === 8) view.setUint32(to + 4, value.high, true);
    }
  }
}

const decodedVarint = { low: 0, high: 0, end: 0 };

/** The varint at `at` as two 32-bit halves, in one object that is used again; undefined when it does not end. */
function decode(bytes: Uint8Array, at: number): typeof decodedVarint | undefined {
  let low = 0;
  let high = 0;
  for (let k = 0; k < 10; k++) {
    const byte = bytes[at + k];
    if (byte === undefined) return undefined;
    const seven = byte & 0x7f;
    if (k < 4) low |= seven << (7 * k);
    else if (k === 4) {
      low |= seven << 28;
      high |= seven >> 4;
    } else high |= seven << (7 * k - 32);
    if (byte < 0x80) {
      decodedVarint.low = low >>> 0;
      decodedVarint.high = high >>> 0;
      decodedVarint.end = at + k + 1;
      return decodedVarint;
    }
  }
  return undefined;
}

/** True for what is the sign- or zero-extended form of its low `width` bytes. */
function fits(low: number, high: number, width: number): boolean {
  if (width === 8) return true;
  if (high === 0) return width === 4 || low < 2 ** (8 * width);
  return high === 0xffffffff && low >= 2 ** 32 - 2 ** (8 * width - 1);
}
