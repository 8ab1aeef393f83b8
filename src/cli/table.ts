import { visibleName } from "../core/model/unseen.ts";

/** Columns of text, the width of each by its longest cell; `right` columns are set flush right. */
export function table(given: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const rows = given.map((row) => row.map(visibleName));
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, width(cell));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = " ".repeat((widths[column] ?? 0) - width(cell));
        return right.includes(column) ? padding + cell : cell + padding;
      })
      .join("  ")
      .trimEnd(),
  );
}

/** Code points; wide East Asian characters count twice, as terminals show them. */
function width(text: string): number {
  let sum = 0;
  for (const char of text)
    sum += /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(char)
      ? 2
      : 1;
  return sum;
}
