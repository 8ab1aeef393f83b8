import { say } from "../../model/sentence.ts";
import { EVIDENCE_BITS, type Explanation, type Hypothesis, type PairBlock, type PairFacts } from "./explanation.ts";
import { cutToGrid, type FloatGrid, floatGrid, gridOf, isWithin, roundToGrid } from "./float-grid.ts";

/** Types that values are rounded to in practice, the least loss first. */
const TARGETS = [
  "float64",
  "float32",
  "float16",
  "bfloat16",
  "float8_e4m3fn",
  "float8_e5m2",
  "float8_e4m3fnuz",
  "float8_e5m2fnuz",
] as const;

/** Values of three bits that have to be rounded alike before it is no chance. */
const FEW = 8;

/** `through`: first to float32, then to the target, as libraries do that convert by way of float32. */
type Mode = "nearest" | "through float32" | "towards zero";

interface Candidate {
  readonly grid: FloatGrid;
  readonly mode: Mode;
  readonly round: (value: number) => number;
}

/**
 * New is exactly old rounded to a narrower type, whether it is stored as that or as something wider. Beyond the
 * narrower type's range new may be infinite, NaN (types without infinity) or the largest number.
 */
export function rounded({ pair, stats }: PairFacts): Hypothesis | undefined {
  const { scalar, kind, bits } = pair.old.tensor.dtype;
  // Integers and x87 are no grid of ours: any float type may be narrower for what they hold.
  const isWide = kind === "i" || kind === "u" || (kind === "f" && bits > 64);
  const oldGrid = isWide ? undefined : gridOf(scalar);
  const newGrid = gridOf(pair.next.tensor.dtype.scalar);
  if (newGrid === undefined || (oldGrid === undefined && !isWide)) return undefined;
  let alive = candidates(oldGrid, newGrid);
  if (alive.length === 0) return undefined;
  /** Different values that were rounded; a few are enough. */
  const seen = new Set<number>();
  return {
    accepts(block) {
      alive = alive.filter((candidate) => holds(candidate, newGrid, block));
      for (let i = 0; i < block.count && seen.size < FEW; i++)
        if (block.marks[i] === 1) seen.add(block.next.high[i * block.old.width] ?? 0);
      return alive.length > 0;
    },
    conclude() {
      const found = alive[0];
      if (found === undefined) return undefined;
      const isNarrow = found.grid.name === newGrid.name;
      if (!isNarrow && seen.size * found.grid.precision < EVIDENCE_BITS) return undefined;
      return explain(found, isNarrow, pair.next.tensor.dtype.name, stats.overflow);
    },
  };
}

function candidates(oldGrid: FloatGrid | undefined, newGrid: FloatGrid): readonly Candidate[] {
  const single = floatGrid("float32");
  return TARGETS.flatMap((name) => {
    const grid = floatGrid(name);
    // Nothing is lost where the target holds all old values; nothing can be told where new cannot hold the target's.
    if ((oldGrid !== undefined && isWithin(oldGrid, grid)) || !isWithin(grid, newGrid)) return [];
    if (name === "float64") return [{ grid, mode: "nearest" as const, round: (value: number) => value }];
    const found: Candidate[] = [{ grid, mode: "nearest", round: (value) => roundToGrid(grid, value) }];
    if (name !== "float32" && (oldGrid === undefined || !isWithin(oldGrid, single)))
      found.push({ grid, mode: "through float32", round: (value) => roundToGrid(grid, roundToGrid(single, value)) });
    found.push({ grid, mode: "towards zero", round: (value) => cutToGrid(grid, value) });
    return found;
  });
}

function holds({ grid, round }: Candidate, newGrid: FloatGrid, { old, next, count }: PairBlock): boolean {
  const lanes = count * old.width;
  // A zero's sign is part of the value where both ends and the way between them can keep it.
  const zeroHasSign = grid.hasSignedZero && newGrid.hasSignedZero;
  for (let i = 0; i < lanes; i++) {
    const a = old.high[i] ?? 0;
    const b = next.high[i] ?? 0;
    if (Number.isFinite(a)) {
      const r = round(a);
      if (
        Math.abs(r) <= grid.largest ? r !== b || (zeroHasSign && r === 0 && !Object.is(r, b)) : !isOverflow(grid, a, b)
      )
        return false;
    } else if (!Object.is(a, b) && !(a === b) && !(!Number.isNaN(a) && isOverflow(grid, a, b))) return false;
  }
  return true;
}

/** What a value beyond the largest may have become. */
function isOverflow(grid: FloatGrid, a: number, b: number): boolean {
  const sign = a < 0 ? -1 : 1;
  return b === sign * Number.POSITIVE_INFINITY || b === sign * grid.largest || (!grid.hasInfinity && Number.isNaN(b));
}

function explain({ grid, mode }: Candidate, isNarrow: boolean, stored: string, overflow: number): Explanation {
  const detail = {
    dtype: grid.name,
    mode,
    ...(isNarrow ? {} : { stored }),
    ...(overflow === 0 ? {} : { overflow: String(overflow) }),
  };
  const cut = mode === "towards zero";
  const because = isNarrow
    ? say(cut ? "every value is the old one cut to {to}" : "every value is the old one rounded to {to}", {
        to: grid.name,
      })
    : say(
        cut
          ? "every value is the old one cut to {to}, and stored as {stored}"
          : "every value is the old one rounded to {to}, and stored as {stored}",
        { to: grid.name, stored },
      );
  return { verdict: "rounded", because, detail };
}
