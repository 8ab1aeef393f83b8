import { parentPort, workerData } from "node:worker_threads";
import { inputAt, seeds } from "./inputs.ts";
import { tryInput } from "./try-input.ts";

/** Runs inputs from `first` on; `state` tells the watching thread which one since when. */
interface Job {
  readonly first: number;
  readonly last: number;
  readonly seed: number;
  readonly withCorpus: boolean;
  readonly only?: string;
  readonly heldBytes: number;
  readonly state: SharedArrayBuffer;
}

const job = workerData as Job;
const files = await seeds(job);
const index = new Float64Array(job.state);
const port = parentPort;
for (let k = job.first; k < job.last; k++) {
  index[1] = Date.now();
  index[0] = k;
  const input = inputAt(files, job.seed, k);
  try {
    const outcome = await tryInput(input.bytes, input.name, input.siblings);
    const held = process.memoryUsage().arrayBuffers;
    port?.postMessage({
      type: held > job.heldBytes ? "memory" : outcome,
      index: k,
      name: input.name,
      format: input.format,
      held,
    });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    port?.postMessage({ type: "crash", index: k, name: input.name, format: input.format, text });
  }
}
port?.postMessage({ type: "end" });
