import type { OutlineRow } from "../../core/view/viewer-model.ts";

/** Names under which the learned numbers of a model stand, the most telling first. */
const TELLING = ["coef_", "dual_coef_", "coefs_", "components_", "cluster_centers_", "feature_importances_"];

/** What a person would look at first: the coefficients, else the first tensor, else the first row. */
export function initialRow(outline: readonly OutlineRow[]): OutlineRow | undefined {
  const tensors = outline.filter((row) => row.icon === "tensor");
  for (const name of TELLING) {
    const row = tensors.find(({ path }) => path === name || path?.endsWith(`.${name}`) === true);
    if (row !== undefined) return row;
  }
  return tensors[0] ?? outline.find((row) => row.path !== undefined && row.path !== "") ?? outline[0];
}
