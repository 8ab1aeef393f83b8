import type { Artifact, Parameter } from "../../model/artifact.ts";
import { type Sentence, say } from "../../model/sentence.ts";
import type { FileContext, Remark, Rule } from "../rule.ts";
import type { ValueScan } from "../value-scan.ts";
import { withinData } from "./data-objects.ts";
import { lastName } from "./names.ts";

/** Learned attributes of estimators that every prediction goes through: none of them is ordinary with NaN or infinity. */
const MUST_BE_FINITE = new Set([
  "coef_",
  "intercept_",
  "mean_",
  "scale_",
  "var_",
  "center_",
  "min_",
  "max_abs_",
  "data_min_",
  "data_max_",
  "data_range_",
  "components_",
  "explained_variance_",
  "singular_values_",
  "cluster_centers_",
  "support_vectors_",
  "dual_coef_",
  "_dual_coef_",
  "_intercept_",
  "coefs_",
  "intercepts_",
  "theta_",
  "sigma_",
  "means_",
  "covariances_",
  "precisions_",
  "weights_",
  "feature_importances_",
  "estimator_weights_",
  "lambdas_",
  "centroids_",
  "impurity",
]);

/** Tensors outside of estimators in which infinity is ordinary: masks, bounds, bin edges, thresholds. */
const INFINITY_IS_ORDINARY = /mask|bound|edge|bin|threshold|limit|range|log_?prob|score/i;
/** Tensors outside of estimators in which NaN is ordinary: what stands for a missing value or a split by category. */
const NAN_IS_ORDINARY = /missing|nan|fill|statistics|split_cond/i;

export const nonFinite: Rule = {
  id: "integrity/non-finite",
  severity: "warning",
  why: "A NaN or infinity in a learned parameter makes predictions NaN or infinite, but the file itself is sound.",
  checkFile: async ({ artifact, scans }: FileContext) => {
    const remarks: Remark[] = [];
    const isData = withinData(artifact);
    const allowedOf = allowanceOf(artifact);
    const isJudged = ({ path }: Parameter): boolean => !isData(path) && allowedOf(path) !== undefined;
    await scans.forEach(artifact.parameters, isJudged, (parameter, scan) => {
      const allowed = allowedOf(parameter.path);
      const nan = allowed?.nan === true ? 0 : scan.nan;
      const infinite = allowed?.infinite === true ? 0 : scan.infinite;
      if (nan + infinite > 0) remarks.push(remarkOf(parameter, scan, nan, infinite));
    });
    return remarks;
  },
};

interface Allowance {
  readonly nan: boolean;
  readonly infinite: boolean;
}

/** What is ordinary in a parameter by its address; undefined where nothing can be said. Few names are many parameters'. */
function allowanceOf(artifact: Artifact): (path: string) => Allowance | undefined {
  const known = new Map<string, Allowance | undefined>();
  return (path) => {
    const name = lastName(path);
    const allowed = known.get(name);
    if (allowed !== undefined || known.has(name)) return allowed;
    known.set(name, allowedIn(artifact, name));
    return known.get(name);
  };
}

function allowedIn(artifact: Artifact, name: string): Allowance | undefined {
  // Survival trees tell no impurity.
  if (name === "impurity" && artifact.framework?.name === "scikit-survival") return undefined;
  if (artifact.estimators.length > 0) return MUST_BE_FINITE.has(name) ? { nan: false, infinite: false } : undefined;
  // Objects of unknown libraries keep data and diagnostics among their parameters.
  if (artifact.framework !== undefined) return undefined;
  return { nan: NAN_IS_ORDINARY.test(name), infinite: INFINITY_IS_ORDINARY.test(name) };
}

function remarkOf({ path }: Parameter, scan: ValueScan, nan: number, infinite: number): Remark {
  const args = { count: nan + infinite, total: scan.elements, path, first: scan.firstNonFinite ?? 0 };
  return {
    path,
    sentence: sentenceOf(nan, infinite, args),
    evidence: { nan: `${nan}`, infinite: `${infinite}`, elements: `${scan.elements}` },
  };
}

function sentenceOf(nan: number, infinite: number, args: Sentence["args"]): Sentence {
  if (infinite === 0)
    return say(
      "{count} of {total} values of {path} are NaN, the first at position {first}. Predictions that use them are not numbers; train again or find out where they came from.",
      args,
    );
  if (nan === 0)
    return say(
      "{count} of {total} values of {path} are infinite, the first at position {first}. Predictions that use them are not finite; train again or find out where they came from.",
      args,
    );
  return say(
    "{count} of {total} values of {path} are NaN or infinite, the first at position {first}. Predictions that use them are not finite; train again or find out where they came from.",
    args,
  );
}
