import { corrupt } from "../../errors.ts";

//   name: "LeNet"  layer { name: "conv1" type: "Convolution" top: "a" convolution_param { num_output: 20 pad: [1, 2] } }
//   `<` and `>` do for braces, `;` and `,` may follow a field, `#` begins a comment, strings that follow each other are one.
//   https://protobuf.dev/reference/protobuf/textformat-spec/

export type TokenKind = "string" | "mark" | "word" | "end";

const MARKS = "{}<>[]:;,\"'#";

/** The tokens of protobuf's text form, one after another, each looked at once. */
export class TextTokens {
  /** Of the token that was read last. */
  kind: TokenKind = "end";
  /** Its text, quotes included. */
  token = "";
  start = 0;
  private at = 0;
  private readonly text: string;
  private readonly name: string;

  constructor(text: string, name: string) {
    this.text = text;
    this.name = name;
    if (text.startsWith("\ufeff")) this.at = 1;
  }

  /** Reads the next token; the empty text at the end. Throws `corrupt` where a string has no end. */
  next(): string {
    const { text } = this;
    this.blanks();
    this.start = this.at;
    const first = text[this.at];
    if (first === undefined) {
      this.kind = "end";
    } else if (first === '"' || first === "'") {
      this.kind = "string";
      this.string(first);
    } else if (MARKS.includes(first)) {
      this.kind = "mark";
      this.at += 1;
    } else {
      this.kind = "word";
      while (this.at < text.length && !isBlank(text.charCodeAt(this.at)) && !MARKS.includes(text[this.at] ?? ""))
        this.at += 1;
    }
    this.token = text.slice(this.start, this.at);
    return this.token;
  }

  /** As if the token that was read last had not been. */
  back(): void {
    this.at = this.start;
  }

  wrong(what: string, at = this.start): ReturnType<typeof corrupt> {
    return corrupt(`${this.name}: ${what}, at character ${at}`, at);
  }

  private blanks(): void {
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === 0x23) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      } else if (!isBlank(code)) return;
    }
  }

  private string(quote: string): void {
    for (let at = this.at + 1; at < this.text.length; at++) {
      const character = this.text[at];
      if (character === "\\") at += 1;
      else if (character === "\n") break;
      else if (character === quote) {
        this.at = at + 1;
        return;
      }
    }
    throw this.wrong("a string without an end");
  }
}

function isBlank(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code === 0xfeff;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 };
const UTF8 = new TextEncoder();

/** The bytes that a string token stands for. */
export function bytesOfString(token: string): Uint8Array {
  const inner = token.slice(1, -1);
  if (!inner.includes("\\")) return UTF8.encode(inner);
  const out: number[] = [];
  let plain = 0;
  const escape = /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))/g;
  for (let match = escape.exec(inner); match !== null; match = escape.exec(inner)) {
    push(out, UTF8.encode(inner.slice(plain, match.index)));
    plain = escape.lastIndex;
    const [, octal, hex, four, eight, letter = ""] = match;
    const point = four ?? eight;
    if (octal !== undefined) out.push(Number.parseInt(octal, 8) & 0xff);
    else if (hex !== undefined) out.push(Number.parseInt(hex, 16));
    else if (point !== undefined)
      push(out, UTF8.encode(String.fromCodePoint(Math.min(Number.parseInt(point, 16), 0x10ffff))));
    else if (ESCAPES[letter] !== undefined) out.push(ESCAPES[letter]);
    else push(out, UTF8.encode(letter));
  }
  push(out, UTF8.encode(inner.slice(plain)));
  return Uint8Array.from(out);
}

function push(out: number[], bytes: Uint8Array): void {
  for (const byte of bytes) out.push(byte);
}
