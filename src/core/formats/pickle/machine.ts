import { slice } from "../../bytes/source.ts";
import { LIMITS } from "../../limits.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import { type DictNode, isNode, type ListNode, type Value } from "../../model/value.ts";
import { addItems, appendItems, build, cannotCall, instance, instantiate, reduce, setItems } from "./evaluate.ts";
import { bytesNode, kindName } from "./graph.ts";
import { keysOf, noteKeys } from "./hashing.ts";
import { HeldBytes } from "./held-bytes.ts";
import { float64, int32, longInteger, smallInteger, textMemoIndex, uint32, uint64 } from "./numbers.ts";
import { fixedBytes, opcodeName } from "./opcodes.ts";
import { LAZY_BYTES, nameOnly, SLICE, type Step, StreamState, WINDOW } from "./stream.ts";
import { isAsciiRange, latin1, readText } from "./text.ts";

/**
 * The abstract stack machine: every opcode of protocols 0 to 5, nothing constructed or imported. It runs synchronously
 * over a window of bytes and awaits only to fill the next one, so that files of many small objects are read at the
 * speed of the loop. This file is longer than others because the loop is one `switch` over local variables: each
 * closure or field in it costs a third of that speed. What is rare leaves the loop through `leave`.
 */
export class Machine extends StreamState {
  /** Runs until the window ends, the slice is over, an array's bytes follow, or STOP. */
  protected run(): Step {
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
      const needed = fixedBytes[code] as number;
      if (at + needed > end) {
        this.wanted = 1 + needed;
        break;
      }
      switch (code) {
        // Text.
        case 0x8c /* SHORT_BINUNICODE */:
        case 0x58 /* BINUNICODE */:
        case 0x8d /* BINUNICODE8 */:
          {
            const prefix = code === 0x8c ? 1 : code === 0x58 ? 4 : 8;
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
              return this.leave(at, top, left, nodes).failed(
                say("The text at byte {offset} is not UTF-8: the pickle is damaged.", { offset: base + start }),
                base + start,
              );
            stack[top++] = text;
            break;
          }

        // The memo.
        case 0x94 /* MEMOIZE */:
          if (top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
          if (!this.put(this.memoized, stack[top - 1] as Value))
            return this.leave(at, top, left, nodes).memoLimit(this.memoized, base + start);
          break;
        case 0x68 /* BINGET */:
        case 0x6a /* LONG_BINGET */:
          {
            const width = code === 0x68 ? 1 : 4;
            const index = width === 1 ? (bytes[at] as number) : uint32(bytes, at);
            at += width;
            const value = memo[index];
            if (value === undefined) return this.leave(at, top, left, nodes).missing(index, base + start);
            stack[top++] = isScanning ? nameOnly(value) : value;
            break;
          }
        case 0x71 /* BINPUT */:
        case 0x72 /* LONG_BINPUT */:
          {
            const width = code === 0x71 ? 1 : 4;
            if (top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
            const index = width === 1 ? (bytes[at] as number) : uint32(bytes, at);
            at += width;
            if (!this.put(index, stack[top - 1] as Value))
              return this.leave(at, top, left, nodes).memoLimit(index, base + start);
            break;
          }
        case 0x67 /* GET */:
        case 0x70 /* PUT */:
          {
            const stop = this.lineEnd(bytes, at, start);
            if (stop < 0) break loop;
            if (code === 0x70 && top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
            const index = textMemoIndex(bytes, at, stop);
            at = stop + 1;
            if (code === 0x70) {
              if (!this.put(index, stack[top - 1] as Value))
                return this.leave(at, top, left, nodes).memoLimit(index, base + start);
              break;
            }
            const value = memo[index];
            if (value === undefined) return this.leave(at, top, left, nodes).missing(index, base + start);
            stack[top++] = isScanning ? nameOnly(value) : value;
            break;
          }

        // Numbers.
        case 0x4b /* BININT1 */:
          stack[top++] = smallInteger(bytes[at++] as number);
          break;
        case 0x4d /* BININT2 */:
          {
            const value = (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
            stack[top++] = smallInteger(value);
            at += 2;
            break;
          }
        case 0x4a /* BININT */:
          stack[top++] = BigInt(int32(bytes, at));
          at += 4;
          break;
        case 0x47 /* BINFLOAT */:
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
            const length = prefix === 1 ? (bytes[at] as number) : int32(bytes, at);
            at += prefix;
            if (length < 0)
              return this.leave(at, top, left, nodes).failed(negativeLength(code, base + start), base + start);
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
          if (base + start >= this.plainFrom && this.isPlainAhead(start)) {
            step = "plain";
            break loop;
          }
          nodes++;
          stack[top++] = { kind: "dict", keys: [], values: [] };
          break;
        case 0x5d /* EMPTY_LIST */:
          if (base + start >= this.plainFrom && this.isPlainAhead(start)) {
            step = "plain";
            break loop;
          }
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
            if (top - fence < 3) return this.leave(start, top, left, nodes).lacks(3, code);
            top -= 2;
            const target = stack[top - 1] as Value;
            if (isNode(target) && target.kind === "dict") {
              if (evaluation.hashesOwn) noteKeys([stack[top] as Value], evaluation, base + start);
              if (target.keys.length === 0) fillDict(target, stack, top, top + 2);
              else {
                target.keys.push(stack[top] as Value);
                target.values.push(stack[top + 1] as Value);
              }
              break;
            }
            const pair = [stack[top] as Value, stack[top + 1] as Value];
            const wrong = setItems(target, pair, evaluation, base + start);
            if (wrong !== undefined) return this.leave(at, top, left, nodes).failed(wrong, base + start);
            break;
          }
        case 0x61 /* APPEND */:
          {
            if (top - fence < 2) return this.leave(start, top, left, nodes).lacks(2, code);
            const item = stack[--top] as Value;
            const target = stack[top - 1] as Value;
            if (isNode(target) && target.kind === "list" && target.type === "list") {
              if (target.items.length === 0) (target as Mutable<ListNode>).items = [item];
              else target.items.push(item);
              break;
            }
            const wrong = appendItems(target, [item], evaluation, base + start);
            if (wrong !== undefined) return this.leave(at, top, left, nodes).failed(wrong, base + start);
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
              return this.leave(start, mark, left, nodes).lacksMark(1, code);
            }
            marks.pop();
            fence = floor;
            const target = stack[mark - 1] as Value;
            if (code === 0x75 && isNode(target) && target.kind === "dict" && ((top - mark) & 1) === 0) {
              const { keys, values } = target;
              if (evaluation.hashesOwn) noteKeys(keysOf(stack.slice(mark, top)), evaluation, base + start);
              if (keys.length === 0) fillDict(target, stack, mark, top);
              else
                for (let i = mark; i < top; i += 2) {
                  keys.push(stack[i] as Value);
                  values.push(stack[i + 1] as Value);
                }
              top = mark;
              break;
            }
            if (code === 0x65 && isNode(target) && target.kind === "list" && target.type === "list") {
              const { items } = target;
              if (items.length === 0) (target as Mutable<ListNode>).items = stack.slice(mark, top);
              else for (let i = mark; i < top; i++) items.push(stack[i] as Value);
              top = mark;
              break;
            }
            // CPython: no items are put into anything.
            if (top === mark) break;
            const put = code === 0x75 ? setItems : code === 0x65 ? appendItems : addItems;
            const wrong = put(target, stack.slice(mark, top), evaluation, base + start);
            top = mark;
            if (wrong !== undefined) return this.leave(at, top, left, nodes).failed(wrong, base + start);
            break;
          }
        case 0x74 /* TUPLE */:
        case 0x6c /* LIST */:
        case 0x64 /* DICT */:
        case 0x91 /* FROZENSET */:
          {
            if (marks.length === 0) return this.leave(start, top, left, nodes).lacksMark(0, code);
            const mark = marks.pop() as number;
            fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
            const items = stack.slice(mark, top);
            top = mark;
            nodes++;
            if (code === 0x64) {
              const made: Value = { kind: "dict", keys: [], values: [] };
              stack[top++] = made;
              const wrong = setItems(made, items, evaluation, base + start);
              if (wrong !== undefined) return this.leave(at, top, left, nodes).failed(wrong, base + start);
              break;
            }
            if (code === 0x91 && evaluation.hashesOwn) noteKeys(items, evaluation, base + start);
            stack[top++] = {
              kind: "list",
              type: code === 0x74 ? "tuple" : code === 0x6c ? "list" : "frozenset",
              items,
            };
            break;
          }
        case 0x85 /* TUPLE1 */:
          if (top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
          nodes++;
          stack[top - 1] = { kind: "list", type: "tuple", items: [stack[top - 1] as Value] };
          break;
        case 0x86 /* TUPLE2 */:
          if (top - fence < 2) return this.leave(start, top, left, nodes).lacks(2, code);
          nodes++;
          top--;
          stack[top - 1] = { kind: "list", type: "tuple", items: [stack[top - 1] as Value, stack[top] as Value] };
          break;
        case 0x87 /* TUPLE3 */:
          {
            if (top - fence < 3) return this.leave(start, top, left, nodes).lacks(3, code);
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
          } else return this.leave(start, top, left, nodes).lacks(1, code);
          break;
        case 0x31 /* POP_MARK */:
          if (marks.length === 0) return this.leave(start, top, left, nodes).lacksMark(0, code);
          top = marks.pop() as number;
          fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
          break;
        case 0x32 /* DUP */:
          if (top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
          stack[top] = stack[top - 1] as Value;
          top++;
          break;

        // Imports and calls.
        case 0x93 /* STACK_GLOBAL */:
          {
            if (top - fence < 2) return this.leave(start, top, left, nodes).lacks(2, code);
            const name = stack[--top] as Value;
            const module = stack[top - 1] as Value;
            nodes++;
            if (typeof module === "string" && typeof name === "string") {
              stack[top - 1] = this.global(module, name, base + start);
              break;
            }
            const computed = this.computedGlobal(module, name, base + start);
            if (computed === undefined)
              return this.leave(at, top, left, nodes).failed(
                say("STACK_GLOBAL at byte {offset} takes {module} and {name} for names: the pickle is damaged.", {
                  offset: base + start,
                  module: kindName(module),
                  name: kindName(name),
                }),
                base + start,
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
            if (code === 0x69 && marks.length === 0) return this.leave(start, top, left, nodes).lacksMark(0, code);
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
            if (top - fence < 2) return this.leave(start, top, left, nodes).lacks(2, code);
            const args = stack[--top] as Value;
            const callable = stack[top - 1] as Value;
            nodes++;
            const wrong = cannotCall(callable, args, base + start);
            if (wrong !== undefined) return this.leave(at, top, left, nodes).failed(wrong, base + start);
            stack[top - 1] =
              code === 0x52
                ? reduce(callable, args, evaluation, base + start)
                : instance(callable, args, undefined, evaluation, base + start);
            if (evaluation.spent() > LIMITS.pickleNodes) {
              this.leave(at, top, left, nodes);
              return "slice";
            }
            break;
          }
        case 0x92 /* NEWOBJ_EX */:
          {
            if (top - fence < 3) return this.leave(start, top, left, nodes).lacks(3, code);
            const kwargs = stack[--top] as Value;
            const args = stack[--top] as Value;
            const callable = stack[top - 1] as Value;
            nodes++;
            const wrong = cannotCall(callable, args, base + start);
            if (wrong !== undefined) return this.leave(at, top, left, nodes).failed(wrong, base + start);
            stack[top - 1] = instance(callable, args, kwargs, evaluation, base + start);
            break;
          }
        case 0x6f /* OBJ */:
          {
            if (marks.length === 0) return this.leave(start, top, left, nodes).lacksMark(0, code);
            if (top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
            const mark = marks.pop() as number;
            fence = marks.length > 0 ? (marks[marks.length - 1] as number) : 0;
            const callable = stack[mark] as Value;
            const args = stack.slice(mark + 1, top);
            top = mark;
            nodes++;
            const wrong = cannotCall(callable, { kind: "list", type: "tuple", items: args }, base + start);
            if (wrong !== undefined) return this.leave(at, top, left, nodes).failed(wrong, base + start);
            stack[top++] = instantiate(callable, args, evaluation, base + start);
            break;
          }
        case 0x62 /* BUILD */:
          {
            if (top - fence < 2) return this.leave(start, top, left, nodes).lacks(2, code);
            const state = stack[--top] as Value;
            const wrong = build(stack[top - 1] as Value, state, evaluation, base + start);
            if (wrong !== undefined) return this.leave(at, top, left, nodes).failed(wrong, base + start);
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
          if (top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
          nodes++;
          // Whoever knows what the name means looks it up.
          noteKeys([stack[top - 1] as Value], evaluation, base + start);
          stack[top - 1] = evaluation.persistent(stack[top - 1] as Value, base + start);
          break;

        // Bytes.
        case 0x43 /* SHORT_BINBYTES */:
        case 0x42 /* BINBYTES */:
        case 0x8e /* BINBYTES8 */:
        case 0x96 /* BYTEARRAY8 */:
          {
            const prefix = code === 0x43 ? 1 : code === 0x42 ? 4 : 8;
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
          if (top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
          break;

        // Python 2 strings.
        case 0x55 /* SHORT_BINSTRING */:
        case 0x54 /* BINSTRING */:
          {
            const prefix = code === 0x55 ? 1 : 4;
            const length = prefix === 1 ? (bytes[at] as number) : int32(bytes, at);
            at += prefix;
            evaluation.traits.python2 = true;
            if (length < 0)
              return this.leave(at, top, left, nodes).failed(negativeLength(code, base + start), base + start);
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
            const value = this.lineValue(code, bytes, at, stop, base + start);
            at = stop + 1;
            if (value === undefined)
              return this.leave(at, top, left, nodes).failed(
                say("{opcode} at byte {offset} has an argument that is not valid: the pickle is damaged.", {
                  opcode: opcodeName(code),
                  offset: base + start,
                }),
                base + start,
              );
            stack[top++] = value;
            break;
          }

        // The stream.
        case 0x80 /* PROTO */:
          {
            const protocol = bytes[at++] as number;
            if (protocol > 5)
              return this.leave(at, top, left, nodes).failed(
                say("Pickle protocol {protocol} at byte {offset} is not known: 5 is the newest.", {
                  protocol,
                  offset: base + start,
                }),
                base + start,
              );
            if (protocol > this.protocol) this.protocol = protocol;
            break;
          }
        case 0x95 /* FRAME */:
          {
            const length = uint64(bytes, at);
            at += 8;
            this.frame(length, base + start, base + at);
            break;
          }
        case 0x2e /* STOP */:
          if (top === fence) return this.leave(start, top, left, nodes).lacks(1, code);
          if (this.problem === undefined) this.root = stack[top - 1] as Value;
          this.leave(at, top, left, nodes);
          return "end";
        default: {
          const hex = code.toString(16).padStart(2, "0");
          this.leave(start, top, left, nodes);
          this.failed(
            say("Byte {offset} is 0x{hex}, which is no pickle opcode: the pickle is damaged.", {
              offset: base + start,
              hex,
            }),
            base + start,
          );
          return "end";
        }
      }
    }
    // An opcode that needs more bytes runs again as a whole.
    this.leave(step === "array" ? at : start, top, left, nodes);
    return step;
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Pairs into an empty dict: arrays of the right size take a third of what arrays take that grow. */
function fillDict(target: Mutable<DictNode>, stack: readonly Value[], from: number, to: number): void {
  const count = (to - from) >> 1;
  const keys = Array<Value>(count);
  const values = Array<Value>(count);
  for (let k = 0; k < count; k++) {
    keys[k] = stack[from + 2 * k] as Value;
    values[k] = stack[from + 2 * k + 1] as Value;
  }
  target.keys = keys;
  target.values = values;
}

function negativeLength(code: number, offset: number): Sentence {
  return say("{opcode} at byte {offset} has a negative length: the pickle is damaged.", {
    opcode: opcodeName(code),
    offset,
  });
}
