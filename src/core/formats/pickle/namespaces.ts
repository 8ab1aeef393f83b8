import { type DictNode, isNode, type Node, type Value } from "../../model/value.ts";

/** Names that something has in the namespace where it is at home. */
type Names = readonly string[];

/** Words of code that are kept. */
const WORDS = 100_000;
/** Values that calls are seen to be given, or that sets in namespaces have, in all, and how deep they lie in lists and dicts. */
const VALUES = 4_000_000;
const DEPTH = 4;

/**
 * dill writes a function together with all names of its module: other modules, `__builtins__`, functions that compile. To have
 * them there is not to use them. What would be dangerous anywhere else is excused where it is seen in such a namespace and
 * nowhere else: under its own name, which no code of the file uses, and given to nothing that loading calls.
 */
export class Namespaces {
  private readonly names = new Map<Node, Names>();
  private readonly dicts = new Set<DictNode>();
  private readonly given = new Set<Node>();
  private readonly words = new Set<string>();
  /** Values that were looked at; behind more, anything may be used. */
  private looked = 0;
  private isTooMuch = false;

  /** Something that is excused where a namespace has it, under one of `names`. */
  mayHold(node: Node, names: Names): void {
    this.names.set(node, names);
  }

  /** There is nothing that a namespace would excuse. */
  get isEmpty(): boolean {
    return this.names.size === 0;
  }

  /** A function that the file makes has its names in `value`. */
  isNamespace(value: Value | undefined): void {
    if (isNode(value) && value.kind === "dict") this.dicts.add(value);
  }

  /** A name or text of a code object. */
  usesWord(word: string): void {
    if (this.words.size < WORDS) this.words.add(word);
  }

  /** Loading gives these to something that may use them. */
  gives(values: readonly Value[]): void {
    if (this.names.size === 0 || this.isTooMuch) return;
    let level = values;
    for (let depth = 0; depth < DEPTH && level.length > 0; depth++) {
      const next: Value[] = [];
      for (const value of level) {
        if (!isNode(value)) continue;
        if (this.names.has(value)) this.given.add(value);
        if (value.kind !== "list" && value.kind !== "dict") continue;
        const inner = value.kind === "list" ? value.items : value.values;
        this.looked += inner.length;
        this.isTooMuch ||= this.looked > VALUES;
        if (this.isTooMuch) return;
        for (const each of inner) next.push(each);
      }
      level = next;
    }
  }

  /** Code may use it by that name. All code has Python's own functions: what it may not use of them is told of with the code. */
  private uses(name: string, node: Node): boolean {
    const isBuiltin = node.kind === "global" && /^(?:builtins|__builtin__)$/.test(node.module);
    return !isBuiltin && this.words.has(name);
  }

  /** What is excused, once all of the stream was read. */
  held(): ReadonlySet<Node> {
    const held = new Set<Node>();
    if (this.isTooMuch || this.words.size >= WORDS) return held;
    const used = new Set(this.given);
    let looked = 0;
    for (const { keys, values } of this.dicts)
      for (const [i, value] of values.entries()) {
        const key = keys[i];
        const isSet = isNode(value) && value.kind === "list" && (value.type === "frozenset" || value.type === "set");
        // `dataclasses` has a set of types that it does not copy.
        looked += isSet ? value.items.length : 0;
        if (looked > VALUES) return new Set();
        for (const each of isSet ? value.items : [value]) {
          const names = isNode(each) ? this.names.get(each) : undefined;
          if (names === undefined) continue;
          const isOwn = typeof key === "string" && (isSet || names.includes(key)) && !this.uses(key, each as Node);
          (isOwn ? held : used).add(each as Node);
        }
      }
    for (const node of used) held.delete(node);
    return held;
  }
}
