import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { blockDType, scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import { dequantised } from "./blocks/dequantised.ts";
import * as say from "./findings.ts";
import type { Header, TensorInfo } from "./header.ts";
import { BLOCK_TYPES, ELEMENT_TYPES } from "./types.ts";

/** Entries of the header as values, and what is wrong with how they lie in the file. */
export class TensorLayout {
  readonly keys: Value[] = [];
  readonly values: Value[] = [];
  isWhole = true;
  /** Where the last tensor ends, counted from the first one's begin; undefined where one has no known length. */
  end: number | undefined = 0;
  private readonly source: ByteSource;
  private readonly header: Header;
  private readonly start: number | undefined;
  private readonly alignment: number;
  private readonly findings: CappedFindings;
  private readonly data: ByteSource;
  private readonly names: Set<string>;
  private readonly ranges: {
    readonly name: string;
    readonly at: number;
    readonly start: number;
    readonly end: number;
  }[] = [];

  /** `start`: of the tensors, where it is known. `names`: of all tensors so far, those of other parts too. */
  constructor(
    source: ByteSource,
    header: Header,
    start: number | undefined,
    alignment: number,
    findings: CappedFindings,
    names: Set<string>,
  ) {
    this.source = source;
    this.header = header;
    this.start = start;
    this.alignment = alignment;
    this.findings = findings;
    this.names = names;
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
    if (this.end !== undefined) this.end = last?.end ?? 0;
    const cut = this.ranges.filter(({ end }) => end > this.data.size);
    if (cut[0] !== undefined && last !== undefined) {
      findings.add(say.cutTensors(source, cut[0].name, cut.length, (this.start ?? 0) + last.end));
      this.isWhole = false;
    }
  }

  private valueOf(info: TensorInfo): Value {
    const { name, shape, offset, at } = info;
    const unread = (problem: string): Value => {
      this.findings.add(say.brokenTensor(this.source, name, at, problem));
      this.isWhole = false;
      this.end = undefined;
      return { kind: "unread", why: `the tensor ${problem}`, offset: at };
    };
    const scalar = ELEMENT_TYPES.get(info.type);
    const type = BLOCK_TYPES.get(info.type);
    if (scalar === undefined && type === undefined)
      return unread(`has the type ${info.type}, which GGML does not have`);
    const dtype =
      type === undefined
        ? scalarDType(scalar ?? "uint8", this.header.isBigEndian)
        : blockDType(type.name, "float32", type.elements, type.bytes);
    const [perBlock, blockBytes] = type === undefined ? [1, dtype.itemSize] : [type.elements, type.bytes];
    const elements = shape.reduce((product, dim) => product * dim, 1);
    const length = (elements / perBlock) * blockBytes;
    if (!Number.isSafeInteger(elements * dtype.itemSize) || !Number.isSafeInteger(offset + Math.ceil(length)))
      return unread(`has the shape [${shape.join(", ")}], which is more than can be counted`);
    if ((shape.at(-1) ?? 1) % perBlock !== 0)
      return unread(`has rows of ${shape.at(-1) ?? 1} elements, which are no whole blocks of ${perBlock}`);
    if (this.start === undefined) return { kind: "unread", why: "where the tensors begin is not known", offset: at };
    if (offset % this.alignment !== 0) return unread(`begins at ${offset}, which is no multiple of ${this.alignment}`);
    if (length > 0) this.ranges.push({ name, at, start: offset, end: offset + length });
    const { data, header } = this;
    const within = (byte: number): number => Math.min(byte, data.size);
    const tensor: TensorRef =
      type === undefined
        ? { dtype, shape, order: "C", offset, data }
        : {
            dtype,
            shape,
            order: "C",
            offset: 0,
            data: dequantised(slice(data, within(offset), within(offset + length)), type, header.isBigEndian),
          };
    return { kind: "tensor", tensor, className: "tensor", offset: at };
  }
}
