import { type ByteSource, slice } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import { isNode, type Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { COMPUTED } from "./classify.ts";
import { collapse } from "./collapse.ts";
import type { Evaluation } from "./evaluation.ts";
import { python2String, unread } from "./graph.ts";
import { smallInteger, textFloat, textIndex, textInteger, textIntegerOrBoolean } from "./numbers.ts";
import { opcodeName } from "./opcodes.ts";
import { DICT, LIST } from "./plain/kinds.ts";
import { PlainReader } from "./plain/reader.ts";
import { type Halt, PLAIN_BYTES } from "./plain/shadow.ts";
import { walkHead } from "./sniff.ts";
import { latin1, quotedString, rawUnicodeEscape } from "./text.ts";

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
  /** Up to where opcodes were run or, after a problem, walked: before `end` where the last one claims more than there is. */
  readonly reached: number;
  readonly problem?: Problem;
}

/** Bytes read at once: a good part of a file system's read-ahead. */
export const WINDOW = 1024 * 1024;
/** Bytes read first; each further read is four times as many. */
const FIRST_WINDOW = 64 * 1024;
/** Bytes read first after an array that was left where it is: in a forest, the next one follows soon. */
const NEXT_WINDOW = 2 * 1024;
/** Bytes more that a walk over plain values reads at once. */
const WALK = 64 * WINDOW;
/** So many walks from containers that begin alike found nothing whole: the states of a forest's trees. Then few are tried. */
const FRUITLESS = 4;
const TRIED_AGAIN = 16;
/** Beginnings that are remembered, and their bytes: an opcode or two, and the first key. */
const HEADS = 4096;
const HEAD = 16;
/** Payloads from this size on stay where they are. */
export const LAZY_BYTES = 4096;
/** Opcodes between two looks at the clock and the limits. */
export const SLICE = 8192;
/** A line at first; longer ones grow the window. */
const LINE = 4096;

const NAME = /^[\w.<>]{1,200}$/;

export type Step = "more" | "slice" | "array" | "plain" | "end";

/** The state of the machine and everything but its loop: windows, the end of the stream, limits, failures. */
export abstract class StreamState {
  protected window: Uint8Array = new Uint8Array(0);
  protected view: DataView = new DataView(new ArrayBuffer(0));
  /** Stream position of the window's first byte. */
  protected base: number;
  /** Position in the window; past its end after a payload that was left where it is. */
  protected at = 0;
  /** Bytes that are read at once where nothing says how many are needed. */
  private ahead = FIRST_WINDOW;
  /** Walks that found nothing, by how their container begins. */
  private readonly fruitless = new Map<number, number>();
  /** Bytes that the next step needs from `at` on. */
  protected wanted = 1;
  protected readonly stack: Value[] = [];
  protected top = 0;
  protected marks: number[] = [];
  protected memo: Value[] = [];
  protected memoized = 0;
  /** Names under indices over the limit, for scanning: an unpickler with more memory would find them. */
  private readonly farNames = new Map<number, Value>();
  protected nodes = 0;
  protected opcodes = 0;
  private cutAt: number | undefined;
  protected protocol = 0;
  protected frameEnd = 0;
  /** A frame that is longer than what is left: loading fails although everything may be there. */
  protected overrun: Problem | undefined;
  protected root: Value | undefined;
  protected problem: Problem | undefined;
  /** The machine asks before it makes a dict or list from this byte on: it may be of plain values alone. */
  protected plainFrom = 0;
  private plain: PlainReader | undefined;
  /** Why the walk that goes on halted; `end` when none does. */
  private walkHalt: Halt = "end";
  /** After a problem: opcodes are walked only for the imports they name. */
  protected isScanning = false;

  protected readonly source: ByteSource;
  protected readonly start: number;
  protected readonly evaluation: Evaluation;

  private readonly opcodeLimit: number;

  constructor(source: ByteSource, start: number, evaluation: Evaluation, opcodeLimit: number = LIMITS.pickleOpcodes) {
    this.source = source;
    this.opcodeLimit = opcodeLimit;
    // Walks have no limit of their own.
    if (opcodeLimit < LIMITS.pickleOpcodes) this.plainFrom = Number.POSITIVE_INFINITY;
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
      if (step === "plain") {
        if (this.plain !== undefined && this.walkHalt !== "end") await this.walkOn(this.plain, this.walkHalt, work);
        this.walkHalt = "end";
        this.takePlain();
      }
      if (!this.isWithinLimits()) break;
      if (work.isDue()) {
        work.report({ stage: "reading", done: this.base + this.at, total: this.source.size, unit: "bytes" });
        await work.checkpoint();
      }
    }
    this.plain?.memo.seal();
    const { root, start, protocol } = this;
    const end = Math.min(this.base + this.at, this.source.size);
    const problem = this.problem ?? this.overrun;
    const stream = { root, start, end, protocol, reached: this.cutAt ?? end };
    return problem === undefined ? stream : { ...stream, problem };
  }

  /** The next window, or the end of the source: then false, and what there is becomes the root. */
  protected async fill(): Promise<boolean> {
    const position = this.base + this.at;
    const available = this.source.size - position;
    if (!Number.isFinite(this.wanted)) return this.over("bytes in one line", LIMITS.pickleTextBytes);
    if (available < this.wanted) {
      this.cutAt = position;
      await this.cutOff(position, this.wanted, Math.max(0, available));
      this.base = this.source.size;
      this.at = 0;
      return false;
    }
    const isFar = this.at > this.window.length + FIRST_WINDOW;
    this.ahead = isFar ? NEXT_WINDOW : Math.min(WINDOW, this.ahead * 4);
    const length = Math.min(available, Math.max(this.ahead, this.wanted));
    this.window = await this.source.read(position, position + length);
    this.view = new DataView(this.window.buffer, this.window.byteOffset, this.window.byteLength);
    this.base = position;
    this.at = 0;
    this.wanted = 1;
    return true;
  }

  protected async cutOff(offset: number, needed: number, available: number): Promise<void> {
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

  protected isWithinLimits(): boolean {
    if (this.opcodes > this.opcodeLimit) return this.over("opcodes", this.opcodeLimit);
    if (this.top > LIMITS.pickleStack) return this.over("values on the stack", LIMITS.pickleStack);
    if (this.marks.length > LIMITS.pickleMarks) return this.over("marks within marks", LIMITS.pickleMarks);
    const nodes = this.nodes + this.evaluation.spent();
    return nodes <= LIMITS.pickleNodes || this.over("objects", LIMITS.pickleNodes);
  }

  protected over(what: string, limit: number): false {
    const offset = this.base + this.at;
    const sentence = say("Reading stopped at byte {offset}: the pickle has more than {limit} {what}, the limit.", {
      offset,
      limit,
      what,
    });
    this.stop({ rule: "integrity/limit", sentence, offset });
    return false;
  }

  /**
   * Walks ahead from the dict or list at `at` of the window, unless that was done. False when the machine has to make it; most
   * walks are over at once, and the machine goes on without leaving its loop.
   */
  protected isPlainAhead(at: number): boolean {
    const { base, window } = this;
    const position = base + at;
    if (this.isScanning || this.memo.length !== this.memoized || this.source.size - position < PLAIN_BYTES) {
      this.plainFrom = Number.POSITIVE_INFINITY;
      return false;
    }
    const plain = (this.plain ??= new PlainReader(this.memo));
    if (position >= plain.until) {
      const head = headOf(window, at);
      const fruitless = this.fruitless.get(head) ?? 0;
      if (fruitless >= FRUITLESS && fruitless % TRIED_AGAIN !== 0) {
        this.fruitless.set(head, fruitless + 1);
        return false;
      }
      plain.nodesLeft = LIMITS.pickleNodes - this.nodes - this.evaluation.spent();
      plain.begin(base, window, at, this.memoized, this.source.size - base);
      const halt = plain.walk(window);
      this.walkHalt = halt;
      if (halt !== "end") return true;
      plain.finish();
      if (!plain.isEmpty) this.fruitless.delete(head);
      else if (fruitless > 0 || this.fruitless.size < HEADS) this.fruitless.set(head, fruitless + 1);
    }
    if (plain.at(position) !== undefined) return true;
    this.plainFrom = plain.nextFrom(position + 1);
    return false;
  }

  /** The bytes of a walk stay in memory as long as its values are not made: ever more are read in one piece, up to the limit. */
  private async walkOn(plain: PlainReader, halted: Halt, work: Work): Promise<void> {
    for (let halt = halted; halt !== "end"; halt = plain.walk(this.window)) {
      const { base } = this;
      const held = this.window.length;
      const length = Math.min(this.source.size - base, Math.max(WINDOW, held + Math.min(held * 7, WALK)));
      if (halt === "bytes") {
        if (length === held || length > LIMITS.plainPickleBytes) break;
        this.window = await this.source.read(base, base + length);
        this.view = new DataView(this.window.buffer, this.window.byteOffset, this.window.byteLength);
      }
      if (!work.isDue()) continue;
      work.report({ stage: "reading", done: plain.walked, total: this.source.size, unit: "bytes" });
      await work.checkpoint();
    }
    plain.finish();
  }

  /** A container that was found whole takes the place of its opcodes; otherwise the machine makes this one. */
  private takePlain(): void {
    const { plain } = this;
    if (plain === undefined) return;
    const position = this.base + this.at;
    const found = plain.at(position);
    if (found === undefined) {
      this.plainFrom = plain.nextFrom(position + 1);
      return;
    }
    const { record, region } = found;
    if (!this.evaluation.holdPlain(region.bytes)) {
      this.plainFrom = Number.POSITIVE_INFINITY;
      return;
    }
    this.stack[this.top++] = region.container(this.window[this.at] === 0x7d ? DICT : LIST, record.start, record.end);
    this.nodes += record.nodes;
    // Holes: the region has the values.
    this.memo.length = record.memoAfter;
    this.memoized = record.memoAfter;
    plain.memo.hold(record.memoBefore, record.memoAfter, region);
    this.frameEnd = plain.frameEnd(record.end) ?? this.frameEnd;
    const end = plain.position(record.end);
    this.at = end - this.base;
    this.plainFrom = plain.nextFrom(end);
  }

  /** joblib: the array that follows the object on top of the stack takes its place. */
  protected async takeArray(work: Work): Promise<void> {
    const { evaluation, source } = this;
    const { pendingArray, inline } = evaluation;
    evaluation.pendingArray = undefined;
    if (pendingArray === undefined || inline === undefined) return;
    const position = this.base + this.at;
    if (position < this.frameEnd && !inline.isElsewhere(pendingArray)) {
      const sentence = say(
        "An array's bytes should follow at byte {offset}, but the pickle frame there ends at byte {end}: joblib would read on elsewhere.",
        { offset: position, end: this.frameEnd },
      );
      this.fail(sentence, position);
      return;
    }
    const taking = inline.take(pendingArray, source, position, this.window[this.at], evaluation, work);
    const taken = taking instanceof Promise ? await taking : taking;
    await this.lookForOpcodes(position, pendingArray.offset);
    if (taken.end > position) evaluation.inlined.push({ start: position, end: taken.end, value: taken.value });
    this.stack[this.top - 1] = taken.value;
    this.at = taken.end - this.base;
    if (taken.problem !== undefined) {
      this.stop(taken.problem);
      this.fail(taken.problem.sentence, taken.problem.offset);
    }
  }

  /**
   * A plain unpickler knows of no inline arrays and runs what follows as opcodes. Bytes of a real array stop it at
   * once; a file that is made to do one thing under joblib and another under pickle is read both ways.
   */
  private async lookForOpcodes(position: number, offset: number): Promise<void> {
    const { source, evaluation } = this;
    const end = Math.min(source.size, position + LIMITS.probeHeadBytes);
    const from = position - this.base;
    const isHeld = from + 64 <= this.window.length || this.base + this.window.length === source.size;
    const head = isHeld ? this.window.subarray(from, from + LIMITS.probeHeadBytes) : await source.read(position, end);
    if (walkHead(head).hasGlobal)
      evaluation.nested.push({ data: slice(source, position, source.size), offset, from: "array" });
  }

  /** The first problem decides what is shown: the stack as it was then. */
  protected stop(problem: Problem): void {
    if (this.problem !== undefined) return;
    this.problem = problem;
    this.root = collapse(this.stack.slice(0, this.top), this.marks, problem.offset);
  }

  /**
   * Loading would fail here. Reading goes on for the imports alone, with names only on the stack and in the memo: another
   * implementation may not fail, and whoever looks wants to know what would follow.
   */
  protected fail(sentence: Sentence, offset: number): void {
    if (this.isScanning) return;
    this.stop({ rule: "integrity/corrupt", sentence, offset });
    this.isScanning = true;
    this.plainFrom = Number.POSITIVE_INFINITY;
    this.evaluation.isScanning = true;
    for (let k = 0; k < this.top; k++) this.stack[k] = nameOnly(this.stack[k] as Value);
  }

  /** Loading would fail at `offset`; the loop goes on with the next opcode, scanning. */
  protected failed(sentence: Sentence, offset: number): Step {
    this.fail(sentence, offset);
    return "slice";
  }

  /** What the loop keeps in local variables, back in the state. `left` of the slice's opcodes were not run. */
  protected leave(at: number, top: number, left: number, nodes: number): this {
    this.at = at;
    this.top = top;
    this.opcodes += SLICE - left;
    this.nodes += nodes;
    return this;
  }

  /** Runs until the window ends, the slice is over, an array's bytes follow, or STOP. */
  protected abstract run(): Step;

  /** Too few values above the mark for the opcode at `at`: fills up with unread ones, and it runs again. */
  protected lacks(count: number, code: number): Step {
    const offset = this.base + this.at;
    const found = Math.max(0, this.top - (this.marks.at(-1) ?? 0));
    const args = { opcode: opcodeName(code), offset, count, found };
    this.fail(
      say(
        "{opcode} at byte {offset} takes {count} values off the stack, {found} are there: the pickle is damaged.",
        args,
      ),
      offset,
    );
    const floor = this.marks.at(-1) ?? 0;
    while (this.top - floor < count) this.stack[this.top++] = unread("missing", offset);
    return "slice";
  }

  /** The opcode at `at` takes what is above a mark, and `below` values below it; it runs again. */
  protected lacksMark(below: number, code: number): Step {
    const offset = this.base + this.at;
    const args = { opcode: opcodeName(code), offset };
    this.fail(
      say("{opcode} at byte {offset} finds no mark on the stack, or nothing below it: the pickle is damaged.", args),
      offset,
    );
    if (below > 0) this.stack[this.top++] = unread("missing", offset);
    this.marks.push(this.top);
    return "slice";
  }

  protected missing(index: number, offset: number): Step {
    const far = this.farNames.get(index);
    if (far !== undefined) {
      this.stack[this.top++] = far;
      return "slice";
    }
    const waiting = this.plain?.memo.get(index);
    if (waiting !== undefined) {
      this.memo[index] = waiting;
      this.stack[this.top++] = this.isScanning ? nameOnly(waiting) : waiting;
      return "slice";
    }
    const args = { index, offset };
    this.fail(
      say("Memo entry {index} is used at byte {offset} and was never stored: the pickle is damaged.", args),
      offset,
    );
    this.stack[this.top++] = unread("missing", offset);
    return "slice";
  }

  /** False for an index over the limit. */
  protected put(index: number, value: Value): boolean {
    if (index > LIMITS.pickleMemo) {
      this.farNames.set(index, nameOnly(value));
      return false;
    }
    const { memo } = this;
    // As good as always; reading past an array's end is slow.
    if (index === memo.length) {
      memo.push(value);
      this.memoized++;
      return true;
    }
    if (memo[index] === undefined && this.plain?.memo.holder(index) === undefined) this.memoized++;
    else if (this.plain !== undefined) {
      // No pickler gives an entry two values. What waits has the old one, and from here on nothing waits.
      this.plain.memo.detach();
      this.plainFrom = Number.POSITIVE_INFINITY;
    }
    memo[index] = value;
    return true;
  }

  protected memoLimit(index: number | string, offset: number): Step {
    const sentence = say("Memo entry {index} at byte {offset} is over the limit of {limit}, or no number.", {
      index,
      offset,
      limit: LIMITS.pickleMemo,
    });
    this.stop({ rule: "integrity/limit", sentence, offset });
    this.fail(sentence, offset);
    return "slice";
  }

  /** The newline at or after `from`; -1 when the window ends before it, with `wanted` set. */
  protected lineEnd(bytes: Uint8Array, from: number, start: number): number {
    const found = bytes.indexOf(0x0a, from);
    if (found >= 0) return found;
    const seen = bytes.length - start;
    const remaining = this.source.size - (this.base + start);
    // Twice as much each time; at the end of the source one byte more than there is, which says that it is cut.
    this.wanted = seen >= remaining ? remaining + 1 : Math.min(remaining, Math.max(LINE, seen * 2));
    if (seen > LIMITS.pickleTextBytes) this.wanted = Number.POSITIVE_INFINITY;
    return -1;
  }

  protected overLimit(what: string, found: number, limit: number, offset: number): Value {
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

  /** The value of one of protocol 0's lines, bytes [from, to); undefined when it is not valid. */
  protected lineValue(code: number, bytes: Uint8Array, from: number, to: number, offset: number): Value | undefined {
    if (code === 0x53 /* STRING */) {
      this.evaluation.traits.python2 = true;
      const content = quotedString(bytes, from, to);
      return content === undefined ? undefined : python2String(content);
    }
    if (code === 0x56 /* UNICODE */) return rawUnicodeEscape(bytes, from, to);
    if (to - from > LIMITS.integerDigits) return this.overLimit("A number", to - from, LIMITS.integerDigits, offset);
    const index =
      code === 0x49 /* INT */ && bytes[from] !== 0x30 ? textIndex(bytes, from, to) : Number.POSITIVE_INFINITY;
    if (index < 65_536) return smallInteger(index);
    const text = latin1(bytes.subarray(from, to));
    if (code === 0x46 /* FLOAT */) return textFloat(text);
    // Python 2 wrote an L after a LONG.
    return code === 0x4c /* LONG */ ? textInteger(text.replace(/L$/, "")) : textIntegerOrBoolean(text);
  }

  /** While scanning, bytes that are no opcodes may look like an import: only what could be names is one then. */
  protected global(module: string, name: string, offset: number): Value {
    if (this.isScanning && !(NAME.test(module) && NAME.test(name))) return unread("no name", offset);
    return this.evaluation.imported(module, name, offset);
  }

  /** A global whose names are not both strings: computed by the file itself, or damage. */
  protected computedGlobal(module: Value, name: Value, offset: number): Value | undefined {
    const known = (value: Value): string | undefined => {
      if (typeof value === "string") return value;
      // An imported name may stand for a string as well.
      const isOpaque = isNode(value) && ["object", "persistent", "global"].includes(value.kind);
      return isOpaque ? COMPUTED : undefined;
    };
    const [from, of] = [known(module), known(name)];
    return from === undefined || of === undefined ? undefined : this.evaluation.imports.global(from, of, offset);
  }

  protected frame(length: number, offset: number, from: number): void {
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

/** What scanning may take from the stack or the memo: nothing that it could alter. */
export function nameOnly(value: Value): Value {
  return isNode(value) && value.kind !== "global" ? unread("not evaluated", 0) : value;
}

/** FNV-1a over the first bytes: two beginnings that are taken for one cost a walk that is not made. */
function headOf(bytes: Uint8Array, at: number): number {
  let hash = 0x811c9dc5;
  for (let k = at; k < Math.min(at + HEAD, bytes.length); k++) hash = Math.imul(hash ^ (bytes[k] ?? 0), 0x01000193);
  return hash;
}
