import { SourceCursor } from "../../bytes/source-cursor.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { Layout, Section } from "./layouts.ts";
import { tensorHeader } from "./tensors.ts";

/** What stands before the tensors. */
export interface Head {
  readonly layout: Layout;
  readonly hyperparameters: Map<string, bigint>;
  /** Arrays that are no weights and that the model needs: filters of a spectrogram. */
  readonly arrays: [string, Value][];
  readonly metadata: [string, Value][];
  /** Byte of the first tensor. */
  end: number;
  error?: ArtifactError;
}

/** No tokeniser has longer words; a length beyond this is no length. */
const LONGEST_WORD = 64 * 1024;

/**
 * The head as the first layout reads it that fits: its numbers agree with each other and a tensor, or the end of the file,
 * follows. A file that is cut fits as far as it goes. Throws what is wrong with the first layout where none fits.
 */
export async function readHead(
  source: ByteSource,
  start: number,
  layouts: readonly Layout[],
  work: Work,
): Promise<Head> {
  let cut: Head | undefined;
  let first: ArtifactError | undefined;
  for (const layout of layouts) {
    const head = await tryLayout(source, start, layout, work);
    if (head.error === undefined) return head;
    first ??= head.error;
    if (head.error.code === "truncated" && head.hyperparameters.size === layout.hyperparameters.length) cut ??= head;
  }
  if (cut !== undefined) return cut;
  throw first ?? corrupt(`${source.name}: no layout`, start);
}

async function tryLayout(source: ByteSource, start: number, layout: Layout, work: Work): Promise<Head> {
  const cursor = new SourceCursor(source, start);
  const head: Head = { layout, hyperparameters: new Map(), arrays: [], metadata: [], end: start };
  try {
    for (const name of layout.hyperparameters) head.hyperparameters.set(name, BigInt(await cursor.i32()));
    for (const section of layout.sections) await READERS[section](cursor, head, work);
    head.end = cursor.offset;
    if (cursor.remaining > 0) await tensorHeader(cursor);
    // Without tensors (test models of whisper.cpp) there must be more that tells the layout than an end that fits.
    else if (!layout.sections.includes("filters")) throw truncated(source.name, cursor.offset, 1, 0);
  } catch (error) {
    const reason = asArtifactError(error, source.name);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    head.error = reason;
  }
  return head;
}

const READERS: Readonly<Record<Section, (cursor: SourceCursor, head: Head, work: Work) => Promise<void>>> = {
  async filters(cursor, head) {
    const rows = await count(cursor, "filters");
    agrees(cursor, head, "n_mels", rows);
    array(cursor, head, "mel_filters", "float32", [rows, await count(cursor, "bins of a filter")]);
  },
  async window(cursor, head) {
    array(cursor, head, "mel_window", "float32", [await count(cursor, "length of the window")]);
  },
  durations(cursor, head) {
    array(cursor, head, "tdt_durations", "int32", [Number(head.hyperparameters.get("n_tdt_durations") ?? 0n)]);
    return Promise.resolve();
  },
  async "counted-words"(cursor, head, work) {
    const total = await count(cursor, "words");
    // Whisper's count leaves special ones out.
    if (BigInt(total) > (head.hyperparameters.get("n_vocab") ?? 0n) || total === 0)
      agrees(cursor, head, "n_vocab", total);
    await words(cursor, head, total, false, work);
  },
  words: (cursor, head, work) => words(cursor, head, Number(head.hyperparameters.get("n_vocab") ?? 0n), false, work),
  "scored-words": (cursor, head, work) =>
    words(cursor, head, Number(head.hyperparameters.get("n_vocab") ?? 0n), true, work),
};

async function words(cursor: SourceCursor, head: Head, total: number, isScored: boolean, work: Work): Promise<void> {
  const { source } = cursor;
  if (total <= 0) throw corrupt(`${source.name}: ${total} words`, cursor.offset);
  if (total > LIMITS.ggufValues) throw limitExceeded(`${source.name}: words`, total, LIMITS.ggufValues, cursor.offset);
  let left: number = LIMITS.ggufHeaderBytes;
  const scores: Uint8Array[] = [];
  // What was read stands even where the file is cut.
  const list = listOf([]);
  head.metadata.push(["vocabulary", list]);
  for (let k = 0; k < total; k++) {
    if (work.isDue()) await work.checkpoint();
    const length = await cursor.u32();
    if (length > LONGEST_WORD) throw corrupt(`${source.name}: a word of ${length} bytes`, cursor.offset - 4);
    left -= length;
    if (left < 0)
      throw limitExceeded(`${source.name}: bytes of words`, LIMITS.ggufHeaderBytes - left, LIMITS.ggufHeaderBytes);
    list.items.push(UTF8.decode(await cursor.take(length)));
    if (isScored) scores.push((await cursor.take(4)).slice());
  }
  if (!isScored) return;
  const bytes = new Uint8Array(4 * scores.length);
  for (const [k, score] of scores.entries()) bytes.set(score, 4 * k);
  const tensor = {
    dtype: scalarDType("float32"),
    shape: [total],
    order: "C",
    offset: 0,
    data: fromBytes(bytes),
  } as const;
  head.metadata.push(["scores", { kind: "tensor", tensor, className: "array", offset: cursor.offset }]);
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

function array(cursor: SourceCursor, head: Head, name: string, type: ScalarName, shape: readonly number[]): void {
  const offset = cursor.offset;
  const dtype = scalarDType(type);
  cursor.skip(shape.reduce((product, size) => product * size, dtype.itemSize));
  const data = slice(cursor.source, offset, cursor.offset);
  head.arrays.push([
    name,
    { kind: "tensor", tensor: { dtype, shape, order: "C", offset: 0, data }, className: "array", offset },
  ]);
}

async function count(cursor: SourceCursor, what: string): Promise<number> {
  const at = cursor.offset;
  const value = await cursor.i32();
  if (value < 0) throw corrupt(`${cursor.source.name}: ${value} ${what} at byte ${at}`, at);
  return value;
}

function agrees(cursor: SourceCursor, head: Head, name: string, found: number): void {
  const told = head.hyperparameters.get(name);
  if (told === BigInt(found)) return;
  throw corrupt(`${cursor.source.name}: ${name} is ${told}, byte ${cursor.offset - 4} has ${found}`, cursor.offset - 4);
}
