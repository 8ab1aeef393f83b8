// Bundles every entry with esbuild and writes one metafile per bundle to dist/meta, which the bundle test reads.
// node src/build/build.mjs [--watch] [--production]
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const dist = path.join(root, "dist");
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const isProduction = process.argv.includes("--production");
const isWatching = process.argv.includes("--watch");

/** What Node programs share. CommonJS, because the extension host and `vscode-languageserver` want it. */
const node = {
  platform: "node",
  format: "cjs",
  target: "node20.19",
};

/** @type {Record<string, import("esbuild").BuildOptions>} */
export const bundles = {
  extension: { ...node, entryPoints: ["src/client/extension.ts"], outfile: "dist/extension.cjs", external: ["vscode"] },
  server: { ...node, entryPoints: ["src/server/main.node.ts"], outfile: "dist/server.cjs" },
  cli: {
    ...node,
    entryPoints: ["src/cli/main.ts"],
    outfile: "dist/cli.cjs",
    banner: { js: "#!/usr/bin/env node" },
  },
  viewer: {
    platform: "browser",
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    entryPoints: ["src/webview/viewer/main.tsx"],
    outfile: "dist/webview/viewer.js",
  },
  diff: {
    platform: "browser",
    format: "iife",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    entryPoints: ["src/webview/diff/main.tsx"],
    outfile: "dist/webview/diff.js",
  },
};

/**
 * What is written above a field or a method is for readers of the source: esbuild would carry it into the bundle. Lines keep
 * their numbers.
 */
const withoutDocComments = {
  name: "without-doc-comments",
  setup(bundle) {
    const own = path.join(root, "src") + path.sep;
    bundle.onLoad({ filter: /\.tsx?$/ }, async ({ path: file }) => {
      if (!file.startsWith(own)) return undefined;
      const source = await readFile(file, "utf8");
      const contents = source.replace(/^[ \t]*\/\*\*(?:(?!\*\/)[^])*\*\/[ \t]*$/gm, (text) =>
        text.replace(/[^\n]/g, ""),
      );
      return { contents, loader: file.endsWith("x") ? "tsx" : "ts" };
    });
  },
};

const shared = {
  absWorkingDir: root,
  plugins: [withoutDocComments],
  bundle: true,
  minify: isProduction,
  sourcemap: isProduction ? false : "linked",
  metafile: true,
  logLevel: "warning",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"', MODEL_LOUPE_VERSION: JSON.stringify(version) },
};

async function writeMeta(name, metafile) {
  await mkdir(path.join(dist, "meta"), { recursive: true });
  await writeFile(path.join(dist, "meta", `${name}.json`), JSON.stringify(metafile));
}

async function copyAssets() {
  const codicons = path.join(root, "node_modules/@vscode/codicons/dist");
  await mkdir(path.join(dist, "webview"), { recursive: true });
  for (const file of ["codicon.css", "codicon.ttf"])
    await cp(path.join(codicons, file), path.join(dist, "webview", file));
}

/** Builds all bundles, or those named. Returns when they are written. */
export async function build(names = Object.keys(bundles)) {
  await Promise.all(
    names.map(async (name) => {
      const result = await esbuild.build({ ...shared, ...bundles[name] });
      await writeMeta(name, result.metafile);
    }),
  );
  await copyAssets();
}

async function watch() {
  for (const [name, options] of Object.entries(bundles)) {
    const context = await esbuild.context({
      ...shared,
      ...options,
      logLevel: "info",
      plugins: [
        {
          name: "meta",
          setup: (b) => b.onEnd((result) => (result.metafile ? writeMeta(name, result.metafile) : undefined)),
        },
      ],
    });
    await context.watch();
  }
  await copyAssets();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
  if (!isWatching && named.length === 0 && existsSync(dist))
    await rm(path.join(dist, "meta"), { recursive: true, force: true });
  await (isWatching ? watch() : build(named.length > 0 ? named : undefined));
}
