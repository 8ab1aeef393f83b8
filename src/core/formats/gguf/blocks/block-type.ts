import { decodeTable } from "../../../model/float.ts";

/** Reads numbers of one block of a tensor; byte positions count from the block's first byte. */
export interface BlockBytes {
  u8(at: number): number;
  i8(at: number): number;
  u16(at: number): number;
  u32(at: number): number;
  /** A float16. */
  half(at: number): number;
  /** The float16 of a pattern. */
  halfOf(bits: number): number;
  f32(at: number): number;
}

/**
 * How `elements` values share `bytes` bytes. `decode` writes all of a block's values to `out` from `to` on, rounded to
 * float32 after each step as GGML and the gguf package do it. NaN and infinities come out as arithmetic gives them.
 */
export interface BlockType {
  readonly name: string;
  readonly elements: number;
  readonly bytes: number;
  readonly decode: (block: BlockBytes, out: Float32Array, to: number) => void;
}

/** A block after another of the same bytes: `at` is moved by whoever decodes. */
export class BlockReader implements BlockBytes {
  /** Of the block, in the bytes given. */
  at = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly isLittle: boolean;
  private readonly halves: Float64Array = decodeTable("float16");

  constructor(bytes: Uint8Array, isBigEndian: boolean) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.isLittle = !isBigEndian;
  }

  u8(at: number): number {
    return this.bytes[this.at + at] ?? 0;
  }

  i8(at: number): number {
    return ((this.bytes[this.at + at] ?? 0) << 24) >> 24;
  }

  u16(at: number): number {
    return this.view.getUint16(this.at + at, this.isLittle);
  }

  u32(at: number): number {
    return this.view.getUint32(this.at + at, this.isLittle);
  }

  half(at: number): number {
    return this.halfOf(this.u16(at));
  }

  halfOf(bits: number): number {
    return this.halves[bits] ?? 0;
  }

  f32(at: number): number {
    return this.view.getFloat32(this.at + at, this.isLittle);
  }
}
