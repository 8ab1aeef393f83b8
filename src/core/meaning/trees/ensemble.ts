import type { Work } from "../../work.ts";

/** How a node's feature is held against its threshold; true goes to `left`. */
export type SplitTest = "<=" | "<" | ">=" | ">" | "==" | "!=" | "in" | "not-in";

/**
 * One tree as columns, an entry per node. Node 0 is the root. A leaf has `feature` -1 and children -1.
 *
 * Numbers are those of the file: a float32 threshold is widened, which loses nothing.
 */
export interface Tree {
  readonly nodeCount: number;
  /** Index of the feature that is split on; -1 for a leaf. */
  readonly feature: Int32Array;
  /** NaN where the split is by category. */
  readonly threshold: Float64Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 1: a missing value goes left; 0: right; absent where the library has no such direction. */
  readonly missingLeft?: Uint8Array;
  /** 1: a zero counts as missing (LightGBM); absent where it never does. */
  readonly zeroIsMissing?: Uint8Array;
  /** The test of every inner node, or of node `i` where nodes differ. */
  readonly test: SplitTest | readonly SplitTest[];
  /** Categories that `in` and `not-in` look into, by node, ascending. */
  readonly categories?: ReadonlyMap<number, readonly number[]>;
  /** Outputs per node of `values`. */
  readonly outputs: number;
  /** [nodeCount, outputs], C order. Of inner nodes what the file tells, else 0. */
  readonly values: Float64Array;
  /** Leaves that are linear models, by node; `values` is then what a row with a missing feature gets. */
  readonly linear?: ReadonlyMap<number, LinearLeaf>;
  /** Gain of each split, and weight (cover) or number of samples that reached each node: NaN where the file does not tell. */
  readonly gain?: Float64Array;
  readonly cover?: Float64Array;
}

/** constant + the sum of coefficient x feature. */
export interface LinearLeaf {
  readonly constant: number;
  readonly features: readonly number[];
  readonly coefficients: readonly number[];
}

/** A tree ensemble, or a lone tree, wherever it lies in a file. Trees are made when they are asked for. */
export interface TreeEnsemble {
  /** Address of what holds it: "" for a file that is nothing else, `model` for a pipeline's step. */
  readonly path: string;
  /** Distribution name: `xgboost`. */
  readonly library: string;
  readonly treeCount: number;
  /** Feature names by index, where known. */
  readonly features?: readonly string[];
  readonly featureCount?: number;
  readonly classes?: readonly string[];
  /** Raw outputs of the whole: 1 for regression and binary margins, one per class else. */
  readonly outputs: number;
  /** The file tells trees alone (a dump): neither their weights nor which outputs they add to. */
  readonly isPartial?: true;
  /**
   * How the trees make the raw prediction: raw[o] = base[o] + sum or mean over the trees that write to o. `each`: they are not
   * added up, but vote (AdaBoost), or tell how deep a row falls (isolation forests).
   */
  readonly aggregate: "sum" | "mean" | "each";
  /** NaN where it depends on the input: a gradient boosting that starts from another estimator. */
  readonly base: readonly number[];
  /** The output that tree `index` adds to; undefined when every tree has a value for each output. */
  outputOf(index: number): number | undefined;
  /** What a tree's values are multiplied with: a learning rate that is not yet in them (scikit-learn), a DART weight. */
  weightOf(index: number): number;
  /** Whether features, thresholds and sums are float32 when the library predicts. */
  readonly precision: { readonly feature: "float32" | "float64"; readonly sum: "float32" | "float64" };
  /** Address of tree `index`, as a person would type it: `estimators_[3].tree_`, `learner.gradient_booster.model.trees[3]`. */
  pathOf(index: number): string;
  /** Addresses below which everything is of the trees. */
  readonly holds: readonly string[];
  /**
   * Throws `corrupt` for columns that do not fit together, a child outside of the tree or a cycle; when cancelled as
   * `work` does.
   */
  tree(index: number, work: Work): Promise<Tree>;
}
