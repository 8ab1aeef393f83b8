/**
 * Default of a constructor parameter as Python prints it (`<module.name>` for classes and functions, "" where there is
 * none): one text for all known versions, or [first version, text, next version, text, ...], null where the parameter is
 * not there.
 */
export type ParameterDefault = string | readonly (string | null)[];

/** Constructors of one library in the minor versions that were looked at. */
export interface Constructors {
  readonly versions: readonly string[];
  /** By class, as `defaultRows` reads them: they are kept as text because few of the many are asked for. */
  readonly classes: Readonly<Record<string, string>>;
}

const read = new Map<string, Readonly<Record<string, ParameterDefault>>>();

/**
 * The parameters of one class: a line for each, `name=default`, `name` alone for None, or `name:[...]` where versions
 * differ. A class that has the same as another is `@` and the name of that one.
 */
export function defaultRows({ classes }: Constructors, className: string): Readonly<Record<string, ParameterDefault>> {
  const own = classes[className] ?? "";
  const text = own.startsWith("@") ? (classes[own.slice(1)] ?? "") : own;
  const before = read.get(text);
  if (before !== undefined) return before;
  const rows: Record<string, ParameterDefault> = {};
  for (const line of text === "" ? [] : text.split("\n")) {
    const end = line.search(/[=:]/);
    if (end < 0) rows[line] = "None";
    else {
      const rest = line.slice(end + 1);
      rows[line.slice(0, end)] = line[end] === "=" ? rest : (JSON.parse(rest) as (string | null)[]);
    }
  }
  read.set(text, rows);
  return rows;
}
