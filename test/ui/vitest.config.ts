import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = path.dirname(fileURLToPath(import.meta.url));

const { version } = JSON.parse(readFileSync(path.resolve(here, "../../package.json"), "utf8")) as { version: string };

export default defineConfig({
  define: { MODEL_LOUPE_VERSION: JSON.stringify(version) },
  // The page that VS Code gets is made by the extension's own code, which asks VS Code for URIs and the language only.
  resolve: { alias: { vscode: path.join(here, "vscode-uris.ts") } },
  test: {
    root: path.resolve(here, "../.."),
    include: ["test/ui/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
