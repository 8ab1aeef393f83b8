import { LIMITS } from "../../limits.ts";
import type { RObject } from "./objects.ts";

/** Characters of one expression that are written; what is longer is shown in its parts. */
const LENGTH = 65_536;

/** How tight R's operators bind (R Language Definition, 3.1.4), and those that are written without spaces. */
const BINARY: Readonly<Record<string, number>> = {
  "?": 1,
  "<-": 2,
  "<<-": 2,
  "=": 1.5,
  ":=": 2,
  "~": 4,
  "||": 5,
  "|": 5,
  "&&": 6,
  "&": 6,
  "==": 8,
  "!=": 8,
  "<": 8,
  ">": 8,
  "<=": 8,
  ">=": 8,
  "+": 9,
  "-": 9,
  "*": 10,
  "/": 10,
  "|>": 11,
  ":": 12,
  "^": 14,
  $: 16,
  "@": 16,
  "::": 17,
  ":::": 17,
};
const UNARY: Readonly<Record<string, number>> = { "?": 1, "~": 4, "!": 7, "-": 13, "+": 13 };
const TIGHT: ReadonlySet<string> = new Set([":", "^", "$", "@", "::", ":::"]);
const RIGHT: ReadonlySet<string> = new Set(["<-", "<<-", "=", ":=", "^"]);
/** `if`, `for`, `function` and the like: they go as far as they can. */
const OPEN = 0;
const ARGUMENT = 2;
const CALLED = 16;
const ATOM = 18;
const PLAIN_NAME = /^(?:[\p{L}]|\.(?!\d))[\p{L}\d._]*$/u;
const RESERVED = /^(?:if|else|repeat|while|function|for|next|break|TRUE|FALSE|NULL|Inf|NaN|NA(?:_\w+_)?|in)$/;

/** What cannot be written in a line: data and functions in the place of code. */
class NotCode extends Error {}

/** Expressions that cannot be written: neither can those that hold one of them. */
export type Unwritable = WeakSet<RObject>;

/** An expression as it is written in R, whole numbers with their `L`, all digits of others. Undefined where it holds data. */
export function codeOf(object: RObject, unwritable: Unwritable): string | undefined {
  const written = attempt(unwritable, (text) => text.of(object, 0));
  if (written === undefined) unwritable.add(object);
  return written;
}

/** `function(x, y = 2) x + y` */
export function functionCode(formals: RObject, body: RObject, unwritable: Unwritable): string | undefined {
  return attempt(unwritable, (text) => text.definition(formals, body));
}

function attempt(unwritable: Unwritable, write: (text: Writer) => string): string | undefined {
  try {
    const written = write(new Writer(unwritable));
    return written.length > LENGTH ? undefined : written;
  } catch (error) {
    if (error instanceof NotCode) return undefined;
    throw error;
  }
}

class Writer {
  /** Parts that several places share may be few, and what is written of them without end. */
  private left = LENGTH;
  private depth = 0;
  private readonly unwritable: Unwritable;

  constructor(unwritable: Unwritable) {
    this.unwritable = unwritable;
  }

  /** `least`: what binds looser than this is put in parentheses. */
  of(object: RObject, least: number): string {
    const [text, binds] = this.any(object);
    return binds < least ? `(${text})` : text;
  }

  definition(formals: RObject, body: RObject): string {
    const { items = [], tags = [] } = formals;
    const given = items.map((item, k) => {
      const name = nameText(tags[k] ?? "");
      return isMissing(item) ? name : `${name} = ${this.argument(item)}`;
    });
    return `function(${given.join(", ")}) ${this.of(body, 0)}`;
  }

  private argument(object: RObject): string {
    const [text, binds] = this.any(object);
    return binds === OPEN || binds >= ARGUMENT ? text : `(${text})`;
  }

  private any(object: RObject): [string, number] {
    this.left -= 1;
    this.depth += 1;
    if (this.depth > LIMITS.rdsDepth || this.unwritable.has(object)) throw new NotCode();
    const written = this.form(object);
    this.depth -= 1;
    if (this.left < 0 || written[0].length > LENGTH) throw new NotCode();
    return written;
  }

  private form(object: RObject): [string, number] {
    if (object.kind === "symbol") return [nameText(object.name ?? ""), ATOM];
    if (object.kind === "null") return ["NULL", ATOM];
    if (object.kind === "call") return this.call(object);
    if (isMissing(object)) return ["", ATOM];
    if (object.name === undefined || object.kind !== "named") return constant(object);
    const [code] = object.items ?? [];
    if (code === undefined) throw new NotCode();
    return this.any(code);
  }

  private call({ items: [head, ...args] = [], tags: [, ...tags] = [] }: RObject): [string, number] {
    if (head === undefined) throw new NotCode();
    const name = head.kind === "symbol" ? (head.name ?? "") : undefined;
    const isTagged = tags.some((tag) => tag !== undefined);
    const element = name === "[" || name === "[[" ? this.element(name, args, tags) : undefined;
    return (
      element ??
      (name !== undefined && !isTagged ? this.special(name, args) : undefined) ?? [
        `${this.of(head, CALLED)}(${this.list(args, tags)})`,
        CALLED,
      ]
    );
  }

  private list(args: readonly RObject[], tags: readonly (string | undefined)[] = []): string {
    return args
      .map((arg, k) => {
        const tag = tags[k];
        if (tag === undefined || tag === "") return this.argument(arg);
        return isMissing(arg) ? `${nameText(tag)} =` : `${nameText(tag)} = ${this.argument(arg)}`;
      })
      .join(", ");
  }

  /** `x[i, , drop = FALSE]` */
  private element(
    open: string,
    [from, ...args]: readonly RObject[],
    [tag, ...tags]: readonly (string | undefined)[],
  ): [string, number] | undefined {
    if (from === undefined || args.length === 0 || tag !== undefined) return undefined;
    return [`${this.of(from, CALLED)}${open}${this.list(args, tags)}${open === "[" ? "]" : "]]"}`, CALLED];
  }

  /** Operators and what has a form of its own. */
  private special(name: string, args: readonly RObject[]): [string, number] | undefined {
    const [a, b, c] = args;
    if (name === "{") return [args.length === 0 ? "{}" : `{ ${args.map((arg) => this.of(arg, 0)).join("; ")} }`, ATOM];
    if (a === undefined) return name === "break" || name === "next" ? [name, ATOM] : undefined;
    if (args.length === 1) {
      if (name === "(") return [`(${this.of(a, 0)})`, ATOM];
      if (name === "repeat") return [`repeat ${this.of(a, 0)}`, OPEN];
      const binds = UNARY[name];
      return binds === undefined ? undefined : [`${name}${this.of(a, binds)}`, binds];
    }
    if (b === undefined) return undefined;
    // Its third argument is where it was written.
    if (name === "function") return [this.definition(a, b), OPEN];
    if (name === "if" && args.length <= 3) {
      const [test, then] = [this.of(a, 0), this.of(b, c === undefined ? 0 : 1)];
      return [`if (${test}) ${then}${c === undefined ? "" : ` else ${this.of(c, 0)}`}`, OPEN];
    }
    if (name === "for" && c !== undefined && args.length === 3)
      return [`for (${this.of(a, ATOM)} in ${this.of(b, 0)}) ${this.of(c, 0)}`, OPEN];
    if (args.length !== 2) return undefined;
    if (name === "while") return [`while (${this.of(a, 0)}) ${this.of(b, 0)}`, OPEN];
    const binds = /^%.*%$/.test(name) ? 11 : BINARY[name];
    if (binds === undefined || isMissing(a) || isMissing(b)) return undefined;
    const isRight = RIGHT.has(name);
    const left = this.of(a, isRight ? binds + 1 : binds);
    const [last, lastBinds] = this.any(b);
    const isOpen = lastBinds === OPEN;
    const right = isOpen || lastBinds >= (isRight ? binds : binds + 1) ? last : `(${last})`;
    return [TIGHT.has(name) ? `${left}${name}${right}` : `${left} ${name} ${right}`, isOpen ? OPEN : binds];
  }
}

function isMissing({ kind, name }: RObject): boolean {
  return kind === "named" && name === "R_MissingArg";
}

function nameText(name: string): string {
  if (name === "..." || (PLAIN_NAME.test(name) && !RESERVED.test(name))) return name;
  return `\`${name.replace(/[\\`]/g, "\\$&")}\``;
}

/** A vector of one element. */
function constant({ kind, texts, scalar, attributes }: RObject): [string, number] {
  if (attributes !== undefined) throw new NotCode();
  if (kind === "text" && texts?.length === 1) {
    const [text] = texts;
    return [text === null || text === undefined ? "NA_character_" : JSON.stringify(text), ATOM];
  }
  if (scalar === undefined) throw new NotCode();
  if (kind === "logical") return [scalar === null ? "NA" : scalar === 0 ? "FALSE" : "TRUE", ATOM];
  const isWhole = kind === "integer";
  if (scalar === null) return [isWhole ? "NA_integer_" : "NA_real_", ATOM];
  const digits = Number.isFinite(scalar) ? String(Math.abs(scalar)) : Number.isNaN(scalar) ? "NaN" : "Inf";
  const isNegative = scalar < 0 || Object.is(scalar, -0);
  return [`${isNegative ? "-" : ""}${digits}${isWhole ? "L" : ""}`, isNegative ? 13 : ATOM];
}
