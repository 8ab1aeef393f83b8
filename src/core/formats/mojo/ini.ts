import { limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";

/** The parts of a MOJO's model.ini. */
export interface Ini {
  /** Names and values as text, in order. */
  readonly info: ReadonlyMap<string, string>;
  readonly columns: readonly string[];
  /** File of the levels, by number of the column. */
  readonly domains: ReadonlyMap<number, string>;
}

export function parseIni(text: string): Ini {
  expectLines(text, "model.ini");
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

/** How many lines a text has. Throws where it has more than are kept, before they are. */
export function expectLines(text: string, name: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  if (count > LIMITS.textMemberLines) throw limitExceeded(`${name}: lines`, count, LIMITS.textMemberLines);
  return count;
}
