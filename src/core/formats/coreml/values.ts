import type { Siblings } from "../../bytes/siblings.ts";
import { placeIn } from "../../bytes/place.ts";
import { type ByteSource, fromBytes } from "../../bytes/source.ts";
import { asArtifactError, unsupported } from "../../errors.ts";
import type { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { say } from "../../model/sentence.ts";
import type { TensorRef } from "../../model/tensor.ts";
import type { DictNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { type Describing, describeMessage } from "../protobuf/describe.ts";
import type { Message, Range } from "../protobuf/message.ts";
import { FIRST_KIND } from "./messages.ts";
import { codesOf, type Extent, extentsOf, meantBy } from "./quantised.ts";
import { ProgramReader } from "./program.ts";
import { WeightFiles } from "./weight-file.ts";

const SCAN_BYTES = 256 * 1024;

/** Values of a Core ML model: weights as tensors, the nodes of trees as columns, everything else by its fields. */
export class CoremlValues implements Describing {
  readonly source: ByteSource;
  readonly work: Work;
  isWhole = true;
  /** What programs do, by the name of the function. */
  readonly operations: { readonly keys: Value[]; readonly values: Value[] } = { keys: [], values: [] };
  private readonly extents = new Map<Message, Extent>();
  private readonly findings: CappedFindings;
  private readonly siblings: Siblings | undefined;

  constructor(source: ByteSource, work: Work, findings: CappedFindings, siblings: Siblings | undefined) {
    this.source = source;
    this.work = work;
    this.findings = findings;
    this.siblings = siblings;
  }

  async special(message: Message): Promise<Value | undefined> {
    switch (message.spec.name) {
      case "Model":
        return this.model(message);
      case "ConvolutionLayerParams":
      case "InnerProductLayerParams":
      case "EmbeddingLayerParams":
      case "EmbeddingNDLayerParams":
      case "BatchedMatMulLayerParams":
      case "LoadConstantLayerParams":
      case "LoadConstantNDLayerParams":
        await this.tellExtents(message);
        return undefined;
      case "WeightParams":
        return this.weights(message);
      case "Program":
        return this.program(message);
      case "TreeEnsembleParameters":
        return this.trees(message);
      case "StringVector":
        return { kind: "list", type: "list", items: [...message.texts("vector")] };
      default:
        return undefined;
    }
  }

  /** What kind of model it is, with its state. The description is the schema. */
  async model(message: Message): Promise<DictNode> {
    const dict: DictNode = { kind: "dict", keys: [], values: [] };
    const kind = kindOf(message);
    if (kind === undefined) return dict;
    dict.keys.push(kind);
    const inner = message.message(kind);
    dict.values.push(inner === undefined ? null : await describeMessage(inner, this));
    return dict;
  }

  private async program(message: Message): Promise<Value> {
    const reader = new ProgramReader(this.source, this.work, this.findings, new WeightFiles(this.siblings));
    const constants = await reader.program(message, this.operations);
    this.isWhole &&= reader.isWhole;
    return constants;
  }

  private notRead(at: number, sentence: ReturnType<typeof say>): void {
    this.isWhole = false;
    this.findings.add(finding("integrity/not-read", "warning", sentence, placeIn(this.source, at, 0)));
  }

  private async tellExtents(layer: Message): Promise<void> {
    for (const [name, extent] of (await extentsOf(layer, this.source, this.work)) ?? []) {
      const weights = layer.message(name);
      if (weights !== undefined) this.extents.set(weights, extent);
    }
  }

  private async weights(message: Message): Promise<Value | undefined> {
    const float16 = message.range("float16Value");
    if (float16 !== undefined && float16.end > float16.start) return this.array("float16", float16);
    const int8 = message.range("int8RawValue");
    if (int8 !== undefined && int8.end > int8.start) return this.array("int8", int8);
    const raw = message.range("rawValue");
    if (raw !== undefined && raw.end > raw.start) return this.quantised(message, raw);
    // A lone list of floats is the weights; whether they may be updated is no weight.
    return message.numbers("floatValue") === undefined ? undefined : this.floats(message);
  }

  private async floats(message: Message): Promise<Value> {
    const described = await describeMessage(message, { source: this.source, work: this.work });
    if (typeof described !== "object" || described?.kind !== "dict") return described;
    return described.values[described.keys.indexOf("floatValue")] ?? null;
  }

  private async quantised(message: Message, raw: Range): Promise<Value> {
    const quantization = message.message("quantization");
    const bits = quantization?.number("numberOfBits") ?? 8;
    const described = quantization === undefined ? null : await describeMessage(quantization, this);
    const dict = (values: Value, meant?: Value): DictNode => ({
      kind: "dict",
      keys: ["values", ...(meant === undefined ? [] : ["dequantized"]), "quantization"],
      values: [values, ...(meant === undefined ? [] : [meant]), described],
    });
    const told = this.extents.get(message);
    const extent = bits === 8 ? { ...told, count: raw.end - raw.start } : told;
    try {
      // How many there are is what the layer says; of others the last byte may have some too many.
      if (extent === undefined || bits < 1 || bits > 8) throw unsupported(`weights of ${bits} bits in such a layer`);
      const codes = codesOf(this.source, raw, bits, extent.count);
      const meant = quantization === undefined ? undefined : meantBy(codes, quantization, this.source, extent.inner);
      const shown = bits === 8 ? this.array("uint8", raw) : tensorOf(codes, raw.start);
      return dict(shown, meant === undefined ? undefined : tensorOf(meant, raw.start));
    } catch (error) {
      const reason = asArtifactError(error, "reading weights");
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      this.notRead(message.start, say("Weights are shown as bytes: {reason}.", { reason: reason.message }));
      return dict(this.array("uint8", raw, "bytes"));
    }
  }

  private array(scalar: ScalarName, { start, end }: Range, className = "array"): Value {
    const dtype = scalarDType(scalar);
    const shape = [Math.floor((end - start) / dtype.itemSize)];
    if ((end - start) % dtype.itemSize !== 0)
      this.notRead(
        start,
        say("Weights of {bits} bits each are shown as bytes: their values are not unpacked.", {
          bits: 8 * dtype.itemSize,
        }),
      );
    return {
      kind: "tensor",
      tensor: { dtype, shape, order: "C", offset: start, data: this.source },
      className,
      offset: start,
    };
  }

  /** A node takes some fifty bytes of the file and has no name: all nodes together are one table. */
  private async trees(message: Message): Promise<Value> {
    const plain = await describeMessage(message, { source: this.source, work: this.work, special: nodesAside });
    const nodes = message.messages("nodes");
    const columns: DictNode = { kind: "dict", keys: [], values: [] };
    for (const name of INTEGERS)
      this.column(columns, name, "int64", nodes.length, (view, i) =>
        view.setBigInt64(8 * i, nodes[i]?.int(name) ?? 0n, true),
      );
    for (const name of DOUBLES) this.column(columns, name, "float64", nodes.length, await this.doubles(nodes, name));
    const leaves = nodes.flatMap((node, i) => node.messages("evaluationInfo").map((info) => ({ info, i })));
    const infos = leaves.map(({ info }) => info);
    const evaluation: DictNode = { kind: "dict", keys: [], values: [] };
    this.column(evaluation, "node", "int64", leaves.length, (view, k) =>
      view.setBigInt64(8 * k, BigInt(leaves[k]?.i ?? 0), true),
    );
    this.column(evaluation, "evaluationIndex", "int64", leaves.length, (view, k) =>
      view.setBigInt64(8 * k, infos[k]?.int("evaluationIndex") ?? 0n, true),
    );
    this.column(evaluation, "evaluationValue", "float64", leaves.length, await this.doubles(infos, "evaluationValue"));
    const rest = typeof plain === "object" && plain?.kind === "dict" ? plain : { keys: [], values: [] };
    const kept = rest.keys.map((key, i) => [key, rest.values[i] ?? null] as const).filter(([key]) => key !== "nodes");
    return {
      kind: "dict",
      keys: [...kept.map(([key]) => key), "nodes", "evaluationInfo"],
      values: [...kept.map(([, value]) => value), columns, evaluation],
    };
  }

  private column(
    dict: DictNode,
    name: string,
    scalar: ScalarName,
    count: number,
    put: (view: DataView, i: number) => void,
  ): void {
    const bytes = new Uint8Array(8 * count);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < count; i++) put(view, i);
    const tensor = {
      dtype: scalarDType(scalar),
      shape: [count],
      order: "C",
      offset: 0,
      data: fromBytes(bytes, this.source.name),
    } as const;
    dict.keys.push(name);
    dict.values.push({ kind: "tensor", tensor, className: "array", offset: 0 });
  }

  /** Bits of a double of each message, read in blocks: the messages lie one after another. */
  private async doubles(messages: readonly Message[], name: string): Promise<(view: DataView, i: number) => void> {
    const bits = new BigUint64Array(messages.length);
    let start = 0;
    let bytes = new Uint8Array(0);
    for (const [i, message] of messages.entries()) {
      const at = message.fixed(name);
      if (at === undefined || message.fixedSize(name) !== 8) continue;
      if (at < start || at + 8 > start + bytes.length) {
        if (this.work.isDue()) await this.work.checkpoint();
        start = at;
        bytes = Uint8Array.from(await this.source.read(at, Math.min(this.source.size, at + SCAN_BYTES)));
      }
      bits[i] = new DataView(bytes.buffer).getBigUint64(at - start, true);
    }
    return (view, i) => view.setBigUint64(8 * i, bits[i] ?? 0n, true);
  }
}

const INTEGERS = [
  "treeId",
  "nodeId",
  "nodeBehavior",
  "branchFeatureIndex",
  "trueChildNodeId",
  "falseChildNodeId",
  "missingValueTracksTrueChild",
];
const DOUBLES = ["branchFeatureValue", "relativeHitRate"];

/** Nodes are made into columns by `trees`. */
function nodesAside({ spec }: Message): Promise<Value | undefined> {
  return Promise.resolve(spec.name === "TreeEnsembleParameters.TreeNode" ? null : undefined);
}

/** The field of `Model` that says what it is. */
export function kindOf(model: Message): string | undefined {
  return Object.entries(model.spec.fields).find(
    ([number, { name }]) => Number(number) >= FIRST_KIND && model.has(name),
  )?.[1].name;
}

function tensorOf(tensor: TensorRef, offset: number): Value {
  return { kind: "tensor", tensor, className: "array", offset };
}
