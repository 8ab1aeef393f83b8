// npm start: a real VS Code with the extension and a working copy of the sample workspace.
import { spawn } from "node:child_process";
import { mkdir, readFile, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { build } from "./build.mjs";
import { cache, root } from "./paths.mjs";
import { prepareWorkspace } from "./sample-workspace.mjs";
import { startServer } from "./vscode-server.mjs";

const hasDisplay = process.platform !== "linux" || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

async function desktop() {
  if (process.env.VSCODE_EXECUTABLE) return process.env.VSCODE_EXECUTABLE;
  if (!hasDisplay) return undefined;
  const { downloadAndUnzipVSCode } = await import("@vscode/test-electron");
  return downloadAndUnzipVSCode({ version: "stable", cachePath: cache }).catch((error) => {
    console.log(
      `The desktop VS Code could not be downloaded (${error.message ?? error}); the server build is used instead.`,
    );
    return undefined;
  });
}

const { publisher, name, version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
await build();
const workspace = await prepareWorkspace(path.join(cache, "credit-risk"));
const executable = await desktop();
if (executable) {
  const child = spawn(
    executable,
    [
      workspace,
      `--extensionDevelopmentPath=${root}`,
      "--user-data-dir",
      path.join(cache, "user-data"),
      "--disable-extensions",
      "--disable-workspace-trust",
    ],
    { stdio: "inherit" },
  );
  child.on("exit", (code) => (process.exitCode = code ?? 0));
} else {
  // Linked as an installed extension is found, the workbench is the one that a user has, notifications included.
  const extensions = path.join(cache, "start-extensions");
  await rm(extensions, { recursive: true, force: true });
  await mkdir(extensions, { recursive: true });
  await symlink(root, path.join(extensions, `${publisher}.${name}-${version}`), "dir");
  const server = await startServer({ data: path.join(cache, "start-data"), extensions });
  const address = server.address(workspace);
  console.log(
    `\nVS Code with Model Loupe is running. Open this address in a browser:\n\n  ${address}\n\nCtrl+C ends it.`,
  );
  const stop = () => void server.stop().then(() => process.exit(0));
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
