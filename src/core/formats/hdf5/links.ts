import { corrupt, unsupported } from "../../errors.ts";
import { utf8Text } from "../../model/utf8.ts";
import { readBTree1 } from "./btree-v1.ts";
import { readBTree2 } from "./btree-v2.ts";
import { expectSignature, type H5Cursor, type H5File } from "./file.ts";
import { FractalHeap } from "./fractal-heap.ts";
import { LocalHeap } from "./local-heap.ts";
import { bodyOf, MESSAGE, type Message, messagesOf, type ObjectHeader } from "./object-header.ts";

/** An entry of a group. */
export type Link = { readonly name: string; readonly order?: number } & (
  | { readonly kind: "hard"; readonly address: number }
  | { readonly kind: "soft"; readonly target: string }
  | { readonly kind: "external"; readonly file: string; readonly target: string }
  | { readonly kind: "other"; readonly type: number }
);

const SOFT_CACHE = 2;
const NAME_RECORDS = 5;
const ORDER_RECORDS = 6;

/** True for an object that is a group, whatever it holds. */
export function isGroup(header: ObjectHeader): boolean {
  const types = [MESSAGE.symbolTable, MESSAGE.linkInfo, MESSAGE.link] as const;
  return types.some((type) => messagesOf(header, type).length > 0);
}

/**
 * The entries of a group: a symbol table, or link messages, in the header or in a heap. In the order of creation where
 * it is kept, else by name, as h5py lists them.
 */
export async function readLinks(
  file: H5File,
  header: ObjectHeader,
  broken: (error: unknown) => void,
): Promise<readonly Link[]> {
  const links: Link[] = [];
  const attempt = async (read: () => Promise<unknown>): Promise<void> => {
    try {
      await read();
    } catch (error) {
      broken(error);
    }
  };
  for (const message of messagesOf(header, MESSAGE.symbolTable))
    await attempt(() => readSymbolTable(file, message, links));
  for (const message of messagesOf(header, MESSAGE.link))
    await attempt(async () => links.push(readLink(bodyOf(file, message, "link message"))));
  for (const message of messagesOf(header, MESSAGE.linkInfo))
    await attempt(() => readDense(file, message, links, broken));
  const isOrdered = links.every(({ order }) => order !== undefined);
  return links.sort((a, b) =>
    isOrdered ? (a.order ?? 0) - (b.order ?? 0) : a.name < b.name ? -1 : a.name > b.name ? 1 : 0,
  );
}

async function readSymbolTable(file: H5File, message: Message, links: Link[]): Promise<void> {
  const cursor = bodyOf(file, message, "symbol table message");
  const tree = cursor.address();
  const heapAddress = cursor.address();
  if (tree === undefined || heapAddress === undefined) return;
  const heap = await LocalHeap.open(file, heapAddress);
  const { offset, length } = file.widths;
  await readBTree1(file, tree, 0, length, async (_, node) => {
    const head = await file.block(node, 8, "symbol table node");
    expectSignature(head, "SNOD");
    head.skip(2);
    const count = head.u16();
    const entries = await file.block(node + 8, count * (2 * offset + 24), "symbol table node");
    for (let i = 0; i < count; i++) {
      const name = heap.text(entries.uint(offset));
      const address = entries.address();
      const cache = entries.u32();
      entries.skip(4);
      const scratch = entries.take(16);
      if (cache === SOFT_CACHE) links.push({ name, kind: "soft", target: heap.text(littleU32(scratch)) });
      else if (address !== undefined) links.push({ name, kind: "hard", address });
      else throw corrupt(`${file.name}: the entry ${JSON.stringify(name)} of a group has no address`, entries.offset);
    }
  });
}

function littleU32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}

async function readDense(
  file: H5File,
  message: Message,
  links: Link[],
  broken: (error: unknown) => void,
): Promise<void> {
  const cursor = bodyOf(file, message, "link info message");
  cursor.skip(1);
  const flags = cursor.u8();
  if ((flags & 1) !== 0) cursor.skip(8);
  const heapAddress = cursor.address();
  const names = cursor.address();
  if (heapAddress === undefined || names === undefined) return;
  const heap = await FractalHeap.open(file, heapAddress);
  const ids: Uint8Array[] = [];
  await readBTree2(file, names, (record, type) => {
    if (type !== NAME_RECORDS && type !== ORDER_RECORDS)
      throw unsupported(`${file.name}: links in a B-tree of type ${type}`);
    record.skip(type === NAME_RECORDS ? 4 : 8);
    ids.push(record.take(7));
  });
  for (const id of ids) {
    try {
      const { bytes, address } = await heap.object(id);
      links.push(readLink(file.cursor(bytes, "link", address)));
    } catch (error) {
      broken(error);
    }
  }
}

function readLink(cursor: H5Cursor): Link {
  const at = cursor.offset;
  const version = cursor.u8();
  if (version !== 1) throw corrupt(`link of version ${version} at byte ${at}`, at);
  const flags = cursor.u8();
  const type = (flags & 0x08) === 0 ? 0 : cursor.u8();
  const order = (flags & 0x04) === 0 ? undefined : Number(cursor.u64());
  if ((flags & 0x10) !== 0) cursor.skip(1);
  const name = utf8Text(cursor.take(cursor.uint(1 << (flags & 3))), at);
  const named = order === undefined ? { name } : { name, order };
  if (type === 0) {
    const address = cursor.address();
    if (address === undefined) throw corrupt(`the link ${JSON.stringify(name)} has no address`, at);
    return { ...named, kind: "hard", address };
  }
  if (type === 1) return { ...named, kind: "soft", target: utf8Text(cursor.take(cursor.u16()), at) };
  if (type !== 64) return { ...named, kind: "other", type };
  const value = cursor.take(cursor.u16());
  // A byte of version and flags, then two texts that end in a zero byte.
  const [file = "", target = ""] = utf8Text(value.subarray(1), at).split("\0");
  return { ...named, kind: "external", file, target };
}
