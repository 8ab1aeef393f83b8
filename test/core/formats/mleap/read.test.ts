import { describe, expect, it } from "vitest";
import { fuzzCount, mutator } from "../../../fuzz/mutate.ts";
import { outcomeOf } from "../../../fuzz/outcome.ts";
import { hexAt, metadataAt, openBytes, rulesOf } from "../../../support/fixture-reading.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

const zip = (files: Readonly<Record<string, string>>): Uint8Array =>
  forgeZip(Object.entries(files).map(([name, text]) => ({ name, content: new TextEncoder().encode(text) })));
const open = (bytes: Uint8Array) => openBytes(bytes, "bundle.zip");
const files = {
  "bundle.json": '{"name": "b", "format": "json", "version": "0.23.3"}',
  "root/model.json": '{"op": "pipeline", "attributes": {"nodes": {"string": ["lr"], "type": "list"}}}',
  "root/lr.node/model.json": '{"op": "linear_regression", "attributes": {"coefficients": {"double": [0.5, -0.0]}}}',
  "root/rf.node/tree0/tree.json":
    '{"type": "internal", "split": {"threshold": 1.5}}\n{"type": "leaf", "values": [2.5]}\n',
  "root/x.node/own.model": '{"w": [1.5]}',
};

describe("an MLeap bundle", () => {
  it("is its nodes, each with its model, trees and models of others", async () => {
    const artifact = await open(zip(files));
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["mleap", true, []]);
    expect(artifact.framework).toMatchObject({ name: "mleap", version: "0.23.3" });
    expect(metadataAt(artifact, "name")).toBe("b");
    expect(await hexAt(artifact, "lr.model.attributes.coefficients.double")).toBe("000000000000e03f0000000000000080");
    expect(await hexAt(artifact, "rf.tree0.tree[1].values")).toBe("0000000000000440");
    expect(await hexAt(artifact, 'x["own.model"].w')).toBe("000000000000f83f");
  });

  it("says which file is damaged", async () => {
    const artifact = await open(
      zip({ ...files, "root/lr.node/model.json": '{"op": "linear', "root/y.node/bin": "\u0001" }),
    );
    expect(artifact.complete).toBe(false);
    expect(rulesOf(artifact)).toEqual(["integrity/truncated", "integrity/not-read"]);
  });

  it("damaged opens, or says why not", async () => {
    const damaged = mutator([zip(files)], 37);
    for (let i = 0; i < fuzzCount(100); i++)
      expect(["opened", "refused"]).toContain(await outcomeOf(open(damaged.next())));
  });
});
