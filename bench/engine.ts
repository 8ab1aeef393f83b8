// What the diff benchmark measures: opening two files and comparing them in full, in a process of its own, as bundled code.
import { diffArtifacts } from "../src/core/diff/diff.ts";
import { english } from "../src/core/model/sentence.ts";
import { openArtifact } from "../src/core/open.ts";
import { quietWork } from "../src/core/work.ts";
import { openFile } from "../src/platform/node/file.ts";
import { nodeHost } from "../src/platform/node/host.ts";

async function main([oldFile = "", newFile = ""]: readonly string[]): Promise<void> {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const [host, work] = [nodeHost(), quietWork()];
  const [oldSource, newSource] = [await openFile(oldFile), await openFile(newFile)];
  const [old, next] = [await openArtifact(oldSource, host, work), await openArtifact(newSource, host, work)];
  const report = await diffArtifacts(old, next, {}, host, work);
  const milliseconds = performance.now() - begun;
  await Promise.all([oldSource.close(), newSource.close()]);
  const { stats, verdict } = report.entries[0] ?? {};
  process.stdout.write(
    JSON.stringify({
      milliseconds,
      /** Since the process began: Node itself and loading the bundle. */
      startup: begun,
      processor: process.cpuUsage(cpu),
      peakBytes: process.resourceUsage().maxRSS * 1024,
      verdict,
      changed: stats?.changed,
      maxAbs: stats?.maxAbs,
      l2: stats?.l2,
      judgement: report.judgement.map(english).join(" "),
    }),
  );
}

await main(process.argv.slice(2));
