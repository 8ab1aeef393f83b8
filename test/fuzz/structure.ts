import * as zlib from "node:zlib";
import { OPCODES, opcodeOf } from "../../src/core/formats/pickle/opcodes.ts";
import { type Change, little, size } from "./change.ts";
import { type Random, spliced } from "./random.ts";
import { anyField, java, msgpack } from "./structure-binary.ts";
import { inMember, inPacked, isPacked } from "./structure-packed.ts";
import { isText, lineChanges } from "./structure-text.ts";

/** Where the opcodes of a stream begin; arrays in between end it. */
function opcodeStarts(bytes: Uint8Array): number[] {
  const starts: number[] = [];
  const prefixes: Readonly<Record<string, number>> = { bytes1: 1, bytes4: 4, bytes4signed: 4, bytes8: 8 };
  const fixed: Readonly<Record<string, number>> = { none: 0, u1: 1, u2: 2, i4: 4, u4: 4, u8: 8, f8: 8 };
  for (let at = 0; at < bytes.length && starts.length < 100_000; ) {
    const row = opcodeOf(bytes[at] ?? 0);
    if (row === undefined) break;
    starts.push(at);
    at += 1 + (fixed[row.argument] ?? 0);
    if (row.argument.startsWith("line")) {
      for (let lines = row.argument === "lines2" ? 2 : 1; lines > 0; lines--) {
        const end = bytes.indexOf(0x0a, at);
        at = end < 0 ? bytes.length : end + 1;
      }
    }
    const prefix = prefixes[row.argument] ?? 0;
    let length = 0;
    for (let k = prefix - 1; k >= 0; k--) length = length * 256 + (bytes[at + k] ?? 0);
    at += prefix + length;
  }
  return starts;
}

const PLAIN_OPCODES = OPCODES.filter(({ argument }) => argument === "none").map(({ code }) => code);

const pickle: Change = (bytes, random) => {
  const starts = opcodeStarts(bytes);
  if (starts.length < 3) return bytes;
  const k = random.below(starts.length - 1);
  const [at = 0, end = bytes.length] = [starts[k], starts[k + 1]];
  switch (random.below(6)) {
    case 0:
      return spliced(bytes, at, end - at, new Uint8Array(0));
    case 1:
      return spliced(bytes, at, 0, bytes.slice(at, end));
    case 2:
      return spliced(bytes, at, 0, Uint8Array.of(random.pick(PLAIN_OPCODES)));
    case 3:
      return spliced(bytes, at, 1, Uint8Array.of(random.pick(PLAIN_OPCODES)));
    case 4: {
      // Another opcode of the file, where it fits or not.
      const from = random.below(starts.length - 1);
      return spliced(bytes, at, 0, bytes.slice(starts[from] ?? 0, starts[from + 1]));
    }
    default:
      return end - at > 1 ? spliced(bytes, at + 1, 1, size(random, 1)) : bytes;
  }
};

/** Fields of the records by their place: sizes, offsets, methods, flags, counts. */
const ZIP_RECORDS: readonly (readonly [
  signature: number,
  fields: readonly (readonly [at: number, width: number])[],
])[] = [
  [
    0x04034b50,
    [
      [6, 2],
      [8, 2],
      [14, 4],
      [18, 4],
      [22, 4],
      [26, 2],
      [28, 2],
    ],
  ],
  [
    0x02014b50,
    [
      [8, 2],
      [10, 2],
      [16, 4],
      [20, 4],
      [24, 4],
      [28, 2],
      [30, 2],
      [32, 2],
      [42, 4],
    ],
  ],
  [
    0x06054b50,
    [
      [8, 2],
      [10, 2],
      [12, 4],
      [16, 4],
      [20, 2],
    ],
  ],
  [
    0x06064b50,
    [
      [24, 8],
      [32, 8],
      [40, 8],
      [48, 8],
    ],
  ],
];

const zip: Change = (bytes, random) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: (readonly [number, (typeof ZIP_RECORDS)[number]])[] = [];
  for (let at = 0; at + 4 <= bytes.length && found.length < 1000; at++) {
    if (bytes[at] !== 0x50) continue;
    const record = ZIP_RECORDS.find(([signature]) => view.getUint32(at, true) === signature);
    if (record !== undefined && at + 56 <= bytes.length) found.push([at, record]);
  }
  if (found.length === 0) return bytes;
  const [at, [signature, fields]] = random.pick(found);
  const [field, width] = random.pick(fields);
  if (signature === 0x04034b50 && random.below(2) === 0) {
    // The content of a stored member, its checksum put right.
    const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    const length = Math.min(view.getUint32(at + 18, true), bytes.length - start);
    if (view.getUint16(at + 8, true) !== 0 || length <= 0) return bytes;
    const out = bytes.slice();
    out[start + random.below(length)] = random.below(256);
    const crc = zlib.crc32(out.subarray(start, start + length));
    new DataView(out.buffer).setUint32(at + 14, crc, true);
    return out;
  }
  return at + field + width <= bytes.length ? spliced(bytes, at + field, width, size(random, width)) : bytes;
};

/** Places of the fields of a message, and of those inside of it that parse as messages. */
function protobufFields(bytes: Uint8Array, from: number, to: number, out: [number, number][], depth: number): boolean {
  let at = from;
  const varint = (): number => {
    let value = 0;
    for (let k = 0; k < 10 && at < to; k++) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * k);
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  const mine: [number, number][] = [];
  while (at < to && out.length < 5000) {
    const start = at;
    const tag = varint();
    const wire = tag % 8;
    if (!(tag >= 8)) return false;
    if (wire === 0) varint();
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const length = varint();
      if (!(at + length <= to)) return false;
      const inner: [number, number][] = [];
      if (depth < 8 && length > 1 && length < 200_000 && protobufFields(bytes, at, at + length, inner, depth + 1))
        out.push(...inner.slice(0, 500));
      at += length;
    } else return false;
    if (at > to) return false;
    mine.push([start, at]);
  }
  out.push(...mine);
  return at === to;
}

const protobuf: Change = (bytes, random) => {
  const fields: [number, number][] = [];
  protobufFields(bytes, 0, bytes.length, fields, 0);
  if (fields.length === 0) return bytes;
  const [start, end] = random.pick(fields);
  switch (random.below(5)) {
    case 0:
      return spliced(bytes, start, end - start, new Uint8Array(0));
    case 1:
      return spliced(bytes, start, 0, bytes.slice(start, Math.min(end, start + 4096)));
    case 2:
      return spliced(bytes, start, 1, Uint8Array.of((bytes[start] ?? 0) ^ (1 + random.below(7))));
    case 3:
      return spliced(bytes, start + 1, 1, Uint8Array.from([0xff, 0xff, 0xff, 0xff, random.below(128)]));
    default:
      return spliced(bytes, start + 1, 1, Uint8Array.of(random.below(256)));
  }
};

/** Numbers and words of a text header, exchanged for others. */
const WORDS = [
  "-1",
  "0",
  "1",
  "9999999999",
  "18446744073709551616",
  "1e400",
  "null",
  "true",
  "''",
  '""',
  "[]",
  "{}",
  "(,)",
  "'|O'",
  "'<f8'",
  '"F64"',
  '"BOOL"',
  "[1,2]",
  "nan",
];

const text =
  (from: number, length: (bytes: Uint8Array) => number): Change =>
  (bytes, random) => {
    const end = Math.min(bytes.length, from + length(bytes));
    const header = Buffer.from(bytes.subarray(from, end)).toString("latin1");
    const tokens = [...header.matchAll(/"[^"]*"|'[^']*'|-?\d+|True|False|[[\](){}:,]/g)];
    if (tokens.length === 0) return bytes;
    const token = random.pick(tokens);
    const put = random.below(4) === 0 ? "" : random.below(3) === 0 ? random.pick(tokens)[0] : random.pick(WORDS);
    const insert = new Uint8Array(Buffer.from(put, "latin1"));
    return spliced(bytes, from + token.index, token[0].length, insert);
  };

const littleAt = (bytes: Uint8Array, at: number, width: number): number => {
  let value = 0;
  for (let k = width - 1; k >= 0; k--) value = value * 256 + (bytes[at + k] ?? 0);
  return value;
};

const safetensors: Change = (bytes, random) => {
  const changed = text(8, (all) => littleAt(all, 0, 6))(bytes, random);
  // The length is put right as a rule: else nothing but the length is tried.
  const length = littleAt(bytes, 0, 6) + changed.length - bytes.length;
  return random.below(8) === 0 ? changed : spliced(changed, 0, 8, little(BigInt(Math.max(0, length)), 8));
};

const npy: Change = (bytes, random) => {
  const changed = text(10, (all) => littleAt(all, 8, 2))(bytes, random);
  const length = littleAt(bytes, 8, 2) + changed.length - bytes.length;
  return random.below(8) === 0 ? changed : spliced(changed, 8, 2, little(BigInt(Math.max(0, length)), 2));
};

const gguf: Change = (bytes, random) => {
  const end = Math.min(bytes.length, 4096);
  const width = random.pick([4, 8]);
  const at = 4 + random.below(Math.max(1, end - 4 - width));
  return at + width <= bytes.length ? spliced(bytes, at, width, size(random, width)) : bytes;
};

const startsWith = (bytes: Uint8Array, signature: string): boolean =>
  Buffer.from(bytes.subarray(0, signature.length)).toString("latin1") === signature;

/** Formats that are Protocol Buffers: no signature tells them. */
const PROTOBUF: ReadonlySet<string> = new Set([
  "onnx",
  "sentencepiece",
  "coreml",
  "tensorflow",
  "caffe",
  "caffe2",
  "tribuo",
]);

interface Structure {
  readonly matches: (bytes: Uint8Array, format: string) => boolean;
  readonly changes: readonly Change[];
}

/** Which changes know a file's structure: the first row that matches. */
const STRUCTURES: readonly Structure[] = [
  { matches: (bytes) => startsWith(bytes, "PK\x03\x04"), changes: [zip, inMember(changeWithin)] },
  { matches: (bytes) => isPacked(bytes), changes: [inPacked(changeWithin)] },
  { matches: (bytes) => startsWith(bytes, "\x93NUMPY"), changes: [npy] },
  { matches: (bytes) => startsWith(bytes, "GGUF"), changes: [gguf] },
  { matches: (bytes) => bytes[8] === 0x7b && littleAt(bytes, 0, 8) < bytes.length, changes: [safetensors] },
  { matches: (_, format) => format === "java" || format === "weka", changes: [java, anyField] },
  { matches: (_, format) => format === "msgpack" || format === "model", changes: [msgpack] },
  { matches: isText, changes: [text(0, (bytes) => bytes.length), lineChanges] },
  { matches: (_, format) => PROTOBUF.has(format), changes: [protobuf] },
  { matches: (bytes) => opcodeStarts(bytes).length > 5, changes: [pickle] },
  { matches: () => true, changes: [anyField] },
];

/** One change that knows the structure of a file of this format. */
export function changeOf(bytes: Uint8Array, format: string, random: Random): Uint8Array {
  const row = STRUCTURES.find(({ matches }) => matches(bytes, format));
  return row === undefined || bytes.length === 0 ? bytes : random.pick(row.changes)(bytes, random);
}

/** As changeOf, for what lies in a stream or an archive, of which nobody knows the format. */
function changeWithin(bytes: Uint8Array, random: Random): Uint8Array {
  return changeOf(bytes, "", random);
}
