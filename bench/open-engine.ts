// What the benchmark of opening measures: one file opened as the command line opens it, in a process of its own.
import { openArtifact } from "../src/core/open.ts";
import { quietWork } from "../src/core/work.ts";
import { openFile } from "../src/platform/node/file.ts";
import { nodeHost } from "../src/platform/node/host.ts";
import { tuneEngine } from "../src/platform/node/tune-engine.ts";

async function main([file = ""]: readonly string[]): Promise<void> {
  const before = process.resourceUsage().maxRSS * 1024;
  const begun = performance.now();
  const source = await openFile(file);
  const artifact = await openArtifact(source, nodeHost(), quietWork());
  const milliseconds = performance.now() - begun;
  await source.close();
  const { format, complete, parameters, findings } = artifact;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  process.stdout.write(
    JSON.stringify({ milliseconds, before, peakBytes, format, complete, parameters: parameters.length, rules }),
  );
}

tuneEngine();
await main(process.argv.slice(2));
