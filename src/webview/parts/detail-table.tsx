import type { DetailTable as Table } from "../../core/view/viewer-model.ts";
import { t } from "../strings.ts";
import { Icon } from "./icon.tsx";

type Mark = NonNullable<Table["rows"][number]["mark"]>;

export interface DetailTableProps {
  readonly table: Table;
  readonly onOpen: (id: string) => void;
}

/** Names and values; rows that are places in the tree lead there. */
export function DetailTable({ table, onOpen }: DetailTableProps) {
  return (
    <div class="table-area" tabIndex={0} role="region" aria-label={t("Entries")}>
      <table class="table">
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
          {table.rows.map((row, i) => (
            <tr key={row.id ?? i} class={row.mark === undefined ? "" : `is-${row.mark}`}>
              {row.cells.map((cell, at) => (
                <td key={at} class="number">
                  {at === 0 && row.id !== undefined ? (
                    <button type="button" class="link" onClick={() => onOpen(row.id ?? "")}>
                      {cell}
                    </button>
                  ) : (
                    cell
                  )}
                  {at === row.cells.length - 1 && row.mark !== undefined ? <RowMark mark={row.mark} /> : null}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {table.total > table.rows.length ? (
        <p class="dim table-rest">
          {t("Showing {shown} of {total} rows.", { shown: table.rows.length, total: table.total })}
        </p>
      ) : null}
    </div>
  );
}

function RowMark({ mark }: { readonly mark: Mark }) {
  switch (mark) {
    case "dangerous":
      return (
        <span class="mark severity-error">
          <Icon name="error" /> {t("dangerous")}
        </span>
      );
    case "unusual":
      return (
        <span class="mark severity-warning">
          <Icon name="warning" /> {t("unusual")}
        </span>
      );
    case "non-default":
      return <span class="mark is-set">{t("not the default")}</span>;
  }
}
