/**
 * A FlatBuffers file by hand, laid out from the front: a table is its vtable, its fields, then what they refer to. Sizes
 * are not the smallest, every rule of the format is kept: alignment, offsets forward.
 */
export type Field =
  | { readonly kind: "scalar"; readonly bytes: 1 | 2 | 4 | 8; readonly value: number | bigint; readonly isFloat?: true }
  | { readonly kind: "ref"; readonly value: Ref };

export type Ref =
  | { readonly kind: "table"; readonly fields: readonly (Field | undefined)[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly count: number; readonly align: number }
  | { readonly kind: "refs"; readonly items: readonly Ref[] };

export const u8 = (value: number): Field => ({ kind: "scalar", bytes: 1, value });
export const u16 = (value: number): Field => ({ kind: "scalar", bytes: 2, value });
export const i32 = (value: number): Field => ({ kind: "scalar", bytes: 4, value });
export const u64 = (value: number | bigint): Field => ({ kind: "scalar", bytes: 8, value: BigInt(value) });
export const f32 = (value: number): Field => ({ kind: "scalar", bytes: 4, value, isFloat: true });
export const ref = (value: Ref): Field => ({ kind: "ref", value });
export const table = (...fields: readonly (Field | undefined)[]): Ref => ({ kind: "table", fields });
export const text = (value: string): Field => ref({ kind: "text", text: value });
export const tables = (...items: readonly Ref[]): Field => ref({ kind: "refs", items });
export const packed = (value: Uint8Array, itemBytes = 1, align = 16): Field =>
  ref({ kind: "bytes", bytes: value, count: value.length / itemBytes, align });
export const ints = (...values: readonly number[]): Field =>
  packed(new Uint8Array(Int32Array.from(values).buffer), 4, 4);
export const longs = (...values: readonly bigint[]): Field =>
  packed(new Uint8Array(BigInt64Array.from(values).buffer), 8, 8);
export const floats = (...values: readonly number[]): Field =>
  packed(new Uint8Array(Float32Array.from(values).buffer), 4, 4);

export function flatbuffer(identifier: string, root: Ref): Uint8Array {
  const out = new Output();
  out.place(4);
  for (const letter of identifier) out.number(letter.charCodeAt(0), 1);
  out.refer(0, put(out, root));
  return out.bytes();
}

function put(out: Output, value: Ref): number {
  if (value.kind === "table") return putTable(out, value.fields);
  if (value.kind === "text") {
    const encoded = new TextEncoder().encode(value.text);
    out.align(4);
    const at = out.number(encoded.length, 4);
    for (const byte of [...encoded, 0]) out.number(byte, 1);
    return at;
  }
  if (value.kind === "bytes") {
    out.align(4);
    while ((out.length + 4) % value.align !== 0) out.number(0, 1);
    const at = out.number(value.count, 4);
    for (const byte of value.bytes) out.number(byte, 1);
    return at;
  }
  out.align(4);
  const at = out.number(value.items.length, 4);
  const places = value.items.map(() => out.place(4));
  for (const [index, item] of value.items.entries()) out.refer(places[index] ?? 0, put(out, item));
  return at;
}

function putTable(out: Output, fields: readonly (Field | undefined)[]): number {
  out.align(8);
  const vtable = out.length;
  const entries = fields.map(() => 0);
  const vtableBytes = 4 + 2 * fields.length;
  for (let i = 0; i < vtableBytes; i++) out.number(0, 1);
  out.align(8);
  const at = out.number(0, 4);
  out.set(at, at - vtable, 4);
  const places: [number, Ref][] = [];
  for (const [index, field] of fields.entries()) {
    if (field === undefined) continue;
    const bytes = field.kind === "scalar" ? field.bytes : 4;
    out.align(bytes);
    entries[index] = out.length - at;
    if (field.kind === "ref") places.push([out.place(4), field.value]);
    else if (field.isFloat === true) out.set(out.place(4), floatBits(Number(field.value)), 4);
    else out.number(field.value, bytes);
  }
  out.set(vtable, vtableBytes, 2);
  out.set(vtable + 2, out.length - at, 2);
  for (const [index, entry] of entries.entries()) out.set(vtable + 4 + 2 * index, entry, 2);
  for (const [place, value] of places) out.refer(place, put(out, value));
  return at;
}

function floatBits(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

class Output {
  private readonly content: number[] = [];

  get length(): number {
    return this.content.length;
  }

  align(to: number): void {
    while (this.content.length % to !== 0) this.content.push(0);
  }

  place(bytes: number): number {
    return this.number(0, bytes);
  }

  number(value: number | bigint, bytes: number): number {
    const at = this.content.length;
    for (let i = 0; i < bytes; i++) this.content.push(0);
    this.set(at, value, bytes);
    return at;
  }

  set(at: number, value: number | bigint, bytes: number): void {
    for (let i = 0; i < bytes; i++) this.content[at + i] = Number((BigInt(value) >> BigInt(8 * i)) & 255n);
  }

  refer(at: number, target: number): void {
    this.set(at, target - at, 4);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.content);
  }
}
