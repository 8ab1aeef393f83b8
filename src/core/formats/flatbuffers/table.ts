import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";

// A table holds its fields in line; scalars are there, everything else is an offset forward from where it stands:
//
//   0      4
//   +------+--------+
//   | u32  | "TFL3" | ...        the root table, 4 bytes that name the schema
//   +------+--------+
//   table:  i32 back to its vtable, fields          vtable: u16 its bytes, u16 the table's bytes, u16 where field i is
//   vector: u32 count, elements                     string: a vector of UTF-8 and a zero byte
//
// https://flatbuffers.dev/internals/

const UTF8 = new TextDecoder();

/** What reading one table costs us at least: files may refer to the same bytes as often as they like. */
const TABLE_COST = 64;
const ROOM = 64 * 1024;

/** Elements of a vector, checked to lie in the file. */
export interface Vector {
  /** Byte of the first element. */
  readonly start: number;
  readonly count: number;
}

/**
 * Bounds-checked access to a FlatBuffers file, without a schema and without reading it whole. Offsets lead forward only,
 * so nothing can lead back to itself; what is read altogether is bounded by a small multiple of the file, so that bytes
 * which are referred to a million times are not a million objects.
 */
export class Flatbuffer {
  readonly source: ByteSource;
  private spent = 0;
  private readonly texts = new Map<number, string>();

  constructor(source: ByteSource) {
    this.source = source;
  }

  /** The root table; `at` is where its offset stands: 4 in a file whose size is put before it. */
  async root(at = 0): Promise<Table> {
    return this.table(at + (await this.u32(at)));
  }

  /** The table at a byte position. */
  async table(at: number): Promise<Table> {
    this.spend(TABLE_COST, at);
    const back = (await this.view(at, 4)).getInt32(0, true);
    const vtableAt = at - back;
    const sizes = await this.view(vtableAt, 4);
    const [vtableBytes, tableBytes] = [sizes.getUint16(0, true), sizes.getUint16(2, true)];
    if (vtableBytes < 4 || vtableBytes % 2 !== 0 || tableBytes < 4)
      throw corrupt(
        `${this.source.name}: the table at byte ${at} says it has ${tableBytes} bytes, its vtable ${vtableBytes}`,
        at,
      );
    this.spend(vtableBytes + tableBytes, at);
    return new Table(this, at, await this.view(at, tableBytes), await this.view(vtableAt, vtableBytes));
  }

  /** A vector of elements of `itemBytes` each. */
  async vector(at: number, itemBytes: number): Promise<Vector> {
    const count = await this.u32(at);
    const start = at + 4;
    if (count * itemBytes > this.source.size - start)
      throw truncated(`${this.source.name}: a vector`, start, count * itemBytes, this.source.size - start);
    return { start, count };
  }

  async text(at: number): Promise<string> {
    const known = this.texts.get(at);
    if (known !== undefined) return known;
    const { start, count } = await this.vector(at, 1);
    this.spend(count, at);
    const text = UTF8.decode(await this.source.read(start, start + count));
    this.texts.set(at, text);
    return text;
  }

  /** The elements of a vector as bytes in memory. */
  async bytes({ start, count }: Vector, itemBytes: number): Promise<DataView> {
    this.spend(count * itemBytes, start);
    return this.view(start, count * itemBytes);
  }

  /** The tables that a vector of offsets leads to, one at a time. */
  async *tables({ start, count }: Vector): AsyncGenerator<Table> {
    for (let index = 0; index < count; index++) yield await this.table(await this.follow(start + index * 4));
  }

  /** The texts that a vector of offsets leads to. */
  async textsOf({ start, count }: Vector): Promise<string[]> {
    this.spend(count * TABLE_COST, start);
    const texts: string[] = [];
    for (let index = 0; index < count; index++) texts.push(await this.text(await this.follow(start + index * 4)));
    return texts;
  }

  /** Where the offset at a byte position leads to. */
  async follow(at: number): Promise<number> {
    return this.target(at, await this.u32(at));
  }

  target(at: number, offset: number): number {
    if (offset === 0) throw corrupt(`${this.source.name}: the offset at byte ${at} leads to itself`, at);
    return at + offset;
  }

  private async u32(at: number): Promise<number> {
    return (await this.view(at, 4)).getUint32(0, true);
  }

  private async view(at: number, length: number): Promise<DataView> {
    const { size, name } = this.source;
    if (at < 0 || at + length > size) throw truncated(name, at, length, size - Math.max(0, at));
    const bytes = await this.source.read(at, at + length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private spend(bytes: number, at: number): void {
    this.spent += bytes;
    const allowed = this.source.size * 4 + ROOM;
    if (this.spent > allowed)
      throw limitExceeded(`${this.source.name}: bytes referred to again and again`, this.spent, allowed, at);
  }
}

/** One table: scalars by field number, with the schema's default where the field is not there. */
export class Table {
  readonly at: number;
  readonly buffer: Flatbuffer;
  private readonly view: DataView;
  private readonly vtable: DataView;

  constructor(buffer: Flatbuffer, at: number, view: DataView, vtable: DataView) {
    this.buffer = buffer;
    this.at = at;
    this.view = view;
    this.vtable = vtable;
  }

  has(field: number): boolean {
    return this.place(field, 1) !== undefined;
  }

  u8(field: number, otherwise = 0): number {
    const at = this.place(field, 1);
    return at === undefined ? otherwise : this.view.getUint8(at);
  }

  i8(field: number, otherwise = 0): number {
    const at = this.place(field, 1);
    return at === undefined ? otherwise : this.view.getInt8(at);
  }

  bool(field: number): boolean {
    return this.u8(field) !== 0;
  }

  u16(field: number, otherwise = 0): number {
    const at = this.place(field, 2);
    return at === undefined ? otherwise : this.view.getUint16(at, true);
  }

  i16(field: number, otherwise = 0): number {
    const at = this.place(field, 2);
    return at === undefined ? otherwise : this.view.getInt16(at, true);
  }

  u32(field: number, otherwise = 0): number {
    const at = this.place(field, 4);
    return at === undefined ? otherwise : this.view.getUint32(at, true);
  }

  i32(field: number, otherwise = 0): number {
    const at = this.place(field, 4);
    return at === undefined ? otherwise : this.view.getInt32(at, true);
  }

  u64(field: number, otherwise = 0n): bigint {
    const at = this.place(field, 8);
    return at === undefined ? otherwise : this.view.getBigUint64(at, true);
  }

  i64(field: number, otherwise = 0n): bigint {
    const at = this.place(field, 8);
    return at === undefined ? otherwise : this.view.getBigInt64(at, true);
  }

  f32(field: number, otherwise = 0): number {
    const at = this.place(field, 4);
    return at === undefined ? otherwise : this.view.getFloat32(at, true);
  }

  f64(field: number, otherwise = 0): number {
    const at = this.place(field, 8);
    return at === undefined ? otherwise : this.view.getFloat64(at, true);
  }

  async table(field: number): Promise<Table | undefined> {
    const target = this.target(field);
    return target === undefined ? undefined : this.buffer.table(target);
  }

  async text(field: number): Promise<string | undefined> {
    const target = this.target(field);
    return target === undefined ? undefined : this.buffer.text(target);
  }

  async vector(field: number, itemBytes: number): Promise<Vector | undefined> {
    const target = this.target(field);
    return target === undefined ? undefined : this.buffer.vector(target, itemBytes);
  }

  /** The tables of a vector; none where the field is not there. */
  async *tables(field: number): AsyncGenerator<Table> {
    const vector = await this.vector(field, 4);
    if (vector !== undefined) yield* this.buffer.tables(vector);
  }

  async texts(field: number): Promise<string[]> {
    const vector = await this.vector(field, 4);
    return vector === undefined ? [] : this.buffer.textsOf(vector);
  }

  /** A vector of i32 as numbers. */
  async integers(field: number): Promise<number[]> {
    const vector = await this.vector(field, 4);
    if (vector === undefined) return [];
    const view = await this.buffer.bytes(vector, 4);
    return Array.from({ length: vector.count }, (_, index) => view.getInt32(index * 4, true));
  }

  /** A vector of f32. */
  async floats(field: number): Promise<number[]> {
    const vector = await this.vector(field, 4);
    if (vector === undefined) return [];
    const view = await this.buffer.bytes(vector, 4);
    return Array.from({ length: vector.count }, (_, index) => view.getFloat32(index * 4, true));
  }

  /** A vector of i64. */
  async longs(field: number): Promise<bigint[]> {
    const vector = await this.vector(field, 8);
    if (vector === undefined) return [];
    const view = await this.buffer.bytes(vector, 8);
    return Array.from({ length: vector.count }, (_, index) => view.getBigInt64(index * 8, true));
  }

  /** Byte position of a struct that lies in the table itself. */
  structAt(field: number, bytes: number): number | undefined {
    const at = this.place(field, bytes);
    return at === undefined ? undefined : this.at + at;
  }

  private target(field: number): number | undefined {
    const at = this.place(field, 4);
    return at === undefined ? undefined : this.buffer.target(this.at + at, this.view.getUint32(at, true));
  }

  /** Where a field lies in the table; undefined where the table does not have it. */
  private place(field: number, bytes: number): number | undefined {
    const entry = 4 + field * 2;
    if (entry + 2 > this.vtable.byteLength) return undefined;
    const at = this.vtable.getUint16(entry, true);
    if (at === 0) return undefined;
    if (at + bytes > this.view.byteLength)
      throw corrupt(
        `${this.buffer.source.name}: field ${field} of the table at byte ${this.at} lies behind the table's end`,
        this.at,
      );
    return at;
  }
}
