import { affinityOf, type ColumnDefault, defaultOf, isComputed, unquoted } from "./column.ts";

/** Columns of a table, from the statement that made it; those that are computed whenever they are read are not stored. */
export interface Columns {
  readonly names: readonly string[];
  /** What a row has that was written before the column was added. */
  readonly defaults: readonly ColumnDefault[];
  /** The column that is the row's number, and is stored as NULL. */
  readonly rowId: number | undefined;
  readonly isWithoutRowId: boolean;
  /** Without row numbers: the columns as they are stored, those of the key first. */
  readonly stored: readonly number[];
  /** Columns of floats: whole numbers in them are stored as such, and are floats when they are read. */
  readonly isReal: readonly boolean[];
}

/** SQLite cannot be made to take more. */
export const MOST_COLUMNS = 32_767;

const CONSTRAINT = /^(?:constraint|primary|unique|check|foreign)$/i;

/** Reads the names of the columns; the statement is as its author wrote it, and nothing of it is run. */
export function columnsOf(sql: string): Columns {
  const tokens =
    sql.match(
      // What does not end goes to the end: looking for it from every bracket on would be quadratic.
      /"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|'(?:[^']|'')*(?:'|$)|--[^\n]*|\/\*[^]*?(?:\*\/|$)|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w$])|[\w$\u0080-\uffff]+|\S/g,
    ) ?? [];
  const clean = tokens.filter((token) => !token.startsWith("--") && !token.startsWith("/*"));
  const open = clean.indexOf("(");
  const parts: string[][] = [[]];
  let depth = 0;
  let end = clean.length;
  for (let i = open < 0 ? clean.length : open; i < clean.length; i++) {
    const token = clean[i] ?? "";
    if (token === ")") depth -= 1;
    if (depth === 0 && i > open) {
      end = i;
      break;
    }
    if (depth === 1 && token === ",") parts.push([]);
    else if (i > open) parts.at(-1)?.push(token);
    if (token === "(") depth += 1;
  }
  const columns = parts
    .filter(([first, ...rest]) => first !== undefined && !CONSTRAINT.test(first) && !isComputed(rest))
    .slice(0, MOST_COLUMNS + 1);
  const names = columns.map(([first = ""]) => unquoted(first));
  const inline = columns.findIndex(([, ...rest]) => /^integer (?:.* )?primary key(?! desc)/i.test(rest.join(" ")));
  // PRIMARY KEY (id) after the columns.
  const key = parts.map((part) => /primary key \( ([^ ,]+) (?:asc )?\)/i.exec(part.join(" "))?.[1]);
  const named = key.find((each, i) => each !== undefined && CONSTRAINT.test(parts[i]?.[0] ?? ""));
  const byTable = columns.findIndex(
    ([first = "", type = ""]) => named !== undefined && unquoted(first) === unquoted(named) && /^integer$/i.test(type),
  );
  const rowId = inline >= 0 ? inline : byTable >= 0 ? byTable : undefined;
  const isReal = columns.map(([, ...rest]) => affinityOf(rest) === "real");
  const isWithoutRowId = /without rowid/i.test(clean.slice(end + 1).join(" "));
  const defaults = columns.map(([, ...rest]) => defaultOf(rest));
  return { names, defaults, rowId, isReal, isWithoutRowId, stored: storedOrder(names, columns, parts) };
}

/** Columns of the primary key in its order, then the others in theirs. */
function storedOrder(
  names: readonly string[],
  columns: readonly (readonly string[])[],
  parts: readonly (readonly string[])[],
): readonly number[] {
  const own = columns.findIndex(([, ...rest]) => /\bprimary key\b/i.test(rest.join(" ")));
  const key = new Set<number>(own >= 0 ? [own] : []);
  const byName = new Map([...names.entries()].reverse().map(([at, name]) => [name.toLowerCase(), at]));
  for (const part of parts) {
    if (!CONSTRAINT.test(part[0] ?? "") || !/\bprimary$/i.test(part.slice(0, part.indexOf("(") - 1).join(" ")))
      continue;
    let isName = false;
    for (const token of part.slice(part.indexOf("("))) {
      if (token === "(" || token === ",") isName = true;
      else if (isName) {
        const at = byName.get(unquoted(token).toLowerCase());
        if (at !== undefined) key.add(at);
        isName = false;
      }
    }
  }
  return [...key, ...names.map((_, k) => k).filter((k) => !key.has(k))];
}
