import type { ByteSource } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt, unendedLine } from "../stopped.ts";
import { scanBinary } from "./binary-rows.ts";
import { bytesAfter } from "../../findings/bytes-after.ts";
import { digitsNotKept } from "./findings.ts";
import { layoutOf } from "./sniff.ts";
import { scanText, type TextRows } from "./text-rows.ts";

const KINDS = { binary: "word2vec, binary", text: "word2vec, text", glove: "GloVe, text" } as const;

/**
 * Reads word vectors: one matrix `vectors` of [words, numbers] whose rows have the words as names, float32 where it lies in
 * the file, float64 of what is written where it is text. One scan finds the rows; throws when there is not one.
 */
export async function readWordVectors(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const head = await source.read(0, Math.min(source.size, LIMITS.probeHeadBytes));
  // Whether a file without a header is read at all was decided by its name: here it may be one inside of another.
  const layout = layoutOf(head, source.size, ".vec");
  if (layout === undefined) throw corrupt(`${source.name}: no word with its numbers`, 0);
  const findings = new CappedFindings();
  const text = layout.kind === "binary" ? undefined : await scanText(source, layout, findings, work);
  const rows = text ?? (await scanBinary(source, layout, work));
  const { words, tensor, error, end } = rows;
  if (words.list.length === 0) throw error ?? corrupt(`${source.name}: no word with its numbers`, layout.start);
  if (error !== undefined) findings.add(stoppedAt(source, error));
  else for (const found of text === undefined ? [] : await ending(source, text)) findings.add(found);
  if (text === undefined && error === undefined && end < source.size) findings.add(bytesAfter(source, end));
  if (text?.hasDigits === false) findings.add(digitsNotKept(source));
  for (const found of words.findings(source)) findings.add(found);
  return {
    format: "word2vec",
    container: [],
    root: {
      kind: "dict",
      keys: ["vectors"],
      values: [{ kind: "tensor", tensor, className: "array", offset: layout.start }],
    },
    namedTensors: true,
    facts: [
      { id: "word2vec.layout", label: "Layout", value: KINDS[layout.kind] },
      { id: "word2vec.words", label: "Words", value: String(words.list.length) },
      { id: "word2vec.width", label: "Numbers of each word", value: String(layout.width) },
    ],
    told: {
      schema: { vocabularySize: words.list.length },
      axes: new Map([["vectors", [{ kind: "word", labels: words.list }, undefined]]]),
    },
    findings: findings.all(),
    complete: error === undefined && (text?.ragged ?? 0) === 0,
  };
}

/** What is behind the last row of a text. */
async function ending(source: ByteSource, { end, isEnded }: TextRows): Promise<readonly Finding[]> {
  if (!isEnded) return [unendedLine(source)];
  if (end >= source.size) return [];
  const next = await source.read(end, Math.min(source.size, end + LIMITS.probeHeadBytes));
  const isBlankOnly =
    next.length === source.size - end && next.every((byte) => byte === 0x20 || (byte > 8 && byte < 14));
  return isBlankOnly ? [] : [bytesAfter(source, end)];
}
