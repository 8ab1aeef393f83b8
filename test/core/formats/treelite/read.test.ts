import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import { decodeBlock } from "../../../../src/core/model/decode.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { concat } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { damagedCopies, fixture, fixtureJson, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";

interface Node {
  readonly split_feature_id?: number;
  readonly default_left?: boolean;
  readonly threshold?: number;
  readonly left_child?: number;
  readonly right_child?: number;
  readonly leaf_value?: number;
  readonly category_list?: readonly number[];
}
interface Model {
  readonly num_feature: number;
  readonly task_type: string;
  readonly base_scores: readonly number[];
  readonly trees: readonly { readonly nodes: readonly Node[] }[];
}

const { version, models } = fixtureJson("treelite/expected.json") as {
  readonly version: string;
  readonly models: Readonly<Record<string, Model>>;
};
const file = (name: string): Uint8Array => fixture(`treelite/${name}.tl`);

async function numbersAt(artifact: Artifact, path: string): Promise<number[]> {
  const tensor = artifact.parameters.find((each) => each.path === path)?.tensor;
  if (tensor === undefined) throw new Error(`no ${path}`);
  const [count = 0] = tensor.shape;
  const out = new Float64Array(count);
  decodeBlock(tensor.dtype, await readElements(tensor, 0, count), count, out);
  return [...out];
}

describe("a checkpoint of Treelite", () => {
  it.each(Object.entries(models))("(%s) has the nodes that Treelite says it has", async (name, model) => {
    const artifact = await openBytes(file(name), `${name}.tl`);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["treelite", true, []]);
    expect(artifact.framework).toEqual({ name: "treelite", version });
    const told = (path: string): unknown => artifact.values.find((each) => each.path === path)?.value;
    expect([told("num_feature"), told("task_type")]).toEqual([BigInt(model.num_feature), model.task_type]);
    expect(await numbersAt(artifact, "base_scores")).toEqual(model.base_scores);
    for (const [t, { nodes }] of model.trees.entries()) {
      const of = (array: string): Promise<number[]> => numbersAt(artifact, `trees[${t}].${array}`);
      expect(await of("cleft")).toEqual(nodes.map((node) => node.left_child ?? -1));
      expect(await of("cright")).toEqual(nodes.map((node) => node.right_child ?? -1));
      expect(await of("split_index")).toEqual(nodes.map((node) => node.split_feature_id ?? -1));
      expect(await of("leaf_value")).toEqual(nodes.map((node) => node.leaf_value ?? 0));
      const thresholds = await of("threshold");
      for (const [k, { threshold }] of nodes.entries()) expect(thresholds[k]).toBeCloseTo(threshold ?? 0, 6);
      const categories = nodes.flatMap((node) => node.category_list ?? []);
      expect(categories.length > 0 ? await of("category_list") : []).toEqual(categories);
    }
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(file("float64"), (bytes) => readBytes(bytes, "m.tl"));
    for (const { length, artifact } of shown)
      expect([length, artifact.complete, rulesOf(artifact)]).toEqual([length, false, ["integrity/truncated"]]);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    expect(shown.length).toBeGreaterThan(50);
  });

  it("says what follows the last tree", async () => {
    const artifact = await readBytes(concat(file("float32"), Uint8Array.of(0)), "m.tl");
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/corrupt"]]);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([file("float32"), file("float64")], 43, 300)).toEqual([]);
  });
});
