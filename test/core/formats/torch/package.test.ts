import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../../../src/core/errors.ts";
import { readElements } from "../../../../src/core/model/window.ts";
import { toHex } from "../../../support/bytes-builder.ts";
import { readCuts } from "../../../support/cuts.ts";
import { damagedCopies, fixture, fixtureJson, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";
import { forgeZip } from "../../../support/zip-builder.ts";

// test/generate/torch_package_fixtures.py: an object of a class that the package brings.

const whole = fixture("torch/package.pt");
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("an archive of torch.package", () => {
  it("has the tensors of its objects", async () => {
    const artifact = await openBytes(whole, "package.pt");
    expect([artifact.format, artifact.complete]).toEqual(["torch", true]);
    const [first] = artifact.parameters;
    expect(first?.path).toBe('["model/model.pkl"].weight');
    const { weight } = fixtureJson("torch/package.json") as { weight: string };
    expect(first && toHex(await readElements(first.tensor, 0, 6))).toBe(weight);
  });

  it("says that it brings code", async () => {
    const { findings } = await openBytes(whole, "package.pt");
    expect(findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual([
      "safety/unusual-global warning",
      "safety/unusual-global warning",
    ]);
    expect(findings[0]?.message).toContain("package/brought.py");
  });

  it("is none where a checkpoint's own pickle is in it", async () => {
    const artifact = await openBytes(
      forgeZip([
        { name: "x/data.pkl", content: utf8("cos\nsystem\n(S'id'\ntR.") },
        { name: "x/version", content: utf8("3") },
        { name: "y/.data/extern_modules", content: utf8("os") },
        { name: "y/m.pkl", content: utf8("I1\n.") },
      ]),
      "x.pt",
    );
    expect(artifact.facts.find(({ id }) => id === "torch.form")?.value).toBe("checkpoint (zip)");
    expect(rulesOf(artifact)).toContain("safety/dangerous-global");
  });

  it("is partial with a reason or refused when it is damaged", async () => {
    const { shown, refused } = await readCuts(whole, (bytes) => readBytes(bytes, "package.pt"));
    expect(shown.filter(({ artifact }) => artifact.complete)).toEqual([]);
    expect(refused.filter(({ error }) => !(error instanceof ArtifactError))).toEqual([]);
    expect(await damagedCopies([whole], 45, 150)).toEqual([]);
  });
});
