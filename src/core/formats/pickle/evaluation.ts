import { append } from "../../append.ts";
import type { ByteSource } from "../../bytes/source.ts";
import type { RuleId, Severity } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { DType } from "../../model/dtype.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import {
  type GlobalNode,
  isNode,
  type Node,
  type ObjectNode,
  type PersistentNode,
  type UnreadNode,
  type Value,
} from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { Attribute } from "./attributes.ts";
import type { Made } from "./by-value.ts";
import type { ImportLog } from "./imports.ts";
import type { MadeClass } from "./made-classes.ts";
import { keepableAs } from "./keepable.ts";
import { Namespaces } from "./namespaces.ts";

/** Something worth saying that does not stop the reading. */
export interface Note {
  readonly rule: RuleId;
  readonly severity: Severity;
  readonly sentence: Sentence;
  readonly offset: number;
}

/** An array whose bytes follow in the stream, taken out of it. */
export interface TakenArray {
  readonly value: Value;
  /** Where the next opcode is. */
  readonly end: number;
  /** Why not all of it is there; reading stops after it. */
  readonly problem?: {
    readonly rule: "integrity/truncated" | "integrity/corrupt" | "integrity/limit";
    readonly sentence: Sentence;
    readonly offset: number;
    readonly needed?: number;
    readonly available?: number;
  };
}

/** Where an array's bytes lie between the opcodes of a stream. */
export interface InlineRange {
  readonly start: number;
  readonly end: number;
  readonly value: Value;
}

/** Bytes that are, or may be, a pickle of their own. */
export interface NestedPickle {
  readonly data: ByteSource;
  /** The call or array that they belong to, in the file's stream. */
  readonly offset: number;
  /**
   * `call`: loading unpickles them on the way. `array`: an array's bytes in a joblib stream that a plain unpickler,
   * which knows of no arrays, would run as opcodes. `numba`: loading calls a method of the first value in it.
   */
  readonly from: "call" | "array" | "numba";
}

/**
 * How a stream that is not all opcodes is read on: joblib writes an array's bytes right after the object that stands
 * for it.
 */
export interface InlineArrays {
  /** True for an object whose bytes follow, now that it has its state. */
  isFollowed(node: ObjectNode): boolean;
  /** True for one whose array is in another file: then the next opcode follows at once. */
  isElsewhere(node: ObjectNode): boolean;
  /**
   * Takes the array out of the stream at `position`. `firstByte` is the byte there when it is at hand, so that most
   * arrays need no wait.
   */
  take(
    node: ObjectNode,
    source: ByteSource,
    position: number,
    firstByte: number | undefined,
    evaluation: Evaluation,
    work: Work,
  ): TakenArray | Promise<TakenArray>;
}

/** Attributes of an object that are not worth a look at whether others have the same. */
const SMALL_STATE = 16;
/** What is made of one attribute, in nodes: a row with its address and role, each time an object is looked at. */
const ATTRIBUTE_COST = 4;

/** What the streams of one file have in common while they are evaluated. */
export class Evaluation {
  /** numpy.dtype objects and what they are. */
  readonly dtypes = new Map<Node, DType>();
  readonly notes: Note[] = [];
  /** Calls of `getattr` whose result is known by name. */
  readonly attributes = new Map<ObjectNode, Attribute>();
  /** What the file makes that could run or reach something later on: functions by value, getters. */
  readonly made = new Map<Node, Made>();
  /** Classes by value. */
  readonly classes = new Map<Node, MadeClass>();
  /** There is one whose instances run code of its own as keys. */
  hashesOwn = false;
  /** Classes of the module `types` that cloudpickle and dill give by their name. */
  readonly types = new Map<Node, GlobalNode>();
  /** Names of modules that functions by value bring along. */
  readonly namespaces = new Namespaces();
  /** Pickles within the file's values or arrays, still to be looked into. */
  readonly nested: NestedPickle[] = [];
  /** Arrays that lie between the opcodes, in the order of the stream. */
  readonly inlined: InlineRange[] = [];
  /** What the file names by persistent ids, in the order of the file. */
  readonly persistentNodes: PersistentNode[] = [];
  readonly traits = {
    /** Opcodes that only Python 2 writes were seen. */
    python2: false,
    persistent: 0,
    outOfBand: 0,
    wrappedArrays: 0,
    /** Names of files that hold the arrays of a joblib before 0.10. */
    sideCars: [] as string[],
  };
  /** After damage only imports count: nothing else that is seen then would happen. */
  isScanning = false;
  /** Set by BUILD when the array's bytes follow in the stream. */
  pendingArray: ObjectNode | undefined;
  readonly imports: ImportLog;
  readonly inline: InlineArrays | undefined;
  private readonly counts = new Map<RuleId, number>();
  private readonly states = new Set<Node>();
  private cost = 0;
  private plainBytes = 0;
  private lastPlain: Uint8Array | undefined;

  constructor(imports: ImportLog, inline?: InlineArrays) {
    this.imports = imports;
    this.inline = inline;
  }

  /** An import: the node that stands for it in the graph. */
  imported(module: string, name: string, offset: number): GlobalNode {
    const node = this.imports.global(module, name, offset);
    const names = keepableAs(module, name);
    if (names === undefined || this.isScanning) return node;
    this.namespaces.mayHold(node, names);
    this.imports.heldBy(this.namespaces, node, node);
    return node;
  }

  /** For what is made without an opcode of its own, in nodes: copies that a short file can ask for many times. */
  spend(nodes: number): void {
    this.cost += nodes;
  }

  /** Each object has the attributes of its state: one large state of many objects is as many attributes of each. */
  hasState(state: Value): void {
    if (!isNode(state) || (state.kind !== "dict" && state.kind !== "list")) return;
    // A dict, or one and another of slots.
    const parts = state.kind === "dict" ? [state] : state.items.length === 2 ? state.items : [];
    for (const part of parts) {
      if (!isNode(part) || part.kind !== "dict" || part.keys.length <= SMALL_STATE) continue;
      if (this.states.has(part)) this.spend(part.keys.length * ATTRIBUTE_COST);
      this.states.add(part);
    }
  }

  /** Something was made that a call may run when it is handed to it. */
  hasMade(): boolean {
    return this.made.size > 0 || this.attributes.size > 0 || this.types.size > 0;
  }

  spent(): number {
    return this.cost;
  }

  /** Bytes of the file that stay in memory for values that are not made: false when that would be too many in all. */
  holdPlain(bytes: Uint8Array): boolean {
    if (bytes === this.lastPlain) return true;
    if (this.plainBytes + bytes.length > LIMITS.plainPickleBytes) return false;
    this.plainBytes += bytes.length;
    this.lastPlain = bytes;
    return true;
  }

  note(rule: RuleId, severity: Severity, sentence: Sentence, offset: number): void {
    if (this.isScanning) return;
    const count = (this.counts.get(rule) ?? 0) + 1;
    this.counts.set(rule, count);
    if (count <= LIMITS.findingsPerRule) this.notes.push({ rule, severity, sentence, offset });
  }

  /** Takes over what a nested stream's evaluation found. */
  absorb(inner: Evaluation): void {
    this.cost += inner.cost;
    this.traits.python2 ||= inner.traits.python2;
    this.traits.persistent += inner.traits.persistent;
    this.traits.outOfBand += inner.traits.outOfBand;
    append(this.nested, inner.nested);
    for (const { rule, severity, sentence, offset } of inner.notes) this.note(rule, severity, sentence, offset);
  }

  /** How many notes of each rule are not listed. */
  unlisted(): [RuleId, number][] {
    return [...this.counts]
      .map(([rule, count]): [RuleId, number] => [rule, count - LIMITS.findingsPerRule])
      .filter(([, count]) => count > 0);
  }

  persistent(id: Value, offset: number): PersistentNode {
    const node: PersistentNode = { kind: "persistent", id, offset };
    if (!this.isScanning) {
      this.traits.persistent++;
      this.persistentNodes.push(node);
    }
    return node;
  }

  outOfBand(offset: number): UnreadNode {
    if (this.traits.outOfBand++ === 0)
      this.note(
        "integrity/not-read",
        "warning",
        say(
          "The buffer at byte {offset} is not in this file: it was written with out-of-band buffers (protocol 5), which are kept elsewhere.",
          { offset },
        ),
        offset,
      );
    return { kind: "unread", why: "out-of-band buffer", offset };
  }
}
