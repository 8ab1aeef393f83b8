import type { AxisLabels } from "../model/artifact.ts";
import type { TensorRef } from "../model/tensor.ts";
import type { Facts } from "./facts.ts";

/**
 * What runs along one dimension. `scores` are the rows of a classifier's coefficients; `pairs` those of one that decides
 * between each two classes.
 */
type Axis = "features" | "classes" | "scores" | "pairs" | "any";

/**
 * What runs along the dimensions of scikit-learn's public attributes, and of what lies beside a list of names in a plain
 * dict, by name and number of dimensions. A label list is only put on a dimension of its own length.
 */
const ATTRIBUTES: Readonly<Record<string, readonly (readonly Axis[])[]>> = {
  coef_: [["features"], ["scores", "features"]],
  intercept_: [["scores"]],
  coef: [["features"], ["scores", "features"]],
  coefficients: [["features"], ["scores", "features"]],
  weights: [["features"], ["scores", "features"]],
  feature_importances: [["features"]],
  mean: [["features"]],
  scale: [["features"]],
  std: [["features"]],
  intercept: [["scores"]],
  feature_importances_: [["features"]],
  mean_: [["features"]],
  var_: [["features"], ["classes", "features"]],
  scale_: [["features"]],
  center_: [["features"]],
  min_: [["features"]],
  max_abs_: [["features"]],
  data_min_: [["features"]],
  data_max_: [["features"]],
  data_range_: [["features"]],
  n_samples_seen_: [["features"]],
  statistics_: [["features"]],
  lambdas_: [["features"]],
  quantiles_: [["any", "features"]],
  variances_: [["features"]],
  scores_: [["features"]],
  pvalues_: [["features"]],
  params: [["features"], ["features", "any"]],
  bse: [["features"]],
  tvalues: [["features"]],
  pvalues: [["features"]],
  normalized_cov_params: [["features", "features"]],
  cov_params_default: [["features", "features"]],
  ranking_: [["features"]],
  support_: [["features"]],
  n_categories_: [["features"]],
  n_bins_: [["features"]],
  theta_: [["classes", "features"]],
  sigma_: [["classes", "features"]],
  class_prior_: [["classes"]],
  class_count_: [["classes"]],
  class_log_prior_: [["classes"]],
  class_weight_: [["classes"]],
  feature_count_: [["classes", "features"]],
  feature_log_prob_: [["classes", "features"]],
  priors_: [["classes"]],
  means_: [["classes", "features"]],
  xbar_: [["features"]],
  n_support_: [["classes"]],
  _n_support: [["classes"]],
  components_: [["any", "features"]],
  cluster_centers_: [["any", "features"]],
  centroids_: [["classes", "features"]],
  support_vectors_: [["any", "features"]],
  _fit_X: [["any", "features"]],
  explained_variance_: [["any"]],
  value: [["any", "any", "classes"]],
};

/** Whose attribute it is. */
export interface AxesOwner {
  readonly className: string;
  readonly version?: string;
}

/** Classes that use a name of the table for something else; a function where that depends on more than the class. */
const OTHERWISE: Readonly<Record<string, readonly [classes: RegExp, axes: (owner: AxesOwner) => readonly Axis[]]>> = {
  // One number for each pair of classes.
  intercept_: [/^(?:Nu)?SVC$/, () => ["pairs"]],
  // Of the objective, one for each iteration.
  scores_: [/^(?:BayesianRidge|ARDRegression)$/, () => ["any"]],
  // Features by targets until 1.3 turned it round; without a version there is no telling.
  coef_: [
    /^(?:PLSRegression|PLSCanonical|CCA)$/,
    ({ version }) => {
      const minor = /^1\.(\d+)/.exec(version ?? "")?.[1];
      if (minor === undefined) return version?.startsWith("0.") === true ? ["features", "any"] : ["any", "any"];
      return Number(minor) < 3 ? ["features", "any"] : ["any", "features"];
    },
  ],
};

const UNLABELLED = Array.from({ length: 9 }, (_, dimensions) => unlabelledList(dimensions));

function unlabelledList(dimensions: number): readonly undefined[] {
  return Array.from({ length: dimensions }, () => undefined);
}

/** No labels along any of so many dimensions: one list for all parameters of as many. */
export function unlabelled(dimensions: number): readonly undefined[] {
  return UNLABELLED[dimensions] ?? unlabelledList(dimensions);
}

/** Labels of each dimension of a parameter that is the attribute `name` of an estimator, or beside names in a dict. */
export function axesOf(
  name: string,
  { shape, dtype }: Pick<TensorRef, "shape" | "dtype">,
  facts: Facts,
  owner?: AxesOwner,
): readonly (AxisLabels | undefined)[] {
  const none = unlabelled(shape.length);
  if (facts.rows !== undefined)
    return shape.length === 1 && shape[0] === facts.rows.length ? [{ kind: "category", labels: facts.rows }] : none;
  if (facts.features === undefined && facts.classes === undefined) return none;
  if (!Object.hasOwn(ATTRIBUTES, name)) return none;
  // A mask of the selected features; as numbers it is the positions of support vectors.
  if (name === "support_" && dtype.kind !== "b") return none;
  const axes = otherAxes(name, owner) ?? ATTRIBUTES[name]?.find((candidate) => candidate.length === shape.length);
  return axes === undefined || axes.length !== shape.length
    ? none
    : axes.map((axis, k) => labelsOf(axis, shape[k] ?? 0, facts));
}

function otherAxes(name: string, owner: AxesOwner | undefined): readonly Axis[] | undefined {
  const row = Object.hasOwn(OTHERWISE, name) ? OTHERWISE[name] : undefined;
  if (owner === undefined || row === undefined) return undefined;
  const [classes, axes] = row;
  return classes.test(owner.className) ? axes(owner) : undefined;
}

function labelsOf(axis: Axis, size: number, { features, classes }: Facts): AxisLabels | undefined {
  switch (axis) {
    case "features":
      return features?.length === size ? { kind: "feature", labels: features } : undefined;
    case "classes":
      return classes?.length === size ? { kind: "class", labels: classes } : undefined;
    case "scores": {
      // A binary classifier keeps one row, the score of its second class.
      const second = classes?.length === 2 ? classes[1] : undefined;
      if (size === 1 && second !== undefined) return { kind: "class", labels: [second] };
      return size > 1 && classes?.length === size ? { kind: "class", labels: classes } : undefined;
    }
    case "pairs": {
      const second = classes?.length === 2 ? classes[1] : undefined;
      if (size === 1 && second !== undefined) return { kind: "class", labels: [second] };
      const pairs = classes !== undefined && classes.length <= MAX_PAIRED ? pairsOf(classes) : undefined;
      return size > 1 && pairs?.length === size ? { kind: "class", labels: pairs } : undefined;
    }
    case "any":
      return undefined;
  }
}

/** More classes than this have too many pairs to be read. */
const MAX_PAIRED = 200;

/** In libsvm's order: the first class against each later one, then the second ... */
function pairsOf(classes: readonly string[]): readonly string[] {
  return classes.flatMap((a, i) => classes.slice(i + 1).map((b) => `${a} / ${b}`));
}
