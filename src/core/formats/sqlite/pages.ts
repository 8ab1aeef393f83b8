import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Value } from "../../model/value.ts";
import { fromBytes } from "../../bytes/source.ts";
import type { Work } from "../../work.ts";

/** A row of a table: its number, and its columns as stored. */
export interface Row {
  readonly id: bigint;
  readonly cells: readonly Value[];
}

/** Types of pages: of trees of rows by number, and of trees of records, which tables WITHOUT ROWID and indices are. */
const TREES = { rows: { leaf: 13, interior: 5 }, records: { leaf: 10, interior: 2 } } as const;
type Tree = keyof typeof TREES;
/** As deep as a b-tree of 2^32 pages can be, and more. */
const DEPTH = 40;
/** A page is of one table, and a record has bytes of its own: what is read comes to no more than the file. */
const TWICE = 2;

/** Pages of a database file, read when they are needed; nothing is written or locked. */
export class Pages {
  readonly size: number;
  private readonly source: ByteSource;
  private readonly work: Work;
  /** Bytes of a page that may be used. */
  private readonly usable: number;
  private readonly text: TextDecoder;
  private cells = 0;
  private walked = 0;
  private payloads = 0;

  /** Throws when the header is none. */
  constructor(source: ByteSource, header: Uint8Array, work: Work) {
    const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
    if (header.length < 100) throw truncated(`${source.name}: SQLite header`, 0, 100, header.length);
    const size = view.getUint16(16);
    this.size = size === 1 ? 65536 : size;
    if (this.size < 512 || (this.size & (this.size - 1)) !== 0)
      throw corrupt(`${source.name}: a page size of ${this.size} at byte 16`, 16);
    this.usable = this.size - (header[20] ?? 0);
    if (this.usable < 480) throw corrupt(`${source.name}: pages of ${this.usable} usable bytes`, 20);
    const encoding = view.getUint32(56);
    if (encoding > 3) throw unsupported(`${source.name}: text encoding ${encoding} at byte 56`, 56);
    this.text = new TextDecoder(encoding === 2 ? "utf-16le" : encoding === 3 ? "utf-16be" : "utf-8");
    this.source = source;
    this.work = work;
  }

  /** Rows of the table whose tree begins at a page, in order. Throws where the tree is damaged: what came before is right. */
  async *rows(root: number): AsyncGenerator<Row> {
    yield* this.walk(root, "rows", new Set<number>(), 0);
  }

  /** Records of a table without row numbers, in the order of their keys. Throws as `rows` does. */
  async *records(root: number): AsyncGenerator<Row> {
    yield* this.walk(root, "records", new Set<number>(), 0);
  }

  private async *walk(number: number, tree: Tree, seen: Set<number>, depth: number): AsyncGenerator<Row> {
    await this.work.checkpoint();
    const at = (number - 1) * this.size;
    if (seen.has(number) || depth > DEPTH)
      throw corrupt(`${this.source.name}: page ${number} is in one table twice`, at);
    seen.add(number);
    this.walked += 1;
    if (this.walked * this.size > TWICE * this.source.size)
      throw corrupt(`${this.source.name}: page ${number} is in several tables`, at);
    const page = await this.page(number);
    const start = number === 1 ? 100 : 0;
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    const type = page[start];
    const { leaf, interior } = TREES[tree];
    if (type !== leaf && type !== interior)
      throw corrupt(`${this.source.name}: page ${number} is of type ${type}, where a page of a table should be`, at);
    const count = view.getUint16(start + 3);
    const pointers = start + (type === leaf ? 8 : 12);
    if (pointers + count * 2 > this.usable) throw corrupt(`${this.source.name}: page ${number} has ${count} cells`, at);
    for (let i = 0; i < count; i++) {
      const cell = view.getUint16(pointers + i * 2);
      if (cell + 4 > this.usable) throw corrupt(`${this.source.name}: a cell of page ${number} is outside of it`, at);
      if (type === interior) yield* this.walk(view.getUint32(cell), tree, seen, depth + 1);
      // What parts two pages of records is a record itself.
      if (tree === "records") yield await this.keyed(page, type === interior ? cell + 4 : cell, number);
      else if (type === leaf) yield await this.row(page, cell, number);
    }
    if (type === interior) yield* this.walk(view.getUint32(start + 8), tree, seen, depth + 1);
  }

  private async page(number: number): Promise<Uint8Array> {
    const start = (number - 1) * this.size;
    if (number < 1 || start >= this.source.size)
      throw truncated(`${this.source.name}: page ${number}`, Math.max(0, start), this.size, this.source.size - start);
    if (start + this.size > this.source.size)
      throw truncated(`${this.source.name}: page ${number}`, start, this.size, this.source.size - start);
    return this.source.read(start, start + this.size);
  }

  private async row(page: Uint8Array, at: number, number: number): Promise<Row> {
    const length = this.varint(page, at, number);
    const id = this.varint(page, length.end, number);
    const payload = await this.payload(page, id.end, Number(length.value), number, this.usable - 35);
    return { id: BigInt.asIntN(64, id.value), cells: this.record(payload, number) };
  }

  private async keyed(page: Uint8Array, at: number, number: number): Promise<Row> {
    const length = this.varint(page, at, number);
    const most = Math.floor(((this.usable - 12) * 64) / 255) - 23;
    const payload = await this.payload(page, length.end, Number(length.value), number, most);
    return { id: 0n, cells: this.record(payload, number) };
  }

  /** A record's bytes, gathered over its overflow pages. `most`: how many are on the page itself. */
  private async payload(
    page: Uint8Array,
    at: number,
    length: number,
    number: number,
    most: number,
  ): Promise<Uint8Array> {
    const place = (number - 1) * this.size + at;
    if (length > this.source.size)
      throw corrupt(`${this.source.name}: a record of ${length} bytes on page ${number}`, place);
    const least = Math.floor(((this.usable - 12) * 32) / 255) - 23;
    const kept = least + ((length - least) % (this.usable - 4));
    const local = length <= most ? length : kept <= most ? kept : least;
    if (at + local + (local < length ? 4 : 0) > page.length)
      throw corrupt(`${this.source.name}: a record on page ${number} goes on behind it`, place);
    this.payloads += length;
    if (this.payloads > TWICE * this.source.size)
      throw corrupt(`${this.source.name}: bytes of a record on page ${number} are those of others too`, place);
    if (local === length) return page.subarray(at, at + length);
    const out = new Uint8Array(length);
    out.set(page.subarray(at, at + local));
    let next = new DataView(page.buffer, page.byteOffset + at + local, 4).getUint32(0);
    // A chain has as many pages as the length needs: it cannot go round.
    for (let done = local; done < length; ) {
      const more = await this.page(next);
      const take = Math.min(this.usable - 4, length - done);
      out.set(more.subarray(4, 4 + take), done);
      done += take;
      next = new DataView(more.buffer, more.byteOffset, 4).getUint32(0);
    }
    return out;
  }

  private record(bytes: Uint8Array, number: number): Value[] {
    const place = (number - 1) * this.size;
    const header = this.varint(bytes, 0, number);
    const end = Number(header.value);
    if (end > bytes.length)
      throw corrupt(`${this.source.name}: the header of a record on page ${number} is ${end} bytes`, place);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const values: Value[] = [];
    let at = end;
    for (let type = header.end; type < end; ) {
      const code = this.varint(bytes, type, number);
      type = code.end;
      this.cells += 1;
      if (this.cells > LIMITS.sqliteValues)
        throw limitExceeded(`${this.source.name}: values`, this.cells, LIMITS.sqliteValues, place);
      const kind = Number(code.value);
      const size = kind >= 12 ? Math.floor((kind - 12) / 2) : (SIZES[kind] ?? -1);
      if (size < 0 || at + size > bytes.length)
        throw corrupt(`${this.source.name}: a value of type ${kind} in a record on page ${number}`, place);
      values.push(this.cell(kind, bytes, view, at, size));
      at += size;
    }
    return values;
  }

  private cell(kind: number, bytes: Uint8Array, view: DataView, at: number, size: number): Value {
    if (kind === 0) return null;
    if (kind === 7) return view.getFloat64(at);
    if (kind === 8 || kind === 9) return BigInt(kind - 8);
    if (kind < 7) {
      let value = 0n;
      for (let i = 0; i < size; i++) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
      return BigInt.asIntN(size * 8, value);
    }
    const content = bytes.subarray(at, at + size);
    if (kind % 2 === 1) return this.text.decode(content);
    return { kind: "bytes", type: "bytes", data: fromBytes(content.slice(), `blob of ${this.source.name}`) };
  }

  /** Seven bits a byte, the first ones first; the ninth byte has eight. */
  private varint(bytes: Uint8Array, at: number, number: number): { readonly value: bigint; readonly end: number } {
    let value = 0n;
    for (let i = 0; i < 9; i++) {
      const byte = bytes[at + i];
      if (byte === undefined)
        throw corrupt(`${this.source.name}: a number ends behind page ${number}`, (number - 1) * this.size);
      if (i === 8) return { value: (value << 8n) | BigInt(byte), end: at + 9 };
      value = (value << 7n) | BigInt(byte & 0x7f);
      if (byte < 0x80) return { value, end: at + i + 1 };
    }
    return { value, end: at + 9 };
  }
}

/** Bytes of a value by its type number. */
const SIZES: readonly number[] = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];
