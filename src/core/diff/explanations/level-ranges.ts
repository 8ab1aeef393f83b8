/** What one level of a quantised tensor stands for: the smallest and the largest old value. */
export interface LevelRange {
  readonly level: number;
  readonly low: number;
  readonly high: number;
}

/** 8-bit quantisation has this many levels; more are not looked for. */
export const LEVELS = 256;
/** Fewer levels, or hardly more elements than levels, fit any grid. */
export const FEWEST_LEVELS = 4;
export const ELEMENTS_PER_LEVEL = 2;
/** Quantisers divide in float32: half a step may be exceeded by its rounding. */
export const SLACK = 1e-5;

/** Ranges of old values by level, in loops over every element. */
export interface LevelRanges {
  note(level: number, value: number): void;
  clear(): void;
  /** Levels that were met, smallest first. */
  sorted(): readonly LevelRange[];
}

/** For levels that are 8-bit integers, signed or not: a table. */
export function integerRanges(): LevelRanges {
  const OFFSET = 128;
  const low = new Float64Array(OFFSET + LEVELS);
  const high = new Float64Array(OFFSET + LEVELS);
  const clear = (): void => {
    low.fill(Number.POSITIVE_INFINITY);
    high.fill(Number.NEGATIVE_INFINITY);
  };
  clear();
  return {
    note(level, value) {
      const slot = level + OFFSET;
      if (value < (low[slot] ?? 0)) low[slot] = value;
      if (value > (high[slot] ?? 0)) high[slot] = value;
    },
    clear,
    sorted: () =>
      Array.from(low, (least, slot) => ({ level: slot - OFFSET, low: least, high: high[slot] ?? 0 })).filter(
        (range) => range.low <= range.high,
      ),
  };
}

/** Float levels that are looked at together for the first time, and again whenever there are twice as many. */
const FIRST_LOOK = 32;

/**
 * For levels that are floats: at most so many of them; `isFull` says that there were more, or that `areHopeless` said so of
 * those that had been met, smallest first.
 */
export function floatRanges(
  most: number,
  areHopeless: (levels: Float64Array) => boolean,
): LevelRanges & { readonly isFull: boolean } {
  const slots = new Map<number, number>();
  const low = new Float64Array(most);
  const high = new Float64Array(most);
  let isFull = false;
  let nextLook = FIRST_LOOK;
  return {
    get isFull() {
      return isFull;
    },
    note(level, value) {
      let slot = slots.get(level);
      if (slot === undefined) {
        slot = slots.size;
        if (slot === most) {
          isFull = true;
          return;
        }
        slots.set(level, slot);
        if (slots.size === nextLook) {
          nextLook *= 2;
          isFull = areHopeless(Float64Array.from(slots.keys()).sort());
        }
        low[slot] = value;
        high[slot] = value;
      }
      if (value < (low[slot] ?? 0)) low[slot] = value;
      if (value > (high[slot] ?? 0)) high[slot] = value;
    },
    clear() {
      slots.clear();
      isFull = false;
      nextLook = FIRST_LOOK;
    },
    sorted: () =>
      [...slots]
        .map(([level, slot]) => ({ level, low: low[slot] ?? 0, high: high[slot] ?? 0 }))
        .sort((a, b) => a.level - b.level),
  };
}
