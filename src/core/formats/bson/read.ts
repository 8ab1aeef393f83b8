import { Cursor } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import { DocumentReader } from "./document.ts";
import { JuliaValues } from "./julia.ts";

/** Reads a BSON document, Julia's arrays as tensors. Throws where the document is damaged: its sizes are all there is. */
export async function readBson(source: ByteSource): Promise<RawArtifact> {
  if (source.size > LIMITS.jsonBytes) throw limitExceeded(source.name, source.size, LIMITS.jsonBytes);
  const bytes = await source.read(0, source.size);
  const reader = new DocumentReader(new Cursor(bytes, source.name));
  const root = reader.document(false);
  return {
    format: "bson",
    container: [],
    root: new JuliaValues(source, reader.binaries, root).root(root),
    namedTensors: false,
    facts: [],
    findings: [],
    complete: true,
  };
}
