import { cancelled } from "../core/errors.ts";

/**
 * How many pieces of work of a kind run at once. They share one thread; what is bounded is the memory they hold and the
 * time until the first of them is done.
 */
export interface Lane {
  /** Runs `work` when there is room. Rejects with `cancelled`, without running it, when cancelled while it waits. */
  run<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

export function createLane(width: number): Lane {
  const waiting: (() => void)[] = [];
  let running = 0;

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(enter), 1);
        reject(cancelled());
      };
      const enter = (): void => {
        signal.removeEventListener("abort", leave);
        resolve();
      };
      signal.addEventListener("abort", leave, { once: true });
      waiting.push(enter);
    });

  return {
    async run(signal, work) {
      if (signal.aborted) throw cancelled();
      if (running >= width) await turn(signal);
      else running += 1;
      try {
        return await work();
      } finally {
        // The place is handed over, so that nobody who comes now overtakes.
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
