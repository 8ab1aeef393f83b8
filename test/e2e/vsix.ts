import os from "node:os";
import path from "node:path";
import { mkdtemp } from "node:fs/promises";
import { packageExtension } from "../../src/build/package.mjs";

/** Packages the extension once for all end-to-end tests, as a release would be. */
export default async function setup(project: {
  provide(key: "vsix", value: string): void;
}): Promise<() => Promise<void>> {
  const { rm } = await import("node:fs/promises");
  const folder = await mkdtemp(path.join(os.tmpdir(), "model-loupe-vsix-"));
  project.provide("vsix", await packageExtension(path.join(folder, "model-loupe.vsix")));
  return () => rm(folder, { recursive: true, force: true });
}

declare module "vitest" {
  interface ProvidedContext {
    vsix: string;
  }
}
