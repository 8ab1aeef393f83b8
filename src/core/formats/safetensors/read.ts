import { Cursor, hex } from "../../bytes/cursor.ts";
import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { DictNode, Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import * as say from "./findings.ts";
import { type Header, type HeaderEntry, LENGTH_BYTES, type MetadataEntry, parseHeader } from "./header.ts";
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
  const keys: Value[] = [];
  const values: Value[] = [];
  let areWhole = header.unkept === 0;
  for (const entry of header.entries) {
    if (keys.length % 256 === 0 && work.isDue()) await work.checkpoint();
    const problem = entryProblem(entry);
    if (problem !== undefined) findings.add(say.brokenEntry(source, entry.name, entry.at, problem));
    areWhole &&= problem === undefined;
    keys.push(entry.name);
    values.push(valueOf(entry, buffer, problem));
  }
  const last = lastOfEachName(source, header.entries, findings);
  const isCut = coverFindings(source, dataStart, last, header, findings);
  return {
    format: "safetensors",
    container: [],
    root: { kind: "dict", keys, values, areKeysDistinct: last === header.entries },
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
function valueOf(entry: HeaderEntry, buffer: ByteSource, problem: string | undefined): Value {
  const { shape, start, end, at } = entry;
  const dtype = dtypeOf(entry.dtype);
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

/** What the reference reader goes by: of entries with one name the last one. */
function lastOfEachName(
  source: ByteSource,
  entries: readonly HeaderEntry[],
  findings: CappedFindings,
): readonly HeaderEntry[] {
  // The ordinary cases first: the reference writer sorts the names of a dtype, and a set is much cheaper than a map.
  if (areNamesRising(entries) || new Set(entries.map(({ name }) => name)).size === entries.length) return entries;
  const last = new Map<string, HeaderEntry>();
  for (const entry of entries) {
    if (last.has(entry.name)) findings.add(say.duplicateName(source, entry.name, entry.at));
    last.set(entry.name, entry);
  }
  return [...last.values()];
}

function areNamesRising(entries: readonly HeaderEntry[]): boolean {
  for (let at = 1; at < entries.length; at++)
    if ((entries[at - 1] as HeaderEntry).name >= (entries[at] as HeaderEntry).name) return false;
  return true;
}

/** How the tensors cover the buffer. True when part of them is past the end of the file. */
function coverFindings(
  source: ByteSource,
  dataStart: number,
  entries: readonly HeaderEntry[],
  header: Header,
  findings: CappedFindings,
): boolean {
  const available = Math.max(0, source.size - dataStart);
  const { gaps, end } = layoutOf(entries);
  // Where the header itself is cut, the tensors that it would go on with leave room that is no gap.
  if (header.error === undefined) for (const gap of gaps) findings.add(say.gap(source, gap, dataStart));
  if (end < available && header.error === undefined) findings.add(say.trailing(source, available - end));
  if (end <= available) return false;
  const cut = entries.filter((entry) => entry.end > available);
  findings.add(say.cutBuffer(source, cut[0]?.name ?? "", cut.length, end, available));
  return true;
}

function metadataOf(entries: readonly MetadataEntry[]): DictNode {
  return { kind: "dict", keys: entries.map(({ key }) => key), values: entries.map(({ value }) => value) };
}
