import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { readMnn } from "../../../../src/core/formats/mnn/read.ts";
import { isNode } from "../../../../src/core/model/value.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { elementCount } from "../../../../src/core/model/tensor.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { corpusFiles } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import {
  flatbuffer,
  floats,
  i32,
  ints,
  packed,
  ref,
  table,
  tables,
  text,
  u8,
} from "../../../support/flatbuffer-builder.ts";
import {
  fixture,
  fixtureJson,
  openBytes,
  openCorpus,
  readBytes,
  rulesOf,
  tensorAt,
} from "../../../support/read-format.ts";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";

const expected = fixtureJson("mnn/expected.json") as Readonly<Record<string, Record<string, string>>>;
const cases = Object.entries(expected).flatMap(([name, values]) =>
  Object.entries(values).map(([path, hex]) => ({ name, path, hex })),
);

/** A net of one operator: its kind of parameters, its type, and the table of them. */
const net = (kind: number, type: number, main: ReturnType<typeof table>): Uint8Array => {
  const operator = table(ints(0), u8(kind), ref(main), text("op"), ints(1), i32(type));
  const names = ref({ kind: "refs", items: ["a", "b"].map((each) => ({ kind: "text", text: each })) });
  return flatbuffer("", table(undefined, undefined, undefined, tables(operator), undefined, undefined, u8(3), names));
};
const common = table(
  undefined,
  undefined,
  i32(1),
  i32(1),
  undefined,
  undefined,
  undefined,
  undefined,
  undefined,
  i32(1),
  i32(2),
  i32(3),
);
const none = undefined;
const compressed = (...fields: readonly (ReturnType<typeof i32> | undefined)[]): Uint8Array =>
  net(9, 12, table(ref(common), none, none, ref(table(...fields))));

describe("an MNN model", () => {
  it.each(cases)("($name) has at $path what went into the converter", async ({ name, path, hex }) => {
    const artifact = await openBytes(fixture(`mnn/${name}.mnn`), `${name}.mnn`);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["mnn", true, []]);
    const tensor = artifact.parameters.find((each) => each.path === path)?.tensor;
    const count = elementCount(tensor?.shape ?? []);
    expect(tensor && toHex(await readElements(tensor, 0, count))).toBe(hex);
    const size = tensor?.dtype.itemSize ?? 0;
    expect(tensor && toHex(await readElements(tensor, 3, 1))).toBe(hex.slice(6 * size, 8 * size));
  });

  it("has shapes, operators and where it came from", async () => {
    const artifact = await openBytes(fixture("mnn/float.mnn"), "float.mnn");
    expect(tensorAt(artifact, "c.weight").shape).toEqual([4, 3, 3, 3]);
    expect(tensorAt(artifact, "d.weight").shape).toEqual([4, 1, 3, 3]);
    expect(artifact.schema.outputs).toEqual(["y"]);
    expect(artifact.facts.map(({ value }) => value)).toContain("ONNX");
  });

  it("has weights of eight bits in a table of 256 values", async () => {
    const values = Uint8Array.from({ length: 256 }, (_, k) => (k + 128) & 255);
    const buffer = Uint8Array.of(2, 2, 0, 3, 0, 0, ...values, 0, 128, 255, 1, 2, 3);
    const artifact = await openBytes(compressed(packed(buffer), floats(0.5, 2), i32(1)), "m.mnn");
    const tensor = tensorAt(artifact, "op.quanParameter", "weight");
    expect([artifact.complete, tensor.shape]).toEqual([true, [2, 3, 1, 1]]);
    expect(toHex(await readElements(tensor, 0, 6))).toBe("80007f818283");
  });

  it.each([
    [
      "weights that are too short",
      compressed(packed(Uint8Array.of(2, 2, 0, 3, 0, 2, 1, 2)), none, i32(1)),
      "integrity/corrupt",
    ],
    ["a table that is cut", compressed(packed(Uint8Array.of(200, 2, 0)), none, i32(1)), "integrity/corrupt"],
    ["weights compressed in another way", compressed(packed(Uint8Array.of(1)), none, i32(2)), "integrity/not-read"],
    ["weights in another file", compressed(none, none, i32(1)), "integrity/not-read"],
    [
      "a constant that does not fit its shape",
      net(7, 11, table(ints(3), none, none, none, none, none, none, floats(1))),
      "integrity/corrupt",
    ],
    [
      "a shape below zero",
      net(7, 11, table(ints(-3), none, none, none, none, none, none, floats(1))),
      "integrity/corrupt",
    ],
    ["a plug-in", net(30, 256, table(text("x"))), "integrity/not-read"],
  ])("says what is not read: %s", async (_, bytes, rule) => {
    const artifact = await readBytes(bytes, "m.mnn");
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["mnn", false, [rule]]);
  });

  it("is shown up to where it is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(fixture("mnn/four.mnn"), (bytes) => readBytes(bytes, "m.mnn"));
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
    for (const { length, artifact } of shown) expect(artifact.complete, `${length}`).toBe(false);
  });

  it("is refused with a reason, or shown in part, whatever bytes are changed", async () => {
    const mutants = mutator([fixture("mnn/four.mnn"), fixture("mnn/float.mnn")], 61);
    const wrong: unknown[] = [];
    for (let k = fuzzCount(300); k > 0; k--)
      await openBytes(mutants.next(), "m.mnn").catch((error: unknown) => {
        if (!(error instanceof ArtifactError)) wrong.push(error);
      });
    expect(wrong).toEqual([]);
  });
});

const files = corpusFiles().filter(({ format }) => format === "mnn");
describe.skipIf(files.length === 0)("the corpus's MNN models", () => {
  it.each(files)("$path opens complete", async ({ path: name }) => {
    const artifact = await openCorpus(name);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["mnn", true, []]);
    expect(artifact.parameters.length).toBe(143);
  });
});

describe("operators of one name", () => {
  it("each get a name, soon", async () => {
    const blob = table(ints(1), undefined, i32(1), undefined, undefined, undefined, undefined, floats(1));
    const operator = table(ints(0), u8(7), ref(blob), text("op"), ints(1), i32(11));
    const many = tables(...Array.from({ length: 30_000 }, () => operator));
    const bytes = flatbuffer("", table(none, none, none, many, none, none, u8(3)));
    const context = { host: nodeHost(), work: quietWork(), container: [] };
    const { root } = await readMnn(fromBytes(bytes, "a.mnn"), context);
    const keys = isNode(root) && root.kind === "dict" ? root.keys : [];
    expect([keys.length, keys[0], keys.at(-1)]).toEqual([30_000, "op", "op#30000"]);
  });
});
