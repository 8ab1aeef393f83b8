import { damaged } from "../damage.ts";
import type { History } from "../history.ts";
import { BackwardBits } from "./bits.ts";
import { buildFseTable, constantTable, type FseTable, readFseTable } from "./fse.ts";
import { littleEndian } from "./literals.ts";

/** The three kinds of codes, in the order in which their tables come. */
interface Kind {
  readonly maxLog: number;
  readonly maxSymbol: number;
  readonly standard: FseTable;
}

/** -1 is less than one part (RFC 8878, 3.1.1.3.2.2). */
const LITERAL_LENGTHS: Kind = {
  maxLog: 9,
  maxSymbol: 35,
  standard: buildFseTable(
    [4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1],
    6,
  ),
};
const OFFSETS: Kind = {
  maxLog: 8,
  maxSymbol: 31,
  standard: buildFseTable(
    [1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1],
    5,
  ),
};
const MATCH_LENGTHS: Kind = {
  maxLog: 9,
  maxSymbol: 52,
  standard: buildFseTable(
    [
      1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1,
    ],
    6,
  ),
};

/** By code: extra bits, and what they are added to. */
const LITERAL_BITS = extraBits(16, [1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const LITERAL_BASES = bases(0, LITERAL_BITS);
const MATCH_BITS = extraBits(32, [1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
const MATCH_BASES = bases(3, MATCH_BITS);

function extraBits(without: number, rest: readonly number[]): Uint8Array {
  return Uint8Array.from([...Array<number>(without).fill(0), ...rest]);
}

/** Each code begins where the one before ends. */
function bases(first: number, bits: Uint8Array): Uint32Array {
  let next = first;
  return Uint32Array.from(bits, (width) => {
    const base = next;
    next += 2 ** width;
    return base;
  });
}

/** What blocks of one frame hand on to the next. */
export interface SequenceState {
  literalLengths: FseTable | undefined;
  offsets: FseTable | undefined;
  matchLengths: FseTable | undefined;
  /** The last three distances. */
  readonly recent: [number, number, number];
}

export function sequenceState(): SequenceState {
  return { literalLengths: undefined, offsets: undefined, matchLengths: undefined, recent: [1, 4, 8] };
}

const PREDEFINED = 0;
const RUN = 1;
const REPEAT = 3;

function readTable(
  block: Uint8Array,
  at: number,
  mode: number,
  { maxLog, maxSymbol, standard }: Kind,
  known: FseTable | undefined,
): { readonly table: FseTable; readonly end: number } {
  if (mode === PREDEFINED) return { table: standard, end: at };
  if (mode === RUN) {
    const symbol = littleEndian(block, at, 1);
    if (symbol > maxSymbol) throw damaged("a code has no meaning");
    return { table: constantTable(symbol), end: at + 1 };
  }
  if (mode !== REPEAT) return readFseTable(block, at, block.length, maxLog, maxSymbol);
  if (known === undefined) throw damaged("a block uses a code table of a block before it, and there is none");
  return { table: known, end: at };
}

/**
 * The sequences section (RFC 8878, 3.1.1.3.2), which begins at `from`, executed: literals and matches go into the
 * history, which has room up to `limit`.
 */
export function executeSequences(
  block: Uint8Array,
  from: number,
  literals: Uint8Array,
  state: SequenceState,
  history: History,
  limit: number,
): void {
  let at = from;
  const first = littleEndian(block, at++, 1);
  let count = first;
  if (first === 255) {
    count = littleEndian(block, at, 2) + 0x7f00;
    at += 2;
  } else if (first >= 128) count = (first - 128) * 256 + littleEndian(block, at++, 1);
  if (count === 0) {
    if (at !== block.length) throw damaged("a block goes on after its end");
    append(history, literals, 0, limit);
    return;
  }
  const modes = littleEndian(block, at++, 1);
  if ((modes & 3) !== 0) throw damaged("a block's flags have a meaning that is not known");
  const lengths = readTable(block, at, modes >>> 6, LITERAL_LENGTHS, state.literalLengths);
  const offsets = readTable(block, lengths.end, (modes >>> 4) & 3, OFFSETS, state.offsets);
  const matches = readTable(block, offsets.end, (modes >>> 2) & 3, MATCH_LENGTHS, state.matchLengths);
  state.literalLengths = lengths.table;
  state.offsets = offsets.table;
  state.matchLengths = matches.table;
  const stream = new BackwardBits(block, matches.end, block.length);
  const used = execute(stream, count, literals, state, history, limit);
  append(history, literals, used, limit);
}

/** Gives how many literals were used. */
function execute(
  stream: BackwardBits,
  count: number,
  literals: Uint8Array,
  state: SequenceState,
  history: History,
  limit: number,
): number {
  const {
    log: lengthLog,
    symbols: lengthSymbols,
    bits: lengthBits,
    bases: lengthBases,
  } = state.literalLengths as FseTable;
  const { log: offsetLog, symbols: offsetSymbols, bits: offsetBits, bases: offsetBases } = state.offsets as FseTable;
  const { log: matchLog, symbols: matchSymbols, bits: matchBits, bases: matchBases } = state.matchLengths as FseTable;
  const { recent } = state;
  const { bytes: out, base, declared } = history;
  let to = history.at;
  let used = 0;
  let lengthState = stream.read(lengthLog);
  let offsetState = stream.read(offsetLog);
  let matchState = stream.read(matchLog);
  for (let k = 0; k < count; k++) {
    const lengthCode = lengthSymbols[lengthState] as number;
    const offsetCode = offsetSymbols[offsetState] as number;
    const matchCode = matchSymbols[matchState] as number;
    const offset =
      offsetCode < 26 ? (1 << offsetCode) + stream.read(offsetCode) : 2 ** offsetCode + stream.readLong(offsetCode);
    const length = (MATCH_BASES[matchCode] as number) + stream.read(MATCH_BITS[matchCode] as number);
    const literal = (LITERAL_BASES[lengthCode] as number) + stream.read(LITERAL_BITS[lengthCode] as number);
    if (k + 1 < count) {
      lengthState = (lengthBases[lengthState] as number) + stream.read(lengthBits[lengthState] as number);
      matchState = (matchBases[matchState] as number) + stream.read(matchBits[matchState] as number);
      offsetState = (offsetBases[offsetState] as number) + stream.read(offsetBits[offsetState] as number);
    }
    const distance = distanceOf(offset, literal, recent);
    if (literal > literals.length - used) throw damaged("a block uses more literals than it has");
    if (literal + length > limit - to) throw damaged("a block is longer than it may be");
    if (literal < 16) for (let i = 0; i < literal; i++) out[to + i] = literals[used + i] as number;
    else out.set(literals.subarray(used, used + literal), to);
    used += literal;
    to += literal;
    if (distance > to - base || distance > declared) throw history.tooFar(distance);
    const end = to + length;
    if (distance >= length && length > 32) out.copyWithin(to, to - distance, to - distance + length);
    else if (distance === 1) out.fill(out[to - 1] as number, to, end);
    else for (let source = to - distance, next = to; next < end; ) out[next++] = out[source++] as number;
    to = end;
  }
  if (stream.left !== 0) throw damaged("a block's sequences do not end where they should");
  history.at = to;
  return used;
}

/** An offset below 4 is one of the last three distances; without literals before it, those but the first. */
function distanceOf(offset: number, literals: number, recent: [number, number, number]): number {
  const [first, second, third] = recent;
  if (offset > 3) {
    recent[0] = offset - 3;
    recent[1] = first;
    recent[2] = second;
    return offset - 3;
  }
  const which = offset - 1 + (literals === 0 ? 1 : 0);
  if (which === 0) return first;
  const distance = which === 1 ? second : which === 2 ? third : first - 1;
  if (distance === 0) throw damaged("a match is 0 bytes back");
  recent[0] = distance;
  recent[1] = first;
  if (which > 1) recent[2] = second;
  return distance;
}

function append(history: History, literals: Uint8Array, from: number, limit: number): void {
  const rest = literals.subarray(from);
  if (rest.length > limit - history.at) throw damaged("a block is longer than it may be");
  history.bytes.set(rest, history.at);
  history.at += rest.length;
}
