import { defineConfig } from "vitest/config";

// One workbench at a time: each is a server, an extension host and a browser.
export default defineConfig({
  test: {
    globalSetup: ["test/e2e/vsix.ts"],
    include: ["test/e2e/**/*.test.ts"],
    testTimeout: 180_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    bail: 0,
  },
});
