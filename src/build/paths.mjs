import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
/** Downloads and working copies; ignored by git. The folder @vscode/test-electron uses too. */
export const cache = path.join(root, ".vscode-test");
export const output = path.join(root, "test", "output");
