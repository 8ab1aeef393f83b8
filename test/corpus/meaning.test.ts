import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { type CorpusFile, corpusFiles, corpusFolder } from "../support/corpus.ts";
import { withArtifact } from "../support/open-file.ts";

const folder = corpusFolder() ?? "";
/** Compressions that are refused by name; `joblib-npy.z` is the bytes of an array beside a pickle. */
const UNREAD = /^joblib-(?:bz2|lzma|xz|lz4|zstd|npy\.z)$/;
const files = corpusFiles().filter(({ format }) => /^(?:joblib|pickle)/.test(format) && !UNREAD.test(format));
if (files.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its pickles are not described.");

const open = (file: string): Promise<Artifact> => withArtifact(path.join(folder, file), (artifact) => artifact);

const isSklearn = ({ format, note }: CorpusFile): boolean =>
  format.includes("scikit-learn") || (format.startsWith("joblib") && note.includes("sklearn"));

/** The version that the manifest knows, any version, or none: before 0.18 scikit-learn did not write it. */
function versionPattern(note: string): RegExp {
  const inside = /scikit-learn ([\d.]+(?:post\d+)?) inside/.exec(note)?.[1];
  if (inside !== undefined) return new RegExp(`^${inside.replaceAll(".", "\\.")}$`);
  const isOld = /0\.15|side \.npy files not in this version|older version of the same model|0\.9\./.test(note);
  return isOld ? /^/ : /^\d+\.\d+/;
}

/** Real files that hold functions of their own by value (dill, cloudpickle): nothing runs them on loading, and they are told of. */
const BY_VALUE: readonly string[] = [
  "jpmml-sklearn/H2OLinearRegressionAuto.pkl",
  "MLServer/inference-pipeline/model.pickle",
];

describe.skipIf(files.length === 0)("real pickles", () => {
  it.each(files.filter(isSklearn))("$path says its class and its version", async ({ path: file, note }) => {
    const { framework } = await open(file);
    expect(framework?.name).toBe("scikit-learn");
    expect(framework?.className).toMatch(/^[A-Z]/);
    expect(framework?.version ?? "").toMatch(versionPattern(note));
  });

  it.each(files)("$path has unique addresses and no false alarm", async ({ path: file }) => {
    const { parameters, values, estimators, findings } = await open(file);
    const addresses = [...parameters, ...values].map((each) => each.path);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(addresses).not.toContain("");
    expect(estimators.filter(({ className }) => className === "")).toEqual([]);
    expect(findings.filter(({ rule }) => rule === "safety/dangerous-global")).toEqual([]);
    expect(findings.some(({ message }) => message.includes("functions by value"))).toBe(BY_VALUE.includes(file));
    const aboutValues = findings.filter(({ rule }) => /^precision|non-finite/.test(rule));
    expect(aboutValues.map(({ message }) => message)).toEqual([]);
  });
});
