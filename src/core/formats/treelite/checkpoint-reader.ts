import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";

type ArrayValue = Extract<Value, { kind: "tensor" }>;

/** Bytes read ahead; arrays are passed over. */
const WINDOW = 64 * 1024;

/** Walks over a checkpoint: numbers, and arrays and texts behind their length. */
export class CheckpointReader {
  at = 0;
  private readonly source: ByteSource;
  private window = new Uint8Array(0);
  private start = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  async byte(): Promise<number> {
    return (await this.take(1)).getUint8(0);
  }

  async int(): Promise<number> {
    return (await this.take(4)).getInt32(0, true);
  }

  /** A float32 as what it is nearest to. */
  async float(): Promise<number> {
    return (await this.take(4)).getFloat32(0, true);
  }

  async uint(): Promise<number> {
    return (await this.take(4)).getUint32(0, true);
  }

  async length(): Promise<number> {
    const { at } = this;
    const told = (await this.take(8)).getBigUint64(0, true);
    const length = Number(told);
    if (!Number.isSafeInteger(length)) throw corrupt(`${this.source.name}: ${told} elements at byte ${at}`, at);
    return length;
  }

  async text(): Promise<string> {
    const length = await this.length();
    if (length > WINDOW) throw limitExceeded(`${this.source.name}: bytes of a text`, length, WINDOW, this.at);
    return this.characters(length);
  }

  async characters(length: number): Promise<string> {
    const { buffer, byteOffset } = await this.take(length);
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, length));
  }

  async array(scalar: ScalarName): Promise<ArrayValue> {
    const dtype = scalarDType(scalar);
    const { offset, length } = await this.items(dtype.itemSize);
    const tensor = { dtype, shape: [length], order: "C", offset, data: this.source } as const;
    return { kind: "tensor", tensor, className: "array", offset };
  }

  /** An array of one field of structures of `step` bytes. */
  column(scalar: ScalarName, offset: number, length: number, step: number): ArrayValue {
    const tensor = {
      dtype: scalarDType(scalar),
      shape: [length],
      order: "C",
      strides: [step],
      offset,
      data: this.source,
    } as const;
    return { kind: "tensor", tensor, className: "array", offset };
  }

  /** Passes over an array, and says where its items lie. */
  async items(size: number): Promise<{ readonly offset: number; readonly length: number }> {
    const length = await this.length();
    const offset = this.at;
    const there = this.source.size - offset;
    if (length * size > there) throw truncated(this.source.name, offset, length * size, there);
    this.at += length * size;
    return { offset, length };
  }

  /** Later versions may write more, each field by its name: what it would mean is not known. */
  async noMore(): Promise<void> {
    const { at } = this;
    const count = await this.int();
    if (count !== 0) throw unsupported(`${this.source.name}: ${count} more fields at byte ${at}`, at);
  }

  private async take(length: number): Promise<DataView> {
    const there = this.source.size - this.at;
    if (length > there) throw truncated(this.source.name, this.at, length, there);
    if (this.at < this.start || this.at + length > this.start + this.window.length) {
      this.start = this.at;
      this.window = (await this.source.read(this.at, this.at + Math.min(there, WINDOW))) as Uint8Array<ArrayBuffer>;
    }
    const view = new DataView(this.window.buffer, this.window.byteOffset + this.at - this.start, length);
    this.at += length;
    return view;
  }
}
