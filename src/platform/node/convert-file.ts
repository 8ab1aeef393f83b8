import { stat } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { digest } from "../../core/bytes/digest.ts";
import { executeConversion } from "../../core/convert/execute.ts";
import type { ConversionPlan, ConversionResult, TargetId } from "../../core/convert/plan.ts";
import { planConversion } from "../../core/convert/plan-conversion.ts";
import { verifyConversion } from "../../core/convert/verify.ts";
import { ArtifactError } from "../../core/errors.ts";
import type { Provenance } from "../../core/formats/document/source.ts";
import type { Host } from "../../core/host.ts";
import type { Artifact } from "../../core/model/artifact.ts";
import type { ByteSource } from "../../core/bytes/source.ts";
import type { Work } from "../../core/work.ts";
import { openFile } from "./file.ts";
import { existsError } from "./io-error.ts";
import { createFileSink } from "./sink.ts";

export interface ConvertFileRequest {
  readonly artifact: Artifact;
  /** What the artifact was read from; its digest goes into the copy. */
  readonly source?: ByteSource;
  readonly target: TargetId;
  readonly outputPath: string;
  /** Replace a file of that name. Only after a person said so. */
  readonly overwrite: boolean;
  /** Write although the plan names losses. Only after a person saw them. */
  readonly allowLoss: boolean;
  /** Deflates tensors (`.model` and npz). */
  readonly compression?: "none" | "deflate";
  /** Name and version of this program; git commit and time where the caller wants them in the file. */
  readonly tool?: string;
  readonly commit?: string;
  readonly time?: string;
}

/**
 * Converts to a file, or leaves nothing: writes to a temporary file, opens that by the ordinary reader, compares every
 * value, and only then gives it its name. Throws ArtifactError `refused` when the plan names losses that are not
 * allowed, when the name is taken, or when what was written is not the same as the source; `cancelled` when cancelled.
 */
export async function convertToFile(request: ConvertFileRequest, host: Host, work: Work): Promise<ConversionResult> {
  const { artifact, target, outputPath, overwrite, allowLoss } = request;
  const plan = await planConversion(artifact, target, host, work);
  if (plan.losses.length > 0 && !allowLoss) throw lossy(artifact, plan);
  if (!overwrite && (await exists(outputPath))) throw existsError(outputPath);
  const provenance = await provenanceOf(request, host, work);
  const sink = await createFileSink(resolve(outputPath));
  try {
    const options = { provenance, ...(request.compression !== undefined && { compression: request.compression }) };
    await executeConversion(artifact, plan, sink, host, work, options);
    await sink.flush();
    const result = await verified(sink.temporaryPath, artifact, plan, host, work);
    await work.checkpoint();
    await sink.commit({ overwrite });
    return result;
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

async function verified(
  path: string,
  artifact: Artifact,
  plan: ConversionPlan,
  host: Host,
  work: Work,
): Promise<ConversionResult> {
  const written = await openFile(path);
  try {
    return await verifyConversion(artifact, plan, written, host, work);
  } finally {
    await written.close();
  }
}

/** The same source gives the same bytes: no time unless the caller has one. */
async function provenanceOf(request: ConvertFileRequest, host: Host, work: Work): Promise<Provenance> {
  const { artifact, source, tool, commit, time } = request;
  return {
    sourceName: basename(artifact.name),
    sourceFormat: [...artifact.container, artifact.format].join(", "),
    ...(source !== undefined && { sourceSha256: await digest(source, host, work, "hashing the source") }),
    ...(tool !== undefined && { tool }),
    ...(commit !== undefined && { commit }),
    ...(time !== undefined && { time }),
  };
}

function lossy(artifact: Artifact, plan: ConversionPlan): ArtifactError {
  const [first] = plan.losses;
  const more = plan.losses.length > 1 ? ` (and ${plan.losses.length - 1} more)` : "";
  return new ArtifactError(
    "refused",
    `Converting ${artifact.name} to ${plan.target} would lose something: ${first?.message ?? ""}${more} Allow it to go on.`,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
