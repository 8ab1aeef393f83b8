import { run } from "../channel.ts";
import { settle } from "../settle.ts";
import { counted, t } from "../strings.ts";
import { type CellPlace, cellsIn } from "./grid-view.ts";
import type { CellRange } from "./tiles.ts";

/** What one copy may hold; beyond it a file format is the better way, and the clipboard suffers. */
const MOST_CELLS = 200_000;

interface CopiedCells {
  /** Tab-separated values, one row a line. */
  readonly text: string;
  readonly cells: number;
}

/** A rectangle of cells as TSV: whole rows from the top while they fit. */
async function copyCells(range: CellRange, textAt: (place: CellPlace) => Promise<string>): Promise<CopiedCells> {
  const columns = Math.min(range.lastColumn - range.firstColumn + 1, MOST_CELLS);
  const rows = Math.min(range.lastRow - range.firstRow + 1, Math.max(1, Math.floor(MOST_CELLS / columns)));
  const lines: string[] = [];
  for (let row = range.firstRow; row < range.firstRow + rows; row += 1) {
    const cells: string[] = [];
    for (let column = range.firstColumn; column < range.firstColumn + columns; column += 1)
      cells.push(await textAt({ row, column }));
    lines.push(cells.join("\t"));
  }
  return { text: lines.join("\n"), cells: rows * columns };
}

/**
 * Ctrl/Cmd+C. Whoever answers it stops the event: the workbench would answer the same key by asking this page to copy once
 * more.
 */
export function isCopyKey(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "c";
}

/** Copies a rectangle through the host and says how that went. */
export function copyRange(
  range: CellRange,
  textAt: (place: CellPlace) => Promise<string>,
  say: (note: string) => void,
): void {
  const all = cellsIn(range);
  void settle(
    copyCells(range, textAt),
    ({ text, cells }) => {
      run("copyText", text);
      say(
        cells === all
          ? counted(cells, "{count} value copied", "{count} values copied")
          : t("{copied} of {count} values copied", { copied: cells, count: all }),
      );
    },
    () => say(t("Copying failed")),
  );
}
