import { english, type Sentence } from "../model/sentence.ts";

export type Severity = "error" | "warning" | "info";

export const SEVERITIES: readonly Severity[] = ["error", "warning", "info"];

/** The families are the first part of a rule id. */
export type RuleFamily = "safety" | "integrity" | "precision" | "schema" | "environment";

/** Every rule id there is; `rules/table.ts` has one row for each. */
export type RuleId =
  | "safety/dangerous-global"
  | "safety/unusual-global"
  /** What runs code when it is loaded, under the name of what runs none. */
  | "safety/misnamed"
  | "integrity/truncated"
  | "integrity/corrupt"
  | "integrity/limit"
  /** Part of the model lies elsewhere or in a form that is not read: side-car files, out-of-band buffers. */
  | "integrity/not-read"
  | "integrity/trailing-bytes"
  | "integrity/duplicate-name"
  | "integrity/non-finite"
  | "precision/narrowed-lossy"
  | "precision/float32-valued"
  | "precision/decimal-truncated"
  | "schema/feature-order"
  | "schema/feature-count"
  | "schema/class-labels"
  | "schema/dtype"
  | "schema/shape"
  | "schema/missing-parameter"
  | "environment/library-version";

/** A byte range of the opened file. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** One thing worth a person's attention. The same object in the editor, the Problems panel, the CLI and tests. */
export interface Finding {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** English; what is wrong, where, what it means and what to do, in two sentences at most. */
  readonly message: string;
  readonly sentence: Sentence;
  /** The parameter or value's address. */
  readonly path?: string;
  readonly range?: ByteRange;
  /** Facts behind it, as text: numbers as they are printed. */
  readonly evidence?: Readonly<Record<string, string>>;
  /** Other places it is about. */
  readonly related?: readonly { readonly path?: string; readonly range?: ByteRange; readonly message: string }[];
}

export type FindingPlace = Pick<Finding, "path" | "range" | "evidence" | "related">;

export function finding(rule: RuleId, severity: Severity, sentence: Sentence, place: FindingPlace = {}): Finding {
  return { rule, severity, message: english(sentence), sentence, ...place };
}
