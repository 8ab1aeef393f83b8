import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";
import { mutator } from "./mutate.ts";
import { Random } from "./random.ts";
import { STRUCTURES } from "./structure.ts";

/** A file that is damaged in many ways. */
export interface Seed {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The row of STRUCTURES that knows it; undefined for those that are changed byte by byte. */
  readonly structure: number | undefined;
}

export interface Input {
  readonly name: string;
  readonly kind: string;
  readonly bytes: Uint8Array;
}

/** Larger ones take long to read and are no other. */
const LARGEST = 200_000;

/** Fixtures of the project, and the corpus where there is one, in an order that does not change. */
export function seeds({ withCorpus, only }: { withCorpus: boolean; only?: string | undefined }): readonly Seed[] {
  const root = path.resolve(import.meta.dirname, "../fixtures");
  const fixtures = readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => path.join(root, name));
  const corpus = withCorpus ? corpusFiles().map((file) => path.join(corpusFolder() ?? "", file.path)) : [];
  const found: Seed[] = [];
  for (const file of [...fixtures.sort(), ...corpus.sort()]) {
    const info = statSync(file);
    if (!info.isFile() || info.size === 0 || info.size > LARGEST || file.endsWith("expected.json")) continue;
    const bytes = new Uint8Array(readFileSync(file));
    const name = path.basename(file);
    const structure = STRUCTURES.findIndex(({ matches }) => matches(bytes, name));
    const kind = STRUCTURES[structure]?.name ?? "bytes";
    if (only === undefined || only.split(",").includes(kind))
      found.push({ name, bytes, structure: structure < 0 ? undefined : structure });
  }
  return found;
}

/** Input `index` of a run: the same for the same seed and files. */
export function inputAt(files: readonly Seed[], seed: number, index: number): Input {
  const random = new Random(seed * 1_000_003 + index);
  // Every kind gets its turn, however many files it has.
  const kinds = [...new Set(files.map((file) => file.structure))];
  const kind = random.pick(kinds);
  const file = random.pick(files.filter((each) => each.structure === kind));
  const change = file.structure === undefined ? undefined : STRUCTURES[file.structure]?.change;
  let { bytes } = file;
  const times = 1 + random.below(4);
  for (let k = 0; k < times; k++) {
    if (change !== undefined && random.below(4) > 0) bytes = change(bytes, random);
    else bytes = mutator([bytes, file.bytes], 1 + random.below(2 ** 30)).next();
    if (bytes.length === 0) break;
  }
  return { name: file.name, kind: STRUCTURES[file.structure ?? -1]?.name ?? "bytes", bytes };
}
