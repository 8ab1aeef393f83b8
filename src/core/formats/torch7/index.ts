import type { Format, Match, Probe } from "../format.ts";
import { littleUint, startsWithText } from "../probe.ts";
import { readTorch7 } from "./read.ts";
import { isText } from "./text-form.ts";

//   An object is an i32 that says what it is, then
//   +---+----------+----------------------------------------------------------------------------------------+
//   | 0 | nil      |                                                                                        |
//   | 1 | number   | float64                                                                                |
//   | 2 | string   | i32 length, bytes                                                                      |
//   | 3 | table    | i32 index; where the index is new: i32 entries, a key object and a value object each   |
//   | 4 | torch    | i32 index; where the index is new: "V 1" and the class as strings, then what it writes |
//   | 5 | boolean  | i32                                                                                    |
//   | 8 | function | i32 index; where the index is new: i32 length, Lua bytecode, then a table of upvalues  |
//   +---+----------+----------------------------------------------------------------------------------------+
//   A tensor writes i32 dimensions, long sizes, long strides, long offset (from 1), then its storage as an object; a
//   storage long elements and their bytes; other classes one table. 6 and 7 are older functions. Byte order and the size
//   of a long (4 or 8) are those of the machine that wrote it: nothing says which.
//   The same as text has every number in decimal, and a newline behind each piece.
//   https://github.com/torch/torch7/blob/master/File.lua, https://github.com/torch/torch7/blob/master/doc/serialization.md

export const torch7Format: Format = {
  id: "torch7",
  label: "Torch 7",
  extensions: [".t7", ".net"],
  sniff,
  read: readTorch7,
};

/** The file's first object is a table, an object or a function of index 1. */
function sniff({ head, name }: Probe): Match | undefined {
  if (isText(head)) return { certainty: "certain", reason: "a Torch object or table as text" };
  const isNamed = /\.(?:t7|t7b|net)$/i.test(name);
  for (const order of ["little", "big"] as const) {
    const [type, index, length] = [uint(head, 0, order), uint(head, 4, order), uint(head, 8, order)];
    if (index !== 1 || length === undefined) continue;
    if (type === 4 && (isNamed || (length === 3 && startsWithText(head, "V ", 12))))
      return { certainty: "certain", reason: "a Torch object" };
    if (type === 8 && startsWithText(head, "\u001bL", 12)) return { certainty: "likely", reason: "a Lua function" };
    const key = uint(head, 12, order);
    // Keys are mostly numbers and strings.
    if (type === 3 && (isNamed || key === 1 || key === 2)) return { certainty: "likely", reason: "a Lua table" };
  }
  return undefined;
}

function uint(head: Uint8Array, at: number, order: "little" | "big"): number | undefined {
  if (order === "little") return littleUint(head, at, 4);
  const bytes = head.subarray(at, at + 4);
  return bytes.length < 4 ? undefined : bytes.reduce((number, byte) => number * 256 + byte, 0);
}
