import type { ByteSource } from "../../bytes/source.ts";
import { afterEnd } from "../../findings/bytes-after.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import type { Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { Work } from "../../work.ts";
import type { ReadContext } from "../format.ts";
import * as say from "./findings.ts";
import { type Header, readHeader } from "./header.ts";
import { TensorLayout } from "./layout.ts";
import { openParts, splitOf } from "./split.ts";

const DEFAULT_ALIGNMENT = 32;
const ALIGNMENT_KEY = "general.alignment";

/**
 * Reads the header of a GGUF file: metadata with its types, and a dict of tensors by name, none of their bytes. A model
 * that is split over several files is read as one, from whichever of them. Throws only when nothing of the header can be
 * read.
 */
export async function readGguf(source: ByteSource, context: ReadContext): Promise<RawArtifact> {
  const { work } = context;
  const header = await readHeader(source, work);
  if (header.error !== undefined && header.keys.length === 0 && header.tensors.length === 0) throw header.error;
  const findings = new CappedFindings();
  const split = await splitOf(header);
  const parts = split === undefined ? [] : await openParts(split, header, source, context, findings);
  const keys: Value[] = [];
  const values: Value[] = [];
  const names = new Set<string>();
  let isWhole = split === undefined || parts.length === split.count;
  let start: number | undefined;
  for (const part of split === undefined ? [{ source, header }] : parts) {
    const read = await readPart(part.source, part.header, names, findings, work);
    for (const key of read.layout.keys) keys.push(key);
    for (const value of read.layout.values) values.push(value);
    isWhole &&= read.start !== undefined && read.layout.isWhole;
    if (part.header === header) start = read.start;
  }
  if (split?.tensors !== undefined && parts.length === split.count && split.tensors !== keys.length) {
    findings.add(say.otherTensorCount(source, split.tensors, keys.length));
    isWhole = false;
  }
  // The first part has what is said of the model; the others repeat some of it, or none.
  const told = parts[0]?.header ?? header;
  return {
    format: "gguf",
    container: [],
    root: { kind: "dict", keys, values },
    namedTensors: true,
    facts: [
      ...namesOf(told),
      { id: "gguf.version", label: "GGUF", value: `version ${header.version}` },
      { id: "gguf.byte-order", label: "Byte order", value: header.isBigEndian ? "big-endian" : "little-endian" },
      ...(start === undefined ? [] : [{ id: "gguf.data", label: "Tensors begin at byte", value: String(start) }]),
      ...(split === undefined
        ? []
        : [{ id: "gguf.parts", label: "Parts", value: `${parts.length} of ${split.count}` }]),
    ],
    metadata: { kind: "dict", keys: told.keys, values: told.values },
    ...vocabularyOf(told),
    findings: findings.all(),
    complete: isWhole,
  };
}

/** A name longer than this is none. */
const NAME_MAX = 80;

/** What the model calls itself: "llama", "Phi 3 mini". */
function namesOf({ keys, values }: Header): Fact[] {
  const rows = [
    ["general.architecture", "gguf.architecture", "Architecture"],
    ["general.name", "gguf.name", "Name"],
  ] as const;
  return rows.flatMap(([key, id, label]) => {
    const at = keys.indexOf(key);
    const value = at < 0 ? undefined : values[at];
    return typeof value === "string" && value !== "" && value.length <= NAME_MAX ? [{ id, label, value }] : [];
  });
}

/** The words that the model's tokenizer knows. */
function vocabularyOf({ keys, values }: Header): Pick<RawArtifact, "told"> {
  const tokens = values[keys.indexOf("tokenizer.ggml.tokens")];
  if (typeof tokens !== "object" || tokens?.kind !== "list" || tokens.items.length === 0) return {};
  return { told: { schema: { vocabularySize: tokens.items.length } } };
}

async function readPart(
  source: ByteSource,
  header: Header,
  names: Set<string>,
  findings: CappedFindings,
  work: Work,
): Promise<{ readonly layout: TensorLayout; readonly start: number | undefined }> {
  if (header.error !== undefined)
    findings.add(say.stoppedHeader(source, header.keys.length, header.tensors.length, header.error));
  const alignment = await alignmentOf(header);
  if (alignment.size === undefined) findings.add(say.badAlignment(source, alignment.text));
  // Where a header that is cut would have ended, and so where the tensors begin, is not known.
  const start = header.error === undefined && alignment.size !== undefined ? up(header.end, alignment.size) : undefined;
  const layout = new TensorLayout(source, header, start, alignment.size ?? DEFAULT_ALIGNMENT, findings, names);
  for (const info of header.tensors) {
    if (work.isDue()) await work.checkpoint();
    layout.add(info);
  }
  layout.finish();
  // The last tensor is padded like all others.
  if (start !== undefined && layout.end !== undefined)
    for (const found of await afterEnd(source, up(start + layout.end, alignment.size ?? DEFAULT_ALIGNMENT)))
      findings.add(found);
  return { layout, start };
}

/** The last entry of that name, as a number; undefined where it is none, or no power of two. */
async function alignmentOf({
  keys,
  values,
}: Header): Promise<{ readonly size: number | undefined; readonly text: string }> {
  const at = keys.lastIndexOf(ALIGNMENT_KEY);
  if (at < 0) return { size: DEFAULT_ALIGNMENT, text: String(DEFAULT_ALIGNMENT) };
  const value = values[at];
  if (typeof value !== "object" || value?.kind !== "scalar" || value.tensor.dtype.scalar !== "uint32")
    return { size: undefined, text: "no 32-bit number" };
  const bytes = await readElements(value.tensor, 0, 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const size = view.getUint32(0, !value.tensor.dtype.bigEndian);
  return { size: size > 0 && (size & (size - 1)) === 0 ? size : undefined, text: String(size) };
}

function up(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}
