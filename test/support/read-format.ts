import { readFileSync } from "node:fs";
import path from "node:path";
import { fromBytes } from "../../src/core/bytes/source.ts";
import { ArtifactError } from "../../src/core/errors.ts";
import type { Artifact, RawArtifact } from "../../src/core/model/artifact.ts";
import { elementCount, type TensorRef } from "../../src/core/model/tensor.ts";
import { dictGet, isNode, type Value } from "../../src/core/model/value.ts";
import { readElements } from "../../src/core/model/window.ts";
import { openArtifact, readArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { openFile } from "../../src/platform/node/file.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { siblingsOf } from "../../src/platform/node/siblings.ts";
import { fuzzCount, mutator } from "../fuzz/mutate.ts";
import { toHex } from "./bytes-builder.ts";
import { corpusFolder } from "./corpus.ts";
import { cpuMilliseconds } from "./cpu-time.ts";

/** Bytes, opened as whatever they are. */
export function readBytes(bytes: Uint8Array, name = "model.bin"): Promise<RawArtifact> {
  return readArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
}

export function openBytes(bytes: Uint8Array, name = "model.bin"): Promise<Artifact> {
  return openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork());
}

export const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(path.join(import.meta.dirname, "../fixtures", name)));

export const fixtureJson = (name: string): unknown => JSON.parse(new TextDecoder().decode(fixture(name)));

/** The value at keys from the root on; undefined where there is none. */
export function valueAt(artifact: Pick<RawArtifact, "root">, ...keys: readonly string[]): Value | undefined {
  let value = artifact.root;
  for (const key of keys) value = isNode(value) && value.kind === "dict" ? dictGet(value, key) : undefined;
  return value;
}

/** The tensor at keys from the root on. */
export function tensorAt(artifact: Pick<RawArtifact, "root">, ...keys: readonly string[]): TensorRef {
  const value = valueAt(artifact, ...keys);
  if (!isNode(value) || (value.kind !== "tensor" && value.kind !== "scalar"))
    throw new Error(`no tensor at ${keys.join(".")}`);
  return value.tensor;
}

/** Each element's bytes. */
export async function elementsHex(tensor: TensorRef): Promise<string[]> {
  const bytes = await readElements(tensor, 0, elementCount(tensor.shape));
  const size = tensor.dtype.itemSize;
  return Array.from({ length: bytes.length / size }, (_, k) => toHex(bytes.subarray(k * size, (k + 1) * size)));
}

export const rulesOf = ({ findings }: Pick<RawArtifact, "findings">): string[] => findings.map(({ rule }) => rule);

/** Opens a file of the corpus with the files beside it. */
export async function openCorpus(name: string): Promise<Artifact> {
  const file = path.join(corpusFolder() ?? "", name);
  const source = await openFile(file);
  const siblings = siblingsOf(file);
  try {
    return await openArtifact(source, nodeHost(), quietWork(), { siblings });
  } finally {
    await siblings.close();
    await source.close();
  }
}

/** What came of damaged copies: each one opens or is refused with a reason, soon. Returns what went otherwise. */
export async function damagedCopies(files: readonly Uint8Array[], seed: number, inSuite = 300): Promise<string[]> {
  const mutants = mutator(files, seed);
  const wrong: string[] = [];
  for (let k = fuzzCount(inSuite); k > 0; k--) {
    const bytes = mutants.next();
    const start = cpuMilliseconds();
    try {
      await openBytes(bytes);
    } catch (error) {
      if (!(error instanceof ArtifactError)) wrong.push(`${String(error)}: ${toHex(bytes.subarray(0, 400))}`);
    }
    if (cpuMilliseconds() - start > 2000) wrong.push(`slow: ${toHex(bytes.subarray(0, 400))}`);
  }
  return wrong;
}
