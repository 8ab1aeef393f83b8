import { append } from "../../append.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { ListNode, Value } from "../../model/value.ts";
import { FreeNames } from "../free-names.ts";
import { scalarValue } from "../protobuf/describe.ts";
import type { Message } from "../protobuf/message.ts";
import { textOrBytes } from "../protobuf/texts.ts";
import { attributeList } from "./attribute-list.ts";
import { REACHING_OUT } from "./code.ts";
import { constantValue, orUnread, type TensorflowReading } from "./tensor.ts";
import { shapeText, typeName } from "./types.ts";

const VARIABLES = new Set(["VarHandleOp", "VariableV2", "Variable"]);

/** Constants of graphs by name; nodes as calls, for people to read. */
export class GraphValues {
  readonly keys: Value[] = [];
  readonly values: Value[] = [];
  /** Operators of REACHING_OUT that the graph has, with where the first of each stands. */
  readonly reachingOut = new Map<string, number>();
  variableCount = 0;
  private readonly names = new FreeNames("graph");
  private readonly reading: TensorflowReading;

  constructor(reading: TensorflowReading) {
    this.reading = reading;
  }

  async graph(graph: Message): Promise<ListNode> {
    const nodes = await this.nodes(graph.messages("node"), "");
    for (const called of graph.message("library")?.messages("function") ?? []) {
      const name = called.message("signature")?.text("name") ?? "function";
      const inner = await this.nodes(called.messages("node_def"), `${name}/`);
      append(nodes.items, inner.items);
    }
    return nodes;
  }

  put(name: string, value: Value): void {
    this.keys.push(this.names.take(name));
    this.values.push(value);
  }

  private async nodes(nodes: readonly Message[], prefix: string): Promise<ListNode> {
    const items: Value[] = [];
    for (const node of nodes) {
      if (this.reading.work.isDue()) await this.reading.work.checkpoint();
      items.push(await this.node(node, prefix));
    }
    return { kind: "list", type: "list", items };
  }

  private async node(node: Message, prefix: string): Promise<Value> {
    const operator = node.text("op") ?? "";
    const name = prefix + (node.text("name") ?? "");
    if (VARIABLES.has(operator)) this.variableCount += 1;
    if (REACHING_OUT.has(operator) && !this.reachingOut.has(operator)) this.reachingOut.set(operator, node.start);
    const keys: Value[] = ["name", "inputs"];
    const values: Value[] = [name, { kind: "list", type: "list", items: [...node.texts("input")] }];
    for (const entry of node.messages("attr")) {
      const key = entry.text("key") ?? "";
      // What a converter notes for itself.
      if (key.startsWith("_")) continue;
      const attribute = entry.message("value");
      const value = attribute === undefined ? null : await this.attribute(attribute, name);
      if (value === undefined) continue;
      keys.push(key);
      values.push(value);
      if (attribute?.message("tensor") !== undefined) this.put(key === "value" ? name : `${name}.${key}`, value);
    }
    const callable = { kind: "global", module: "tensorflow", name: operator, offset: node.start } as const;
    return {
      kind: "object",
      callable,
      how: "call",
      args: [],
      kwargs: { kind: "dict", keys, values },
      offset: node.start,
    };
  }

  private async attribute(attribute: Message, name: string): Promise<Value | undefined> {
    const { reading } = this;
    const tensor = attribute.message("tensor");
    if (tensor !== undefined) return orUnread(reading, name, tensor.start, () => constantValue(tensor, reading));
    const text = attribute.range("s");
    if (text !== undefined) return textOrBytes(text, reading);
    const float = attribute.fixed("f");
    if (float !== undefined) return scalarValue(reading.source, float, scalarDType("float32"));
    const flag = attribute.int("b");
    if (flag !== undefined) return flag !== 0n;
    const type = attribute.number("type");
    if (type !== undefined) return typeName(type);
    const list = attribute.message("list");
    if (list !== undefined) return attributeList(list, reading);
    const shape = attribute.message("shape");
    return shape === undefined ? (attribute.int("i") ?? undefined) : shapeText(shape);
  }
}
