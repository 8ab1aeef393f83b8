import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { CappedFindings } from "../../findings/capped.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import { readElements } from "../../model/window.ts";
import type { ReadContext } from "../format.ts";
import * as say from "./findings.ts";
import { type Header, readHeader, type TensorInfo } from "./header.ts";
import { TENSOR_TYPES } from "./types.ts";

const DEFAULT_ALIGNMENT = 32;
const ALIGNMENT_KEY = "general.alignment";

/**
 * Reads the header of a GGUF file: metadata with its types, and a dict of tensors by name, none of their bytes. Throws
 * only when nothing of the header can be read.
 */
export async function readGguf(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const header = await readHeader(source, work);
  if (header.error !== undefined && header.keys.length === 0 && header.tensors.length === 0) throw header.error;
  const findings = new CappedFindings();
  if (header.error !== undefined)
    findings.add(say.stoppedHeader(source, header.keys.length, header.tensors.length, header.error));
  const alignment = await alignmentOf(header);
  if (alignment.size === undefined) findings.add(say.badAlignment(source, alignment.text));
  // Where a header that is cut would have ended, and so where the tensors begin, is not known.
  const start = header.error === undefined && alignment.size !== undefined ? up(header.end, alignment.size) : undefined;
  const layout = new TensorLayout(source, header, start, alignment.size ?? DEFAULT_ALIGNMENT, findings);
  for (const info of header.tensors) {
    if (work.isDue()) await work.checkpoint();
    layout.add(info);
  }
  layout.finish();
  return {
    format: "gguf",
    container: [],
    root: { kind: "dict", keys: layout.keys, values: layout.values },
    namedTensors: true,
    facts: [
      { id: "gguf.version", label: "GGUF", value: `version ${header.version}` },
      { id: "gguf.byte-order", label: "Byte order", value: header.isBigEndian ? "big-endian" : "little-endian" },
      ...(start === undefined ? [] : [{ id: "gguf.data", label: "Tensors begin at byte", value: String(start) }]),
    ],
    metadata: { kind: "dict", keys: header.keys, values: header.values },
    findings: findings.all(),
    complete: start !== undefined && layout.isWhole,
  };
}

/** Entries of the header as values, and what is wrong with how they lie in the file. */
class TensorLayout {
  readonly keys: Value[] = [];
  readonly values: Value[] = [];
  isWhole = true;
  private readonly source: ByteSource;
  private readonly header: Header;
  private readonly start: number | undefined;
  private readonly alignment: number;
  private readonly findings: CappedFindings;
  private readonly data: ByteSource;
  private readonly names = new Set<string>();
  private readonly ranges: {
    readonly name: string;
    readonly at: number;
    readonly start: number;
    readonly end: number;
  }[] = [];
  private readonly blocks = new Map<string, number>();

  constructor(
    source: ByteSource,
    header: Header,
    start: number | undefined,
    alignment: number,
    findings: CappedFindings,
  ) {
    this.source = source;
    this.header = header;
    this.start = start;
    this.alignment = alignment;
    this.findings = findings;
    // All tensors share one source: a header may list hundreds of thousands.
    this.data =
      start === undefined ? fromBytes(new Uint8Array(0)) : slice(source, Math.min(start, source.size), source.size);
  }

  add(info: TensorInfo): void {
    const { name, at } = info;
    if (this.names.has(name)) this.findings.add(say.duplicateTensor(this.source, name, at));
    this.names.add(name);
    this.keys.push(name);
    this.values.push(this.valueOf(info));
  }

  finish(): void {
    const { source, findings } = this;
    this.ranges.sort((a, b) => a.start - b.start || a.end - b.end);
    let last: { readonly name: string; readonly end: number } | undefined;
    for (const range of this.ranges) {
      if (last !== undefined && range.start < last.end) {
        findings.add(say.brokenTensor(source, range.name, range.at, `begins inside of ${last.name}`));
        this.isWhole = false;
      }
      if (last === undefined || range.end > last.end) last = range;
    }
    const cut = this.ranges.filter(({ end }) => end > this.data.size);
    if (cut[0] !== undefined && last !== undefined) {
      findings.add(say.cutTensors(source, cut[0].name, cut.length, (this.start ?? 0) + last.end));
      this.isWhole = false;
    }
    if (this.blocks.size === 0) return;
    const count = [...this.blocks.values()].reduce((sum, one) => sum + one, 0);
    findings.add(say.blocksNotDecoded(count, [...this.blocks.keys()].sort().join(", ")));
    this.isWhole = false;
  }

  private valueOf(info: TensorInfo): Value {
    const { name, shape, offset, at } = info;
    const type = TENSOR_TYPES.get(info.type);
    const unread = (problem: string): Value => {
      this.findings.add(say.brokenTensor(this.source, name, at, problem));
      this.isWhole = false;
      return { kind: "unread", why: `the tensor ${problem}`, offset: at };
    };
    if (type === undefined) return unread(`has the type ${info.type}, which GGML does not have`);
    const elements = shape.reduce((product, dim) => product * dim, 1);
    const isBlocks = type.kind === "blocks";
    const dtype = isBlocks ? undefined : scalarDType(type.scalar, this.header.isBigEndian);
    const length = isBlocks ? (elements / type.elements) * type.bytes : elements * (dtype?.itemSize ?? 0);
    if (!Number.isSafeInteger(elements) || !Number.isSafeInteger(offset + Math.ceil(length)))
      return unread(`has the shape [${shape.join(", ")}], which is more than can be counted`);
    if (isBlocks && (shape.at(-1) ?? 1) % type.elements !== 0)
      return unread(`has rows of ${shape.at(-1) ?? 1} elements, which are no whole blocks of ${type.elements}`);
    if (this.start === undefined) return { kind: "unread", why: "where the tensors begin is not known", offset: at };
    if (offset % this.alignment !== 0) return unread(`begins at ${offset}, which is no multiple of ${this.alignment}`);
    if (length > 0) this.ranges.push({ name, at, start: offset, end: offset + length });
    if (dtype !== undefined)
      return {
        kind: "tensor",
        tensor: { dtype, shape, order: "C", offset, data: this.data },
        className: "tensor",
        offset: at,
      };
    const blockName = isBlocks ? type.name : "";
    this.blocks.set(blockName, (this.blocks.get(blockName) ?? 0) + 1);
    const data = slice(this.data, Math.min(offset, this.data.size), Math.min(offset + length, this.data.size));
    return {
      kind: "dict",
      keys: ["type", "shape", "blocks"],
      values: [
        blockName,
        { kind: "list", type: "tuple", items: shape.map(BigInt) },
        { kind: "bytes", type: "bytes", data },
      ],
    };
  }
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
