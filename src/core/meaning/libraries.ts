/**
 * Distributions by the first part of their modules' names. Only libraries whose objects are models or parts of
 * models: arrays and tables (numpy, pandas, scipy) say nothing about who made the model.
 */
export const LIBRARIES: Readonly<Record<string, string>> = {
  sklearn: "scikit-learn",
  xgboost: "xgboost",
  lightgbm: "lightgbm",
  catboost: "catboost",
  imblearn: "imbalanced-learn",
  category_encoders: "category-encoders",
  feature_engine: "feature-engine",
  sklearn_pandas: "sklearn-pandas",
  sklearn2pmml: "sklearn2pmml",
  sklearn_crfsuite: "sklearn-crfsuite",
  pycrfsuite: "python-crfsuite",
  mlxtend: "mlxtend",
  skorch: "skorch",
  statsmodels: "statsmodels",
  gensim: "gensim",
  torch: "torch",
  __torch__: "torch",
  keras: "keras",
  tensorflow: "tensorflow",
  spacy: "spacy",
  thinc: "thinc",
  fastai: "fastai",
  transformers: "transformers",
  stable_baselines3: "stable-baselines3",
  nltk: "nltk",
  sksurv: "scikit-survival",
  hmmlearn: "hmmlearn",
  lifelines: "lifelines",
  prophet: "prophet",
  pmdarima: "pmdarima",
  umap: "umap-learn",
  hdbscan: "hdbscan",
  surprise: "scikit-surprise",
  implicit: "implicit",
  interpret: "interpret",
  econml: "econml",
  ngboost: "ngboost",
  pyod: "pyod",
  river: "river",
  creme: "river",
  sktime: "sktime",
  tpot: "tpot",
  optuna: "optuna",
  skopt: "scikit-optimize",
  shap: "shap",
  mapie: "mapie",
  kmodes: "kmodes",
  minisom: "minisom",
  pygam: "pygam",
  pynndescent: "pynndescent",
  lightfm: "lightfm",
  gplearn: "gplearn",
  tslearn: "tslearn",
  skmultilearn: "scikit-multilearn",
  weka: "weka",
};

/** Wrap the models of other libraries: who made the model is the library inside. */
const ADAPTERS: ReadonlySet<string> = new Set([
  "sklearn2pmml",
  "sklearn-pandas",
  "mlxtend",
  "skorch",
  "tpot",
  "shap",
  "mapie",
]);

export function isAdapter(library: string): boolean {
  return ADAPTERS.has(library);
}

export function libraryOf(module: string): string | undefined {
  const dot = module.indexOf(".");
  const top = dot < 0 ? module : module.slice(0, dot);
  return Object.hasOwn(LIBRARIES, top) ? LIBRARIES[top] : undefined;
}
