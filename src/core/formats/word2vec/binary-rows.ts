import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { type ArtifactError, corrupt, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { RowStarts } from "./row-starts.ts";
import type { Layout } from "./sniff.ts";
import { Words } from "./words.ts";

export interface Rows {
  readonly words: Words;
  readonly tensor: TensorRef;
  /** The byte after the last row. */
  readonly end: number;
  readonly error?: ArtifactError;
}

/** One read of a scan, and of rows that are looked at. */
const CHUNK = 4 * 1024 * 1024;
const SPACE = 0x20;
const NEWLINE = 0x0a;

/** Finds the rows of a binary file: words are kept, numbers stay where they are. */
export async function scanBinary(source: ByteSource, layout: Layout, work: Work): Promise<Rows> {
  const { width, words: promised = 0 } = layout;
  const words = new Words();
  const starts = new RowStarts();
  let at = layout.start;
  let bytes = new Uint8Array(0);
  let base = at;
  let error: ArtifactError | undefined;
  for (let row = 0; row < promised; row += 1) {
    if (work.isDue()) {
      work.report({ stage: "reading words", done: at, total: source.size, unit: "bytes" });
      await work.checkpoint();
    }
    const longest = Math.min(source.size, at + LIMITS.wordBytes);
    if (at < base || longest > base + bytes.length) {
      base = at;
      bytes = Uint8Array.from(await source.read(at, Math.min(source.size, Math.max(longest, at + CHUNK))));
    }
    // Newlines belong to the row before.
    let start = at - base;
    while (bytes[start] === NEWLINE) start += 1;
    const space = bytes.indexOf(SPACE, start);
    if (space < 0 || base + space > longest) {
      const what = `${source.name}: word ${row + 1} of ${promised}`;
      error =
        longest === source.size
          ? truncated(what, base + Math.min(start, bytes.length), 1 + 4 * width, source.size - base - start)
          : corrupt(`${what} at byte ${base + start} has no end within ${LIMITS.wordBytes} bytes`, base + start);
      break;
    }
    const data = base + space + 1;
    if (data + 4 * width > source.size) {
      const what = `${source.name}: vector ${row + 1} of ${promised}`;
      error = truncated(what, data, 4 * width, source.size - data);
      break;
    }
    words.push(bytes.subarray(start, space), base + start);
    starts.push(data);
    at = data + 4 * width;
  }
  if (at < source.size && (await source.read(at, at + 1))[0] === NEWLINE) at += 1;
  const data = packedRows(source, starts, 4 * width);
  const tensor = { dtype: scalarDType("float32"), shape: [starts.length, width], order: "C", offset: 0, data } as const;
  return { words, tensor, end: at, ...(error === undefined ? {} : { error }) };
}

/** Rows of `length` bytes at the given places, as if they lay one after another. */
function packedRows(source: ByteSource, starts: RowStarts, length: number): ByteSource {
  const fill = async (start: number, target: Uint8Array): Promise<void> => {
    const end = start + target.length;
    for (let at = start; at < end; ) {
      const row = Math.floor(at / length);
      const from = starts.at(row) + (at % length);
      // As many rows as one read finds; one at least, or a part of it.
      let last = row;
      while (last + 1 < starts.length && (last + 1) * length < end && starts.at(last + 1) + length - from <= CHUNK)
        last += 1;
      const to = Math.min(starts.at(last) + length, starts.at(last) + (end - last * length), from + CHUNK);
      const bytes = await source.read(from, to);
      for (let each = row; each <= last; each += 1) {
        const skip = at - each * length;
        const first = starts.at(each) + skip - from;
        const part = bytes.subarray(first, Math.min(first + length - skip, first + end - at, bytes.length));
        target.set(part, at - start);
        at += part.length;
      }
    }
  };
  const rows: ByteSource = {
    size: starts.length * length,
    name: source.name,
    async read(start, end) {
      checkRange(rows, start, end);
      const bytes = new Uint8Array(end - start);
      await fill(start, bytes);
      return bytes;
    },
    async readInto(start, target) {
      checkRange(rows, start, start + target.length);
      await fill(start, target);
    },
  };
  return rows;
}
