// Two checkpoints of many small tensors: opening, alignment, comparison and cancelling; numpy by name where there is one.
// npm run bench -- many [--tensors N] [--rounds N] [--folder DIR]
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

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
async function write(file, nameOf, change) {
  const size = SIDE * SIDE * 4;
  const header = {};
  const values = new Float32Array(count * SIDE * SIDE);
  let state = 12345;
  for (let i = 0; i < count; i++) {
    header[nameOf(i)] = { dtype: "F32", shape: [SIDE, SIDE], data_offsets: [i * size, (i + 1) * size] };
    for (let k = 0; k < SIDE * SIDE; k++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const value = state / 4294967296 - 0.5;
      values[i * SIDE * SIDE + k] = change > 0 && i % change === 0 ? value + 1e-3 : value;
    }
  }
  const json = JSON.stringify(header);
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  await writeFile(file, Buffer.concat([length, text, Buffer.from(values.buffer)]));
}
