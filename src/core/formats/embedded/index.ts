import { readAll } from "../../bytes/read-all.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { TensorRef } from "../../model/tensor.ts";
import { dictGet, isNode, type Value } from "../../model/value.ts";
import type { ReadContext } from "../format.ts";
import { readDocument, startsDocument } from "./document.ts";
import { DOCUMENT_MEMBER, METADATA_DOCUMENT } from "./layout.ts";
import { type Members, restored, unrestored } from "./restore.ts";

/**
 * Files of other formats that we wrote hold a document beside their tensors (docs/convert.md). Called once, after the
 * format's own reader: gives back what was converted, or `raw` as it is for everybody else's files. `source` is what
 * the reader read.
 */
export async function restoreEmbedded(
  raw: RawArtifact,
  source: ByteSource,
  context: ReadContext,
): Promise<RawArtifact> {
  const found = await findDocument(raw, source);
  if (found === undefined) return raw;
  try {
    const document = await readDocument(await found.bytes(), `description in ${source.name}`, context.work);
    return await restored(raw, document, found.members, context.work);
  } catch (error) {
    if (error instanceof ArtifactError && ["cancelled", "changed"].includes(error.code)) throw error;
    return unrestored(raw, source.name, error);
  }
}

interface Found {
  readonly members: Members;
  bytes(): Promise<Uint8Array>;
}

async function findDocument(raw: RawArtifact, source: ByteSource): Promise<Found | undefined> {
  const { format, metadata, root } = raw;
  if (format === "safetensors") {
    const text = isNode(metadata) && metadata.kind === "dict" ? dictGet(metadata, METADATA_DOCUMENT) : undefined;
    if (typeof text !== "string") return undefined;
    return { members: membersOf(root), bytes: async () => new TextEncoder().encode(text) };
  }
  if (format === "npz") {
    const member = isNode(root) && root.kind === "dict" ? dictGet(root, DOCUMENT_MEMBER) : undefined;
    if (!isNode(member) || member.kind !== "bytes") return undefined;
    const { data } = member;
    return { members: membersOf(root), bytes: () => wholeText(data) };
  }
  if (format === "json") {
    const head = await source.read(0, Math.min(64, source.size));
    return startsDocument(head) ? { members: new Map(), bytes: () => wholeText(source) } : undefined;
  }
  return undefined;
}

async function wholeText(source: ByteSource): Promise<Uint8Array> {
  if (source.size > LIMITS.jsonBytes)
    throw limitExceeded(`${source.name}: bytes of JSON text`, source.size, LIMITS.jsonBytes);
  return readAll(source);
}

function membersOf(root: Value | undefined): Members {
  const members = new Map<string, TensorRef>();
  if (!isNode(root) || root.kind !== "dict") return members;
  for (const [index, key] of root.keys.entries()) {
    const value = root.values[index];
    if (typeof key === "string" && isNode(value) && value.kind === "tensor") members.set(key, value.tensor);
  }
  return members;
}
