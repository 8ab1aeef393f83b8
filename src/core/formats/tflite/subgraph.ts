import { append } from "../../append.ts";
import { slice } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import type { Table } from "../flatbuffers/table.ts";
import { optionsOf } from "./options.ts";
import { OPERATORS } from "./schema.ts";
import type { TensorFacts, TensorReader } from "./tensors.ts";

export interface Subgraph {
  /** Before the names of what is in it; "" for the first. */
  readonly prefix: string;
  /** Inputs, outputs, operators, tensors. */
  readonly parts: readonly (readonly [string, Value])[];
  /** Type and shape of a tensor by name. */
  readonly details: ReadonlyMap<string, string>;
  readonly tensors: readonly TensorFacts[];
  /** Names. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Operator codes above this are in a field of their own, since the first one has 7 bits. */
const OLD_CODES = 127;

/** Subgraphs as values: inputs and outputs, the tensors between, and the operators in order. */
export class SubgraphReader {
  readonly all: Subgraph[] = [];
  private readonly tensors: TensorReader;
  private readonly codes: readonly Table[];
  private readonly work: Work;

  constructor(tensors: TensorReader, codes: readonly Table[], work: Work) {
    this.tensors = tensors;
    this.codes = codes;
    this.work = work;
  }

  async add(table: Table): Promise<void> {
    const index = this.all.length;
    const name = (await table.text(4)) ?? "";
    const prefix = index === 0 ? "" : `${name === "" ? `subgraph_${index}` : name}/`;
    const tensors: TensorFacts[] = [];
    const between = dictOf([]);
    const operators: Value[] = [];
    const inputs: string[] = [];
    const outputs: string[] = [];
    const parts: (readonly [string, Value])[] = [];
    const details = new Map<string, string>();
    // What was read of a subgraph before something stopped it is shown.
    this.all.push({ prefix, parts, details, tensors, inputs, outputs });
    try {
      for await (const tensor of table.tables(0)) {
        if (this.work.isDue()) await this.work.checkpoint();
        tensors.push(await this.tensors.add(tensor, tensors.length, prefix));
      }
      append(inputs, names(await table.integers(1), tensors));
      append(outputs, names(await table.integers(2), tensors));
      for await (const operator of table.tables(3)) {
        if (this.work.isDue()) await this.work.checkpoint();
        operators.push(await this.operator(operator, tensors));
      }
    } finally {
      for (const { name: each, detail } of tensors) {
        details.set(each, detail);
        between.keys.push(each);
        between.values.push(detail);
      }
      const described = new Map(tensors.map((tensor) => [tensor.name, tensor.described]));
      const ends = (found: readonly string[]): Value => listOf(found.map((each) => described.get(each) ?? each));
      parts.push(
        ["inputs", ends(inputs)],
        ["outputs", ends(outputs)],
        ["operators", listOf(operators)],
        ["tensors", between],
      );
    }
  }

  /** What a signature calls the inputs and outputs of a subgraph. */
  async signature(table: Table): Promise<Value> {
    const subgraph = this.all[table.u32(4)];
    if (subgraph === undefined)
      throw corrupt(`a signature is of subgraph ${table.u32(4)}, which is not there`, table.at);
    const map = async (field: number): Promise<Value> => {
      const found = dictOf([]);
      for await (const entry of table.tables(field)) {
        found.keys.push((await entry.text(0)) ?? "");
        found.values.push(nameOf(entry.u32(1), subgraph.tensors));
      }
      return found;
    };
    return dictOf([
      ["subgraph", BigInt(table.u32(4))],
      ["inputs", await map(0)],
      ["outputs", await map(1)],
    ]);
  }

  private async operator(table: Table, tensors: readonly TensorFacts[]): Promise<Value> {
    const code = this.codes[table.u32(0)];
    if (code === undefined) throw corrupt(`an operator has the code ${table.u32(0)}, which is not there`, table.at);
    const old = code.i8(0);
    const number = old < OLD_CODES ? Math.max(old, code.i32(3)) : code.i32(3);
    const isCustom = OPERATORS[number] === "CUSTOM";
    const options = await optionsOf(table);
    const custom = await table.vector(5, 1);
    return dictOf([
      ["op", isCustom ? ((await code.text(1)) ?? "CUSTOM") : (OPERATORS[number] ?? `operator ${number}`)],
      ["version", BigInt(code.i32(2, 1))],
      ["inputs", listOf(names(await table.integers(1), tensors))],
      ["outputs", listOf(names(await table.integers(2), tensors))],
      ...(options === undefined || options.keys.length === 0 ? [] : [["options", options] as const]),
      ...(custom === undefined || custom.count === 0
        ? []
        : [
            [
              "custom_options",
              {
                kind: "bytes",
                type: "bytes",
                data: slice(table.buffer.source, custom.start, custom.start + custom.count),
              },
            ] as const,
          ]),
    ]);
  }
}

function names(indices: readonly number[], tensors: readonly TensorFacts[]): string[] {
  return indices.map((index) => nameOf(index, tensors));
}

/** -1 stands for an input that is left out. */
function nameOf(index: number, tensors: readonly TensorFacts[]): string {
  return index === -1 ? "" : (tensors[index]?.name ?? `tensor_${index}`);
}
