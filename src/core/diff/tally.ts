import type { DiffStats } from "./report.ts";

/**
 * What one pass over pairs of elements adds up. Mutable, mergeable (parts of a tensor can be tallied apart), and
 * turned into DiffStats at the end. What each figure means is said once, here:
 *
 * - `changed`: unequal bits or, where dtypes differ, unequal exact values. There, NaN equals NaN whatever its payload,
 *   and the sign of zero counts only where both types have one.
 * - Errors, `maxUlp`, L2 and cosine are over pairs that are finite on both sides: `finite` of them.
 * - `maxRel` is over pairs whose old value is not zero; a change away from zero is counted in `fromZero`.
 * - `overflow`: finite old, infinite new. `underflow`: finite non-zero old, zero new.
 * - `nanChanged`: NaN on one side only. `infChanged`: an infinity that is not the same infinity on the other side.
 * - `signFlips`: from below zero to above it or back; zeros and NaN have no sign to flip.
 * - Complex numbers are compared by magnitude: |new - old|, |old|; they have no order, so no ulps and no sign flips.
 */
export interface Tally {
  changed: number;
  overflow: number;
  underflow: number;
  nanChanged: number;
  infChanged: number;
  signFlips: number;
  fromZero: number;
  finite: number;
  maxAbs: number;
  maxRel: number;
  /** C-order index of the first element with `maxRel`; -1 while there is none. */
  maxRelAt: number;
  maxUlp: bigint;
  /** Largest finite magnitudes; 0 where the pass did not look. */
  maxOld: number;
  maxNew: number;
  /** Five sums, each with what rounding has lost from it: see SUM. */
  readonly sums: Float64Array;
  /** The values were multiplied by these powers of two before they were summed; their exponents. */
  readonly scale: SumScale;
}

/** Exponents of the powers of two that keep sums of squares inside of float64's range. */
export interface SumScale {
  readonly old: number;
  readonly next: number;
  readonly delta: number;
}

export const UNSCALED: SumScale = { old: 0, next: 0, delta: 0 };

/** Slots of `Tally.sums`: |d|, d squared, old squared, new squared, old times new. */
export const SUM = { abs: 0, squares: 2, old: 4, next: 6, product: 8 } as const;

export function newTally(scale: SumScale = UNSCALED): Tally {
  return {
    changed: 0,
    overflow: 0,
    underflow: 0,
    nanChanged: 0,
    infChanged: 0,
    signFlips: 0,
    fromZero: 0,
    finite: 0,
    maxAbs: 0,
    maxRel: 0,
    maxRelAt: -1,
    maxUlp: 0n,
    maxOld: 0,
    maxNew: 0,
    sums: new Float64Array(10),
    scale,
  };
}

/** Neumaier's compensated addition: the error does not grow with the number of terms. */
export function addTo(sums: Float64Array, slot: number, value: number): void {
  const sum = sums[slot] ?? 0;
  const next = sum + value;
  const lost = Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
  sums[slot] = next;
  sums[slot + 1] = (sums[slot + 1] ?? 0) + lost;
}

/** The sum in a slot. An infinite sum's compensation is NaN, and means nothing. */
export function sumOf(tally: Tally, slot: number): number {
  const sum = tally.sums[slot] ?? 0;
  return Number.isFinite(sum) ? sum + (tally.sums[slot + 1] ?? 0) : sum;
}

/** Sums below this may have lost bits, or everything, to underflow of the squares. */
const SMALLEST_SAFE = 2 ** -900;

/** False when squares left float64's range, so that the pass has to be done again on scaled values. */
export function hasSafeSums(tally: Tally): boolean {
  for (const slot of Object.values(SUM)) if (!Number.isFinite(sumOf(tally, slot))) return false;
  return (
    isSafe(sumOf(tally, SUM.squares), tally.maxAbs) &&
    isSafe(sumOf(tally, SUM.old), tally.maxOld) &&
    isSafe(sumOf(tally, SUM.next), tally.maxNew)
  );
}

function isSafe(sum: number, largest: number): boolean {
  return largest === 0 || sum >= SMALLEST_SAFE;
}

/** Scales that bring the largest of each kind near 1. */
export function scaleFor(tally: Tally): SumScale {
  // A difference of finite values can be infinite; half the range is then left for it.
  const delta = Number.isFinite(tally.maxAbs) ? tally.maxAbs : 2 ** 1023;
  return { old: -exponent(tally.maxOld), next: -exponent(tally.maxNew), delta: -exponent(delta) };
}

function exponent(value: number): number {
  return value === 0 ? 0 : Math.max(-1020, Math.min(1020, Math.floor(Math.log2(value))));
}

/** value * 2^exponent without an intermediate overflow. */
function timesPower(value: number, exponentOfTwo: number): number {
  const half = Math.trunc(exponentOfTwo / 2);
  return value * 2 ** half * 2 ** (exponentOfTwo - half);
}

/** The figures of a tally. `hasUlp` says that both sides are of one type that has an order. */
export function finish(tally: Tally, elements: number, hasUlp: boolean): DiffStats {
  const { finite, scale } = tally;
  const squares = sumOf(tally, SUM.squares);
  const old = Math.sqrt(sumOf(tally, SUM.old));
  const next = Math.sqrt(sumOf(tally, SUM.next));
  const length = Math.sqrt(squares);
  return {
    elements,
    changed: tally.changed,
    maxAbs: tally.maxAbs,
    meanAbs: finite === 0 ? 0 : timesPower(sumOf(tally, SUM.abs) / finite, -scale.delta),
    maxRel: tally.fromZero > 0 ? Number.POSITIVE_INFINITY : tally.maxRel,
    ...(hasUlp ? { maxUlp: tally.maxUlp } : {}),
    l2: timesPower(length, -scale.delta),
    relL2: squares === 0 ? 0 : old === 0 ? Number.POSITIVE_INFINITY : timesPower(length / old, scale.old - scale.delta),
    // Of what is the same nothing has to be divided: its squares may be beyond a float64.
    cosine: tally.changed === 0 ? 1 : cosine(sumOf(tally, SUM.product), old, next),
    overflow: tally.overflow,
    underflow: tally.underflow,
    nanChanged: tally.nanChanged,
    infChanged: tally.infChanged,
    signFlips: tally.signFlips,
  };
}

/** 1 for two vectors without length; NaN, as in numpy, where only one has none. */
function cosine(product: number, old: number, next: number): number {
  if (old === 0 && next === 0) return 1;
  return Math.max(-1, Math.min(1, product / old / next));
}
