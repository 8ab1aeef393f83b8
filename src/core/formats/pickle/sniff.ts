import type { ByteSource } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import type { Match, Probe } from "../format.ts";
import { isLikelyText, littleUint, textOf } from "../probe.ts";
import { type ArgumentKind, type OpcodeRow, opcodeOf } from "./opcodes.ts";

/** What walking over the opcodes of a file's head showed, without keeping any value. */
export interface HeadWalk {
  readonly opcodes: number;
  /** As PROTO says; without it 0 or 1, by the opcodes. */
  readonly protocol: number;
  /** `stop`: STOP was reached; `cut`: the head ends within; `broken`: not a pickle from there on. */
  readonly end: "stop" | "cut" | "broken";
  /** Where the walk ended. */
  readonly at: number;
  readonly hasGlobal: boolean;
  /** Opcodes that name something outside by a line of text. */
  readonly outside: number;
}

/** Enough to be sure, few enough to be nothing. */
const ENOUGH = 4096;
/** So few may be the letters of a word. */
const FEW = 3;

/**
 * Walks the head by opcode table and stack depth. Text and binaries of other formats fail within some bytes: either a
 * byte is no opcode, or the stack underflows.
 */
export function walkHead(head: Uint8Array): HeadWalk {
  const marks: number[] = [];
  let depth = 0;
  let at = 0;
  let opcodes = 0;
  let protocol = 0;
  let hasGlobal = false;
  let outside = 0;
  const ended = (end: HeadWalk["end"]): HeadWalk => ({ opcodes, protocol, end, at, hasGlobal, outside });
  while (opcodes < ENOUGH) {
    const code = head[at];
    if (code === undefined) return ended("cut");
    const opcode = opcodeOf(code);
    if (opcode === undefined) return ended("broken");
    const after = argumentEnd(head, at + 1, opcode);
    if (after === "broken") return ended("broken");
    const floor = marks.at(-1) ?? 0;
    if (opcode.name === "MARK") marks.push(depth);
    else if (opcode.name === "POP" && depth === floor && marks.length > 0) marks.pop();
    else {
      const next = stackAfter(opcode, depth, marks);
      if (next === undefined) return ended("broken");
      depth = next;
    }
    opcodes++;
    if (opcode.name === "PERSID") outside++;
    protocol = Math.max(protocol, Math.min(1, opcode.protocol));
    if (opcode.name === "PROTO") protocol = Math.max(protocol, head[at + 1] ?? 0);
    hasGlobal ||= opcode.name === "STACK_GLOBAL" || (opcode.argument === "lines2" && areNames(head, at + 1, after));
    if (after === "cut") return ended("cut");
    at = after;
    if (opcode.name === "STOP") return ended("stop");
  }
  return ended("cut");
}

/** The depth after an opcode; undefined when it takes more than there is above the topmost mark. */
function stackAfter(opcode: OpcodeRow, depth: number, marks: number[]): number | undefined {
  let top = depth;
  if (opcode.mark === true) {
    const mark = marks.pop();
    if (mark === undefined) return undefined;
    // OBJ needs a class above the mark.
    if (opcode.name === "OBJ" && depth === mark) return undefined;
    top = mark;
  }
  const floor = marks.at(-1) ?? 0;
  if (top - opcode.takes < floor) return undefined;
  return top - opcode.takes + opcode.gives;
}

const FIXED: Partial<Record<ArgumentKind, number>> = { none: 0, u1: 1, u2: 2, i4: 4, u4: 4, u8: 8, f8: 8 };
const PREFIX: Partial<Record<ArgumentKind, number>> = { bytes1: 1, bytes4: 4, bytes4signed: 4, bytes8: 8 };

const INTEGER = /^\s*[-+]?[\d_]+L?\s*$/;
/** Lines that an unpickler reads as numbers, or as a text in quotes. */
const WRITTEN: ReadonlyMap<string, RegExp> = new Map([
  ["INT", INTEGER],
  ["LONG", INTEGER],
  ["GET", INTEGER],
  ["PUT", INTEGER],
  ["FLOAT", /^\s*[-+]?(?:[\d.]|inf|nan)/i],
  ["STRING", /^\s*["']/],
]);

function argumentEnd(head: Uint8Array, at: number, { argument: kind, name }: OpcodeRow): number | "cut" | "broken" {
  const fixed = FIXED[kind];
  if (fixed !== undefined) return at + fixed <= head.length ? at + fixed : "cut";
  const prefix = PREFIX[kind];
  if (prefix === undefined) {
    // UNICODE escapes little more than the newline.
    const isAny = name === "UNICODE";
    const first = lineEnd(head, at, isAny);
    if (typeof first !== "number") return first;
    if (kind !== "lines2")
      return WRITTEN.get(name)?.test(textOf(head.subarray(at, first))) === false ? "broken" : first;
    const second = lineEnd(head, first, isAny);
    // Names that are not UTF-8 stop an unpickler; those with such signs are of no module.
    return typeof second === "number" && /[\ufffd,=;(){}"'|]/.test(textOf(head.subarray(at, second)))
      ? "broken"
      : second;
  }
  if (at + prefix > head.length) return "cut";
  let length = 0;
  for (let i = prefix - 1; i >= 0; i--) length = length * 256 + (head[at + i] ?? 0);
  const end = at + prefix + length;
  if (!Number.isSafeInteger(end)) return "broken";
  return end <= head.length ? end : "cut";
}

/** Lines hold printable text: a control byte means that this is no line. */
function lineEnd(head: Uint8Array, at: number, isAny: boolean): number | "cut" | "broken" {
  for (let i = at; i < head.length; i++) {
    const byte = head[i] ?? 0;
    if (byte === 0x0a) return i + 1;
    if (!isAny && byte < 0x20 && byte !== 0x09 && byte !== 0x0d) return "broken";
  }
  return "cut";
}

/** Two lines that could be a module and a name in it. */
function areNames(head: Uint8Array, at: number, end: number | "cut"): boolean {
  if (end === "cut") return false;
  return /^[\w.]+\r?\n[\w.<>]+\r?\n$/.test(textOf(head.subarray(at, end)));
}

/** How sure it is that a file is a pickle stream, and what showed it. */
export function sniffPickle(probe: Probe): Match | undefined {
  const { head } = probe;
  if (head[0] === 0x80) {
    const protocol = head[1];
    if (protocol === undefined) return { certainty: "possible", reason: "one byte, which pickles begin with" };
    const { opcodes, end, hasGlobal } = walkHead(head);
    // Python refuses it; scanners and other unpicklers may not.
    if (protocol > 5 && hasGlobal && opcodes > 3 && end === "stop")
      return { certainty: "likely", reason: `an import behind the unknown protocol ${protocol}` };
    // One that is newer than all we know, told as such. PROTO came with protocol 2: before, it is what others begin with.
    if (protocol > 5 && (protocol > 9 || end === "broken" || opcodes < 3)) return undefined;
    if (protocol < 2 && end === "broken" && !hasGlobal) return undefined;
    if (end !== "broken" || opcodes > 8)
      return { certainty: "certain", reason: `begins with the opcode of pickle protocol ${protocol}` };
    return { certainty: "likely", reason: `begins as pickle protocol ${protocol} and is damaged soon after` };
  }
  const { opcodes, end, hasGlobal, at, outside } = walkHead(head);
  // A list of paths that begin with P.
  if (!hasGlobal && opcodes > FEW && outside * 2 > opcodes) return undefined;
  if (!hasGlobal && (claimsTooMuch(probe) || (opcodes <= FEW && end === "stop" && isTextBehind(probe, at))))
    return undefined;
  const plural = opcodes === 1 ? "opcode" : "opcodes";
  if (end === "stop" && opcodes > 1)
    return { certainty: opcodes > 3 ? "certain" : "likely", reason: `${opcodes} pickle ${plural} up to STOP` };
  if (end === "cut" && opcodes >= 16) return { certainty: "certain", reason: `${opcodes} pickle opcodes in a row` };
  if (end === "cut" && opcodes >= 4) return { certainty: "likely", reason: `${opcodes} pickle opcodes in a row` };
  // Names that loading would import before it fails are what a hostile file is about: never pass over them.
  if (hasGlobal && opcodes > 2) return { certainty: "likely", reason: `${opcodes} pickle ${plural} with an import` };
  // A few letters of a text can be opcodes too.
  if (hasGlobal || (end === "cut" && opcodes > 0 && !isLikelyText(head)))
    return { certainty: "possible", reason: `${opcodes} pickle ${plural}` };
  return undefined;
}

/** Begins with a text or bytes longer than the file: four letters of another format, read as a length. */
function claimsTooMuch({ head, size }: Probe): boolean {
  const prefix = PREFIX[opcodeOf(head[0] ?? 0)?.argument ?? "none"];
  return prefix !== undefined && 1 + prefix + (littleUint(head, 1, Math.min(prefix, 6)) ?? 0) > size;
}

/** A sentence whose first letters are opcodes: text goes on where the pickle would have ended, and is no other one. */
function isTextBehind({ head, size }: Probe, at: number): boolean {
  if (at >= size || !isLikelyText(head)) return false;
  const { opcodes, end } = walkHead(head.subarray(at));
  return end === "broken" || opcodes < 2;
}

/** What follows a STOP is another pickle when its first opcodes are. */
export async function isAnotherPickle(source: ByteSource, position: number): Promise<boolean> {
  const head = await source.read(position, Math.min(source.size, position + LIMITS.probeHeadBytes));
  const { opcodes, end } = walkHead(head);
  return end === "stop" || (end === "cut" && opcodes > 3) || (head[0] === 0x80 && opcodes > 1);
}
