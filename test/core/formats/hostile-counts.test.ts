import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../src/core/bytes/source.ts";
import { ElementReader } from "../../../src/core/formats/hdf5/elements.ts";
import { H5File } from "../../../src/core/formats/hdf5/file.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { openArtifact } from "../../../src/core/open.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { concat } from "../../support/bytes-builder.ts";
import { testPath } from "../../support/open-file.ts";
import { pb } from "../../support/protobuf-builder.ts";

// Small files that ask for much: each of these took minutes or gigabytes where a count or a repetition was believed.

const open = (bytes: Uint8Array, name: string): Promise<Artifact> =>
  openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork(), { check: false });

describe("a small file that asks for much", () => {
  it("ONNX: one key of the metadata again and again is numbered in one pass", async () => {
    const graph = pb.bytes(7, pb.text(2, "graph"));
    const property = pb.bytes(14, pb.text(1, "a"));
    const many = Array.from({ length: 30_000 }, () => property);
    const artifact = await open(
      concat(pb.int(1, 8), pb.text(2, "p"), pb.bytes(8, pb.int(2, 13)), graph, ...many),
      "m.onnx",
    );
    expect(artifact.format).toBe("onnx");
    const { metadata } = artifact;
    const keys = typeof metadata === "object" && metadata?.kind === "dict" ? metadata.keys : [];
    expect([keys[0], keys[1], keys[29_999]]).toEqual(["a", "a_2", "a_30000"]);
  });

  it("LightGBM: large categories are a few digits each in a dump, and no megabytes", async () => {
    const leaf = (index: number): object => ({ leaf_index: index, leaf_value: 0.5 });
    let tree = leaf(0);
    for (let k = 0; k < 300; k++)
      tree = {
        split_index: k,
        split_feature: 0,
        threshold: "9999999",
        decision_type: "==",
        left_child: tree,
        right_child: leaf(k + 1),
      };
    const dump = JSON.parse(readFileSync(testPath("fixtures/lightgbm/new/stump.json"), "utf8")) as {
      tree_info: { tree_structure: object }[];
    };
    for (const each of dump.tree_info) each.tree_structure = tree;
    const artifact = await open(new TextEncoder().encode(JSON.stringify(dump)), "dump.json");
    expect(artifact.findings.map(({ message }) => message).join()).toContain("categories are too large");
  });

  it("TensorFlow.js: one file named again and again is not opened as often", async () => {
    const weightsManifest = Array.from({ length: 3000 }, () => ({ paths: ["a.bin"], weights: [] }));
    const bytes = new TextEncoder().encode(JSON.stringify({ format: "graph-model", weightsManifest }));
    await expect(open(bytes, "model.json")).rejects.toMatchObject({ code: "limit" });
  });

  describe("HDF5: elements that say they take no bytes", () => {
    const file = new H5File(
      fromBytes(new Uint8Array(64), "m.h5"),
      0,
      { offset: 8, length: 8 },
      nodeHost(),
      quietWork(),
    );
    const reader = (): ElementReader => new ElementReader(file, () => undefined);
    const nothing = new Uint8Array(0);

    it.each(["other-reference", "record"] as const)("are not made without end: %s", async (kind) => {
      const base = kind === "record" ? ({ kind, size: 0, fields: [] } as const) : ({ kind, size: 0 } as const);
      const array = { kind: "array", size: 0, base, shape: [4_000_000_000] } as const;
      await expect(reader().value(array, nothing, 0)).rejects.toMatchObject({ code: "limit" });
      const space = { kind: "simple", shape: [4_000_000_000], most: [4_000_000_000] } as const;
      const attribute = { name: "a", type: base, space, bytes: nothing, address: 0 };
      await expect(reader().attribute(attribute)).rejects.toMatchObject({ code: "limit" });
    });

    it("and more of them than the file has bytes for are refused before they are made", () => {
      expect(() => reader().expect(2 ** 40)).toThrow("over the limit");
      expect(() => reader().expect(64)).not.toThrow();
    });
  });
});
