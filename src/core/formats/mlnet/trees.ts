import type { ByteSource } from "../../bytes/source.ts";
import { SourceCursor } from "../../bytes/source-cursor.ts";
import { ArtifactError } from "../../errors.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import { dictOf, listOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";

//   ensemble: i32 4, i32 trees, each; f64 bias, i32 and i32 numbers of texts, i32 features
//   tree:     u8 0, i32 leaves, f64 largest output, f64 weight; arrays, each with its i32 length: i32 child where not greater,
//             i32 child where greater (a leaf is -1 - its number), i32 feature; i32 nodes that split by category, and for each i32
//             categories and two i32; u32 bins, f32 thresholds, f32 defaults of missing values, f64 leaves, f64 gains, f64 p-values,
//             f64 values before the split. Arrays that say nothing are empty. Early versions have no categories, or no defaults.
//   https://github.com/dotnet/machinelearning/blob/main/src/Microsoft.ML.FastTree/TreeEnsemble/InternalRegressionTree.cs

/** What a version of the layout has. */
interface Version {
  readonly hasDefaults: boolean;
  readonly hasCategories: boolean;
}

const VERSIONS: readonly Version[] = [
  { hasDefaults: true, hasCategories: true },
  { hasDefaults: true, hasCategories: false },
  { hasDefaults: false, hasCategories: false },
];
/** Bias, two texts, features. */
const TAIL = 20;

/** The trees of a gradient boosting (FastTree, LightGBM) where the bytes are exactly what the layout says; else undefined. */
export async function treesOf(
  model: ByteSource,
  work: Work,
): Promise<readonly (readonly [string, Value])[] | undefined> {
  for (const version of VERSIONS) {
    try {
      return await ensemble(model, version, work);
    } catch (error) {
      // Not this layout.
      if (!(error instanceof ArtifactError) || (error.code !== "truncated" && error.code !== "corrupt")) throw error;
    }
  }
  return undefined;
}

class Misfit extends ArtifactError {
  constructor(offset: number) {
    super("corrupt", "no trees of ML.NET", { offset });
  }
}

async function ensemble(
  model: ByteSource,
  version: Version,
  work: Work,
): Promise<readonly (readonly [string, Value])[]> {
  const cursor = new SourceCursor(model);
  if ((await cursor.u32()) !== 4) throw new Misfit(0);
  const count = await cursor.u32();
  // A tree takes more than fifty bytes.
  if (count === 0 || count * 50 > cursor.remaining) throw new Misfit(4);
  const trees: Value[] = [];
  for (let k = 0; k < count; k++) {
    if (work.isDue()) await work.checkpoint();
    trees.push(await tree(model, cursor, version));
  }
  if (cursor.remaining !== TAIL) throw new Misfit(cursor.offset);
  const bias = number(model, "float64", cursor.offset);
  cursor.offset += 16;
  const features = await cursor.u32();
  return [
    ["bias", bias],
    ["features", BigInt(features)],
    ["trees", listOf(trees)],
  ];
}

async function tree(model: ByteSource, cursor: SourceCursor, version: Version): Promise<Value> {
  const at = cursor.offset;
  if ((await cursor.u8()) !== 0) throw new Misfit(at);
  const leaves = await cursor.u32();
  const weight = number(model, "float64", cursor.offset + 8);
  cursor.offset += 16;
  const entries: (readonly [string, Value])[] = [["weight", weight]];
  const array = async (name: string, scalar: ScalarName, wanted?: number): Promise<void> => {
    const dtype = scalarDType(scalar);
    const length = await cursor.u32();
    if (length * dtype.itemSize > cursor.remaining || (length > 0 && wanted !== undefined && length < wanted))
      throw new Misfit(cursor.offset);
    const tensor = { dtype, shape: [length], order: "C" as const, offset: cursor.offset, data: model };
    if (length > 0) entries.push([name, { kind: "tensor", tensor, className: "array", offset: cursor.offset }]);
    cursor.offset += length * dtype.itemSize;
  };
  const nodes = leaves - 1;
  await array("lte_child", "int32", nodes);
  await array("gt_child", "int32", nodes);
  await array("split_feature", "int32", nodes);
  if (version.hasCategories) {
    const start = cursor.offset;
    await array("categorical_nodes", "int32");
    const count = (cursor.offset - start - 4) / 4;
    for (let k = 0; k < count; k++) {
      await array(`categories_${k}`, "int32");
      entries.push([`category_range_${k}`, number(model, "int32", cursor.offset, [2])]);
      cursor.offset += 8;
    }
  }
  await array("threshold_bin", "uint32", nodes);
  await array("threshold", "float32", nodes);
  if (version.hasDefaults) await array("default_for_missing", "float32", nodes);
  await array("leaf_value", "float64", leaves);
  await array("split_gain", "float64", nodes);
  await array("gain_p_value", "float64", nodes);
  await array("previous_leaf_value", "float64", nodes);
  return dictOf(entries);
}

function number(model: ByteSource, scalar: ScalarName, offset: number, shape: readonly number[] = []): Value {
  const tensor = { dtype: scalarDType(scalar), shape, order: "C" as const, offset, data: model };
  return { kind: "tensor", tensor, className: "array", offset };
}
