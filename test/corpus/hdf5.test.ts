import path from "node:path";
import { describe, expect, it } from "vitest";
import { openArtifact } from "../../src/core/open.ts";
import { chunks } from "../../src/core/model/window.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";

const files = corpusFiles().filter(({ format }) =>
  /^(keras-h5|keras-h5-weights|keras-v3|keras-arch-json|hdf5|mat-hdf5)$/.test(format),
);
const broken = corpusFiles().filter(({ format }) => format === "broken: keras-h5");
const folder = corpusFolder() ?? "";
if (files.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its HDF5 files are not read.");

describe.skipIf(files.length === 0)("the corpus's HDF5 files", () => {
  it.each(files)("$path opens whole ($format)", async ({ path: name, format }) => {
    const source = await openFile(path.join(folder, name));
    try {
      const artifact = await openArtifact(source, nodeHost(), quietWork());
      expect(artifact.complete).toBe(true);
      expect(artifact.framework?.name).toBe(format.startsWith("keras") ? "keras" : undefined);
      expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
      for (const { tensor } of artifact.parameters)
        for await (const piece of chunks(tensor, 1 << 20, quietWork())) void piece;
    } finally {
      await source.close();
    }
  });

  it("are told apart from broken ones, which say why", async () => {
    for (const { path: name } of broken) {
      const source = await openFile(path.join(folder, name));
      try {
        const artifact = await openArtifact(source, nodeHost(), quietWork());
        const isCut = name.includes("cut");
        expect([name, artifact.complete]).toEqual([name, !isCut]);
        const rules = artifact.findings.map(({ rule }) => rule);
        expect([name, rules.includes("integrity/truncated")]).toEqual([name, isCut]);
      } finally {
        await source.close();
      }
    }
  });
});
