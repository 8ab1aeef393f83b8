import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Verdict } from "../../core/diff/report.ts";
import type { DetailTable as Table } from "../../core/view/viewer-model.ts";
import { visibleName } from "../../core/model/unseen.ts";
import { t } from "../strings.ts";
import { Icon } from "./icon.tsx";
import { VERDICTS, VerdictGlyph } from "./verdicts.tsx";

type Mark = NonNullable<Table["rows"][number]["mark"]>;

export interface DetailTableProps {
  readonly table: Table;
  readonly onOpen: (id: string) => void;
}

/** Rows that are drawn at first, and more as the end of those comes near: a page pays for every row with every frame. */
const DRAWN_AT_ONCE = 200;
/** Pixels before the end at which the next ones are drawn. */
const NEAR_END = 600;

/** Characters of a name for which room is kept beside its value. */
const NAME_ROOM = 48;

/** Names and values; rows that are places in the tree lead there. */
export function DetailTable({ table, onOpen }: DetailTableProps) {
  const shown = useSignal(DRAWN_AT_ONCE);
  const drawn = table.rows.slice(0, shown.value);
  const longest = useMemo(
    () => table.rows.reduce((most, { cells }) => Math.max(most, cells[0]?.length ?? 0), 0),
    [table],
  );
  const onScroll = ({ currentTarget: area }: { readonly currentTarget: HTMLElement }): void => {
    if (shown.value < table.rows.length && area.scrollTop + area.clientHeight > area.scrollHeight - NEAR_END)
      shown.value += DRAWN_AT_ONCE;
  };
  return (
    <div class="table-area" tabIndex={0} role="region" aria-label={t("Entries")} onScroll={onScroll}>
      <table
        class="table"
        aria-rowcount={table.rows.length + 1}
        style={{ "--names": `calc(${Math.min(longest, NAME_ROOM)}ch + 24px)` }}
      >
        <thead>
          <tr>
            {table.columns.map((column) => (
              <th key={column} scope="col">
                {t(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {drawn.map((row, i) => (
            <tr key={row.id ?? i} class={row.mark === undefined ? "" : `is-${row.mark}`}>
              {row.cells
                .map((text, at) => ({ text, cell: cellOf(table.columns[at], text), at }))
                .map(({ text, cell, at }) => (
                  <td key={at} class="number">
                    {at === 0 && row.verdict !== undefined ? <RowVerdict verdict={row.verdict} /> : null}
                    {at === 0 && row.id !== undefined ? (
                      <button type="button" class="link" onClick={() => onOpen(row.id ?? "")}>
                        {cell}
                      </button>
                    ) : (
                      cell
                    )}
                    {at === markedCell(row) && row.mark !== undefined ? <RowMark mark={row.mark} cell={text} /> : null}
                  </td>
                ))}
            </tr>
          ))}
        </tbody>
      </table>
      {drawn.length === table.rows.length && table.total > drawn.length ? (
        <p class="dim table-rest">
          {t("Showing {shown} of {total} rows.", { shown: drawn.length, total: table.total })}
        </p>
      ) : null}
    </div>
  );
}

function RowVerdict({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span class="table-verdict" title={VERDICTS[verdict].word()}>
      <VerdictGlyph verdict={verdict} />
      <span class="sr-only">{VERDICTS[verdict].word()}</span>
    </span>
  );
}

/** Columns whose cells are words of ours, not of the file. */
const WORDS: ReadonlySet<string> = new Set(["Class", "Use"]);

function cellOf(column: string | undefined, text: string): string {
  return column !== undefined && WORDS.has(column) ? t(text) : visibleName(text);
}

/** The cell that says the mark's word already, or the last one. */
function markedCell({ cells, mark }: Table["rows"][number]): number {
  const said = mark === undefined ? -1 : cells.indexOf(mark);
  return said >= 0 ? said : cells.length - 1;
}

/** Icon and word; the icon alone beside a cell that is the word. */
function RowMark({ mark, cell }: { readonly mark: Mark; readonly cell: string }) {
  const isSaid = cell === mark;
  switch (mark) {
    case "dangerous":
      return (
        <span class="mark severity-error">
          <Icon name="error" /> {isSaid ? "" : t("dangerous")}
        </span>
      );
    case "unusual":
      return (
        <span class="mark severity-warning">
          <Icon name="warning" /> {isSaid ? "" : t("unusual")}
        </span>
      );
    case "non-default":
      return <span class="mark is-set">{t("not the default")}</span>;
  }
}
