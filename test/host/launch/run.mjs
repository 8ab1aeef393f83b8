// Runs the mocha suite inside a real extension host: node test/host/launch/run.mjs [floor|newest|desktop]
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { BROWSER_FLAGS, findBrowser } from "../../../src/build/browser.mjs";
import { cache, output, root } from "../../../src/build/paths.mjs";
import { prepareWorkspace } from "../../../src/build/sample-workspace.mjs";
import { startServer } from "../../../src/build/vscode-server.mjs";
import { bundleSuite } from "./bundle.mjs";

const LIMIT_MS = 10 * 60_000;

async function waitForReport(file, page, startedAt) {
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined && text.endsWith("}")) return JSON.parse(text);
    if (Date.now() - startedAt > LIMIT_MS)
      throw new Error(`the extension host's tests gave no report in ${LIMIT_MS / 1000} s`);
    await page.waitForTimeout(200);
  }
}

async function inServer(which, suite, workspace, temp) {
  const report = path.join(temp, "report.json");
  const log = [];
  const server = await startServer({
    which,
    data: path.join(temp, "data"),
    extensions: path.join(temp, "extensions"),
    isDevelopment: true,
    env: { MODEL_LOUPE_REPORT: report, MODEL_LOUPE_WORKSPACE: workspace },
    log: (text) => log.push(text),
  });
  const browser = await chromium.launch({ executablePath: findBrowser(), args: BROWSER_FLAGS });
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  try {
    await page.goto(
      server.address(workspace, [
        ["extensionDevelopmentPath", server.remote(root)],
        ["extensionTestsPath", server.remote(suite)],
      ]),
    );
    return await waitForReport(report, page, Date.now());
  } catch (error) {
    await mkdir(output, { recursive: true });
    await page.screenshot({ path: path.join(output, `host-${which}-failed.png`) }).catch(() => undefined);
    await writeFile(path.join(output, `host-${which}.log`), log.join(""));
    throw error;
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function inDesktop(suite, workspace, temp) {
  const { runTests } = await import("@vscode/test-electron");
  const report = path.join(temp, "report.json");
  await runTests({
    cachePath: cache,
    extensionDevelopmentPath: root,
    extensionTestsPath: suite,
    launchArgs: [workspace, "--disable-workspace-trust", "--user-data-dir", path.join(temp, "data")],
    extensionTestsEnv: { MODEL_LOUPE_REPORT: report, MODEL_LOUPE_WORKSPACE: workspace },
  }).catch((error) => console.error(String(error)));
  return JSON.parse(await readFile(report, "utf8"));
}

export async function runHostSuite(which) {
  const suite = await bundleSuite();
  const temp = await mkdtemp(path.join(os.tmpdir(), "model-loupe-host-"));
  try {
    const workspace = await prepareWorkspace(path.join(temp, "credit-risk"));
    return which === "desktop"
      ? await inDesktop(suite, workspace, temp)
      : await inServer(which, suite, workspace, temp);
  } finally {
    await rm(temp, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const report = await runHostSuite(process.argv[2] ?? "newest");
  for (const title of report.titles) console.log(`  ✓ ${title}`);
  for (const { title, error } of report.failures) console.log(`  ✗ ${title}\n${error}`);
  console.log(`${report.passed} passed, ${report.failed} failed, ${report.pending} skipped`);
  process.exitCode = report.failed > 0 || report.passed === 0 ? 1 : 0;
}
