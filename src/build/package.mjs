import path from "node:path";
import { root } from "./paths.mjs";
import { run } from "./run.mjs";

/** Packages the extension as `npx vsce package` does and returns the path of the .vsix. */
export async function packageExtension(target = path.join(root, "dist/model-loupe.vsix")) {
  const vsce = path.join(root, "node_modules/@vscode/vsce/vsce");
  await run(process.execPath, [vsce, "package", "--no-dependencies", "--out", target], { cwd: root, capture: true });
  return target;
}
