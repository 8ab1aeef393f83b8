import { type ByteSource, slice } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { collapse } from "./collapse.ts";
import { addItems, appendItems, build, cannotCall, instance, instantiate, reduce, setItems } from "./evaluate.ts";
import type { Evaluation } from "./evaluation.ts";
import { bytesNode, kindName, python2String, unread } from "./graph.ts";
import { HeldBytes } from "./held-bytes.ts";
import { COMPUTED } from "./classify.ts";
import {
  float64,
  int32,
  longInteger,
  SMALL_INTEGERS,
  textFloat,
  textInteger,
  textIntegerOrBoolean,
  uint32,
  uint64,
} from "./numbers.ts";
import { opcodeName } from "./opcodes.ts";
import { isAsciiRange, latin1, quotedString, rawUnicodeEscape, readText } from "./text.ts";

/**
 * The abstract stack machine: every opcode of protocols 0 to 5, nothing constructed or imported. It runs synchronously
 * over a window of bytes and awaits only to fill the next one, so that files of many small objects are read at the
 * speed of the loop. This file is longer than others because the loop is one `switch` over local variables: each
 * closure or field in it costs a third of that speed. What is rare leaves the loop.
 */

/** Why a stream was not read to its STOP. */
export interface Problem {
  readonly rule: "integrity/truncated" | "integrity/corrupt" | "integrity/limit";
  readonly sentence: Sentence;
  /** In the stream's source. */
  readonly offset: number;
  readonly needed?: number;
  readonly available?: number;
}

/** One pickle stream, as far as it could be read. */
export interface PickleStream {
  /** Undefined when there was nothing on the stack. */
  readonly root: Value | undefined;
  readonly start: number;
  /** The byte after STOP, or where reading ended. */
  readonly end: number;
  /** As PROTO says; 0 without it. */
  readonly protocol: number;
  readonly problem?: Problem;
}

/** Bytes read at once: a good part of a file system's read-ahead. */
const WINDOW = 1024 * 1024;
/** Payloads from this size on stay where they are. */
const LAZY_BYTES = 4096;
/** Opcodes between two looks at the clock and the limits. */
const SLICE = 8192;
/** A line at first; longer ones grow the window. */
const LINE = 4096;

const NAME = /^[\w.<>]{1,200}$/;

type Step = "more" | "slice" | "array" | "end";

export class Machine {
  private window: Uint8Array = new Uint8Array(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** Stream position of the window's first byte. */
  private base: number;
  /** Position in the window; past its end after a payload that was left where it is. */
  private at = 0;
  /** Bytes that the next step needs from `at` on. */
  private wanted = 1;
  private readonly stack: Value[] = [];
  private top = 0;
  private marks: number[] = [];
  private memo: Value[] = [];
  private memoized = 0;
  private nodes = 0;
  private opcodes = 0;
  private protocol = 0;
  private frameEnd = 0;
  /** A frame that is longer than what is left: loading fails although everything may be there. */
  private overrun: Problem | undefined;
  private root: Value | undefined;
  private problem: Problem | undefined;
  /** After a problem: opcodes are walked only for the imports they name. */
  private isScanning = false;

  private readonly source: ByteSource;
  private readonly start: number;
  private readonly evaluation: Evaluation;

  constructor(source: ByteSource, start: number, evaluation: Evaluation) {
    this.source = source;
    this.start = start;
    this.base = start;
    this.evaluation = evaluation;
  }

  async read(work: Work): Promise<PickleStream> {
    for (;;) {
      const step = this.run();
      if (step === "end") break;
      if (step === "more" && !(await this.fill())) break;
      if (step === "array") await this.takeArray(work);
      if (!this.isWithinLimits()) break;
      if (work.isDue()) {
        work.report({ stage: "reading", done: this.base + this.at, total: this.source.size, unit: "bytes" });
        await work.checkpoint();
      }
    }
    const { root, start, protocol } = this;
    const end = Math.min(this.base + this.at, this.source.size);
    const problem = this.problem ?? this.overrun;
    const stream = { root, start, end, protocol };
    return problem === undefined ? stream : { ...stream, problem };
  }

  /** The next window, or the end of the source: then false, and what there is becomes the root. */
  private async fill(): Promise<boolean> {
    const position = this.base + this.at;
    const available = this.source.size - position;
    if (!Number.isFinite(this.wanted)) return this.over("bytes in one line", LIMITS.pickleTextBytes);
    if (available < this.wanted) {
      await this.cutOff(position, this.wanted, Math.max(0, available));
      this.base = this.source.size;
      this.at = 0;
      return false;
    }
    const length = Math.min(available, Math.max(WINDOW, this.wanted));
    this.window = await this.source.read(position, position + length);
    this.view = new DataView(this.window.buffer, this.window.byteOffset, this.window.byteLength);
    this.base = position;
    this.at = 0;
    this.wanted = 1;
    return true;
  }

  private async cutOff(offset: number, needed: number, available: number): Promise<void> {
    if (available === 0) {
      const sentence = say("The pickle stream ends at byte {offset} without STOP, its last opcode: it is cut off.", {
        offset,
      });
      this.stop({ rule: "integrity/truncated", sentence, offset, needed, available });
      return;
    }
    const [code = 0] = await this.source.read(offset, offset + 1);
    const sentence = say(
      "The pickle stream is cut off: {opcode} at byte {offset} needs {needed} bytes, {available} are left.",
      { opcode: opcodeName(code), offset, needed, available },
    );
    this.stop({ rule: "integrity/truncated", sentence, offset, needed, available });
  }

  private isWithinLimits(): boolean {
    if (this.opcodes > LIMITS.pickleOpcodes) return this.over("opcodes", LIMITS.pickleOpcodes);
    if (this.top > LIMITS.pickleStack) return this.over("values on the stack", LIMITS.pickleStack);
    if (this.marks.length > LIMITS.pickleMarks) return this.over("marks within marks", LIMITS.pickleMarks);
    const nodes = this.nodes + this.evaluation.spent();
    return nodes <= LIMITS.pickleNodes || this.over("objects", LIMITS.pickleNodes);
  }

  private over(what: string, limit: number): false {
    const offset = this.base + this.at;
    const sentence = say("Reading stopped at byte {offset}: the pickle has more than {limit} {what}, the limit.", {
      offset,
      limit,
      what,
    });
    this.stop({ rule: "integrity/limit", sentence, offset });
    return false;
  }

  /** joblib: the array that follows the object on top of the stack takes its place. */
  private async takeArray(work: Work): Promise<void> {
    const { evaluation, source } = this;
    const { pendingArray, inline } = evaluation;
    evaluation.pendingArray = undefined;
    if (pendingArray === undefined || inline === undefined) return;
    const position = this.base + this.at;
    if (position < this.frameEnd) {
      const sentence = say(
        "An array's bytes should follow at byte {offset}, but the pickle frame there ends at byte {end}: joblib would read on elsewhere.",
        { offset: position, end: this.frameEnd },
      );
      this.fail(sentence, position);
      return;
    }
    const taking = inline.take(pendingArray, source, position, this.window[this.at], evaluation, work);
    const taken = taking instanceof Promise ? await taking : taking;
    this.stack[this.top - 1] = taken.value;
    this.at = taken.end - this.base;
    if (taken.problem !== undefined) {
      this.stop(taken.problem);
      this.fail(taken.problem.sentence, taken.problem.offset);
    }
  }

  /** The first problem decides what is shown: the stack as it was then. */
  private stop(problem: Problem): void {
    if (this.problem !== undefined) return;
    this.problem = problem;
    this.root = collapse(this.stack.slice(0, this.top), this.marks, problem.offset);
  }

  /**
   * Loading would fail here. Reading goes on for the imports alone, with an empty stack and names only from the memo:
   * another implementation may not fail, and whoever looks wants to know what would follow.
   */
  private fail(sentence: Sentence, offset: number): void {
    if (this.isScanning) return;
    this.stop({ rule: "integrity/corrupt", sentence, offset });
    this.isScanning = true;
    this.top = 0;
    this.marks = [];
  }

  /** Leaves the loop after a failure at `start`, to go on with the opcode at `at`. */
  private failed(sentence: Sentence, start: number, at: number, top: number, left: number, nodes: number): Step {
    this.leave(at, top, left, nodes);
    this.fail(sentence, this.base + start);
    return "slice";
  }

  private leave(at: number, top: number, left: number, nodes: number): void {
    this.at = at;
    this.top = top;
    this.opcodes += SLICE - left;
    this.nodes += nodes;
  }

  /** Too few values above the mark: fills up with unread ones, and the opcode runs again. */
  private lacks(count: number, code: number, start: number, top: number, left: number, nodes: number): Step {
    this.leave(start, top, left, nodes);
    const found = top - (this.marks.at(-1) ?? 0);
    const args = { opcode: opcodeName(code), offset: this.base + start, count, found: Math.max(0, found) };
    this.fail(
      say(
        "{opcode} at byte {offset} takes {count} values off the stack, {found} are there: the pickle is damaged.",
        args,
      ),
      this.base + start,
    );
    const floor = this.marks.at(-1) ?? 0;
    while (this.top - floor < count) this.stack[this.top++] = unread("missing", this.base + start);
    return "slice";
  }

  /** An opcode that takes what is above a mark, and a value below it; the opcode runs again. */
  private lacksMark(below: number, code: number, start: number, top: number, left: number, nodes: number): Step {
    this.leave(start, top, left, nodes);
    const args = { opcode: opcodeName(code), offset: this.base + start };
    this.fail(
      say("{opcode} at byte {offset} finds no mark on the stack, or nothing below it: the pickle is damaged.", args),
      this.base + start,
    );
    if (below > 0) this.stack[this.top++] = unread("missing", this.base + start);
    this.marks.push(this.top);
    return "slice";
  }

  private missing(index: number | string, start: number, at: number, top: number, left: number, nodes: number): Step {
    this.leave(at, top, left, nodes);
    this.fail(
      say("Memo entry {index} is used at byte {offset} and was never stored: the pickle is damaged.", {
        index,
        offset: this.base + start,
      }),
      this.base + start,
    );
    this.stack[this.top++] = unread("missing", this.base + start);
    return "slice";
  }

  /** False for an index over the limit. */
  private put(index: number, value: Value): boolean {
    if (index > LIMITS.pickleMemo) return false;
    if (this.memo[index] === undefined) this.memoized++;
    this.memo[index] = value;
    return true;
  }

  private memoLimit(index: number | string, start: number, at: number, top: number, left: number, nodes: number): Step {
    this.leave(at, top, left, nodes);
    const offset = this.base + start;
    const sentence = say("Memo entry {index} at byte {offset} is over the limit of {limit}, or no number.", {
      index,
      offset,
      limit: LIMITS.pickleMemo,
    });
    if (this.problem === undefined) this.stop({ rule: "integrity/limit", sentence, offset });
    this.fail(sentence, offset);
    return "slice";
  }

  /** The newline at or after `from`; -1 when the window ends before it, with `wanted` set. */
  private lineEnd(bytes: Uint8Array, from: number, start: number): number {
    const found = bytes.indexOf(0x0a, from);
    if (found >= 0) return found;
    const seen = bytes.length - start;
    const remaining = this.source.size - (this.base + start);
    // Twice as much each time; at the end of the source one byte more than there is, which says that it is cut.
    this.wanted = seen >= remaining ? remaining + 1 : Math.min(remaining, Math.max(LINE, seen * 2));
    if (seen > LIMITS.pickleTextBytes) this.wanted = Number.POSITIVE_INFINITY;
    return -1;
  }

  private overLimit(what: string, found: number, limit: number, offset: number): Value {
    this.evaluation.note(
      "integrity/limit",
      "warning",
      say("{what} of {found} bytes at byte {offset} is over the limit of {limit} and is not shown.", {
        what,
        found,
        offset,
        limit,
      }),
      offset,
    );
    return unread("over the limit", offset);
  }

  /** The value of one of protocol 0's lines; undefined when it is not valid. */
  private lineValue(code: number, line: Uint8Array, offset: number): Value | undefined {
    if (code === 0x53 /* STRING */) {
      this.evaluation.traits.python2 = true;
      const content = quotedString(line);
      return content === undefined ? undefined : python2String(content);
    }
    if (code === 0x56 /* UNICODE */) return rawUnicodeEscape(line);
    if (line.length > LIMITS.integerDigits)
      return this.overLimit("A number", line.length, LIMITS.integerDigits, offset);
    const text = latin1(line);
    if (code === 0x46 /* FLOAT */) return textFloat(text);
    // Python 2 wrote an L after a LONG.
    return code === 0x4c /* LONG */ ? textInteger(text.replace(/L$/, "")) : textIntegerOrBoolean(text);
  }

  /** While scanning, bytes that are no opcodes may look like an import: only what could be names is one then. */
  private global(module: string, name: string, offset: number): Value {
    if (this.isScanning && !(NAME.test(module) && NAME.test(name))) return unread("no name", offset);
    return this.evaluation.imports.global(module, name, offset);
  }

  /** A global whose names are not both strings: computed by the file itself, or damage. */
  private computedGlobal(module: Value, name: Value, offset: number): Value | undefined {
    const known = (value: Value): string | undefined => {
      if (typeof value === "string") return value;
      // An imported name may stand for a string as well.
      const isOpaque = isNode(value) && ["object", "persistent", "global"].includes(value.kind);
      return isOpaque ? COMPUTED : undefined;
    };
    const [from, of] = [known(module), known(name)];
    return from === undefined || of === undefined ? undefined : this.evaluation.imports.global(from, of, offset);
  }

  /** Runs until the window ends, the slice is over, an array's bytes follow, or STOP. */
  private run(): Step {
    const { window: bytes, view, stack, marks, memo, evaluation, base, isScanning } = this;
    const end = bytes.length;
    let { at, top } = this;
    let fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
    let left = SLICE;
    let nodes = 0;
    let step: Step = "more";
    let start = at;

    loop: for (;;) {
      start = at;
      if (at >= end) {
        this.wanted = 1;
        break;
      }
      if (left === 0) {
        step = "slice";
        break;
      }
      left--;
      const code = bytes[at++] as number;
      switch (code) {
        // Text.
        case 0x8c /* SHORT_BINUNICODE */:
        case 0x58 /* BINUNICODE */:
        case 0x8d /* BINUNICODE8 */:
          {
            const prefix = code === 0x8c ? 1 : code === 0x58 ? 4 : 8;
            if (at + prefix > end) {
              this.wanted = 1 + prefix;
              break loop;
            }
            const length = prefix === 1 ? (bytes[at] as number) : prefix === 4 ? uint32(bytes, at) : uint64(bytes, at);
            at += prefix;
            if (at + length > end) {
              this.wanted = 1 + prefix + length;
              if (length <= LIMITS.pickleTextBytes || base + at + length > this.source.size) break loop;
              stack[top++] = this.overLimit("Text", length, LIMITS.pickleTextBytes, base + start);
              at += length;
              break;
            }
            const text = readText(bytes, at, length);
            at += length;
            if (text === undefined)
              return this.failed(
                say("The text at byte {offset} is not UTF-8: the pickle is damaged.", { offset: base + start }),
                start,
                at,
                top,
                left,
                nodes,
              );
            stack[top++] = text;
            break;
          }

        // The memo.
        case 0x94 /* MEMOIZE */:
          if (top === fence) return this.lacks(1, code, start, top, left, nodes);
          if (!this.put(this.memoized, stack[top - 1] as Value))
            return this.memoLimit(this.memoized, start, at, top, left, nodes);
          break;
        case 0x68 /* BINGET */:
        case 0x6a /* LONG_BINGET */:
          {
            const width = code === 0x68 ? 1 : 4;
            if (at + width > end) {
              this.wanted = 1 + width;
              break loop;
            }
            const index = width === 1 ? (bytes[at] as number) : uint32(bytes, at);
            at += width;
            const value = memo[index];
            if (value === undefined) return this.missing(index, start, at, top, left, nodes);
            stack[top++] = isScanning ? nameOnly(value) : value;
            break;
          }
        case 0x71 /* BINPUT */:
        case 0x72 /* LONG_BINPUT */:
          {
            const width = code === 0x71 ? 1 : 4;
            if (at + width > end) {
              this.wanted = 1 + width;
              break loop;
            }
            if (top === fence) return this.lacks(1, code, start, top, left, nodes);
            const index = width === 1 ? (bytes[at] as number) : uint32(bytes, at);
            at += width;
            if (!this.put(index, stack[top - 1] as Value)) return this.memoLimit(index, start, at, top, left, nodes);
            break;
          }
        case 0x67 /* GET */:
        case 0x70 /* PUT */:
          {
            const stop = this.lineEnd(bytes, at, start);
            if (stop < 0) break loop;
            if (code === 0x70 && top === fence) return this.lacks(1, code, start, top, left, nodes);
            const text = latin1(bytes.subarray(at, Math.min(stop, at + 40))).trim();
            const index = /^\+?\d{1,15}$/.test(text) ? Number(text) : Number.POSITIVE_INFINITY;
            at = stop + 1;
            if (code === 0x70) {
              if (!this.put(index, stack[top - 1] as Value)) return this.memoLimit(text, start, at, top, left, nodes);
              break;
            }
            const value = memo[index];
            if (value === undefined) return this.missing(text, start, at, top, left, nodes);
            stack[top++] = isScanning ? nameOnly(value) : value;
            break;
          }

        // Numbers.
        case 0x4b /* BININT1 */:
          if (at >= end) {
            this.wanted = 2;
            break loop;
          }
          stack[top++] = SMALL_INTEGERS[bytes[at++] as number] as bigint;
          break;
        case 0x4d /* BININT2 */:
          {
            if (at + 2 > end) {
              this.wanted = 3;
              break loop;
            }
            const value = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
            stack[top++] = value < 1024 ? (SMALL_INTEGERS[value] as bigint) : BigInt(value);
            at += 2;
            break;
          }
        case 0x4a /* BININT */:
          if (at + 4 > end) {
            this.wanted = 5;
            break loop;
          }
          stack[top++] = BigInt(int32(bytes, at));
          at += 4;
          break;
        case 0x47 /* BINFLOAT */:
          if (at + 8 > end) {
            this.wanted = 9;
            break loop;
          }
          stack[top++] = float64(view, at);
          at += 8;
          break;
        case 0x4e /* NONE */:
          stack[top++] = null;
          break;
        case 0x88 /* NEWTRUE */:
          stack[top++] = true;
          break;
        case 0x89 /* NEWFALSE */:
          stack[top++] = false;
          break;
        case 0x8a /* LONG1 */:
        case 0x8b /* LONG4 */:
          {
            const prefix = code === 0x8a ? 1 : 4;
            if (at + prefix > end) {
              this.wanted = 1 + prefix;
              break loop;
            }
            const length = prefix === 1 ? (bytes[at] as number) : int32(bytes, at);
            at += prefix;
            if (length < 0) return this.failed(negativeLength(code, base + start), start, at, top, left, nodes);
            if (length > LIMITS.integerBytes && base + at + length <= this.source.size) {
              stack[top++] = this.overLimit("An integer", length, LIMITS.integerBytes, base + start);
              at += length;
              break;
            }
            if (at + length > end) {
              this.wanted = 1 + prefix + length;
              break loop;
            }
            stack[top++] = longInteger(bytes.subarray(at, at + length));
            at += length;
            break;
          }

        // Containers.
        case 0x28 /* MARK */:
          marks.push(top);
          fence = top;
          break;
        case 0x7d /* EMPTY_DICT */:
          nodes++;
          stack[top++] = { kind: "dict", keys: [], values: [] };
          break;
        case 0x5d /* EMPTY_LIST */:
          nodes++;
          stack[top++] = { kind: "list", type: "list", items: [] };
          break;
        case 0x29 /* EMPTY_TUPLE */:
          nodes++;
          stack[top++] = { kind: "list", type: "tuple", items: [] };
          break;
        case 0x8f /* EMPTY_SET */:
          nodes++;
          stack[top++] = { kind: "list", type: "set", items: [] };
          break;
        case 0x73 /* SETITEM */:
          {
            if (top - fence < 3) return this.lacks(3, code, start, top, left, nodes);
            top -= 2;
            const target = stack[top - 1] as Value;
            if (isNode(target) && target.kind === "dict") {
              target.keys.push(stack[top] as Value);
              target.values.push(stack[top + 1] as Value);
              break;
            }
            const pair = [stack[top] as Value, stack[top + 1] as Value];
            const wrong = setItems(target, pair, evaluation, base + start);
            if (wrong !== undefined) return this.failed(wrong, start, at, top, left, nodes);
            break;
          }
        case 0x61 /* APPEND */:
          {
            if (top - fence < 2) return this.lacks(2, code, start, top, left, nodes);
            const item = stack[--top] as Value;
            const target = stack[top - 1] as Value;
            if (isNode(target) && target.kind === "list" && target.type === "list") {
              target.items.push(item);
              break;
            }
            const wrong = appendItems(target, [item], evaluation, base + start);
            if (wrong !== undefined) return this.failed(wrong, start, at, top, left, nodes);
            break;
          }
        case 0x75 /* SETITEMS */:
        case 0x65 /* APPENDS */:
        case 0x90 /* ADDITEMS */:
          {
            const mark = fence;
            const count = marks.length;
            const floor = count > 1 ? (marks[count - 2] as number) : 0;
            if (count === 0 || mark <= floor) {
              if (count > 0) marks.pop();
              return this.lacksMark(1, code, start, mark, left, nodes);
            }
            marks.pop();
            fence = floor;
            const target = stack[mark - 1] as Value;
            if (code === 0x75 && isNode(target) && target.kind === "dict" && ((top - mark) & 1) === 0) {
              const { keys, values } = target;
              for (let i = mark; i < top; i += 2) {
                keys.push(stack[i] as Value);
                values.push(stack[i + 1] as Value);
              }
              top = mark;
              break;
            }
            if (code === 0x65 && isNode(target) && target.kind === "list" && target.type === "list") {
              const { items } = target;
              for (let i = mark; i < top; i++) items.push(stack[i] as Value);
              top = mark;
              break;
            }
            const put = code === 0x75 ? setItems : code === 0x65 ? appendItems : addItems;
            const wrong = put(target, stack.slice(mark, top), evaluation, base + start);
            top = mark;
            if (wrong !== undefined) return this.failed(wrong, start, at, top, left, nodes);
            break;
          }
        case 0x74 /* TUPLE */:
        case 0x6c /* LIST */:
        case 0x64 /* DICT */:
        case 0x91 /* FROZENSET */:
          {
            if (marks.length === 0) return this.lacksMark(0, code, start, top, left, nodes);
            const mark = marks.pop() as number;
            fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
            const items = stack.slice(mark, top);
            top = mark;
            nodes++;
            if (code === 0x64) {
              const made: Value = { kind: "dict", keys: [], values: [] };
              stack[top++] = made;
              const wrong = setItems(made, items, evaluation, base + start);
              if (wrong !== undefined) return this.failed(wrong, start, at, top, left, nodes);
              break;
            }
            stack[top++] = {
              kind: "list",
              type: code === 0x74 ? "tuple" : code === 0x6c ? "list" : "frozenset",
              items,
            };
            break;
          }
        case 0x85 /* TUPLE1 */:
          if (top === fence) return this.lacks(1, code, start, top, left, nodes);
          nodes++;
          stack[top - 1] = { kind: "list", type: "tuple", items: [stack[top - 1] as Value] };
          break;
        case 0x86 /* TUPLE2 */:
          if (top - fence < 2) return this.lacks(2, code, start, top, left, nodes);
          nodes++;
          top--;
          stack[top - 1] = { kind: "list", type: "tuple", items: [stack[top - 1] as Value, stack[top] as Value] };
          break;
        case 0x87 /* TUPLE3 */:
          {
            if (top - fence < 3) return this.lacks(3, code, start, top, left, nodes);
            nodes++;
            top -= 2;
            const items = [stack[top - 1] as Value, stack[top] as Value, stack[top + 1] as Value];
            stack[top - 1] = { kind: "list", type: "tuple", items };
            break;
          }

        // The stack itself.
        case 0x30 /* POP */:
          if (top > fence) top--;
          else if (marks.length > 0) {
            // CPython: POP right after MARK takes the mark.
            marks.pop();
            fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          } else return this.lacks(1, code, start, top, left, nodes);
          break;
        case 0x31 /* POP_MARK */:
          if (marks.length === 0) return this.lacksMark(0, code, start, top, left, nodes);
          top = marks.pop() as number;
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          break;
        case 0x32 /* DUP */:
          if (top === fence) return this.lacks(1, code, start, top, left, nodes);
          stack[top] = stack[top - 1] as Value;
          top++;
          break;

        // Imports and calls.
        case 0x93 /* STACK_GLOBAL */:
          {
            if (top - fence < 2) return this.lacks(2, code, start, top, left, nodes);
            const name = stack[--top] as Value;
            const module = stack[top - 1] as Value;
            nodes++;
            if (typeof module === "string" && typeof name === "string") {
              stack[top - 1] = this.global(module, name, base + start);
              break;
            }
            const computed = this.computedGlobal(module, name, base + start);
            if (computed === undefined)
              return this.failed(
                say("STACK_GLOBAL at byte {offset} takes {module} and {name} for names: the pickle is damaged.", {
                  offset: base + start,
                  module: kindName(module),
                  name: kindName(name),
                }),
                start,
                at,
                top,
                left,
                nodes,
              );
            stack[top - 1] = computed;
            break;
          }
        case 0x63 /* GLOBAL */:
        case 0x69 /* INST */:
          {
            const first = this.lineEnd(bytes, at, start);
            if (first < 0) break loop;
            const second = this.lineEnd(bytes, first + 1, start);
            if (second < 0) break loop;
            if (code === 0x69 && marks.length === 0) return this.lacksMark(0, code, start, top, left, nodes);
            const module = readText(bytes, at, first - at) ?? latin1(bytes.subarray(at, first));
            const name = readText(bytes, first + 1, second - first - 1) ?? latin1(bytes.subarray(first + 1, second));
            at = second + 1;
            nodes++;
            const node = this.global(module, name, base + start);
            if (code === 0x69) {
              const mark = marks.pop() as number;
              fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
              const args = stack.slice(mark, top);
              top = mark;
              stack[top++] = instantiate(node, args, evaluation, base + start);
            } else stack[top++] = node;
            break;
          }
        case 0x52 /* REDUCE */:
        case 0x81 /* NEWOBJ */:
          {
            if (top - fence < 2) return this.lacks(2, code, start, top, left, nodes);
            const args = stack[--top] as Value;
            const callable = stack[top - 1] as Value;
            nodes++;
            const wrong = cannotCall(callable, args, base + start);
            if (wrong !== undefined) return this.failed(wrong, start, at, top, left, nodes);
            stack[top - 1] =
              code === 0x52
                ? reduce(callable, args, evaluation, base + start)
                : instance(callable, args, undefined, evaluation, base + start);
            break;
          }
        case 0x92 /* NEWOBJ_EX */:
          {
            if (top - fence < 3) return this.lacks(3, code, start, top, left, nodes);
            const kwargs = stack[--top] as Value;
            const args = stack[--top] as Value;
            const callable = stack[top - 1] as Value;
            nodes++;
            const wrong = cannotCall(callable, args, base + start);
            if (wrong !== undefined) return this.failed(wrong, start, at, top, left, nodes);
            stack[top - 1] = instance(callable, args, kwargs, evaluation, base + start);
            break;
          }
        case 0x6f /* OBJ */:
          {
            if (marks.length === 0) return this.lacksMark(0, code, start, top, left, nodes);
            if (top === fence) return this.lacks(1, code, start, top, left, nodes);
            const mark = marks.pop() as number;
            fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
            const callable = stack[mark] as Value;
            const args = stack.slice(mark + 1, top);
            top = mark;
            nodes++;
            const wrong = cannotCall(callable, { kind: "list", type: "tuple", items: args }, base + start);
            if (wrong !== undefined) return this.failed(wrong, start, at, top, left, nodes);
            stack[top++] = instantiate(callable, args, evaluation, base + start);
            break;
          }
        case 0x62 /* BUILD */:
          {
            if (top - fence < 2) return this.lacks(2, code, start, top, left, nodes);
            const state = stack[--top] as Value;
            const wrong = build(stack[top - 1] as Value, state, evaluation, base + start);
            if (wrong !== undefined) return this.failed(wrong, start, at, top, left, nodes);
            if (evaluation.pendingArray !== undefined) {
              step = "array";
              break loop;
            }
            break;
          }
        case 0x82 /* EXT1 */:
        case 0x83 /* EXT2 */:
        case 0x84 /* EXT4 */:
          {
            const width = code === 0x82 ? 1 : code === 0x83 ? 2 : 4;
            if (at + width > end) {
              this.wanted = 1 + width;
              break loop;
            }
            const low = bytes[at] as number;
            const number = width === 1 ? low : width === 2 ? low | ((bytes[at + 1] as number) << 8) : int32(bytes, at);
            at += width;
            nodes++;
            // The class behind the number is whatever the loading process registered for it.
            stack[top++] = evaluation.imports.global("copyreg", `_extension_registry[${number}]`, base + start);
            break;
          }
        case 0x50 /* PERSID */:
          {
            const stop = this.lineEnd(bytes, at, start);
            if (stop < 0) break loop;
            const id = readText(bytes, at, stop - at) ?? latin1(bytes.subarray(at, stop));
            at = stop + 1;
            nodes++;
            stack[top++] = evaluation.persistent(id, base + start);
            break;
          }
        case 0x51 /* BINPERSID */:
          if (top === fence) return this.lacks(1, code, start, top, left, nodes);
          nodes++;
          stack[top - 1] = evaluation.persistent(stack[top - 1] as Value, base + start);
          break;

        // Bytes.
        case 0x43 /* SHORT_BINBYTES */:
        case 0x42 /* BINBYTES */:
        case 0x8e /* BINBYTES8 */:
        case 0x96 /* BYTEARRAY8 */:
          {
            const prefix = code === 0x43 ? 1 : code === 0x42 ? 4 : 8;
            if (at + prefix > end) {
              this.wanted = 1 + prefix;
              break loop;
            }
            const length = prefix === 1 ? (bytes[at] as number) : prefix === 4 ? uint32(bytes, at) : uint64(bytes, at);
            const type = code === 0x96 ? "bytearray" : "bytes";
            at += prefix;
            nodes++;
            if (length >= LAZY_BYTES) {
              const from = base + at;
              const isCut = from + length > this.source.size;
              stack[top++] = bytesNode(type, slice(this.source, from, isCut ? this.source.size : from + length));
              if (isCut) {
                this.wanted = 1 + prefix + length;
                break loop;
              }
            } else if (at + length > end) {
              this.wanted = 1 + prefix + length;
              break loop;
            } else stack[top++] = bytesNode(type, new HeldBytes(bytes.slice(at, at + length)));
            at += length;
            break;
          }
        case 0x97 /* NEXT_BUFFER */:
          nodes++;
          stack[top++] = evaluation.outOfBand(base + start);
          break;
        case 0x98 /* READONLY_BUFFER */:
          if (top === fence) return this.lacks(1, code, start, top, left, nodes);
          break;

        // Python 2 strings.
        case 0x55 /* SHORT_BINSTRING */:
        case 0x54 /* BINSTRING */:
          {
            const prefix = code === 0x55 ? 1 : 4;
            if (at + prefix > end) {
              this.wanted = 1 + prefix;
              break loop;
            }
            const length = prefix === 1 ? (bytes[at] as number) : int32(bytes, at);
            at += prefix;
            evaluation.traits.python2 = true;
            if (length < 0) return this.failed(negativeLength(code, base + start), start, at, top, left, nodes);
            const from = base + at;
            if (length > WINDOW && from + length <= this.source.size) {
              nodes++;
              stack[top++] = bytesNode("str8", slice(this.source, from, from + length));
            } else if (at + length > end) {
              this.wanted = 1 + prefix + length;
              break loop;
            } else if (isAsciiRange(bytes, at, at + length)) stack[top++] = readText(bytes, at, length) as string;
            else {
              nodes++;
              const data =
                length < LAZY_BYTES
                  ? new HeldBytes(bytes.slice(at, at + length))
                  : slice(this.source, from, from + length);
              stack[top++] = bytesNode("str8", data);
            }
            at += length;
            break;
          }

        // Protocol 0's lines.
        case 0x53 /* STRING */:
        case 0x49 /* INT */:
        case 0x4c /* LONG */:
        case 0x46 /* FLOAT */:
        case 0x56 /* UNICODE */:
          {
            const stop = this.lineEnd(bytes, at, start);
            if (stop < 0) break loop;
            const value = this.lineValue(code, bytes.subarray(at, stop), base + start);
            at = stop + 1;
            if (value === undefined)
              return this.failed(
                say("{opcode} at byte {offset} has an argument that is not valid: the pickle is damaged.", {
                  opcode: opcodeName(code),
                  offset: base + start,
                }),
                start,
                at,
                top,
                left,
                nodes,
              );
            stack[top++] = value;
            break;
          }

        // The stream.
        case 0x80 /* PROTO */:
          {
            if (at >= end) {
              this.wanted = 2;
              break loop;
            }
            const protocol = bytes[at++] as number;
            if (protocol > 5)
              return this.failed(
                say("Pickle protocol {protocol} at byte {offset} is not known: 5 is the newest.", {
                  protocol,
                  offset: base + start,
                }),
                start,
                at,
                top,
                left,
                nodes,
              );
            if (protocol > this.protocol) this.protocol = protocol;
            break;
          }
        case 0x95 /* FRAME */:
          {
            if (at + 8 > end) {
              this.wanted = 9;
              break loop;
            }
            const length = uint64(bytes, at);
            at += 8;
            this.frame(length, base + start, base + at);
            break;
          }
        case 0x2e /* STOP */:
          if (top === fence) return this.lacks(1, code, start, top, left, nodes);
          if (this.problem === undefined) this.root = stack[top - 1] as Value;
          this.leave(at, top, left, nodes);
          return "end";
        default: {
          const hex = code.toString(16).padStart(2, "0");
          this.failed(
            say("Byte {offset} is 0x{hex}, which is no pickle opcode: the pickle is damaged.", {
              offset: base + start,
              hex,
            }),
            start,
            start,
            top,
            left,
            nodes,
          );
          return "end";
        }
      }
    }
    // An opcode that needs more bytes runs again as a whole.
    this.leave(step === "more" || step === "slice" ? start : at, top, left, nodes);
    return step;
  }

  private frame(length: number, offset: number, from: number): void {
    const available = this.source.size - from;
    this.frameEnd = from + Math.min(length, available);
    if (length <= available) return;
    const sentence = say(
      "The pickle frame at byte {offset} is {length} bytes long, {available} are left: it is cut off.",
      {
        offset,
        length,
        available,
      },
    );
    this.overrun ??= { rule: "integrity/truncated", sentence, offset, needed: length, available };
  }
}

/** What scanning may take from the memo: nothing that it could alter. */
function nameOnly(value: Value): Value {
  return isNode(value) && value.kind !== "global" ? unread("not evaluated", 0) : value;
}

function negativeLength(code: number, offset: number): Sentence {
  return say("{opcode} at byte {offset} has a negative length: the pickle is damaged.", {
    opcode: opcodeName(code),
    offset,
  });
}
