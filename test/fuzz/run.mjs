/**
 * Feeds damaged files to every reader until told to stop, and reports what broke.
 *
 *     npm run fuzz -- [--seconds 60] [--inputs N] [--seed 1] [--first 0] [--only pickle,yaml,...] [--no-corpus]
 *
 * Every input is made from the seed and its number alone, so `--seed S --first N --inputs 1` runs one again. A crash is an
 * error that is no answer about the file; a hang takes over 2 s of processor time; memory is over 1 GiB of JavaScript
 * heap or of buffers.
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "../..");
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    inputs: { type: "string" },
    seed: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    only: { type: "string" },
    "no-corpus": { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const first = Number(values.first);
const last = values.inputs === undefined ? Number.MAX_SAFE_INTEGER : first + Number(values.inputs);
const HANG_MS = 2000;
const HEAP_MB = 1024;
const HELD_BYTES = 2 ** 30;

const outfile = path.join(root, "dist/test/fuzz/worker.mjs");
mkdirSync(path.dirname(outfile), { recursive: true });
await build({
  entryPoints: [path.join(root, "test/fuzz/worker.ts")],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  logLevel: "warning",
  define: { "import.meta.dirname": JSON.stringify(path.join(root, "test/fuzz")) },
  banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
});

const counts = { opened: 0, refused: 0, crash: 0, hang: 0, memory: 0 };
const formats = {};
const faults = new Map();
const until = Date.now() + 1000 * Number(values.seconds);
const note = (kind, place, text) => {
  counts[kind]++;
  const key = `${kind}: ${text}`;
  const known = faults.get(key) ?? { count: 0, place };
  faults.set(key, { ...known, count: known.count + 1 });
};

/** Runs from `from` on until the time is over or a worker is lost; resolves with the next input to run. */
function runWorker(from) {
  return new Promise((resolve) => {
    const state = new SharedArrayBuffer(16);
    const at = new Float64Array(state);
    at[0] = from;
    let seen = from;
    let cpu = process.cpuUsage();
    const worker = new Worker(outfile, {
      workerData: {
        first: from,
        last,
        seed,
        withCorpus: !values["no-corpus"],
        only: values.only,
        heldBytes: HELD_BYTES,
        state,
      },
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      execArgv: [],
    });
    const leave = async (next) => {
      clearInterval(timer);
      await worker.terminate();
      resolve(next);
    };
    const timer = setInterval(() => {
      if (at[0] !== seen) {
        seen = at[0];
        cpu = process.cpuUsage();
        if (Date.now() > until) void leave(undefined);
        return;
      }
      const { user } = process.cpuUsage(cpu);
      if (at[1] === 0 || Date.now() - at[1] < HANG_MS || user / 1000 < HANG_MS) return;
      note("hang", `--seed ${seed} --first ${seen} --inputs 1`, `input ${seen}`);
      void leave(seen + 1);
    }, 50);
    worker.on("message", (message) => {
      if (message.type === "end") return void leave(undefined);
      formats[message.format] = (formats[message.format] ?? 0) + 1;
      const place = `--seed ${seed} --first ${message.index} --inputs 1 (${message.name})`;
      if (message.type === "crash") note("crash", place, message.text.split("\n").slice(0, 4).join("\n    "));
      else if (message.type === "memory") {
        note("memory", place, message.name);
        void leave(message.index + 1);
      } else counts[message.type]++;
      return undefined;
    });
    worker.on("error", (error) => {
      if (error.code === "ERR_WORKER_OUT_OF_MEMORY")
        note("memory", `--seed ${seed} --first ${at[0]} --inputs 1`, `input ${at[0]}`);
      else note("crash", `--seed ${seed} --first ${at[0]} --inputs 1`, error.stack ?? String(error));
      void leave(at[0] + 1);
    });
  });
}

let next = first;
while (next !== undefined && next < last && Date.now() < until) next = await runWorker(next);
const total = counts.opened + counts.refused + counts.crash + counts.memory;
console.log(`${total} inputs with seed ${seed}: ${counts.opened} opened, ${counts.refused} refused with a reason`);
console.log(`${counts.crash} crashes, ${counts.hang} hangs, ${counts.memory} over the memory limit`);
console.log(
  Object.entries(formats)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(", "),
);
for (const [fault, { count, place }] of faults) console.log(`\n${count} x ${fault}\n    npm run fuzz -- ${place}`);
process.exitCode = faults.size > 0 ? 1 : 0;
