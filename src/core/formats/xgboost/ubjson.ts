import { ForwardReader } from "../../bytes/forward.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded, truncated } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import type { DictNode, ListNode, TensorNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";

// Universal Binary JSON, draft 12: one letter, then what it says. Integers and floats are big-endian.
//   Z null   T F   i int8  U uint8  I int16  l int32  L int64  d float32  D float64  H digits  C character  S text  N nothing
//   [ ... ]   { key value ... }   a key is a text without its letter
//   [ $ type # count   elements without letters: an array of numbers lies in the file as it is
//   https://ubjson.org/type-reference/ · https://ubjson.org/type-reference/container-types/

/** Letters of numbers that have a fixed size, as element types. */
const NUMBERS: ReadonlyMap<string, ScalarName> = new Map([
  ["i", "int8"],
  ["U", "uint8"],
  ["I", "int16"],
  ["l", "int32"],
  ["L", "int64"],
  ["d", "float32"],
  ["D", "float64"],
]);

/** Types whose elements take no bytes at all in a typed container: a count alone could ask for any number of them. */
const EMPTY_TYPES = "ZTFN";

/** What is open: a container, its counted rest (-1: up to its bracket) and the type of its elements. */
interface Frame {
  readonly node: ListNode | DictNode;
  left: number;
  readonly type: string;
}

/**
 * The value that a text of UBJSON is. Typed arrays of numbers are tensors over the file, not read; what was made is there
 * (`root`) even when reading throws half-way.
 */
export class UbjsonReader {
  root: Value | undefined;
  private readonly source: ByteSource;
  private readonly reader: ForwardReader;
  private readonly open: Frame[] = [];
  private readonly keys = new Map<string, string>();
  private values = 0;

  constructor(source: ByteSource) {
    this.source = source;
    this.reader = new ForwardReader(source);
  }

  /** Throws `truncated`, `corrupt`, `limit`. */
  async read(work: Work): Promise<void> {
    await this.value("");
    while (this.open.length > 0) {
      if (work.isDue()) {
        await work.checkpoint();
        work.report({ stage: "reading", done: this.offset, total: this.source.size, unit: "bytes" });
      }
      await this.step();
    }
  }

  /** Behind what was read so far. */
  get offset(): number {
    return this.reader.offset;
  }

  /** The next element of the innermost container, or its end. */
  private async step(): Promise<void> {
    const frame = this.open.at(-1);
    if (frame === undefined) return;
    if (frame.left === 0) {
      this.open.pop();
      return;
    }
    const isDict = frame.node.kind === "dict";
    if (frame.left < 0) {
      const letter = await this.peekLetter();
      if (letter === (isDict ? "}" : "]")) {
        this.reader.skip(1);
        this.open.pop();
        return;
      }
    } else frame.left--;
    if (frame.node.kind === "dict") frame.node.keys.push(await this.key());
    await this.value(frame.type);
  }

  /** Reads a value of the given type, or of the one that its letter says. */
  private async value(type: string): Promise<void> {
    const start = this.offset;
    const letter = type === "" ? await this.letter() : type;
    const scalar = NUMBERS.get(letter);
    if (scalar !== undefined) return this.place(await this.number(scalar));
    switch (letter) {
      case "Z":
        return this.place(null);
      case "T":
      case "F":
        return this.place(letter === "T");
      case "S":
        return this.place(await this.text(await this.length()));
      case "C":
        return this.place(await this.text(1));
      case "H":
        return this.place(await this.digits(start));
      case "[":
      case "{":
        return this.container(letter, start);
      default:
        throw corrupt(`${this.source.name}: ${quoted(letter)} at byte ${start} is no type of UBJSON`, start);
    }
  }

  private async container(letter: string, start: number): Promise<void> {
    if (this.open.length >= LIMITS.valueDepth)
      throw limitExceeded(
        `${this.source.name}: nesting at byte ${start}`,
        this.open.length + 1,
        LIMITS.valueDepth,
        start,
      );
    let type = "";
    if ((await this.peekLetter()) === "$") {
      this.reader.skip(1);
      type = await this.letter();
      if ((await this.peekLetter()) !== "#")
        throw corrupt(`${this.source.name}: a typed container at byte ${start} has no count`, start);
    }
    let left = -1;
    if ((await this.peekLetter()) === "#") {
      this.reader.skip(1);
      left = await this.length();
    }
    const scalar = NUMBERS.get(type);
    if (letter === "[" && scalar !== undefined) return this.tensor(scalar, left, start);
    // Everything else takes a byte at least.
    const room = EMPTY_TYPES.includes(type) && type !== "" ? 0 : this.source.size - this.offset;
    if (left > room) throw truncated(`${this.source.name}: ${left} values`, this.offset, left, room);
    const node: ListNode | DictNode =
      letter === "[" ? { kind: "list", type: "list", items: [] } : { kind: "dict", keys: [], values: [] };
    this.place(node);
    this.open.push({ node, left, type });
  }

  private tensor(scalar: ScalarName, count: number, start: number): void {
    const dtype = scalarDType(scalar, true);
    const size = count * dtype.itemSize;
    const offset = this.offset;
    if (offset + size > this.source.size)
      throw truncated(`${this.source.name}: an array of ${count} ${scalar}`, offset, size, this.source.size - offset);
    const node: TensorNode = {
      kind: "tensor",
      className: "list",
      tensor: { dtype, shape: [count], order: "C", offset, data: this.source },
      offset: start,
    };
    // A tensor takes several times what a plain value takes.
    this.count(8);
    this.place(node);
    this.reader.skip(size);
  }

  private place(value: Value): void {
    this.count(1);
    const node = this.open.at(-1)?.node;
    if (node === undefined) this.root = value;
    else if (node.kind === "dict") node.values.push(value);
    else node.items.push(value);
  }

  private count(cost: number): void {
    this.values += cost;
    if (this.values > LIMITS.ubjsonValues)
      throw limitExceeded(`${this.source.name}: values`, this.values, LIMITS.ubjsonValues, this.offset);
  }

  /** Integers of any size are integers; a float32 keeps its bits as a scalar. */
  private async number(scalar: ScalarName): Promise<Value> {
    const dtype = scalarDType(scalar, true);
    const { offset } = this;
    const view = await this.reader.view(dtype.itemSize);
    if (scalar === "int8") return BigInt(view.getInt8(0));
    if (scalar === "uint8") return BigInt(view.getUint8(0));
    if (scalar === "int16") return BigInt(view.getInt16(0));
    if (scalar === "int32") return BigInt(view.getInt32(0));
    if (scalar === "int64") return view.getBigInt64(0);
    return {
      kind: "scalar",
      tensor: { dtype, shape: [], order: "C", offset, data: this.source },
    };
  }

  private async digits(start: number): Promise<Value> {
    const text = await this.text(await this.length());
    if (!/^-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text))
      throw corrupt(`${this.source.name}: ${quoted(text)} at byte ${start} is no number`, start);
    if (/^-?\d+$/.test(text) && text.length <= LIMITS.integerDigits) return BigInt(text);
    return { kind: "decimal", text, nearest: Number(text), offset: start };
  }

  /** A key, as one text however often it occurs. */
  private async key(): Promise<string> {
    const text = await this.text(await this.length());
    const known = this.keys.get(text);
    if (known !== undefined) return known;
    this.keys.set(text, text);
    this.count(1);
    return text;
  }

  /** A length or a count: an integer with its letter. */
  private async length(): Promise<number> {
    const start = this.offset;
    const scalar = NUMBERS.get(await this.letter());
    const value = scalar === undefined ? undefined : await this.number(scalar);
    if (typeof value !== "bigint") throw corrupt(`${this.source.name}: a length at byte ${start} is no integer`, start);
    if (value < 0n || value > BigInt(this.source.size))
      throw corrupt(`${this.source.name}: a length of ${value} at byte ${start}, of ${this.source.size} bytes`, start);
    return Number(value);
  }

  private async text(length: number): Promise<string> {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await this.reader.take(length));
  }

  private async letter(): Promise<string> {
    const letter = await this.peekLetter();
    this.reader.skip(1);
    return letter;
  }

  /** The next letter that says something. */
  private async peekLetter(): Promise<string> {
    for (;;) {
      const letter = String.fromCharCode(await this.reader.peek());
      if (letter !== "N") return letter;
      this.reader.skip(1);
    }
  }
}

/** Closes what an error left open: a key without its value gets an unread one. */
export function closeUbjson(root: Value | undefined, offset: number): void {
  const open: Value[] = root === undefined ? [] : [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (value.kind === "list") open.push(...value.items.slice(-1));
    if (value.kind !== "dict") continue;
    if (value.keys.length > value.values.length)
      value.values.push({ kind: "unread", why: "the file ends here", offset });
    else open.push(...value.values.slice(-1));
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
