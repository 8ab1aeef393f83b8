import { cutShort, damaged } from "../damage.ts";
import type { Checksums } from "../decode.ts";
import type { PackedInput } from "../input.ts";
import { type Filter, filterOf, LZMA2_ID } from "./filters.ts";

export const XZ_MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] as const;
const FOOTER_MAGIC = [0x59, 0x5a] as const;
const STREAM_HEADER_BYTES = 12;
/** A block header at its longest. */
const BLOCK_HEADER_BYTES = 1024;

export interface BlockHeader {
  /** Bytes of the header. */
  readonly size: number;
  readonly packedSize?: number;
  readonly unpackedSize?: number;
  /** In the order in which they are undone, after LZMA2. */
  readonly filters: readonly Filter[];
  readonly dictionary: number;
}

/** The stream's check number. */
export async function readStreamHeader(input: PackedInput, { crc32 }: Checksums): Promise<number> {
  await input.need(STREAM_HEADER_BYTES);
  if (!input.startsWith(XZ_MAGIC)) throw damaged("it does not begin with its magic number");
  input.at += XZ_MAGIC.length;
  const flags = input.take(2);
  if (input.u32() !== crc32(flags)) throw damaged("the checksum of its header differs");
  return checkIdOf(flags);
}

function checkIdOf(flags: Uint8Array): number {
  const [reserved, check = 0] = flags;
  if (reserved !== 0 || check > 15) throw damaged("its flags have a meaning that is not known");
  return check;
}

/** A number of 7 bits a byte, the lowest first. */
export function readNumber(input: PackedInput): number {
  let value = 0;
  for (let i = 0, factor = 1; i < 9; i++, factor *= 128) {
    const byte = input.u8();
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      if ((byte === 0 && i > 0) || value > Number.MAX_SAFE_INTEGER) break;
      return value;
    }
  }
  throw damaged("a number in it is none");
}

/** Undefined where the index begins instead. */
export async function readBlockHeader(input: PackedInput, { crc32 }: Checksums): Promise<BlockHeader | undefined> {
  await input.fill(BLOCK_HEADER_BYTES);
  if (input.available === 0) throw cutShort();
  const [first = 0] = input.bytes.subarray(input.at);
  if (first === 0) return undefined;
  const size = (first + 1) * 4;
  if (input.available < size) throw cutShort();
  const start = input.at;
  const end = start + size - 4;
  const sum = crc32(input.bytes.subarray(start, end));
  input.at++;
  const flags = input.u8();
  if ((flags & 0x3c) !== 0) throw damaged("a block's flags have a meaning that is not known");
  const packedSize = (flags & 0x40) === 0 ? undefined : readNumber(input);
  const unpackedSize = (flags & 0x80) === 0 ? undefined : readNumber(input);
  const filters: Filter[] = [];
  let dictionary: number | undefined;
  for (let i = 0; i <= (flags & 3); i++) {
    if (dictionary !== undefined) throw damaged("a filter comes after LZMA2");
    const id = readNumber(input);
    const length = readNumber(input);
    if (length > end - input.at) throw damaged("a filter's properties are longer than their header");
    const properties = input.take(length);
    if (id === LZMA2_ID) dictionary = dictionaryOf(properties);
    else filters.unshift(filterOf(id, properties));
  }
  if (input.at > end || dictionary === undefined) throw damaged("a block's filters do not end with LZMA2");
  if (input.bytes.subarray(input.at, end).some((byte) => byte !== 0))
    throw damaged("the padding of a block's header is not zero");
  input.at = end;
  if (input.u32() !== sum) throw damaged("the checksum of a block's header differs");
  return {
    size,
    filters,
    dictionary,
    ...(packedSize !== undefined && { packedSize }),
    ...(unpackedSize !== undefined && { unpackedSize }),
  };
}

/** 4 KiB, 6 KiB, 8 KiB, 12 KiB ... 4 GiB less one. */
function dictionaryOf(properties: Uint8Array): number {
  const [bits] = properties;
  if (properties.length !== 1 || bits === undefined || bits > 40) throw damaged("the window of LZMA2 is none");
  return bits === 40 ? 0xffff_ffff : (2 | (bits & 1)) * 2 ** ((bits >> 1) + 11);
}

/** The stream's last 12 bytes, which repeat its check and say how long the index is. */
export async function readFooter(
  input: PackedInput,
  check: number,
  indexSize: number,
  { crc32 }: Checksums,
): Promise<void> {
  await input.need(STREAM_HEADER_BYTES);
  const sum = input.u32();
  const found = crc32(input.bytes.subarray(input.at, input.at + 6));
  const size = (input.u32() + 1) * 4;
  const flags = input.take(2);
  if (!input.startsWith(FOOTER_MAGIC)) throw damaged("it does not end with its magic number");
  input.at += FOOTER_MAGIC.length;
  if (found !== sum) throw damaged("the checksum of its end differs");
  if (checkIdOf(flags) !== check || size !== indexSize) throw damaged("its end contradicts its start");
}
