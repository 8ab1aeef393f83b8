import type { TensorRef } from "../model/tensor.ts";
import { type BytesNode, isNode, type Node, type Value } from "../model/value.ts";
import { childrenOf } from "../model/graph-records.ts";
import type { Work } from "../work.ts";
import { tensorDifference } from "./compare-tensors.ts";

/** Two values that are not the same, and where in the graph they are. */
export interface GraphDifference {
  /** How one gets there from the root, in the words of the graph: `state.items[3]`. */
  readonly place: string;
  readonly message: string;
}

export interface CompareGraphsOptions {
  /** True for a node of the old graph that the plan said would not be carried: nothing under it is looked at. */
  readonly isGivenUp?: (old: Node) => boolean;
  /** Compares two tensors; `tensorDifference` when absent. */
  readonly compareTensors?: (old: TensorRef, next: TensorRef) => Promise<string | undefined>;
}

interface Pair {
  readonly old: Value | undefined;
  readonly next: Value | undefined;
  readonly parent: Pair | undefined;
  readonly step: string;
}

/** Differences told; a graph that differs in more is not the same graph. */
const TOLD = 20;

/**
 * Compares two value graphs: every value, every tensor's bits, and identity: two references to one node on one side
 * are two references to one node on the other. Offsets are not compared. Walks without recursion.
 */
export async function compareGraphs(
  old: Value | undefined,
  next: Value | undefined,
  work: Work,
  options: CompareGraphsOptions = {},
): Promise<readonly GraphDifference[]> {
  const compareTensors = options.compareTensors ?? ((a, b) => tensorDifference(a, b, work));
  const differences: GraphDifference[] = [];
  const oldToNext = new Map<Node, Node>();
  const nextToOld = new Map<Node, Node>();
  const stack: Pair[] = [{ old, next, parent: undefined, step: "root" }];
  for (let pair = stack.pop(); pair !== undefined && differences.length < TOLD; pair = stack.pop()) {
    if (work.isDue()) await work.checkpoint();
    const tell = (message: string): void => void differences.push({ place: placeOf(pair), message });
    if (!isNode(pair.old) || !isNode(pair.next)) {
      if (!samePrimitive(pair.old, pair.next)) tell(`${kindOf(pair.next)} instead of ${kindOf(pair.old)}`);
      continue;
    }
    if (options.isGivenUp?.(pair.old) === true) continue;
    const [seenNext, seenOld] = [oldToNext.get(pair.old), nextToOld.get(pair.next)];
    if (seenNext !== undefined || seenOld !== undefined) {
      if (seenNext !== pair.next || seenOld !== pair.old)
        tell("it is another object than before, or no longer the same");
      continue;
    }
    oldToNext.set(pair.old, pair.next);
    nextToOld.set(pair.next, pair.old);
    const difference = await nodeDifference(pair.old, pair.next, compareTensors);
    if (difference === undefined) pushChildren(stack, pair, pair.old, pair.next);
    else tell(difference);
  }
  return differences;
}

function pushChildren(stack: Pair[], parent: Pair, old: Node, next: Node): void {
  const [before, after] = [childrenOf(old), childrenOf(next)];
  for (let index = before.length - 1; index >= 0; index--) {
    const [a, b] = [before[index], after[index]];
    if (!isNode(a) && samePrimitive(a, b)) continue;
    stack.push({ old: a, next: b, parent, step: String(index) });
  }
}

/** What differs in a node itself, its children left out but for their number. */
async function nodeDifference(
  old: Node,
  next: Node,
  compareTensors: (old: TensorRef, next: TensorRef) => Promise<string | undefined>,
): Promise<string | undefined> {
  const [before, after] = [shapeOf(old), shapeOf(next)];
  if (before !== after) return `${after} instead of ${before}`;
  if ((old.kind === "tensor" || old.kind === "scalar") && (next.kind === "tensor" || next.kind === "scalar"))
    return compareTensors(old.tensor, next.tensor);
  if (old.kind === "bytes" && next.kind === "bytes") return bytesDifference(old, next);
  return undefined;
}

/** Everything about a node but its children, its tensor and its bytes. */
function shapeOf(node: Node): string {
  switch (node.kind) {
    case "float":
      return `float 0x${node.bits.toString(16)}`;
    case "decimal":
      return `number ${node.text} (${Object.is(node.nearest, -0) ? "-0" : node.nearest})`;
    case "bytes":
      return `${node.type} of ${node.data.size}`;
    case "list":
      return `${node.type} of ${node.items.length}`;
    case "dict":
      return `dict of ${node.keys.length}`;
    case "scalar":
      return "numpy scalar";
    case "tensor":
      return node.objects === undefined ? node.className : `${node.className} of ${node.objects.length} objects`;
    case "global":
      return `${JSON.stringify(node.module)}.${JSON.stringify(node.name)}`;
    case "object": {
      const parts = [
        `${node.args.length} arguments`,
        node.kwargs && "kwargs",
        node.state !== undefined && "state",
        node.moreStates && `${node.moreStates.length} more states`,
        node.items && `${node.items.length} items`,
        node.entries && "entries",
      ];
      return `object by ${node.how} with ${parts.filter(Boolean).join(", ")}`;
    }
    case "persistent":
      return "persistent id";
    case "unread":
      return "something unread";
  }
}

async function bytesDifference(old: BytesNode, next: BytesNode): Promise<string | undefined> {
  const step = 1024 * 1024;
  for (let at = 0; at < old.data.size; at += step) {
    const end = Math.min(at + step, old.data.size);
    const [a, b] = [await old.data.read(at, end), await next.data.read(at, end)];
    const differs = a.findIndex((byte, index) => byte !== b[index]);
    if (differs >= 0) return `its bytes differ from byte ${at + differs} on`;
  }
  return undefined;
}

function samePrimitive(old: Value | undefined, next: Value | undefined): boolean {
  return !isNode(old) && !isNode(next) && Object.is(old, next);
}

function kindOf(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (value === null) return "None";
  if (isNode(value)) return shapeOf(value);
  const text = typeof value === "string" ? JSON.stringify(value) : Object.is(value, -0) ? "-0" : String(value);
  return `${typeof value} ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function placeOf(pair: Pair): string {
  const steps: string[] = [];
  for (let at: Pair | undefined = pair; at !== undefined && steps.length < 100; at = at.parent) steps.push(at.step);
  return steps.reverse().join(" > ");
}
