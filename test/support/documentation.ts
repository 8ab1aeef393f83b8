import { readFileSync } from "node:fs";
import path from "node:path";

/** The code blocks of a language in a page of docs/: what a page shows is what a test runs. */
export function codeBlocks(page: string, language: string): readonly string[] {
  const text = readFileSync(path.join(import.meta.dirname, "../../docs", page), "utf8");
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map((match) => match[1] ?? "");
}
