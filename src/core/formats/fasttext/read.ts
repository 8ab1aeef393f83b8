import { Cursor } from "../../bytes/cursor.ts";
import { ForwardReader } from "../../bytes/forward.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { ArtifactError, corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { AxisLabels, RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import { bytesAfter } from "../../findings/bytes-after.ts";
import { type Arguments, readArguments } from "./arguments.ts";
import { type Dictionary, readDictionary } from "./dictionary.ts";
import { type Matrix, readMatrix } from "./matrix.ts";

type Axes = Map<string, readonly (AxisLabels | undefined)[]>;

/** Signature, arguments: as long as any of them. */
const HEAD_BYTES = 64;

/**
 * Reads a fastText model: `words` [words, dim], `ngrams` [buckets, dim] (the two parts of its input matrix) and `output`
 * [labels or words, dim], rows with their words, and how it was trained. Of a quantised matrix the codes are shown too, and
 * the values that they stand for. Throws where not even the dictionary can be read.
 */
export async function readFastText(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const cursor = new Cursor(await source.read(0, Math.min(source.size, HEAD_BYTES)), `${source.name}: fastText header`);
  const args = readArguments(cursor, source.name);
  const isNew = args.version !== undefined;
  const dictionary = await readDictionary(source, cursor.offset, isNew, work);
  const findings = new CappedFindings();
  const keys: Value[] = [...args.keys];
  const values: Value[] = [...args.values];
  const axes: Axes = new Map();
  const put = (name: string, tensor: TensorRef, ...labels: (AxisLabels | undefined)[]): void => {
    keys.push(name);
    values.push({ kind: "tensor", tensor, className: "array", offset: tensor.data.origin ?? 0 });
    axes.set(name, labels);
  };
  putDictionary(dictionary, put);
  let error: ArtifactError | undefined;
  try {
    const reader = new ForwardReader(source, dictionary.end);
    const isQuantised = isNew && (await readFlag(reader));
    const input = await readMatrix(reader, isQuantised, `${source.name}: input matrix`);
    putInput(input, dictionary, args, source.name, put);
    if (input.error !== undefined) throw input.error;
    const after = new ForwardReader(source, input.end);
    // The flag is there in any case; it counts only where the input is quantised.
    const isOutQuantised = isNew && (await readFlag(after)) && isQuantised;
    const output = await readMatrix(after, isOutQuantised, `${source.name}: output matrix`);
    putOutput(output, dictionary, args, source.name, put);
    if (output.error !== undefined) throw output.error;
    if (output.end < source.size) findings.add(bytesAfter(source, output.end));
  } catch (reason) {
    if (!(reason instanceof ArtifactError) || reason.code === "cancelled" || reason.code === "changed") throw reason;
    error = reason;
    findings.add(stoppedAt(source, reason));
  }
  const { words, labels } = dictionary;
  for (const found of [...words.findings(source), ...labels.findings(source)]) findings.add(found);
  return {
    format: "fasttext",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [
      {
        id: "fasttext.version",
        label: "fastText file",
        value: isNew ? `version ${args.version}` : "before version 11",
      },
      { id: "fasttext.words", label: "Words", value: String(words.list.length) },
      { id: "fasttext.labels", label: "Labels", value: String(labels.list.length) },
      { id: "fasttext.tokens", label: "Tokens it was trained on", value: String(dictionary.tokens) },
    ],
    told: {
      framework: { name: "fasttext", className: args.model },
      schema: {
        vocabularySize: words.list.length,
        ...(args.model === "supervised" ? { classes: labels.list } : {}),
      },
      axes,
      settings: args.keys,
    },
    findings: findings.all(),
    complete: error === undefined,
  };
}

type Put = (name: string, tensor: TensorRef, ...labels: (AxisLabels | undefined)[]) => void;

function putDictionary({ words, labels, wordCounts, labelCounts, pruned }: Dictionary, put: Put): void {
  put("word_counts", wordCounts, { kind: "word", labels: words.list });
  if (labels.list.length > 0) put("label_counts", labelCounts, { kind: "class", labels: labels.list });
  if (pruned !== undefined) put("kept_ngrams", pruned);
}

async function readFlag(reader: ForwardReader): Promise<boolean> {
  const at = reader.offset;
  const [flag] = await reader.take(1);
  if (flag !== 0 && flag !== 1) throw corrupt(`${reader.source.name}: ${flag} at byte ${at} is no flag`, at);
  return flag === 1;
}

/** The list itself where it is no longer: parameters that share their names share the list. */
function firstOf(names: readonly string[], count: number): readonly string[] {
  return names.length <= count ? names : names.slice(0, count);
}

/** Rows [first, last) of a matrix. */
function rowsOf({ data, columns }: Matrix, first: number, last: number): TensorRef {
  const part = slice(data, first * columns * 4, last * columns * 4);
  return { dtype: scalarDType("float32"), shape: [last - first, columns], order: "C", offset: 0, data: part };
}

function putInput(input: Matrix, { words }: Dictionary, args: Arguments, name: string, put: Put): void {
  const known = Math.min(input.rows, words.list.length);
  put("words", rowsOf(input, 0, known), { kind: "word", labels: firstOf(words.list, known) }, undefined);
  if (input.rows > known) put("ngrams", rowsOf(input, known, input.rows));
  for (const [part, tensor] of input.stored) put(`input.${part}`, tensor);
  if (input.columns !== args.dim)
    throw corrupt(`${name}: the input matrix has ${input.columns} columns, and dim is ${args.dim}`, input.end);
  if (input.error === undefined && input.rows < words.list.length)
    throw corrupt(`${name}: the input matrix has ${input.rows} rows for ${words.list.length} words`, input.end);
}

/** Its rows are the labels of a classifier, else the words. Of the tree of `hs`, inner nodes: one less, then a spare row. */
function putOutput(output: Matrix, { words, labels }: Dictionary, args: Arguments, name: string, put: Put): void {
  const { model, values, keys, dim } = args;
  const isSupervised = model === "supervised";
  const isTree = values[keys.indexOf("loss")] === "hs";
  const names = firstOf((isSupervised ? labels : words).list, output.rows);
  const axis: AxisLabels = { kind: isSupervised ? "class" : "word", labels: names };
  put("output", rowsOf(output, 0, output.rows), isTree ? undefined : axis, undefined);
  for (const [part, tensor] of output.stored) put(`output.${part}`, tensor);
  if (output.columns !== dim)
    throw corrupt(`${name}: the output matrix has ${output.columns} columns, and dim is ${dim}`, output.end);
}
