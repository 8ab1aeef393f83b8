import type { EnsembleChange } from "./report.ts";

/**
 * Which tree of the other side stands in the place of one, after what the comparison found; the one in the same place
 * while nothing is known. Undefined where the other side has none.
 */
export function counterpartOf(
  change: Pick<EnsembleChange, "trees"> | undefined,
  of: "old" | "new",
  index: number,
  otherCount: number,
): number | undefined {
  const found = change?.trees.find((tree) => (of === "old" ? tree.oldIndex : tree.newIndex) === index);
  if (found !== undefined) return of === "old" ? found.newIndex : found.oldIndex;
  return index < otherCount ? index : undefined;
}
