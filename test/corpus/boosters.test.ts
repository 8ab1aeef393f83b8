import path from "node:path";
import { describe, expect, it } from "vitest";
import { ensemblesOf } from "../../src/core/meaning/trees/index.ts";
import type { FormatId } from "../../src/core/model/artifact.ts";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";
import { withArtifact } from "../support/open-file.ts";
import { quietWork } from "../../src/core/work.ts";

const folder = corpusFolder() ?? "";
const all = corpusFiles();
if (all.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) real booster files are not read.");

/** By the manifest's format. */
const FORMATS: readonly (readonly [RegExp, FormatId])[] = [
  [/^xgboost-(?:json|ubj|binary|dump-json|dump-text)(?:\+gzip)?$/, "xgboost"],
  [/^(?:broken: )?lightgbm-(?:text|json)$/, "lightgbm"],
  [/^catboost-cbm$/, "catboost"],
];

const files = all.flatMap(({ path: file, format }) => {
  const row = FORMATS.find(([pattern]) => pattern.test(format));
  return row === undefined ? [] : [{ file, id: row[1] }];
});

describe.skipIf(files.length === 0)("real booster files", () => {
  it.each(files)("$file is read whole, and its trees hang together", async ({ file, id }) => {
    await withArtifact(path.join(folder, file), async (artifact) => {
      expect(artifact.format).toBe(id);
      expect(artifact.complete).toBe(true);
      expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
      const [ensemble] = await ensemblesOf(artifact);
      expect(ensemble?.treeCount).toBeGreaterThan(0);
      const addresses = new Set(artifact.parameters.map((each) => each.path));
      for (let index = 0; index < (ensemble?.treeCount ?? 0); index++) {
        const tree = await ensemble?.tree(index, quietWork());
        expect(tree?.nodeCount).toBeGreaterThan(0);
        const prefix = ensemble?.pathOf(index) ?? "?";
        expect([...addresses].some((address) => address.startsWith(`${prefix}.`))).toBe(true);
      }
      // A dump does not tell what its trees add to.
      const isDump = artifact.facts.some(({ value }) => value.endsWith(" dump")) && id === "xgboost";
      expect(ensemble?.base.every(Number.isFinite)).toBe(!isDump);
    });
  });
});
