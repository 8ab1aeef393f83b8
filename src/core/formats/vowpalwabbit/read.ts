import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { limitExceeded, truncated } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { AxisLabels, RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import type { ScalarNode, TensorNode, Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import { type Header, readHeader } from "./header.ts";
import { optionsValue } from "./options.ts";
import { type Layout, layoutOf } from "./state.ts";
import { readText } from "./text.ts";
import { factsOf, LABELLED, SETTINGS } from "./told.ts";

/** Reads a model of Vowpal Wabbit, binary or readable. Throws when its header is not whole. */
export async function readVowpalWabbit(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  if (source.size > LIMITS.textModelBytes)
    throw limitExceeded(`${source.name}: bytes`, source.size, LIMITS.textModelBytes);
  const bytes = await source.read(0, source.size);
  if (bytes[0] === 0x56) return readText(source, bytes, context);
  const header = readHeader(bytes, source.name);
  const layout = header.problem === undefined ? layoutOf(bytes, header) : undefined;
  const findings: Finding[] = [];
  const { checksum } = header;
  if (checksum !== undefined && checksum.stored !== checksum.computed)
    findings.push(
      finding(
        "integrity/corrupt",
        "error",
        say(
          "The checksum of the header is {stored}, and its bytes come to {computed}. Vowpal Wabbit would not load it.",
          {
            stored: checksum.stored,
            computed: checksum.computed,
          },
        ),
        placeIn(source, checksum.at, 4),
      ),
    );
  if (header.problem !== undefined) findings.push(stoppedAt(source, header.problem));
  else if (layout === undefined) findings.push(unreadRest(source, header.end));
  else if (layout.rest > 0) findings.push(stoppedAt(source, truncated(source.name, source.size - layout.rest, 1, 0)));
  return {
    format: "vowpalwabbit",
    container: [],
    root: dictOf([...headerEntries(header, source), ...(layout === undefined ? [] : layoutEntries(source, layout))]),
    namedTensors: false,
    facts: factsOf(header),
    told: {
      framework: { name: "vowpalwabbit", version: header.version },
      settings: SETTINGS,
      ...(layout !== undefined && layout.count <= LABELLED && { axes: axesOf(bytes, layout) }),
    },
    findings,
    complete: layout?.rest === 0,
  };
}

/** What follows the header is in no form that is known. */
function unreadRest(source: ByteSource, at: number): Finding {
  return finding(
    "integrity/not-read",
    "warning",
    say(
      "{length} bytes from byte {at} on are not read: a part of this model keeps a state that is not known here, or the file was cut.",
      {
        length: source.size - at,
        at,
      },
    ),
    placeIn(source, at, source.size - at),
  );
}

function headerEntries(header: Header, source: ByteSource): (readonly [string, Value])[] {
  const { labelsAt } = header;
  const list = (key: string, items: readonly string[]): (readonly [string, Value])[] =>
    items.length === 0 ? [] : [[key, listOf(items)]];
  return [
    ["options", optionsValue(header.options, 0)],
    ["bits", BigInt(header.bits)],
    ...(header.lda > 0 ? [["lda", BigInt(header.lda)] as const] : []),
    ...list("interactions", header.interactions),
    ...list("ngram", header.ngrams),
    ...list("skip", header.skips),
    ["min_label", floatAt(source, labelsAt)],
    ["max_label", floatAt(source, labelsAt + 4)],
  ];
}

function floatAt(source: ByteSource, at: number): ScalarNode {
  const data = slice(source, at, at + 4);
  return { kind: "scalar", tensor: { dtype: scalarDType("float32"), shape: [], order: "C", offset: 0, data } };
}

/** The columns of the weights where they lie. */
function layoutEntries(source: ByteSource, layout: Layout): (readonly [string, Value])[] {
  const { state, start, count, indexBytes, columns } = layout;
  const entry = indexBytes + columns.length * 4;
  const data = slice(source, start, start + count * entry);
  const column = (scalar: "uint32" | "uint64" | "float32", offset: number): TensorNode => ({
    kind: "tensor",
    tensor: { dtype: scalarDType(scalar), shape: [count], order: "C", strides: [entry], offset, data },
    className: "column",
    offset: start,
  });
  return [
    ...(state.length === 0 ? [] : [["state", dictOf(state)] as const]),
    ["index", column(indexBytes === 4 ? "uint32" : "uint64", 0)],
    ...columns.map((name, k) => [name, column("float32", indexBytes + k * 4)] as const),
  ];
}

function axesOf(bytes: Uint8Array, layout: Layout): ReadonlyMap<string, readonly AxisLabels[]> {
  const { start, count, indexBytes, columns } = layout;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entry = indexBytes + columns.length * 4;
  const labels = Array.from({ length: count }, (_, k) =>
    String(indexBytes === 4 ? view.getUint32(start + k * entry, true) : view.getBigUint64(start + k * entry, true)),
  );
  return new Map(columns.map((name) => [name, [{ kind: "feature", labels }]]));
}
