import { asArtifactError, limitExceeded } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { DictNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { FreeNames } from "../free-names.ts";
import type { Table } from "../flatbuffers/table.ts";
import * as say from "./findings.ts";
import { type TensorFields, tensorValue, typeName } from "./tensor.ts";

/** Branches and loops in each other; deeper is no model. */
const DEPTH = 32;

export const INITIALIZER: TensorFields = { dims: 2, type: 3, raw: 4, texts: 5, external: 6 };

/** `AttributeType` by number. */
const FLOAT = 1;
const INT = 2;
const TEXT = 3;
const TENSOR = 4;
const GRAPH = 5;
const FLOATS = 6;
const INTS = 7;
const TEXTS = 8;

/** Graphs, also those inside of others: initialisers become values by name, nodes are described. */
export class GraphReader {
  readonly root: DictNode = dictOf([]);
  /** Type and shape by the name of a value of the outermost graph. */
  readonly types = new Map<string, string>();
  isWhole = true;
  private readonly findings: CappedFindings;
  private readonly work: Work;
  private readonly names = new FreeNames("graph");

  constructor(findings: CappedFindings, work: Work) {
    this.findings = findings;
    this.work = work;
  }

  async graph(graph: Table, prefix: string, depth = 0): Promise<Value> {
    if (depth > DEPTH) throw limitExceeded("graphs in each other", depth, DEPTH, graph.at);
    for await (const tensor of graph.tables(0)) await this.add(tensor, INITIALIZER, prefix);
    for await (const sparse of graph.tables(7)) await this.sparse(sparse, prefix);
    if (depth === 0)
      for await (const info of graph.tables(1)) this.types.set((await info.text(0)) ?? "", await typeOf(info));
    const nodes: Value[] = [];
    for await (const node of graph.tables(2)) nodes.push(await this.node(node, prefix, depth));
    return listOf(nodes);
  }

  async add(table: Table, fields: TensorFields, prefix: string): Promise<void> {
    if (this.work.isDue()) await this.work.checkpoint();
    const name = this.names.take(`${prefix}${(await table.text(0)) ?? ""}`);
    this.put(name, await this.value(table, fields, name));
  }

  private async value(table: Table, fields: TensorFields, name: string): Promise<Value> {
    try {
      return await tensorValue(table, fields, name);
    } catch (error) {
      const reason = asArtifactError(error, name);
      if (reason.code === "cancelled" || reason.code === "limit") throw reason;
      this.findings.add(say.tensorUnread(table, name, reason));
      this.isWhole = false;
      return { kind: "unread", why: reason.message, offset: table.at };
    }
  }

  /** Values and where they belong, as the file has them. */
  private async sparse(table: Table, prefix: string): Promise<void> {
    const [values, indices] = [await table.table(0), await table.table(1)];
    const name = this.names.take(`${prefix}${(await values?.text(0)) ?? "sparse"}`);
    this.put(
      name,
      dictOf([
        ["values", values === undefined ? null : await this.value(values, INITIALIZER, name)],
        ["indices", indices === undefined ? null : await this.value(indices, INITIALIZER, name)],
        ["shape", listOf(await table.longs(2))],
      ]),
    );
  }

  private async node(node: Table, prefix: string, depth: number): Promise<Value> {
    if (this.work.isDue()) await this.work.checkpoint();
    const name = (await node.text(0)) ?? "";
    const domain = (await node.text(2)) ?? "";
    const op = (await node.text(5)) ?? "";
    const address = `${prefix}${name === "" ? `node_${node.u32(4)}` : name}`;
    const attributes = dictOf([]);
    for await (const attribute of node.tables(10)) {
      const key = (await attribute.text(0)) ?? "";
      attributes.keys.push(key);
      attributes.values.push(await this.attribute(attribute, `${address}.${key}`, depth));
    }
    return dictOf([
      ["op", domain === "" || domain === "ai.onnx" ? op : `${domain}.${op}`],
      ["version", BigInt(node.i32(3))],
      ["name", name],
      ["inputs", listOf(await node.texts(8))],
      ["outputs", listOf(await node.texts(9))],
      ...(attributes.keys.length === 0 ? [] : [["attributes", attributes] as const]),
    ]);
  }

  private async attribute(table: Table, address: string, depth: number): Promise<Value> {
    const type = table.i32(2);
    if (type === FLOAT) return table.f32(3);
    if (type === INT) return table.i64(4);
    if (type === TEXT) return (await table.text(5)) ?? "";
    if (type === INTS) return listOf(await table.longs(9));
    if (type === FLOATS) return listOf(await table.floats(8));
    if (type === TEXTS) return listOf(await table.texts(10));
    const [tensor, graph] = [await table.table(6), await table.table(7)];
    if (type === TENSOR && tensor !== undefined) {
      const name = this.names.take(address);
      this.put(name, await this.value(tensor, INITIALIZER, name));
      return `<tensor ${name}>`;
    }
    if (type === GRAPH && graph !== undefined) return this.graph(graph, `${address}/`, depth + 1);
    this.findings.add(say.attributeUnread(table, address, type));
    this.isWhole = false;
    return { kind: "unread", why: `an attribute of kind ${type}`, offset: table.at };
  }

  private put(name: string, value: Value): void {
    this.root.keys.push(name);
    this.root.values.push(value);
  }
}

/** `float32 [N, 3, 224, 224]`; other kinds than tensors by name. */
async function typeOf(info: Table): Promise<string> {
  const type = await info.table(2);
  if (type === undefined) return "?";
  const kind = type.u8(1);
  const value = await type.table(2);
  if (kind !== 1 || value === undefined) return kind === 2 ? "sequence" : kind === 3 ? "map" : "?";
  const shape = await value.table(1);
  const dims: string[] = [];
  if (shape !== undefined)
    for await (const each of shape.tables(0)) {
      const dim = await each.table(0);
      const name = await dim?.text(2);
      dims.push(dim?.i8(0) === 1 ? String(dim.i64(1)) : name === undefined || name === "" ? "?" : name);
    }
  return `${typeName(value.i32(0))} [${dims.join(", ")}]`;
}
