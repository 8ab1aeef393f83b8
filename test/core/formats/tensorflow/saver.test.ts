import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { sliceKey } from "../../../../src/core/formats/tensorflow/slices.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { fromHex, toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { openBeside } from "../../../support/open-beside.ts";
import { pb } from "../../../support/protobuf-builder.ts";
import {
  damagedCopies,
  fixture,
  fixtureJson,
  openBytes,
  readBytes,
  tensorAt,
  valueAt,
} from "../../../support/read-format.ts";
import { sstable } from "../../../support/sstable-builder.ts";

// test/generate/tensorflow_fixtures.py: what TensorFlow 1.15's Saver wrote in both of its versions, and what it held.

interface Held {
  readonly shape: readonly number[];
  readonly hex: string;
  readonly texts?: readonly string[];
}
const { values: held } = fixtureJson("tensorflow/values.json") as { values: Readonly<Record<string, Held>> };
const FILES = [
  "table.ckpt",
  "bundle.ckpt.index",
  "bundle.ckpt.data-00000-of-00001",
  "table.ckpt.meta",
  "bundle.ckpt.meta",
];
const beside = Object.fromEntries(FILES.map((name) => [name, fixture(`tensorflow/${name}`)]));
const open = (name: string) => openBeside(name, beside);

describe.each(["table.ckpt", "bundle.ckpt.index"])("a checkpoint of Saver: %s", (file) => {
  it("has its variables by name, those in pieces along the first dimension as one", async () => {
    const artifact = await open(file);
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    for (const [name, { shape, hex, texts }] of Object.entries(held)) {
      if (texts !== undefined || name === "columns") continue;
      const tensor = tensorAt(artifact, name);
      expect([name, tensor.shape, toHex(await readElements(tensor, 0, elementCount(shape)))]).toEqual([
        name,
        shape,
        hex,
      ]);
    }
  });

  it("has pieces along another dimension one by one", async () => {
    const artifact = await open(file);
    const columns = artifact.parameters.filter(({ path: at }) => at.startsWith("columns"));
    expect(columns.map(({ path: at, tensor }) => [at, tensor.shape])).toEqual(
      [0, 1, 2].map((k) => [`columns[${k}]`, [4, 1]]),
    );
    const whole = held["columns"]?.hex ?? "";
    const first = await readElements(columns[0]?.tensor ?? tensorAt(artifact, "step"), 0, 4);
    expect(toHex(first)).toBe([0, 1, 2, 3].map((row) => whole.slice(row * 24, row * 24 + 8)).join(""));
  });

  it("has its texts", async () => {
    const text = valueAt(await open(file), "text");
    const { items, objects } = text as { items?: unknown; objects?: unknown };
    expect(items ?? objects).toEqual(held["text"]?.texts);
  });
});

describe("the graph that Saver writes beside a checkpoint", () => {
  it.each(["table.ckpt.meta", "bundle.ckpt.meta"])("%s has the values of its variables", async (file) => {
    const artifact = await open(file);
    expect([artifact.complete, artifact.findings]).toEqual([true, []]);
    expect(artifact.framework).toMatchObject({ name: "tensorflow", version: "1.15.5" });
    const step = tensorAt(artifact, "step");
    expect(toHex(await readElements(step, 0, 1))).toBe(held["step"]?.hex);
  });

  it("says where the values are that are not there", async () => {
    const artifact = await openBytes(fixture("tensorflow/bundle.ckpt.meta"), "moved.meta");
    expect([artifact.complete, artifact.findings.map(({ rule }) => rule)]).toEqual([false, ["integrity/not-read"]]);
  });

  it("is read in its text form", async () => {
    const artifact = await openBytes(fixture("tensorflow/text.meta"), "text.meta");
    expect([artifact.format, artifact.complete]).toEqual(["tensorflow", false]);
    expect(artifact.parameters.some(({ path: at }) => at === "Const")).toBe(true);
  });
});

describe("files that are damaged", () => {
  it("are refused or partial with a reason, cut anywhere", async () => {
    const { shown, refused } = await readCuts(fixture("tensorflow/table.ckpt"), (bytes) =>
      readBytes(bytes, "table.ckpt"),
    );
    expect(shown.filter(({ artifact }) => artifact.complete)).toEqual([]);
    expect(refused.filter(({ error }) => !(error instanceof ArtifactError))).toEqual([]);
  });

  it("never do anything else", async () => {
    const files = ["table.ckpt", "bundle.ckpt.index"].map((name) => fixture(`tensorflow/${name}`));
    expect(await damagedCopies(files, 41)).toEqual([]);
  });

  it("of which a piece is missing say so", async () => {
    const meta = pb.bytes(1, pb.bytes(1, pb.text(1, "w"), pb.bytes(2, pb.bytes(2, pb.int(1, 4))), pb.int(3, 1)));
    const slice = pb.bytes(2, pb.bytes(1, pb.int(1, 0), pb.int(2, 2)));
    const data = pb.bytes(2, pb.text(1, "w"), slice, pb.bytes(3, pb.bytes(5, pb.f32(1, 2))));
    const artifact = await openBytes(
      sstable([
        ["", meta],
        ["k", data],
      ]),
      "old.ckpt",
    );
    expect([artifact.complete, artifact.findings[0]?.message]).toEqual([
      false,
      "The values of w are not read: slices of 2 of its 4 elements.",
    ]);
  });

  it("have keys of slices that are none", () => {
    const key = (hex: string) => sliceKey(fromHex(hex), "x.index");
    expect(key("00")).toBeUndefined();
    expect(key("7761")).toBeUndefined();
    expect(key("0061000101018082")).toEqual({ name: "a", extents: [{ start: 0, length: 2 }] });
    expect(key("00610001010180c0c8")).toEqual({ name: "a", extents: [{ start: 0, length: 200 }] });
    expect(key("00ff006100010101807f")).toEqual({ name: "\ufffda", extents: [undefined] });
    for (const hex of [
      "0061",
      "006100020101807f",
      "00610001020180",
      "0061000101018000",
      "006100010901010101010101010180",
    ])
      expect(() => key(hex)).toThrow(ArtifactError);
  });

  it("of bare values are named by their name", async () => {
    const opened = readBytes(fixture("tensorflow/bundle.ckpt.data-00000-of-00001"), "model.data-00000-of-00001");
    await expect(opened).rejects.toMatchObject({ code: "not-recognised", message: expect.stringContaining(".index") });
  });
});
