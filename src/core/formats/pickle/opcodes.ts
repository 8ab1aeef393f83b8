/**
 * The pickle opcodes of protocols 0 to 5, one row each. The machine's loop switches on the same numbers; the sniffer
 * walks by this table alone, and a test compares it with the list in Python's own `pickletools`.
 */

/** How an opcode's argument lies in the stream. Integers are little-endian, floats big-endian. */
export type ArgumentKind =
  | "none"
  | "u1"
  | "u2"
  | "i4"
  | "u4"
  | "u8"
  | "f8"
  /** Text up to a newline. */
  | "line"
  /** Two lines: module and name. */
  | "lines2"
  /** A length of 1, 4 or 8 bytes, then that many bytes; `i4` lengths are signed. */
  | "bytes1"
  | "bytes4"
  | "bytes4signed"
  | "bytes8";

export interface OpcodeRow {
  readonly name: string;
  readonly code: number;
  readonly argument: ArgumentKind;
  /** The first protocol that has it. */
  readonly protocol: number;
  /** Values that must be on the stack; with `mark`, below the topmost mark. */
  readonly takes: number;
  /** Takes everything down to the topmost mark, and the mark. */
  readonly mark?: true;
  readonly gives: number;
}

const row = (
  name: string,
  code: number,
  argument: ArgumentKind,
  protocol: number,
  takes: number,
  gives: number,
  mark?: "mark",
): OpcodeRow => {
  const bare = { name, code, argument, protocol, takes, gives };
  return mark === undefined ? bare : { ...bare, mark: true };
};

export const OPCODES: readonly OpcodeRow[] = [
  // Integers and booleans.
  row("INT", 0x49, "line", 0, 0, 1),
  row("BININT", 0x4a, "i4", 1, 0, 1),
  row("BININT1", 0x4b, "u1", 1, 0, 1),
  row("BININT2", 0x4d, "u2", 1, 0, 1),
  row("LONG", 0x4c, "line", 0, 0, 1),
  row("LONG1", 0x8a, "bytes1", 2, 0, 1),
  row("LONG4", 0x8b, "bytes4signed", 2, 0, 1),
  row("NONE", 0x4e, "none", 0, 0, 1),
  row("NEWTRUE", 0x88, "none", 2, 0, 1),
  row("NEWFALSE", 0x89, "none", 2, 0, 1),
  row("FLOAT", 0x46, "line", 0, 0, 1),
  row("BINFLOAT", 0x47, "f8", 1, 0, 1),
  // Python 2 strings: bytes that were often text.
  row("STRING", 0x53, "line", 0, 0, 1),
  row("BINSTRING", 0x54, "bytes4signed", 1, 0, 1),
  row("SHORT_BINSTRING", 0x55, "bytes1", 1, 0, 1),
  // Bytes.
  row("BINBYTES", 0x42, "bytes4", 3, 0, 1),
  row("SHORT_BINBYTES", 0x43, "bytes1", 3, 0, 1),
  row("BINBYTES8", 0x8e, "bytes8", 4, 0, 1),
  row("BYTEARRAY8", 0x96, "bytes8", 5, 0, 1),
  row("NEXT_BUFFER", 0x97, "none", 5, 0, 1),
  row("READONLY_BUFFER", 0x98, "none", 5, 1, 1),
  // Text.
  row("UNICODE", 0x56, "line", 0, 0, 1),
  row("SHORT_BINUNICODE", 0x8c, "bytes1", 4, 0, 1),
  row("BINUNICODE", 0x58, "bytes4", 1, 0, 1),
  row("BINUNICODE8", 0x8d, "bytes8", 4, 0, 1),
  // Lists and tuples.
  row("EMPTY_LIST", 0x5d, "none", 1, 0, 1),
  row("APPEND", 0x61, "none", 0, 2, 1),
  row("APPENDS", 0x65, "none", 1, 1, 1, "mark"),
  row("LIST", 0x6c, "none", 0, 0, 1, "mark"),
  row("EMPTY_TUPLE", 0x29, "none", 1, 0, 1),
  row("TUPLE", 0x74, "none", 0, 0, 1, "mark"),
  row("TUPLE1", 0x85, "none", 2, 1, 1),
  row("TUPLE2", 0x86, "none", 2, 2, 1),
  row("TUPLE3", 0x87, "none", 2, 3, 1),
  // Dicts and sets.
  row("EMPTY_DICT", 0x7d, "none", 1, 0, 1),
  row("DICT", 0x64, "none", 0, 0, 1, "mark"),
  row("SETITEM", 0x73, "none", 0, 3, 1),
  row("SETITEMS", 0x75, "none", 1, 1, 1, "mark"),
  row("EMPTY_SET", 0x8f, "none", 4, 0, 1),
  row("ADDITEMS", 0x90, "none", 4, 1, 1, "mark"),
  row("FROZENSET", 0x91, "none", 4, 0, 1, "mark"),
  // The stack itself.
  row("POP", 0x30, "none", 0, 1, 0),
  row("DUP", 0x32, "none", 0, 1, 2),
  row("MARK", 0x28, "none", 0, 0, 0),
  row("POP_MARK", 0x31, "none", 1, 0, 0, "mark"),
  // The memo.
  row("GET", 0x67, "line", 0, 0, 1),
  row("BINGET", 0x68, "u1", 1, 0, 1),
  row("LONG_BINGET", 0x6a, "u4", 1, 0, 1),
  row("PUT", 0x70, "line", 0, 1, 1),
  row("BINPUT", 0x71, "u1", 1, 1, 1),
  row("LONG_BINPUT", 0x72, "u4", 1, 1, 1),
  row("MEMOIZE", 0x94, "none", 4, 1, 1),
  // Imports and calls.
  row("EXT1", 0x82, "u1", 2, 0, 1),
  row("EXT2", 0x83, "u2", 2, 0, 1),
  row("EXT4", 0x84, "i4", 2, 0, 1),
  row("GLOBAL", 0x63, "lines2", 0, 0, 1),
  row("STACK_GLOBAL", 0x93, "none", 4, 2, 1),
  row("REDUCE", 0x52, "none", 0, 2, 1),
  row("BUILD", 0x62, "none", 0, 2, 1),
  row("INST", 0x69, "lines2", 0, 0, 1, "mark"),
  row("OBJ", 0x6f, "none", 1, 0, 1, "mark"),
  row("NEWOBJ", 0x81, "none", 2, 2, 1),
  row("NEWOBJ_EX", 0x92, "none", 4, 3, 1),
  row("PERSID", 0x50, "line", 0, 0, 1),
  row("BINPERSID", 0x51, "none", 1, 1, 1),
  // The stream.
  row("PROTO", 0x80, "u1", 2, 0, 0),
  row("STOP", 0x2e, "none", 0, 1, 0),
  row("FRAME", 0x95, "u8", 4, 0, 0),
];

const byCode: readonly (OpcodeRow | undefined)[] = Array.from({ length: 256 }, (_, code) =>
  OPCODES.find((opcode) => opcode.code === code),
);

export function opcodeOf(code: number): OpcodeRow | undefined {
  return byCode[code];
}

/** The opcode's name; `byte 0x..` for what is none. */
export function opcodeName(code: number): string {
  return byCode[code]?.name ?? `byte 0x${code.toString(16).padStart(2, "0")}`;
}

/** Bytes after an opcode that are always there: its argument, or the length before it. */
const FIXED: Readonly<Record<ArgumentKind, number>> = {
  none: 0,
  line: 0,
  lines2: 0,
  u1: 1,
  u2: 2,
  i4: 4,
  u4: 4,
  u8: 8,
  f8: 8,
  bytes1: 1,
  bytes4: 4,
  bytes4signed: 4,
  bytes8: 8,
};
export const fixedBytes = Uint8Array.from({ length: 256 }, (_, code) => FIXED[opcodeOf(code)?.argument ?? "none"]);
