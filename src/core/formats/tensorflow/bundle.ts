import { Cursor } from "../../bytes/cursor.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { ArtifactError, asArtifactError, corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import { denseByteLength, elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";
import type { Message } from "../protobuf/message.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { BUNDLE_ENTRY, BUNDLE_HEADER } from "./messages.ts";
import { reportParse } from "../protobuf/findings.ts";
import { addPiece, assembled, type Piece } from "../pieces.ts";
import { sliceKey } from "./slices.ts";
import { tableEntries, varint } from "./table.ts";
import { orUnread, shapeOf, type TensorflowReading } from "./tensor.ts";
import { ELEMENT_TYPES, TEXT_TYPE } from "./types.ts";

/** Opens one of the files of data by its number and how many there are; undefined where it is not there. */
export type OpenShard = (shard: number, shards: number) => Promise<ByteSource | undefined>;

const MOST_SHARDS = 100_000;
const CHECKSUM_BYTES = 4;

/** Names and values of a checkpoint by its index. What of it cannot be read is a finding. */
export async function readBundle(
  index: ByteSource,
  openShard: OpenShard,
  reading: TensorflowReading,
): Promise<{ readonly keys: Value[]; readonly values: Value[] }> {
  const keys: Value[] = [];
  const values: Value[] = [];
  const shards = new Map<number, ByteSource | undefined>();
  let count = 1;
  let named = 0;
  let isBigEndian = false;
  const pieces = new Map<string, Piece[]>();
  const shardOf = async (shard: number): Promise<ByteSource> => {
    if (!shards.has(shard)) shards.set(shard, await openShard(shard, count));
    const found = shards.get(shard);
    if (found === undefined)
      throw new ArtifactError("not-found", shardName("", shard, count).slice(1) + " is not beside the index");
    return found;
  };
  try {
    for await (const { key, value } of tableEntries(index, reading.work)) {
      const source = fromBytes(value, index.name);
      const parsed = await parseMessage(source, key.length === 0 ? BUNDLE_HEADER : BUNDLE_ENTRY, reading.work);
      if (!reportParse(source, parsed, reading.findings)) reading.isWhole = false;
      const { message } = parsed;
      if (key.length === 0) {
        count = message.number("num_shards") ?? 0;
        if (count < 0 || count > MOST_SHARDS) throw corrupt(`${index.name}: ${count} files of data`);
        isBigEndian = message.int("endianness") === 1n;
        continue;
      }
      named += key.length;
      if (named > LIMITS.checkpointNameBytes)
        throw limitExceeded(`${index.name}: bytes of names`, named, LIMITS.checkpointNameBytes);
      const name = new TextDecoder().decode(key);
      const part = sliceKey(key, index.name);
      if (part !== undefined) {
        const held = await orUnread(reading, part.name, 0, () => entryValue(message, isBigEndian, shardOf));
        addPiece(pieces, part.name, { extents: part.extents, value: held });
        continue;
      }
      const parts = message.messages("slices").length === 0 ? undefined : (pieces.get(name) ?? []);
      pieces.delete(name);
      const read = async (): Promise<Value> =>
        parts === undefined
          ? entryValue(message, isBigEndian, shardOf)
          : assembled(shapeOf(message.message("shape")), parts);
      keys.push(name);
      values.push(await orUnread(reading, name, 0, read));
    }
    // Pieces of a variable that the index does not name.
    for (const [name, parts] of pieces) {
      keys.push(name);
      values.push({ kind: "list", type: "list", items: parts.map(({ value }) => value) });
    }
  } catch (error) {
    const reason = asArtifactError(error, `reading ${index.name}`);
    if (keys.length === 0 || reason.code === "cancelled" || reason.code === "changed") throw reason;
    await orUnread(reading, index.name, 0, () => Promise.reject(reason));
  }
  return { keys, values };
}

/** `variables.data-00000-of-00001`. */
export function shardName(prefix: string, shard: number, shards: number): string {
  const five = (number: number): string => String(number).padStart(5, "0");
  return `${prefix}.data-${five(shard)}-of-${five(shards)}`;
}

async function entryValue(
  entry: Message,
  isBigEndian: boolean,
  shardOf: (shard: number) => Promise<ByteSource>,
): Promise<Value> {
  const type = entry.number("dtype") ?? 0;
  const shape = shapeOf(entry.message("shape"));
  const offset = entry.number("offset") ?? 0;
  const size = entry.number("size") ?? 0;
  const row = ELEMENT_TYPES.get(type);
  if (row === undefined && type !== TEXT_TYPE) throw unsupported(`type ${type} has no numbers`);
  const source = await shardOf(entry.number("shard_id") ?? 0);
  if (offset < 0 || size < 0 || offset + size > source.size)
    throw truncated(source.name, offset, size, source.size - offset);
  if (row === undefined) return texts(source, offset, size, elementCount(shape));
  const dtype = scalarDType(row.scalar, isBigEndian);
  if (size !== denseByteLength({ dtype, shape }))
    throw corrupt(`${size} bytes, [${shape.join(", ")}] ${dtype.name} takes ${denseByteLength({ dtype, shape })}`);
  return { kind: "tensor", tensor: { dtype, shape, order: "C", offset, data: source }, className: "variable", offset };
}

/** Lengths of all texts, a checksum of those, then the texts. */
async function texts(source: ByteSource, offset: number, size: number, count: number): Promise<Value> {
  if (size > LIMITS.protobufTextBytes) throw limitExceeded(`${source.name}: texts`, size, LIMITS.protobufTextBytes);
  if (count > size) throw corrupt(`${count} texts in ${size} bytes`);
  const cursor = new Cursor(await source.read(offset, offset + size), source.name, offset);
  const lengths: number[] = [];
  for (let k = 0; k < count; k++) lengths.push(varint(cursor));
  cursor.skip(CHECKSUM_BYTES);
  const items = lengths.map((length): Value => {
    const bytes = cursor.take(length);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return { kind: "bytes", type: "bytes", data: fromBytes(bytes.slice(), source.name) };
    }
  });
  return items.length === 1 ? (items[0] ?? "") : { kind: "list", type: "list", items };
}
