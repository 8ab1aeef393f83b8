import type { TreeCounts } from "../../core/diff/trees/report.ts";
import { t } from "../strings.ts";

/** "3 rounded, 1 changed": what became of the nodes of two trees; nothing of those that are the same. */
export function nodeCounts({
  rounded = 0,
  refined = 0,
  restated = 0,
  changed,
  added,
  removed,
}: TreeCounts): readonly string[] {
  return [
    rounded === 0 ? "" : t("{rounded} rounded", { rounded }),
    refined === 0 ? "" : t("{refined} with more digits", { refined }),
    restated === 0 ? "" : t("{restated} in other numbers", { restated }),
    changed === 0 ? "" : t("{changed} changed", { changed }),
    added === 0 ? "" : t("{added} added", { added }),
    removed === 0 ? "" : t("{removed} removed", { removed }),
  ].filter((text) => text !== "");
}
