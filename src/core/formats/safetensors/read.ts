import { Cursor, hex } from "../../bytes/cursor.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { DType } from "../../model/dtype.ts";
import type { DictNode, Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import * as say from "./findings.ts";
import type { EntryTable, HeaderEntry } from "./entry-table.ts";
import { type Header, LENGTH_BYTES, type MetadataEntry, parseHeader } from "./header.ts";
import { bitsOf, dtypeOf, entryProblem, layoutOf } from "./layout.ts";

/**
 * Reads the header of a safetensors file: a dict of tensors by name, in header order, none of their bytes. What the
 * reference reader refuses is an error finding, and the rest is shown. Throws only when there is no header to read.
 */
export async function readSafetensors(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const { bytes, dataStart } = await headerBytes(source);
  const findings = new CappedFindings();
  const header = await parseHeader(bytes, source.name, work, ({ text, at }) =>
    findings.add(say.headerProblem(source, at, text, !text.startsWith("begins with white space"))),
  );
  if (header.error !== undefined && header.entries.length === 0 && header.metadata === undefined) throw header.error;
  addHeaderFindings(source, header, findings);
  const buffer = slice(source, Math.min(dataStart, source.size), source.size);
  const { entries } = header;
  const values: Value[] = [];
  let areWhole = header.unkept === 0;
  for (let index = 0; index < entries.length; index++) {
    if (index % 256 === 0 && work.isDue()) await work.checkpoint();
    const entry = entries.entry(index);
    const dtype = dtypeOf(entry.dtype);
    const problem = entryProblem(entry, dtype);
    if (problem !== undefined) findings.add(say.brokenEntry(source, entry.name, entry.at, problem));
    areWhole &&= problem === undefined;
    values.push(valueOf(entry, dtype, buffer, problem));
  }
  const last = lastOfEachName(source, entries, findings);
  const isCut = coverFindings(source, dataStart, header, last, findings);
  return {
    format: "safetensors",
    container: [],
    root: { kind: "dict", keys: entries.names, values, areKeysDistinct: last === undefined },
    namedTensors: true,
    facts: [{ id: "safetensors.header", label: "Header", value: `${dataStart - LENGTH_BYTES} bytes` }],
    ...(header.metadata === undefined ? {} : { metadata: metadataOf(header.metadata) }),
    findings: findings.all(),
    complete: header.error === undefined && areWhole && !isCut,
  };
}

async function headerBytes(source: ByteSource): Promise<{ bytes: Uint8Array; dataStart: number }> {
  const what = `${source.name}: safetensors header`;
  const start = new Cursor(await source.read(0, Math.min(source.size, LENGTH_BYTES)), what);
  const length = start.u64();
  if (length > BigInt(LIMITS.safetensorsHeaderBytes))
    throw limitExceeded(`${what}: its length at byte 0`, length, LIMITS.safetensorsHeaderBytes, 0);
  const dataStart = LENGTH_BYTES + Number(length);
  const bytes = await source.read(LENGTH_BYTES, Math.min(dataStart, source.size));
  const first = bytes.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09);
  if (first !== 0x7b) {
    const found = first === undefined ? "nothing" : hex([first]);
    throw corrupt(`${what} at byte ${LENGTH_BYTES} begins with ${found}, expected 7b ('{')`, LENGTH_BYTES);
  }
  return { bytes, dataStart };
}

function addHeaderFindings(source: ByteSource, header: Header, findings: CappedFindings): void {
  if (header.unkept > 0) findings.add(say.unkeptMetadata(source, header.unkept));
  const seen = new Set<string>();
  for (const { key, at, isText } of header.metadata ?? []) {
    if (!isText) findings.add(say.headerProblem(source, at, `has metadata "${key}" that is no text`, true));
    if (seen.has(key)) findings.add(say.duplicateName(source, `__metadata__.${key}`, at));
    seen.add(key);
  }
  if (header.error !== undefined) findings.add(say.stoppedHeader(source, header.entries.length, header.error));
}

/** The elements where they are; bytes where the dtype is not known; nothing where there is no range or size. */
function valueOf(entry: HeaderEntry, dtype: DType | undefined, buffer: ByteSource, problem: string | undefined): Value {
  const { shape, start, end, at } = entry;
  if (entry.problem !== undefined || end < start) return { kind: "unread", why: `tensor ${problem ?? ""}`, offset: at };
  // All whole tensors share one source: a header may list hundreds of thousands.
  if (problem === undefined && dtype !== undefined)
    return { kind: "tensor", tensor: { dtype, shape, order: "C", offset: start, data: buffer }, className, offset: at };
  const data = slice(buffer, Math.min(start, buffer.size), Math.min(end, buffer.size));
  if (dtype === undefined) return { kind: "bytes", type: "bytes", data };
  if (bitsOf(shape, dtype) === undefined) return { kind: "unread", why: `tensor ${problem ?? ""}`, offset: at };
  return { kind: "tensor", tensor: { dtype, shape, order: "C", offset: 0, data }, className, offset: at };
}

const className = "tensor";

/** What the reference reader goes by: of entries with one name the last one. Undefined where no name comes twice. */
function lastOfEachName(
  source: ByteSource,
  entries: EntryTable,
  findings: CappedFindings,
): readonly number[] | undefined {
  if (areNamesDistinct(entries)) return undefined;
  const last = new Map<string, number>();
  for (let index = 0; index < entries.length; index++) {
    const { name, at } = entries.entry(index);
    if (last.has(name)) findings.add(say.duplicateName(source, name, at));
    last.set(name, index);
  }
  return [...last.values()];
}

/** The ordinary case first: the reference writer sorts the names of a dtype, and a set is much cheaper than a map. */
function areNamesDistinct(entries: EntryTable): boolean {
  if (entries.areNamesDistinct) return true;
  return new Set(entries.names).size === entries.length;
}

/** How the tensors that count cover the buffer. True when part of them is past the end of the file. */
function coverFindings(
  source: ByteSource,
  dataStart: number,
  { entries, error }: Header,
  which: readonly number[] | undefined,
  findings: CappedFindings,
): boolean {
  const available = Math.max(0, source.size - dataStart);
  const { gaps, end } = layoutOf(entries, which);
  // Where the header itself is cut, the tensors that it would go on with leave room that is no gap.
  if (error === undefined) for (const gap of gaps) findings.add(say.gap(source, gap, dataStart));
  if (end < available && error === undefined) findings.add(say.trailing(source, available - end));
  if (end <= available) return false;
  const cut = (which ?? entries.all().map((_, index) => index)).filter((index) => entries.end(index) > available);
  findings.add(say.cutBuffer(source, entries.name(cut[0] ?? 0), cut.length, end, available));
  return true;
}

function metadataOf(entries: readonly MetadataEntry[]): DictNode {
  return { kind: "dict", keys: entries.map(({ key }) => key), values: entries.map(({ value }) => value) };
}
