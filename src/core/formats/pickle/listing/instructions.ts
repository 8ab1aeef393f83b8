import type { ByteSource } from "../../../bytes/source.ts";
import { LIMITS } from "../../../limits.ts";
import type { Work } from "../../../work.ts";
import type { InlineRange } from "../evaluation.ts";
import { type ArgumentKind, type OpcodeRow, opcodeOf } from "../opcodes.ts";

/** One opcode as it lies in the stream. */
export interface Instruction {
  readonly kind: "opcode";
  readonly offset: number;
  readonly row: OpcodeRow;
  /** The argument without its length or newline; of a long one the first bytes. */
  readonly argument: Uint8Array;
  /** Bytes of the whole argument, and where they begin. */
  readonly length: number;
  readonly argumentStart: number;
  readonly end: number;
}

/** Bytes between two opcodes that joblib reads as an array. */
export interface ArrayBytes {
  readonly kind: "array";
  readonly range: InlineRange;
}

/** The walk ends before STOP. */
export interface Halt {
  readonly kind: "halt";
  readonly offset: number;
  readonly why: string;
}

export type Step = Instruction | ArrayBytes | Halt;

/** Bytes read at once. */
const WINDOW = 1 << 20;
/** Of a longer argument only the first bytes are shown or compared. */
export const PREVIEW = 4096;

const FIXED: Partial<Record<ArgumentKind, number>> = { none: 0, u1: 1, u2: 2, i4: 4, u4: 4, u8: 8, f8: 8 };
const PREFIX: Partial<Record<ArgumentKind, number>> = { bytes1: 1, bytes4: 4, bytes4signed: 4, bytes8: 8 };

/**
 * Walks over the opcodes from `start` on, jumping over inline arrays, up to STOP, to damage, or to `until`. Payloads are
 * not read beyond what a listing shows of them.
 */
export async function* walk(
  source: ByteSource,
  start: number,
  until: number,
  ranges: readonly InlineRange[],
  work: Work,
): AsyncGenerator<Step> {
  const reader = new WindowReader(source);
  const inline = new Map(ranges.map((range) => [range.start, range]));
  let at = start;
  while (at < until) {
    if (work.isDue()) await work.checkpoint();
    const range = inline.get(at);
    if (range !== undefined) {
      inline.delete(at);
      yield { kind: "array", range };
      at = range.end;
      continue;
    }
    if (!reader.has(at, 1 + 8 + PREVIEW)) await reader.fill(at, WINDOW);
    let step = parse(reader, at);
    // Only a line may be longer than a window.
    for (let size = 4 * WINDOW; step === undefined && reader.end < source.size; size *= 2) {
      if (size > 2 * LIMITS.pickleTextBytes) break;
      await reader.fill(at, size);
      step = parse(reader, at);
    }
    step ??= { kind: "halt", offset: at, why: "the argument of the opcode here is cut off" };
    yield step;
    if (step.kind !== "opcode" || step.row.name === "STOP") return;
    at = step.end;
  }
  if (at >= source.size) yield { kind: "halt", offset: at, why: "the pickle ends without STOP" };
}

/** Undefined when the argument ends after what is at hand. */
function parse(reader: WindowReader, at: number): Step | undefined {
  const { source } = reader;
  const code = reader.byte(at);
  const row = opcodeOf(code);
  if (row === undefined)
    return { kind: "halt", offset: at, why: `byte 0x${code.toString(16).padStart(2, "0")} is no opcode` };
  const from = at + 1;
  const made = (argumentStart: number, length: number, end: number): Instruction => ({
    kind: "opcode",
    offset: at,
    row,
    argument: reader.bytes(argumentStart, argumentStart + Math.min(length, PREVIEW)),
    length,
    argumentStart,
    end,
  });
  const fixed = FIXED[row.argument];
  if (fixed !== undefined) return from + fixed <= source.size ? made(from, fixed, from + fixed) : undefined;
  const prefix = PREFIX[row.argument];
  if (prefix === undefined) {
    const first = reader.newline(from);
    const last = first !== undefined && row.argument === "lines2" ? reader.newline(first + 1) : first;
    return last === undefined ? undefined : made(from, last - from, last + 1);
  }
  if (from + prefix > source.size) return undefined;
  let length = 0;
  for (let k = prefix - 1; k >= 0; k--) length = length * 256 + reader.byte(from + k);
  if (row.argument === "bytes4signed" && length >= 0x80000000)
    return { kind: "halt", offset: at, why: "the opcode here has a negative length" };
  const start = from + prefix;
  return start + length <= source.size ? made(start, length, start + length) : undefined;
}

/** A part of the source in memory. */
class WindowReader {
  readonly source: ByteSource;
  private window: Uint8Array = new Uint8Array(0);
  private base = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  get end(): number {
    return this.base + this.window.length;
  }

  has(at: number, length: number): boolean {
    return at >= this.base && Math.min(at + length, this.source.size) <= this.end;
  }

  async fill(at: number, length: number): Promise<void> {
    this.window = await this.source.read(at, Math.min(this.source.size, at + length));
    this.base = at;
  }

  byte(at: number): number {
    return this.window[at - this.base] ?? 0;
  }

  bytes(from: number, to: number): Uint8Array {
    return this.window.subarray(from - this.base, to - this.base);
  }

  newline(from: number): number | undefined {
    const found = this.window.indexOf(0x0a, from - this.base);
    return found < 0 ? undefined : this.base + found;
  }
}
