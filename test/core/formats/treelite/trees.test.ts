import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../../../src/core/meaning/trees/index.ts";
import { quietWork } from "../../../../src/core/work.ts";
import { readCuts } from "../../../support/cuts.ts";
import { damagedCopies, fixture, fixtureJson, openBytes, readBytes, rulesOf } from "../../../support/read-format.ts";
import { type ExpectedPredictions, largestError, numbersIn, rawPredictions } from "../../../support/score-trees.ts";

interface Told {
  readonly version: string;
  readonly models: Readonly<Record<string, ExpectedPredictions>>;
}

const told = (major: number) => fixtureJson(`treelite/trees/v${major}.json`) as Told;
const file = (name: string): Uint8Array => fixture(`treelite/trees/${name}.tl`);
const models = [2, 3, 4].flatMap((major) =>
  Object.entries(told(major).models).map(([name, expected]) => [`v${major}-${name}`, expected] as const),
);

describe("trees of Treelite", () => {
  it.each(models)("(%s) predict what Treelite does", async (name, { features, outputs, rows, raw }) => {
    const artifact = await openBytes(file(name), `${name}.tl`);
    expect([artifact.format, artifact.complete, rulesOf(artifact)]).toEqual(["treelite", true, []]);
    const [ensemble, ...others] = await ensemblesOf(artifact);
    expect(others).toEqual([]);
    expect(ensemble).toMatchObject({ library: "treelite", featureCount: features, outputs });
    if (ensemble === undefined) return;
    const found = await rawPredictions(ensemble, numbersIn(rows, features));
    // Before version 4 Treelite adds up in float32, whatever the model has.
    const isExact = name.startsWith("v4") && ensemble.precision.sum === "float64";
    expect(largestError(found, numbersIn(raw, outputs))).toBeLessThan(isExact ? 1e-15 : 1e-7);
  });

  it("have the gains and weights that are told", async () => {
    const [ensemble] = await ensemblesOf(await openBytes(file("v4-sum"), "m.tl"));
    const tree = await ensemble?.tree(0, quietWork());
    expect([...(tree?.cover ?? [])].slice(0, 3)).toEqual([10, 9.75, 9.5]);
    expect(tree?.gain?.[0]).toBe(0.5);
    const [old] = await ensemblesOf(await openBytes(file("v3-sum"), "m.tl"));
    expect(Object.keys((await old?.tree(0, quietWork())) ?? {})).not.toContain("cover");
  });

  it("vote where leaves are numbers of classes", async () => {
    const bytes = file("v3-classes");
    bytes[26] = 3;
    const [ensemble] = await ensemblesOf(await openBytes(bytes, "m.tl"));
    expect(ensemble).toMatchObject({ aggregate: "each", outputs: 1, treeCount: 6 });
  });

  it("have no meaning where a later version may have another", async () => {
    const later = file("v4-sum");
    later[0] = 5;
    await expect(openBytes(later, "m.tl")).rejects.toMatchObject({ name: "ArtifactError" });
  });

  it("of version 3 are shown up to where the file is cut, or refused in words", async () => {
    const { shown, refused } = await readCuts(file("v3-shares"), (bytes) => readBytes(bytes, "m.tl"));
    for (const { length, artifact } of shown)
      expect([length, artifact.complete, rulesOf(artifact)]).toEqual([length, false, ["integrity/truncated"]]);
    expect([shown.length > 50, refused.length > 20]).toEqual([true, true]);
  });

  it("are refused with a reason, or shown in part, whatever bytes are changed", async () => {
    expect(await damagedCopies([file("v3-sum"), file("v4-shares")], 47, 200)).toEqual([]);
  });
});
