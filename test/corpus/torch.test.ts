import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { openArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";

const folder = corpusFolder() ?? "";
const files = corpusFiles().filter(({ format }) =>
  /^(pytorch-(zip|legacy|tar)|torchscript|sb3-zip|pickle \(torch\))$/.test(format),
);
if (files.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its PyTorch files are not read.");

async function opened(name: string): Promise<Artifact> {
  const source = await openFile(path.join(folder, name));
  try {
    return await openArtifact(source, nodeHost(), quietWork());
  } finally {
    await source.close();
  }
}

describe.skipIf(files.length === 0)("the corpus's PyTorch files", () => {
  it("are all here", () => {
    expect(files.length).toBeGreaterThanOrEqual(40);
  });

  it.each(files)("$path ($format) opens whole, nothing dangerous in it", async ({ path: name, format }) => {
    const artifact = await opened(name);
    expect(artifact.format).toBe(format === "pickle (torch)" ? "pickle" : "torch");
    expect(artifact.complete).toBe(true);
    expect(artifact.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    // The scripts are code alone.
    expect(artifact.parameters.length > 0).toBe(format !== "torchscript");
  });
});
