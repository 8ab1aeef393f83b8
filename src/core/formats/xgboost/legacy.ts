import { ForwardReader } from "../../bytes/forward.ts";
import { type ByteSource, checkRange } from "../../bytes/source.ts";
import { corrupt, truncated, unsupported } from "../../errors.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { readElements } from "../../model/window.ts";
import type { DictNode, ListNode, Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { dict, put, scientificText, settleObjective } from "./legacy-json.ts";

// The binary form of XGBoost up to 2.x, little-endian; `binf` before it from 0.8x on:
//   learner 136 | name of the objective | name of the booster | booster | attributes | names of metrics
//   learner   f32 base_score, u32 num_feature, i32 num_class, i32 has attributes, i32 has metrics, u32 major, u32 minor,
//             u32 num_target, i32 boost_from_average, reserved
//   text      u64 length, bytes      list: u64 count, elements
//   gbtree    160: i32 num_trees, num_parallel_tree, num_feature, pad, i64 num_pbuffer, i32 num_output_group,
//             size_leaf_vector, reserved[32] | trees | i32 group of each tree | dart: list of f32 weights
//   tree      148: i32 num_roots, num_nodes, num_deleted, max_depth, num_feature, size_leaf_vector, reserved[31]
//             node 20: i32 parent (its highest bit: is the left child), left, right, u32 split (highest bit: missing goes
//             left), f32 threshold or leaf value | node 16: f32 gain, cover, weight, i32 leaves below
//   gblinear  136: u32 num_feature, i32 num_output_group, reserved[32] | list of f32 weights
//   https://github.com/dmlc/xgboost/blob/v1.7.6/src/learner.cc · src/gbm/gbtree_model.h · include/xgboost/tree_model.h

const LEARNER_BYTES = 136;
const FOREST_BYTES = 160;
const TREE_BYTES = 148;
const NODE_BYTES = 20;
const STAT_BYTES = 16;
const LINEAR_BYTES = 136;
/** Names and attributes are short; learning histories may be attributes. */
const TEXT_BYTES = 64 * 1024 * 1024;

export const LEGACY_SIGNATURE = "binf";
export const BOOSTERS: ReadonlySet<string> = new Set(["gbtree", "dart", "gblinear"]);

/** Where the objective's name begins: behind the learner, and the signature where there is one. */
export function namesAt(hasSignature: boolean): number {
  return LEARNER_BYTES + (hasSignature ? LEGACY_SIGNATURE.length : 0);
}

const UINT32 = scalarDType("uint32");
const INT32 = scalarDType("int32");
const FLOAT32 = scalarDType("float32");
const UINT8 = scalarDType("uint8");
const INT64 = scalarDType("int64");

/**
 * Reads the old binary form into the graph that JSON has, as XGBoost itself does when it saves one as the other, so that a
 * model has the same parameters whatever it was saved as. What was read stays in `root` when reading throws half-way.
 */
export class LegacyReader {
  readonly root: DictNode = dict({});
  private readonly reader: ForwardReader;
  private readonly source: ByteSource;
  /** Major and minor; zeros where the file does not say. */
  private version: readonly [number, number] = [0, 0];

  constructor(source: ByteSource) {
    this.source = source;
    this.reader = new ForwardReader(source);
  }

  get offset(): number {
    return this.reader.offset;
  }

  /** Throws `truncated`, `corrupt`, `unsupported`. */
  async read(work: Work): Promise<void> {
    const { reader, root, source } = this;
    const first = await reader.peek();
    if (first === LEGACY_SIGNATURE.charCodeAt(0) && source.size > LEGACY_SIGNATURE.length) {
      const found = new TextDecoder("latin1").decode(await reader.take(LEGACY_SIGNATURE.length));
      if (found !== LEGACY_SIGNATURE) throw corrupt(`${source.name} begins with ${JSON.stringify(found)}`, 0);
    }
    const scoreAt = reader.offset;
    const header = await reader.view(LEARNER_BYTES);
    const int = (index: number): number => header.getInt32(index * 4, true);
    const [hasAttributes, hasMetrics, major, minor] = [int(3) !== 0, int(4) !== 0, int(5), int(6)];
    this.version = major > 0 ? [major, minor] : [0, 0];
    const score = header.getFloat32(0, true);
    const tensor = { dtype: FLOAT32, shape: [], order: "C" as const, offset: scoreAt, data: source };
    const numbers: Record<string, Value> = {
      base_score: Number.isFinite(score) ? scientificText(score) : { kind: "scalar", tensor },
      ...(this.isSince(1, 7) ? { boost_from_average: String(int(8)) } : {}),
      num_class: String(int(2)),
      num_feature: String(header.getUint32(4, true)),
      ...(int(7) > 0 ? { num_target: String(int(7)) } : {}),
    };
    const objective = await this.text();
    const name = await this.text();
    const learner = dict({ learner_model_param: dict(numbers), objective: dict({ name: objective }) });
    // This form has no names; JSON has empty lists for none.
    if (this.isSince(1, 4)) {
      put(learner, "feature_names", { kind: "list", type: "list", items: [] });
      put(learner, "feature_types", { kind: "list", type: "list", items: [] });
    }
    put(root, "learner", learner);
    // Versions before 1.0 do not say which they are.
    if (major > 0) put(root, "version", `${major}.${minor}`);
    if (!BOOSTERS.has(name))
      throw unsupported(`${source.name}: the booster ${JSON.stringify(name.slice(0, 40))}`, reader.offset);
    const booster = dict({ name });
    put(learner, "gradient_booster", booster);
    if (name === "gblinear") await this.linear(booster);
    else await this.forest(booster, name === "dart", work);
    const attributes = hasAttributes ? await this.pairs() : dict({});
    if (hasAttributes) put(learner, "attributes", attributes);
    // From 1.0 on the settings of the objective are an attribute, as the text of their JSON.
    settleObjective(learner, attributes, objective);
    // Before 1.0 a Poisson objective saved a setting of its own here.
    if (objective === "count:poisson" && major === 0 && reader.remaining > 0)
      put(learner, "max_delta_step", await this.text());
    // From 1.0 on the names of metrics are an attribute.
    if (hasMetrics && !attributes.keys.includes("metrics")) put(learner, "metrics", await this.texts());
  }

  private isSince(major: number, minor: number): boolean {
    const [first, second] = this.version;
    return first > major || (first === major && second >= minor);
  }

  private async forest(booster: DictNode, isDart: boolean, work: Work): Promise<void> {
    const { reader, source } = this;
    const header = await reader.view(FOREST_BYTES);
    const count = header.getInt32(0, true);
    if (count < 0 || count * TREE_BYTES > reader.remaining)
      throw truncated(`${source.name}: ${count} trees`, reader.offset, count * TREE_BYTES, reader.remaining);
    const leafSize = header.getInt32(28, true);
    const trees: ListNode = { kind: "list", type: "list", items: [] };
    const model = dict({
      gbtree_model_param: dict({
        ...(this.isSince(1, 6) ? { num_parallel_tree: String(header.getInt32(4, true)) } : {}),
        num_trees: String(count),
        size_leaf_vector: String(leafSize),
      }),
      trees,
    });
    if (isDart) put(booster, "gbtree", dict({ model, name: "gbtree" }));
    else put(booster, "model", model);
    for (let index = 0; index < count; index++) {
      if (work.isDue()) await work.checkpoint();
      trees.items.push(await this.tree(index));
    }
    put(model, "tree_info", this.column(INT32, reader.offset, count, 4));
    reader.skip(count * 4);
    if (isDart && count > 0) put(booster, "weight_drop", await this.floats());
  }

  private async tree(index: number): Promise<Value> {
    const { reader, source } = this;
    const header = await reader.view(TREE_BYTES);
    const int = (at: number): number => header.getInt32(at * 4, true);
    const [nodes, deleted, features, leafSize] = [int(1), int(2), int(4), int(5)];
    const start = reader.offset;
    const size = nodes * (NODE_BYTES + STAT_BYTES);
    if (nodes < 1 || size > reader.remaining)
      throw nodes < 1
        ? corrupt(`${source.name}: tree ${index} has ${nodes} nodes`, start)
        : truncated(`${source.name}: tree ${index} of ${nodes} nodes`, start, size, reader.remaining);
    reader.skip(size);
    const stats = start + nodes * NODE_BYTES;
    const node = (dtype: typeof INT32, at: number): Value => this.column(dtype, start + at, nodes, NODE_BYTES);
    const stat = (dtype: typeof INT32, at: number): Value => this.column(dtype, stats + at, nodes, STAT_BYTES);
    const splits = this.tensor(UINT32, start + 12, nodes, NODE_BYTES);
    const derived = (tensor: TensorRef): Value => ({ kind: "tensor", className: "list", tensor, offset: start });
    const none = (dtype: typeof INT32): Value => derived(computed(this.tensor(UINT32, start, 0, 4), dtype, () => 0));
    // This form has no categories: JSON says so with empty columns and a type of split that is 0 everywhere.
    const categories: Readonly<Record<string, Value>> = this.isSince(1, 3)
      ? {
          categories: none(INT32),
          categories_nodes: none(INT32),
          categories_segments: none(INT64),
          categories_sizes: none(INT64),
        }
      : {};
    return dict({
      base_weights: stat(FLOAT32, 8),
      ...categories,
      default_left: derived(computed(splits, UINT8, (value) => value >>> 31)),
      id: BigInt(index),
      left_children: node(INT32, 4),
      loss_changes: stat(FLOAT32, 0),
      parents: derived(computed(this.tensor(UINT32, start, nodes, NODE_BYTES), INT32, withoutFlag)),
      right_children: node(INT32, 8),
      split_conditions: node(FLOAT32, 16),
      split_indices: derived(computed(splits, INT32, withoutFlag)),
      ...(this.isSince(1, 3) ? { split_type: derived(computed(splits, UINT8, () => 0)) } : {}),
      sum_hessian: stat(FLOAT32, 4),
      tree_param: dict({
        num_deleted: String(deleted),
        num_feature: String(features),
        num_nodes: String(nodes),
        size_leaf_vector: String(leafSize),
      }),
    });
  }

  private async linear(booster: DictNode): Promise<void> {
    const header = await this.reader.view(LINEAR_BYTES);
    const groups = BigInt(header.getInt32(4, true));
    put(booster, "model", dict({ num_output_group: groups, weights: await this.floats() }));
  }

  private async floats(): Promise<Value> {
    const count = await this.size(4);
    const node = this.column(FLOAT32, this.reader.offset, count, 4);
    this.reader.skip(count * 4);
    return node;
  }

  private column(dtype: typeof INT32, offset: number, count: number, stride: number): Value {
    return { kind: "tensor", className: "list", tensor: this.tensor(dtype, offset, count, stride), offset };
  }

  private tensor(dtype: typeof INT32, offset: number, count: number, stride: number): TensorRef {
    const dense = stride === dtype.itemSize;
    return { dtype, shape: [count], order: "C", offset, data: this.source, ...(dense ? {} : { strides: [stride] }) };
  }

  /** A count of elements that take `bytes` each at least. */
  private async size(bytes: number): Promise<number> {
    const { reader, source } = this;
    const at = reader.offset;
    const count = (await reader.view(8)).getBigUint64(0, true);
    if (count * BigInt(bytes) > BigInt(reader.remaining))
      throw truncated(`${source.name}: ${count} elements`, at, Number(count) * bytes, reader.remaining);
    return Number(count);
  }

  private async text(): Promise<string> {
    const at = this.reader.offset;
    const length = await this.size(1);
    if (length > TEXT_BYTES) throw corrupt(`${this.source.name}: a text of ${length} bytes at byte ${at}`, at);
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await this.reader.take(length));
  }

  private async texts(): Promise<Value> {
    const count = await this.size(8);
    const items: Value[] = [];
    for (let i = 0; i < count; i++) items.push(await this.text());
    return { kind: "list", type: "list", items };
  }

  private async pairs(): Promise<DictNode> {
    const count = await this.size(16);
    const node = dict({});
    for (let i = 0; i < count; i++) {
      const key = await this.text();
      put(node, key, await this.text());
    }
    return node;
  }
}

/** An index without the flag in its highest bit. */
function withoutFlag(value: number): number {
  return value & 0x7fff_ffff;
}

/** What is told from other numbers, when it is read. */
function computed(from: TensorRef, dtype: typeof INT32, make: (value: number) => number): TensorRef {
  const count = from.shape[0] ?? 0;
  const { itemSize } = dtype;
  const source: ByteSource = {
    size: count * itemSize,
    name: from.data.name,
    async read(start, end) {
      checkRange(source, start, end);
      const first = Math.floor(start / itemSize);
      const length = Math.ceil(end / itemSize) - first;
      const given = await readElements(from, first, length);
      const numbers = new DataView(given.buffer, given.byteOffset, given.byteLength);
      const out = new DataView(new ArrayBuffer(length * itemSize));
      for (let i = 0; i < length; i++) {
        const value = make(numbers.getUint32(i * 4, true));
        if (itemSize === 1) out.setUint8(i, value);
        else out.setInt32(i * 4, value, true);
      }
      return new Uint8Array(out.buffer).subarray(start - first * itemSize, end - first * itemSize);
    },
  };
  return { dtype, shape: from.shape, order: "C", offset: 0, data: source };
}
