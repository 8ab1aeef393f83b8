import type { Sentence } from "../core/model/sentence.ts";
import type { RowMark } from "../core/view/viewer-model.ts";
import type { Method, WireError } from "./methods.ts";

/** What a webview may ask through its host: reading only, and only about its own artifact or diff. */
export const VIEWER_METHODS = [
  "artifact/children",
  "artifact/find",
  "artifact/details",
  "artifact/locate",
  "artifact/tree",
  "tensor/window",
  "tensor/element",
  "tensor/stats",
] as const satisfies readonly Method[];

/** What it may ask besides, while it is one side of VS Code's own diff; the host adds which sides and which of them. */
export const SIDES_METHODS = [
  "sides/first",
  "sides/children",
  "sides/find",
  "sides/locate",
  "sides/step",
  "sides/details",
  "sides/windows",
  "sides/tree",
] as const satisfies readonly Method[];

export const DIFF_METHODS = [
  "diff/elements",
  "diff/windows",
  "diff/distribution",
  "diff/heat",
  "diff/tree",
  "diff/export",
] as const satisfies readonly Method[];

/**
 * Commands that a webview's buttons and keys may run; the host decides what they do. Their `text`: for `copyText` what to
 * put on the clipboard, for `copyDiagnostic` the diagnostic, for `openRule` the id of the rule whose page to open.
 */
export type PanelCommand =
  | "compare"
  | "compareWithPrevious"
  | "convert"
  | "copyText"
  | "openOld"
  | "openNew"
  | "swapSides"
  /** Opens the comparison of the two editors of VS Code's own diff that this one is a side of. */
  | "compareSides"
  /** The texts of both sides in VS Code's own diff. */
  | "showTextDiff"
  /** The comparison as a file of HTML, Markdown or JSON. */
  | "exportReport"
  | "retry"
  /** Stops the opening that is under way; the host answers with `failed`, code `cancelled`. */
  | "cancel"
  | "copyDiagnostic"
  | "openRule";

/** Webview -> host. Ids of artifacts and diffs are added by the host, so a webview cannot name another's. */
export type FromPanel =
  | { readonly type: "ready" }
  | { readonly type: "request"; readonly id: number; readonly method: Method; readonly params: object }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "command"; readonly command: PanelCommand; readonly text?: string }
  /** Kept by the webview for itself over reloads; also told to the host for tests and for pairing. */
  | { readonly type: "selected"; readonly path?: string }
  /** Done by hand in a viewer that is one side of VS Code's own diff, and to be done in the other one too. */
  | { readonly type: "linked"; readonly change: LinkedChange };

/** What two viewers that are the sides of one diff do together. Flat and plain: the host passes it on unread. */
export type LinkedChange =
  /** Its page was made anew: it asks where the other one is. */
  | { readonly kind: "where" }
  /** Scrolled so far (px): the rows are the same on both sides. */
  | { readonly kind: "scroll"; readonly top: number }
  | { readonly kind: "open"; readonly id: string; readonly isOpen: boolean }
  | { readonly kind: "close-all" }
  | { readonly kind: "select"; readonly id: string }
  | { readonly kind: "filter"; readonly text: string }
  /** How much of the height the outline takes, 0 to 1. */
  | { readonly kind: "split"; readonly share: number }
  | { readonly kind: "tab"; readonly tab: string }
  | { readonly kind: "order"; readonly order: string }
  /** Tree `index` of one side; `both` are the addresses of the ensemble on both. */
  | { readonly kind: "tree"; readonly both: string; readonly of: string; readonly index: number }
  /** Nodes of two trees that are laid over each other; `selected` is "" for none. */
  | { readonly kind: "nodes-open"; readonly tree: string; readonly id: string; readonly isOpen: boolean }
  | { readonly kind: "nodes-place"; readonly tree: string; readonly top: number; readonly selected: string }
  /** Place and selection in the values of a row; `layout` says which part of them, turned or not, or drawn as bars. */
  | {
      readonly kind: "grid";
      readonly id: string;
      readonly layout: string;
      readonly top: number;
      readonly left: number;
      readonly row: number;
      readonly column: number;
      readonly anchorRow: number;
      readonly anchorColumn: number;
    };

/**
 * What the page's own state (`setState`) holds under "session": the host writes it as JSON into `data-session` of the
 * page's `#app`, the webview keeps it, and VS Code hands the state to the host when a window comes back after a reload.
 */
export type PanelSession =
  | { readonly kind: "viewer"; readonly uri: string }
  | { readonly kind: "diff"; readonly oldUri: string; readonly newUri: string };

/** Of a viewer that is one side of VS Code's own diff: which one, and what the other side is called. */
export interface PairSide {
  readonly side: "old" | "new";
  readonly other: string;
}

/** How far the comparison of the two sides is. Rows are to be asked for anew whenever `revision` is another. */
export type SidesState =
  | {
      readonly phase: "comparing";
      readonly revision: number;
      readonly changes: number;
      readonly done: number;
      readonly total: number;
    }
  | {
      readonly phase: "done";
      readonly revision: number;
      readonly changes: number;
      readonly judgement: readonly Sentence[];
      readonly complete: boolean;
    }
  | { readonly phase: "failed"; readonly error: WireError };

/**
 * Host -> webview. VS Code carries messages as JSON (byte arrays apart), which has no bigint, NaN, infinity or -0:
 * what is posted goes through `toPanelWire`, and the webview reads it with `fromPanelWire` (panel-wire.ts).
 */
export type ToPanel =
  /** The model to show (ViewerModel or DiffModel); again after the file changed on disk. */
  | {
      readonly type: "model";
      readonly model: unknown;
      readonly strings: Readonly<Record<string, string>>;
      readonly restricted: boolean;
    }
  | {
      readonly type: "failed";
      readonly error: WireError;
      readonly name: string;
      readonly strings?: Readonly<Record<string, string>>;
    }
  | {
      readonly type: "loading";
      readonly name: string;
      readonly stage?: string;
      readonly done?: number;
      readonly total?: number;
      /** What `done` and `total` count, as in `Progress`. */
      readonly unit?: string;
      readonly strings?: Readonly<Record<string, string>>;
    }
  | { readonly type: "result"; readonly id: number; readonly result: unknown }
  | { readonly type: "error"; readonly id: number; readonly error: WireError }
  | { readonly type: "select"; readonly path: string }
  /** Done by hand on the other side of VS Code's own diff. */
  | { readonly type: "linked"; readonly change: LinkedChange }
  /** Without `state` there is no comparison (any more). */
  | { readonly type: "sides"; readonly state?: SidesState }
  /** What the comparison found since the rows were asked for. */
  | { readonly type: "marks"; readonly marks: readonly RowMark[] }
  /** Without `pair` the viewer stands by itself (again). */
  | { readonly type: "pair"; readonly pair?: PairSide }
  | { readonly type: "key"; readonly action: "next-change" | "previous-change" | "focus-filter" };
