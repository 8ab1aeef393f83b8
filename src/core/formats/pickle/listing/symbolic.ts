import { COMPUTED } from "../classify.ts";
import type { InlineRange } from "../evaluation.ts";
import { shapeText } from "../ndarray.ts";
import { pythonString } from "../../../model/python-text.ts";
import { isNode } from "../../../model/value.ts";
import type { Instruction } from "./instructions.ts";
import { type Literal, literal, namesOf, valueOf } from "./literal.ts";

/**
 * What a stream does, statement by statement, in the words of the stream itself: nothing is looked up, constructed or
 * folded together, so that a value which is made and thrown away is seen as well. `machine.ts` is what models are read
 * with; this is what its user reads.
 */
export type Expression = Literal | Container | Import | Result | Wrapped;

export interface Container {
  readonly kind: "container";
  readonly type: "list" | "tuple" | "set" | "frozenset" | "dict";
  /** Of a dict keys and values in turn. */
  readonly items: Expression[];
  readonly offset: number;
  uses: number;
}

export interface Import {
  readonly kind: "import";
  readonly module: string;
  readonly name: string;
  readonly offset: number;
  isCalled: boolean;
  isAltered: boolean;
}

/** What a call gives, or an array that lies between the opcodes. */
export interface Result {
  readonly kind: "result";
  readonly offset: number;
  /** What is called, for sentences about it. */
  readonly of: string;
}

/** A value that a function of the unpickler itself gives. */
export interface Wrapped {
  readonly kind: "wrapped";
  readonly call: "persistent_load" | "next_buffer" | "readonly";
  readonly inner: Expression | undefined;
}

export type Statement =
  | { readonly kind: "import"; readonly offset: number; readonly what: Import }
  /** `count`: how many of its items it is made with; later ones are put in. */
  | { readonly kind: "make"; readonly offset: number; readonly what: Container; readonly count: number }
  | {
      readonly kind: "call";
      readonly offset: number;
      readonly result: Result;
      readonly how: "call" | "new";
      readonly callable: Expression;
      readonly args: Expression;
      readonly kwargs?: Expression;
    }
  | { readonly kind: "state"; readonly offset: number; readonly target: Expression; readonly state: Expression }
  | {
      readonly kind: "put";
      readonly offset: number;
      readonly target: Expression;
      readonly how: "append" | "extend" | "set" | "add";
      readonly items: readonly Expression[];
    }
  | { readonly kind: "array"; readonly offset: number; readonly result: Result; readonly text: string }
  | { readonly kind: "return"; readonly offset: number; readonly value: Expression };

/** What one opcode did, for the line it stands on. */
export interface Effect {
  /** Marks that are open around the opcode. */
  readonly depth: number;
  readonly notes: readonly string[];
  readonly imported?: Import;
  readonly called?: Import;
}

const MISSING = literal("<missing>");
const TUPLES: Readonly<Record<string, number>> = { EMPTY_TUPLE: 0, TUPLE1: 1, TUPLE2: 2, TUPLE3: 3 };

export class Symbolic {
  readonly statements: Statement[] = [];
  private stack: Expression[] = [];
  private readonly marks: { at: number; offset: number }[] = [];
  private readonly memo = new Map<number, Expression>();
  private notes: string[] = [];
  private imported: Import | undefined;
  private called: Import | undefined;

  /** Values on the stack. */
  get size(): number {
    return this.stack.length;
  }

  apply(step: Instruction): Effect {
    this.forget();
    const before = this.marks.length;
    this.run(step);
    const depth = Math.min(before, this.marks.length);
    const { notes, imported, called } = this;
    return {
      depth,
      notes,
      ...(imported !== undefined && { imported }),
      ...(called !== undefined && { called }),
    };
  }

  /** The array takes the place of joblib's stand-in on top of the stack. */
  array({ start, end, value }: InlineRange): string {
    const what =
      isNode(value) && value.kind === "tensor" && value.objects === undefined
        ? `${value.tensor.dtype.name} ${shapeText(value.tensor.shape)}`
        : "objects, a pickle of their own";
    const text = `array of ${what}: bytes ${start} to ${end}`;
    const result: Result = { kind: "result", offset: start, of: "an array" };
    this.pop();
    this.stack.push(result);
    this.statements.push({ kind: "array", offset: start, result, text });
    return text;
  }

  private forget(): void {
    this.notes = [];
    this.imported = undefined;
    this.called = undefined;
  }

  private run(step: Instruction): void {
    const { name } = step.row;
    const { offset } = step;
    const value = valueOf(step);
    if (value !== undefined) {
      this.stack.push(value);
      return;
    }
    const fixed = TUPLES[name];
    if (fixed !== undefined) {
      this.make("tuple", this.popMany(fixed), offset);
      return;
    }
    switch (name) {
      case "MARK":
        this.marks.push({ at: this.stack.length, offset });
        return;
      case "POP":
        if (this.stack.length > this.fence || this.marks.length === 0) this.pop();
        else this.marks.pop();
        return;
      case "POP_MARK":
        this.toMark();
        return;
      case "DUP":
        this.stack.push(this.top());
        return;
      case "PUT":
      case "BINPUT":
      case "LONG_BINPUT":
        this.remember(indexOf(step));
        return;
      case "MEMOIZE":
        this.remember(this.memo.size);
        return;
      case "GET":
      case "BINGET":
      case "LONG_BINGET": {
        const found = this.memo.get(indexOf(step)) ?? MISSING;
        this.notes.push(`= ${brief(found)}`);
        this.stack.push(found);
        return;
      }
      case "EMPTY_LIST":
        this.make("list", [], offset);
        return;
      case "EMPTY_DICT":
        this.make("dict", [], offset);
        return;
      case "EMPTY_SET":
        this.make("set", [], offset);
        return;
      case "LIST":
      case "TUPLE":
      case "DICT":
      case "FROZENSET":
        this.make(name.toLowerCase() as Container["type"], this.toMark(), offset);
        return;
      case "APPEND":
        this.put("append", this.popMany(1), offset);
        return;
      case "SETITEM":
        this.put("set", this.popMany(2), offset);
        return;
      case "APPENDS":
        this.put("extend", this.toMark(), offset);
        return;
      case "SETITEMS":
        this.put("set", this.toMark(), offset);
        return;
      case "ADDITEMS":
        this.put("add", this.toMark(), offset);
        return;
      case "GLOBAL": {
        const [module = "", attribute = ""] = namesOf(step.argument);
        this.import(module, attribute, offset);
        return;
      }
      case "STACK_GLOBAL": {
        const attribute = this.pop();
        const module = this.pop();
        this.import(nameOf(module), nameOf(attribute), offset);
        return;
      }
      case "EXT1":
      case "EXT2":
      case "EXT4":
        this.import("copyreg", `_extension_registry[${indexOf(step)}]`, offset);
        return;
      case "REDUCE":
      case "NEWOBJ": {
        const args = this.pop();
        this.call(this.pop(), args, name === "REDUCE" ? "call" : "new", offset);
        return;
      }
      case "NEWOBJ_EX": {
        const kwargs = this.pop();
        const args = this.pop();
        this.call(this.pop(), args, "new", offset, kwargs);
        return;
      }
      case "INST": {
        const [module = "", attribute = ""] = namesOf(step.argument);
        const args = this.toMark();
        this.import(module, attribute, offset);
        this.call(this.pop(), tuple(args, offset), args.length > 0 ? "call" : "new", offset);
        return;
      }
      case "OBJ": {
        const [callable = MISSING, ...args] = this.toMark();
        this.call(callable, tuple(args, offset), args.length > 0 ? "call" : "new", offset);
        return;
      }
      case "BUILD": {
        const state = used(this.pop());
        const target = this.top();
        if (target.kind === "import") target.isAltered = true;
        this.notes.push(`gives ${brief(target)} its state`);
        this.statements.push({ kind: "state", offset, target, state });
        return;
      }
      case "PERSID":
        this.stack.push({ kind: "wrapped", call: "persistent_load", inner: lineString(step) });
        return;
      case "BINPERSID":
        this.stack.push({ kind: "wrapped", call: "persistent_load", inner: used(this.pop()) });
        return;
      case "NEXT_BUFFER":
        this.notes.push("a buffer that is kept outside of the file");
        this.stack.push({ kind: "wrapped", call: "next_buffer", inner: undefined });
        return;
      case "READONLY_BUFFER":
        this.stack.push({ kind: "wrapped", call: "readonly", inner: used(this.pop()) });
        return;
      case "STOP":
        this.statements.push({ kind: "return", offset, value: used(this.pop()) });
        return;
      default:
        // PROTO and FRAME leave the stack alone.
        return;
    }
  }

  private get fence(): number {
    return this.marks.at(-1)?.at ?? 0;
  }

  private top(): Expression {
    return this.stack.length > this.fence ? (this.stack.at(-1) ?? MISSING) : MISSING;
  }

  private pop(): Expression {
    return this.stack.length > this.fence ? (this.stack.pop() ?? MISSING) : MISSING;
  }

  private popMany(count: number): Expression[] {
    const items: Expression[] = [];
    for (let k = 0; k < count; k++) items.unshift(this.pop());
    return items;
  }

  private toMark(): Expression[] {
    const mark = this.marks.pop();
    this.notes.push(mark === undefined ? "no mark is there" : `from the mark at ${mark.offset}`);
    return mark === undefined ? [] : this.stack.splice(mark.at);
  }

  private remember(index: number): void {
    this.notes.push(`memo ${index}`);
    this.memo.set(index, this.top());
  }

  private make(type: Container["type"], items: Expression[], offset: number): void {
    for (const item of items) used(item);
    const what: Container = { kind: "container", type, items, offset, uses: 0 };
    this.stack.push(what);
    this.statements.push({ kind: "make", offset, what, count: items.length });
  }

  private put(how: "append" | "extend" | "set" | "add", items: Expression[], offset: number): void {
    const target = this.top();
    for (const item of items) used(item);
    if (target.kind === "import") target.isAltered = true;
    if (target.kind === "container") for (const item of items) target.items.push(item);
    else this.notes.push(`into ${brief(target)}`);
    if (items.length > 0) this.statements.push({ kind: "put", offset, target, how, items });
  }

  private import(module: string, name: string, offset: number): void {
    const what: Import = { kind: "import", module, name, offset, isCalled: false, isAltered: false };
    this.imported = what;
    this.statements.push({ kind: "import", offset, what });
    this.stack.push(what);
  }

  private call(callable: Expression, args: Expression, how: "call" | "new", offset: number, kwargs?: Expression): void {
    if (callable.kind === "import") {
      callable.isCalled = true;
      this.called = callable;
    } else this.notes.push(`calls ${brief(callable)}`);
    used(args);
    const result: Result = { kind: "result", offset, of: callable.kind === "import" ? fullName(callable) : "a call" };
    this.stack.push(result);
    const made = { kind: "call", offset, result, how, callable, args } as const;
    this.statements.push(kwargs === undefined ? made : { ...made, kwargs: used(kwargs) });
  }
}

/** Counts a use: a container that is used once is written where it is used. */
function used(value: Expression): Expression {
  if (value.kind === "container") value.uses++;
  return value;
}

function tuple(items: Expression[], offset: number): Container {
  for (const item of items) used(item);
  return { kind: "container", type: "tuple", items, offset, uses: 0 };
}

export function fullName({ module, name }: Import): string {
  return `${module}.${name}`;
}

/** A name on the stack: only a string is one that can be told. */
function nameOf(value: Expression): string {
  return (value.kind === "literal" ? value.string : undefined) ?? COMPUTED;
}

function indexOf({ row, argument }: Instruction): number {
  if (row.argument === "line") return Number(String.fromCharCode(...argument.subarray(0, 20)));
  let value = 0;
  for (let k = argument.length - 1; k >= 0; k--) value = value * 256 + (argument[k] ?? 0);
  return row.argument === "i4" ? value | 0 : value;
}

function lineString(step: Instruction): Literal {
  const [line = ""] = namesOf(step.argument);
  return literal(pythonString(line.slice(0, 200)));
}

const BRIEF = 60;

/** A value in a few words. */
function brief(value: Expression): string {
  switch (value.kind) {
    case "literal":
      return value.text.length > BRIEF ? `${value.text.slice(0, BRIEF)}...` : value.text;
    case "container":
      return `the ${value.type} of byte ${value.offset}`;
    case "import":
      return fullName(value);
    case "result":
      return `the result of ${value.of} at byte ${value.offset}`;
    case "wrapped":
      return `${value.call}(${value.inner === undefined ? "" : brief(value.inner)})`;
  }
}
