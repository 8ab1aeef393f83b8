import type { FieldKind, FieldSpec, MessageSpec } from "./spec.ts";

const KINDS: Readonly<Record<string, FieldKind>> = {
  int: "int",
  float: "fixed",
  double: "fixed",
  text: "text",
  bytes: "bytes",
  skip: "skip",
  "[]int": "varints",
  "[]float": "fixed32",
  "[]double": "fixed64",
  "[]text": "text",
  "[]bytes": "bytes",
};

/**
 * Message tables from text, a message a line: its name, a colon, then its fields with commas between them, each a number,
 * a name and a type. A type is one of `KINDS`, or the name of a message; `[]` before it means many.
 */
export function messageTables(text: string): ReadonlyMap<string, MessageSpec> {
  const tables = new Map<string, MessageSpec>();
  for (const line of text.trim().split("\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon);
    tables.set(name, new Message(name, line.slice(colon + 1), tables));
  }
  return tables;
}

/** A line of the text. Its fields are read when they are first asked for: of all formats' messages, a file has few. */
class Message implements MessageSpec {
  readonly name: string;
  private readonly text: string;
  private readonly tables: ReadonlyMap<string, MessageSpec>;
  private read: MessageSpec["fields"] | undefined;

  constructor(name: string, text: string, tables: ReadonlyMap<string, MessageSpec>) {
    this.name = name;
    this.text = text;
    this.tables = tables;
  }

  get fields(): MessageSpec["fields"] {
    this.read ??= fieldsOf(this.text, this.tables);
    return this.read;
  }
}

function fieldsOf(text: string, tables: ReadonlyMap<string, MessageSpec>): MessageSpec["fields"] {
  const fields: Record<number, FieldSpec> = {};
  for (const each of text.split(",")) {
    const [number = "", field = "", type = ""] = each.trim().split(" ");
    if (number !== "") fields[Number(number)] = fieldOf(field, type, tables);
  }
  return fields;
}

function fieldOf(name: string, type: string, tables: ReadonlyMap<string, MessageSpec>): FieldSpec {
  const isRepeated = type.startsWith("[]");
  const kind = KINDS[type];
  if (kind !== undefined) return { name, kind, isRepeated };
  const of = isRepeated ? type.slice(2) : type;
  return { name, kind: "message", isRepeated, of: () => tables.get(of) ?? { name: of, fields: {} } };
}
