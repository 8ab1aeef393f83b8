// npm start: a real VS Code with the extension and a working copy of the sample workspace.
import { spawn } from "node:child_process";
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
  const server = await startServer({
    data: path.join(cache, "start-data"),
    extensions: path.join(cache, "start-extensions"),
    isDevelopment: true,
  });
  const address = server.address(workspace, [["extensionDevelopmentPath", server.remote(root)]]);
  console.log(
    `\nVS Code with Model Loupe is running. Open this address in a browser:\n\n  ${address}\n\nCtrl+C ends it.`,
  );
  const stop = () => void server.stop().then(() => process.exit(0));
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}
