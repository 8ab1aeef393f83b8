import { type ByteSource, fromBytes } from "../../src/core/bytes/source.ts";
import type { Artifact } from "../../src/core/model/artifact.ts";
import { elementCount, type TensorRef } from "../../src/core/model/tensor.ts";
import { dictGet, isNode, type Value } from "../../src/core/model/value.ts";
import { readElements } from "../../src/core/model/window.ts";
import { openArtifact } from "../../src/core/open.ts";
import { quietWork } from "../../src/core/work.ts";
import { nodeHost } from "../../src/platform/node/host.ts";
import { toHex } from "./bytes-builder.ts";

/** Opens bytes as a file of that name, with others beside it. */
export function openBytes(
  bytes: Uint8Array,
  name: string,
  beside: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<Artifact> {
  const siblings = {
    own: name,
    open: (asked: string): Promise<ByteSource | undefined> => {
      const found = beside.get(asked);
      return Promise.resolve(found && fromBytes(found, asked, 0));
    },
  };
  return openArtifact(fromBytes(bytes, name, 0), nodeHost(), quietWork(), { siblings });
}

export function tensorAt({ parameters }: Artifact, path: string): TensorRef {
  const found = parameters.find((parameter) => parameter.path === path);
  if (found === undefined)
    throw new Error(`${path} is not among ${parameters.map((parameter) => parameter.path).join(", ")}`);
  return found.tensor;
}

/** All elements, as hex of their bytes in C order. */
export async function hexAt(artifact: Artifact, path: string): Promise<string> {
  const tensor = tensorAt(artifact, path);
  return toHex(await readElements(tensor, 0, elementCount(tensor.shape)));
}

export function metadataAt({ metadata }: Artifact, key: string): Value | undefined {
  return isNode(metadata) && metadata.kind === "dict" ? dictGet(metadata, key) : undefined;
}

export function rulesOf({ findings }: Artifact): string[] {
  return findings.map(({ rule }) => rule);
}
