import { ArtifactError } from "../../errors.ts";
import type { DictNode, ListNode, ObjectNode, Value } from "../../model/value.ts";
import { FreeNames } from "../free-names.ts";
import type { Message } from "../protobuf/message.ts";
import { textOrBytes } from "../protobuf/texts.ts";
import {
  type AttributeField,
  fieldOf,
  floatList,
  floatValue,
  intList,
  LISTED,
  listed,
  textList,
} from "./attributes.ts";
import * as say from "./findings.ts";
import type { OnnxReading } from "./reading.ts";
import { tensorValue } from "./tensor.ts";
import { typeText } from "./types.ts";

const DEFAULT_DOMAIN = "ai.onnx";
/** Operators of classical models: their attributes are what was learned. */
export const ML_DOMAIN = "ai.onnx.ml";
/** The same of the default domain. */
const LEARNED_OPERATORS = new Set(["TfIdfVectorizer"]);
/**
 * Operators that ONNX Runtime runs by calling Python: of its language interop (any domain), and of its training.
 * https://github.com/microsoft/onnxruntime/blob/main/orttraining/orttraining/core/graph/training_op_defs.cc
 */
const CALLS_PYTHON = new Set(["PyOp", "PythonOp", "PythonOpGrad"]);
/** A text this long is no setting: a vocabulary, a model in a model. */
const LONG_TEXT = 1024;

/** A node with an address whose attributes are among the model's values. */
export interface LearnedNode {
  readonly address: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Value>;
}

/**
 * Goes through graphs: initialisers and learned attributes get an address each, in the order of the file; nodes are
 * described as calls, for people to read.
 */
export class GraphReader {
  readonly keys: Value[] = [];
  readonly values: Value[] = [];
  /** Nodes of the operators for classical models. */
  readonly learned: LearnedNode[] = [];
  private readonly names: FreeNames;
  /** Operators that call Python, of which the first is told. */
  private readonly called = new Set<string>();
  private readonly reading: OnnxReading;

  constructor(reading: OnnxReading) {
    this.reading = reading;
    this.names = new FreeNames(reading.source.name);
  }

  /** Addresses of what is in a graph inside of another begin with `prefix`. Returns its nodes. */
  async graph(graph: Message, prefix: string): Promise<ListNode> {
    const { reading } = this;
    const names = new Set<string>();
    for (const [i, tensor] of graph.messages("initializer").entries()) {
      if (reading.work.isDue()) await reading.work.checkpoint();
      const key = this.nameOf(tensor, `initializer[${i}]`, prefix, names);
      this.put(key, await tensorValue(tensor, key, reading));
    }
    for (const [i, sparse] of graph.messages("sparse_initializer").entries()) {
      const key = this.nameOf(sparse.message("values"), `sparse_initializer[${i}]`, prefix, names);
      this.put(key, await this.sparse(sparse, key));
    }
    return this.nodes(graph.messages("node"), prefix);
  }

  async nodes(nodes: readonly Message[], prefix: string): Promise<ListNode> {
    const items: Value[] = [];
    for (const node of nodes) {
      if (this.reading.work.isDue()) await this.reading.work.checkpoint();
      items.push(await this.node(node, prefix));
    }
    return { kind: "list", type: "list", items };
  }

  private nameOf(tensor: Message | undefined, otherwise: string, prefix: string, names: Set<string>): string {
    const name = tensor?.text("name") || otherwise;
    if (names.has(name)) this.reading.findings.add(say.duplicateName(this.reading.source, name, tensor?.start ?? 0));
    names.add(name);
    return this.names.take(prefix + name);
  }

  private put(key: string, value: Value): void {
    this.keys.push(key);
    this.values.push(value);
  }

  private async sparse(sparse: Message, path: string): Promise<Value> {
    const part = async (name: string): Promise<Value> => {
      const tensor = sparse.message(name);
      return tensor === undefined ? null : tensorValue(tensor, `${path}.${name}`, this.reading);
    };
    // As text: a shape is no parameter.
    const shape = `[${sparse.ints("dims").join(", ")}]`;
    return dict([
      ["shape", shape],
      ["values", await part("values")],
      ["indices", await part("indices")],
    ]);
  }

  private async node(node: Message, prefix: string): Promise<ObjectNode> {
    const operator = node.text("op_type") ?? "";
    const domain = node.text("domain") || DEFAULT_DOMAIN;
    if (CALLS_PYTHON.has(operator) && domain !== DEFAULT_DOMAIN && !this.called.has(`${domain}.${operator}`)) {
      this.called.add(`${domain}.${operator}`);
      this.reading.findings.add(say.callsPython(this.reading.source, `${domain}.${operator}`, node.start));
    }
    const outputs = node.texts("output");
    const isConstant = operator === "Constant" && domain === DEFAULT_DOMAIN;
    const name = node.text("name") || (isConstant ? outputs[0] : undefined) || operator;
    const isLearned = domain === ML_DOMAIN || LEARNED_OPERATORS.has(operator);
    // What is shown with the node, and what is among the values of the model.
    const shown: [string, Value][] = [];
    const learned: [string, Value][] = [];
    let address: string | undefined;
    const addressOf = (): string =>
      (address ??= this.names.take(prefix + ((isConstant ? outputs[0] : undefined) || name)));
    for (const attribute of node.messages("attribute")) {
      const key = attribute.text("name") ?? "";
      const field = fieldOf(attribute);
      const value = await this.attribute(attribute, field, () => (isConstant ? addressOf() : `${addressOf()}.${key}`));
      const isArray = isArrayValue(value);
      if (isConstant || isLearned || (isArray && field !== "graphs")) {
        addressOf();
        learned.push([key, value]);
      }
      shown.push([key, await shownForm(value)]);
    }
    if (address !== undefined && learned.length > 0) {
      const [first] = learned;
      if (isConstant && learned.length === 1 && first !== undefined) this.put(address, first[1]);
      else this.put(address, dict([["op_type", operator], ...learned]));
      if (domain === ML_DOMAIN)
        this.learned.push({ address, operator, inputs: node.texts("input"), attributes: new Map(learned) });
    }
    return call(`${domain}${node.text("overload") ? `:${node.text("overload")}` : ""}`, operator, node.start, [
      ...(node.text("name") ? [["name", node.text("name") ?? ""] as const] : []),
      ["inputs", texts(node.texts("input"))],
      ["outputs", texts(outputs)],
      ...shown,
    ]);
  }

  /** `address` is asked for only where a value needs one of its own. */
  private async attribute(
    attribute: Message,
    field: AttributeField | undefined,
    address: () => string,
  ): Promise<Value> {
    const { reading } = this;
    const reference = attribute.text("ref_attr_name");
    if (reference) return `attribute ${reference} of the function`;
    const each = async (name: string, make: (part: Message, path: string) => Promise<Value>): Promise<ListNode> => {
      const items: Value[] = [];
      for (const [i, part] of attribute.messages(name).entries()) items.push(await make(part, `${address()}[${i}]`));
      return { kind: "list", type: "list", items };
    };
    const single = async (name: string, make: (part: Message, path: string) => Promise<Value>): Promise<Value> => {
      const part = attribute.message(name);
      return part === undefined ? null : make(part, address());
    };
    const tensor = (part: Message, path: string): Promise<Value> => tensorValue(part, path, reading);
    const sparse = (part: Message, path: string): Promise<Value> => this.sparse(part, path);
    const graph = (part: Message, path: string): Promise<Value> => this.subgraph(part, path);
    const type = (part: Message): Promise<Value> => Promise.resolve(typeText(part));
    try {
      switch (field) {
        case "f":
          return await floatValue(attribute, reading);
        case "i":
          return attribute.int("i") ?? 0n;
        case "s": {
          const range = attribute.range("s");
          return range === undefined ? "" : await textOrBytes(range, reading);
        }
        case "floats":
          return floatList(attribute, reading);
        case "ints":
          return await intList(attribute, reading);
        case "strings":
          return await textList(attribute, reading);
        case "t":
          return await single("t", tensor);
        case "tensors":
          return await each("tensors", tensor);
        case "sparse_tensor":
          return await single("sparse_tensor", sparse);
        case "sparse_tensors":
          return await each("sparse_tensors", sparse);
        case "g":
          return await single("g", graph);
        case "graphs":
          return await each("graphs", graph);
        case "tp":
          return await single("tp", type);
        case "type_protos":
          return await each("type_protos", type);
        case undefined:
          return null;
      }
    } catch (error) {
      if (!(error instanceof ArtifactError) || error.code === "cancelled" || error.code === "changed") throw error;
      reading.isWhole = false;
      reading.findings.add(
        say.brokenTensor(reading.source, address(), attribute.start, `is damaged: ${error.message}`),
      );
      return { kind: "unread", why: error.message, offset: attribute.start };
    }
  }

  async subgraph(graph: Message, path: string): Promise<ObjectNode> {
    return call("onnx", "Graph", graph.start, [
      ["inputs", texts(graph.messages("input").map(valueText))],
      ["outputs", texts(graph.messages("output").map(valueText))],
      ["nodes", await this.graph(graph, `${path}.`)],
    ]);
  }

  async function(called: Message): Promise<ObjectNode> {
    const name = called.text("name") ?? "";
    return call(called.text("domain") ?? "", name, called.start, [
      ["inputs", texts(called.texts("input"))],
      ["outputs", texts(called.texts("output"))],
      ["attributes", texts(called.texts("attribute"))],
      ["nodes", await this.nodes(called.messages("node"), `${name}.`)],
    ]);
  }
}

/** `x: float32 [N, 3]`. */
export function valueText(info: Message): string {
  return `${info.text("name") ?? ""}: ${typeText(info.message("type"))}`;
}

function texts(items: readonly string[]): ListNode {
  return { kind: "list", type: "list", items: [...items] };
}

function dict(entries: readonly (readonly [string, Value])[]): DictNode {
  return { kind: "dict", keys: entries.map(([key]) => key), values: entries.map(([, value]) => value) };
}

/** A node as its operator called on its inputs. The name is a word of the file's, nothing that is imported. */
function call(
  module: string,
  name: string,
  offset: number,
  entries: readonly (readonly [string, Value])[],
): ObjectNode {
  return {
    kind: "object",
    callable: { kind: "global", module, name, offset },
    how: "call",
    args: [],
    kwargs: dict(entries),
    offset,
  };
}

/** Tensors, and lists and texts too long to be settings. */
function isArrayValue(value: Value): boolean {
  if (typeof value === "string") return value.length > LONG_TEXT;
  if (typeof value !== "object" || value === null) return false;
  if (value.kind === "tensor") return value.className !== "array" || (value.tensor.shape[0] ?? 0) > LISTED;
  if (value.kind === "list") return value.items.length > LISTED || value.items.some(isArrayValue);
  if (value.kind === "dict") return true;
  return value.kind === "bytes" || value.kind === "unread";
}

/** A short list of numbers is written out; what is long is seen among the values. */
async function shownForm(value: Value): Promise<Value> {
  if (typeof value === "string" && value.length > LONG_TEXT) return `${value.slice(0, LONG_TEXT)}…`;
  if (typeof value !== "object" || value?.kind !== "tensor" || value.className !== "array") return value;
  return (value.tensor.shape[0] ?? 0) > LISTED ? value : listed(value);
}
