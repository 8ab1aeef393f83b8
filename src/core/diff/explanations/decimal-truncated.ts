import { say } from "../../model/sentence.ts";
import { BITS_PER_DIGIT, decimalExponent, type DecimalMode, isDecimalOf } from "./decimal-digits.ts";
import { EVIDENCE_BITS, type Explanation, type Hypothesis, type PairBlock, type PairFacts } from "./explanation.ts";
import { type FloatGrid, gridOf, isWithin } from "./float-grid.ts";

/** How numbers may have been printed. */
interface Printed {
  readonly kind: "digits" | "decimals" | "shortest";
  readonly count: number;
  readonly mode: DecimalMode;
}

/** 17 significant digits print a float64 whole. */
const WHOLE_DIGITS = 17;
const MOST_DECIMALS = 20;
/** Bits of evidence after which nobody counts any more. */
const ENOUGH = 100;

const MODES: readonly DecimalMode[] = ["rounded", "truncated"];

/** In order of preference: what a person would say of the same numbers. */
const PRINTED: readonly Printed[] = [
  ...MODES.flatMap((mode) =>
    Array.from({ length: WHOLE_DIGITS - 1 }, (_, n): Printed => ({ kind: "digits", count: n + 1, mode })),
  ),
  ...MODES.flatMap((mode) =>
    Array.from({ length: MOST_DECIMALS + 1 }, (_, n): Printed => ({ kind: "decimals", count: n, mode })),
  ),
  { kind: "shortest", count: 9, mode: "rounded" },
];

/**
 * New is exactly old printed with k significant digits, or k decimals, and read back: rounded or cut off. The smallest k
 * that holds for all is told. `shortest` is a float32 printed with as few digits as bring it back, read as float64.
 */
export function decimalTruncated({ pair }: PairFacts): Hypothesis | undefined {
  const [a, b] = [pair.old.tensor.dtype, pair.next.tensor.dtype];
  const isInteger = b.kind === "i" || b.kind === "u";
  const grid = gridOf(b.scalar);
  const oldGrid = gridOf(a.scalar);
  if (oldGrid === undefined || (grid === undefined && !isInteger)) return undefined;
  const most = grid === undefined ? WHOLE_DIGITS - 1 : mostDigits(oldGrid, grid);
  const stored = grid?.name === "float64" ? undefined : grid;
  let alive = PRINTED.filter(
    ({ kind, count }) =>
      (kind !== "digits" || count <= most) &&
      (!isInteger || (kind === "decimals" && count === 0)) &&
      (kind !== "shortest" || (a.scalar === "float32" && b.scalar === "float64")),
  );
  let evidence = 0;
  /** New values that were counted: one that repeats proves no more than one. */
  const seen = new Set<number>();
  return {
    accepts(block) {
      alive = alive.filter((printed) => holds(printed, most, stored, block));
      // The digits that changed elements still have: told once, for the candidate that would be taken.
      const [first] = alive;
      if (first !== undefined && evidence < ENOUGH) evidence += bitsOf(first, block, seen);
      return first !== undefined;
    },
    conclude() {
      const [found] = alive;
      return found === undefined || evidence < EVIDENCE_BITS ? undefined : explain(found);
    },
  };
}

/**
 * Significant digits that can be told from the rounding of the new type: those that it keeps apart, when it is the
 * narrower one; else fewer than print it whole.
 */
function mostDigits(oldGrid: FloatGrid, grid: FloatGrid): number {
  const perBit = Math.log10(2);
  return isWithin(oldGrid, grid)
    ? Math.min(WHOLE_DIGITS - 1, Math.ceil(oldGrid.precision * perBit))
    : Math.floor((grid.precision - 1) * perBit);
}

function holds(
  printed: Printed,
  most: number,
  stored: FloatGrid | undefined,
  { old, next, count }: PairBlock,
): boolean {
  const lanes = count * old.width;
  for (let i = 0; i < lanes; i++) {
    const a = old.high[i] ?? 0;
    const b = next.high[i] ?? 0;
    if (a === 0 || !Number.isFinite(a)) {
      if (a !== b && !(Number.isNaN(a) && Number.isNaN(b))) return false;
      continue;
    }
    if (b !== 0 && a < 0 !== b < 0) return false;
    if (!isPrinted(printed, most, Math.abs(a), Math.abs(b), stored)) return false;
  }
  return true;
}

function isPrinted(
  { kind, count, mode }: Printed,
  most: number,
  a: number,
  b: number,
  stored: FloatGrid | undefined,
): boolean {
  if (kind === "shortest") return b === shortestSingle(a);
  const exponent = decimalExponent(a);
  const digits = kind === "digits" ? count : count + exponent + 1;
  // Decimals that print a number whole leave it as it is; between them and `most` nothing can be told.
  if (digits > most) return digits >= WHOLE_DIGITS && a === b;
  return isDecimalOf(a, b, digits - exponent - 1, mode, stored);
}

function shortestSingle(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const read = Number(value.toPrecision(digits));
    if (Math.fround(read) === value) return read;
  }
  return Number(value.toPrecision(9));
}

function bitsOf({ kind, count }: Printed, { old, next, marks, count: elements }: PairBlock, seen: Set<number>): number {
  let bits = 0;
  for (let i = 0; i < elements * old.width && bits < ENOUGH; i++) {
    const b = Math.abs(next.high[i] ?? 0);
    if (marks[Math.floor(i / old.width)] !== 1 || b === 0 || !Number.isFinite(b) || seen.has(b)) continue;
    seen.add(b);
    bits += BITS_PER_DIGIT * Math.max(0, kind === "decimals" ? count + 1 + decimalExponent(b) : count);
  }
  return bits;
}

function explain({ kind, count, mode }: Printed): Explanation {
  if (kind === "shortest")
    return {
      verdict: "decimal-truncated",
      because: say("every value is the old float32 printed with the fewest digits that bring it back, read as float64"),
      detail: { form: "shortest", mode },
    };
  const cut = mode === "truncated";
  if (kind === "digits")
    return {
      verdict: "decimal-truncated",
      because:
        count === 1
          ? say("every value is the old one printed with 1 significant digit")
          : say(
              cut
                ? "every value is the old one cut off after {digits} significant digits"
                : "every value is the old one printed with {digits} significant digits",
              { digits: count },
            ),
      detail: { digits: String(count), mode },
    };
  return {
    verdict: "decimal-truncated",
    because:
      count === 0
        ? say("every value is the old one as a whole number")
        : say(
            cut
              ? "every value is the old one cut off after {decimals} decimals"
              : "every value is the old one printed with {decimals} decimals",
            { decimals: count },
          ),
    detail: { decimals: String(count), mode },
  };
}
