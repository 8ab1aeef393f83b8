import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/{core,platform,server,cli,protocol,build,corpus,interop}/**/*.test.ts"],
    testTimeout: 60_000,
  },
});
