import { corrupt, limitExceeded } from "../errors.ts";
import { LIMITS } from "../limits.ts";

/** A Python literal: what `.npy` headers and dtype descriptions are written in. Bare names (`bfloat16`) are kept. */
export type Literal =
  | null
  | boolean
  | bigint
  | string
  | { readonly kind: "list" | "tuple"; readonly items: readonly Literal[] }
  | { readonly kind: "dict"; readonly entries: readonly (readonly [Literal, Literal])[] }
  | { readonly kind: "name"; readonly name: string };

/** Brackets in brackets: a structured dtype of depth n needs 2n. */
const MAX_DEPTH = 80;

/**
 * Reads one literal: strings, integers, None, True, False, lists, tuples, dicts. Nothing is evaluated. Throws
 * `corrupt` with the character position.
 */
export function readPythonLiteral(text: string, what = "Python literal"): Literal {
  const reader = new LiteralReader(text, what);
  const value = reader.value(0);
  reader.end();
  return value;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\n": "",
};

class LiteralReader {
  private at = 0;
  private readonly text: string;
  private readonly what: string;

  constructor(text: string, what: string) {
    this.text = text;
    this.what = what;
  }

  value(depth: number): Literal {
    if (depth > MAX_DEPTH) throw limitExceeded(`${this.what}: nesting at character ${this.at}`, depth, MAX_DEPTH);
    this.space();
    const c = this.text[this.at];
    if (c === "[") return { kind: "list", items: this.sequence("]", depth).items };
    if (c === "(") return this.tuple(depth);
    if (c === "{") return this.dict(depth);
    if (c === "'" || c === '"') return this.strings();
    const word = /[-+]?\d+[lL]?|[A-Za-z_][\w.]*/y;
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0];
    if (found === undefined) throw this.unexpected("a value");
    const next = this.text[this.at + found.length];
    if ((next === "'" || next === '"') && /^[uU]$/.test(found)) {
      this.at += 1;
      return this.strings();
    }
    if (/^[-+\d]/.test(found) && found.length > LIMITS.integerDigits)
      throw limitExceeded(
        `${this.what}: digits of the integer at character ${this.at}`,
        found.length,
        LIMITS.integerDigits,
      );
    this.at += found.length;
    return wordValue(found);
  }

  end(): void {
    this.space();
    if (this.at < this.text.length) throw this.unexpected("the end");
  }

  private tuple(depth: number): Literal {
    const { items, hasComma } = this.sequence(")", depth);
    // (x) is x in brackets; (x,) is a tuple.
    const only = items[0];
    return items.length === 1 && !hasComma && only !== undefined ? only : { kind: "tuple", items };
  }

  private sequence(close: string, depth: number): { items: Literal[]; hasComma: boolean } {
    const items: Literal[] = [];
    let hasComma = false;
    this.at += 1;
    while (!this.accept(close)) {
      if (items.length > 0 && !hasComma) throw this.unexpected(`"," or "${close}"`);
      items.push(this.value(depth + 1));
      hasComma = this.accept(",");
    }
    return { items, hasComma };
  }

  private dict(depth: number): Literal {
    const entries: [Literal, Literal][] = [];
    let hasComma = true;
    this.at += 1;
    while (!this.accept("}")) {
      if (!hasComma) throw this.unexpected('"," or "}"');
      const key = this.value(depth + 1);
      if (!this.accept(":")) throw this.unexpected('":"');
      entries.push([key, this.value(depth + 1)]);
      hasComma = this.accept(",");
    }
    return { kind: "dict", entries };
  }

  /** Adjacent strings are one. */
  private strings(): string {
    let out = this.string();
    for (this.space(); this.text[this.at] === "'" || this.text[this.at] === '"'; this.space()) out += this.string();
    return out;
  }

  private string(): string {
    const start = this.at;
    const quote = this.text[this.at];
    let out = "";
    this.at += 1;
    for (;;) {
      const c = this.text[this.at];
      if (c === undefined || c === "\n") throw corrupt(`${this.what}: string at character ${start} has no end`);
      this.at += 1;
      if (c === quote) return out;
      out += c === "\\" ? this.escape() : c;
    }
  }

  private escape(): string {
    const c = this.text[this.at] ?? "";
    const simple = Object.hasOwn(ESCAPES, c) ? ESCAPES[c] : undefined;
    if (simple !== undefined) {
      this.at += 1;
      return simple;
    }
    const code = /x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})/y;
    code.lastIndex = this.at;
    const match = code.exec(this.text);
    // Python keeps the backslash of an escape it does not know.
    if (match === null) return "\\";
    this.at += match[0].length;
    const [, byte, short, long, octal] = match;
    const point = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? "", 16) : Number.parseInt(octal, 8);
    if (point > 0x10ffff) throw corrupt(`${this.what}: escape ${match[0]} at character ${this.at} is no character`);
    return String.fromCodePoint(point);
  }

  private accept(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private space(): void {
    while (/\s/.test(this.text[this.at] ?? "")) this.at += 1;
  }

  private unexpected(wanted: string): Error {
    const found = this.at < this.text.length ? JSON.stringify(this.text.slice(this.at, this.at + 12)) : "the end";
    return corrupt(`${this.what}: expected ${wanted} at character ${this.at}, found ${found}`);
  }
}

function wordValue(word: string): Literal {
  if (/^[-+]?\d/.test(word)) return BigInt(word.replace(/[lL]$/, "").replace(/^\+/, ""));
  if (word === "None") return null;
  if (word === "True" || word === "False") return word === "True";
  return { kind: "name", name: word };
}
