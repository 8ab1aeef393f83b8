// What the benchmark of many tensors measures: opening, alignment alone, the comparison, and how soon a cancel answers,
// in a process of its own.
import { align } from "../src/core/diff/align.ts";
import { diffArtifacts } from "../src/core/diff/diff.ts";
import { openArtifact } from "../src/core/open.ts";
import { createWork, quietWork } from "../src/core/work.ts";
import { openFile } from "../src/platform/node/file.ts";
import { nodeHost } from "../src/platform/node/host.ts";

/** Cancels are asked for at these parts of the time that the whole comparison took. */
const CANCELLED_AT = [0.1, 0.3, 0.5, 0.7, 0.9];

async function main([oldFile = "", newFile = ""]: readonly string[]): Promise<void> {
  const [host, work] = [nodeHost(), quietWork()];
  const [oldSource, newSource] = [await openFile(oldFile), await openFile(newFile)];
  const begun = performance.now();
  const [old, next] = [await openArtifact(oldSource, host, work), await openArtifact(newSource, host, work)];
  const opened = performance.now();
  await align(old, next, host, work);
  const aligned = performance.now();
  const report = await diffArtifacts(old, next, {}, host, work);
  const compared = performance.now();
  const answers: number[] = [];
  for (const part of CANCELLED_AT) {
    const abort = new AbortController();
    let asked = Number.NaN;
    const timer = setTimeout(
      () => {
        asked = performance.now();
        abort.abort();
      },
      part * (compared - aligned),
    );
    try {
      await diffArtifacts(old, next, {}, host, createWork({ signal: abort.signal }));
    } catch {
      answers.push(performance.now() - asked);
    }
    clearTimeout(timer);
  }
  await Promise.all([oldSource.close(), newSource.close()]);
  process.stdout.write(
    JSON.stringify({
      open: opened - begun,
      align: aligned - opened,
      diff: compared - aligned,
      cancel: Math.max(...answers),
      summary: report.summary,
      peakBytes: process.resourceUsage().maxRSS * 1024,
    }),
  );
}

await main(process.argv.slice(2));
