// How long opening takes: pickles against CPython, which also builds the objects, and files of which a header is enough.
// npm run bench -- open [--rounds N] [--folder DIR]
import { execFileSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values: asked } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    folder: { type: "string", default: os.tmpdir() },
    dicts: { type: "string", default: "300000" },
    trees: { type: "string", default: "100" },
    tensors: { type: "string", default: "200000" },
  },
});
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const rounds = Number(asked.rounds);
if (!Number.isSafeInteger(rounds) || rounds < 1) {
  console.error("--rounds takes a whole number, at least 1.");
  process.exit(2);
}
const python = process.env.MODEL_LOUPE_PYTHON;
const script = path.join(import.meta.dirname, "open_python.py");

const folder = await mkdtemp(path.join(asked.folder, "model-loupe-bench-"));
try {
  await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main() {
  const file = (name) => path.join(folder, name);
  await writeHeaders(file);
  if (python)
    execFileSync(python, [script, "write", file("dicts.pkl"), file("forest.joblib"), asked.dicts, asked.trees]);
  else console.log("Pickles are left out: MODEL_LOUPE_PYTHON is not set.");
  const engine = file("engine.mjs");
  await build({
    entryPoints: [path.join(import.meta.dirname, "open-engine.ts")],
    outfile: engine,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
  });
  const ours = (name) => () => JSON.parse(execFileSync(process.execPath, [engine, file(name)], { encoding: "utf8" }));
  const theirs = (way, name) => () => JSON.parse(execFileSync(python, [script, way, file(name)], { encoding: "utf8" }));
  const contestants = ["many.safetensors", "large.safetensors", "large.gguf"].map((name) => [
    name,
    "model-loupe",
    ours(name),
  ]);
  for (const [name, way] of [
    ["dicts.pkl", "pickle"],
    ["forest.joblib", "joblib"],
  ])
    if (existsSync(file(name))) contestants.push([name, way, theirs(way, name)], [name, "model-loupe", ours(name)]);

  const results = new Map();
  for (let round = 0; round <= rounds; round++)
    for (const [name, who, run] of contestants) {
      const key = `${name}, ${who}`;
      const result = { ...run(), size: statSync(file(name)).size, name, who };
      if (round > 0) results.set(key, [...(results.get(key) ?? []), result]);
    }
  report(results);
}

/** A safetensors file of very many tensors, sorted by name as its library writes them, and two files of 10 GiB that are holes behind their headers. */
async function writeHeaders(file) {
  const names = Array.from(
    { length: Number(asked.tensors) },
    (_, at) => `model.layers.${Math.floor(at / 12)}.part_${at % 12}.weight`,
  );
  const entries = names
    .sort()
    .map((name, at) => [name, { dtype: "F32", shape: [2, 2], data_offsets: [at * 16, at * 16 + 16] }]);
  await writeSafetensors(file("many.safetensors"), Object.fromEntries(entries), entries.length * 16);
  const size = GIB / 4;
  const large = Array.from({ length: 40 }, (_, at) => [
    `layer.${at}`,
    { dtype: "F16", shape: [size / 2 / 1024, 1024], data_offsets: [at * size, (at + 1) * size] },
  ]);
  await writeSafetensors(file("large.safetensors"), Object.fromEntries(large), 40 * size);
  await writeGguf(file("large.gguf"), 40, size);
}

async function writeSafetensors(name, header, size) {
  const json = JSON.stringify(header);
  const bytes = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  await writeWithHole(name, Buffer.concat([length, bytes]), size);
}

/** GGUF 3: two settings, and tensors of float16. */
async function writeGguf(name, count, size) {
  const parts = [];
  const number = (value, bytes) => {
    const part = Buffer.alloc(bytes);
    if (bytes === 8) part.writeBigUInt64LE(BigInt(value));
    else part.writeUInt32LE(value);
    parts.push(part);
  };
  const text = (value) => {
    number(value.length, 8);
    parts.push(Buffer.from(value));
  };
  parts.push(Buffer.from("GGUF"));
  number(3, 4);
  number(count, 8);
  number(2, 8);
  text("general.architecture");
  number(8, 4);
  text("llama");
  text("general.alignment");
  number(4, 4);
  number(32, 4);
  for (let at = 0; at < count; at++) {
    text(`blk.${at}.ffn_up.weight`);
    number(2, 4);
    number(1024, 8);
    number(size / 2 / 1024, 8);
    number(1, 4);
    number(at * size, 8);
  }
  const header = Buffer.concat(parts);
  await writeWithHole(name, Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32)]), count * size);
}

async function writeWithHole(name, header, size) {
  const handle = await open(name, "w");
  await handle.write(header);
  await handle.truncate(header.length + size);
  await handle.close();
}

function report(results) {
  const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const bases = new Map();
  const rows = [...results].map(([key, runs]) => {
    const [{ name, who, size }] = runs;
    const time = median(runs.map(({ milliseconds }) => milliseconds));
    if (who !== "model-loupe") bases.set(name, time);
    const base = bases.get(name);
    const grown = Math.max(...runs.map(({ before, peakBytes }) => peakBytes - before));
    const timesSize = size < GIB ? `${(grown / size).toFixed(1)} x its size` : "";
    const told =
      runs[0].format === undefined ? runs[0].type : `${runs[0].format}, ${runs[0].complete ? "" : "in"}complete`;
    const ratio = base === undefined ? "" : (time / base).toFixed(2);
    return [
      key,
      `${(size / MIB).toFixed(1)} MiB`,
      `${Math.round(time)} ms`,
      ratio,
      `+${Math.round(grown / MIB)} MiB`,
      timesSize,
      told,
    ];
  });
  const head = ["", "file", "median", "to Python", "memory", "", ""];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at].length)));
  for (const row of [head, ...rows])
    console.log(row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("  "));
  console.log(`\n${os.cpus().length} processors, Node ${process.version}.`);
}
