import type { Finding } from "../findings/finding.ts";
import type { Sentence } from "../model/sentence.ts";
import type { EnsembleChange } from "./trees/report.ts";

/** DESIGN section 5: one verdict per parameter, decided by values. */
export type Verdict =
  | "identical"
  | "recast-lossless"
  | "rounded"
  | "decimal-truncated"
  | "quantised"
  | "permuted"
  | "scaled"
  | "within-tolerance"
  | "changed"
  | "reshaped"
  | "added"
  | "removed"
  | "renamed"
  | "unread";

/** Which comparison decided: cheapest first. */
export type Tier = "range" | "digest" | "bits" | "numeric" | "shape" | "presence";

/**
 * All over pairs of elements in C order. Errors are over pairs that are finite on both sides. What each figure means to
 * the letter is said at `Tally` (tally.ts).
 */
export interface DiffStats {
  readonly elements: number;
  /** Elements unequal in bits or, where dtypes differ, in exact value. */
  readonly changed: number;
  readonly maxAbs: number;
  readonly meanAbs: number;
  /** |new - old| / |old|; infinite when a value changed away from zero. */
  readonly maxRel: number;
  /** In ulps of the common dtype; absent where dtypes differ or are not floats or integers. */
  readonly maxUlp?: bigint;
  readonly l2: number;
  readonly relL2: number;
  /** 1 where neither side has a length, NaN where one has none. */
  readonly cosine: number;
  /** Finite on the old side, infinite on the new. */
  readonly overflow: number;
  /** Finite and not zero on the old side, zero on the new. */
  readonly underflow: number;
  readonly nanChanged: number;
  readonly infChanged: number;
  readonly signFlips: number;
}

export interface TensorSide {
  readonly dtype: string;
  readonly shape: readonly number[];
}

/** One element that differs. Values are printed exactly (shortest text of their dtype). */
export interface ElementChange {
  /** C-order index of the old side (and of the new, unless permuted). */
  readonly index: number;
  readonly position: readonly number[];
  /** Feature and class names of the position, where known. */
  readonly labels: readonly (string | undefined)[];
  readonly old: string;
  readonly new: string;
  /** new - old, rounded to float64; NaN where either is not finite. */
  readonly delta: number;
  /** |delta| / |old|. */
  readonly relative: number;
  readonly ulp?: bigint;
}

export interface DiffEntry {
  /** The new side's address (the old one's when removed). */
  readonly path: string;
  readonly oldPath?: string;
  readonly verdict: Verdict;
  readonly tier: Tier;
  /** How the verdict was decided and what it means: "new is old rounded to float32". */
  readonly because: Sentence;
  /** How sure it is that these two are one parameter, where likeness alone says so. */
  readonly paired?: Sentence;
  /**
   * What the verdict found, as text: `dtype`, `mode`, `stored` for `rounded`; `digits` or `decimals`, `mode` for
   * `decimal-truncated`; `scale`, `zeroPoint`, `stored`, `axis` (a scale per row) for `quantised`; `axis`, `moved`,
   * `moves`, `names` for `permuted`; `factor` for `scaled`; `from`, `to` for `recast-lossless` and `reshaped`
   * (`transposed`); `by` (path, prefix, content, name) for `renamed`; `by` (values, shape) and `confidence` where likeness
   * alone paired the two; `shape` where shapes differ. Where rows or columns
   * of both sides have names in another order: `byNameElements`, `byNameChanged`, `byNameMaxAbs`, `byNameMaxRel`,
   * `byNamePlace` say what comparing by name finds. Where libraries keep it in different ways: `derivation`, and `derived`,
   * the side (old, new) of which what was compared was made.
   */
  readonly detail?: Readonly<Record<string, string>>;
  readonly old?: TensorSide;
  readonly new?: TensorSide;
  readonly stats?: DiffStats;
  /** The largest changes, largest first; at most `options.top`. */
  readonly top: readonly ElementChange[];
}

export type SchemaChangeKind =
  | "features-reordered"
  | "features-added"
  | "features-removed"
  | "features-renamed"
  | "feature-count"
  | "classes-renamed"
  | "classes-reordered"
  | "classes-added"
  | "classes-removed"
  | "steps-added"
  | "steps-removed"
  | "steps-reordered"
  | "class-changed"
  | "categories-changed"
  | "vocabulary-changed"
  | "inputs-changed"
  | "inputs-widened"
  | "outputs-changed";

export interface SchemaChange {
  readonly kind: SchemaChangeKind;
  /** Estimator it is about: "" for the root. */
  readonly path: string;
  readonly sentence: Sentence;
  readonly message: string;
  readonly old: readonly string[];
  readonly new: readonly string[];
}

/** A hyper-parameter, fitted value, metadata or environment fact that differs. Values as printed. */
export interface ValueChange {
  readonly path: string;
  readonly kind: "changed" | "added" | "removed";
  readonly old?: string;
  readonly new?: string;
}

export interface DiffReport {
  readonly oldName: string;
  readonly newName: string;
  readonly entries: readonly DiffEntry[];
  readonly schema: readonly SchemaChange[];
  readonly hyperparameters: readonly ValueChange[];
  /** Fitted state and other values that are not numeric tensors. */
  readonly values: readonly ValueChange[];
  readonly environment: readonly ValueChange[];
  /** Tree ensembles of both sides that do not decide the same, or that the two sides hold in columns of their own. */
  readonly ensembles: readonly EnsembleChange[];
  readonly findings: readonly Finding[];
  /** What is wrong with each side itself, so that its numbers are not what they should be, or not all of them. */
  readonly sideFindings: { readonly old: readonly Finding[]; readonly new: readonly Finding[] };
  /** Count of entries by verdict, zero ones left out. */
  readonly summary: Readonly<Partial<Record<Verdict, number>>>;
  /** "What kind of change is this?", one to three sentences. */
  readonly judgement: readonly Sentence[];
  /** False when a side was not read whole: what was not read is not "unchanged". */
  readonly complete: boolean;
}
