/** What the first byte of a MessagePack object says. Lengths that stand behind it are big-endian. */
export type TokenKind =
  | "nil"
  | "false"
  | "true"
  | "fixint"
  | "uint"
  | "int"
  | "float"
  | "text"
  | "bytes"
  | "extension"
  | "array"
  | "map"
  | "never";

export interface Token {
  readonly kind: TokenKind;
  /** Of `fixint` the value, of collections, texts and the like the length, when it stands in the byte itself. */
  readonly value: number;
  /** Bytes behind the first that hold the number or the length; 0 when the byte itself does. */
  readonly width: number;
}

const row = (kind: TokenKind, width = 0, value = 0): Token => ({ kind, value, width });

/** 0xc0 to 0xdf, one row each. https://github.com/msgpack/msgpack/blob/master/spec.md#overview */
const TABLE: readonly Token[] = [
  row("nil"),
  row("never"),
  row("false"),
  row("true"),
  row("bytes", 1),
  row("bytes", 2),
  row("bytes", 4),
  row("extension", 1),
  row("extension", 2),
  row("extension", 4),
  row("float", 4),
  row("float", 8),
  row("uint", 1),
  row("uint", 2),
  row("uint", 4),
  row("uint", 8),
  row("int", 1),
  row("int", 2),
  row("int", 4),
  row("int", 8),
  row("extension", 0, 1),
  row("extension", 0, 2),
  row("extension", 0, 4),
  row("extension", 0, 8),
  row("extension", 0, 16),
  row("text", 1),
  row("text", 2),
  row("text", 4),
  row("array", 2),
  row("array", 4),
  row("map", 2),
  row("map", 4),
];

export function tokenOf(byte: number): Token {
  if (byte < 0x80) return row("fixint", 0, byte);
  if (byte < 0x90) return row("map", 0, byte & 0x0f);
  if (byte < 0xa0) return row("array", 0, byte & 0x0f);
  if (byte < 0xc0) return row("text", 0, byte & 0x1f);
  if (byte >= 0xe0) return row("fixint", 0, byte - 0x100);
  return TABLE[byte - 0xc0] ?? row("never");
}

/** A length of 0, 1, 2 or 4 bytes at `at`. */
export function lengthAt(view: DataView, at: number, { width, value }: Token): number {
  if (width === 0) return value;
  if (width === 1) return view.getUint8(at);
  return width === 2 ? view.getUint16(at) : view.getUint32(at);
}
