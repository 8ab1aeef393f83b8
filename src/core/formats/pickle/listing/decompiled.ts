import { pythonString } from "../../../model/python-text.ts";
import type { Judged } from "./judged.ts";
import { type Container, type Expression, fullName, type Import, type Statement } from "./symbolic.ts";

/** Longer lines are broken at the items of a container. */
const WIDTH = 100;
/** Containers are written out this deep in one statement; what is imported and called has statements of its own. */
const DEPTH = 40;
/** Items of one container that are written out. */
const ITEMS = 1000;

/**
 * Statements as lines: byte, then what loading would do there. Every call has a name for its result; so has a container
 * that is used more than once, the others are written where they are used.
 */
export class Decompiler {
  private readonly names = new Map<Expression, string>();
  private readonly imported = new Map<string, string>();
  private readonly taken = new Set<string>();
  private count = 0;
  private readonly judged: Judged;

  constructor(judged: Judged) {
    this.judged = judged;
  }

  *lines(statements: readonly Statement[]): Generator<string> {
    for (const statement of statements) yield* this.statement(statement);
  }

  private *statement(statement: Statement): Generator<string> {
    const { offset } = statement;
    switch (statement.kind) {
      case "import":
        yield* this.importing(statement.what);
        return;
      case "make": {
        const { what, count } = statement;
        if (what.uses < 2) return;
        const made: Container = { ...what, items: what.items.slice(0, count) };
        const lines = this.render(made, true);
        yield* block(offset, `${this.name(what)} = `, lines, "");
        return;
      }
      case "call":
        yield* this.calling(statement);
        return;
      case "array":
        yield* block(offset, `${this.name(statement.result)} = `, [`<${statement.text}>`], "");
        return;
      case "state":
        yield* block(offset, `${this.target(statement.target)}.__setstate__(`, this.render(statement.state), ")");
        return;
      case "put":
        yield* this.putting(statement);
        return;
      case "return":
        yield* block(offset, "return ", this.render(statement.value), "");
        return;
    }
  }

  /** The same name is imported once per module, whatever the stream does. */
  private *importing(what: Import): Generator<string> {
    const { module, name } = what;
    const key = `${module}\n${name}`;
    const known = this.imported.get(key);
    const kind = this.judged.of(what);
    const alias = known ?? this.alias(name);
    this.imported.set(key, alias);
    this.names.set(what, alias);
    if (known !== undefined && !what.isAltered) return;
    const renamed = alias === name ? "" : ` as ${alias}`;
    const line = `from ${shownName(module)} import ${shownName(name)}${renamed}`;
    yield* block(what.offset, "", [kind === "ordinary" ? line : `${line}  # ${kind}`], "");
  }

  private *calling(statement: Extract<Statement, { kind: "call" }>): Generator<string> {
    const { offset, result, how, callable, args, kwargs } = statement;
    const called = this.target(callable);
    const parts: Expression[] = args.kind === "container" && args.uses < 2 && args.type === "tuple" ? args.items : [];
    const starred = parts === (args.kind === "container" ? args.items : undefined) ? undefined : args;
    const head = how === "new" ? `${called}.__new__(${called}` : `${called}(`;
    const inside: string[][] = parts.slice(0, ITEMS).map((part) => this.render(part));
    if (parts.length > ITEMS) inside.push([`... ${parts.length - ITEMS} more`]);
    if (starred !== undefined) inside.push(prefixed("*", this.render(starred)));
    if (kwargs !== undefined && !(kwargs.kind === "container" && kwargs.items.length === 0))
      inside.push(prefixed("**", this.render(kwargs)));
    const first = `${this.name(result)} = ${head}`;
    const close = this.judged.isComputed(offset) ? ")  # dangerous" : ")";
    const comma = how === "new" && inside.length > 0 ? ", " : "";
    const flat = inside.every((each) => each.length === 1) ? inside.map(([only = ""]) => only).join(", ") : undefined;
    if (flat !== undefined && first.length + flat.length <= WIDTH) yield* block(offset, first + comma, [flat], close);
    else
      yield* block(offset, first + comma, ["", ...inside.flatMap((each) => suffixed(indented(each), ",")), ""], close);
  }

  private *putting({ offset, target, how, items }: Extract<Statement, { kind: "put" }>): Generator<string> {
    // What is put into a container that is written where it is used is written there.
    if (target.kind === "container" && target.uses < 2) return;
    const name = this.target(target);
    if (how === "set") {
      for (let k = 0; k < items.length; k += 2) {
        const [key, value] = [items[k], items[k + 1]];
        if (key === undefined) continue;
        const index = this.flat(key, WIDTH) ?? "...";
        yield* block(offset, `${name}[${index}] = `, value === undefined ? ["<missing>"] : this.render(value), "");
      }
      return;
    }
    const list: Expression = { kind: "container", type: "list", items: [...items], offset, uses: 1 };
    const [only] = items;
    const method = how === "append" ? "append" : how === "extend" ? "extend" : "update";
    yield* block(offset, `${name}.${method}(`, this.render(how === "append" && only ? only : list), ")");
  }

  private name(value: Expression): string {
    const known = this.names.get(value);
    if (known !== undefined) return known;
    const made = `v${++this.count}`;
    this.names.set(value, made);
    return made;
  }

  private alias(name: string): string {
    const plain = /^[A-Za-z_]\w*$/.test(name) && !/^v\d+$/.test(name) ? name : (/\w+$/.exec(name)?.[0] ?? "imported");
    const safe = /^(?:v?\d|$)/.test(plain) ? `_${plain}` : plain;
    let alias = safe;
    for (let k = 2; this.taken.has(alias); k++) alias = `${safe}_${k}`;
    this.taken.add(alias);
    return alias;
  }

  /** What is called, or gets a state. */
  private target(value: Expression): string {
    if (value.kind === "container" || value.kind === "result") return this.name(value);
    return this.flat(value, WIDTH) ?? "...";
  }

  /** One line when it is short enough. */
  private flat(value: Expression, room: number): string | undefined {
    const text = this.flatText(value, room);
    return text === undefined || text.length > room ? undefined : text;
  }

  private flatText(value: Expression, room: number): string | undefined {
    switch (value.kind) {
      case "literal":
        return value.text;
      case "import":
        return this.names.get(value) ?? fullName(value);
      case "result":
        return this.name(value);
      case "wrapped": {
        if (value.inner === undefined) return `${value.call}()`;
        const inner = this.flat(value.inner, room - value.call.length - 2);
        return inner === undefined ? undefined : `${value.call}(${inner})`;
      }
      case "container":
        return value.uses < 2 ? this.flatItems(value, room) : this.name(value);
    }
  }

  private flatItems({ type, items }: Container, room: number): string | undefined {
    if (items.length * 2 > room) return undefined;
    const texts: string[] = [];
    // Brackets take two, so that nesting ends.
    let left = room - 2;
    for (const item of items) {
      const text = left < 0 ? undefined : this.flat(item, left);
      if (text === undefined) return undefined;
      left -= text.length + 2;
      texts.push(text);
    }
    return enclosed(type, type === "dict" ? pairs(texts) : texts);
  }

  /** Lines without their place; the first and the last may stand beside something. */
  private render(value: Expression, isForced = false, depth = 0): string[] {
    const isNamed = value.kind === "container" && value.uses >= 2 && !isForced;
    const flat = isForced && value.kind === "container" ? this.flatItems(value, WIDTH) : this.flat(value, WIDTH);
    if (flat !== undefined || isNamed) return [flat ?? this.name(value)];
    if (value.kind === "wrapped" && value.inner !== undefined) {
      const inner = this.render(value.inner, false, depth + 1);
      return suffixed(prefixed(`${value.call}(`, inner), ")");
    }
    if (value.kind !== "container") return [this.flatText(value, Number.POSITIVE_INFINITY) ?? "..."];
    if (depth >= DEPTH) return [`<the ${value.type} of byte ${value.offset}>`];
    const { type, items } = value;
    const step = type === "dict" ? 2 : 1;
    const lines: string[] = [];
    const shown = Math.min(items.length, ITEMS * step);
    for (let k = 0; k < shown; k += step) {
      const item = this.render(items[k] as Expression, false, depth + 1);
      const second = type === "dict" ? items[k + 1] : undefined;
      if (second === undefined) lines.push(...suffixed(item, ","));
      else {
        const before = item.slice(0, -1);
        const joined = prefixed(`${item.at(-1) ?? ""}: `, this.render(second, false, depth + 1));
        lines.push(...before, ...suffixed(joined, ","));
      }
    }
    if (items.length > shown) lines.push(`... ${(items.length - shown) / step} more`);
    const [open, close] = BRACKETS[type];
    return [open, ...indented(lines), close];
  }
}

const BRACKETS: Readonly<Record<Container["type"], readonly [string, string]>> = {
  list: ["[", "]"],
  tuple: ["(", ")"],
  set: ["{", "}"],
  frozenset: ["frozenset({", "})"],
  dict: ["{", "}"],
};

function enclosed(type: Container["type"], texts: readonly string[]): string {
  if (type === "set" && texts.length === 0) return "set()";
  if (type === "frozenset" && texts.length === 0) return "frozenset()";
  const [open, close] = BRACKETS[type];
  return `${open}${texts.join(", ")}${type === "tuple" && texts.length === 1 ? "," : ""}${close}`;
}

function pairs(texts: readonly string[]): string[] {
  const out: string[] = [];
  for (let k = 0; k < texts.length; k += 2) out.push(`${texts[k]}: ${texts[k + 1] ?? "<missing>"}`);
  return out;
}

/** A name as it is where it can be one; quoted where it only pretends to be. */
function shownName(name: string): string {
  return /^[\w.()[\]]+$/.test(name) ? name : pythonString(name.slice(0, 200));
}

const indented = (lines: readonly string[]): string[] => lines.map((line) => `    ${line}`);
const prefixed = (prefix: string, [first = "", ...rest]: readonly string[]): string[] => [prefix + first, ...rest];
const suffixed = (lines: readonly string[], suffix: string): string[] =>
  lines.map((line, k) => (k === lines.length - 1 ? line + suffix : line));

function* block(offset: number, prefix: string, lines: readonly string[], suffix: string): Generator<string> {
  const all = suffixed(prefixed(prefix, lines.length === 0 ? [""] : lines), suffix);
  for (const [k, line] of all.entries()) yield `${(k === 0 ? String(offset) : "").padStart(8)}  ${line.trimEnd()}`;
}
