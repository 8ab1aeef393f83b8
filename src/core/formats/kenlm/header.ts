import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, truncated, unsupported } from "../../errors.ts";

export const MAGIC = "mmap lm http://kheafield.com/code";
const VERSION = `${MAGIC} format version 5\n`;

export interface Header {
  readonly order: number;
  readonly probingMultiplier: number;
  /** KenLM's own words for it. */
  readonly type: string;
  readonly hasVocabulary: boolean;
  readonly searchVersion: number;
  /** Of n-grams, by order from 1 on. */
  readonly counts: readonly bigint[];
  /** Where the counts stand. */
  readonly countsAt: number;
  /** Byte behind the header. */
  readonly end: number;
}

const TYPES = [
  "probing hash tables",
  "probing hash tables with rest costs",
  "trie",
  "trie with quantization",
  "trie with array-compressed pointers",
  "trie with quantization and array-compressed pointers",
];
const TESTED_AT = 56;
const ORDER_AT = 88;
const COUNTS_AT = 108;

export async function readHeader(source: ByteSource): Promise<Header> {
  const what = `${source.name}: KenLM header`;
  if (source.size < COUNTS_AT) throw truncated(what, 0, COUNTS_AT, source.size);
  const bytes = await source.read(0, COUNTS_AT);
  const version = String.fromCharCode(...bytes.subarray(0, VERSION.length));
  if (version !== VERSION)
    throw unsupported(`${what}: ${JSON.stringify(version.slice(MAGIC.length).trim())}; format version 5 is read`, 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isAsBuiltHere = view.getFloat32(TESTED_AT + 4, true) === 1 && view.getBigUint64(80, true) === 1n;
  if (!isAsBuiltHere)
    throw unsupported(
      `${what}: built on a machine with another byte order or alignment, as byte ${TESTED_AT} shows`,
      TESTED_AT,
    );
  const order = view.getUint8(ORDER_AT);
  const type = TYPES[view.getInt32(96, true)];
  const flag = view.getUint8(100);
  if (order === 0 || type === undefined || flag > 1)
    throw corrupt(`${what}: order ${order} and type ${view.getInt32(96, true)} at byte ${ORDER_AT}`, ORDER_AT);
  const end = Math.ceil((COUNTS_AT + 8 * order) / 8) * 8;
  if (end > source.size) throw truncated(what, COUNTS_AT, end - COUNTS_AT, source.size - COUNTS_AT);
  const numbers = await source.read(COUNTS_AT, COUNTS_AT + 8 * order);
  const counts = Array.from({ length: order }, (_, k) =>
    new DataView(numbers.buffer, numbers.byteOffset + 8 * k, 8).getBigUint64(0, true),
  );
  return {
    order,
    probingMultiplier: view.getFloat32(92, true),
    type,
    hasVocabulary: flag === 1,
    searchVersion: view.getUint32(104, true),
    counts,
    countsAt: COUNTS_AT,
    end,
  };
}
