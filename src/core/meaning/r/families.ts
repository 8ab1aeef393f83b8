/** How names are read at an address: of `columns: SV`, the names along the second dimension of the field `SV`. */
export type Way = readonly [how: "terms" | "texts" | "keys" | "rows" | "columns" | "factor" | "predictors", at: string];

/** One row a family: where its models keep what they take and give. Addresses are fields, one in the other, by `/`. */
export interface Family {
  readonly of: RegExp;
  /** The first that is there, then what models share. */
  readonly features?: readonly Way[];
  readonly classes?: readonly Way[];
  /** Lists by feature of the levels that its factors had. */
  readonly levels?: readonly string[];
  /** How many features, where they have no names: the address of a vector, and which element of it. */
  readonly count?: readonly [at: string, element: number];
  /** What was chosen, as one word each: scalars, vectors, lists and tables of one row. Texts need no mention. */
  readonly settings?: string;
  /** The model inside that takes and gives what the whole does. */
  readonly part?: string;
}

/** What models share: a formula's terms, the levels that were met with them, the labels of what is predicted. */
export const COMMON: Family = {
  of: /^/,
  features: [
    ["terms", "terms"],
    ["terms", "Terms"],
    ["terms", "frame/terms"],
  ],
  classes: [
    ["texts", "lev"],
    ["texts", "levels"],
    ["texts", "ylevels"],
  ],
  levels: ["xlevels"],
};

/**
 * The packages' own sources: randomForest, ranger, gbm, glmnet, e1071, caret, nnet, rpart, MASS, stats, kernlab, earth,
 * partykit, recipes, survival, mgcv, xgboost, lightgbm, C50, mclust, pls, quantreg.
 */
export const FAMILIES: readonly Family[] = [
  {
    of: /^randomForest$/,
    features: [
      ["keys", "forest/xlevels"],
      ["rows", "importance"],
    ],
    classes: [["texts", "classes"]],
    levels: ["forest/xlevels"],
    settings: "ntree mtry",
  },
  {
    of: /^ranger$/,
    features: [["texts", "forest/independent.variable.names"]],
    classes: [["texts", "forest/levels"]],
    levels: ["forest/covariate.levels"],
    settings: "num.trees mtry min.node.size max.depth replace",
  },
  {
    of: /^ranger\.forest$/,
    features: [["texts", "independent.variable.names"]],
    levels: ["covariate.levels"],
    settings: "num.trees",
  },
  {
    of: /^gbm$/,
    features: [["texts", "var.names"]],
    classes: [["texts", "classes"]],
    levels: ["var.levels"],
    settings:
      "n.trees interaction.depth shrinkage n.minobsinnode bag.fraction train.fraction cv.folds distribution var.monotone",
  },
  {
    of: /^(?:elnet|lognet|multnet|mrelnet|fishnet|coxnet|glmnetfit)$/,
    features: [["rows", "beta"]],
    classes: [["texts", "classnames"]],
    settings: "offset grouped",
  },
  { of: /^cv\.glmnet$/, part: "glmnet.fit" },
  { of: /^cv\.relaxed$/, part: "glmnet.fit" },
  {
    of: /^svm$/,
    features: [
      ["terms", "terms"],
      ["columns", "SV"],
    ],
    settings: "type kernel cost degree gamma coef0 nu epsilon sparse compprob",
  },
  { of: /^naiveBayes$/, features: [["keys", "tables"]], levels: ["tables"] },
  { of: /^prcomp$/, features: [["rows", "rotation"]] },
  { of: /^princomp$/, features: [["rows", "loadings"]] },
  { of: /^kmeans$/, features: [["columns", "centers"]] },
  {
    of: /^(?:lda|qda)$/,
    features: [
      ["terms", "terms"],
      ["columns", "means"],
    ],
  },
  { of: /^(?:nnet|multinom)$/, count: ["n", 0], settings: "n decay entropy softmax censored" },
  { of: /^rpart$/, settings: "control" },
  {
    of: /^knn3$/,
    features: [
      ["terms", "terms"],
      ["columns", "learn/X"],
    ],
    classes: [["factor", "learn/y"]],
    settings: "k",
  },
  {
    of: /^ksvm$/,
    features: [
      ["terms", "terms"],
      ["columns", "xmatrix"],
    ],
    settings: "param kpar",
  },
  {
    of: /^earth$/,
    features: [
      ["terms", "terms"],
      ["texts", "namesx"],
    ],
    settings: "penalty nk thresh",
  },
  {
    of: /^train$/,
    features: [
      ["terms", "terms"],
      ["keys", "ptype"],
      ["predictors", "trainingData"],
    ],
    levels: ["ptype", "trainingData"],
    settings: "bestTune maximize",
  },
  { of: /^preProcess$/, settings: "method thresh k pcaComp numComp rangeBounds" },
  { of: /^recipe$/, features: [["predictors", "var_info"]] },
  { of: /^dummyVars$/, settings: "levelsOnly fullRank", levels: ["lvls"] },
  { of: /^(?:constparty|party)$/, classes: [["factor", "fitted/(response)"]], levels: ["data"] },
  { of: /^(?:lm|glm|gam|aov|rlm|coxph|survreg)$/, settings: "family" },
  { of: /^loess$/, settings: "pars" },
  { of: /^Arima$/, settings: "arma" },
  { of: /^Mclust$/, features: [["columns", "data"]] },
  { of: /^mvr$/, settings: "ncomp" },
  { of: /^rq$/, settings: "tau" },
  { of: /^C5\.0$/, features: [["texts", "predictors"]], settings: "trials control" },
  { of: /^xgb\.Booster$/, features: [["texts", "feature_names"]], settings: "params niter" },
  { of: /^lgb\.Booster$/, settings: "params" },
];
