import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { DictNode, Value } from "../../model/value.ts";

//   name: "LeNet"  layer { name: "conv1" type: "Convolution" top: "a" convolution_param { num_output: 20 pad: [1, 2] } }
//   A field that occurs again is a list. `<` and `>` do for braces, `;` and `,` may follow a field, `#` begins a comment.
//   https://protobuf.dev/reference/protobuf/textformat-spec/

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

/** Comments and white space, a string, punctuation, or a word. */
const TOKEN = /(?:\s|#[^\n]*)*(?:("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([{}<>[\]:;,])|([^\s{}<>[\]:;,"'#]+)|($))/uy;

/** Reads protobuf's text form without a table: names are what the text has, numbers keep their digits. */
export function readTextMessage(text: string, name: string): TextMessage {
  const reader = new TextReader(text, name);
  return reader.read();
}

class TextReader {
  private readonly text: string;
  private readonly name: string;
  private readonly stack: Open[] = [{ fields: new Map(), end: "", name: "" }];
  private at = 0;
  private kept = 0;

  constructor(text: string, name: string) {
    this.text = text;
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
    const start = this.at;
    const token = this.next();
    const top = this.stack.at(-1);
    if (top === undefined || token === "") {
      if (this.stack.length > 1)
        throw this.wrong(`the text ends inside of ${top?.name ?? "a message"}`, this.text.length);
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
      if (token === "") throw this.wrong(`the text ends inside of ${name}`, this.text.length);
      if (token === "{" || token === "<") {
        const depth = this.stack.length;
        this.push(name, token);
        while (this.stack.length > depth) this.field();
      } else this.add(name, this.scalar(token, this.at));
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
    let text = unquoted(first);
    for (;;) {
      const before = this.at;
      const token = this.next();
      if (!token.startsWith('"') && !token.startsWith("'")) {
        this.at = before;
        return text;
      }
      text += unquoted(token);
    }
  }

  private push(name: string, bracket: string): void {
    if (this.stack.length > LIMITS.writtenDepth)
      throw limitExceeded(`${this.name}: messages in each other`, this.stack.length, LIMITS.writtenDepth, this.at);
    this.stack.push({ fields: new Map(), end: bracket === "{" ? "}" : ">", name });
  }

  private pop(): void {
    const done = this.stack.pop();
    if (done !== undefined) this.add(done.name, dictOfFields(done));
  }

  private add(name: string, value: Value): void {
    this.kept += 1;
    if (this.kept > LIMITS.jsonValues)
      throw limitExceeded(`${this.name}: values`, this.kept, LIMITS.jsonValues, this.at);
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
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (match === null) throw this.wrong("a string without an end", this.at);
    this.at = TOKEN.lastIndex;
    return match[1] ?? match[2] ?? match[3] ?? "";
  }

  private wrong(what: string, at: number): ReturnType<typeof corrupt> {
    return corrupt(`${this.name}: ${what}, at character ${at}`, at);
  }
}

function dictOfFields({ fields }: Open): DictNode {
  return dictOf([...fields].map(([key, values]) => [key, values.length === 1 ? (values[0] ?? null) : listOf(values)]));
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

function unquoted(token: string): string {
  return token
    .slice(1, -1)
    .replace(/\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)/g, (_, escape: string) =>
      /^[0-7]/.test(escape)
        ? String.fromCharCode(Number.parseInt(escape, 8))
        : /^x./.test(escape)
          ? String.fromCharCode(Number.parseInt(escape.slice(1), 16))
          : (ESCAPES[escape] ?? escape),
    );
}
