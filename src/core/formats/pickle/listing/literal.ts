import { float64Text } from "../../../model/float-text.ts";
import { pythonBytes, pythonString } from "../../../model/python-text.ts";
import { int32, longInteger, uint32, uint64 } from "../numbers.ts";
import { isAsciiRange, latin1, quotedString, rawUnicodeEscape, readText } from "../text.ts";
import type { Instruction } from "./instructions.ts";

/** What an opcode pushes when it pushes a plain value: its text as Python would write it. */
export interface Literal {
  readonly kind: "literal";
  readonly text: string;
  /** Of a string that is at hand in full: names are made of these. */
  readonly string?: string;
}

export const literal = (text: string): Literal => ({ kind: "literal", text });

/** Characters or bytes of a text that are shown. */
const SHOWN = 120;
/** Turning longer ones to decimal digits takes quadratic time. */
const INTEGER_BYTES = 512;

/** The argument as a listing shows it; undefined for opcodes without one. */
export function argumentText(step: Instruction): string | undefined {
  const { row, argument } = step;
  switch (row.argument) {
    case "none":
      return undefined;
    case "u1":
    case "u2":
    case "i4":
    case "u4":
    case "u8":
    case "f8":
      return numberText(step);
    case "lines2": {
      const [module = "", name = ""] = namesOf(argument);
      return `${pythonString(module)} ${pythonString(name)}`;
    }
    case "line":
      return valueOf(step)?.text ?? shownLine(step);
    case "bytes1":
    case "bytes4":
    case "bytes4signed":
    case "bytes8":
      return valueOf(step)?.text;
  }
}

/** Module and name of GLOBAL and INST. */
export function namesOf(argument: Uint8Array): string[] {
  const text = readText(argument, 0, argument.length) ?? latin1(argument);
  return text.split("\n", 2);
}

/** The plain value that an opcode pushes; undefined for all other opcodes. */
export function valueOf(step: Instruction): Literal | undefined {
  const { row, argument, length } = step;
  switch (row.name) {
    case "NONE":
      return literal("None");
    case "NEWTRUE":
      return literal("True");
    case "NEWFALSE":
      return literal("False");
    case "BININT":
    case "BININT1":
    case "BININT2":
    case "BINFLOAT":
      return literal(numberText(step));
    case "INT":
      return literal(INTS[shownLine(step)] ?? shownLine(step));
    case "LONG":
    case "FLOAT":
      return literal(shownLine(step));
    case "LONG1":
    case "LONG4":
      return literal(length > INTEGER_BYTES ? `<integer of ${length} bytes>` : String(longInteger(argument)));
    case "STRING": {
      const content = length === argument.length ? quotedString(argument, 0, argument.length) : undefined;
      return content === undefined ? literal(shownLine(step)) : eightBit(content, content.length);
    }
    case "BINSTRING":
    case "SHORT_BINSTRING":
      return eightBit(argument, length);
    case "BINBYTES":
    case "SHORT_BINBYTES":
    case "BINBYTES8":
      return literal(cut(pythonBytes(argument.subarray(0, SHOWN)), length));
    case "BYTEARRAY8":
      return literal(`bytearray(${cut(pythonBytes(argument.subarray(0, SHOWN)), length)})`);
    case "UNICODE":
      return unicodeText(rawUnicodeEscape(argument, 0, argument.length), argument, length);
    case "SHORT_BINUNICODE":
    case "BINUNICODE":
    case "BINUNICODE8":
      return unicodeText(readText(argument, 0, argument.length), argument, length);
    default:
      return undefined;
  }
}

/** Protocol 0 writes booleans as integers with a zero before them. */
const INTS: Readonly<Record<string, string>> = { "00": "False", "01": "True" };

function numberText({ row, argument }: Instruction): string {
  const at = (index: number): number => argument[index] ?? 0;
  switch (row.argument) {
    case "u1":
      return String(at(0));
    case "u2":
      return String(at(0) + 256 * at(1));
    case "i4":
      return String(int32(argument, 0));
    case "u4":
      return String(uint32(argument, 0));
    case "u8":
      return String(uint64(argument, 0));
    case "f8": {
      const view = new DataView(argument.buffer, argument.byteOffset, argument.byteLength);
      return float64Text(view.getFloat64(0));
    }
    case "none":
    case "line":
    case "lines2":
    case "bytes1":
    case "bytes4":
    case "bytes4signed":
    case "bytes8":
      return "";
  }
}

/** A line of protocol 0 as it is, without what would break the listing's own lines. */
function shownLine({ argument, length }: Instruction): string {
  const quoted = pythonString(latin1(argument.subarray(0, SHOWN)));
  const bare = quoted.slice(1, -1);
  return length > SHOWN ? `<${bare}... ${length} bytes>` : bare;
}

function unicodeText(known: string | undefined, argument: Uint8Array, length: number): Literal {
  const isWhole = argument.length === length;
  // The end of what is at hand may cut a character.
  const shown = known ?? latin1(argument);
  if (!isWhole || shown.length > SHOWN) return literal(cut(pythonString(shown.slice(0, SHOWN)), length, true));
  const made = literal(pythonString(shown));
  return known === undefined ? made : { ...made, string: known };
}

/** A Python 2 string: text when it is ASCII. */
function eightBit(content: Uint8Array, length: number): Literal {
  if (!isAsciiRange(content, 0, content.length)) return literal(cut(pythonBytes(content.subarray(0, SHOWN)), length));
  return unicodeText(latin1(content), content, length);
}

function cut(shown: string, length: number, isAlways = false): string {
  return isAlways || length > SHOWN ? `<${shown}... ${length} bytes>` : shown;
}
