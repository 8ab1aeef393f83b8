import { ArtifactError } from "../errors.ts";
import { finding } from "../findings/finding.ts";
import type { Artifact, RawArtifact } from "../model/artifact.ts";
import { say } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import { describe, type SourceInfo } from "./describe.ts";

/**
 * As `describe`. A graph that defeats it (nested deeper than any call stack) does not hide what was found by reading: what
 * the file would import, and what is wrong with it, is told of an artifact without values, which is not complete.
 */
export async function describeOrKeep(raw: RawArtifact, source: SourceInfo, work: Work): Promise<Artifact> {
  try {
    return await describe(raw, source, work);
  } catch (error) {
    if (error instanceof ArtifactError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const sentence = say("What the file holds could not be made sense of, and is not shown: {reason}", { reason });
    const { format, container, namedTensors, facts, imports, findings } = raw;
    const bare: RawArtifact = {
      format,
      container,
      namedTensors,
      facts,
      root: undefined,
      ...(imports === undefined ? {} : { imports }),
      findings: [...findings, finding("integrity/limit", "error", sentence)],
      complete: false,
    };
    return describe(bare, source, work);
  }
}
