import type { BytesNode, DictNode, Node, ObjectNode, Value } from "./value.ts";
import { isNode } from "./value.ts";
import type { TensorRef } from "./tensor.ts";

/**
 * A value graph as a table: one record per node, children by the number of their record. Identity and cycles are
 * plain numbers there, nothing nests, and whoever reads it needs no recursion. The native container and the text
 * that is embedded in other formats hold the same records (docs/model-format.md, "Graph"); they differ in how an
 * atom is spelt.
 */
export type GraphRecord = readonly [kind: string, ...fields: Atom[]];

export type Atom = null | boolean | bigint | number | string | NodeRef | Uint8Array | readonly Atom[];

/** The node of record `ref`. */
export interface NodeRef {
  readonly ref: number;
}

/** Where a writer keeps what is not in the table: tensors, and bytes that are too long for it. */
export interface Placement {
  tensor(tensor: TensorRef): Atom;
  bytes(node: BytesNode): Promise<Atom>;
}

/** Every node that can be reached, each once, in the order of the first visit. */
export interface Graph {
  readonly nodes: readonly Node[];
  /** A value as an atom: nodes become references. */
  readonly atom: (value: Value) => Atom;
}

/** Walks depth first, children in their order, without recursion: graphs may be deeper than any call stack. */
export function collectGraph(roots: readonly (Value | undefined)[]): Graph {
  const numbers = new Map<Node, number>();
  const nodes: Node[] = [];
  const stack: Value[] = [];
  const push = (values: readonly (Value | undefined)[]): void => {
    for (let index = values.length - 1; index >= 0; index--) {
      const value = values[index];
      if (isNode(value) && !numbers.has(value)) stack.push(value);
    }
  };
  push(roots);
  for (let value = stack.pop(); value !== undefined; value = stack.pop()) {
    if (!isNode(value) || numbers.has(value)) continue;
    numbers.set(value, nodes.length);
    nodes.push(value);
    push(childrenOf(value));
  }
  const atom = (value: Value): Atom => {
    if (!isNode(value)) return value;
    const ref = numbers.get(value);
    if (ref === undefined) throw new Error("a node is not of this graph");
    return { ref };
  };
  return { nodes, atom };
}

/** The values that a node holds, in the order in which its record names them. */
export function childrenOf(node: Node): readonly (Value | undefined)[] {
  switch (node.kind) {
    case "list":
      return node.items;
    case "dict":
      return pairs(node);
    case "tensor":
      return node.objects ?? [];
    case "object":
      return [
        node.callable,
        ...node.args,
        node.kwargs,
        node.state,
        ...(node.moreStates ?? []),
        ...(node.items ?? []),
        node.entries,
      ];
    case "persistent":
      return [node.id];
    case "float":
    case "decimal":
    case "bytes":
    case "scalar":
    case "global":
    case "unread":
      return [];
  }
}

function pairs({ keys, values }: DictNode): Value[] {
  const both: Value[] = [];
  for (const [index, key] of keys.entries()) both.push(key, values[index] ?? null);
  return both;
}

/** The record of a node. Offsets are left out: they are places in a file that is not this one. */
export async function recordOf(node: Node, graph: Graph, placement: Placement): Promise<GraphRecord> {
  switch (node.kind) {
    case "float":
      return ["float", node.bits];
    case "decimal":
      return Object.is(Number(node.text), node.nearest) ? ["decimal", node.text] : ["decimal", node.text, node.nearest];
    case "bytes":
      return [node.type, await placement.bytes(node)];
    case "list":
      return [node.type, node.items.map(graph.atom)];
    case "dict":
      return ["dict", pairs(node).map(graph.atom)];
    case "scalar":
      return ["scalar", placement.tensor(node.tensor)];
    case "tensor": {
      const fields = [placement.tensor(node.tensor), node.className] as const;
      return node.objects === undefined ? ["tensor", ...fields] : ["tensor", ...fields, node.objects.map(graph.atom)];
    }
    case "global":
      return ["global", node.module, node.name];
    case "object":
      return ["object", node.how, graph.atom(node.callable), node.args.map(graph.atom), ...objectParts(node, graph)];
    case "persistent":
      return ["persistent", graph.atom(node.id)];
    case "unread":
      return ["unread", node.why];
  }
}

/** Only what is there, each after its name: a state of None is not the absence of a state. */
function objectParts(node: ObjectNode, graph: Graph): Atom[] {
  const parts: Atom[] = [];
  if (node.kwargs !== undefined) parts.push("kwargs", graph.atom(node.kwargs));
  if (node.state !== undefined) parts.push("state", graph.atom(node.state));
  if (node.moreStates !== undefined) parts.push("moreStates", node.moreStates.map(graph.atom));
  if (node.items !== undefined) parts.push("items", node.items.map(graph.atom));
  if (node.entries !== undefined) parts.push("entries", graph.atom(node.entries));
  return parts;
}
