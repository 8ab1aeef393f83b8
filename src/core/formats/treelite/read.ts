import type { ByteSource } from "../../bytes/source.ts";
import { asArtifactError, corrupt, limitExceeded, truncated, unsupported } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { stoppedAt } from "../stopped.ts";

const TYPES: Readonly<Partial<Record<number, ScalarName>>> = { 1: "uint32", 2: "float32", 3: "float64" };
const TASKS = ["kBinaryClf", "kRegressor", "kMultiClf", "kLearningToRank", "kIsolationForest"];

/** Arrays of a tree in the order of the file; `leaf` and `threshold` stand for the model's types. */
const ARRAYS: readonly (readonly [string, ScalarName | "leaf" | "threshold"])[] = [
  ["node_type", "int8"],
  ["cleft", "int32"],
  ["cright", "int32"],
  ["split_index", "int32"],
  ["default_left", "bool"],
  ["leaf_value", "leaf"],
  ["threshold", "threshold"],
  ["cmp", "int8"],
  ["category_list_right_child", "bool"],
  ["leaf_vector", "leaf"],
  ["leaf_vector_begin", "uint64"],
  ["leaf_vector_end", "uint64"],
  ["category_list", "uint32"],
  ["category_list_begin", "uint64"],
  ["category_list_end", "uint64"],
  ["data_count", "uint64"],
  ["data_count_present", "bool"],
  ["sum_hess", "float64"],
  ["sum_hess_present", "bool"],
  ["gain", "float64"],
  ["gain_present", "bool"],
];

/** Reads a checkpoint of Treelite 4: settings, and the arrays of each tree where they lie. */
export async function readTreelite(source: ByteSource, { work }: ReadContext): Promise<RawArtifact> {
  const reader = new Reader(source);
  const version = [await reader.int(), await reader.int(), await reader.int()].join(".");
  const [threshold, leaf] = [TYPES[await reader.byte()], TYPES[await reader.byte()]];
  if (!version.startsWith("4.") || threshold === undefined || leaf === undefined)
    throw unsupported(`${source.name}: a checkpoint of Treelite ${version}`, 0);
  const total = await reader.length();
  const settings: [string, Value][] = [["num_feature", BigInt(await reader.int())]];
  const task = await reader.byte();
  settings.push(["task_type", TASKS[task] ?? BigInt(task)], ["average_tree_output", (await reader.byte()) !== 0]);
  settings.push(["num_target", BigInt(await reader.int())]);
  for (const name of ["num_class", "leaf_vector_shape", "target_id", "class_id"])
    settings.push([name, await reader.array("int32")]);
  settings.push(["postprocessor", await reader.text()]);
  for (const name of ["sigmoid_alpha", "ratio_c"]) settings.push([name, await reader.float()]);
  settings.push(["base_scores", await reader.array("float64")], ["attributes", await reader.text()]);
  await reader.noMore();

  const trees: Value[] = [];
  const findings: Finding[] = [];
  try {
    while (trees.length < total) {
      if (work.isDue()) await work.checkpoint();
      if ((trees.length + 1) * ARRAYS.length > LIMITS.tensors)
        throw limitExceeded(`${source.name}: arrays of trees`, total * ARRAYS.length, LIMITS.tensors, reader.at);
      trees.push(await treeOf(reader, leaf, threshold));
    }
    if (reader.at < source.size)
      throw corrupt(`${source.name}: ${source.size - reader.at} bytes behind the last tree`, reader.at);
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    findings.push(stoppedAt(source, reason));
  }
  return {
    format: "treelite",
    container: [],
    root: dictOf([...settings, ["trees", listOf(trees)]]),
    namedTensors: false,
    facts: [{ id: "treelite.trees", label: "Trees", value: String(total) }],
    told: { framework: { name: "treelite", version } },
    findings,
    complete: findings.length === 0,
  };
}

async function treeOf(reader: Reader, leaf: ScalarName, threshold: ScalarName): Promise<Value> {
  const nodes = await reader.int();
  const entries: [string, Value][] = [["has_categorical_split", (await reader.byte()) !== 0]];
  for (const [name, type] of ARRAYS) {
    const { at } = reader;
    const array = await reader.array(type === "leaf" ? leaf : type === "threshold" ? threshold : type);
    const [length = 0] = array.tensor.shape;
    // Lists over all nodes stand beside an array for each.
    if (length !== nodes && length !== 0 && name !== "leaf_vector" && name !== "category_list")
      throw corrupt(`${name} of ${length} elements in a tree of ${nodes} nodes`, at);
    if (length > 0) entries.push([name, array]);
  }
  await reader.noMore();
  await reader.noMore();
  return dictOf(entries);
}

/** Bytes read ahead; arrays are passed over. */
const WINDOW = 64 * 1024;

class Reader {
  at = 0;
  private readonly source: ByteSource;
  private window = new Uint8Array(0);
  private start = 0;

  constructor(source: ByteSource) {
    this.source = source;
  }

  async byte(): Promise<number> {
    return (await this.take(1)).getUint8(0);
  }

  async int(): Promise<number> {
    return (await this.take(4)).getInt32(0, true);
  }

  /** A float32 as what it is nearest to. */
  async float(): Promise<number> {
    return (await this.take(4)).getFloat32(0, true);
  }

  async length(): Promise<number> {
    const { at } = this;
    const length = Number((await this.take(8)).getBigUint64(0, true));
    if (!Number.isSafeInteger(length)) throw corrupt(`${this.source.name}: ${length} elements at byte ${at}`, at);
    return length;
  }

  async text(): Promise<string> {
    const length = await this.length();
    if (length > WINDOW) throw limitExceeded(`${this.source.name}: bytes of a text`, length, WINDOW, this.at);
    const { buffer, byteOffset } = await this.take(length);
    return new TextDecoder().decode(new Uint8Array(buffer, byteOffset, length));
  }

  async array(scalar: ScalarName): Promise<Extract<Value, { kind: "tensor" }>> {
    const length = await this.length();
    const offset = this.at;
    const dtype = scalarDType(scalar);
    const there = this.source.size - offset;
    if (length * dtype.itemSize > there) throw truncated(this.source.name, offset, length * dtype.itemSize, there);
    this.at += length * dtype.itemSize;
    const tensor = { dtype, shape: [length], order: "C", offset, data: this.source } as const;
    return { kind: "tensor", tensor, className: "array", offset };
  }

  /** Later versions may write more, each field by its name: what it would mean is not known. */
  async noMore(): Promise<void> {
    const { at } = this;
    const count = await this.int();
    if (count !== 0) throw unsupported(`${this.source.name}: ${count} more fields at byte ${at}`, at);
  }

  private async take(length: number): Promise<DataView> {
    const there = this.source.size - this.at;
    if (length > there) throw truncated(this.source.name, this.at, length, there);
    if (this.at < this.start || this.at + length > this.start + this.window.length) {
      this.start = this.at;
      this.window = (await this.source.read(this.at, this.at + Math.min(there, WINDOW))) as Uint8Array<ArrayBuffer>;
    }
    const view = new DataView(this.window.buffer, this.window.byteOffset + this.at - this.start, length);
    this.at += length;
    return view;
  }
}
