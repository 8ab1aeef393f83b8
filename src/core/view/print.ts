import { pythonBytes } from "../model/python-text.ts";
import {
  type BytesNode,
  type DictNode,
  isNode,
  type ListNode,
  type Node,
  type ObjectNode,
  type TensorNode,
  type Value,
} from "../model/value.ts";

import { HeldBytes } from "../formats/pickle/held-bytes.ts";
import { classOf, dataArguments, isReconstructed } from "../meaning/anatomy.ts";
import { madeClass } from "../meaning/python/made-class.ts";
import { objectPieces } from "../meaning/python/single.ts";

/** Python's text of a float64: shortest digits that read back, `1.0`, `1e-05`, `1e+16`, `-0.0`, `nan`, `inf`. */
export function printFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  if (Object.is(value, -0)) return "-0.0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = "", exponent = "0"] = value.toExponential().split("e");
    const sign = exponent.startsWith("-") ? "-" : "+";
    return `${digits}e${sign}${exponent.replace(/^[+-]/, "").padStart(2, "0")}`;
  }
  const text = String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** A string between single quotes as Python prints it; line breaks and control characters are escaped. */
export function printText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === "\\" || char === quote) out += `\\${char}`;
    else if (char === "\n") out += "\\n";
    else if (char === "\r") out += "\\r";
    else if (char === "\t") out += "\\t";
    else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) out += `\\x${code.toString(16).padStart(2, "0")}`;
    else if (isInvisible(code))
      out += code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
    else out += char;
  }
  return out + quote;
}

/** Direction marks, zero-width characters, separators and lone surrogates: what could make a name look like another. */
function isInvisible(code: number): boolean {
  return (
    code === 0xad ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code === 0xfeff ||
    (code >= 0xe0000 && code <= 0xe007f)
  );
}

/** What is being printed: how much room is left, and which nodes are open (for cycles). */
interface Printer {
  out: string[];
  room: number;
  readonly open: Set<Node>;
  depth: number;
}

const MAX_DEPTH = 40;
const CUT = "…";

function put(printer: Printer, text: string): boolean {
  if (printer.room <= 0) return false;
  if (text.length > printer.room) {
    printer.out.push(text.slice(0, Math.max(0, printer.room)), CUT);
    printer.room = 0;
    return false;
  }
  printer.out.push(text);
  printer.room -= text.length;
  return true;
}

/**
 * One-line text of a value in Python's notation, at most `maxLength` characters and then "…". Objects print as
 * `Class(...)` with what would be given to the class; cycles as `<cycle>`. Bounded whatever the value.
 */
export function printValue(value: Value | undefined, maxLength: number): string {
  if (value === undefined) return "";
  const printer: Printer = { out: [], room: maxLength, open: new Set(), depth: 0 };
  print(printer, value);
  return printer.out.join("");
}

function print(printer: Printer, value: Value): void {
  if (printer.room <= 0) return;
  if (!isNode(value)) {
    put(printer, printPrimitive(value, printer.room));
    return;
  }
  if (printer.open.has(value)) {
    put(printer, "<cycle>");
    return;
  }
  if (printer.depth >= MAX_DEPTH) {
    put(printer, CUT);
    return;
  }
  printer.open.add(value);
  printer.depth += 1;
  printNode(printer, value);
  printer.depth -= 1;
  printer.open.delete(value);
}

function printPrimitive(value: null | boolean | bigint | number | string, room: number): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return printFloat(value);
  if (typeof value === "bigint") return printInteger(value);
  // Only what can be seen is escaped: a text of megabytes costs no more than its first line.
  return value.length > room ? printText(value.slice(0, room)).slice(0, -1) + CUT : printText(value);
}

/** Turning a huge integer to decimal is quadratic: beyond 4,096 bits the number of bits is told instead. */
function printInteger(value: bigint): string {
  const hex = (value < 0n ? -value : value).toString(16);
  return hex.length > 1024 ? `<int of ${hex.length * 4} bits>` : String(value);
}

function printNode(printer: Printer, node: Node): void {
  switch (node.kind) {
    case "float":
      put(printer, `nan:0x${node.bits.toString(16).padStart(16, "0")}`);
      return;
    case "decimal":
      put(printer, node.text);
      return;
    case "bytes":
      put(
        printer,
        shortBytes(node) ?? `<${node.type === "str8" ? "Python 2 str" : node.type} of ${node.data.size} bytes>`,
      );
      return;
    case "list":
      printList(printer, node);
      return;
    case "dict":
      printDict(printer, node);
      return;
    case "scalar":
      put(printer, node.text ?? `<${node.tensor.dtype.name} scalar>`);
      return;
    case "tensor":
      put(printer, describeTensor(node));
      return;
    case "global":
      put(printer, `${node.module}.${node.name}`);
      return;
    case "object":
      printObject(printer, node);
      return;
    case "persistent":
      put(printer, "<persistent ");
      print(printer, node.id);
      put(printer, ">");
      return;
    case "unread":
      put(printer, `<not read: ${node.why}>`);
  }
}

/** Bytes that are at hand and short enough for a line, as Python prints them. */
function shortBytes({ type, data }: BytesNode): string | undefined {
  if (!(data instanceof HeldBytes) || data.size > SHORT_BYTES || type === "str8") return undefined;
  const text = pythonBytes(data.bytes);
  return type === "bytes" ? text : `bytearray(${text})`;
}

const SHORT_BYTES = 64;

const BRACKETS = { list: ["[", "]"], tuple: ["(", ")"], set: ["{", "}"], frozenset: ["frozenset({", "})"] } as const;

function printList(printer: Printer, node: ListNode): void {
  if (node.type === "set" && node.items.length === 0) {
    put(printer, "set()");
    return;
  }
  const [open, close] = BRACKETS[node.type];
  put(printer, open);
  for (const [index, item] of node.items.entries()) {
    if (index > 0 && !put(printer, ", ")) return;
    print(printer, item);
    if (printer.room <= 0) return;
  }
  put(printer, node.type === "tuple" && node.items.length === 1 ? ",)" : close);
}

function printDict(printer: Printer, node: DictNode): void {
  put(printer, "{");
  for (const [index, key] of node.keys.entries()) {
    if (index > 0 && !put(printer, ", ")) return;
    print(printer, key);
    put(printer, ": ");
    print(printer, node.values[index] ?? null);
    if (printer.room <= 0) return;
  }
  put(printer, "}");
}

/** `numpy.ndarray float64 [1, 12]`. */
export function describeTensor(node: TensorNode): string {
  return `<${node.className === "list" ? "numbers" : node.className} ${node.tensor.dtype.name} [${node.tensor.shape.join(", ")}]>`;
}

function printObject(printer: Printer, node: ObjectNode): void {
  const pieces = objectPieces(node);
  if (pieces !== undefined) {
    for (const piece of pieces) {
      if (printer.room <= 0) return;
      if (typeof piece === "string") put(printer, piece);
      else print(printer, piece.value);
    }
    return;
  }
  const { callable } = node;
  const made = madeClass(callable);
  const isMade = isReconstructed(node);
  if (isMade) put(printer, classOf(node).name);
  else if (isNode(callable) && callable.kind === "global") put(printer, callable.name);
  else if (made !== undefined) put(printer, made.name);
  else print(printer, callable);
  put(printer, "(");
  let first = true;
  const separate = (): void => {
    if (!first) put(printer, ", ");
    first = false;
  };
  for (const [at, argument] of (isMade ? dataArguments(node) : node.args).entries()) {
    separate();
    if (made?.fields?.[at] !== undefined) put(printer, `${made.fields[at]}=`);
    print(printer, argument);
    if (printer.room <= 0) return;
  }
  if (node.kwargs !== undefined) {
    for (const [index, key] of node.kwargs.keys.entries()) {
      separate();
      put(printer, `${typeof key === "string" ? key : printValue(key, 40)}=`);
      print(printer, node.kwargs.values[index] ?? null);
      if (printer.room <= 0) return;
    }
  }
  if (node.state !== undefined) {
    separate();
    put(printer, "state=");
    print(printer, node.state);
  }
  if (node.items !== undefined) {
    separate();
    print(printer, { kind: "list", type: "list", items: node.items });
  }
  if (node.entries !== undefined) {
    separate();
    print(printer, node.entries);
  }
  put(printer, ")");
}
