// Two safetensors files of one float32 tensor: our full statistics against cmp, and against numpy where there is one.
// npm run bench -- diff [--size MIB] [--rounds N] [--folder DIR] [--dtype F32|F64|F16|BF16]
import { execFileSync, spawnSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values: asked } = parseArgs({
  options: {
    size: { type: "string", default: "512" },
    rounds: { type: "string", default: "5" },
    folder: { type: "string", default: os.tmpdir() },
    dtype: { type: "string", default: "F32" },
  },
});
/** Bytes of an element, and what numpy calls it; it has no bfloat16, and float16 leaves its range in its sums. */
const DTYPES = {
  F32: { bytes: 4, numpy: "<f4" },
  F64: { bytes: 8, numpy: "<f8" },
  F16: { bytes: 2 },
  BF16: { bytes: 2 },
};
const dtype = DTYPES[asked.dtype];
if (dtype === undefined) {
  console.error(`--dtype is one of ${Object.keys(DTYPES).join(", ")}.`);
  process.exit(2);
}
const MIB = 1024 * 1024;
const size = Number(asked.size) * MIB;
const rounds = Number(asked.rounds);
if (!Number.isSafeInteger(size) || size <= 0 || !Number.isSafeInteger(rounds) || rounds < 1) {
  console.error("--size takes whole MiB and --rounds a whole number, both at least 1.");
  process.exit(2);
}

const folder = await mkdtemp(path.join(asked.folder, "model-loupe-bench-"));
process.on("exit", () => void rm(folder, { recursive: true, force: true }));
try {
  await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main() {
  const files = Object.fromEntries(
    ["old", "same", "trained"].map((name) => [name, path.join(folder, `${name}.safetensors`)]),
  );
  console.log(`Writing two ${asked.dtype} tensors of ${asked.size} MiB and a copy to ${folder}`);
  const offset = await write(files.old, 0);
  await copyFile(files.old, files.same);
  await write(files.trained, 1e-3);
  const engine = path.join(folder, "engine.mjs");
  await build({
    entryPoints: [path.join(import.meta.dirname, "engine.ts")],
    outfile: engine,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
  });

  const ours = (next) => () =>
    JSON.parse(execFileSync(process.execPath, [engine, files.old, files[next]], { encoding: "utf8" }));
  const numpy = (way, next) => () =>
    JSON.parse(
      execFileSync(process.env.MODEL_LOUPE_PYTHON, [
        path.join(import.meta.dirname, "diff_numpy.py"),
        way,
        dtype.numpy,
        String(offset),
        files.old,
        files[next],
      ]),
    );
  const contestants = [
    ["cmp, the same content", timed("cmp", [files.old, files.same])],
    ["model-loupe, the same content", ours("same")],
    ["model-loupe, every value changed", ours("trained")],
  ];
  if (process.env.MODEL_LOUPE_PYTHON && dtype.numpy !== undefined) {
    contestants.push(["numpy, chunks of 1 MiB, every value changed", numpy("chunked", "trained")]);
    contestants.push(["numpy, whole arrays, every value changed", numpy("whole", "trained")]);
  } else {
    console.log("numpy is left out: MODEL_LOUPE_PYTHON is not set, or it has no such type.");
  }

  const results = new Map(contestants.map(([name]) => [name, []]));
  // Interleaved, so that what else the machine does falls on all of them alike. The first round warms the page cache.
  for (let round = 0; round <= rounds; round++)
    for (const [name, run] of contestants) {
      const result = run();
      if (round > 0) results.get(name).push(result);
    }
  report(results);
}

/** Writes one tensor of reproducible values; `noise` is added to every one of them. Returns where the values begin. */
async function write(file, noise) {
  const elements = size / dtype.bytes;
  const entry = { dtype: asked.dtype, shape: [elements / 1024, 1024], data_offsets: [0, size] };
  const json = JSON.stringify({ w: entry });
  const header = Buffer.from(json.padEnd(Math.ceil((json.length + 8) / 64) * 64 - 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const stream = createWriteStream(file, { highWaterMark: 8 * MIB });
  stream.write(Buffer.concat([length, header]));
  let state = 12345;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296 - 0.5;
  };
  for (let at = 0; at < elements; at += MIB) {
    const count = Math.min(MIB, elements - at);
    const values = asked.dtype === "F64" ? new Float64Array(count) : new Float32Array(count);
    // The noise has its own numbers, so that the values are the same with and without it.
    for (let i = 0; i < count; i++) {
      const value = next() * 0.1;
      const other = next();
      values[i] = noise === 0 ? value : value + noise * (other === 0 ? 0.5 : other);
    }
    if (!stream.write(dtype.bytes === 2 ? halves(values) : Buffer.from(values.buffer))) await once(stream, "drain");
  }
  stream.end();
  await once(stream, "finish");
  return 8 + header.length;
}

/** The upper half of each float32: bfloat16 by truncation; float16 with the exponent moved to its bias, small values zero. */
function halves(values) {
  const bits = new Uint32Array(values.buffer);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < bits.length; i++) {
    if (asked.dtype === "BF16") {
      out[i] = bits[i] >>> 16;
      continue;
    }
    const exponent = ((bits[i] >>> 23) & 0xff) - 112;
    out[i] = exponent <= 0 ? 0 : ((bits[i] >>> 16) & 0x8000) | (exponent << 10) | ((bits[i] >>> 13) & 0x3ff);
  }
  return Buffer.from(out.buffer);
}

function timed(command, args) {
  return () => {
    const begun = performance.now();
    const { status, error } = spawnSync(command, args);
    if (error !== undefined || status > 1) throw error ?? new Error(`${command} failed`);
    return { milliseconds: performance.now() - begun };
  };
}

function report(results) {
  const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
  const base = median(results.get("cmp, the same content").map(({ milliseconds }) => milliseconds));
  const rows = [...results].map(([name, runs]) => {
    const times = runs.map(({ milliseconds }) => milliseconds);
    const peak =
      runs[0].peakBytes === undefined ? "" : `${Math.round(Math.max(...runs.map((each) => each.peakBytes)) / MIB)} MiB`;
    const startup = runs[0].startup === undefined ? "" : `${Math.round(median(runs.map((each) => each.startup)))} ms`;
    return [
      name,
      `${Math.round(median(times))} ms`,
      `${Math.round(Math.min(...times))} ms`,
      (median(times) / base).toFixed(2),
      startup,
      peak,
    ];
  });
  const head = ["", "median", "best", "to cmp", "start-up apart", "peak memory"];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at].length)));
  for (const row of [head, ...rows])
    console.log(row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("  "));
  const found = results.get("model-loupe, every value changed")[0];
  console.log(
    `\n${os.cpus().length} processors, Node ${process.version}. ${found.judgement} (verdict ${found.verdict}, ${found.changed} changed, L2 ${found.l2})`,
  );
  const other = results.get("numpy, chunks of 1 MiB, every value changed")?.[0];
  if (other !== undefined) {
    const agrees =
      other.changed === found.changed &&
      other.maxAbs === found.maxAbs &&
      Math.abs(Math.sqrt(other.squares) / found.l2 - 1) < 1e-12;
    console.log(agrees ? "numpy has the same figures." : `numpy has other figures: ${JSON.stringify(other)}`);
    if (!agrees) process.exitCode = 1;
  }
}
