import { dictOf } from "../../model/make-value.ts";
import type { Value } from "../../model/value.ts";
import type { Message } from "../protobuf/message.ts";
import { fixedTensor } from "../protobuf/fixed-numbers.ts";
import { readElements } from "../../model/window.ts";
import { scalarDType } from "../../model/dtype.ts";
import { column, doubleOf } from "./domains.ts";
import type { Resolver } from "./resolve.ts";

const SPLIT = "tribuo.common.tree.SplitNodeProto";

/**
 * The nodes of a tree as columns, an entry for each node in the order of the file: what it splits on (-1 for a leaf), where a row
 * goes whose value is greater and where one that is not, and what a leaf predicts for each output. `outputs`: the names that
 * predictions have. Throws `limit` for more predictions than the nodes of the file can say.
 */
export async function treeColumns(
  nodes: readonly Message[],
  outputs: readonly string[],
  resolver: Resolver,
): Promise<Value> {
  const { source, work } = resolver;
  const count = nodes.length;
  const index = (fill: number): Int32Array => new Int32Array(count).fill(fill);
  const [feature, greater, other] = [index(-1), index(-1), index(-1)];
  const [threshold, impurity] = [new Float64Array(count), new Float64Array(count)];
  const places = new Map(outputs.map((name, i) => [name, i]));
  resolver.takePredictions(count * outputs.length * 8, nodes[0]?.start ?? 0);
  const predictions = new Float64Array(count * outputs.length);
  for (const [i, node] of nodes.entries()) {
    if (work.isDue()) await work.checkpoint();
    const { data } = await resolver.resolve(node);
    if (data === undefined) {
      resolver.leftOut.push(node.start);
      continue;
    }
    impurity[i] = await doubleOf(data, "impurity", source);
    if (data.spec.name === SPLIT) {
      feature[i] = data.number("split_feature_idx") ?? 0;
      greater[i] = data.number("greater_than_idx") ?? 0;
      other[i] = data.number("less_than_or_equal_idx") ?? 0;
      threshold[i] = await doubleOf(data, "split_value", source);
      continue;
    }
    const scores = data.messages("score").flatMap((entry) => entry.messages("value"));
    const output = data.message("output");
    for (const each of scores.length > 0 || output === undefined ? scores : [output])
      for (const [name, value] of await outputValues(each, resolver)) {
        const place = places.get(name);
        if (place === undefined) resolver.leftOut.push(each.start);
        else predictions[i * outputs.length + place] = value;
      }
  }
  const integers = (values: Int32Array): Value =>
    column("int32", count, (view, k) => view.setInt32(k * 4, values[k] ?? 0, true));
  const reals = (values: Float64Array, shape?: readonly number[]): Value =>
    column("float64", values.length, (view, k) => view.setFloat64(k * 8, values[k] ?? 0, true), shape);
  return dictOf([
    ["feature", integers(feature)],
    ["threshold", reals(threshold)],
    ["greater", integers(greater)],
    ["less_or_equal", integers(other)],
    ["impurity", reals(impurity)],
    ["output", reals(predictions, [count, outputs.length])],
  ]);
}

/** What an output says: a label with its score, or the dimensions of a regression with their values. */
async function outputValues(output: Message, resolver: Resolver): Promise<(readonly [string, number])[]> {
  const { source } = resolver;
  const { data } = await resolver.resolve(output);
  if (data === undefined) {
    resolver.leftOut.push(output.start);
    return [];
  }
  if (data.spec.name.endsWith(".LabelProto"))
    return [[data.text("label") ?? "", await doubleOf(data, "score", source)]];
  // The trees of separate outputs predict one dimension each.
  if (data.spec.name.endsWith(".DimensionTupleProto"))
    return [[data.text("name") ?? "", await doubleOf(data, "value", source)]];
  const numbers = data.numbers("value");
  const names = data.texts("name");
  if (!data.spec.name.endsWith(".RegressorProto")) resolver.leftOut.push(output.start);
  if (numbers === undefined || !data.spec.name.endsWith(".RegressorProto")) return [];
  const tensor = fixedTensor(source, numbers, scalarDType("float64"), [names.length]);
  const bytes = await readElements(tensor, 0, names.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return names.map((name, k) => [name, view.getFloat64(k * 8, true)] as const);
}
