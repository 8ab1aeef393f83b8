import type { OutlineRow } from "../../core/view/viewer-model.ts";

/** Names under which the learned numbers of a model stand, the most telling first. */
const TELLING = ["coef_", "dual_coef_", "coefs_", "components_", "cluster_centers_", "feature_importances_"];

/** A matrix of floats: `[64, 128] float32`. */
const WEIGHTS = /^\[\d+(?:, \d+)+\] (?:b?float|>f|q\d|iq\d)/;

/** The words of a tokenizer, in GGUF's metadata. */
const TOKENS = /ggml\.tokens"?\]?$/;

/**
 * What a person would look at first: what a dangerous file would run; the coefficients; the trees; else the first weights,
 * the first tensor, the first row.
 */
export function initialRow(outline: readonly OutlineRow[]): OutlineRow | undefined {
  const dangerous = outline.find(({ badges }) => badges.includes("dangerous"));
  if (dangerous !== undefined) return dangerous;
  // What the metadata of a vocabulary has are arrays too, of which its scores tell the least.
  const tensors = outline.filter(({ icon, id }) => icon === "tensor" && !id.startsWith("metadata/"));
  for (const name of TELLING) {
    const row = tensors.find(({ path }) => path === name || path?.endsWith(`.${name}`) === true);
    if (row !== undefined) return row;
  }
  return (
    outline.find(({ id }) => id === "trees") ??
    tensors.find(({ detail }) => WEIGHTS.test(detail)) ??
    tensors[0] ??
    outline.find(({ path }) => path !== undefined && TOKENS.test(path)) ??
    outline.find((row) => row.path !== undefined && row.path !== "") ??
    outline[0]
  );
}
