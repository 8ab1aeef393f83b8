import { ForwardReader } from "../../bytes/forward.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { corrupt, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { Words } from "../word2vec/words.ts";

export interface Dictionary {
  readonly words: Words;
  readonly labels: Words;
  /** int64, one for each. */
  readonly wordCounts: TensorRef;
  readonly labelCounts: TensorRef;
  readonly tokens: bigint;
  /** Pairs of an n-gram's bucket and its row, of a model that was pruned: int32 [kept, 2]. */
  readonly pruned?: TensorRef;
  /** The byte after it. */
  readonly end: number;
}

/** The end of a word, an i64 and a byte. */
const SMALLEST_ENTRY = 10;
const CHUNK = 1024 * 1024;

/** Reads the dictionary that begins at `start`. Throws where it is not whole: without it no matrix can be found. */
export async function readDictionary(
  source: ByteSource,
  start: number,
  hasPruned: boolean,
  work: Work,
): Promise<Dictionary> {
  const what = `${source.name}: dictionary`;
  const reader = new ForwardReader(source, start);
  const head = await reader.view(hasPruned ? 28 : 20);
  const [entries, wordCount, labelCount] = [0, 4, 8].map((at) => head.getInt32(at, true)) as [number, number, number];
  const tokens = head.getBigInt64(12, true);
  const prunedCount = hasPruned ? head.getBigInt64(20, true) : -1n;
  if (entries < 0 || wordCount < 0 || labelCount < 0 || wordCount + labelCount !== entries)
    throw corrupt(`${what}: ${entries} entries, ${wordCount} words and ${labelCount} labels at byte ${start}`, start);
  if (entries * SMALLEST_ENTRY > reader.remaining)
    throw truncated(what, reader.offset, entries * SMALLEST_ENTRY, reader.remaining);
  const read = await readEntries(source, reader.offset, entries, work);
  const { words, labels, end } = read;
  if (words.list.length !== wordCount || labels.list.length !== labelCount)
    throw corrupt(`${what}: ${words.list.length} words instead of ${wordCount} at byte ${start + 4}`, start + 4);
  const pruned = prunedCount > 0n ? prunedOf(source, end, prunedCount, what) : undefined;
  return {
    words,
    labels,
    wordCounts: countsOf(read.wordCounts, source.name),
    labelCounts: countsOf(read.labelCounts, source.name),
    tokens,
    end: end + (pruned?.data.size ?? 0),
    ...(pruned === undefined ? {} : { pruned }),
  };
}

interface Entries {
  readonly words: Words;
  readonly labels: Words;
  readonly wordCounts: bigint[];
  readonly labelCounts: bigint[];
  readonly end: number;
}

async function readEntries(source: ByteSource, start: number, count: number, work: Work): Promise<Entries> {
  const read: Entries = { words: new Words(), labels: new Words(), wordCounts: [], labelCounts: [], end: start };
  let bytes = new Uint8Array(0);
  let base = start;
  let at = start;
  for (let entry = 0; entry < count; entry += 1) {
    if (work.isDue()) await work.checkpoint();
    const longest = Math.min(source.size, at + LIMITS.wordBytes + SMALLEST_ENTRY);
    if (longest > base + bytes.length) {
      base = at;
      bytes = Uint8Array.from(await source.read(at, Math.min(source.size, Math.max(longest, at + CHUNK))));
    }
    const zero = bytes.indexOf(0, at - base);
    const next = base + zero + SMALLEST_ENTRY;
    const what = `${source.name}: entry ${entry + 1} of ${count} of the dictionary`;
    if (zero < 0 || next > longest) {
      if (longest === source.size) throw truncated(what, at, SMALLEST_ENTRY, source.size - at);
      throw corrupt(`${what} at byte ${at} has no end within ${LIMITS.wordBytes} bytes`, at);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + zero + 1, 9);
    const kind = view.getUint8(8);
    if (kind > 1) throw corrupt(`${what} is of kind ${kind}; 0 is a word, 1 a label`, next - 1);
    (kind === 0 ? read.words : read.labels).push(bytes.subarray(at - base, zero), at);
    (kind === 0 ? read.wordCounts : read.labelCounts).push(view.getBigInt64(0, true));
    at = next;
  }
  return { ...read, end: at };
}

function countsOf(counts: readonly bigint[], name: string): TensorRef {
  const bytes = new Uint8Array(8 * counts.length);
  const view = new DataView(bytes.buffer);
  for (const [k, count] of counts.entries()) view.setBigInt64(8 * k, count, true);
  return { dtype: scalarDType("int64"), shape: [counts.length], order: "C", offset: 0, data: fromBytes(bytes, name) };
}

function prunedOf(source: ByteSource, start: number, count: bigint, what: string): TensorRef {
  if (count * 8n > BigInt(source.size - start))
    throw truncated(`${what}: kept n-grams`, start, Number(count) * 8, source.size - start);
  const rows = Number(count);
  const data = slice(source, start, start + 8 * rows);
  return { dtype: scalarDType("int32"), shape: [rows, 2], order: "C", offset: 0, data };
}
