import type { Progress } from "../core/work.ts";

const SHOW_AFTER_MS = 500;
const REDRAW_MS = 100;

/** One line on a terminal's standard error, drawn over itself; nothing where nobody looks. */
export function showProgress(isQuiet: boolean): { readonly report: (progress: Progress) => void; clear(): void } {
  const isShown = !isQuiet && process.stderr.isTTY;
  const started = Date.now();
  let drawn = 0;
  return {
    report(progress) {
      const now = Date.now();
      if (!isShown || now - started < SHOW_AFTER_MS || now - drawn < REDRAW_MS) return;
      drawn = now;
      const part = progress.total === undefined ? String(progress.done) : `${progress.done} of ${progress.total}`;
      process.stderr.write(`\r\u001b[K${progress.stage} ${part} ${progress.unit}`);
    },
    clear() {
      if (drawn > 0) process.stderr.write("\r\u001b[K");
    },
  };
}
