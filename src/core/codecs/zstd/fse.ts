import { damaged } from "../damage.ts";

/** A table of finite state entropy: by state what it stands for, and how the next state is made. */
export interface FseTable {
  readonly log: number;
  readonly symbols: Uint8Array;
  readonly bits: Uint8Array;
  readonly bases: Uint16Array;
}

/** A code that is always the same symbol. */
export function constantTable(symbol: number): FseTable {
  return { log: 0, symbols: Uint8Array.of(symbol), bits: Uint8Array.of(0), bases: Uint16Array.of(0) };
}

/** Reads a table's probabilities (RFC 8878, 4.1.1); gives it and where it ends. */
export function readFseTable(
  bytes: Uint8Array,
  from: number,
  end: number,
  maxLog: number,
  maxSymbol: number,
): { readonly table: FseTable; readonly end: number } {
  let position = from * 8;
  const peek = (width: number): number => {
    const at = position >>> 3;
    const byte = (k: number): number => (at + k < end ? (bytes[at + k] as number) : 0);
    return ((byte(0) | (byte(1) << 8) | (byte(2) << 16)) >>> (position & 7)) & ((1 << width) - 1);
  };
  const log = peek(4) + 5;
  position += 4;
  if (log > maxLog) throw damaged(`a code table has ${log} bits; ${maxLog} are allowed`);
  const counts: number[] = [];
  let remaining = 1 << log;
  while (remaining > 0) {
    // A value from 0 to remaining + 1, the lower ones a bit shorter.
    const width = 32 - Math.clz32(remaining + 1);
    const short = (1 << width) - 2 - remaining;
    let value = peek(width);
    const low = value & ((1 << (width - 1)) - 1);
    if (low < short) {
      value = low;
      position += width - 1;
    } else {
      if (value >= 1 << (width - 1)) value -= short;
      position += width;
    }
    const count = value - 1;
    counts.push(count);
    remaining -= Math.abs(count);
    if (count === 0) {
      let repeat = 3;
      while (repeat === 3) {
        repeat = peek(2);
        position += 2;
        for (let k = 0; k < repeat; k++) counts.push(0);
        if (counts.length > maxSymbol + 1) break;
      }
    }
    if (counts.length > maxSymbol + 1) throw damaged("a code table has too many symbols");
    if (position > end * 8) throw damaged("a code table is cut");
  }
  return { table: buildFseTable(counts, log), end: (position + 7) >>> 3 };
}

/** Of probabilities in parts of 2^log; -1 is less than one part. */
export function buildFseTable(counts: readonly number[], log: number): FseTable {
  const size = 1 << log;
  const symbols = new Uint8Array(size);
  const next = new Uint16Array(counts.length);
  let high = size;
  for (const [symbol, count] of counts.entries()) {
    if (count === -1) symbols[--high] = symbol;
    next[symbol] = Math.abs(count);
  }
  const step = (size >>> 1) + (size >>> 3) + 3;
  let place = 0;
  for (const [symbol, count] of counts.entries())
    for (let k = 0; k < count; k++) {
      symbols[place] = symbol;
      do place = (place + step) & (size - 1);
      while (place >= high);
    }
  if (place !== 0) throw damaged("a code table's parts do not add up");
  const bits = new Uint8Array(size);
  const bases = new Uint16Array(size);
  for (let state = 0; state < size; state++) {
    const symbol = symbols[state] as number;
    const count = next[symbol] as number;
    next[symbol] = count + 1;
    const width = log - (31 - Math.clz32(count));
    bits[state] = width;
    bases[state] = (count << width) - size;
  }
  return { log, symbols, bits, bases };
}
