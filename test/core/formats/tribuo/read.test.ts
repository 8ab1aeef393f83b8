import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { Artifact } from "../../../../src/core/model/artifact.ts";
import type { TensorRef } from "../../../../src/core/model/tensor.ts";
import { isNode } from "../../../../src/core/model/value.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  damagedCopies,
  elementsHex,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  rulesOf,
  valueAt,
} from "../../../support/read-format.ts";

// test/generate/java/TribuoFixtures.java wrote them with Tribuo 4.3.2, and what Tribuo holds and predicts.
const told = fixtureJson("tribuo/values.json") as Record<string, readonly (readonly string[])[]> & {
  readonly rows: readonly (readonly number[])[];
  readonly labels: readonly string[];
};
const NAMES = ["linear", "tree", "forest", "svm", "liblinear", "regression", "regression-trees", "clusters"];
const model = (name: string): Uint8Array => fixture(`tribuo/${name}.pb`);
const tensorOf = ({ parameters }: Artifact, path: string): TensorRef => {
  const found = parameters.find((each) => each.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found.tensor;
};
/** Big-endian, as the fixture has numbers. */
async function hexOf(tensor: TensorRef): Promise<string[]> {
  return (await elementsHex(tensor)).map((hex) => (hex.match(/../g) ?? []).reverse().join(""));
}
async function numbersOf(tensor: TensorRef): Promise<number[]> {
  const isWhole = tensor.dtype.name === "int32";
  return (await hexOf(tensor)).map((hex) => {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, BigInt(`0x${hex}`));
    return isWhole ? view.getInt32(4) : view.getFloat64(0);
  });
}

describe("a model of Tribuo", () => {
  it.each(NAMES)("(%s) opens whole", async (name) => {
    const artifact = await openBytes(model(name), `${name}.pb`);
    expect([artifact.format, artifact.complete]).toEqual(["tribuo", true]);
    expect(rulesOf(artifact).filter((rule) => !rule.startsWith("precision/"))).toEqual([]);
    expect(artifact.framework).toMatchObject({ name: "tribuo", version: "4.3.2" });
  });

  it("has its features, its labels and the settings of its trainer", async () => {
    const artifact = await openBytes(model("linear"));
    expect(artifact.schema).toMatchObject({
      features: ["depth", "length", "width"],
      classes: ["red", "green", "blue"],
    });
    expect(artifact.values.find(({ path }) => path === "trainer.epochs")).toMatchObject({
      role: "hyperparameter",
      value: 5n,
    });
    expect(artifact.environment.map(({ id }) => id)).toEqual(expect.arrayContaining(["java", "os"]));
    expect(valueAt(artifact, "feature_domain")).toMatchObject({ callable: { name: "ImmutableFeatureMap" } });
    expect(tensorOf(artifact, "feature_domain.CategoricalIDInfo.id").shape).toEqual([3]);
  });

  it.each([
    ["linear", ["red", "green", "blue"]],
    ["regression", ["sum", "twice"]],
  ])("(%s) has its weights by output and feature", async (name, rows) => {
    const artifact = await openBytes(model(name));
    const found = artifact.parameters.find(({ path }) => path === "params.weightMatrix");
    expect(found?.axes.map((axis) => axis?.labels)).toEqual([rows, ["depth", "length", "width", "(bias)"]]);
    expect(await hexOf(tensorOf(artifact, "params.weightMatrix"))).toEqual((told[name] ?? []).flat());
  });

  it("has the centres of its clusters", async () => {
    const artifact = await openBytes(model("clusters"));
    const centres = await Promise.all([0, 1].map((k) => hexOf(tensorOf(artifact, `centroid_vectors[${k}]`))));
    expect(centres).toEqual(told["clusters"]);
  });

  it("has a tree that predicts what Tribuo predicts", async () => {
    const artifact = await openBytes(model("tree"));
    const [feature = [], threshold = [], greater = [], other = [], output = []] = await Promise.all(
      ["feature", "threshold", "greater", "less_or_equal", "output"].map((name) =>
        numbersOf(tensorOf(artifact, `nodes.${name}`)),
      ),
    );
    const { features = [], classes } = artifact.schema;
    expect(classes).toEqual(told.labels);
    for (const [i, row] of told.rows.entries()) {
      let node = 0;
      for (let f = feature[0] ?? -1; f >= 0; f = feature[node] ?? -1) {
        const value = row[["length", "width", "depth"].indexOf(features[f] ?? "")] ?? Number.NaN;
        node = (value > (threshold[node] ?? 0) ? greater[node] : other[node]) ?? -1;
      }
      expect(output.slice(node * 3, node * 3 + 3)).toEqual(
        (told["tree"]?.[i] ?? []).map((hex) =>
          new DataView(Uint8Array.from(hex.match(/../g) ?? [], (b) => Number.parseInt(b, 16)).buffer).getFloat64(0),
        ),
      );
    }
  });

  it("holds models of other libraries as what they are", async () => {
    const liblinear = await openBytes(model("liblinear"));
    expect(tensorOf(liblinear, "models[0].w").shape).toEqual([12]);
    expect(liblinear.imports.map(({ name, class: kind }) => [name, kind])).toContainEqual(["Model", "ordinary"]);
    const first = liblinear.imports[0];
    expect(first?.offset).toBeGreaterThan(1000);
    const svm = await openBytes(model("svm"));
    expect(tensorOf(svm, "model.SV")).toMatchObject({ shape: [35, 3], sparse: { format: "csr" } });
  });

  it("has the trees of a forest, and those of each output of a regression", async () => {
    expect(tensorOf(await openBytes(model("forest")), "models[1].nodes.output").shape[1]).toBe(3);
    const trees = await openBytes(model("regression-trees"));
    expect(tensorOf(trees, "nodes.sum.output").shape).toEqual([15, 2]);
  });

  it("has what the trees of each output predict, which were grown on the sum of two columns and twice the third", async () => {
    const trees = await openBytes(model("regression-trees"));
    expect(trees.schema.outputs).toEqual(["sum", "twice"]);
    for (const [k, name] of ["sum", "twice"].entries()) {
      const [feature = [], threshold = [], greater = [], other = [], output = []] = await Promise.all(
        ["feature", "threshold", "greater", "less_or_equal", "output"].map((column) =>
          numbersOf(tensorOf(trees, `nodes.${name}.${column}`)),
        ),
      );
      const errors = told.rows.map((row) => {
        let node = 0;
        for (let f = feature[0] ?? -1; f >= 0; f = feature[node] ?? -1) {
          const value = row[["length", "width", "depth"].indexOf(trees.schema.features?.[f] ?? "")] ?? Number.NaN;
          node = (value > (threshold[node] ?? 0) ? greater[node] : other[node]) ?? -1;
        }
        const [length = 0, width = 0, depth = 0] = row;
        return Math.abs((output[node * 2 + k] ?? 0) - (k === 0 ? length + width : 2 * depth));
      });
      expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.5);
      // Leaves say nothing of the other output.
      expect(output.filter((_, i) => i % 2 !== k).every((value) => value === 0)).toBe(true);
      expect(output.filter((value) => value !== 0)).toHaveLength(feature.filter((f) => f < 0).length);
    }
  });

  it("does not make room for more predictions than its bytes can say", async () => {
    const built = (field: number, bytes: readonly number[]): number[] => {
      const length = [(bytes.length & 127) | 128, ((bytes.length >> 7) & 127) | 128, bytes.length >> 14];
      return [field * 8 + 2, ...length, ...bytes];
    };
    const text = (field: number, content: string): number[] => built(field, [...new TextEncoder().encode(content)]);
    const any = (name: string, bytes: readonly number[]): number[] => [
      ...text(2, "org.tribuo.Made"),
      ...built(3, [...text(1, `type.googleapis.com/${name}`), ...built(2, bytes)]),
    ];
    const labels = Array.from({ length: 40_000 }, () => [0x0a, 0]).flat();
    const nodes = Array.from({ length: 40_000 }, () => [0x12, 0]).flat();
    const domain = built(5, any("tribuo.classification.ImmutableLabelInfoProto", labels));
    const bytes = any("tribuo.common.tree.TreeModelProto", [...built(1, domain), ...nodes]);
    const artifact = await readBytes(Uint8Array.from(bytes));
    expect([artifact.format, artifact.complete]).toEqual(["tribuo", false]);
    expect(rulesOf(artifact)).toContain("integrity/limit");
  });

  it("of a type that is not known is shown as bytes, and says so", async () => {
    const type = "type.googleapis.com/tribuo.core.Unheard";
    const any = new BytesBuilder().u8(0x0a).u8(type.length).text(type).raw([0x12, 1, 7]).bytes();
    const name = "org.tribuo.Unheard";
    const bytes = new BytesBuilder().u8(0x12).u8(name.length).text(name).u8(0x1a).u8(any.length).raw(any).bytes();
    const artifact = await readBytes(bytes);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["tribuo", false, ["integrity/not-read"]]);
    const value = valueAt(artifact, "model");
    expect(isNode(value) && value.kind === "object" && value.state).toMatchObject({ kind: "bytes" });
  });

  it.each(["linear", "regression-trees"])(
    "cut at every 7th byte (%s) is shown in part, or refused with a reason",
    async (name) => {
      const { shown, refused } = await readCuts(model(name), (bytes) => readBytes(bytes));
      for (const { length, artifact } of shown) expect([length, artifact.complete]).toEqual([length, false]);
      for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    },
  );

  it("never does anything but open or be refused, whatever is changed in it", async () => {
    expect(await damagedCopies(NAMES.map(model), 23, 250)).toEqual([]);
  });
});
