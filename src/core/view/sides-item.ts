import type { Verdict } from "../diff/report.ts";
import type { Artifact } from "../model/artifact.ts";
import type { Item } from "./outline-item.ts";
import type { Outline } from "./outline.ts";

export type SideName = "old" | "new";

/** What the two outlines are made of. */
export interface SideOutline {
  readonly artifact: Artifact;
  readonly outline: Outline;
}

/** A row of two outlines laid over each other, with what stands there on each side. */
export interface SidesItem {
  readonly id: string;
  readonly parent?: SidesItem;
  /** Position among its siblings. */
  readonly index: number;
  readonly old?: Item;
  readonly new?: Item;
  /** Where it is called otherwise than the outline of that side has it. */
  readonly labels?: { readonly old?: string; readonly new?: string };
  /** Absent where they come from raw values, and are made when they are looked at. */
  children?: SidesItem[];
  verdict?: Verdict;
  /** Rows below it that are not identical. */
  changes: number;
}

export function otherSide(side: SideName): SideName {
  return side === "old" ? "new" : "old";
}

/** What a row is called on a side; what it is called on the other one where there is a gap. */
export function labelOn({ labels, ...item }: SidesItem, side: SideName): string {
  const at = item[side] === undefined ? otherSide(side) : side;
  return labels?.[at] ?? item[at]?.label ?? "";
}
