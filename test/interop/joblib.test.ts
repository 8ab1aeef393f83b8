import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { siblingsOf } from "../../src/platform/node/siblings.ts";
import { corpusFolder } from "../support/corpus.ts";
import { describeValue } from "../support/described-value.ts";
import { withArtifact } from "../support/open-file.ts";

/**
 * The files that joblib is tested with, by each of its versions, compressions and generations of Python and numpy, read
 * where joblib is installed and in the corpus. joblib's own test (test_joblib_pickle_across_python_versions) says what is
 * in each of them.
 */
const python = process.env["MODEL_LOUPE_PYTHON"];
const folders = [...installed(), ...inCorpus()];
if (folders.length === 0)
  console.log("Without the corpus and MODEL_LOUPE_PYTHON, joblib's own test files are not read.");

function installed(): string[] {
  if (python === undefined) return [];
  const libraries = path.resolve(path.dirname(python), "../lib");
  if (!existsSync(libraries)) return [];
  return readdirSync(libraries)
    .map((name) => path.join(libraries, name, "site-packages/joblib/test/data"))
    .filter((folder) => existsSync(folder));
}

function inCorpus(): string[] {
  const folder = corpusFolder();
  return folder === undefined ? [] : [path.join(folder, "joblib")];
}

const files = folders.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    // Arrays of another file are read through it.
    .filter((name) => /(^|[\\/])joblib_[^\\/]*_pickle_py\d+_np\d+/.test(name) && !/_\d+\.npy(\.z)?$/.test(name))
    .sort()
    .map((name) => ({ name, file: path.join(folder, name) })),
);

const hexOf = (bytes: readonly number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
const int64 = (count: number): string =>
  hexOf(Array.from({ length: count * 8 }, (_, at) => (at % 8 === 0 ? at / 8 : 0)));
const ALL_BYTES = Array.from({ length: 256 }, (_, byte) => byte);

/** What `create_numpy_pickle.py` dumps. */
function expected(isPython2: boolean): readonly unknown[] {
  return [
    { array: "int64", shape: [5], class: "numpy.ndarray", hex: int64(5) },
    {
      array: "float64",
      shape: [5],
      class: "numpy.ndarray",
      hex: ["0000000000000000", "000000000000f03f", "0000000000000040", "0000000000000840", "0000000000001040"].join(
        "",
      ),
    },
    {
      array: "object",
      shape: [3],
      class: "numpy.ndarray",
      // A dict of Python before 3.6 is in any order.
      objects: [{ int: "1" }, { str: "abc" }, { a: { int: "1" }, b: { int: "2" } }],
    },
    { [isPython2 ? "str8" : "bytes"]: hexOf(ALL_BYTES) },
    { array: "int64", shape: [1, 3], class: "numpy.matrix", hex: int64(3) },
    { str: "C'est l'\u00e9t\u00e9 !" },
  ];
}

type Described = Record<string, unknown>;

/** Without the numbers that tell one object from an equal one, and dicts by their keys. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { number: _number, ...rest } = value as Described;
  const { dict } = rest;
  if (Array.isArray(dict))
    return Object.fromEntries((dict as [Described, unknown][]).map(([key, item]) => [String(key["str"]), plain(item)]));
  return Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, plain(item)]));
}

describe.skipIf(files.length === 0)("joblib's own test files", () => {
  it.each(files)("$name holds what joblib says, bit for bit", async ({ name, file }) => {
    const siblings = siblingsOf(file);
    try {
      await withArtifact(
        file,
        async (artifact) => {
          expect(artifact.findings).toEqual([]);
          expect(artifact.complete).toBe(true);
          expect(artifact.format).toBe("joblib");
          const { list } = plain(await describeValue(artifact.root)) as { list: unknown[] };
          expect(list).toEqual(expected(/_py2\d_/.test(name)));
        },
        { siblings },
      );
    } finally {
      await siblings.close();
    }
  });
});
