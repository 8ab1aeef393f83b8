import { type ByteSource, fromBytes, slice } from "../../bytes/source.ts";
import { crc32c } from "../../codecs/crc32c.ts";
import { corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { ReadContext } from "../format.ts";
import type { ZarrStore } from "./store.ts";

//   manifest.ocdbt, and nodes of a B-tree in the files that it and they name:
//   +-----------+------------+---------+-------------+----------------------------------------------------+------------+
//   | u32 magic | u64 length | version | compression | body, packed with zstd: table of files, then columns | u32 crc32c |
//   +-----------+------------+---------+-------------+----------------------------------------------------+------------+
//   The tree has a value for each key: in its leaves where it is small, else a range of a file. TensorStore keeps Zarr's files in it.
//   https://google.github.io/tensorstore/kvstore/ocdbt/index.html

const MANIFEST = 0x0cdb3a2a;
const NODE = 0x0cdb20de;

/** Levels of a tree: each has a thousand times as many keys as the one below. */
const HEIGHT = 16;

export function isOcdbt(head: Uint8Array): boolean {
  return head.length >= 4 && new DataView(head.buffer, head.byteOffset, 4).getUint32(0) === MANIFEST;
}

interface Place {
  readonly file: string;
  /** What paths of the node's own files begin with. */
  readonly base: string;
  readonly offset: number;
  readonly length: number;
}

/** Every key of the newest version of the database, in their order, with where its value lies. */
export class OcdbtStore implements ZarrStore {
  readonly keys = new Map<string, Uint8Array | Place>();
  private readonly context: ReadContext;
  private readonly files = new Map<string, ByteSource>();
  private room: number = LIMITS.ocdbtBytes;
  private nodes = 0;

  private constructor(context: ReadContext) {
    this.context = context;
  }

  /** Throws for a manifest or a node that is damaged or missing, and for values that lie outside of their files. */
  static async read(source: ByteSource, context: ReadContext): Promise<OcdbtStore> {
    const store = new OcdbtStore(context);
    const manifest = await store.body(source, MANIFEST);
    const root = rootOf(manifest, store);
    if (root !== undefined) await store.node(root.place, root.height, new Uint8Array(0));
    return store;
  }

  async open(path: string): Promise<ByteSource | undefined> {
    const value = this.keys.get(path);
    if (value === undefined) return undefined;
    if (value instanceof Uint8Array) return fromBytes(value, path);
    const file = await this.file(value.file);
    return slice(file, value.offset, value.offset + value.length, path);
  }

  /** Bytes that are kept of the database. */
  take(bytes: number): void {
    this.room -= bytes;
    if (this.room < 0)
      throw limitExceeded("bytes of an OCDBT database's nodes", LIMITS.ocdbtBytes - this.room, LIMITS.ocdbtBytes);
  }

  private async file(path: string): Promise<ByteSource> {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    if (this.files.size >= LIMITS.zarrChunks)
      throw limitExceeded("files of an OCDBT database", this.files.size + 1, LIMITS.zarrChunks);
    const { siblings } = this.context;
    const found = path.includes("/") ? await siblings?.openBelow?.(path) : await siblings?.open(path);
    if (found === undefined) throw corrupt(`the file ${path}, which the database names, is not there`);
    this.files.set(path, found);
    return found;
  }

  private async node({ file, base, offset, length }: Place, height: number, prefix: Uint8Array): Promise<void> {
    await this.context.work.checkpoint();
    this.nodes += 1;
    if (this.nodes > LIMITS.ocdbtNodes)
      throw limitExceeded("nodes of an OCDBT database", this.nodes, LIMITS.ocdbtNodes);
    const source = await this.file(file);
    if (offset + length > source.size) throw truncated(`${file}: a node`, offset, length, source.size - offset);
    const body = await this.body(slice(source, offset, offset + length, file), NODE);
    if (body.u8() !== height)
      throw corrupt(`${file}: the node at byte ${offset} is of another height than its parent says`, offset);
    const files = filesIn(body, base, this);
    const count = body.count();
    const keys = keysIn(body, count, height > 0, this);
    this.take(count * (64 + prefix.length));
    if (height > 0) {
      const places = placesIn(body, files, count);
      for (let i = 0; i < count; i++) {
        const key = keys[i];
        const child = places[i];
        if (key === undefined || child === undefined) throw corrupt(`${file}: a node without children`, offset);
        await this.node(child, height - 1, joinedBytes(prefix, key.bytes.subarray(0, key.common)));
      }
      return;
    }
    await this.leaf(body, { files, count, keys, prefix });
  }

  private async leaf(
    body: Body,
    { files, count, keys, prefix }: { files: readonly Path[]; count: number; keys: readonly Key[]; prefix: Uint8Array },
  ): Promise<void> {
    const lengths = body.varints(count);
    const kinds = body.varints(count);
    const far = kinds.filter((kind) => kind === 1).length;
    const ids = body.varints(far);
    const offsets = body.varints(far);
    let next = 0;
    for (let i = 0; i < count; i++) {
      const key = text(joinedBytes(prefix, keys[i]?.bytes ?? new Uint8Array(0)));
      const length = lengths[i] ?? 0;
      if (kinds[i] === 0) {
        this.keys.set(key, body.take(length));
        continue;
      }
      const [path, offset = 0] = [files[ids[next] ?? -1], offsets[next]];
      next += 1;
      if (kinds[i] !== 1 || path === undefined) throw corrupt(`${key} lies in no file of the database`);
      const { size } = await this.file(path.full);
      if (offset + length > size) throw truncated(`${path.full}: ${key}`, offset, length, size - offset);
      this.keys.set(key, { file: path.full, base: path.base, offset, length });
    }
  }

  private async body(source: ByteSource, magic: number): Promise<Body> {
    this.take(source.size);
    const bytes = await source.read(0, source.size);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < 18 || view.getUint32(0) !== magic)
      throw corrupt(`${source.name}: no node of an OCDBT database`, 0);
    const length = Number(view.getBigUint64(4, true));
    if (length > bytes.length) throw truncated(`${source.name}: a node`, 0, length, bytes.length);
    if (length < 18) throw corrupt(`${source.name}: a node of ${length} bytes`, 4);
    if (crc32c(bytes.subarray(0, length - 4)) !== view.getUint32(length - 4, true))
      throw corrupt(`${source.name}: the checksum of a node is not that of its bytes`, length - 4);
    const head = new Body(bytes.subarray(12, length - 4), source.name);
    const [version, compression] = [head.varint(), head.varint()];
    if (version !== 0 || compression > 1)
      throw unsupported(`${source.name}: version ${version} of OCDBT, packed in way ${compression}`);
    const rest = head.take(head.remaining);
    if (compression === 0) return new Body(rest, source.name);
    const { host, work } = this.context;
    const unpacked = await host.inflate("zstd", fromBytes(rest, source.name), Math.max(1, this.room), work);
    if (unpacked.error !== undefined) throw unpacked.error;
    this.take(unpacked.size);
    return new Body(unpacked.bytes, source.name);
  }
}

type Room = Pick<OcdbtStore, "take">;

/** The columns of a node, each within the bytes that are left. */
class Body {
  private at = 0;
  private readonly bytes: Uint8Array;
  private readonly name: string;

  constructor(bytes: Uint8Array, name: string) {
    this.bytes = bytes;
    this.name = name;
  }

  get remaining(): number {
    return this.bytes.length - this.at;
  }

  take(length: number): Uint8Array {
    if (!(length <= this.remaining)) throw truncated(`${this.name}: a node`, this.at, length, this.remaining);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  u8(): number {
    return this.take(1)[0] ?? 0;
  }

  /** Beyond 2^53 it is not exact, and larger than any file. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw corrupt(`${this.name}: a number of more than 64 bits`, this.at);
  }

  /** How many there are of what takes a byte at least. */
  count(): number {
    const count = this.varint();
    if (count > this.remaining)
      throw truncated(`${this.name}: ${count} entries of a node`, this.at, count, this.remaining);
    return count;
  }

  varints(count: number): number[] {
    return Array.from({ length: count }, () => this.varint());
  }
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
const text = (bytes: Uint8Array): string => utf8.decode(bytes);

/** Keys are bytes: what they share may end within a character. */
function joinedBytes(start: Uint8Array, end: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(start.length + end.length);
  bytes.set(start);
  bytes.set(end, start.length);
  return bytes;
}

interface Path {
  readonly full: string;
  readonly base: string;
}

/** Each name without the start that it shares with the one before. */
function filesIn(body: Body, transitive: string, room: Room): readonly Path[] {
  const count = body.count();
  const shared = [0, ...body.varints(Math.max(0, count - 1))];
  const own = body.varints(count);
  const bases = body.varints(count);
  const paths: Path[] = [];
  let last = new Uint8Array(0);
  for (let i = 0; i < count; i++) {
    last = extended(last, shared[i] ?? 0, body.take(own[i] ?? 0), room);
    paths.push({ full: transitive + text(last), base: transitive + text(last.subarray(0, bases[i])) });
  }
  return paths;
}

/** The longest path that there may be, and of what keys name nothing comes near. */
const LONGEST = 65_535;

function extended(last: Uint8Array, shared: number, own: Uint8Array, room: Room): Uint8Array<ArrayBuffer> {
  if (shared > last.length || shared + own.length > LONGEST)
    throw corrupt("a name that shares more than there is with the one before");
  // One long name may be the start of every other.
  room.take(shared + own.length);
  const bytes = new Uint8Array(shared + own.length);
  bytes.set(last.subarray(0, shared));
  bytes.set(own, shared);
  return bytes;
}

interface Key {
  readonly bytes: Uint8Array;
  /** Of a child: how much of it all keys below begin with. */
  readonly common: number;
}

function keysIn(body: Body, count: number, isInner: boolean, room: Room): readonly Key[] {
  const shared = [0, ...body.varints(Math.max(0, count - 1))];
  const own = body.varints(count);
  const commons = isInner ? body.varints(count) : [];
  const keys: Key[] = [];
  let last = new Uint8Array(0);
  for (let i = 0; i < count; i++) {
    last = extended(last, shared[i] ?? 0, body.take(own[i] ?? 0), room);
    keys.push({ bytes: last, common: commons[i] ?? 0 });
  }
  return keys;
}

/** Columns of file, offset and length. */
function placesIn(body: Body, files: readonly Path[], count: number): readonly Place[] {
  const [ids, offsets, lengths] = [body.varints(count), body.varints(count), body.varints(count)];
  return ids.map((id, i) => {
    const path = files[id];
    if (path === undefined) throw corrupt("a node lies in no file of the database");
    return { file: path.full, base: path.base, offset: offsets[i] ?? 0, length: lengths[i] ?? 0 };
  });
}

/** The root of the newest version; undefined for a database without keys. */
function rootOf(body: Body, room: Room): { readonly place: Place; readonly height: number } | undefined {
  body.take(16);
  if (body.varint() !== 0) throw unsupported("an OCDBT database whose manifest is in numbered files");
  body.varint();
  body.varint();
  body.u8();
  if (body.varint() !== 0) body.take(4);
  const files = filesIn(body, "", room);
  const count = body.count();
  body.varints(count);
  const heights = body.take(count);
  const [ids, offsets, lengths, keys] = [
    body.varints(count),
    body.varints(count),
    body.varints(count),
    body.varints(count),
  ];
  const last = count - 1;
  if (count === 0 || keys[last] === 0) return undefined;
  const path = files[ids[last] ?? -1];
  const height = heights[last] ?? 0;
  if (path === undefined || height > HEIGHT) throw corrupt("an OCDBT database without a root");
  return {
    place: { file: path.full, base: path.base, offset: offsets[last] ?? 0, length: lengths[last] ?? 0 },
    height,
  };
}
