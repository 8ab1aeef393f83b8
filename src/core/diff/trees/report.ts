/** Feature of a node, as a person reads it, and where a row goes from there. */
export interface NodeText {
  readonly node: number;
  readonly isLeaf: boolean;
  /** Name of the feature, or `feature 3`; absent for a leaf. */
  readonly feature?: string;
  readonly test?: string;
  /** Shortest text of the threshold, or the categories. */
  readonly threshold?: string;
  /** Where a missing value goes; absent where the library does not say. */
  readonly missing?: "left" | "right";
  /** A zero goes where a missing value goes. */
  readonly zeroIsMissing?: true;
  /** Of a leaf. */
  readonly values?: readonly string[];
  readonly cover?: string;
  readonly gain?: string;
}

/**
 * Of a node that both trees have: `rounded`, `refined` and `restated` differ in numbers that one rule for the whole tree
 * explains to the last bit (see `Rewriting`); `changed` is what it does not explain.
 */
export type NodeKind = "same" | Rewritten | "changed" | "added" | "removed";

/** How the numbers of one side are made of those of the other: a `Rewriting` that is not `same`. */
export type Rewritten = "rounded" | "refined" | "restated";

export type NodeField = "feature" | "test" | "threshold" | "missing" | "value" | "structure";

/** A place in two trees laid over each other: the same way from the root on both sides. */
export interface NodeRow {
  readonly depth: number;
  /** Row of the parent; -1 for the root. */
  readonly parent: number;
  /** Which child of it. */
  readonly branch: "root" | "left" | "right";
  readonly kind: NodeKind;
  /** What differs, of a place that both trees have. */
  readonly fields: readonly NodeField[];
  readonly old?: NodeText;
  readonly new?: NodeText;
}

/** Two trees laid over each other, in pre-order. */
export interface TreeComparison {
  readonly rows: readonly NodeRow[];
  /** Nodes of both trees together; more than `rows` when these were cut. */
  readonly total: number;
  readonly counts: TreeCounts;
}

/** The nodes of one tree, in pre-order; more than `rows` when these were cut. */
export interface TreeNodes {
  /** Address of the tree. */
  readonly path: string;
  readonly rows: readonly NodeRow[];
  readonly total: number;
}

export interface TreeCounts {
  readonly same: number;
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
  /** Present where there are some: nodes in other numbers. */
  readonly rounded?: number;
  readonly refined?: number;
  readonly restated?: number;
}

/** How trees of one side are those of the other exactly, in other numbers. */
export interface Rewriting {
  /**
   * `rounded`: the new ones are the old ones in narrower numbers; `refined`: the old ones are the new ones in narrower
   * numbers; `restated`: they say the same in other numbers; `same`: in other columns alone.
   */
  readonly kind: Rewritten | "same";
  /** What numbers were rounded to, where they were. */
  readonly dtype?: "float32";
  /**
   * Thresholds that are not the same are rounded to the `nearest` number; or `kept`: to the one that parts all float32
   * numbers as before; or `alike`: they part all float32 numbers alike; or `printed`, `keptPrinted`: the text of the nearest or of
   * the kept one was written.
   */
  readonly thresholds: "same" | "nearest" | "kept" | "alike" | "printed" | "keptPrinted";
  /**
   * Leaf values have the weights of their trees in them, or are divided by the number of trees (`shared`), or are the numbers
   * of their leaves (`numbered`), where trees do not predict by values.
   */
  readonly values: "same" | "weighted" | "shared" | "numbered";
  /** One side sends some missing values left, and the other side none. */
  readonly isMissingLost: boolean;
}

/** A tree that is not the same on both sides. */
export interface TreeChange {
  readonly kind: "changed" | Rewritten | "moved" | "added" | "removed" | "unread";
  readonly oldIndex?: number;
  readonly newIndex?: number;
  /** Nodes, of trees that changed. */
  readonly counts?: TreeCounts;
  /** Where they differ: what its values are multiplied with, and the output that it adds to. */
  readonly weight?: { readonly old: string; readonly new: string };
  readonly output?: { readonly old: string; readonly new: string };
  /** Nodes of a tree that one side has. */
  readonly nodes?: number;
  readonly why?: string;
}

/** How much a feature is split on. Shares are of the splits, and of the gain where both sides tell it. */
export interface FeatureUse {
  readonly feature: string;
  readonly oldSplits: number;
  readonly newSplits: number;
  readonly oldGain?: number;
  readonly newGain?: number;
  /** Share of all splits (or of all gain, where told) on the new side less that on the old one. */
  readonly shift: number;
}

export interface EnsembleSide {
  readonly path: string;
  readonly library: string;
  readonly trees: number;
  readonly nodes: number;
  readonly depth: number;
  /** Addresses below which everything is of the trees. */
  readonly holds: readonly string[];
}

/** What became of the trees of an ensemble. */
export interface EnsembleChange {
  readonly old: EnsembleSide;
  readonly new: EnsembleSide;
  /** Trees that decide the same on both sides; those of them that have another place are in `moved` too. */
  readonly same: number;
  readonly moved: number;
  /** Trees that are the other side's in other numbers: `rewriting` says how. They are not among the changed ones. */
  readonly rewritten: number;
  readonly rewriting?: Rewriting;
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
  /** What the trees are added to, where both sides tell it and it is not the same in float32. */
  readonly base?: { readonly old: string; readonly new: string };
  /** Trees that could not be compared because one of the two could not be read; they are in no other count. */
  readonly unread: number;
  /** Changed and unread ones in the new side's order, then rewritten, added, removed and moved ones; at most LIMITS.viewRows. */
  readonly trees: readonly TreeChange[];
  /** Largest shift first; at most LIMITS.topChanges. */
  readonly features: readonly FeatureUse[];
}
