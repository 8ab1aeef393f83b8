import type { ByteSource } from "../../bytes/source.ts";
import { ArtifactError, limitExceeded } from "../../errors.ts";
import type { Finding } from "../../findings/finding.ts";
import { LIMITS } from "../../limits.ts";
import type { RawArtifact } from "../../model/artifact.ts";
import type { ReadContext } from "../format.ts";
import { duplicateKeys, stoppedBy } from "../written/findings.ts";
import { byteText } from "../written/text.ts";
import { TomlParser } from "./parser.ts";

/**
 * Reads TOML: tables as dicts, rectangular arrays of numbers as tensors, dates as text. What stands before an error is
 * shown with a finding; throws where nothing does.
 */
export async function readToml(source: ByteSource, { work }: Pick<ReadContext, "work">): Promise<RawArtifact> {
  if (source.size > LIMITS.writtenBytes) throw limitExceeded(source.name, source.size, LIMITS.writtenBytes);
  const bytes = await source.read(0, source.size);
  const parser = new TomlParser(byteText(bytes), bytes, source.name);
  const findings: Finding[] = [];
  try {
    for (const _ of parser.read()) if (work.isDue()) await work.checkpoint();
  } catch (error) {
    if (!(error instanceof ArtifactError) || error.code === "cancelled") throw error;
    if (parser.root.node.keys.length === 0) throw error;
    findings.push(stoppedBy(error, source));
  }
  return {
    format: "toml",
    container: [],
    root: parser.root.node,
    namedTensors: false,
    facts: [],
    findings: [...findings, ...duplicateKeys(parser.duplicates, parser.duplicateCount, source)],
    complete: findings.length === 0,
  };
}
