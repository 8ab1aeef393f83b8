import { concat } from "./bytes-builder.ts";

/** Objects of a Torch 7 file by hand, in either byte order and with either size of a long. */
export class Torch7 {
  private readonly isLittle: boolean;
  private readonly longBytes: 4 | 8;

  constructor(isLittle = true, longBytes: 4 | 8 = 8) {
    this.isLittle = isLittle;
    this.longBytes = longBytes;
  }

  int(...values: number[]): Uint8Array {
    return this.numbers(4, values, (view, at, value) => view.setInt32(at, value, this.isLittle));
  }

  long(...values: number[]): Uint8Array {
    if (this.longBytes === 4) return this.int(...values);
    return this.numbers(8, values, (view, at, value) => view.setBigInt64(at, BigInt(value), this.isLittle));
  }

  doubles(...values: number[]): Uint8Array {
    return this.numbers(8, values, (view, at, value) => view.setFloat64(at, value, this.isLittle));
  }

  floats(...values: number[]): Uint8Array {
    return this.numbers(4, values, (view, at, value) => view.setFloat32(at, value, this.isLittle));
  }

  nil(): Uint8Array {
    return this.int(0);
  }

  number(value: number): Uint8Array {
    return concat(this.int(1), this.doubles(value));
  }

  bare(text: string): Uint8Array {
    return concat(this.int(text.length), new TextEncoder().encode(text));
  }

  string(text: string): Uint8Array {
    return concat(this.int(2), this.bare(text));
  }

  boolean(value: boolean): Uint8Array {
    return this.int(5, value ? 1 : 0);
  }

  table(index: number, ...entries: readonly (readonly [Uint8Array, Uint8Array])[]): Uint8Array {
    return concat(this.int(3, index, entries.length), ...entries.flat());
  }

  torch(index: number, className: string, ...rest: Uint8Array[]): Uint8Array {
    return concat(this.int(4, index), this.bare("V 1"), this.bare(className), ...rest);
  }

  storage(index: number, className: string, count: number, elements: Uint8Array): Uint8Array {
    return this.torch(index, className, this.long(count), elements);
  }

  tensor(
    index: number,
    className: string,
    view: { readonly shape: readonly number[]; readonly strides: readonly number[]; readonly offset: number },
    storage: Uint8Array,
  ): Uint8Array {
    const { shape, strides, offset } = view;
    const place = [this.int(shape.length), this.long(...shape), this.long(...strides), this.long(offset)];
    return this.torch(index, className, ...place, storage);
  }

  private numbers(
    width: number,
    values: readonly number[],
    write: (view: DataView, at: number, value: number) => void,
  ): Uint8Array {
    const bytes = new Uint8Array(width * values.length);
    const view = new DataView(bytes.buffer);
    for (const [k, value] of values.entries()) write(view, k * width, value);
    return bytes;
  }
}
