// Two checkpoints of many small tensors: opening, alignment, comparison and cancelling; numpy by name where there is one.
// npm run bench -- many [--tensors N] [--rounds N] [--folder DIR]
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { writeCheckpoint } from "./checkpoints.mjs";

const { values: asked } = parseArgs({
  options: {
    tensors: { type: "string", default: "20000" },
    rounds: { type: "string", default: "3" },
    folder: { type: "string", default: os.tmpdir() },
  },
});
const count = Number(asked.tensors);
const rounds = Number(asked.rounds);
const SIDE = 16;

const folder = await mkdtemp(path.join(asked.folder, "model-loupe-bench-"));
try {
  await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main() {
  const at = (name) => path.join(folder, `${name}.safetensors`);
  const plain = (i) => `layers.${Math.floor(i / 20)}.block${i % 20}.weight`;
  const other = (i) => `enc.${i % 20}.stack${Math.floor(i / 20)}.kernel`;
  await write(at("old"), plain, 0);
  await write(at("trained"), plain, 3);
  await write(at("prefixed"), (i) => `module.${plain(i)}`, 3);
  await write(at("renamed"), other, 0);
  await write(at("renamed and trained"), other, 1);
  const engine = path.join(folder, "engine.mjs");
  await build({
    entryPoints: [path.join(import.meta.dirname, "many-engine.ts")],
    outfile: engine,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
  });
  const rows = [];
  for (const next of ["trained", "prefixed", "renamed", "renamed and trained"]) {
    const runs = Array.from({ length: rounds }, () =>
      JSON.parse(execFileSync(process.execPath, [engine, at("old"), at(next)], { encoding: "utf8" })),
    );
    const best = (key) => Math.min(...runs.map((run) => run[key]));
    const summary = Object.entries(runs[0].summary).map(([verdict, n]) => `${n} ${verdict}`);
    const peak = Math.round(Math.max(...runs.map((run) => run.peakBytes)) / 1024 / 1024);
    rows.push([
      next,
      ...["open", "align", "diff"].map((key) => `${Math.round(best(key))} ms`),
      `${Math.round(Math.max(...runs.map((run) => run.cancel)))} ms`,
      `${peak} MiB`,
      summary.join(", "),
    ]);
  }
  if (process.env.MODEL_LOUPE_PYTHON) {
    const script = path.join(import.meta.dirname, "many_numpy.py");
    const runs = Array.from({ length: rounds }, () =>
      JSON.parse(
        execFileSync(process.env.MODEL_LOUPE_PYTHON, [script, at("old"), at("trained")], { encoding: "utf8" }),
      ),
    );
    const best = (key) => `${Math.round(Math.min(...runs.map((run) => run[key])))} ms`;
    rows.push(["numpy, trained, by name", best("open"), "", best("diff"), "", "", `${runs[0].changed} changed`]);
  } else {
    console.log("MODEL_LOUPE_PYTHON is not set: numpy is left out.");
  }
  const head = ["new side", "open both", "align", "whole diff", "longest cancel", "peak", "found"];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  console.log(`${count} tensors of ${SIDE} x ${SIDE} float32, best of ${rounds}, ${os.cpus().length} processors`);
  for (const row of [head, ...rows]) console.log(row.map((cell, i) => cell.padEnd(widths[i])).join("  "));
}

/** Every `change`-th tensor is moved a little; 0: none. */
function write(file, nameOf, change) {
  return writeCheckpoint(file, { count, side: SIDE, nameOf, change });
}
