import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { PackedInput } from "../../codecs/input.ts";
import { decodeLz4 } from "../../codecs/lz4/decode.ts";
import { decodeZstd } from "../../codecs/zstd/decode.ts";
import { corrupt, unsupported } from "../../errors.ts";
import { Flatbuffer, type Table } from "../../formats/flatbuffers/table.ts";
import type { Work } from "../../work.ts";
import { takeRoom } from "./room.ts";
import { type ArrowArray, type ArrowField, type ArrowType, fixed, NESTING, timeType } from "./types.ts";

//   +-------------+------------+-------------------------+------+     +-------------+---+
//   | ff ff ff ff | i32 length | flatbuffer: Message     | body | ... | ff ff ff ff | 0 |     a schema, dictionaries, batches
//   +-------------+------------+-------------------------+------+     +-------------+---+
//   https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format

/** The columns of a stream, each with a chunk for every batch. */
export interface StreamColumn {
  readonly name: string;
  readonly chunks: readonly ArrowArray[];
}

interface Field extends ArrowField {
  /** Of a dictionary: which one its values are in. */
  readonly id?: bigint;
  readonly children: readonly Field[];
}

/** Columns of one table, and tables in one file: nothing real goes near them. */
const COLUMNS = 100_000;
const MESSAGES = 100_000;

const SCHEMA = 1;
const DICTIONARY_BATCH = 2;
const RECORD_BATCH = 3;

/** Throws for what is no stream, is cut, or is of a kind that is not read. */
export async function streamColumns(source: ByteSource, work: Work, place: number): Promise<readonly StreamColumn[]> {
  let fields: readonly Field[] | undefined;
  const columns: ArrowArray[][] = [];
  const dictionaries = new Map<bigint, ArrowArray>();
  let at = 0;
  for (let count = 0; at < source.size; count++) {
    await work.checkpoint();
    if (count > MESSAGES) throw unsupported("an Arrow stream of too many messages");
    const message = await messageAt(source, at);
    if (message === undefined) break;
    const { kind, header, body, end } = message;
    at = end;
    if (kind === SCHEMA && fields === undefined) {
      fields = await fieldsOf(header);
      for (const _ of fields) columns.push([]);
      continue;
    }
    if (fields === undefined) throw corrupt("an Arrow stream without a schema at its start");
    if (kind === RECORD_BATCH) {
      const batch = await Batch.read(header, body, { work, place, dictionaries });
      for (const [i, field] of fields.entries()) columns[i]?.push(await batch.array(field, field.type));
    } else if (kind === DICTIONARY_BATCH) {
      const id = header.i64(0);
      const data = await header.table(1);
      const field = fieldOf(fields, id);
      if (data === undefined || field?.type.kind !== "dictionary") throw corrupt("an Arrow dictionary without values");
      // Values that are put behind those of an earlier message: not written by what pickles.
      if (header.bool(2) && dictionaries.has(id)) throw unsupported("an Arrow dictionary in parts");
      const batch = await Batch.read(data, body, { work, place, dictionaries });
      dictionaries.set(id, await batch.array(field, field.type.item));
    }
  }
  if (fields === undefined) throw corrupt("an Arrow stream without a schema");
  return fields.map(({ name }, i) => ({ name, chunks: columns[i] ?? [] }));
}

interface Message {
  readonly kind: number;
  readonly header: Table;
  readonly body: ByteSource;
  readonly end: number;
}

/** Undefined at the end of the stream. */
async function messageAt(source: ByteSource, start: number): Promise<Message | undefined> {
  const head = await source.read(start, Math.min(start + 8, source.size));
  if (head.length < 8) throw corrupt("an Arrow stream that ends in a message");
  const view = new DataView(head.buffer, head.byteOffset, 8);
  if (view.getUint32(0, true) !== 0xffffffff) throw corrupt("no Arrow message where one should be");
  const length = view.getInt32(4, true);
  if (length === 0) return undefined;
  const from = start + 8;
  if (length < 0 || from + length > source.size) throw corrupt("an Arrow message that is cut");
  const table = await new Flatbuffer(slice(source, from, from + length)).root();
  const size = Number(table.i64(3));
  const end = from + length + size;
  const header = await table.table(2);
  if (header === undefined || size < 0 || end > source.size) throw corrupt("an Arrow message that is cut");
  return { kind: table.u8(1), header, body: slice(source, from + length, end), end };
}

async function fieldsOf(schema: Table): Promise<readonly Field[]> {
  if (schema.i16(0) !== 0) throw unsupported("an Arrow stream with bytes in the other order");
  const fields: Field[] = [];
  for await (const table of schema.tables(1)) {
    if (fields.length >= COLUMNS) throw unsupported("an Arrow table of too many columns");
    fields.push(await fieldOfTable(table, 0));
  }
  return fields;
}

async function fieldOfTable(table: Table, depth: number): Promise<Field> {
  if (depth > NESTING) throw unsupported("Arrow lists in too many lists");
  const children: Field[] = [];
  for await (const child of table.tables(5)) children.push(await fieldOfTable(child, depth + 1));
  const name = (await table.text(0)) ?? "";
  const item = typeOf(table.u8(2), await table.table(3), children, await zoneOf(table));
  if (item === undefined) throw unsupported("an Arrow type that is not read");
  const encoding = await table.table(4);
  if (encoding === undefined) return { name, type: item, children };
  const given = await encoding.table(1);
  const index = given === undefined ? fixed("int32") : integerType(given);
  return {
    name,
    type: { kind: "dictionary", index, item, isOrdered: encoding.bool(2) },
    id: encoding.i64(0),
    children,
  };
}

const TIMESTAMP = 10;

async function zoneOf(table: Table): Promise<string | undefined> {
  return table.u8(2) === TIMESTAMP ? (await table.table(3))?.text(1) : undefined;
}

function fieldOf(fields: readonly Field[], id: bigint): Field | undefined {
  for (const field of fields) {
    const found = field.id === id ? field : fieldOf(field.children, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

const UNITS = ["s", "ms", "us", "ns"] as const;

function integerType(table: Table): ArrowType {
  const name = `${table.bool(1) ? "" : "u"}int${table.i32(0)}`;
  if (!/^u?int(?:8|16|32|64)$/.test(name)) throw corrupt("an Arrow number of no known width");
  return fixed(name as "int64");
}

/** By the number that `Schema.fbs` gives each kind of type. */
function typeOf(
  kind: number,
  table: Table | undefined,
  children: readonly Field[],
  zone?: string,
): ArrowType | undefined {
  if (table === undefined) return undefined;
  const unit = (otherwise: number): string => UNITS[table.i16(0, otherwise)] ?? "generic";
  const [child] = children;
  switch (kind) {
    case 1:
      return { kind: "null" };
    case 2:
      return integerType(table);
    case 3:
      return fixed((["float16", "float32", "float64"] as const)[table.i16(0)] ?? "float64");
    case 4:
    case 5:
    case 19:
    case 20:
      return { kind: "bytes", isText: kind === 5 || kind === 20, isWide: kind > 5 };
    case 6:
      return { kind: "bool" };
    case 7: {
      const [bits, scale] = [table.i32(2, 128), table.i32(1)];
      return [32, 64, 128, 256].includes(bits) && Math.abs(scale) <= 76
        ? { kind: "decimal", size: bits / 8, scale }
        : undefined;
    }
    case 8:
      return table.i16(0, 1) === 0 ? timeType("M", "D", true) : timeType("M", "ms", false);
    case 9:
      return timeType("m", unit(1), table.i32(1, 32) === 32);
    case TIMESTAMP:
      return timeType("M", unit(0), false, zone);
    case 12:
    case 21:
      return child && { kind: "list", isWide: kind === 21, item: child.type };
    case 13:
      return { kind: "struct", fields: children };
    case 15:
      return table.i32(0) < 0 ? undefined : { kind: "fixed-bytes", size: table.i32(0) };
    case 16:
      return table.i32(0) < 0 ? undefined : child && { kind: "fixed-list", size: table.i32(0), item: child.type };
    case 18:
      return timeType("m", unit(1), false);
    case 23:
    case 24:
      return { kind: "view", isText: kind === 24 };
    default:
      return undefined;
  }
}

interface Around {
  readonly work: Work;
  readonly place: number;
  readonly dictionaries: ReadonlyMap<bigint, ArrowArray>;
}

/** Arrays of a batch in the order of its schema: each takes the next of the nodes, and the next of the buffers. */
class Batch {
  private node = 0;
  private buffer = 0;
  private variadic = 0;
  private readonly nodes: DataView;
  private readonly buffers: DataView;
  private readonly counts: readonly bigint[];
  private readonly codec: number | undefined;
  private readonly body: ByteSource;
  private readonly around: Around;

  private constructor(
    nodes: DataView,
    buffers: DataView,
    counts: readonly bigint[],
    codec: number | undefined,
    body: ByteSource,
    around: Around,
  ) {
    this.nodes = nodes;
    this.buffers = buffers;
    this.counts = counts;
    this.codec = codec;
    this.body = body;
    this.around = around;
  }

  static async read(table: Table, body: ByteSource, around: Around): Promise<Batch> {
    const structs = async (field: number): Promise<DataView> => {
      const vector = await table.vector(field, 16);
      return vector === undefined ? new DataView(new ArrayBuffer(0)) : table.buffer.bytes(vector, 16);
    };
    const compression = await table.table(3);
    return new Batch(await structs(1), await structs(2), await table.longs(4), compression?.i8(0), body, around);
  }

  async array(field: Field, type: ArrowType): Promise<ArrowArray> {
    const at = this.node++ * 16;
    if (at + 16 > this.nodes.byteLength) throw corrupt("an Arrow batch of too few arrays");
    const [length, nulls] = [Number(this.nodes.getBigInt64(at, true)), this.nodes.getBigInt64(at + 8, true)];
    if (length < 0 || length > 2 ** 40) throw corrupt("an Arrow array of no length");
    const buffers: (ByteSource | undefined)[] = [];
    for (let left = this.buffersOf(type); left > 0; left--) buffers.push(await this.next());
    const isDictionary = type.kind === "dictionary";
    const children: ArrowArray[] = [];
    if (!isDictionary) for (const child of field.children) children.push(await this.array(child, child.type));
    const dictionary = field.id === undefined || !isDictionary ? undefined : this.around.dictionaries.get(field.id);
    if (isDictionary && dictionary === undefined) throw corrupt("an Arrow column whose dictionary is not there");
    return {
      type,
      length,
      offset: 0,
      hasNulls: nulls !== 0n,
      buffers,
      children,
      ...(dictionary && { dictionary }),
      place: this.around.place,
    };
  }

  private buffersOf({ kind }: ArrowType): number {
    if (kind === "null") return 0;
    if (kind === "struct" || kind === "fixed-list") return 1;
    if (kind === "bytes") return 3;
    if (kind !== "view") return 2;
    const more = Number(this.counts[this.variadic++] ?? 0n);
    if (more < 0 || more > this.buffers.byteLength) throw corrupt("an Arrow batch of too few buffers");
    return 2 + more;
  }

  /** An empty one stands for none: validity of what has all its values. */
  private async next(): Promise<ByteSource | undefined> {
    const at = this.buffer++ * 16;
    if (at + 16 > this.buffers.byteLength) throw corrupt("an Arrow batch of too few buffers");
    const [start, size] = [Number(this.buffers.getBigInt64(at, true)), Number(this.buffers.getBigInt64(at + 8, true))];
    if (start < 0 || size < 0 || start + size > this.body.size)
      throw corrupt("an Arrow buffer that lies outside of its batch");
    if (size === 0) return undefined;
    const bytes = slice(this.body, start, start + size);
    return this.codec === undefined ? bytes : this.unpack(bytes, this.codec);
  }

  /** Its size before the compressed bytes; -1 where they are not compressed. */
  private async unpack(packed: ByteSource, codec: number): Promise<ByteSource> {
    const head = await packed.read(0, Math.min(8, packed.size));
    if (head.length < 8) throw corrupt("an Arrow buffer that is cut");
    const size = Number(new DataView(head.buffer, head.byteOffset, 8).getBigInt64(0, true));
    const rest = slice(packed, 8, packed.size);
    if (size === -1) return rest;
    const { work } = this.around;
    if (size < 0 || !takeRoom(work, 0, size)) throw unsupported("an Arrow buffer of this size");
    const decode = codec === 0 ? decodeLz4 : codec === 1 ? decodeZstd : undefined;
    if (decode === undefined) throw unsupported("an Arrow buffer of another compression");
    const bytes = new Uint8Array(size);
    let at = 0;
    for await (const piece of decode(new PackedInput(rest), work)) {
      if (at + piece.length > size) throw corrupt("an Arrow buffer that is larger than it says");
      bytes.set(piece, at);
      at += piece.length;
    }
    if (at !== size) throw corrupt("an Arrow buffer that is smaller than it says");
    return fromBytes(bytes);
  }
}
