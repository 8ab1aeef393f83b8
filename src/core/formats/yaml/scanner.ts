import { lineAndColumn } from "../../bytes/json-text.ts";
import { ArtifactError } from "../../errors.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const HASH = 0x23;

/** A place in YAML text, one character a byte (`written/text.ts`), and what every reader of a piece of it needs. */
export class YamlScanner {
  readonly text: string;
  at = 0;
  /** Of the first character of the line that `at` is in. */
  lineStart = 0;
  /** Nothing but blanks stands before `at` in its line. */
  isFresh = true;
  /** Open brackets of flow collections. */
  flowDepth = 0;
  private readonly bytes: Uint8Array;
  private readonly name: string;

  constructor(text: string, bytes: Uint8Array, name: string) {
    this.text = text;
    this.bytes = bytes;
    this.name = name;
    // A byte order mark.
    if (text.startsWith("\u00ef\u00bb\u00bf")) {
      this.at = 3;
      this.lineStart = 3;
    }
  }

  get column(): number {
    return this.at - this.lineStart;
  }

  get isEnd(): boolean {
    return this.at >= this.text.length;
  }

  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead);
  }

  /** To the next token, over blanks, comments and the ends of lines. */
  skip(): void {
    const { text } = this;
    for (;;) {
      this.skipBlanks();
      const code = text.charCodeAt(this.at);
      if (code === HASH && (this.isFresh || isBlank(text.charCodeAt(this.at - 1)))) this.at = this.lineEnd();
      else if (code === NEWLINE || code === RETURN) {
        this.breakLine();
        this.skipIndent();
      } else return;
    }
  }

  skipBlanks(): void {
    while (isBlank(this.text.charCodeAt(this.at))) this.at += 1;
  }

  /** Over the end of a line. */
  breakLine(): void {
    this.at += this.text.charCodeAt(this.at) === RETURN && this.text.charCodeAt(this.at + 1) === NEWLINE ? 2 : 1;
    this.lineStart = this.at;
    this.isFresh = true;
  }

  private skipIndent(): void {
    while (this.text.charCodeAt(this.at) === SPACE) this.at += 1;
    if (this.flowDepth > 0 || this.text.charCodeAt(this.at) !== TAB) return;
    const tab = this.at;
    this.skipBlanks();
    const code = this.code();
    if (!isLineEnd(code) && code !== HASH) throw this.error("corrupt", "a tab where only spaces may indent", tab);
  }

  /** Of the line, without its end. */
  lineEnd(from = this.at): number {
    let at = from;
    while (at < this.text.length && !isLineEnd(this.text.charCodeAt(at))) at += 1;
    return at;
  }

  /** `---` or `...` alone at the start of a line. */
  isMarker(mark?: "---" | "...", at = this.at, lineStart = this.lineStart): boolean {
    if (at !== lineStart) return false;
    const three = this.text.slice(at, at + 3);
    return (mark === undefined ? three === "---" || three === "..." : three === mark) && this.isGap(at + 3);
  }

  /** A blank, the end of a line or of the text: what an indicator is followed by. */
  isGap(at: number): boolean {
    const code = this.text.charCodeAt(at);
    return Number.isNaN(code) || isBlank(code) || isLineEnd(code);
  }

  /** The characters of an anchor's, alias's or tag's name from here on. */
  word(): string {
    const { text } = this;
    const start = this.at;
    while (!this.isGap(this.at) && !isFlowIndicator(text.charCodeAt(this.at))) this.at += 1;
    return text.slice(start, this.at);
  }

  error(code: "corrupt" | "truncated" | "limit" | "unsupported", what: string, at = this.at): ArtifactError {
    const { line, column } = lineAndColumn(this.bytes, at);
    return new ArtifactError(code, `${this.name}: line ${line}, column ${column}: ${what}`, { offset: at });
  }
}

export function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** NaN, past the end of the text, is none. */
export function isLineEnd(code: number): boolean {
  return code === NEWLINE || code === RETURN;
}

/** One of `,[]{}`. */
export function isFlowIndicator(code: number): boolean {
  return code === 0x2c || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d;
}
