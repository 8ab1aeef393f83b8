import { cancelled } from "./errors.ts";

/** How far a long piece of work is. `total` is absent where it is not known beforehand. */
export interface Progress {
  /** What is being done, in English: "comparing", "writing". */
  readonly stage: string;
  readonly done: number;
  readonly total?: number;
  readonly unit: "bytes" | "parameters" | "items";
}

/**
 * The caller's side of a long piece of work: cancellation, progress, and time slicing. Loops call `checkpoint()`
 * every few thousand steps; it returns at once until 20 ms have passed since the last yield, then lets the event
 * loop run, so that a cancel request can arrive.
 */
export interface Work {
  readonly isCancelled: () => boolean;
  report(progress: Progress): void;
  /** Yields when due. Throws ArtifactError("cancelled") when the caller has cancelled. */
  checkpoint(): Promise<void>;
  /** True when `checkpoint()` has something to do: lets hot loops skip the await. */
  isDue(): boolean;
}

const SLICE_MS = 20;

export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /** How to let other events run; the default is the soonest that the platform has. */
  readonly yieldNow?: () => Promise<void>;
}

function yieldSoonest(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}

export function createWork(options: WorkOptions = {}): Work {
  const { signal, onProgress } = options;
  const yieldNow = options.yieldNow ?? yieldSoonest;
  let last = performance.now();
  const isCancelled = (): boolean => signal?.aborted === true;
  const isDue = (): boolean => performance.now() - last >= SLICE_MS;
  return {
    isCancelled,
    isDue,
    report: (progress) => onProgress?.(progress),
    async checkpoint() {
      if (isCancelled()) throw cancelled();
      if (!isDue()) return;
      await yieldNow();
      last = performance.now();
      if (isCancelled()) throw cancelled();
    },
  };
}

/** Work that nobody watches or cancels. */
export const quietWork = (): Work => createWork();
