import type { DiffEntry, Verdict } from "../diff/report.ts";
import type { Finding } from "../findings/finding.ts";
import type { AxisLabels, Fact, FormatId } from "../model/artifact.ts";
import type { Sentence } from "../model/sentence.ts";

/** What the model editor shows first: header, judgement lines, tree roots. Plain data, small whatever the file. */
export interface ViewerModel {
  readonly name: string;
  readonly format: FormatId;
  /** "LogisticRegression", "Pipeline (2 steps)", "dict of 3 models", "12 tensors". */
  readonly title: Sentence;
  /** "12 features → 2 classes (bad, good)"; absent when the file does not say. */
  readonly signature?: Sentence;
  /** "scikit-learn 1.2.1", "pickle protocol 4", "joblib, zlib", in that order; only what the file says. */
  readonly facts: readonly Fact[];
  /** "13 parameters, 104 B, float64". */
  readonly size: Sentence;
  readonly safety: SafetySummary;
  readonly findings: readonly Finding[];
  readonly complete: boolean;
  /** Rows of the outline with the first level (and single children) opened. */
  readonly outline: readonly OutlineRow[];
}

export interface SafetySummary {
  /** `none`: the format cannot import anything. `unread`: not everything was read, so nothing can be said. */
  readonly state: "none" | "ordinary" | "unusual" | "dangerous" | "unread";
  readonly imports: number;
  readonly sentence: Sentence;
}

export type OutlineIcon =
  | "group"
  | "estimator"
  | "tensor"
  | "number"
  | "text"
  | "boolean"
  | "list"
  | "dict"
  | "object"
  | "global"
  | "bytes"
  | "none"
  | "unread";

/** One row of the tree. Children are asked for when a row is opened. */
export interface OutlineRow {
  /** Stable over reopening the same file. */
  readonly id: string;
  readonly parent?: string;
  readonly depth: number;
  readonly label: string;
  /** Group labels are translated; names out of the file are not. */
  readonly labelIsName: boolean;
  /** "[1, 12] float64", "0.001", "'balanced'". */
  readonly detail: string;
  readonly icon: OutlineIcon;
  readonly children: number;
  /** Opened at first. */
  readonly isOpen: boolean;
  readonly badges: readonly ("non-default" | "error" | "warning" | "dangerous" | "cycle")[];
  /** The address, where it has one. */
  readonly path?: string;
  /** Position among its siblings; `find` and `locate` give it, so that a row can be put where it belongs. */
  readonly index?: number;
  /** Of a row of two outlines that are laid over each other. */
  readonly compared?: ComparedRow;
}

/** What the comparison says of a row, seen from one side. */
export interface ComparedRow {
  /** The other side alone has it: here is a gap in its place. */
  readonly isGap: boolean;
  /** Absent while it is not known, and of what is not compared by itself. */
  readonly verdict?: Verdict;
  /** Rows below it that are not identical, as far as is known. */
  readonly changes: number;
}

/** A verdict that came in, or a count of changes that grew. */
export interface RowMark {
  readonly id: string;
  readonly verdict?: Verdict;
  readonly changes: number;
}

/** What the details pane shows for one row. */
export interface NodeDetails {
  readonly id: string;
  readonly title: string;
  readonly path?: string;
  readonly facts: readonly Fact[];
  readonly tensor?: TensorView;
  /** Tree ensembles, whose trees are asked for one by one. */
  readonly trees?: readonly ShownTrees[];
  /** A table of names and values: hyper-parameters, imports, a dict's entries (at most LIMITS.viewRows). */
  readonly table?: DetailTable;
  /** The whole value as text (at most 100,000 characters; `isCut` says more is there). */
  readonly text?: { readonly value: string; readonly isCut: boolean };
  readonly findings: readonly Finding[];
  /** Of a row of two outlines laid over each other. */
  readonly compared?: ComparedDetails;
}

/** What is selected, beside what the other side has in its place. */
export interface ComparedDetails {
  readonly isGap: boolean;
  readonly verdict?: Verdict;
  /** Of a parameter that was compared. */
  readonly entry?: Pick<DiffEntry, "because" | "stats" | "paired">;
  /** What the other side has: its address, and dtype and shape or value. */
  readonly other?: { readonly path?: string; readonly detail: string };
  /** Both are tensors whose values can be laid over each other, by name or place by place. */
  readonly isBeside: boolean;
}

/** A tree ensemble as it is offered: the address that its trees are asked for by, and how many there are. */
export interface ShownTrees {
  readonly path: string;
  readonly library: string;
  readonly trees: number;
  readonly outputs: number;
}

export interface DetailTable {
  readonly columns: readonly string[];
  readonly rows: readonly {
    readonly cells: readonly string[];
    readonly id?: string;
    readonly mark?: "dangerous" | "unusual" | "non-default";
    /** Of a row of two outlines laid over each other. */
    readonly verdict?: Verdict;
  }[];
  readonly total: number;
}

export interface TensorView {
  readonly path: string;
  /** For people: without byte order. Only scalar dtypes come as tensors with windows, others as text cells. */
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly byteLength: number;
  readonly axes: readonly (ShownAxis | undefined)[];
  /** The views that fit it, the best one first. */
  readonly views: readonly ("chart" | "values" | "statistics" | "histogram")[];
}

/** What runs along a dimension. More labels than `LIMITS.viewLabels` come with the windows that they belong to. */
export interface ShownAxis {
  readonly kind: AxisLabels["kind"];
  /** All of them, or none where there are too many. */
  readonly labels: readonly string[];
  /** Where they come with windows: the longest one (at most 200 characters of it), which tells how much room they need. */
  readonly longest?: string;
}

/**
 * A rectangle of a tensor for the grid: the last two dimensions, the leading ones fixed. A vector is a column (n rows,
 * 1 column), a scalar 1 x 1.
 */
export interface WindowRequest {
  /** Fixed index of each leading dimension (length ndim - 2; empty for vectors). */
  readonly leading: readonly number[];
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

export interface TensorWindow {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  /** C order. Printed exactly: shortest text that reads back to the same bits (the file's own digits for decimal text). */
  readonly texts: readonly string[];
  /** Nearest float64 of each element, little-endian, for charts and colours only. */
  readonly numbers: Uint8Array;
  /** Labels of these rows and columns, where the axis has too many to be sent at once. */
  readonly rowLabels?: readonly string[];
  readonly columnLabels?: readonly string[];
}

export interface ElementFacts {
  readonly text: string;
  /** The exact decimal expansion. */
  readonly exact: string;
  /** The element's bytes, most significant first. */
  readonly hex: string;
  /** Distance to the next value of the dtype. */
  readonly ulp?: string;
  readonly position: readonly number[];
  readonly labels: readonly (string | undefined)[];
}

export interface TensorStats {
  readonly elements: number;
  readonly nan: number;
  readonly positiveInfinity: number;
  readonly negativeInfinity: number;
  readonly zeros: number;
  readonly negativeZeros: number;
  readonly subnormals: number;
  /** Texts of the extremes (exact). Absent when nothing is finite. */
  readonly min?: string;
  readonly max?: string;
  readonly mean?: number;
  readonly std?: number;
  /** Equal-width bins over [low, high] of the finite values. */
  readonly histogram?: { readonly low: number; readonly high: number; readonly counts: readonly number[] };
  /** True when every value of a float64 tensor is a float32 value. */
  readonly isFloat32Valued?: boolean;
}
