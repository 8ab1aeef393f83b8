import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as { version: string };

export default defineConfig({
  define: { MODEL_LOUPE_VERSION: JSON.stringify(version) },
  test: {
    include: ["test/{core,platform,server,client,cli,protocol,build,corpus,interop,fuzz}/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
