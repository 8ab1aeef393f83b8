import path from "node:path";
import { describe, expect, it } from "vitest";
import { ArtifactError } from "../../src/core/errors.ts";
import { openArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";

const all = corpusFiles().filter(({ format }) => /^(broken: )?mat-/.test(format));
const folder = corpusFolder() ?? "";
if (all.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its MATLAB files are not read.");

async function outcome(name: string): Promise<readonly [string, string, number]> {
  const source = await openFile(path.join(folder, name));
  try {
    const { format, complete, findings } = await openArtifact(source, nodeHost(), quietWork());
    return [format, complete ? "whole" : "partial", findings.filter(({ severity }) => severity === "error").length];
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return ["refused", error.code, 1];
  } finally {
    await source.close();
  }
}

describe.skipIf(all.length === 0)("the corpus's MATLAB files", () => {
  it.each(all.filter(({ format }) => !format.startsWith("broken")))(
    "$path opens whole ($format)",
    async ({ path: name }) => {
      expect(await outcome(name)).toEqual(["mat", "whole", 0]);
    },
  );

  it.each(all.filter(({ format }) => format.startsWith("broken")))(
    "$path says what is wrong",
    async ({ path: name }) => {
      const [, state, errors] = await outcome(name);
      expect([state === "whole", errors > 0]).toEqual([false, true]);
    },
  );
});
