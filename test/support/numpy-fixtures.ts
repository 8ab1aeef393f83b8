import { readFileSync } from "node:fs";

/** What test/generate/numpy_fixtures.py wrote with numpy, an old one and a new one. */
export type NumpyGeneration = "old" | "new";

/** An array as numpy has it: elements in C order, as hex of their bytes in memory. */
export interface NumpyArray {
  /** Absent where it is longer than the file. */
  readonly dtype?: string;
  readonly shape: readonly number[];
  /** Of the file. */
  readonly order: "C" | "F";
  readonly hex: string;
}

const folder = (generation: NumpyGeneration): URL => new URL(`../fixtures/numpy/${generation}/`, import.meta.url);

/** File name and arrays by name ("" in an `.npy`), of the files with this extension. */
export function numpyFixtures(generation: NumpyGeneration, extension: string): [string, Record<string, NumpyArray>][] {
  const text = readFileSync(new URL("expected.json", folder(generation)), "utf8");
  const { files } = JSON.parse(text) as { files: Record<string, Record<string, NumpyArray>> };
  return Object.entries(files).filter(([name]) => name.endsWith(extension));
}

export function numpyFixture(generation: NumpyGeneration, name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder(generation))));
}
