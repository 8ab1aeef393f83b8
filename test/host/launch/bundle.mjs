import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import { root } from "../../../src/build/paths.mjs";

/** Bundles the suite that runs inside the extension host; every `suite/*.test.ts` becomes one file. */
export async function bundleSuite() {
  const source = path.join(root, "test/host");
  const outdir = path.join(root, "dist/test/host");
  await rm(outdir, { recursive: true, force: true });
  const names = (await readdir(path.join(source, "suite"))).filter((name) => name.endsWith(".test.ts"));
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [path.join(source, "index.ts"), ...names.map((name) => path.join(source, "suite", name))],
    outbase: source,
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    // Its CommonJS half: Node 22 gives a namespace when the package's ES module is required, Node 24 the class.
    alias: { mocha: "mocha/lib/mocha.cjs" },
    external: ["vscode", "mocha/lib/mocha.cjs"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  return path.join(outdir, "index.cjs");
}
