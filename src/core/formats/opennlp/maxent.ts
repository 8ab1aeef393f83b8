import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { sparseTensor } from "../../meaning/sparse.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { modifiedUtf8 } from "../java/written.ts";

//   text: u16 length, bytes (Java's UTF-8). All numbers big-endian.
//   text type; of GIS: i32, f64 (once a correction); i32 outcomes, a text each; i32 patterns, each the text "count o1 o2 ...": so
//   many predicates in turn have parameters for these outcomes; i32 predicates, a text each; f64 parameters, by predicate
//   opennlp.tools.ml.model.AbstractModelWriter and its subclasses

/** How the parameters were found; each has the same form. */
export const MODEL_TYPES: ReadonlySet<string> = new Set(["GIS", "Perceptron", "NaiveBayes", "QN"]);

/** A model that weighs outcomes by the predicates of an event. */
export interface EventModel {
  readonly type: string;
  readonly outcomes: readonly string[];
  readonly predicates: readonly string[];
  /** [predicates, outcomes]; what the model has no parameter for is 0 and not in the file. Undefined where that were too large. */
  readonly matrix: TensorRef | undefined;
  /** As the file has them: values, their outcomes, and where those of each predicate begin. */
  readonly values: TensorRef;
  readonly columns: TensorRef;
  readonly rows: TensorRef;
}

/** Reads a model of events. Throws where it is not whole, or something follows it. */
export async function readEventModel(source: ByteSource): Promise<EventModel> {
  if (source.size > LIMITS.inflatedBytes)
    throw limitExceeded(`${source.name}: bytes`, source.size, LIMITS.inflatedBytes);
  const cursor = new Cursor(await source.read(0, source.size), source.name, 0, "big");
  const text = (): string => {
    const at = cursor.offset + 2;
    return modifiedUtf8(cursor.take(cursor.u16()), source.name, at);
  };
  /** Each of them takes two bytes at least. */
  const count = (what: string): number => {
    const at = cursor.offset;
    const found = cursor.i32();
    if (found < 0 || found * 2 > cursor.remaining) throw corrupt(`${source.name}: ${found} ${what} at byte ${at}`, at);
    if (found > LIMITS.words) throw limitExceeded(`${source.name}: ${what}`, found, LIMITS.words, at);
    return found;
  };
  const texts = (what: string): string[] => Array.from({ length: count(what) }, text);

  const type = text();
  if (!MODEL_TYPES.has(type)) throw unsupported(`${source.name}: a model of the type "${type.slice(0, 40)}"`);
  if (type === "GIS") cursor.skip(12);
  const outcomes = texts("outcomes");
  const patternsAt = cursor.offset;
  const patterns = texts("patterns").map((pattern) => patternOf(pattern, outcomes.length, source.name, patternsAt));
  const predicates = texts("predicates");
  const starts = cursor.offset;
  const total = patterns.reduce((sum, each) => sum + each.count, 0);
  const stored = patterns.reduce((sum, each) => sum + each.count * each.outcomes.length, 0);
  if (total !== predicates.length)
    throw corrupt(`${source.name}: patterns for ${total} predicates of ${predicates.length}`, patternsAt);
  cursor.skip(stored * 8);
  if (cursor.remaining > 0)
    throw corrupt(`${source.name}: ${cursor.remaining} bytes follow the parameters`, cursor.offset);

  const columns = new Int32Array(stored);
  const rows = new Int32Array(predicates.length + 1);
  let at = 0;
  let row = 0;
  for (const each of patterns)
    for (let k = 0; k < each.count; k++) {
      columns.set(each.outcomes, at);
      at += each.outcomes.length;
      row += 1;
      rows[row] = at;
    }
  const values: TensorRef = {
    dtype: scalarDType("float64", true),
    shape: [stored],
    order: "C",
    offset: 0,
    data: slice(source, starts, starts + stored * 8),
  };
  const found = { values, columns: integers(columns), rows: integers(rows) };
  const size = predicates.length * outcomes.length * 8;
  const isSmall = size > 0 && size <= LIMITS.sparseBytes && stored <= LIMITS.sparseStored;
  const matrix = isSmall
    ? await sparseTensor({
        format: "csr",
        shape: [predicates.length, outcomes.length],
        data: values,
        index: [found.columns, found.rows],
      })
    : undefined;
  return { type, outcomes, predicates, matrix, ...found };
}

interface Pattern {
  readonly count: number;
  readonly outcomes: readonly number[];
}

function patternOf(text: string, outcomes: number, what: string, at: number): Pattern {
  const [count = -1, ...found] = text.trim().split(/\s+/).map(Number);
  const isWhole = Number.isInteger(count) && count >= 0 && count <= 2 ** 31;
  if (!isWhole || found.some((each) => !(Number.isInteger(each) && each >= 0 && each < outcomes)))
    throw corrupt(`${what}: the pattern "${text.slice(0, 40)}" behind byte ${at}`, at);
  return { count, outcomes: found };
}

function integers(values: Int32Array): TensorRef {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { dtype: scalarDType("int32"), shape: [values.length], order: "C", offset: 0, data: fromBytes(bytes) };
}
