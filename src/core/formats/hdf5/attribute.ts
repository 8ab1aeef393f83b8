import { corrupt, unsupported } from "../../errors.ts";
import { utf8Text } from "../../model/utf8.ts";
import { readBTree2 } from "./btree-v2.ts";
import { type Dataspace, readDataspace } from "./dataspace.ts";
import { type H5Type, readDatatype } from "./datatype.ts";
import type { H5Cursor, H5File } from "./file.ts";
import { FractalHeap } from "./fractal-heap.ts";
import { bodyOf, MESSAGE, messagesOf, type ObjectHeader } from "./object-header.ts";
import type { SharedMessages } from "./shared.ts";

/** A named value of an object, before it is decoded. */
export interface RawAttribute {
  readonly name: string;
  readonly type: H5Type;
  readonly space: Dataspace;
  readonly bytes: Uint8Array;
  /** Address of the bytes; 0 where they have none of their own. */
  readonly address: number;
}

const SHARED_TYPE = 1;
const SHARED_SPACE = 2;
const NAME_RECORDS = 8;
const ORDER_RECORDS = 9;

/** Attributes of an object: messages of its header, or, when they are many or large, in a heap. */
export async function readAttributes(
  file: H5File,
  shared: SharedMessages,
  header: ObjectHeader,
  broken: (error: unknown) => void,
): Promise<readonly RawAttribute[]> {
  const found: RawAttribute[] = [];
  const read = async (body: () => Promise<H5Cursor>): Promise<void> => {
    try {
      found.push(await readAttribute(file, shared, await body()));
    } catch (error) {
      broken(error);
    }
  };
  for (const message of messagesOf(header, MESSAGE.attribute)) await read(() => shared.body(message, "attribute"));
  for (const message of messagesOf(header, MESSAGE.attributeInfo)) {
    try {
      for (const { id, isShared } of await denseIds(file, bodyOf(file, message, "attribute info message"))) {
        const { heap } = id;
        await read(async () => {
          if (isShared) return shared.inHeap(id.bytes, MESSAGE.attribute, "attribute");
          const { bytes, address } = await heap.object(id.bytes);
          return file.cursor(bytes, "attribute", address);
        });
      }
    } catch (error) {
      broken(error);
    }
  }
  return found;
}

async function denseIds(
  file: H5File,
  cursor: H5Cursor,
): Promise<
  readonly { readonly id: { readonly bytes: Uint8Array; readonly heap: FractalHeap }; readonly isShared: boolean }[]
> {
  cursor.skip(1);
  const flags = cursor.u8();
  if ((flags & 1) !== 0) cursor.skip(2);
  const heapAddress = cursor.address();
  const names = cursor.address();
  if (heapAddress === undefined || names === undefined) return [];
  const heap = await FractalHeap.open(file, heapAddress);
  const ids: { order: number; id: { bytes: Uint8Array; heap: FractalHeap }; isShared: boolean }[] = [];
  await readBTree2(file, names, (record, type) => {
    if (type !== NAME_RECORDS && type !== ORDER_RECORDS)
      throw unsupported(`${file.name}: attributes in a B-tree of type ${type}`);
    const bytes = record.take(8);
    const isShared = (record.u8() & 2) !== 0;
    ids.push({ id: { bytes, heap }, isShared, order: record.u32() });
  });
  // By name they are in the order of a hash.
  return ids.sort((a, b) => a.order - b.order);
}

async function readAttribute(file: H5File, shared: SharedMessages, cursor: H5Cursor): Promise<RawAttribute> {
  const at = cursor.offset;
  const version = cursor.u8();
  if (version < 1 || version > 3) throw corrupt(`${file.name}: attribute of version ${version} at byte ${at}`, at);
  const flags = cursor.u8();
  const nameSize = cursor.u16();
  const typeSize = cursor.u16();
  const spaceSize = cursor.u16();
  if (version === 3) cursor.skip(1);
  const part = (size: number): H5Cursor => {
    const address = cursor.offset - file.place(0);
    const bytes = cursor.take(size);
    if (version === 1) cursor.skip(Math.min(cursor.remaining, (8 - (size % 8)) % 8));
    return file.cursor(bytes, "attribute", address);
  };
  const nameBytes = part(nameSize).take(nameSize);
  const end = nameBytes.indexOf(0);
  const name = utf8Text(end < 0 ? nameBytes : nameBytes.subarray(0, end), at);
  const typePart = part(typeSize);
  const isTypeShared = version > 1 && (flags & SHARED_TYPE) !== 0;
  const type = readDatatype(isTypeShared ? await shared.follow(typePart, MESSAGE.datatype, "datatype") : typePart);
  const spacePart = part(spaceSize);
  const isSpaceShared = version > 1 && (flags & SHARED_SPACE) !== 0;
  const space = readDataspace(
    isSpaceShared ? await shared.follow(spacePart, MESSAGE.dataspace, "dataspace") : spacePart,
  );
  const count = space.kind === "null" ? 0 : space.shape.reduce((product, size) => product * size, 1);
  const address = cursor.offset - file.place(0);
  return { name, type, space, bytes: cursor.take(count * type.size), address };
}
