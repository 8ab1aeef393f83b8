import type { JsonScanner } from "../../bytes/json-scan.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { DictNode, TensorNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { NumberText, numberEnd, numberSource, numberStart } from "./number-text.ts";

/** What came up while values were made. */
export interface ValueNotes {
  /** Keys that occur more than once in their object, with the byte of the later one. */
  readonly duplicates: { readonly key: string; readonly at: number }[];
  duplicateCount: number;
  /** First value that lies too deep, and how many do. */
  tooDeepAt: number;
  tooDeep: number;
}

/** A rectangular array of numbers in the text. */
interface Run {
  readonly start: number;
  readonly end: number;
  readonly shape: readonly number[];
  readonly count: number;
  readonly isFloat: boolean;
}

interface ObjectFrame {
  readonly kind: "object";
  readonly node: DictNode;
  readonly seen: Set<string>;
}

/**
 * An array while it is open. As long as it is rectangular it only counts: `numbers` is a row, `rows` are arrays of one
 * shape. What breaks the pattern makes it a list of what came before.
 */
interface ArrayFrame {
  readonly kind: "array";
  readonly start: number;
  state: "empty" | "numbers" | "rows" | "items";
  length: number;
  /** Of each row. */
  shape: readonly number[];
  isFloat: boolean;
  items: Value[];
}

const MAX_INT64 = 2n ** 63n - 1n;

/**
 * Makes values of tokens: objects and lists as nodes, rectangular arrays of numbers as tensors over their text. What
 * was made is there (`root`) even when the scanner throws half-way.
 */
export class ValueReader {
  root: Value | undefined;
  readonly notes: ValueNotes = { duplicates: [], duplicateCount: 0, tooDeepAt: -1, tooDeep: 0 };
  private readonly bytes: Uint8Array;
  private readonly scanner: JsonScanner;
  private readonly name: string;
  private readonly open: (ObjectFrame | ArrayFrame)[] = [];
  private values = 0;
  private isFinishing = false;

  constructor(bytes: Uint8Array, scanner: JsonScanner, name: string) {
    this.bytes = bytes;
    this.scanner = scanner;
    this.name = name;
  }

  /** Reads the whole text. Throws as the scanner does, and `limit` for more values than can be kept. */
  async read(work: Work): Promise<void> {
    const { scanner } = this;
    let steps = 0;
    for (let token = scanner.next(); token !== "end"; token = scanner.next()) {
      this.take();
      steps += 1;
      if (steps % 4096 !== 0 || !work.isDue()) continue;
      await work.checkpoint();
      work.report({ stage: "reading", done: scanner.end, total: this.bytes.length, unit: "bytes" });
    }
  }

  /**
   * Closes what an error left open. A key without its value gets an unread one; a row of a matrix that is not whole is
   * left out, so that the whole rows before it stay a matrix.
   */
  finish(): void {
    this.isFinishing = true;
    for (let frame = this.open.pop(); frame !== undefined; frame = this.open.pop()) {
      if (frame.kind === "array") this.closeArray(frame, this.scanner.end);
      else if (frame.node.keys.length > frame.node.values.length)
        frame.node.values.push({ kind: "unread", why: "the text ends here", offset: this.scanner.end });
    }
  }

  private take(): void {
    const { scanner } = this;
    switch (scanner.kind) {
      case "{":
        return this.openObject();
      case "[":
        return this.openArray();
      case "}":
        this.open.pop();
        return undefined;
      case "]": {
        const frame = this.open.pop();
        if (frame?.kind === "array") this.closeArray(frame, scanner.end);
        return undefined;
      }
      case "key":
        return this.key();
      case "number":
        return this.number();
      case "string":
        return this.place(scanner.text());
      case "true":
      case "false":
        return this.place(scanner.kind === "true");
      case "null":
        return this.place(null);
      case "end":
        return undefined;
    }
  }

  private isTooDeep(): boolean {
    const { scanner, notes } = this;
    if (scanner.depth <= LIMITS.valueDepth) return false;
    if (notes.tooDeep === 0) notes.tooDeepAt = scanner.start;
    notes.tooDeep += 1;
    this.place({ kind: "unread", why: "nested too deep", offset: scanner.start });
    scanner.skip();
    return true;
  }

  private openObject(): void {
    if (this.isTooDeep()) return;
    const node: DictNode = { kind: "dict", keys: [], values: [] };
    this.place(node);
    this.open.push({ kind: "object", node, seen: new Set() });
  }

  private openArray(): void {
    if (this.isTooDeep()) return;
    const { start } = this.scanner;
    this.open.push({ kind: "array", start, state: "empty", length: 0, shape: [], isFloat: false, items: [] });
  }

  private key(): void {
    const { scanner, notes } = this;
    const frame = this.open.at(-1);
    if (frame?.kind !== "object") return;
    const key = scanner.text();
    if (frame.seen.has(key)) {
      notes.duplicateCount += 1;
      if (notes.duplicates.length < LIMITS.findingsPerRule) notes.duplicates.push({ key, at: scanner.start });
    }
    frame.seen.add(key);
    frame.node.keys.push(key);
    this.countValue();
  }

  private number(): void {
    const { scanner } = this;
    const frame = this.open.at(-1);
    if (frame?.kind !== "array" || frame.state === "rows" || frame.state === "items") return this.place(this.scalar());
    frame.state = "numbers";
    frame.length += 1;
    frame.isFloat ||= !scanner.isInteger || !fitsInt64(this.bytes, scanner.start, scanner.end);
    return undefined;
  }

  /** A number that stands alone, or among other things. */
  private scalar(): Value {
    const { scanner } = this;
    return scalarValue(scanner.number(), scanner.isInteger, scanner.start);
  }

  /** Puts a finished value (not a run) into what is open. */
  private place(value: Value): void {
    const frame = this.open.at(-1);
    if (frame === undefined) {
      this.root = value;
      return;
    }
    this.countValue();
    if (frame.kind === "object") frame.node.values.push(value);
    else {
      this.breakPattern(frame);
      frame.items.push(value);
    }
  }

  private closeArray(frame: ArrayFrame, end: number): void {
    const run = runOf(frame, end);
    const parent = this.open.at(-1);
    const isMatrix = parent?.kind === "array" && parent.state === "rows";
    if (this.isFinishing && isMatrix && (run === undefined || !joins(parent, run))) return;
    if (run === undefined) {
      this.place({ kind: "list", type: "list", items: frame.items });
      return;
    }
    if (parent?.kind !== "array" || run.shape.length >= LIMITS.dimensions || !joins(parent, run)) {
      this.place(this.tensorOf(run));
      return;
    }
    parent.state = "rows";
    parent.shape = run.shape;
    parent.length += 1;
    parent.isFloat ||= run.isFloat;
  }

  /** Turns an array that was rectangular so far into a list of what it holds. */
  private breakPattern(frame: ArrayFrame): void {
    const { state } = frame;
    frame.state = "items";
    if (state === "numbers")
      for (const [start, end] of this.numbersFrom(frame.start + 1, frame.length)) {
        this.countValue();
        const text = new TextDecoder().decode(this.bytes.subarray(start, end));
        frame.items.push(scalarValue(text, /^-?\d+$/.test(text), start));
      }
    if (state === "rows")
      for (const [start, end] of this.rowsFrom(frame.start + 1, frame.length)) {
        this.countValue();
        const count = frame.shape.reduce((product, size) => product * size, 1);
        const isFloat = this.hasFloat(start, count);
        frame.items.push(this.tensorOf({ start, end, shape: frame.shape, count, isFloat }));
      }
  }

  private *numbersFrom(from: number, count: number): Generator<readonly [number, number]> {
    const to = this.bytes.length;
    let end = from;
    for (let index = 0; index < count; index += 1) {
      const start = numberStart(this.bytes, end, to);
      end = numberEnd(this.bytes, start, to);
      yield [start, end];
    }
  }

  /** The arrays of numbers that stand one after another from here. */
  private *rowsFrom(from: number, count: number): Generator<readonly [number, number]> {
    let at = from;
    for (let index = 0; index < count; index += 1) {
      const start = this.bytes.indexOf(0x5b, at);
      let depth = 0;
      at = start;
      do {
        const byte = this.bytes[at];
        depth += byte === 0x5b ? 1 : byte === 0x5d ? -1 : 0;
        at += 1;
      } while (depth > 0);
      yield [start, at];
    }
  }

  private hasFloat(from: number, count: number): boolean {
    for (const [start, end] of this.numbersFrom(from, count)) {
      const isInteger = this.bytes
        .subarray(start, end)
        .every((byte) => byte === 0x2d || (byte >= 0x30 && byte <= 0x39));
      if (!isInteger || !fitsInt64(this.bytes, start, end)) return true;
    }
    return false;
  }

  private tensorOf(run: Run): TensorNode {
    // A tensor takes several times what a plain value takes.
    this.countValue(8);
    const numbers = new NumberText(this.bytes, run.start, run.end, run.count);
    const data = numberSource(numbers, run.isFloat, this.name);
    const dtype = scalarDType(run.isFloat ? "float64" : "int64");
    const tensor = { dtype, shape: run.shape, order: "C" as const, offset: 0, data };
    return {
      kind: "tensor",
      className: "list",
      // Integers are exact as they are; floats are the nearest ones, and the text is what was written.
      tensor: run.isFloat ? { ...tensor, texts: numbers } : tensor,
      offset: run.start,
    };
  }

  private countValue(cost = 1): void {
    this.values += cost;
    if (this.values > LIMITS.jsonValues && !this.isFinishing)
      throw this.scanner.error("limit", this.scanner.start, `more than ${LIMITS.jsonValues} values`);
  }
}

function runOf(frame: ArrayFrame, end: number): Run | undefined {
  const { start, state, length, isFloat } = frame;
  if (state === "numbers") return { start, end, shape: [length], count: length, isFloat };
  if (state !== "rows") return undefined;
  const shape = [length, ...frame.shape];
  return { start, end, shape, count: shape.reduce((product, size) => product * size, 1), isFloat };
}

/** True when an array may go on as rows of this shape. */
function joins(parent: ArrayFrame, run: Run): boolean {
  if (parent.state === "empty") return true;
  if (parent.state !== "rows" || parent.shape.length !== run.shape.length) return false;
  return parent.shape.every((size, axis) => size === run.shape[axis]);
}

function scalarValue(text: string, isInteger: boolean, offset: number): Value {
  if (text === "NaN") return Number.NaN;
  if (text.endsWith("Infinity")) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  // An integer has no -0, and one of very many digits takes too long to convert: the text keeps both.
  if (isInteger && text !== "-0" && text.length <= LIMITS.integerDigits) return BigInt(text);
  return { kind: "decimal", text, nearest: Number(text), offset };
}

/** True for integers that int64 holds; -0 is none, as it would lose its sign. */
function fitsInt64(bytes: Uint8Array, start: number, end: number): boolean {
  const isNegative = bytes[start] === 0x2d;
  const digits = end - start - (isNegative ? 1 : 0);
  if (isNegative && digits === 1 && bytes[start + 1] === 0x30) return false;
  if (digits !== 19) return digits < 19;
  const magnitude = BigInt(new TextDecoder().decode(bytes.subarray(end - 19, end)));
  return magnitude <= (isNegative ? MAX_INT64 + 1n : MAX_INT64);
}
