import { FreeNames } from "../free-names.ts";
import { placeIn } from "../../bytes/place.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, corrupt, unsupported } from "../../errors.ts";
import { CappedFindings } from "../../findings/capped.ts";
import { finding } from "../../findings/finding.ts";
import { ruleOf } from "../../findings/partly-read.ts";
import type { Fact, RawArtifact } from "../../model/artifact.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import { say } from "../../model/sentence.ts";
import type { Value } from "../../model/value.ts";
import { Flatbuffer, type Table } from "../flatbuffers/table.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";
import { BLOB, CONVOLUTION, LAST_KNOWN, LEARNED, operatorName, type Part, UNKNOWN } from "./schema.ts";
import { blobValue, compressedValue, quantisedValue, tensorValue, vectorTensor } from "./weights.ts";

/** Fields of Net and of SubGraphProto. */
const NET = { business: 0, operators: 3, outputs: 4, source: 6, names: 7, subgraphs: 10 };
const SUBGRAPH = { name: 0, names: 3, operators: 4 };
/** Fields of Op. */
const OP = { inputs: 0, kind: 1, main: 2, name: 3, outputs: 4, type: 5 };
/** Convolutions whose weights lie input by output. */
const TURNED = new Set([17, 18]);
const SOURCES = ["Caffe", "TensorFlow", "TensorFlow Lite", "ONNX", "Torch"];

/** Reads an MNN model: weights and constants by the name of their operator; operators as calls. */
export async function readMnn(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const root = await new Flatbuffer(source).root();
  const reader = new MnnReader(source);
  const facts: Fact[] = [];
  const outputs: string[] = [];
  try {
    outputs.push(...(await root.texts(NET.outputs)));
    const from = SOURCES[root.u8(NET.source)];
    if (from !== undefined) facts.push({ id: "mnn.source", label: "Converted from", value: from });
    const business = await root.text(NET.business);
    if (business) facts.push({ id: "mnn.business", label: "Business code", value: business });
    const names = await root.texts(NET.names);
    for await (const operator of root.tables(NET.operators)) {
      if (work.isDue()) await work.checkpoint();
      await reader.operator(operator, "", names);
    }
    for await (const graph of root.tables(NET.subgraphs)) {
      const inner = await graph.texts(SUBGRAPH.names);
      const prefix = `${(await graph.text(SUBGRAPH.name)) ?? "subgraph"}/`;
      for await (const operator of graph.tables(SUBGRAPH.operators)) {
        if (work.isDue()) await work.checkpoint();
        await reader.operator(operator, prefix, inner);
      }
    }
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    if (reason.code === "cancelled" || reason.code === "changed" || reader.operators.length === 0) throw reason;
    reader.isWhole = false;
    reader.findings.add(stoppedAt(source, reason));
  }
  if (reader.operators.length === 0) throw corrupt(`${source.name}: no operators`, root.at);
  return {
    format: "mnn",
    container: [],
    root: { kind: "dict", keys: reader.keys, values: reader.values },
    namedTensors: true,
    facts: [...facts, { id: "mnn.operators", label: "Operators", value: String(reader.operators.length) }],
    metadata: dictOf([["operators", listOf(reader.operators)]]),
    told: { framework: { name: "mnn" }, ...(outputs.length === 0 ? {} : { schema: { outputs } }) },
    findings: reader.findings.all(),
    complete: reader.isWhole,
  };
}

class MnnReader {
  readonly keys: Value[] = [];
  readonly values: Value[] = [];
  readonly operators: Value[] = [];
  readonly findings = new CappedFindings();
  isWhole = true;
  private readonly source: ByteSource;
  private readonly names = new FreeNames("model");

  constructor(source: ByteSource) {
    this.source = source;
  }

  async operator(operator: Table, prefix: string, names: readonly string[]): Promise<void> {
    const type = operator.i32(OP.type);
    const kind = operator.u8(OP.kind);
    const name = prefix + ((await operator.text(OP.name)) || `${operatorName(type)}[${this.operators.length}]`);
    const named = async (field: number): Promise<Value> =>
      listOf((await operator.integers(field)).map((index) => names[index] ?? BigInt(index)));
    this.operators.push({
      kind: "object",
      callable: { kind: "global", module: "mnn", name: operatorName(type), offset: operator.at },
      how: "call",
      args: [],
      kwargs: dictOf([
        ["name", name],
        ["inputs", await named(OP.inputs)],
        ["outputs", await named(OP.outputs)],
      ]),
      offset: operator.at,
    });
    const main = await operator.table(OP.main);
    if (main === undefined) return;
    if (kind === BLOB) {
      await this.put(name, main.at, () => blobValue(main, this.source));
      return;
    }
    if (kind > LAST_KNOWN || UNKNOWN.has(kind)) {
      await this.put(name, main.at, () =>
        Promise.reject(unsupported(`parameters of the kind ${kind} are not known`, main.at)),
      );
      return;
    }
    const shape = kind === CONVOLUTION && !TURNED.has(type) ? await kernelOf(main, this.source) : undefined;
    for (const part of LEARNED[kind] ?? []) await this.part(main, part, name, shape);
  }

  private async part(main: Table, part: Part, name: string, shape: KernelOf | undefined): Promise<void> {
    const { source } = this;
    const path = part.name === "" ? name : `${name}.${part.name}`;
    if (part.kind === "quantised itself") {
      await this.put(path, main.at, () => quantisedValue(main, source));
      return;
    }
    if (part.kind === "floats") {
      const vector = await main.vector(part.field, 4);
      if (vector === undefined) return;
      const kernel = part.name === "weight" ? shape?.(vector.count) : undefined;
      await this.put(path, main.at, () =>
        Promise.resolve(tensorValue(vectorTensor(source, "float32", vector, kernel), "weights")),
      );
      return;
    }
    const table = await main.table(part.field);
    if (table === undefined) return;
    await this.put(path, table.at, async () => {
      if (part.kind === "blob") return blobValue(table, source);
      return part.kind === "compressed"
        ? compressedValue(table, source, shape?.())
        : quantisedValue(table, source, shape?.((await table.vector(0, 1))?.count));
    });
  }

  private async put(path: string, at: number, read: () => Promise<Value>): Promise<void> {
    this.keys.push(this.names.take(path));
    try {
      this.values.push(await read());
    } catch (error) {
      const reason = asArtifactError(error, `reading ${path}`);
      if (reason.code === "cancelled" || reason.code === "changed") throw reason;
      this.isWhole = false;
      const rule = ruleOf(reason);
      const sentence = say("The values of {name} are not read: {reason}.", { name: path, reason: reason.message });
      this.findings.add(
        finding(rule, rule === "integrity/not-read" ? "warning" : "error", sentence, {
          path,
          ...placeIn(this.source, at, 0),
        }),
      );
      this.values.push({ kind: "unread", why: reason.message, offset: at });
    }
  }
}

/** The shape of so many weights; where their number is not known, what the settings say. */
type KernelOf = (count?: number) => readonly number[] | undefined;

/** Fields of Convolution2DCommon: kernelX 2, kernelY 3, group 9, outputCount 10, inputCount 11. */
async function kernelOf(main: Table, source: ByteSource): Promise<KernelOf> {
  const common = await main.table(0);
  if (common === undefined) throw corrupt(`${source.name}: a convolution without settings`, main.at);
  const [width, height] = [common.i32(2, 1), common.i32(3, 1)];
  const [group, outputs, inputs] = [common.i32(9, 1), common.i32(10), common.i32(11)];
  return (count) => {
    const step = outputs * height * width;
    // Converters of old leave the number of inputs out.
    const channels = count === undefined ? inputs / Math.max(1, group) : count / step;
    const shape = [outputs, channels, height, width];
    return shape.every((size) => Number.isSafeInteger(size) && size > 0) ? shape : undefined;
  };
}
