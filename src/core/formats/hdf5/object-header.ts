import { corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type H5Cursor, type H5File, expectSignature } from "./file.ts";

/** Types of header messages (specification, IV.A.2). */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFill: 0x04,
  fill: 0x05,
  link: 0x06,
  external: 0x07,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  sharedTable: 0x0f,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

/** One message of an object's header. */
export interface Message {
  readonly type: number;
  /** Bit 1: the body tells where the message lies instead of being it. */
  readonly flags: number;
  readonly body: Uint8Array;
  /** Address of the body. */
  readonly address: number;
}

/** What describes an object: a list of messages, in one block or several. */
export interface ObjectHeader {
  readonly address: number;
  readonly messages: readonly Message[];
  /** Why a block behind the first one was not read. */
  readonly error?: unknown;
}

const SHARED = 0x02;
const TIMES = 0x20;
const ATTRIBUTE_LIMITS = 0x10;
const CREATION_ORDER = 0x04;

export function isShared({ flags }: Message): boolean {
  return (flags & SHARED) !== 0;
}

export function messagesOf(header: ObjectHeader, type: number): readonly Message[] {
  return header.messages.filter((message) => message.type === type);
}

/** The body of a message as a cursor. */
export function bodyOf(file: H5File, { body, address }: Message, what: string): H5Cursor {
  return file.cursor(body, what, address);
}

/** Reads an object header of either version, with all of its continuation blocks. */
export async function readObjectHeader(file: H5File, address: number): Promise<ObjectHeader> {
  const head = await file.bytes(address, Math.min(16, Math.max(0, file.data.size - address)), "object header");
  const cursor = file.cursor(head, "object header", address);
  const messages: Message[] = [];
  try {
    if (head[0] === 1) await readVersion1(file, cursor, address, messages);
    else if (head[0] === 0x4f) await readVersion2(file, address, messages);
    else {
      const place = file.place(address);
      throw corrupt(`${file.name}: no object header at byte ${place}`, place);
    }
  } catch (error) {
    // What the first blocks say can be shown.
    if (messages.length === 0) throw error;
    return { address, messages, error };
  }
  return { address, messages };
}

/** Blocks of messages that are still to be read; one that was read before is a loop. */
class Blocks {
  private readonly waiting: { readonly address: number; readonly length: number }[] = [];
  private readonly seen = new Set<number>();
  private readonly file: H5File;

  constructor(file: H5File) {
    this.file = file;
  }

  add(address: number, length: number): void {
    if (this.seen.has(address)) {
      const place = this.file.place(address);
      throw corrupt(`${this.file.name}: object header continues in a circle at byte ${place}`, place);
    }
    this.seen.add(address);
    this.waiting.push({ address, length });
  }

  follow(message: Message): void {
    const cursor = bodyOf(this.file, message, "continuation message");
    const address = cursor.address();
    const length = cursor.length();
    if (address !== undefined) this.add(address, length);
  }

  next(): { readonly address: number; readonly length: number } | undefined {
    return this.waiting.shift();
  }
}

function keep(file: H5File, messages: Message[], message: Message): void {
  if (messages.length >= LIMITS.hdf5Messages)
    throw limitExceeded(`${file.name}: messages of one object`, messages.length + 1, LIMITS.hdf5Messages);
  messages.push(message);
}

async function readVersion1(file: H5File, cursor: H5Cursor, address: number, messages: Message[]): Promise<void> {
  cursor.skip(2);
  let left = cursor.u16();
  cursor.skip(4);
  const blocks = new Blocks(file);
  blocks.add(address + 16, cursor.u32());
  for (let block = blocks.next(); block !== undefined && left > 0; block = blocks.next()) {
    const body = await file.block(block.address, block.length, "object header block");
    while (body.remaining >= 8 && left > 0) {
      const type = body.u16();
      const size = body.u16();
      const flags = body.u8();
      body.skip(3);
      const at = block.address + block.length - body.remaining;
      const message = { type, flags, body: body.take(size), address: at };
      left -= 1;
      if (type === MESSAGE.continuation) blocks.follow(message);
      else keep(file, messages, message);
    }
  }
}

async function readVersion2(file: H5File, address: number, messages: Message[]): Promise<void> {
  const prefix = await file.block(address, Math.min(34, file.data.size - address), "object header");
  expectSignature(prefix, "OHDR");
  const version = prefix.u8();
  if (version !== 2) throw unsupported(`${file.name}: object header of version ${version}`, file.place(address));
  const flags = prefix.u8();
  if ((flags & TIMES) !== 0) prefix.skip(16);
  if ((flags & ATTRIBUTE_LIMITS) !== 0) prefix.skip(4);
  const size = prefix.uint(1 << (flags & 3), "size of the object header");
  const start = prefix.offset - file.place(0);
  const blocks = new Blocks(file);
  blocks.add(address, start - address + size + 4);
  for (let block = blocks.next(); block !== undefined; block = blocks.next()) {
    const isFirst = block.address === address;
    const body = await file.checkedBlock(block.address, block.length, isFirst ? "OHDR" : "OCHK", "object header block");
    if (isFirst) body.skip(start - address - 4);
    const headerSize = (flags & CREATION_ORDER) === 0 ? 4 : 6;
    // What is left when no message header fits is a gap, then comes the checksum.
    while (body.remaining >= headerSize + 4) {
      const type = body.u8();
      const length = body.u16();
      const messageFlags = body.u8();
      body.skip(headerSize - 4);
      if (length + 4 > body.remaining) break;
      const at = block.address + block.length - body.remaining;
      const message = { type, flags: messageFlags, body: body.take(length), address: at };
      if (type === MESSAGE.continuation) blocks.follow(message);
      else if (type !== 0) keep(file, messages, message);
    }
  }
}
