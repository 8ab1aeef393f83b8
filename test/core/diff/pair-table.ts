import { describe, expect, it } from "vitest";
import type { DiffReport, Verdict } from "../../../src/core/diff/report.ts";
import type { Artifact } from "../../../src/core/model/artifact.ts";
import { modelFileOf } from "../../../src/platform/node/model-folder.ts";
import { siblingsOf } from "../../../src/platform/node/siblings.ts";
import { testPath, withArtifact } from "../../support/open-file.ts";
import { compare, judgement } from "./comparisons.ts";

/** Old, new, what is said of them, and how many parameters have which verdict. */
export type Pair = readonly [string, string, string, Readonly<Partial<Record<Verdict, number>>>];

/** The comparison of two files or folders below `test/fixtures/pairs/<folder>`. */
export async function reportOf(folder: string, old: string, next: string): Promise<DiffReport> {
  const opened = async <T>(name: string, use: (artifact: Artifact) => Promise<T>): Promise<T> => {
    const file = await modelFileOf(testPath(`fixtures/pairs/${folder}/${name}`));
    const siblings = siblingsOf(file);
    try {
      return await withArtifact(file, use, { siblings });
    } finally {
      await siblings.close();
    }
  };
  return opened(old, (before) => opened(next, (after) => compare(before, after)));
}

/** A test for each pair: the sentence, the verdicts, and that all of it was read. */
export function testPairs(folder: string, title: string, pairs: readonly Pair[]): void {
  describe.each([[title, pairs]] as const)("%s", (_, rows) => {
    it.each(rows)("%s against %s", async (old, next, sentence, summary) => {
      const report = await reportOf(folder, old, next);
      expect(judgement(report)).toBe(sentence);
      expect(report.summary).toEqual(summary);
      expect(report.complete).toBe(true);
    });
  });
}
