import { readFileSync } from "node:fs";

/** What test/generate/hdf5_fixtures.py wrote with h5py. */
export type Expected =
  | null
  | string
  | { readonly dtype: string; readonly shape: readonly number[]; readonly hex: string }
  | { readonly dtype: "object"; readonly shape: readonly number[]; readonly values: readonly Expected[] };

const folder = new URL("../fixtures/hdf5/", import.meta.url);

export interface Hdf5Fixture {
  readonly datasets: Readonly<Record<string, Expected>>;
  readonly attributes: Readonly<Record<string, Expected>>;
}

/** File names, and what h5py reads in each. */
export function hdf5Fixtures(): [string, Hdf5Fixture][] {
  const text = readFileSync(new URL("expected.json", folder), "utf8");
  return Object.entries((JSON.parse(text) as { files: Record<string, Hdf5Fixture> }).files);
}

export function hdf5Fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}
