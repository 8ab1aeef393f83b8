import { describe, expect, it } from "vitest";
import { diffArtifacts } from "../../../src/core/diff/diff.ts";
import type { DiffReport, ValueChange } from "../../../src/core/diff/report.ts";
import { shownEntries, toldValues } from "../../../src/core/diff/told-elsewhere.ts";
import { diffHtml } from "../../../src/core/view/diff-html.ts";
import { diffMarkdown } from "../../../src/core/view/diff-markdown.ts";
import { quietWork } from "../../../src/core/work.ts";
import { nodeHost } from "../../../src/platform/node/host.ts";
import { fixture, openBytes } from "../../support/read-format.ts";

async function compared(old: string, next: string): Promise<DiffReport> {
  const open = (name: string) => openBytes(fixture(`trees/pairs/${name}`), name);
  return diffArtifacts(await open(old), await open(next), {}, nodeHost(), quietWork());
}

describe("a forest that was grown anew", () => {
  it("is told tree by tree, not by what stands where in the columns of its trees", async () => {
    const report = await compared("forest-grown.pkl", "forest-grown-retrained.pkl");
    expect(shownEntries(report)).toMatchObject({ entries: [], ofTrees: 90 });
    const markdown = diffMarkdown(report);
    expect(markdown).toContain("90 columns of trees changed with their trees: see there.");
    expect(markdown).toContain("10 → 10 trees: 0 the same, 10 changed");
    expect(markdown).not.toContain("children_left");
    const html = diffHtml(report);
    expect(html).toContain("90 columns of trees changed with their trees: see there.");
    expect(html).not.toContain("children_left</code></td>");
  });

  it("has no schema that drifted: trees have as many nodes as they have", async () => {
    const { findings } = await compared("forest-grown.pkl", "forest-grown-retrained.pkl");
    expect(findings.filter(({ rule }) => rule.startsWith("schema/"))).toEqual([]);
  });

  it("is told by its columns where no tree has another size", async () => {
    const report = await compared("cat-regressor.json", "cat-regressor-leaf.json");
    const { entries, ofTrees } = shownEntries(report);
    expect(ofTrees).toBe(0);
    expect(entries.map(({ verdict }) => verdict)).toContain("changed");
  });
});

describe("one setting of many members", () => {
  const change = (path: string, at = 0): ValueChange => ({ path, kind: "changed", old: `${at}`, new: `${at + 1}` });

  it("is told once", () => {
    const members = Array.from({ length: 9 }, (_, at) => change(`estimators_[${at}].random_state`, at));
    const told = toldValues([change("random_state"), ...members]);
    expect(told.map(({ path, changes }) => [path, changes.length])).toEqual([
      ["random_state", 1],
      ["estimators_[*].random_state", 9],
    ]);
    expect(told[1]?.changes[0]).toEqual(members[0]);
  });

  it("is told member by member where they are few, or where some have it and others have not", () => {
    const few = Array.from({ length: 8 }, (_, at) => change(`steps[${at}].C`));
    expect(toldValues(few).map(({ path }) => path)).toEqual(few.map(({ path }) => path));
    const gone = Array.from({ length: 8 }, (_, at) => ({ path: `steps[${at}].C`, kind: "removed", old: "1" }) as const);
    expect(toldValues([...few, ...gone])).toHaveLength(16);
  });
});
