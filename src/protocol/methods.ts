import type { ConversionPlan, ConversionResult, TargetId } from "../core/convert/plan.ts";
import type { ChangeDistribution } from "../core/diff/distribution.ts";
import type { HeatMap } from "../core/diff/heat.ts";
import type { TreeComparison, TreeCounts, TreeNodes } from "../core/diff/trees/report.ts";
import type { ArtifactErrorCode } from "../core/errors.ts";
import type { Finding } from "../core/findings/finding.ts";
import type { ListingForm } from "../core/formats/pickle/listing/listing.ts";
import type { Sentence } from "../core/model/sentence.ts";
import type { ReportForm } from "./report-file.ts";
import type { SideName } from "../core/view/sides-item.ts";
import type { DiffModel, ElementPage, ElementSort } from "../core/view/diff-model.ts";
import type {
  ElementFacts,
  NodeDetails,
  OutlineRow,
  RowMark,
  TensorStats,
  TensorWindow,
  ViewerModel,
  WindowRequest,
} from "../core/view/viewer-model.ts";

/** Any request's params may carry it: progress of the request is then told under it. */
export interface WithToken {
  readonly token?: string;
}

/**
 * Every custom request between client and server: method -> [params, result]. Strings on the wire; no runtime
 * objects, so that two copies of the protocol library cannot disagree. Offsets and counts are safe integers; 64-bit
 * values and floats that matter travel as text or bytes.
 */
export interface Requests {
  /** Opens (or shares) the artifact of a document. */
  "artifact/open": [
    { readonly uri: string; readonly trusted: boolean },
    { readonly artifact: string; readonly model: ViewerModel },
  ];
  "artifact/close": [{ readonly artifact: string }, null];
  /** Direct children in order; id "" asks for the roots. */
  "artifact/children": [
    { readonly artifact: string; readonly id: string; readonly start: number; readonly count: number },
    { readonly rows: readonly OutlineRow[]; readonly total: number },
  ];
  /** Rows whose name, path, dtype or class holds `text`, with their ancestors. */
  "artifact/find": [
    { readonly artifact: string; readonly text: string },
    { readonly rows: readonly OutlineRow[]; readonly isCut: boolean },
  ];
  "artifact/details": [{ readonly artifact: string; readonly id: string }, NodeDetails];
  /** The row id of an address (for jumping from a finding). */
  "artifact/locate": [
    { readonly artifact: string; readonly path: string },
    { readonly rows: readonly OutlineRow[]; readonly id: string } | null,
  ];
  /** The nodes of one tree of the ensemble at an address. */
  "artifact/tree": [{ readonly artifact: string; readonly path: string; readonly index: number }, TreeNodes];
  "tensor/window": [{ readonly artifact: string; readonly path: string; readonly window: WindowRequest }, TensorWindow];
  "tensor/element": [
    { readonly artifact: string; readonly path: string; readonly position: readonly number[] },
    ElementFacts,
  ];
  "tensor/stats": [{ readonly artifact: string; readonly path: string }, TensorStats];
  "diff/open": [
    { readonly oldUri: string; readonly newUri: string },
    { readonly diff: string; readonly model: DiffModel },
  ];
  "diff/close": [{ readonly diff: string }, null];
  "diff/elements": [
    {
      readonly diff: string;
      readonly path: string;
      readonly sort: ElementSort;
      readonly start: number;
      readonly count: number;
    },
    ElementPage,
  ];
  /** Both sides of a rectangle, for side by side. */
  "diff/windows": [
    { readonly diff: string; readonly path: string; readonly window: WindowRequest },
    { readonly old?: TensorWindow; readonly new?: TensorWindow },
  ];
  /** How the values of both sides of a parameter lie, and how large the changes are. */
  "diff/distribution": [{ readonly diff: string; readonly path: string }, ChangeDistribution];
  /** The changes of one matrix of a parameter, binned; `leading` fixes the dimensions before the last two. */
  "diff/heat": [{ readonly diff: string; readonly path: string; readonly leading: readonly number[] }, HeatMap];
  /** Two trees of an ensemble (by its new address) laid over each other; a tree that one side does not have has no index. */
  "diff/tree": [
    { readonly diff: string; readonly path: string; readonly oldIndex?: number; readonly newIndex?: number },
    TreeComparison,
  ];
  /** The report as a text: Markdown, JSON, or a page of HTML that needs nothing else. */
  "diff/export": [{ readonly diff: string; readonly form: ReportForm }, { readonly text: string }];
  /** Holds both models of VS Code's own diff, to lay their outlines over each other. */
  "sides/open": [{ readonly oldUri: string; readonly newUri: string }, { readonly sides: string }];
  /** Compares them; what is known before the end is told by `sides/told`. */
  "sides/compare": [{ readonly sides: string }, SidesSummary];
  "sides/close": [{ readonly sides: string }, null];
  /** Rows of the outline of both, seen from one side: with the same ids, in the same order, on both. */
  "sides/first": [OneSide, { readonly rows: readonly OutlineRow[] }];
  "sides/children": [
    OneSide & { readonly id: string; readonly start: number; readonly count: number },
    { readonly rows: readonly OutlineRow[]; readonly total: number },
  ];
  "sides/find": [
    OneSide & { readonly text: string },
    { readonly rows: readonly OutlineRow[]; readonly isCut: boolean },
  ];
  /** By an address of that side, or by id. */
  "sides/locate": [
    OneSide & { readonly path?: string; readonly id?: string },
    { readonly rows: readonly OutlineRow[]; readonly id: string } | null,
  ];
  /** The next or the previous row that is not identical. */
  "sides/step": [
    OneSide & { readonly from?: string; readonly by: 1 | -1 },
    { readonly rows: readonly OutlineRow[]; readonly id: string } | null,
  ];
  "sides/details": [OneSide & { readonly id: string }, NodeDetails];
  /** A rectangle of the parameter of a row, and what belongs to each of its elements on the other side ("": nothing). */
  "sides/windows": [
    OneSide & { readonly id: string; readonly window: WindowRequest },
    { readonly own: TensorWindow; readonly other?: TensorWindow },
  ];
  /**
   * Tree `index` of the side `of`, of an ensemble by its address on this side, laid over the one that stands in its place on
   * the other side.
   */
  "sides/tree": [OneSide & { readonly path: string; readonly of: SideName; readonly index: number }, SidesTree];
  "convert/plan": [{ readonly uri: string; readonly target: TargetId }, ConversionPlan];
  /** Writes, reads back, compares, renames. `overwrite` only after the person said so. */
  "convert/execute": [
    {
      readonly uri: string;
      readonly target: TargetId;
      readonly outputPath: string;
      readonly overwrite: boolean;
      readonly allowLoss: boolean;
    },
    ConversionResult,
  ];
  /** Canonical text of an artifact, for a virtual document. */
  "artifact/text": [{ readonly uri: string }, { readonly text: string }];
  /** The pickles of a file as text, for a virtual document: their opcodes, or what loading would do. */
  "artifact/listing": [{ readonly uri: string; readonly form: ListingForm }, { readonly text: string }];
  /** Checks a file without showing it; its findings become diagnostics. */
  "artifact/check": [{ readonly uri: string; readonly against?: string }, { readonly findings: readonly Finding[] }];
}

export interface OneSide {
  readonly sides: string;
  readonly side: SideName;
}

/** Two trees laid over each other, seen from one side. */
export interface SidesTree extends TreeNodes {
  /** False where the other side has no such ensemble: rows are of one tree. */
  readonly isCompared: boolean;
  readonly oldPath?: string;
  readonly newPath?: string;
  /** Absent where that side has no tree in its place. */
  readonly oldIndex?: number;
  readonly newIndex?: number;
  readonly counts?: TreeCounts;
}

/** What the comparison of two sides came to. */
export interface SidesSummary {
  /** Rows that are not identical. */
  readonly changes: number;
  readonly judgement: readonly Sentence[];
  /** False when a side was not read whole: what was not read is not "unchanged". */
  readonly complete: boolean;
}

/** Requests that the server asks of the client: the client owns the virtual file systems. */
export interface ClientRequests {
  "files/stat": [{ readonly uri: string }, { readonly size: number; readonly modified: number }];
  "files/read": [{ readonly uri: string }, Uint8Array];
}

export interface ServerNotifications {
  /** Progress of the request whose token this is. */
  "work/progress": {
    readonly token: string;
    readonly stage: string;
    readonly done: number;
    readonly total?: number;
    readonly unit: string;
  };
  /** Of a comparison under way. */
  "sides/told": {
    readonly sides: string;
    /** The rows are others than before: they have to be asked for again. */
    readonly isRealigned: boolean;
    readonly marks: readonly RowMark[];
    /** Rows that are not identical, so far. */
    readonly changes: number;
    readonly done: number;
    readonly total: number;
  };
  /** The server's last words. */
  "server/dying": { readonly reason: string };
}

/** Server settings, from initializationOptions and didChangeConfiguration. */
export interface ServerSettings {
  /** As the person wrote them: the server reads them (`parseRuleSettings`) and says what it did not understand. */
  readonly rules: Readonly<Record<string, unknown>>;
  /** The checked-in settings files of the workspace, by the folder they are for; none of a workspace that is not trusted. */
  readonly files: readonly { readonly folder: string; readonly text: string }[];
  /** Which findings become Problems: none, those of models that are open, or those of every model that was checked. */
  readonly problems: "never" | "openFiles" | "workspace";
}

/** initializationOptions. */
export interface ServerOptions {
  readonly settings: ServerSettings;
  /** URI of the folder of rule pages: `{rulePages}/{rule id}.md`. */
  readonly rulePages: string;
  /** English template -> template in the user's language, for diagnostics. */
  readonly strings: Readonly<Record<string, string>>;
}

/** `internal`: a fault of ours, not of the file. `stopped`: the server ended before it could answer. */
export type WireErrorCode = ArtifactErrorCode | "internal" | "stopped";

/** `data` of a failed request's error. */
export interface WireError {
  readonly code: WireErrorCode;
  readonly message: string;
  /** The message as a sentence that can be translated, where it is one. */
  readonly sentence?: Sentence;
  readonly offset?: number;
  readonly needed?: number;
  readonly available?: number;
  /** First and last 16 bytes in hex, where the file could be read at all. */
  readonly head?: string;
  readonly tail?: string;
}

export type Method = keyof Requests;
export type Params<M extends Method> = Requests[M][0];
export type Result<M extends Method> = Requests[M][1];
