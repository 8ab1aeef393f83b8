import type { ByteSource } from "../../bytes/source.ts";
import {
  type GlobalNode,
  isNode,
  type Node,
  type ObjectNode,
  type PersistentNode,
  type TensorNode,
  type Value,
} from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { unread } from "../pickle/graph.ts";
import { become } from "../pickle/ndarray.ts";
import { rawData } from "../pickle/held-bytes.ts";
import { rebuildCall } from "./calls.ts";
import { type Storage, storageIdOf } from "./storage.ts";

/** What a persistent id stands for: bytes of a storage, another value, or text that says why it could not be read. */
export type Found = Storage | { readonly value: Value } | { readonly problem: string; readonly rule?: TroubleRule };

type TroubleRule = "integrity/corrupt" | "integrity/truncated" | "integrity/not-read" | "integrity/limit";

/** Where a file keeps what its pickle names. */
export interface Outside {
  /** Undefined for an id that is none of PyTorch's: it stays what it is. */
  find(id: Value): Promise<Found | undefined>;
  /** True where storages are also named by tuples that are no persistent ids. */
  readonly hasPlainIds?: boolean;
  /** Told of every function that rebuilding a value would call and that no opcode calls. */
  called?(callable: GlobalNode): void;
  /** A storage that was pickled as bytes of its own: `torch.storage._load_from_bytes`. */
  load(bytes: ByteSource): Promise<Found>;
}

/** What is wrong with a value that cannot be rebuilt. */
export interface Trouble {
  readonly rule: TroubleRule;
  readonly why: string;
  /** In the pickle. */
  readonly offset: number;
}

/** What became of a graph's tensors. */
export interface Rebuilt {
  readonly troubles: readonly Trouble[];
  /** Persistent ids that now are values. */
  readonly resolved: number;
  /** The storage that a value was found to be. */
  storageOf(value: Value | undefined): Storage | undefined;
}

/** A container that is being gone through. */
interface Frame {
  readonly node: Node;
  readonly children: readonly Value[];
  next: number;
}

/**
 * Puts tensors in the place of the calls that would rebuild them, and storages in the place of persistent ids: every
 * node stays the same object, so what is shared stays shared. Inner values go first. What cannot be rebuilt is unread,
 * with the reason in `troubles`.
 */
export async function rebuildTensors(root: Value, outside: Outside, work: Work): Promise<Rebuilt> {
  const rebuilding = new Rebuilding(outside);
  const seen = new Set<Node>();
  const stack: Frame[] = [];
  const enter = (value: Value): void => {
    if (!isNode(value) || seen.has(value)) return;
    seen.add(value);
    stack.push({ node: value, children: childrenOf(value), next: 0 });
  };
  enter(root);
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    if (work.isDue()) await work.checkpoint();
    const child = frame.children[frame.next++];
    if (child !== undefined) enter(child);
    else {
      stack.pop();
      await rebuilding.leave(frame.node);
    }
  }
  return rebuilding;
}

function childrenOf(node: Node): readonly Value[] {
  if (node.kind === "list") return node.items;
  if (node.kind === "dict") return [...node.keys, ...node.values];
  if (node.kind === "tensor") return node.objects ?? [];
  if (node.kind !== "object") return [];
  const { callable, args, kwargs, state, moreStates = [], items = [], entries } = node;
  const rest = [kwargs, state, entries].filter((each) => each !== undefined);
  return [callable, ...args, ...rest, ...moreStates, ...items];
}

/** What is known of the nodes that were gone through. */
export class Rebuilding implements Rebuilt {
  readonly troubles: Trouble[] = [];
  resolved = 0;
  private readonly outside: Outside;
  private readonly storages = new Map<Node, Storage>();

  constructor(outside: Outside) {
    this.outside = outside;
  }

  storageOf(value: Value | undefined): Storage | undefined {
    return isNode(value) ? this.storages.get(value) : undefined;
  }

  /** An unread value in place of one that cannot be rebuilt. */
  trouble(why: string, offset: number, rule: TroubleRule = "integrity/corrupt"): Node {
    this.troubles.push({ rule, why, offset });
    return unread(why, offset);
  }

  called(callable: GlobalNode): void {
    this.outside.called?.(callable);
  }

  async leave(node: Node): Promise<void> {
    if (node.kind === "persistent") {
      const found = await this.outside.find(node.id);
      if (found === undefined) return;
      this.resolved++;
      this.put(node, found);
    } else if (node.kind === "list") {
      if (this.outside.hasPlainIds !== true || node.type !== "tuple" || storageIdOf(node) === undefined) return;
      const found = await this.outside.find(node);
      // The tuple stays a tuple where it is shown; the tensors that it is given to find the storage by it.
      if (found !== undefined && "data" in found) this.storages.set(node, found);
    } else if (node.kind === "object") await this.leaveObject(node);
  }

  private async leaveObject(node: ObjectNode): Promise<void> {
    const { callable } = node;
    if (!isNode(callable) || callable.kind !== "global") return;
    if (callable.module === "torch.storage" && callable.name === "_load_from_bytes") {
      const data = rawData(node.args[0]);
      if (data !== undefined) this.put(node, await this.outside.load(data));
      return;
    }
    const made = rebuildCall(node, callable, this);
    if (isNode(made)) replace(node, made);
  }

  private put(node: ObjectNode | PersistentNode, found: Found): void {
    if ("problem" in found) replace(node, this.trouble(found.problem, node.offset, found.rule));
    else if ("value" in found) {
      const inner = this.storageOf(found.value);
      if (inner !== undefined) this.storages.set(node, inner);
      if (isNode(found.value)) replace(node, found.value);
    } else {
      this.storages.set(node, found);
      replace(node, wholeStorage(found, node.offset));
    }
  }
}

/** A storage on its own, without a tensor: all of its elements in a row. */
function wholeStorage({ type, className, data }: Storage, offset: number): Node {
  if (type === undefined || type.dtype.itemSize === 0 || type.perByte !== undefined)
    return { kind: "bytes", type: "bytes", data };
  const { dtype } = type;
  const count = Math.floor(data.size / dtype.itemSize);
  const tensor = { dtype, shape: [count], order: "C" as const, offset: 0, data };
  return { kind: "tensor", tensor, className, offset } satisfies TensorNode;
}

/** The node itself becomes the value: containers and the memo refer to it. */
function replace(node: Node, made: Node): void {
  if (node !== made) become(node as ObjectNode, made as ObjectNode);
}
