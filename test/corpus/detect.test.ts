import path from "node:path";
import { describe, expect, it } from "vitest";
import { probeOf } from "../../src/core/formats/probe.ts";
import { detect, detectNamed } from "../../src/core/formats/registry.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";

const files = corpusFiles();
if (files.length === 0)
  console.warn("Without the corpus (MODEL_LOUPE_CORPUS) its files are not asked for their formats.");

describe.skipIf(files.length === 0)("the format that a name and the first bytes agree on", () => {
  it("is the first of all that fit, for every file", async () => {
    const others: string[] = [];
    let told = 0;
    for (const file of files) {
      const source = await openFile(path.join(corpusFolder() ?? "", file.path));
      const probe = await probeOf(source);
      await source.close();
      const named = detectNamed(probe);
      if (named === undefined) continue;
      told++;
      if (named.format.id !== detect(probe)[0]?.format.id) others.push(file.path);
    }
    expect(others).toEqual([]);
    expect(told).toBeGreaterThan(100);
  });
});
