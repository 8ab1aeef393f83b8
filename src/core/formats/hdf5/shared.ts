import { corrupt } from "../../errors.ts";
import { FractalHeap } from "./fractal-heap.ts";
import { type H5Cursor, type H5File, expectSignature } from "./file.ts";
import { bodyOf, isShared, MESSAGE, messagesOf, readObjectHeader } from "./object-header.ts";
import type { Message } from "./object-header.ts";

/** Messages that several objects share lie once in heaps of the file, or in the header of a named datatype. */
export class SharedMessages {
  private readonly file: H5File;
  private readonly extension: number | undefined;
  private heaps: Promise<readonly SharedHeap[]> | undefined;

  constructor(file: H5File, extension: number | undefined) {
    this.file = file;
    this.extension = extension;
  }

  /** A cursor over the message itself, wherever it lies. */
  async body(message: Message, what: string): Promise<H5Cursor> {
    return isShared(message)
      ? this.follow(bodyOf(this.file, message, what), message.type, what)
      : bodyOf(this.file, message, what);
  }

  /** The message that the cursor's reference leads to: also used for the parts of an attribute. */
  async follow(cursor: H5Cursor, type: number, what: string): Promise<H5Cursor> {
    const version = cursor.u8();
    const how = cursor.u8();
    if (version === 1) cursor.skip(6);
    if (version === 3 && how === 1) return this.inHeap(cursor.take(8), type, what);
    const at = cursor.offset;
    const address = cursor.address();
    if (address === undefined) throw corrupt(`${this.file.name}: shared ${what} without an address`, at);
    const header = await readObjectHeader(this.file, address);
    const [target] = messagesOf(header, type);
    if (target === undefined || isShared(target))
      throw corrupt(`${this.file.name}: no ${what} in the object header at byte ${this.file.place(address)}`, at);
    return bodyOf(this.file, target, what);
  }

  /** A message by its id in the heap of its type. */
  async inHeap(id: Uint8Array, type: number, what: string): Promise<H5Cursor> {
    this.heaps ??= readTable(this.file, this.extension);
    const heap = (await this.heaps).find(({ types }) => (types & (1 << type)) !== 0);
    if (heap === undefined) throw corrupt(`${this.file.name}: shared ${what} without a table of shared messages`);
    const { bytes, address } = await heap.heap.object(id);
    return this.file.cursor(bytes, what, address);
  }
}

interface SharedHeap {
  /** One bit per message type. */
  readonly types: number;
  readonly heap: FractalHeap;
}

async function readTable(file: H5File, extension: number | undefined): Promise<readonly SharedHeap[]> {
  if (extension === undefined) return [];
  const [message] = messagesOf(await readObjectHeader(file, extension), MESSAGE.sharedTable);
  if (message === undefined) return [];
  const found = bodyOf(file, message, "shared message table message");
  found.skip(1);
  const address = found.address();
  const indices = found.u8();
  if (address === undefined) return [];
  const { offset } = file.widths;
  const table = await file.block(address, 4 + indices * (14 + 2 * offset), "shared message table");
  expectSignature(table, "SMTB");
  const heaps: SharedHeap[] = [];
  for (let i = 0; i < indices; i++) {
    table.skip(2);
    const types = table.u16();
    table.skip(10);
    table.address();
    const heapAddress = table.address();
    if (heapAddress !== undefined) heaps.push({ types, heap: await FractalHeap.open(file, heapAddress) });
  }
  return heaps;
}
