import type { DiffEntry, SchemaChange } from "../diff/report.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Sentence } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import type { FindingPlace, RuleId, Severity } from "./finding.ts";
import type { ValueScans } from "./value-scan.ts";

/** What a rule has to say about one place; its id and severity come from its row. */
export interface Remark extends FindingPlace {
  readonly sentence: Sentence;
  /** Where one rule knows graver and milder cases; the row's severity when absent. */
  readonly severity?: Severity;
}

/** One file, and its values as far as they may be read. */
export interface FileContext {
  readonly artifact: Artifact;
  readonly scans: ValueScans;
  readonly work: Work;
}

/** Two versions of a model and what the diff found between them. */
export interface DriftContext {
  readonly old: Artifact;
  readonly next: Artifact;
  readonly entries: readonly DiffEntry[];
  readonly schema: readonly SchemaChange[];
  /** True for what holds the trees of an ensemble that both sides have. */
  readonly isOfTrees: (path: string) => boolean;
}

/** A rule: what it is called, how grave it is unless a setting says otherwise, and what it looks at. */
export interface Rule {
  readonly id: RuleId;
  readonly severity: Severity;
  /** Why it has that severity. */
  readonly why: string;
  /** Looks at one file. Absent for what readers raise while they read. */
  readonly checkFile?: (context: FileContext) => Promise<readonly Remark[]> | readonly Remark[];
  /** Looks at what changed between two versions. */
  readonly checkDrift?: (context: DriftContext) => readonly Remark[];
}
