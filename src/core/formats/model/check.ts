import { type ArtifactError, asArtifactError } from "../../errors.ts";
import { type Finding, finding } from "../../findings/finding.ts";
import type { Host } from "../../host.ts";
import type { Artifact } from "../../model/artifact.ts";
import { densePieces, isWhole } from "../../model/dense.ts";
import { collectGraph } from "../../model/graph-records.ts";
import { say } from "../../model/sentence.ts";
import { denseByteLength, type TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";

/**
 * Compares tensors with the digests that their file has for them, as far as `valueBytes` goes. A digest that differs
 * means that bytes were changed or damaged since the file was written.
 */
export async function checkDigests(
  artifact: Artifact,
  host: Host,
  work: Work,
  valueBytes: number = Number.POSITIVE_INFINITY,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  // No other format has digests, and a walk over a large graph takes its time.
  if (artifact.format !== "model") return findings;
  const paths = new Map<TensorRef, string>();
  for (const { path, tensor } of artifact.parameters) if (!paths.has(tensor)) paths.set(tensor, path);
  let left = valueBytes;
  for (const tensor of tensorsOf(artifact)) {
    const { sha256 } = tensor;
    const length = denseByteLength(tensor);
    if (sha256 === undefined || length > left || !isWhole(tensor)) continue;
    left -= length;
    const path = paths.get(tensor);
    const { digest, error } = await digestOf(tensor, host, work);
    if (digest === sha256) continue;
    const what = path ?? tensor.data.name;
    const sentence =
      error === undefined
        ? say("The bytes of {what} are not those that were written: their digest differs. The values may be wrong.", {
            what,
          })
        : say("The bytes of {what} cannot be read: {reason}.", { what, reason: error.message });
    findings.push(
      finding("integrity/corrupt", "error", sentence, {
        ...(path !== undefined && { path }),
        ...(tensor.data.origin !== undefined && { range: { offset: tensor.data.origin + tensor.offset, length } }),
        ...(digest !== undefined && { evidence: { said: sha256, computed: digest } }),
      }),
    );
  }
  return findings;
}

function tensorsOf({ root, metadata }: Artifact): ReadonlySet<TensorRef> {
  const { nodes } = collectGraph([root, metadata]);
  return new Set(nodes.flatMap((node) => (node.kind === "tensor" || node.kind === "scalar" ? [node.tensor] : [])));
}

async function digestOf(
  tensor: TensorRef,
  host: Host,
  work: Work,
): Promise<{ readonly digest?: string; readonly error?: ArtifactError }> {
  const hasher = host.sha256();
  try {
    for await (const piece of densePieces(tensor, work)) hasher.update(piece);
    return { digest: hasher.hex() };
  } catch (thrown) {
    const error = asArtifactError(thrown, "reading");
    if (error.code === "cancelled" || error.code === "changed") throw error;
    return { error };
  }
}
