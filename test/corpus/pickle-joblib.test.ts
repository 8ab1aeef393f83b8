import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { elementCount, type TensorRef } from "../../src/core/model/tensor.ts";
import { openArtifact } from "../../src/core/open.ts";
import { childrenOf } from "../../src/core/model/graph-records.ts";
import { isNode, type Node, type Value } from "../../src/core/model/value.ts";
import { chunks } from "../../src/core/model/window.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { siblingsOf } from "../../src/platform/node/siblings.ts";
import { type CorpusFile, corpusFiles, corpusFolder } from "../support/corpus.ts";

const folder = corpusFolder() ?? "";
const all = corpusFiles();
const files = all.filter(({ format }) => /^(pickle|joblib|broken: joblib)/.test(format));
const hostile = all.filter(({ path: name }) => name.startsWith("malicious/"));
if (all.length === 0) console.log("Without the corpus (MODEL_LOUPE_CORPUS) its pickles and joblib files are not read.");

/** By the manifest's format: the compression that is taken off. */
const CONTAINERS: Readonly<Record<string, string>> = {
  "joblib-zlib": "zlib",
  "joblib-gzip": "gzip",
  "joblib-zfile": "zfile",
  "joblib-bz2": "bz2",
  "joblib-xz": "xz",
  "joblib-lzma": "lzma",
  "joblib-lz4": "lz4",
  "joblib-zstd": "zstd",
  "pickle+gzip": "gzip",
};

/** What opens with something to say, and what it says. */
const REMARKS: Readonly<Record<string, readonly string[]>> = {
  "broken/derived/RandomForestIris-cut.pkl": ["integrity/truncated"],
  "sklearnflask/model-versions/7b1b635/model.pkl": ["integrity/not-read"],
};

/** They carry a Python function's code (dill, cloudpickle), which loading makes and does not run. */
const CARRY_CODE = ["jpmml-sklearn/H2OLinearRegressionAuto.pkl", "MLServer/inference-pipeline/model.pickle"];

async function withArtifact<T>({ path: name }: CorpusFile, look: (artifact: Artifact) => Promise<T>): Promise<T> {
  const full = path.join(folder, name);
  const source = await openFile(full);
  const siblings = siblingsOf(full);
  try {
    return await look(await openArtifact(source, nodeHost(), quietWork(), { siblings }));
  } finally {
    await source.close();
    await siblings.close();
  }
}

/** Every array of the graph. */
function tensorsOf(root: Value | undefined): TensorRef[] {
  const seen = new Set<Node>();
  const stack: (Value | undefined)[] = [root];
  const tensors: TensorRef[] = [];
  while (stack.length > 0) {
    const value = stack.pop();
    if (!isNode(value) || seen.has(value)) continue;
    seen.add(value);
    if (value.kind === "tensor" && value.objects === undefined) tensors.push(value.tensor);
    stack.push(...childrenOf(value));
  }
  return tensors;
}

const integrity = (artifact: Artifact): string[] =>
  artifact.findings
    .map(({ rule }) => rule)
    .filter((rule) => rule.startsWith("integrity/") && rule !== "integrity/non-finite");

describe.skipIf(all.length === 0)("the corpus's pickles and joblib files", () => {
  const opened = files.filter(({ format }) => format !== "joblib-npy.z");

  it.each(opened)("$path ($format) opens, every array of it to the last byte", async (file) => {
    await withArtifact(file, async (artifact) => {
      const remarks = REMARKS[file.path] ?? [];
      expect(integrity(artifact)).toEqual(remarks);
      expect(artifact.complete).toBe(remarks.length === 0);
      expect(artifact.format).toBe(/joblib/.test(file.format) ? "joblib" : "pickle");
      for (const tensor of tensorsOf(artifact.root)) {
        let length = 0;
        for await (const piece of chunks(tensor, 1 << 20, quietWork())) length += piece.length;
        expect(length).toBe(elementCount(tensor.shape) * tensor.dtype.itemSize);
      }
    });
  });

  it.each(opened)("$path is not called dangerous without reason", async (file) => {
    await withArtifact(file, async (artifact) => {
      expect(artifact.imports.filter((use) => use.class === "dangerous")).toEqual([]);
      const isSaid = artifact.findings.some(({ message }) => message.includes("Python functions by value"));
      expect(isSaid).toBe(CARRY_CODE.includes(file.path));
    });
  });

  it.each(files.filter(({ format }) => CONTAINERS[format] !== undefined))(
    "$path ($format) is taken out of its compressed stream",
    async (file) => {
      await withArtifact(file, async ({ container }) => expect(container).toEqual([CONTAINERS[file.format]]));
    },
  );

  it.each(files.filter(({ format }) => format === "joblib-npy.z"))(
    "$path is said to be a part of a joblib file",
    async (file) => {
      const refusal: unknown = await withArtifact(file, async () => "opened").catch((error: unknown) => error);
      expect(refusal).toMatchObject({ code: "not-recognised" });
    },
  );
});

describe.skipIf(all.length === 0)("the corpus's hostile files", () => {
  const pickles = hostile.filter(({ format }) => format === "malicious: pickle" || format === "malicious: npy");

  it("are all here", () => {
    expect(pickles.length).toBeGreaterThanOrEqual(40);
  });

  it.each(pickles)("$path is flagged: $note", async (file) => {
    await withArtifact(file, async (artifact) => {
      const flagged = artifact.findings.filter(({ rule }) => rule === "safety/dangerous-global");
      expect(flagged.length).toBeGreaterThan(0);
      expect(flagged.every(({ severity }) => severity === "error")).toBe(true);
    });
  });

  it.each(hostile.filter((file) => !pickles.includes(file)))(
    "$path ($format) opens as the archive it is, and its pickle is flagged",
    async (file) => {
      await withArtifact(file, async (artifact) => {
        expect(artifact.format).toBe("bundle");
        const flagged = artifact.findings.filter(({ rule }) => rule === "safety/dangerous-global");
        expect(flagged.length).toBeGreaterThan(0);
        expect(flagged.every(({ severity }) => severity === "error")).toBe(true);
      });
    },
  );
});
