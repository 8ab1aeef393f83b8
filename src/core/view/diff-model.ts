import type { DiffEntry, DiffReport, ElementChange, SchemaChange, ValueChange } from "../diff/report.ts";
import type { EnsembleChange } from "../diff/trees/report.ts";
import type { Finding } from "../findings/finding.ts";
import type { Sentence } from "../model/sentence.ts";
import type { ShownAxis } from "./viewer-model.ts";

/** What the diff panel shows. Entries without their `top` lists; those are asked for per parameter. */
export interface DiffModel {
  readonly oldName: string;
  readonly newName: string;
  readonly judgement: readonly Sentence[];
  readonly summary: DiffReport["summary"];
  readonly entries: readonly DiffEntryRow[];
  readonly schema: readonly SchemaChange[];
  readonly hyperparameters: readonly ValueChange[];
  readonly values: readonly ValueChange[];
  readonly environment: readonly ValueChange[];
  readonly ensembles: readonly EnsembleChange[];
  readonly findings: readonly Finding[];
  readonly complete: boolean;
}

export type DiffEntryRow = Omit<DiffEntry, "top"> & {
  readonly axes: readonly (ShownAxis | undefined)[];
  /** Of the old side, where they say something else than `axes`. */
  readonly oldAxes?: readonly (ShownAxis | undefined)[];
  /** A column of trees that were grown anew: it is told with its trees. */
  readonly isOfTrees?: true;
};

export type ElementSort = "change" | "relative" | "position";

export interface ElementPage {
  readonly rows: readonly ElementChange[];
  /** Elements that differ. */
  readonly total: number;
  /** Rows that can be paged through: `total`, or LIMITS.topChanges when sorted by change. */
  readonly available: number;
}
