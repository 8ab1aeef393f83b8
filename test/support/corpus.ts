import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** A file of the corpus: real model files of other projects, read in place and never copied. */
export interface CorpusFile {
  /** From the corpus folder. */
  readonly path: string;
  /** As the manifest names it, told from the bytes: `npy`, `broken: safetensors`, `malicious: pickle`. */
  readonly format: string;
  readonly note: string;
}

/** MODEL_LOUPE_CORPUS, or `../shared/corpus` beside the repository; undefined where there is none. */
export function corpusFolder(): string | undefined {
  const folder = process.env["MODEL_LOUPE_CORPUS"] ?? path.resolve(import.meta.dirname, "../../../shared/corpus");
  return existsSync(path.join(folder, "MANIFEST.tsv")) ? folder : undefined;
}

/** Every file that the manifest lists; none where there is no corpus. */
export function corpusFiles(): CorpusFile[] {
  const folder = corpusFolder();
  if (folder === undefined) return [];
  const [header = "", ...rows] = readFileSync(path.join(folder, "MANIFEST.tsv"), "utf8").trimEnd().split("\n");
  const columns = header.split("\t");
  return rows.map((row) => {
    const cells = row.split("\t");
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    return { path: cell("path"), format: cell("format"), note: cell("note") };
  });
}
