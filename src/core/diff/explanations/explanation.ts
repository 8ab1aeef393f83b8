import type { Sentence } from "../../model/sentence.ts";
import type { Lanes } from "../lanes.ts";
import type { ParameterPair } from "../element-change.ts";
import type { DiffStats, Verdict } from "../report.ts";
import type { Tally } from "../tally.ts";

/** Why a parameter differs, found in its values. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly because: Sentence;
  readonly detail: Readonly<Record<string, string>>;
}

/** A block of pairs, decoded. Complex elements are two lanes. */
export interface PairBlock {
  readonly old: Lanes;
  readonly next: Lanes;
  /** 1 where an element differs. */
  readonly marks: Uint8Array;
  /** C-order index of the first element. */
  readonly start: number;
  /** Elements; `old.width` lanes each. */
  readonly count: number;
}

/** What is known when explanations are looked for: the pair differs. */
export interface PairFacts {
  readonly pair: ParameterPair;
  readonly stats: DiffStats;
  readonly tally: Tally;
  readonly tolerance: Tolerance | undefined;
}

/** As numpy's allclose has it: |new - old| <= absolute + relative * |old|. */
export interface Tolerance {
  readonly absolute: number;
  readonly relative: number;
}

/**
 * A guess that is held against every pair, block after block, and given up at the first that contradicts it: so a
 * retrained tensor costs each of them a few elements, and what is left at the end holds for all.
 */
export interface Hypothesis {
  accepts(block: PairBlock): boolean;
  /** Undefined when what was seen could as well be chance. */
  conclude(): Explanation | undefined;
}

/** Makes the hypothesis for a pair; undefined where it makes no sense for its types. */
export type Hypothesise = (facts: PairFacts) => Hypothesis | undefined;

/**
 * Bits of agreement below which an explanation is taken for chance. Two numbers that agree in three digits by accident
 * are one pair in a thousand.
 */
export const EVIDENCE_BITS = 9.5;
