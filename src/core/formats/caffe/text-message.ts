import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { DictNode, Value } from "../../model/value.ts";
import { bytesOfString, TextTokens } from "../protobuf/text-tokens.ts";

//   A field that occurs again is a list.

/** What of a text was read. */
export interface TextMessage {
  readonly message: DictNode;
  /** Why reading stopped, where it did. */
  readonly error?: ReturnType<typeof corrupt>;
}

interface Open {
  readonly fields: Map<string, Value[]>;
  readonly end: string;
  readonly name: string;
}

/** Reads protobuf's text form without a table: names are what the text has, numbers keep their digits. */
export function readTextMessage(text: string, name: string): TextMessage {
  const reader = new TextReader(text, name);
  return reader.read();
}

class TextReader {
  private readonly tokens: TextTokens;
  private readonly name: string;
  private readonly stack: Open[] = [{ fields: new Map(), end: "", name: "" }];
  private kept = 0;

  constructor(text: string, name: string) {
    this.tokens = new TextTokens(text, name);
    this.name = name;
  }

  read(): TextMessage {
    try {
      while (this.field());
      return { message: this.close() };
    } catch (error) {
      // What is open is closed: everything that was read is shown.
      return { message: this.close(), error: error as ReturnType<typeof corrupt> };
    }
  }

  /** One field, or the end of a message. False at the end of the text. */
  private field(): boolean {
    const token = this.next();
    const { start } = this.tokens;
    const top = this.stack.at(-1);
    if (top === undefined || token === "") {
      if (this.stack.length > 1) throw this.wrong(`the text ends inside of ${top?.name ?? "a message"}`, start);
      return false;
    }
    if (token === top.end) {
      this.pop();
      return true;
    }
    if (token === ";" || token === ",") return true;
    if (!/^[A-Za-z_][\w.]*$/.test(token)) throw this.wrong(`${JSON.stringify(token)} is no name of a field`, start);
    let sign = this.next();
    const hasColon = sign === ":";
    if (hasColon) sign = this.next();
    if (sign === "{" || sign === "<") this.push(token, sign);
    else if (!hasColon) throw this.wrong(`${token} has no value`, start);
    else if (sign === "[") this.list(token);
    else this.add(token, this.scalar(sign, start));
    return true;
  }

  private list(name: string): void {
    for (let token = this.next(); token !== "]"; token = this.next()) {
      if (token === ",") continue;
      if (token === "") throw this.wrong(`the text ends inside of ${name}`, this.tokens.start);
      if (token === "{" || token === "<") {
        const depth = this.stack.length;
        this.push(name, token);
        while (this.stack.length > depth) this.field();
      } else this.add(name, this.scalar(token, this.tokens.start));
    }
  }

  private scalar(token: string, start: number): Value {
    if (token.startsWith('"') || token.startsWith("'")) return this.string(token);
    if (/^[-+]?\d{1,30}$/.test(token)) return BigInt(token.replace("+", ""));
    if (token === "true" || token === "false") return token === "true";
    if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[fF]?$/.test(token)) {
      const digits = token.replace(/[fF]$/, "");
      return { kind: "decimal", text: digits, nearest: Number(digits), offset: start };
    }
    if (/^[-\w.+]+$/.test(token)) return token;
    throw this.wrong(`${JSON.stringify(token)} is no value`, start);
  }

  /** Strings that follow each other are one. */
  private string(first: string): string {
    const parts = [unquoted(first)];
    for (let token = this.next(); this.tokens.kind === "string"; token = this.next()) parts.push(unquoted(token));
    this.tokens.back();
    return parts.join("");
  }

  private push(name: string, bracket: string): void {
    if (this.stack.length > LIMITS.writtenDepth)
      throw limitExceeded(
        `${this.name}: messages in each other`,
        this.stack.length,
        LIMITS.writtenDepth,
        this.tokens.start,
      );
    this.stack.push({ fields: new Map(), end: bracket === "{" ? "}" : ">", name });
  }

  private pop(): void {
    const done = this.stack.pop();
    if (done !== undefined) this.add(done.name, dictOfFields(done));
  }

  private add(name: string, value: Value): void {
    this.kept += 1;
    if (this.kept > LIMITS.jsonValues)
      throw limitExceeded(`${this.name}: values`, this.kept, LIMITS.jsonValues, this.tokens.start);
    const fields = this.stack.at(-1)?.fields;
    const known = fields?.get(name);
    if (known === undefined) fields?.set(name, [value]);
    else known.push(value);
  }

  private close(): DictNode {
    while (this.stack.length > 1) {
      const done = this.stack.pop();
      const outer = this.stack.at(-1);
      if (done === undefined || outer === undefined) break;
      outer.fields.set(done.name, [...(outer.fields.get(done.name) ?? []), dictOfFields(done)]);
    }
    return dictOfFields(this.stack[0] ?? { fields: new Map(), end: "", name: "" });
  }

  private next(): string {
    return this.tokens.next();
  }

  private wrong(what: string, at: number): ReturnType<typeof corrupt> {
    return corrupt(`${this.name}: ${what}, at character ${at}`, at);
  }
}

function dictOfFields({ fields }: Open): DictNode {
  return dictOf([...fields].map(([key, values]) => [key, values.length === 1 ? (values[0] ?? null) : listOf(values)]));
}

const UTF8 = new TextDecoder();

function unquoted(token: string): string {
  return UTF8.decode(bytesOfString(token));
}
