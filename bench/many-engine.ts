// What the benchmark of many tensors measures: opening, alignment alone, and the comparison, in a process of its own.
import { align } from "../src/core/diff/align.ts";
import { diffArtifacts } from "../src/core/diff/diff.ts";
import { openArtifact } from "../src/core/open.ts";
import { quietWork } from "../src/core/work.ts";
import { openFile } from "../src/platform/node/file.ts";
import { nodeHost } from "../src/platform/node/host.ts";

async function main([oldFile = "", newFile = ""]: readonly string[]): Promise<void> {
  const [host, work] = [nodeHost(), quietWork()];
  const [oldSource, newSource] = [await openFile(oldFile), await openFile(newFile)];
  const begun = performance.now();
  const [old, next] = [await openArtifact(oldSource, host, work), await openArtifact(newSource, host, work)];
  const opened = performance.now();
  const alignment = await align(old.parameters, next.parameters, host, work);
  const aligned = performance.now();
  const report = await diffArtifacts(old, next, {}, host, work);
  const compared = performance.now();
  await Promise.all([oldSource.close(), newSource.close()]);
  process.stdout.write(
    JSON.stringify({
      open: opened - begun,
      align: aligned - opened,
      diff: compared - aligned,
      pairs: alignment.pairs.length,
      summary: report.summary,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    }),
  );
}

await main(process.argv.slice(2));
