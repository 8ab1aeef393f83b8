import { concat } from "./bytes-builder.ts";

export interface GgufTensor {
  readonly name: string;
  /** Fastest dimension first, as in the file. */
  readonly dims: readonly (number | bigint)[];
  readonly type: number;
  /** Where it is said to begin; behind the tensor before it unless told. */
  readonly offset?: number | bigint;
  readonly data: Uint8Array;
}

export interface GgufParts {
  readonly version?: number;
  readonly isBigEndian?: boolean;
  /** Key, type number, and the bytes of the value. */
  readonly metadata?: readonly (readonly [string, number, Uint8Array])[];
  readonly tensors?: readonly GgufTensor[];
  readonly counts?: { readonly tensors?: bigint; readonly metadata?: bigint };
  readonly alignment?: number;
}

/** A GGUF file by hand, in either byte order. */
export class Gguf {
  private readonly isLittle: boolean;

  constructor(isBigEndian = false) {
    this.isLittle = !isBigEndian;
  }

  u32(value: number): Uint8Array {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, this.isLittle);
    return bytes;
  }

  u64(value: number | bigint): Uint8Array {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(value), this.isLittle);
    return bytes;
  }

  f32(...values: number[]): Uint8Array {
    const bytes = new Uint8Array(4 * values.length);
    const view = new DataView(bytes.buffer);
    for (const [index, value] of values.entries()) view.setFloat32(4 * index, value, this.isLittle);
    return bytes;
  }

  text(text: string): Uint8Array {
    const bytes = new TextEncoder().encode(text);
    return concat(this.u64(bytes.length), bytes);
  }

  array(type: number, count: number | bigint, ...items: Uint8Array[]): Uint8Array {
    return concat(this.u32(type), this.u64(count), ...items);
  }
}

export function gguf(parts: GgufParts = {}): Uint8Array {
  const { version = 3, isBigEndian = false, metadata = [], tensors = [], counts = {}, alignment = 32 } = parts;
  const make = new Gguf(isBigEndian);
  let at = 0;
  const offsets = tensors.map(({ data }) => {
    const offset = at;
    at = Math.ceil((at + data.length) / alignment) * alignment;
    return offset;
  });
  const header = concat(
    new TextEncoder().encode("GGUF"),
    make.u32(version),
    make.u64(counts.tensors ?? tensors.length),
    make.u64(counts.metadata ?? metadata.length),
    ...metadata.flatMap(([key, type, value]) => [make.text(key), make.u32(type), value]),
    ...tensors.flatMap(({ name, dims, type, offset }, index) => [
      make.text(name),
      make.u32(dims.length),
      ...dims.map((dim) => make.u64(dim)),
      make.u32(type),
      make.u64(offset ?? offsets[index] ?? 0),
    ]),
  );
  const padded = (bytes: Uint8Array): Uint8Array =>
    concat(bytes, new Uint8Array(Math.ceil(bytes.length / alignment) * alignment - bytes.length));
  return concat(padded(header), ...tensors.map(({ data }) => padded(data)));
}
