/** The parts of a MOJO's model.ini. */
export interface Ini {
  /** Names and values as text, in order. */
  readonly info: ReadonlyMap<string, string>;
  readonly columns: readonly string[];
  /** File of the levels, by number of the column. */
  readonly domains: ReadonlyMap<number, string>;
}

export function parseIni(text: string): Ini {
  const info = new Map<string, string>();
  const columns: string[] = [];
  const domains = new Map<number, string>();
  let section = "";
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    if (header !== undefined) section = header;
    else if (line === "") continue;
    else if (section === "columns") columns.push(line);
    else if (section === "domains") {
      const match = /^(\d+): \d+ (\S+)$/.exec(line);
      if (match !== null) domains.set(Number(match[1]), match[2] ?? "");
    } else if (section === "info") {
      const at = line.indexOf(" = ");
      if (at > 0) info.set(line.slice(0, at), line.slice(at + 3));
    }
  }
  return { info, columns, domains };
}
