import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";

/** What `run()` leaves for the launcher: the extension host has no exit code of its own to give. */
interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  readonly failures: readonly { readonly title: string; readonly error: string }[];
  readonly titles: readonly string[];
}

/**
 * Called by VS Code's own test hook inside the extension host. Runs every `*.test.cjs` beside it (found by name, so
 * that no suite can be forgotten) and writes the report to the file named by MODEL_LOUPE_REPORT.
 */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: "bdd", timeout: 60_000, color: false });
  const folder = path.join(__dirname, "suite");
  for (const file of readdirSync(folder).sort()) if (file.endsWith(".test.cjs")) mocha.addFile(path.join(folder, file));
  const failures: { title: string; error: string }[] = [];
  const titles: string[] = [];
  const counts = { passed: 0, pending: 0 };
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on("pass", (test) => {
      counts.passed += 1;
      titles.push(test.fullTitle());
    });
    runner.on("pending", () => (counts.pending += 1));
    runner.on("fail", (test, error: Error) =>
      failures.push({ title: test.fullTitle(), error: error.stack ?? error.message }),
    );
  });
  const report: Report = { ...counts, failed: failures.length, failures, titles };
  const file = process.env["MODEL_LOUPE_REPORT"];
  if (file !== undefined) writeFileSync(file, JSON.stringify(report));
  if (failures.length > 0) throw new Error(`${failures.length} of the extension host's tests failed`);
}
