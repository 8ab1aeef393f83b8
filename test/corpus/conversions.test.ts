import { statSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { executeConversion } from "../../src/core/convert/execute.ts";
import { TARGETS } from "../../src/core/convert/plan.ts";
import { planConversion } from "../../src/core/convert/plan-conversion.ts";
import { verifyConversion } from "../../src/core/convert/verify.ts";
import { ArtifactError } from "../../src/core/errors.ts";
import { openArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";
import { MemorySink } from "../support/memory-sink.ts";

const folder = corpusFolder() ?? "";

/** Each file goes to one target, the next file to the next; the verification is the test. */
const LARGEST = 300_000;

const files = corpusFiles()
  .map(({ path: name }) => name)
  .filter((name) => {
    const stats = statSync(path.join(folder, name), { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.size <= LARGEST;
  });
if (files.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its files are not converted.");

const host = nodeHost();
const work = quietWork();

async function convert(name: string, index: number): Promise<string> {
  const source = await openFile(path.join(folder, name));
  try {
    const artifact = await openArtifact(source, host, work, { check: false });
    const target = TARGETS[index % TARGETS.length] ?? "model";
    const plan = await planConversion(artifact, target, host, work);
    const sink = new MemorySink();
    await executeConversion(artifact, plan, sink, host, work);
    const result = await verifyConversion(artifact, plan, fromBytes(sink.bytes(), `copy.${target}`), host, work);
    return result.losses.length === 0 || !artifact.complete ? "converted" : "converted with a loss";
  } catch (error) {
    if (!(error instanceof ArtifactError)) throw error;
    return error.code === "refused" && !error.message.includes("holds nothing")
      ? `${name}: ${error.message}`
      : "not opened";
  } finally {
    await source.close();
  }
}

describe.skipIf(files.length === 0)("conversions of real model files", () => {
  it("are the same when they are read back", async () => {
    const outcomes = new Map<string, number>();
    for (const [index, name] of files.entries()) {
      const outcome = await convert(name, index);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const converted = outcomes.get("converted") ?? 0;
    for (const fine of ["converted", "converted with a loss", "not opened"]) outcomes.delete(fine);
    expect([...outcomes.keys()]).toEqual([]);
    expect(converted).toBeGreaterThan(150);
  }, 600_000);
});
