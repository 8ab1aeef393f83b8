import { type ByteSource, slice } from "../../bytes/source.ts";
import { asArtifactError, truncated } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType, type ScalarName } from "../../model/dtype.ts";
import { dictOf, integersOf, listOf } from "../../model/make-value.ts";
import type { DictNode, Value } from "../../model/value.ts";
import { FreeNames } from "../free-names.ts";
import type { Table } from "../flatbuffers/table.ts";
import * as say from "./findings.ts";
import { sparseValue } from "./sparse.ts";
import { textsOf } from "./strings.ts";
import { elementsOf, elementType } from "./types.ts";

/** What other parts of a model say of a tensor. */
export interface TensorFacts {
  readonly name: string;
  /** As one line: `int8 [1, 49, 40]`. */
  readonly detail: string;
  /** What it is, for inputs and outputs. */
  readonly described: DictNode;
}

/** Tensors of all subgraphs: those with bytes become values under their names, and so do scales and zero points. */
export class TensorReader {
  readonly root: DictNode = { kind: "dict", keys: [], values: [] };
  isWhole = true;
  private readonly source: ByteSource;
  private readonly buffers: readonly Table[];
  private readonly findings: CappedFindings;
  private readonly names = new FreeNames("subgraph");

  constructor(source: ByteSource, buffers: readonly Table[], findings: CappedFindings) {
    this.source = source;
    this.buffers = buffers;
    this.findings = findings;
  }

  /** `prefix` goes before the names of all subgraphs but the first. */
  async add(tensor: Table, index: number, prefix: string): Promise<TensorFacts> {
    const given = await tensor.text(3);
    const name = this.names.take(`${prefix}${given === undefined || given === "" ? `tensor_${index}` : given}`);
    const shape = await tensor.integers(0);
    const signature = tensor.has(7) ? await tensor.integers(7) : shape;
    const type = elementType(tensor.i8(1));
    const facts: TensorFacts = {
      name,
      detail: `${type.name} [${signature.join(", ")}]`,
      described: dictOf([
        ["name", name],
        ["dtype", type.name],
        ["shape", integersOf(signature)],
      ]),
    };
    try {
      const data = await this.dataOf(tensor.u32(2));
      if (data !== undefined) this.put(name, await this.valueOf(tensor, name, shape, data));
    } catch (error) {
      const reason = asArtifactError(error, name);
      if (reason.code === "cancelled") throw reason;
      const rule = reason.code === "truncated" ? "integrity/truncated" : "integrity/corrupt";
      this.put(name, this.unread(tensor, name, rule, `cannot be read: ${reason.message}`));
    }
    await this.quantization(tensor, name, facts.described);
    return facts;
  }

  /** Bytes of a buffer; undefined for the empty ones, which stand for tensors that a run fills. */
  async dataOf(index: number): Promise<ByteSource | undefined> {
    const buffer = this.buffers[index];
    if (buffer === undefined) {
      if (index === 0) return undefined;
      throw truncated(`${this.source.name}: buffer ${index}`, index, 1, 0);
    }
    const [offset, size] = [buffer.u64(1), buffer.u64(2)];
    // An offset of 1 is what a converter writes before it knows where the bytes will be.
    if (offset > 1n && size > 0n) {
      if (offset + size > BigInt(this.source.size))
        throw truncated(
          `${this.source.name}: buffer ${index}`,
          Number(offset),
          Number(size),
          this.source.size - Number(offset),
        );
      return slice(this.source, Number(offset), Number(offset + size));
    }
    const vector = await buffer.vector(0, 1);
    if (vector === undefined || vector.count === 0) return undefined;
    return slice(this.source, vector.start, vector.start + vector.count);
  }

  private async valueOf(tensor: Table, name: string, shape: readonly number[], data: ByteSource): Promise<Value> {
    const type = elementType(tensor.i8(1));
    if (type.kind === "other") {
      const texts = type.name === "string" ? await textsOf(data) : undefined;
      if (texts !== undefined) return listOf(texts);
      return this.withBytes(tensor, name, shape, data, `has elements of ${type.name}, which are shown as bytes`);
    }
    const sparsity = await tensor.table(6);
    if (sparsity !== undefined) {
      const perByte = type.kind === "packed" ? 8 / type.bits : 1;
      const { dtype } = elementsOf(type, 1);
      const stored = Math.floor((data.size * perByte) / (type.kind === "packed" ? 1 : dtype.itemSize));
      const elements = elementsOf(type, stored);
      const values = {
        dtype: elements.dtype,
        shape: [stored],
        order: "C",
        offset: 0,
        data: elements.read(data),
      } as const;
      return sparseValue(sparsity, shape, { kind: "tensor", tensor: values, className: "values", offset: tensor.at });
    }
    const count = shape.reduce((product, dim) => product * dim, 1);
    if (shape.length > LIMITS.dimensions || shape.some((dim) => dim < 0) || !Number.isSafeInteger(count * 16))
      return this.unread(tensor, name, "integrity/corrupt", `has the shape [${shape.slice(0, 64).join(", ")}]`);
    const { dtype, bytes, read } = elementsOf(type, count);
    if (bytes !== data.size)
      return this.withBytes(
        tensor,
        name,
        shape,
        data,
        `has ${data.size} bytes, and ${bytes} by its shape [${shape.join(", ")}] of ${type.name}`,
      );
    return {
      kind: "tensor",
      tensor: { dtype, shape, order: "C", offset: 0, data: read(data) },
      className: "tensor",
      offset: tensor.at,
    };
  }

  /** Scales and zero points, one or one for each channel, and the range that they were made from. */
  private async quantization(tensor: Table, name: string, described: DictNode): Promise<void> {
    try {
      const table = await tensor.table(4);
      if (table === undefined) return;
      for (const [field, part, scalar] of QUANTIZATION) {
        const dtype = scalarDType(scalar);
        const vector = await table.vector(field, dtype.itemSize);
        if (vector === undefined || vector.count === 0) continue;
        const data = slice(this.source, vector.start, vector.start + vector.count * dtype.itemSize);
        this.put(this.names.take(`${name}:${part}`), {
          kind: "tensor",
          tensor: { dtype, shape: [vector.count], order: "C", offset: 0, data },
          className: "vector",
          offset: table.at,
        });
        if (part !== "scale" || vector.count < 2) continue;
        described.keys.push("quantized_dimension");
        described.values.push(BigInt(table.i32(6)));
        this.put(this.names.take(`${name}:quantized_dimension`), BigInt(table.i32(6)));
      }
      await this.quantizationDetails(tensor, table, name);
    } catch (error) {
      const reason = asArtifactError(error, name);
      if (reason.code === "cancelled" || reason.code === "limit") throw reason;
      const rule = reason.code === "truncated" ? "integrity/truncated" : "integrity/corrupt";
      this.problem(tensor, name, rule, `has a quantisation that cannot be read: ${reason.message}`);
    }
  }

  /** Other ways than one scale for each channel: a custom one's bytes, or blocks whose scales are tensors. */
  private async quantizationDetails(tensor: Table, table: Table, name: string): Promise<void> {
    const kind = table.u8(4);
    const details = await table.table(5);
    if (kind === 0 || details === undefined) return;
    if (kind === 1) {
      const vector = await details.vector(0, 1);
      const data = slice(this.source, vector?.start ?? 0, (vector?.start ?? 0) + (vector?.count ?? 0));
      this.put(this.names.take(`${name}:custom_quantization`), { kind: "bytes", type: "bytes", data });
    } else if (kind === 2)
      this.put(
        this.names.take(`${name}:blockwise_quantization`),
        dictOf([
          ["scales", BigInt(details.i32(0))],
          ["zero_points", BigInt(details.i32(1))],
          ["block_size", BigInt(details.i32(2))],
        ]),
      );
    else
      this.problem(
        tensor,
        name,
        "integrity/not-read",
        `has details of its quantisation of kind ${kind}, which are not read`,
      );
  }

  private withBytes(tensor: Table, name: string, shape: readonly number[], data: ByteSource, problem: string): Value {
    this.problem(tensor, name, "integrity/corrupt", problem);
    return dictOf([
      ["dtype", elementType(tensor.i8(1)).name],
      ["shape", integersOf(shape)],
      ["bytes", { kind: "bytes", type: "bytes", data }],
    ]);
  }

  private unread(tensor: Table, name: string, rule: Parameters<typeof say.tensorProblem>[1], problem: string): Value {
    this.problem(tensor, name, rule, problem);
    return { kind: "unread", why: `the tensor ${problem}`, offset: tensor.at };
  }

  private problem(tensor: Table, name: string, rule: Parameters<typeof say.tensorProblem>[1], problem: string): void {
    this.findings.add(say.tensorProblem(this.source, rule, name, tensor.at, problem));
    this.isWhole = false;
  }

  private put(name: string, value: Value): void {
    this.root.keys.push(name);
    this.root.values.push(value);
  }

  /** Names need not be different in the file; addresses are. */
}

const QUANTIZATION: readonly (readonly [field: number, part: string, scalar: ScalarName])[] = [
  [2, "scale", "float32"],
  [3, "zero_point", "int64"],
  [0, "min", "float32"],
  [1, "max", "float32"],
];
