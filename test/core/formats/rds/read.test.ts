import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../../../src/core/bytes/source.ts";
import { ArtifactError } from "../../../../src/core/errors.ts";
import type { RawArtifact } from "../../../../src/core/model/artifact.ts";
import { dictGet, isNode, type Value } from "../../../../src/core/model/value.ts";
import { readArtifact } from "../../../../src/core/open.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { nodeHost } from "../../../../src/platform/node/host.ts";
import { concat, fromHex } from "../../../support/bytes-builder.ts";
import { corpusFiles, corpusFolder } from "../../../support/corpus.ts";
import { readCuts } from "../../../support/cuts.ts";
import { surprises } from "../../../support/damaged.ts";
import { elementsHex } from "../../../support/described-value.ts";
import { withArtifact } from "../../../support/open-file.ts";

const read = (bytes: Uint8Array): Promise<RawArtifact> =>
  readArtifact(fromBytes(bytes, "m.rds"), nodeHost(), quietWork());

// Built from the specification (R Internals, Serialization Formats): there is no R here.
const u32 = (...values: readonly number[]): Uint8Array =>
  concat(...values.map((value) => Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)));
const head = (version: number): Uint8Array =>
  concat(
    fromHex("580a"),
    u32(version, 0x00040401, 0x00020300),
    version === 3 ? concat(u32(5), new TextEncoder().encode("UTF-8")) : new Uint8Array(0),
  );
const chars = (text: string): Uint8Array => {
  const bytes = new TextEncoder().encode(text);
  return concat(u32(0x00040009, bytes.length), bytes);
};
const symbol = (name: string): Uint8Array => concat(u32(1), chars(name));
const texts = (...items: readonly string[]): Uint8Array => concat(u32(16, items.length), ...items.map(chars));
const doubles = (flags: number, ...hex: readonly string[]): Uint8Array =>
  concat(u32(flags, hex.length), ...hex.map(fromHex));
const pair = (name: Uint8Array, value: Uint8Array): Uint8Array => concat(u32(0x402), name, value);
const END = u32(254);
/** R's NA is a NaN with 1954 in it. */
const NA = "7ff00000000007a2";
const ONE = "3ff0000000000000";

/** list(coef = c(1, NA), m = matrix of 2 by 1) of the class "lm" */
const model = concat(
  u32(0x313, 2),
  doubles(14, ONE, NA),
  doubles(0x20e, ONE, ONE),
  pair(symbol("dim"), u32(13, 2, 2, 1)),
  END,
  pair(symbol("names"), texts("coef", "m")),
  pair(symbol("class"), texts("lm")),
  END,
);
const stateOf = ({ root }: RawArtifact): Value | undefined =>
  isNode(root) && root.kind === "object" ? root.state : root;
const at = (value: Value | undefined, key: string): Value | undefined =>
  isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;

describe("an R object", () => {
  it.each([2, 3])("of version %i has its class, its parts by name, numbers where they are", async (version) => {
    const artifact = await read(concat(head(version), model));
    expect(artifact).toMatchObject({ format: "rds", complete: true, findings: [] });
    expect(artifact.told?.framework).toEqual({ name: "R", version: "4.4.1", className: "lm" });
    const coef = at(stateOf(artifact), "coef");
    const matrix = at(stateOf(artifact), "m");
    if (!isNode(coef) || coef.kind !== "tensor" || !isNode(matrix) || matrix.kind !== "tensor")
      throw new Error("no tensors");
    expect([coef.tensor.dtype.name, await elementsHex(coef.tensor)]).toEqual([">f8", ONE + NA]);
    expect([matrix.tensor.shape, matrix.tensor.order]).toEqual([[2, 1], "F"]);
  });

  it("has the names of its coefficients, and those along its matrices, as labels", async () => {
    const named = concat(doubles(0x20e, ONE, NA), pair(symbol("names"), texts("(Intercept)", "age")), END);
    const dimensions = concat(u32(19, 2), u32(254), texts("lo", "hi"));
    const matrix = concat(
      doubles(0x20e, ONE, ONE),
      pair(symbol("dim"), u32(13, 2, 1, 2)),
      pair(symbol("dimnames"), dimensions),
      END,
    );
    const fit = concat(
      u32(0x313, 2),
      named,
      matrix,
      pair(symbol("names"), texts("coefficients", "importance")),
      pair(symbol("class"), texts("lm")),
      END,
    );
    const { told } = await read(concat(head(3), fit));
    expect([...(told?.axes ?? [])]).toEqual([
      ["coefficients.values", [{ kind: "feature", labels: ["(Intercept)", "age"] }]],
      ["importance.values", [undefined, { kind: "feature", labels: ["lo", "hi"] }]],
    ]);
  });

  it("may be a factor, a symbol used twice, a missing text, a sequence of three numbers", async () => {
    const factor = concat(
      u32(0x30d, 2, 1, 2),
      pair(symbol("levels"), texts("a", "b")),
      pair(symbol("class"), texts("factor")),
      END,
    );
    expect(stateOf(await read(concat(head(2), factor)))).toMatchObject({
      keys: ["values", "levels"],
      values: [{ kind: "tensor" }, { items: ["a", "b"] }],
    });
    const twice = concat(u32(19, 2), symbol("x"), u32(0x1ff));
    expect((await read(concat(head(2), twice))).root).toMatchObject({ items: ["x", "x"] });
    expect((await read(concat(head(2), u32(16, 2, 9, 0xffffffff), chars("b")))).root).toMatchObject({
      items: [null, "b"],
    });
    const info = concat(u32(2), symbol("compact_intseq"), u32(2), symbol("base"), END);
    const sequence = concat(u32(238), info, doubles(14, "4008000000000000", "4014000000000000", ONE), END);
    const { root, complete } = await read(concat(head(3), sequence));
    if (!isNode(root) || root.kind !== "tensor") throw new Error("no tensor");
    expect([complete, await elementsHex(root.tensor)]).toEqual([true, "000000050000000600000007"]);
  });

  it("may be an environment that holds itself", async () => {
    const frame = concat(pair(symbol("self"), u32(0x1ff)), END);
    const { root, complete } = await read(concat(head(2), u32(4, 0), u32(253), frame, END, END));
    if (!isNode(root) || root.kind !== "dict") throw new Error("no dict");
    expect([complete, root.keys]).toEqual([true, ["self"]]);
    expect(root.values[0]).toBe(root);
  });

  it.each<[string, Uint8Array]>([
    ["a length of 2^31 - 1", concat(u32(19, 1), u32(14, 0x7fffffff))],
    ["a negative length", concat(u32(19, 1), u32(14, 0xfffffff0))],
    ["a reference to nothing", concat(u32(19, 1), u32(0x7ff))],
    ["a type that there is not", concat(u32(19, 1), u32(99))],
    ["lists in each other without end", concat(...Array.from({ length: 2000 }, () => u32(19, 1)))],
  ])("with %s is shown up to there", async (_name, body) => {
    const artifact = await read(concat(head(2), body));
    expect([artifact.complete, artifact.findings.length]).toEqual([false, 1]);
  });

  it("has bytes behind it named", async () => {
    const { findings } = await read(concat(head(2), texts("a"), u32(1)));
    expect(findings.map(({ rule }) => rule)).toEqual(["integrity/trailing-bytes"]);
  });

  it("cut at every 7th byte is shown in part, or refused with a reason", async () => {
    const { shown, refused } = await readCuts(concat(head(3), model), read);
    for (const { length, artifact } of shown) expect([length, artifact.complete]).toEqual([length, false]);
    for (const { error } of refused) expect(error).toBeInstanceOf(ArtifactError);
  });

  it("never does anything but open or be refused, whatever is changed in it", async () => {
    const files = [concat(head(2), model), concat(head(3), model)];
    expect(await surprises(files, read, { seed: 3, telling: [0, 2, 4, 19, 238, 255] })).toEqual([]);
  });
});

const corpus = corpusFiles().filter(({ format }) => format === "r-rds");
if (corpus.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its R files are not opened.");

describe.skipIf(corpus.length === 0)("R files of the corpus", () => {
  it.each(corpus)("$path opens whole", async ({ path: name }) => {
    await withArtifact(path.join(corpusFolder() ?? "", name), (artifact) => {
      expect([
        artifact.format,
        artifact.complete,
        artifact.findings.filter(({ severity }) => severity === "error"),
      ]).toEqual(["rds", true, []]);
      expect(artifact.parameters.length).toBeGreaterThan(0);
    });
  });
});
