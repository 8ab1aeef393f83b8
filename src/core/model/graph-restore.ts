import type { ByteSource } from "../bytes/source.ts";
import { corrupt } from "../errors.ts";
import type { Work } from "../work.ts";
import type { Atom, GraphRecord, NodeRef } from "./graph-records.ts";
import { elementCount, type TensorRef } from "./tensor.ts";
import {
  type BytesNode,
  type DictNode,
  isNode,
  type ListNode,
  type Node,
  type ObjectNode,
  type UnreadNode,
  type Value,
} from "./value.ts";

/** What a reader gives for the atoms that its writer's `Placement` made. They throw ArtifactError for what is not there. */
export interface Payloads {
  tensor(atom: Atom): TensorRef;
  bytes(atom: Atom): ByteSource;
}

/** The table as a reader has it; a record is made when its turn comes, as there may be millions. */
export interface Records {
  readonly length: number;
  /** Undefined for what is no list that begins with a kind. */
  record(index: number): GraphRecord | undefined;
  /** Where a record lies in the file that is read, for nodes that name a place. */
  offset(index: number): number;
}

/** A record that says nothing sensible: its node is an `unread` one that says why. */
export interface RecordProblem {
  readonly record: number;
  readonly message: string;
}

export interface RestoredGraph {
  readonly nodes: readonly Node[];
  readonly problems: readonly RecordProblem[];
  /** The value of an atom that stands outside of the table. Throws `corrupt` for a reference to nowhere. */
  value(atom: Atom | undefined): Value;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** Puts the children into a node that exists already: only so can a cycle be closed. */
type Fill = () => void;

const TEXTUAL = ["bytes", "bytearray", "str8"] as const;
const LISTS = ["list", "tuple", "set", "frozenset"] as const;

/** How many problems are told one by one. */
const PROBLEMS_TOLD = 100;

/**
 * The value graph of a table of records: first every node, empty, then their children, so that references may point
 * forwards, backwards and to themselves. A hostile table costs what its own length costs.
 */
export async function restoreGraph(records: Records, payloads: Payloads, work: Work): Promise<RestoredGraph> {
  const problems: RecordProblem[] = [];
  const nodes: Node[] = [];
  const fills: (Fill | undefined)[] = [];
  const value = (atom: Atom | undefined): Value => {
    if (atom === undefined) throw corrupt("a value is missing");
    if (typeof atom !== "object" || atom === null) return atom;
    if (!isNodeRef(atom)) throw corrupt("expected a value, found a list or bytes");
    const node = nodes[atom.ref];
    if (node === undefined) throw corrupt(`there is no record ${atom.ref}: the table has ${nodes.length}`);
    return node;
  };
  const reader = new RecordReader(payloads, value);
  let further: UnreadNode | undefined;
  const fail = (index: number, message: string): UnreadNode => {
    const offset = records.offset(index);
    // Millions of records may be wrong: what is not told needs no node of its own.
    if (problems.length === PROBLEMS_TOLD)
      return (further ??= { kind: "unread", why: "one more record that cannot be read", offset });
    problems.push({ record: index, message });
    return { kind: "unread", why: message, offset };
  };
  for (let index = 0; index < records.length; index++) {
    if (work.isDue()) await work.checkpoint();
    const record = records.record(index);
    if (record === undefined) {
      nodes.push(fail(index, "the record is not a list that begins with a kind"));
      fills.push(undefined);
      continue;
    }
    try {
      const made = reader.make(record, records.offset(index));
      nodes.push(made.node);
      fills.push(made.fill);
    } catch (error) {
      nodes.push(fail(index, messageOf(error)));
      fills.push(undefined);
    }
  }
  for (const [index, fill] of fills.entries()) {
    if (work.isDue()) await work.checkpoint();
    try {
      fill?.();
    } catch (error) {
      // The node is known to others by now: it stays, with what it has.
      fail(index, messageOf(error));
    }
  }
  return { nodes, problems, value };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isNodeRef(atom: Atom): atom is NodeRef {
  return typeof atom === "object" && atom !== null && "ref" in atom;
}

interface Made {
  readonly node: Node;
  readonly fill?: Fill;
}

class RecordReader {
  readonly #payloads: Payloads;
  readonly #value: (atom: Atom | undefined) => Value;

  constructor(payloads: Payloads, value: (atom: Atom | undefined) => Value) {
    this.#payloads = payloads;
    this.#value = value;
  }

  make(record: GraphRecord, offset: number): Made {
    const [kind, first, second, third] = record;
    const list = LISTS.find((type) => type === kind);
    if (list !== undefined) return this.#list(list, first);
    const bytes = TEXTUAL.find((type) => type === kind);
    if (bytes !== undefined) return { node: this.#bytes(bytes, first) };
    switch (kind) {
      case "float":
        return { node: { kind: "float", bits: bitsOf(first) } };
      case "decimal":
        return { node: { kind: "decimal", ...decimal(first, second), offset } };
      case "dict":
        return this.#dict(first);
      case "scalar":
        return { node: { kind: "scalar", tensor: this.#payloads.tensor(atomOf(first)) } };
      case "tensor":
        return this.#tensor(this.#payloads.tensor(atomOf(first)), textOf(second, "class name"), third, offset);
      case "global":
        return {
          node: { kind: "global", module: textOf(first, "module"), name: textOf(second, "name"), offset },
        };
      case "object":
        return this.#object(record, offset);
      case "persistent": {
        const node: Mutable<Extract<Node, { kind: "persistent" }>> = { kind: "persistent", id: null, offset };
        return { node, fill: () => void (node.id = this.#value(first)) };
      }
      case "unread":
        return { node: { kind: "unread", why: textOf(first, "reason"), offset } };
      default:
        throw corrupt(`a record of kind ${JSON.stringify(kind)} is not known`);
    }
  }

  #bytes(type: BytesNode["type"], atom: Atom | undefined): BytesNode {
    return { kind: "bytes", type, data: this.#payloads.bytes(atomOf(atom)) };
  }

  #list(type: ListNode["type"], atom: Atom | undefined): Made {
    const items: Value[] = [];
    return { node: { kind: "list", type, items }, fill: () => this.#into(items, atom) };
  }

  #dict(atom: Atom | undefined): Made {
    const node: DictNode = { kind: "dict", keys: [], values: [] };
    const fill = (): void => {
      const pairs = listOf(atom, "pairs");
      if (pairs.length % 2 !== 0) throw corrupt(`a dict has ${pairs.length} keys and values: one is missing`);
      for (let at = 0; at < pairs.length; at += 2) {
        const [key, value] = [this.#value(pairs[at]), this.#value(pairs[at + 1])];
        node.keys.push(key);
        node.values.push(value);
      }
    };
    return { node, fill };
  }

  #tensor(tensor: TensorRef, className: string, atom: Atom | undefined, offset: number): Made {
    if (atom === undefined) return { node: { kind: "tensor", tensor, className, offset } };
    const expected = elementCount(tensor.shape, "object array");
    const found = listOf(atom, "objects").length;
    if (found !== expected)
      throw corrupt(`an object array of shape [${tensor.shape.join(", ")}] has ${found} elements, not ${expected}`);
    const objects: Value[] = [];
    return { node: { kind: "tensor", tensor, className, objects, offset }, fill: () => this.#into(objects, atom) };
  }

  #object(record: GraphRecord, offset: number): Made {
    const [, how, callable, args, ...parts] = record;
    if (how !== "new" && how !== "call") throw corrupt('an object is made neither by "new" nor by "call"');
    const node: Mutable<ObjectNode> = { kind: "object", callable: null, how, args: [], offset };
    const fill = (): void => {
      node.callable = this.#value(callable);
      node.args = listOf(args, "arguments").map(this.#value);
      for (let at = 0; at < parts.length; at += 2) this.#part(node, parts[at], parts[at + 1]);
    };
    return { node, fill };
  }

  #part(node: ObjectNode, name: Atom | undefined, atom: Atom | undefined): void {
    if (name === "kwargs") node.kwargs = this.#dictNode(atom);
    else if (name === "entries") node.entries = this.#dictNode(atom);
    else if (name === "state") node.state = this.#value(atom);
    else if (name === "moreStates") node.moreStates = listOf(atom, "states").map(this.#value);
    else if (name === "items") node.items = listOf(atom, "items").map(this.#value);
    else throw corrupt(`an object has no part ${typeof name === "string" ? JSON.stringify(name) : "without a name"}`);
  }

  #dictNode(atom: Atom | undefined): DictNode {
    const value = this.#value(atom);
    if (!isNode(value) || value.kind !== "dict") throw corrupt("expected a dict");
    return value;
  }

  #into(target: Value[], atom: Atom | undefined): void {
    for (const item of listOf(atom, "items")) target.push(this.#value(item));
  }
}

function atomOf(atom: Atom | undefined): Atom {
  if (atom === undefined) throw corrupt("a field of the record is missing");
  return atom;
}

function textOf(atom: Atom | undefined, what: string): string {
  if (typeof atom !== "string") throw corrupt(`expected the ${what} as text`);
  return atom;
}

function listOf(atom: Atom | undefined, what: string): readonly Atom[] {
  if (!Array.isArray(atom)) throw corrupt(`expected a list of ${what}`);
  return atom as readonly Atom[];
}

function bitsOf(atom: Atom | undefined): bigint {
  if (typeof atom !== "bigint" || atom < 0n || atom >= 1n << 64n) throw corrupt("expected the 64 bits of a float");
  return atom;
}

function decimal(text: Atom | undefined, nearest: Atom | undefined): { text: string; nearest: number } {
  const digits = textOf(text, "number");
  if (nearest === undefined) return { text: digits, nearest: Number(digits) };
  if (typeof nearest !== "number") throw corrupt("expected the number nearest to a decimal text");
  return { text: digits, nearest };
}
