import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { isPathBelow, type Siblings } from "../../src/core/bytes/siblings.ts";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { probeOf } from "../../src/core/formats/probe.ts";
import { detect } from "../../src/core/formats/registry.ts";
import { corpusFiles, corpusFolder } from "../support/corpus.ts";
import { mutator } from "./mutate.ts";
import { Random } from "./random.ts";
import { changeOf } from "./structure.ts";

/** A file that is damaged in many ways. */
export interface Seed {
  readonly name: string;
  readonly folder: string;
  readonly bytes: Uint8Array;
  /** The format that its bytes are taken for, `packed` for a compressed stream, `none` for what is none. */
  readonly format: string;
  /** The kind of fixtures that it is one of: each gets its turn, however many files it has. */
  readonly group: string;
}

export interface Input {
  readonly name: string;
  readonly format: string;
  readonly bytes: Uint8Array;
  /** The files beside the seed, damaged in one of two inputs. */
  readonly siblings: Siblings;
}

/** Larger ones take long to read and are no other. */
const LARGEST = 200_000;

/** Fixtures of the project, and the corpus where there is one, in an order that does not change. */
export async function seeds(options: { withCorpus: boolean; only?: string | undefined }): Promise<readonly Seed[]> {
  const { withCorpus, only } = options;
  const root = path.resolve(import.meta.dirname, "../fixtures");
  const fixtures = readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => path.join(root, name));
  const corpus = corpusFolder() ?? "";
  const others = withCorpus ? corpusFiles().map((file) => path.join(corpus, file.path)) : [];
  const found: Seed[] = [];
  for (const file of [...fixtures.sort(), ...others.sort()]) {
    const info = statSync(file);
    if (!info.isFile() || info.size === 0 || info.size > LARGEST || file.endsWith("expected.json")) continue;
    const bytes = new Uint8Array(readFileSync(file));
    const name = path.basename(file);
    const format = await formatOf(bytes, name);
    if (only !== undefined && !only.split(",").includes(format)) continue;
    const group = path.relative(file.startsWith(root) ? root : corpus, file).split(path.sep)[0] ?? "";
    found.push({ name, folder: path.dirname(file), bytes, format, group });
  }
  return found;
}

async function formatOf(bytes: Uint8Array, name: string): Promise<string> {
  const found = detect(await probeOf(fromBytes(bytes, name, 0)))[0]?.format.id;
  return found ?? (bytes[0] === 0x78 || bytes[0] === 0x1f ? "packed" : "none");
}

/** Input `index` of a run: the same for the same seed and files. */
export function inputAt(files: readonly Seed[], seed: number, index: number): Input {
  const random = new Random(seed * 1_000_003 + index);
  // Every format gets its turn, and in it every group.
  const format = random.pick([...new Set(files.map((file) => file.format))]);
  const group = random.pick([...new Set(files.filter((file) => file.format === format).map((file) => file.group))]);
  const file = random.pick(files.filter((each) => each.format === format && each.group === group));
  const isBesideDamaged = random.below(2) === 0;
  const besideSeed = random.below(2 ** 30);
  const siblings = besideOf(file, (bytes) => (isBesideDamaged ? damaged(bytes, "", new Random(besideSeed)) : bytes));
  const isWhole = isBesideDamaged && random.below(2) === 0;
  return { name: file.name, format, bytes: isWhole ? file.bytes : damaged(file.bytes, format, random), siblings };
}

function damaged(whole: Uint8Array, format: string, random: Random): Uint8Array {
  let bytes = whole;
  const times = 1 + random.below(4);
  for (let k = 0; k < times && bytes.length > 0; k++) {
    if (random.below(4) > 0) bytes = changeOf(bytes, format, random);
    else bytes = mutator([bytes, whole], 1 + random.below(2 ** 30)).next();
  }
  return bytes;
}

function besideOf({ name, folder }: Seed, change: (bytes: Uint8Array) => Uint8Array): Siblings {
  const open = (below: string): ReturnType<Siblings["open"]> => {
    const file = path.join(folder, below);
    if (!isPathBelow(below) || !existsSync(file)) return Promise.resolve(undefined);
    const info = statSync(file);
    if (!info.isFile() || info.size > LARGEST) return Promise.resolve(undefined);
    return Promise.resolve(fromBytes(change(new Uint8Array(readFileSync(file))), path.basename(below), 0));
  };
  return { own: name, open, openBelow: open };
}
