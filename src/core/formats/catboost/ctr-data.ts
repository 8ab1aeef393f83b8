import { type ByteSource, slice } from "../../bytes/source.ts";
import { corrupt, truncated } from "../../errors.ts";
import { dtypeFromName } from "../../model/dtype-from-name.ts";
import { scalarDType } from "../../model/dtype.ts";
import type { DictNode, Value } from "../../model/value.ts";
import { Flatbuffer } from "../flatbuffers/table.ts";
import { classifierOf, CTR_TYPES, elementsOf } from "./features.ts";

//   u32 number of tables | for each: u32 size, FlatBuffers: what it is over, hash table, statistics
//   Statistics by type: counts of a category by class (Borders, Buckets) or altogether (Counter, FeatureFreq) as i32, or the
//   sum and count of the target (…TargetMeanValue) as f32 and i32.
//   https://github.com/catboost/catboost/blob/master/catboost/libs/model/ctr_value_table.cpp

/** The part of a model that has statistics of categories. */
export const STATISTICS = "static_provider_v1";

const MEANS: ReadonlySet<string> = new Set(["BinarizedTargetMeanValue", "FloatTargetMeanValue"]);
const MEAN = "[('sum', '<f4'), ('count', '<i4')]";

/** The tables, their numbers where they lie; the byte behind the last one. Throws `truncated` and `corrupt`. */
export async function readStatistics(
  source: ByteSource,
  start: number,
): Promise<{ readonly tables: Value; readonly end: number }> {
  const items: Value[] = [];
  const count = await u32(source, start);
  let at = start + 4;
  if (count * 4 > source.size - at) throw truncated(`${source.name}: ${count} tables`, at, count * 4, source.size - at);
  for (let index = 0; index < count; index++) {
    const size = await u32(source, at);
    at += 4;
    if (size > source.size - at)
      throw truncated(`${source.name}: table ${index} of ${count}`, at, size, source.size - at);
    items.push(await tableOf(slice(source, at, at + size)));
    at += size;
  }
  return { tables: { kind: "list", type: "list", items }, end: at };
}

async function tableOf(source: ByteSource): Promise<DictNode> {
  const buffer = new Flatbuffer(source);
  const root = await buffer.root();
  const base = await root.table(0);
  const type = CTR_TYPES[base?.i8(1) ?? 0] ?? String(base?.i8(1));
  const [hashes, blob] = [await root.vector(1, 1), await root.vector(2, 1)];
  const classes = root.i32(4);
  const isMean = MEANS.has(type);
  const [itemSize, length] = [isMean ? 8 : 4, blob?.count ?? 0];
  if (length % itemSize !== 0)
    throw corrupt(`${source.name}: ${length} bytes of statistics of the type ${type}`, blob?.start);
  const rows = length / itemSize;
  const isTable = (type === "Borders" || type === "Buckets") && classes > 0 && rows % classes === 0;
  const classifier = classifierOf(base);
  return {
    kind: "dict",
    keys: [
      "ctr_type",
      "elements",
      ...(classifier === undefined ? [] : ["target_border_classifier_idx"]),
      "counter_denominator",
      "target_classes_count",
      "hash_map",
      "statistics",
    ],
    values: [
      type,
      await elementsOf(await base?.table(0), buffer),
      ...(classifier === undefined ? [] : [classifier]),
      BigInt(root.i32(3)),
      BigInt(classes),
      {
        kind: "bytes",
        type: "bytes",
        data: slice(source, hashes?.start ?? 0, (hashes?.start ?? 0) + (hashes?.count ?? 0), "hash table"),
      },
      {
        kind: "tensor",
        className: "array",
        tensor: {
          dtype: isMean ? dtypeFromName(MEAN) : scalarDType("int32"),
          shape: isTable ? [rows / classes, classes] : [rows],
          order: "C",
          offset: blob?.start ?? 0,
          data: source,
        },
        offset: blob?.start ?? 0,
      },
    ],
  };
}

async function u32(source: ByteSource, at: number): Promise<number> {
  if (at + 4 > source.size) throw truncated(source.name, at, 4, source.size - at);
  const bytes = await source.read(at, at + 4);
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}
