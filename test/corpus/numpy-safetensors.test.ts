import path from "node:path";
import { describe, expect, it } from "vitest";
import { readArtifact } from "../../src/core/open.ts";
import type { RawArtifact } from "../../src/core/model/artifact.ts";
import { elementCount, type TensorRef } from "../../src/core/model/tensor.ts";
import { isNode, type Value } from "../../src/core/model/value.ts";
import { chunks } from "../../src/core/model/window.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { type CorpusFile, corpusFiles, corpusFolder } from "../support/corpus.ts";

/** What makes a row of the manifest ours: what the bytes are, or what the name says that they are. */
const OURS = /\.(npy|npz|safetensors)$/;
const files = corpusFiles().filter(
  ({ path: name, format }) => OURS.test(name) || /^(npy|npz|safetensors)$/.test(format),
);
const folder = corpusFolder() ?? "";
if (files.length === 0)
  console.log("Without the corpus (MODEL_LOUPE_CORPUS) its NumPy and safetensors files are not read.");

/** The files that do not open whole, and how they answer: an error's code and words, or the rules of the findings. */
const EXCEPTIONS: Readonly<Record<string, { error: [string, string] } | { rules: string[]; complete: boolean }>> = {
  "broken/derived/f-badjson.safetensors": { error: ["corrupt", "begins with 5b, expected 7b"] },
  "broken/derived/multi_layer-cut.safetensors": { rules: ["integrity/truncated"], complete: false },
  "broken/derived/python3-badheader.npy": { error: ["corrupt", "has no descr"] },
  "broken/diffai/numpy_model1.npz": { error: ["not-recognised", "zip"] },
  "broken/diffai/numpy_small1.npy": { error: ["truncated", "needs 28019 bytes at byte 10, 11 are left"] },
  // A line feed behind the pickle.
  "numpy/py2-np0-objarr.npy": { rules: ["integrity/trailing-bytes"], complete: true },
};

const read = async ({ path: name }: CorpusFile): Promise<RawArtifact> => {
  const source = await openFile(path.join(folder, name));
  try {
    const artifact = await readArtifact(source, nodeHost(), quietWork());
    for (const tensor of tensorsOf(artifact.root)) await readWhole(tensor);
    return artifact;
  } finally {
    await source.close();
  }
};

/** The arrays that lie in the file itself, not in a pickle in it. */
function tensorsOf(root: Value | undefined): TensorRef[] {
  const values = isNode(root) && root.kind === "dict" ? root.values : [root];
  return values.flatMap((value) => (isNode(value) && value.kind === "tensor" && !value.objects ? [value.tensor] : []));
}

/** Every element of a whole tensor; those before the cut of another are tested elsewhere. */
async function readWhole(tensor: TensorRef): Promise<void> {
  const needed = elementCount(tensor.shape) * tensor.dtype.itemSize;
  if (tensor.offset + needed > tensor.data.size) return;
  let length = 0;
  for await (const piece of chunks(tensor, 1 << 20, quietWork())) length += piece.length;
  expect(length).toBe(needed);
}

describe.skipIf(files.length === 0)("the corpus's NumPy and safetensors files", () => {
  const whole = files.filter((file) => !(file.path in EXCEPTIONS));

  it.each(whole)("$path opens whole ($format)", async (file) => {
    const artifact = await read(file);
    expect(artifact.findings).toEqual([]);
    expect(artifact.complete).toBe(true);
    const named = OURS.exec(file.path)?.[1];
    expect(artifact.format).toBe(named);
    expect(artifact.container).toEqual(named === "npz" ? ["zip"] : []);
  });

  it.each(whole.filter(({ note }) => /\d+ (tensors|arrays)/.test(note)))(
    "$path holds what is known of it: $note",
    async (file) => {
      const count = Number(/(\d+) (?:tensors|arrays)/.exec(file.note)?.[1]);
      const { root } = await read(file);
      expect(isNode(root) && root.kind === "dict" ? root.values.length : 0).toBe(count);
    },
  );

  it.each(files.filter((file) => file.path in EXCEPTIONS))("$path is answered precisely ($note)", async (file) => {
    const wanted = EXCEPTIONS[file.path];
    const outcome = await read(file).catch((error: unknown) => error);
    const error = wanted !== undefined && "error" in wanted ? wanted.error : undefined;
    const answer =
      outcome instanceof Error
        ? { code: "code" in outcome ? outcome.code : "", hasWords: outcome.message.includes(error?.[1] ?? "\0") }
        : {
            rules: (outcome as RawArtifact).findings.map(({ rule }) => rule),
            complete: (outcome as RawArtifact).complete,
          };
    expect(answer).toEqual(error === undefined ? wanted : { code: error[0], hasWords: true });
  });

  it.each(files.filter(({ format }) => format.startsWith("malicious")))(
    "$path is shown, and what it would import is told",
    async (file) => {
      const { imports } = await read(file);
      expect(imports?.filter((use) => use.class !== "ordinary").map(({ module, name }) => `${module}.${name}`)).toEqual(
        ["ssl.get_server_certificate"],
      );
    },
  );
});
