import { ArtifactError } from "../errors.ts";
import type { TensorRef } from "../model/tensor.ts";
import { english } from "../model/sentence.ts";
import type { Work } from "../work.ts";
import { derived } from "./meaning/derive.ts";
import type { TensorPair } from "./pairs.ts";
import type { DiffEntry } from "./report.ts";

const DERIVATIONS = ["reciprocal", "negative", "both-signs"] as const;

/**
 * The two tensors that an entry compared, given those that its sides hold: one of them made of what it holds, where the two
 * libraries keep it in different ways (`detail.derivation`, `detail.derived`). Throws `refused` where that cannot be made.
 */
export async function comparedTensors(
  { path, detail }: Pick<DiffEntry, "path" | "detail">,
  old: TensorRef,
  next: TensorRef,
  work: Work,
): Promise<TensorPair> {
  const derivation = DERIVATIONS.find((each) => each === detail?.["derivation"]);
  if (derivation === undefined) return { old, next };
  const isOfNew = detail?.["derived"] === "new";
  const [plain, other] = isOfNew ? [next, old] : [old, next];
  const made = await derived(plain, derivation, other.shape, work);
  if ("why" in made) throw new ArtifactError("refused", `${path}: ${english(made.why)}`);
  return isOfNew ? { old, next: made.tensor } : { old: made.tensor, next };
}
