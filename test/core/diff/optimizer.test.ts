import { describe, expect, it } from "vitest";
import { testPath, withArtifact } from "../../support/open-file.ts";
import { compare, judgement } from "./comparisons.ts";

const folder = testPath("fixtures/pairs/keras-optimizer");

describe("the state of an optimizer", () => {
  it.each([
    ["trained.keras", "trained.h5"],
    ["trained.h5", "trained.keras"],
  ])("of %s and %s is the same, down to single numbers", async (one, other) => {
    await withArtifact(`${folder}/${one}`, (old) =>
      withArtifact(`${folder}/${other}`, async (next) => {
        const report = await compare(old, next);
        expect(report.summary).toMatchObject({ identical: 4, renamed: 10 });
        expect(report.entries.every(({ verdict }) => verdict === "identical" || verdict === "renamed")).toBe(true);
        expect(judgement(report)).toContain(
          "Only renamed: 10 of 14 parameters have another path; all values are the same.",
        );
        const names = report.entries.map(({ path, oldPath }) => [path, oldPath].join());
        expect(names.some((name) => name.includes("adam.iteration") && name.includes("optimizer.vars[0]"))).toBe(true);
        expect(names.some((name) => name.includes("out_bias_velocity") && name.includes("optimizer.vars[9]"))).toBe(
          true,
        );
      }),
    );
  });
});
