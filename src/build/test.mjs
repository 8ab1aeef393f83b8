// npm test: every stage in order, each with its counts, and one closing line. With stage names as arguments, only those.
import { mkdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "./build.mjs";
import { findBrowser } from "./browser.mjs";
import { output, root } from "./paths.mjs";
import { run } from "./run.mjs";

const require = createRequire(import.meta.url);
const bin = (name) => {
  const manifest = require.resolve(`${name}/package.json`, { paths: [root] });
  const { bin: entry } = require(manifest);
  return path.join(
    path.dirname(manifest),
    typeof entry === "string" ? entry : (entry[name] ?? Object.values(entry)[0]),
  );
};
const node = (file, args, options) => run(process.execPath, [file, ...args], { cwd: root, ...options });

/** What failed, named once more under the counts: an end of the output alone must tell which tests to look at. */
const failures = [];
const MOST_OF_A_FAILURE = 2000;

/** A check without test cases of its own counts as one. */
async function check(command, args) {
  const { code } = await node(command, args, { mayFail: true });
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

async function vitest(config) {
  const report = path.join(output, `vitest-${config.replaceAll(/[^a-z]+/g, "-")}.json`);
  await rm(report, { force: true });
  await node(
    path.join(root, "node_modules/vitest/vitest.mjs"),
    ["run", "--config", config, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    {
      mayFail: true,
    },
  );
  const text = await readFile(report, "utf8").catch(() => undefined);
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success, testResults } = JSON.parse(text);
  // A file that could not be loaded has no test cases, and must not look like nothing to run.
  const unloaded = testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
  const failed = numFailedTests + unloaded;
  for (const file of testResults.filter((one) => one.status === "failed")) {
    const name = path.relative(root, file.name);
    if (file.assertionResults.length === 0) failures.push(`${name}\n${file.message}`);
    for (const test of file.assertionResults.filter((one) => one.status === "failed"))
      failures.push(`${name} > ${test.fullName}\n${test.failureMessages.join("\n")}`);
  }
  return {
    passed: numPassedTests,
    failed: failed + (success || failed > 0 ? 0 : 1),
    skipped: numPendingTests + numTodoTests,
  };
}

async function host(which) {
  const { runHostSuite } = await import("../../test/host/launch/run.mjs");
  try {
    const report = await runHostSuite(which);
    for (const { title, error } of report.failures) {
      console.log(`  ✗ ${title}\n${error}`);
      failures.push(`host-${which}: ${title}\n${error}`);
    }
    return {
      passed: report.passed,
      failed: report.failed + (report.passed + report.failed === 0 ? 1 : 0),
      skipped: report.pending,
    };
  } catch (error) {
    console.log(String(error?.stack ?? error));
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

const stages = {
  format: () => check(bin("@biomejs/biome"), ["format", "."]),
  lint: () => check(bin("oxlint"), ["--type-aware", "--deny-warnings", "src", "test"]),
  types: () => check(bin("typescript"), ["-b", "--pretty", "false"]),
  unit: () => vitest("vitest.config.ts"),
  ui: () => vitest("test/ui/vitest.config.ts"),
  "host-floor": () => host("floor"),
  "host-newest": () => host("newest"),
  e2e: () => vitest("test/e2e/vitest.config.ts"),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(stages, name));
if (unknown.length > 0) {
  console.error(`No such stage: ${unknown.join(", ")}. There are: ${Object.keys(stages).join(", ")}.`);
  process.exit(2);
}
const chosen = Object.entries(stages).filter(([name]) => asked.length === 0 || asked.includes(name));
if (chosen.some(([name]) => !["format", "lint", "types", "unit"].includes(name))) {
  try {
    findBrowser();
  } catch (error) {
    console.error(error.message);
    process.exit(2);
  }
}
if (!process.env.MODEL_LOUPE_PYTHON)
  console.log("MODEL_LOUPE_PYTHON is not set: reading back what was written with the Python libraries is skipped.");

await mkdir(output, { recursive: true });
await build();
const total = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
for (const [name, stage] of chosen) {
  console.log(`\n== ${name}`);
  const started = Date.now();
  const counts = await stage();
  for (const key of Object.keys(total)) total[key] += counts[key];
  lines.push(
    `${name}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped (${Math.round((Date.now() - started) / 1000)} s)`,
  );
  console.log(lines.at(-1));
}
for (const failure of failures) console.log(`\nFAILED ${failure.slice(0, MOST_OF_A_FAILURE)}`);
console.log(
  `\n${lines.join("\n")}\n\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`,
);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
