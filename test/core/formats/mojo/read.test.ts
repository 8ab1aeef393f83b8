import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { BytesBuilder } from "../../../support/bytes-builder.ts";
import { hexAt, metadataAt, openBytes, rulesOf } from "../../../support/fixture-reading.ts";
import { isNode } from "../../../../src/core/model/value.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const zip = (files: Readonly<Record<string, string>>): Uint8Array =>
  forgeZip(Object.entries(files).map(([name, text]) => ({ name, content: new TextEncoder().encode(text) })));
const open = (bytes: Uint8Array) => openBytes(bytes, "model.zip");
const files = {
  "model.ini": [
    "[info]",
    "h2o_version = 3.46.0.1",
    "algorithm = Generalized Linear Modeling",
    "category = Binomial",
    "supervised = true",
    "beta = [0.5, -0.0]",
    "mojo_version = 1.00",
    "odd = [a b",
    "",
    "[columns]",
    "x",
    "y",
    "",
    "[domains]",
    "1: 2 d000.txt",
  ].join("\n"),
  "domains/d000.txt": "no\nyes\n",
  "experimental/README.md": "for people",
  "experimental/modelDetails.json": "{}",
};

const withTree = (tree: Uint8Array): Uint8Array =>
  forgeZip([
    { name: "model.ini", content: new TextEncoder().encode("[info]\nmojo_version = 1.40\n") },
    { name: "trees/t00_000.bin", content: tree },
    { name: "trees/t00_000_aux.bin", content: Uint8Array.of(1) },
  ]);

describe("an H2O MOJO", () => {
  it("is what model.ini says, with columns and their levels", async () => {
    const artifact = await open(zip(files));
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["mojo", true, []]);
    expect(artifact.framework).toEqual({ name: "h2o", version: "3.46.0.1", className: "Generalized Linear Modeling" });
    expect(artifact.schema).toMatchObject({ features: ["x"], outputs: ["y"], classes: ["no", "yes"] });
    expect(await hexAt(artifact, "beta")).toBe("000000000000e03f0000000000000080");
    expect(artifact.values.map(({ path, value }) => [path, value])).toEqual(
      expect.arrayContaining([
        ["mojo_version", "1.00"],
        ["odd", "[a b"],
      ]),
    );
    expect(metadataAt(artifact, "domains")).toMatchObject({ keys: ["y"], values: [{ items: ["no", "yes"] }] });
  });

  it("begins with what it predicts with, not with where columns begin", async () => {
    const ini = "[info]\nmojo_version = 1.00\ncat_offsets = [0, 2]\nnum_means = [1.5]\nbeta = [0.5, 2.5]\n";
    const { parameters } = await open(zip({ "model.ini": ini }));
    expect(parameters.map(({ path }) => path)).toEqual(["beta", "cat_offsets", "num_means"]);
  });

  it("has its trees as arrays, each node before its parts", async () => {
    const tree = new BytesBuilder()
      // Column 1 < 2.5, missing right; the left part is a node, the right one a leaf.
      .raw([0x40, 1, 0, 3, 0, 0, 0x20, 0x40, 17])
      // A set of levels from 2 on, missing left; two leaves.
      .raw([0x70 | 12, 0, 0, 2, 2, 0, 3, 0, 0, 0, 5, 0, 0, 0x80, 0x3f, 0, 0, 0])
      .bytes();
    const whole = Uint8Array.of(...tree, 0x80, 0, 0, 0, 0x40);
    whole[8] = whole.length - 9 - 4;
    const artifact = await open(withTree(whole));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([true, []]);
    const hex = (part: string): Promise<string> => hexAt(artifact, `["trees/t00_000"].${part}`);
    expect(await hex("column")).toBe("0100000000000000ffffffffffffffffffffffff");
    expect(await hex("left")).toBe("0100000002000000ffffffffffffffffffffffff");
    expect(await hex("right")).toBe("0400000003000000ffffffffffffffffffffffff");
    expect(await hex("missing")).toBe("0302000000");
    expect((await hex("threshold")).slice(0, 8)).toBe("00002040");
    expect((await hex("value")).slice(16)).toBe("0000803f0000008000000040");
  });

  it.each<[string, Uint8Array, string]>([
    ["a tree of one leaf", Uint8Array.of(0, 255, 255, 0, 0, 0x80, 0x3f), ""],
    ["a tree that is cut", Uint8Array.of(0, 1, 0, 3, 0), "integrity/truncated"],
    ["bytes behind the tree", Uint8Array.of(0, 255, 255, 0, 0, 0x80, 0x3f, 0), "integrity/corrupt"],
    ["a wrong length of a part", Uint8Array.of(0x40, 1, 0, 1, 9, 0, 255, 255, 0, 0, 0, 0), "integrity/corrupt"],
    ["a type that is none", Uint8Array.of(4, 1, 0, 3, 0, 0, 0, 0), "integrity/corrupt"],
    ["a left part that is none", Uint8Array.of(16, 1, 0, 1, 0, 0, 0, 0), "integrity/corrupt"],
    ["a tree without end", new Uint8Array(20_000).map((_, at) => [0, 1, 0, 1, 9][at % 5] ?? 0), "integrity/limit"],
  ])("with %s says so", async (_what, tree, rule) => {
    const artifact = await open(withTree(tree));
    expect([artifact.complete, rulesOf(artifact)]).toEqual(rule === "" ? [true, []] : [false, [rule]]);
  });

  it("says that trees of old versions are not read", async () => {
    const artifact = await open(zip({ ...files, "trees/t00_000.bin": "\u0001", "trees/t00_000_aux.bin": "\u0001" }));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
    expect(artifact.findings[0]?.message).toMatch(/^1 trees/);
  });

  it("reads the levels that many columns share once", async () => {
    const columns = Array.from({ length: 3000 }, (_, k) => `c${k}`);
    const ini = ["[info]", "mojo_version = 1.00", "[columns]", ...columns, "[domains]"];
    const artifact = await open(
      zip({
        "model.ini": [...ini, ...columns.map((_, k) => `${k}: 2 d000.txt`)].join("\n"),
        "domains/d000.txt": "a\n".repeat(100_000),
      }),
    );
    const domains = metadataAt(artifact, "domains");
    const lists = isNode(domains) && domains.kind === "dict" ? domains.values : [];
    expect([lists.length, new Set(lists).size, artifact.complete]).toEqual([3000, 1, true]);
  });

  it("says when a file has more lines than are kept, and shows the rest", async () => {
    const content = new TextEncoder().encode("\n".repeat(1_000_001));
    const ini = new TextEncoder().encode("[info]\nmojo_version = 1.00\n[columns]\na\n[domains]\n0: 1 d0.txt\n");
    const artifact = await open(
      forgeZip([
        { name: "model.ini", content: ini },
        { name: "domains/d0.txt", content, method: 8 },
      ]),
    );
    expect([artifact.complete, rulesOf(artifact), artifact.schema.features]).toEqual([
      false,
      ["integrity/limit"],
      ["a"],
    ]);
  });

  it("reads texts that pack into nothing up to a limit all together", async () => {
    const content = new Uint8Array(30_000_000).fill(97);
    const ini = new TextEncoder().encode("[info]\nmojo_version = 1.00\n");
    const texts = Array.from({ length: 4 }, (_, k) => ({ name: `a${k}.txt`, content, method: 8 }));
    const artifact = await open(forgeZip([{ name: "model.ini", content: ini }, ...texts]));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/limit", "integrity/limit"]]);
    expect(artifact.values.filter(({ value }) => typeof value === "string").length).toBe(3);
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator(
      [zip(files), withTree(Uint8Array.of(0x70, 1, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))],
      41,
    );
    for (let i = 0; i < fuzzCount(100); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
