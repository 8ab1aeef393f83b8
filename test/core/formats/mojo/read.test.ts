import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { hexAt, metadataAt, openBytes, rulesOf } from "../../../support/fixture-reading.ts";
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

  it("says that trees are not read", async () => {
    const artifact = await open(zip({ ...files, "trees/t00_000.bin": "\u0001", "trees/t00_000_aux.bin": "\u0001" }));
    expect([artifact.complete, rulesOf(artifact)]).toEqual([false, ["integrity/not-read"]]);
    expect(artifact.findings[0]?.message).toMatch(/^1 trees/);
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([zip(files)], 41);
    for (let i = 0; i < fuzzCount(100); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
