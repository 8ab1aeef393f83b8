import type { ImportUse } from "../../model/artifact.ts";
import type { GlobalNode, Node } from "../../model/value.ts";
import { classify } from "./classify.ts";
import { isJudgedByArguments } from "./handed-over.ts";
import type { Namespaces } from "./namespaces.ts";

/** More uses than these are listed once per name. */
const LISTED = 100_000;

type Role = ImportUse["role"];
interface Entry {
  readonly use: Omit<ImportUse, "role" | "class">;
  role: Role;
  /** Set where the use is dangerous whatever the name is. */
  isMisuse: boolean;
  calls: number;
  /** Calls that are judged by what they reach, not by the name. */
  excusedCalls: number;
  /** The worst that an excused call was found to be. */
  excusedAs: "ordinary" | "unusual";
  /** It is not called, and what is done with it is harmless. */
  isKept: boolean;
  /** A call was given it. */
  isHanded: boolean;
  /** What it stands for, or gives when it is called, that is excused where a namespace holds it. */
  held: Held[] | undefined;
  /** Asked for once. */
  isSpecial: boolean | undefined;
}

interface Held {
  readonly by: Namespaces;
  readonly node: Node;
  readonly isCall: boolean;
}

/** Names of functions by value that are kept. */
const FUNCTIONS = 100;

/** What is known of a whole file. */
interface Whole {
  readonly functions: string[];
  /** Loading calls a function that may call what it is given: nothing is excused then. */
  callsArguments: boolean;
}

/**
 * Every global that loading the file would import, in the order of the file. One log for all pickles of a file, nested
 * ones included.
 */
export class ImportLog {
  private readonly entries: Entry[];
  private readonly at: number | undefined;
  private readonly byNode = new Map<GlobalNode, Entry>();
  /** The first use of each name. */
  private readonly firsts = new Map<string, Entry>();

  private readonly whole: Whole;

  /** `at` replaces the offsets of all that is logged: for a pickle within a value of the file's own. */
  private constructor(entries: Entry[], whole: Whole, at?: number) {
    this.entries = entries;
    this.whole = whole;
    this.at = at;
  }

  static create(): ImportLog {
    return new ImportLog([], { functions: [], callsArguments: false });
  }

  /** The same log for a pickle within: everything in it is at `offset` of the outer one. */
  within(offset: number): ImportLog {
    return new ImportLog(this.entries, this.whole, offset);
  }

  get isEmpty(): boolean {
    return this.entries.length === 0;
  }

  /** Modules in the order of their first use. */
  modules(): readonly string[] {
    return [...new Set(this.entries.map((entry) => entry.use.module))];
  }

  /** An import: the node that stands for it in the graph. */
  global(module: string, name: string, offset: number): GlobalNode {
    const node: GlobalNode = { kind: "global", module, name, offset };
    const key = `${module}\n${name}`;
    const first = this.firsts.get(key);
    // One that is not listed counts for the first of its name.
    if (first !== undefined && this.entries.length >= LISTED) {
      this.byNode.set(node, first);
      return node;
    }
    const use = { module, name, offset: this.at ?? offset };
    const entry: Entry = {
      use,
      role: "import",
      isMisuse: false,
      calls: 0,
      excusedCalls: 0,
      excusedAs: "ordinary",
      isKept: false,
      isHanded: false,
      held: undefined,
      isSpecial: undefined,
    };
    this.entries.push(entry);
    this.byNode.set(node, entry);
    if (first === undefined) this.firsts.set(key, entry);
    return node;
  }

  /** Loading would call it. True where it depends on the arguments what that does. */
  called(node: GlobalNode): boolean {
    const entry = this.byNode.get(node);
    if (entry === undefined) return isJudgedByArguments(node);
    entry.role = "call";
    entry.calls += 1;
    // A file may have millions of calls of one name.
    return (entry.isSpecial ??= isJudgedByArguments(node));
  }

  /** A call is given it, and may call it: that counts for what is on no list. */
  handed(node: GlobalNode): void {
    const entry = this.byNode.get(node);
    if (entry === undefined || entry.role === "call" || entry.isHanded) return;
    entry.isHanded = true;
    if (classify(node.module, node.name, "import") === "unusual") entry.role = "call";
  }

  /** The call that was just noted is judged by what it reaches or makes. */
  excused(node: GlobalNode, as: Entry["excusedAs"] = "ordinary"): void {
    const entry = this.byNode.get(node);
    if (entry === undefined) return;
    entry.excusedCalls += 1;
    if (as === "unusual") entry.excusedAs = as;
  }

  /** It is only kept, by something that does nothing with it while the file is loaded. */
  kept(node: GlobalNode): void {
    const entry = this.byNode.get(node);
    if (entry === undefined) return;
    entry.isKept = true;
    entry.excusedAs = "unusual";
  }

  /** It is excused where only a namespace holds `held`, which is what it stands for, or what the call that was just noted gives. */
  heldBy(by: Namespaces, node: GlobalNode, held: Node, isCall = false): void {
    const entry = this.byNode.get(node);
    if (entry !== undefined) (entry.held ??= []).push({ by, node: held, isCall });
  }

  /** Loading would make this function of code that the file brings. */
  madeFunction(name: string): void {
    const { functions } = this.whole;
    if (functions.length < FUNCTIONS && !functions.includes(name)) functions.push(name);
  }

  /** Functions by value, as far as loading would only make them. */
  madeFunctions(): readonly string[] {
    return this.whole.functions;
  }

  /** Loading would call a function that calls, or reaches into, what it is given. */
  callsArguments(): void {
    this.whole.callsArguments = true;
  }

  /** Loading would change it (set its attributes or items): it is the process's own object, not the file's. */
  altered(node: GlobalNode): void {
    this.misused(node);
  }

  /** Loading would do with it what is dangerous, whatever its name is. */
  misused(node: GlobalNode): void {
    const entry = this.byNode.get(node);
    if (entry === undefined) return;
    entry.role = "call";
    entry.isMisuse = true;
  }

  list(): readonly ImportUse[] {
    const known = new Map<Namespaces, ReadonlySet<Node>>();
    const isHeld = ({ by, node }: Held): boolean => {
      const held = known.get(by) ?? by.held();
      known.set(by, held);
      return held.has(node);
    };
    return this.entries.map((entry) => ({ ...entry.use, role: entry.role, class: classOf(entry, this.whole, isHeld) }));
  }
}

function classOf(entry: Entry, { callsArguments }: Whole, isHeld: (held: Held) => boolean): ImportUse["class"] {
  const { use, role, isMisuse, calls, excusedCalls, excusedAs, isKept, held = [] } = entry;
  if (isMisuse) return "dangerous";
  if (callsArguments) return classify(use.module, use.name, role);
  const count = held.filter((each) => each.isCall === calls > 0 && isHeld(each)).length;
  const isExcused = calls > 0 ? excusedCalls + count === calls : isKept || (count > 0 && count === held.length);
  if (!isExcused) return classify(use.module, use.name, role);
  return count > 0 ? "unusual" : excusedAs;
}
