import { lineAndColumn } from "../../bytes/json-text.ts";
import { ArtifactError } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { Value } from "../../model/value.ts";
import { ListBuilder, settled, type Written } from "../written/list.ts";
import { type NumbersIn, NumberSpan } from "../written/numbers.ts";
import { utf8Of } from "../written/text.ts";
import { isTomlNumber, isTomlTime, tomlSpelling } from "./numbers.ts";
import { tomlString } from "./strings.ts";
import { Table, TableList } from "./table.ts";

/** How many values are made before whoever drives the parser is asked whether to go on. */
const STEPS = 2048;
/** Characters of one number: a thousand times what any holds. */
const NUMBER = 1_000_000;

/** Makes values of TOML text (one character a byte), one pass. An error leaves what was made so far in `root`. */
export class TomlParser {
  readonly root = new Table();
  readonly duplicates: { readonly key: string; readonly at: number }[] = [];
  duplicateCount = 0;
  private readonly text: string;
  private readonly bytes: Uint8Array;
  private readonly name: string;
  private readonly from: NumbersIn;
  private table = this.root;
  private at = 0;
  private depth = 0;
  private values = 0;
  /** What an error left of an array. */
  private partial: Value | undefined;

  constructor(text: string, bytes: Uint8Array, name: string) {
    this.text = text;
    this.bytes = bytes;
    this.name = name;
    this.from = { text, spelling: tomlSpelling, name };
    // A byte order mark.
    if (text.startsWith("\u00ef\u00bb\u00bf")) this.at = 3;
  }

  /** The whole text. Throws ArtifactError where it is no TOML. */
  *read(): Generator<undefined, void> {
    for (let line = 1; ; line += 1) {
      // Headers, and tables in braces, are no values.
      if (line % STEPS === 0) yield;
      this.skipLines();
      if (this.at >= this.text.length) return;
      if (this.text[this.at] === "[") this.header();
      else {
        const path = this.path();
        if (this.text[this.at] !== "=") throw this.expected("= behind the key");
        this.at += 1;
        yield* this.entry(this.table, path);
      }
      this.skipBlanks();
      this.skipComment();
      if (this.at < this.text.length && !this.isLineEnd()) throw this.expected("the end of the line");
    }
  }

  private header(): void {
    const { at } = this;
    const isList = this.text.startsWith("[[", at);
    this.at += isList ? 2 : 1;
    const path = this.path();
    const close = isList ? "]]" : "]";
    if (!this.text.startsWith(close, this.at)) throw this.expected(close);
    this.at += close.length;
    this.count(4);
    const parent = this.walk(this.root, path.slice(0, -1), at);
    const name = path.at(-1) ?? "";
    const known = parent.under(name);
    if (isList) {
      if (known !== undefined && !(known instanceof TableList))
        throw this.error("corrupt", `${name} is no list of tables`, at);
      const list = known ?? new TableList();
      if (known === undefined) parent.put(name, list.node, list);
      this.table = list.add();
      return;
    }
    if (known === null || known instanceof TableList || known?.isInline === true)
      throw this.error("corrupt", `${name} is no table that could be opened`, at);
    if (known?.isOpened === true) this.duplicate(name, at);
    const table = known ?? new Table();
    if (known === undefined) parent.put(name, table.node, table);
    table.isOpened = true;
    this.table = table;
  }

  /** `a.b.c`: from a table through the tables under the names, made where there are none. */
  private walk(from: Table, path: readonly string[], at: number): Table {
    let table = from;
    for (const name of path) {
      const known = table.under(name);
      if (known === null || (known instanceof Table && known.isInline))
        throw this.error("corrupt", `${name} is no table that could be added to`, at);
      if (known instanceof TableList) table = known.last;
      else if (known === undefined) {
        // A table takes several times what a plain value takes.
        this.count(4);
        const made = new Table();
        table.put(name, made.node, made);
        table = made;
      } else table = known;
    }
    return table;
  }

  /** A value behind its key. */
  private *entry(from: Table, path: readonly string[]): Generator<undefined, void> {
    const start = this.at;
    const table = this.walk(from, path.slice(0, -1), start);
    const name = path.at(-1) ?? "";
    this.skipBlanks();
    if (table.has(name)) this.duplicate(name, start);
    const inline = this.text[this.at] === "{" ? new Table(true) : null;
    const { at } = this;
    table.put(name, inline === null ? { kind: "unread", why: "the text ends here", offset: at } : inline.node, inline);
    this.partial = undefined;
    try {
      if (inline === null) table.replaceLast(settled(yield* this.value(), this.from));
      else yield* this.inline(inline);
    } catch (error) {
      if (inline === null && this.partial !== undefined) table.replaceLast(this.partial);
      this.partial = undefined;
      throw error;
    }
  }

  private *value(): Generator<undefined, Written> {
    this.count();
    if (this.values % STEPS === 0) yield;
    const { at, text } = this;
    switch (text[at]) {
      case '"':
      case "'": {
        const { text: content, end } = this.string();
        this.at = end;
        return content;
      }
      case "[":
        return yield* this.array();
      case "{": {
        const table = new Table(true);
        yield* this.inline(table);
        return table.node;
      }
      case undefined:
        throw this.error("truncated", "a value is missing", at);
      default:
        return this.bare();
    }
  }

  /** A number, a truth, or a time. */
  private bare(): Written {
    const { at: start, text } = this;
    let end = start;
    while (end < text.length && /[\w+.:-]/.test(text[end] ?? "")) end += 1;
    // A space may stand between a date and a time.
    const date = text.slice(start, end);
    if (/^\d{4}-\d\d-\d\d$/.test(date)) {
      const time = /^ \d\d:[\d:.]+(?:[Zz]|[+-]\d\d:\d\d)?/.exec(text.slice(end, end + 64));
      end += time?.[0].length ?? 0;
    }
    const word = text.slice(start, end);
    // The expressions that tell numbers take memory for each character.
    if (word.length > NUMBER) throw this.error("limit", `a value of more than ${NUMBER} characters`, start);
    this.at = end;
    if (word === "true" || word === "false") return word === "true";
    if (isTomlNumber(word)) return new NumberSpan(start, end, tomlSpelling(word));
    if (isTomlTime(word)) return word;
    this.at = start;
    const code = end >= text.length ? "truncated" : "corrupt";
    throw this.error(code, word === "" ? "no value" : `${word.slice(0, 40)} is no value`, start);
  }

  private *array(): Generator<undefined, Written> {
    const start = this.at;
    const list = new ListBuilder(this.from, start);
    this.enter(start);
    this.at += 1;
    try {
      for (;;) {
        this.skipLines();
        if (this.text[this.at] === "]") break;
        list.add(yield* this.value());
        this.partial = undefined;
        this.skipLines();
        if (this.text[this.at] === ",") this.at += 1;
        else if (this.text[this.at] !== "]") throw this.expected("a comma or ]");
      }
    } catch (error) {
      if (this.partial !== undefined) list.add(this.partial);
      this.partial = settled(list.finish(), this.from);
      throw error;
    }
    this.at += 1;
    this.depth -= 1;
    return list.finish();
  }

  private *inline(table: Table): Generator<undefined, void> {
    this.count(4);
    this.enter(this.at);
    this.at += 1;
    try {
      for (;;) {
        this.skipLines();
        if (this.text[this.at] === "}") break;
        const path = this.path();
        if (this.text[this.at] !== "=") throw this.expected("= behind the key");
        this.at += 1;
        yield* this.entry(table, path);
        this.skipLines();
        if (this.text[this.at] === ",") this.at += 1;
        else if (this.text[this.at] !== "}") throw this.expected("a comma or }");
      }
    } catch (error) {
      this.partial = table.node;
      throw error;
    }
    this.at += 1;
    this.depth -= 1;
  }

  /** Names with points between them. */
  private path(): string[] {
    const names: string[] = [];
    for (;;) {
      this.skipBlanks();
      names.push(this.key());
      if (names.length > LIMITS.writtenDepth)
        throw this.error("limit", `a key of more than ${LIMITS.writtenDepth} names`);
      this.skipBlanks();
      if (this.text[this.at] !== ".") return names;
      this.at += 1;
    }
  }

  private key(): string {
    const { at, text } = this;
    if (text[at] === '"' || text[at] === "'") {
      if (text.startsWith((text[at] ?? "").repeat(3), at)) throw this.expected("a key");
      const { text: name, end } = this.string();
      this.at = end;
      return name;
    }
    let end = at;
    while (end < text.length && /[\w-]/.test(text[end] ?? "")) end += 1;
    if (end === at) throw this.expected("a key");
    this.at = end;
    return utf8Of(text.slice(at, end));
  }

  private string(): { readonly text: string; readonly end: number } {
    return tomlString(this.text, this.at, (code, what, at) => this.error(code, what, at));
  }

  private skipBlanks(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at += 1;
  }

  private skipComment(): void {
    if (this.text[this.at] !== "#") return;
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  private skipLines(): void {
    for (;;) {
      this.skipBlanks();
      this.skipComment();
      if (!this.isLineEnd()) return;
      this.at += 1;
    }
  }

  private isLineEnd(): boolean {
    const character = this.text[this.at];
    return character === "\n" || (character === "\r" && this.text[this.at + 1] === "\n");
  }

  private enter(at: number): void {
    this.depth += 1;
    if (this.depth > LIMITS.writtenDepth)
      throw this.error("limit", `more than ${LIMITS.writtenDepth} collections in each other`, at);
  }

  private count(cost = 1): void {
    this.values += cost;
    if (this.values > LIMITS.jsonValues) throw this.error("limit", `more than ${LIMITS.jsonValues} values`);
  }

  private duplicate(key: string, at: number): void {
    this.duplicateCount += 1;
    if (this.duplicates.length < LIMITS.findingsPerRule) this.duplicates.push({ key, at });
  }

  private expected(what: string): ArtifactError {
    const isEnd = this.at >= this.text.length;
    return this.error(isEnd ? "truncated" : "corrupt", `expected ${what}`, this.at);
  }

  private error(code: "corrupt" | "truncated" | "limit", what: string, at = this.at): ArtifactError {
    const { line, column } = lineAndColumn(this.bytes, at);
    return new ArtifactError(code, `${this.name}: line ${line}, column ${column}: ${what}`, { offset: at });
  }
}
