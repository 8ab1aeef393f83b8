import { Worker } from "node:worker_threads";
import type { KernelCall, KernelThread } from "../../core/host.ts";

/** Words that both threads see: what the other one is doing, and the call. */
const STATUS = 0;
const INDEX = 1;
const NUMBERS = 2;
const WORDS = 16;
/** Values of STATUS, which is 0 until the thread has begun: it waits for a call, or is in one. */
const IDLE = 1;
const CALLED = 2;
/** A call takes a millisecond. A thread that does not answer for so long has died. */
const PATIENCE = 30_000;

/** What the thread runs: ours, whole, and the same for every file. */
const PROGRAM = `
const { module, memory, words } = require("node:worker_threads").workerData;
const calls = Object.values(new WebAssembly.Instance(module, { env: { memory } }).exports);
for (;;) {
  Atomics.store(words, ${STATUS}, ${IDLE});
  Atomics.notify(words, ${STATUS});
  Atomics.wait(words, ${STATUS}, ${IDLE});
  calls[words[${INDEX}]](...words.subarray(${NUMBERS}));
}
`;

/** A thread that sleeps between calls. It does not keep the process alive. */
export function kernelThread(module: object, memory: object): KernelThread {
  const words = new Int32Array(new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT));
  const worker = new Worker(PROGRAM, { eval: true, workerData: { module, memory, words }, stdin: false });
  worker.unref();
  let failure: Error | undefined;
  worker.on("error", (error: Error) => {
    failure = error;
  });
  return {
    begin({ index, numbers }: KernelCall): boolean {
      if (failure !== undefined || Atomics.load(words, STATUS) !== IDLE) return false;
      words[INDEX] = index;
      words.set(numbers, NUMBERS);
      Atomics.store(words, STATUS, CALLED);
      Atomics.notify(words, STATUS);
      return true;
    },
    end(): void {
      if (Atomics.wait(words, STATUS, CALLED, PATIENCE) !== "timed-out") return;
      // It may only be slow: nothing of it may reach the memory any more.
      void worker.terminate();
      failure ??= new Error("the thread that counts differences does not answer");
      throw failure;
    },
    close: () => void worker.terminate(),
  };
}
