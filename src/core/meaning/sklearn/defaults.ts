// Written by test/generate/sklearn_defaults.py: do not edit.

/** The scikit-learn minor versions whose constructors are in the table. */
export const KNOWN_VERSIONS = [
  "0.18",
  "0.19",
  "0.20",
  "0.21",
  "0.22",
  "0.23",
  "0.24",
  "1.0",
  "1.1",
  "1.2",
  "1.3",
  "1.4",
  "1.5",
  "1.6",
  "1.7",
  "1.8",
  "1.9",
] as const;

/** Rows of each class: see `default-rows.ts`. */
export const CONSTRUCTORS: Readonly<Record<string, string>> = {
  ARDRegression: `n_iter:["0.18","300","1.3","'deprecated'","1.5",null]
tol=0.001
alpha_1=1e-06
alpha_2=1e-06
lambda_1=1e-06
lambda_2=1e-06
compute_score=False
threshold_lambda=10000.0
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
copy_X=True
verbose=False
max_iter:["0.18",null,"1.3","None","1.5","300"]`,
  AdaBoostClassifier: `base_estimator:["0.18","None","1.2","'deprecated'","1.4",null]
n_estimators=50
learning_rate=1.0
algorithm:["0.18","'SAMME.R'","1.6","'deprecated'","1.8",null]
random_state
estimator:["0.18",null,"1.2","None"]`,
  AdaBoostRegressor: `base_estimator:["0.18","None","1.2","'deprecated'","1.4",null]
n_estimators=50
learning_rate=1.0
loss='linear'
random_state
estimator:["0.18",null,"1.2","None"]`,
  AdditiveChi2Sampler: `sample_steps=2
sample_interval`,
  AffinityPropagation: `damping=0.5
max_iter=200
convergence_iter=15
copy=True
preference
affinity='euclidean'
verbose=False
random_state:["0.18",null,"0.23","'warn'","1.0","None"]`,
  AgglomerativeClustering: `n_clusters=2
affinity:["0.18","'euclidean'","1.2","'deprecated'","1.4",null]
memory:["0.18","","0.19","None"]
connectivity
compute_full_tree='auto'
linkage='ward'
pooling_func:["0.18","<numpy.core.fromnumeric.mean>","0.20","'deprecated'","0.22",null]
distance_threshold:["0.18",null,"0.21","None"]
compute_distances:["0.18",null,"0.24","False"]
metric:["0.18",null,"1.2","None","1.4","'euclidean'"]`,
  BaggingClassifier: `base_estimator:["0.18","None","1.2","'deprecated'","1.4",null]
n_estimators=10
max_samples:["0.18","1.0","1.8","None"]
max_features=1.0
bootstrap=True
bootstrap_features=False
oob_score=False
warm_start=False
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
estimator:["0.18",null,"1.2","None"]`,
  BaggingRegressor: `@BaggingClassifier`,
  BaseBagging: `@BaggingClassifier`,
  BaseDecisionTree: `criterion=
splitter=
max_depth=
min_samples_split=
min_samples_leaf=
min_weight_fraction_leaf=
max_features=
max_leaf_nodes=
random_state=
min_impurity_split:["0.18","","1.0",null]
class_weight
presort:["0.18","False","0.22","'deprecated'","0.24",null]
min_impurity_decrease:["0.18",null,"0.19",""]
ccp_alpha:["0.18",null,"0.22","0.0"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  BaseDiscreteNB: ``,
  BaseEnsemble: `base_estimator:["0.18","","1.2","'deprecated'","1.4",null]
n_estimators=10
estimator_params=()
estimator:["0.18",null,"1.2","None"]`,
  BaseEstimator: ``,
  BaseForest: `base_estimator:["0.18","","1.2","'deprecated'","1.4",null]
n_estimators:["0.18","10","0.20","100"]
estimator_params=()
bootstrap=False
oob_score=False
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
warm_start=False
class_weight
max_samples:["0.18",null,"0.22","None"]
estimator:["0.18",null,"1.2",""]`,
  BaseGradientBoosting: `loss=
learning_rate=
n_estimators=
criterion:["0.18","","1.9","'deprecated'"]
min_samples_split=
min_samples_leaf=
min_weight_fraction_leaf=
max_depth=
min_impurity_split:["0.18","","1.0",null]
init=
subsample=
max_features=
random_state=
alpha=0.9
verbose=0
max_leaf_nodes
warm_start=False
presort:["0.18","'auto'","0.22","'deprecated'","0.24",null]
min_impurity_decrease:["0.18",null,"0.19",""]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","None"]
tol:["0.18",null,"0.20","0.0001"]
ccp_alpha:["0.18",null,"0.22",""]`,
  BaseGraphicalLasso: `tol=0.0001
enet_tol=0.0001
max_iter=100
mode='cd'
verbose=False
assume_centered=False
eps:["1.2",null,"1.3","2.220446049250313e-16"]`,
  BaseHistGradientBoosting: `loss=
learning_rate=
max_iter=
max_leaf_nodes=
max_depth=
min_samples_leaf=
l2_regularization=
max_bins=
scoring=
validation_fraction=
n_iter_no_change=
tol=
verbose=
random_state=
warm_start:["0.21",null,"0.22",""]
monotonic_cst:["0.21",null,"0.23",""]
early_stopping:["0.21",null,"0.23",""]
categorical_features:["0.21",null,"0.24",""]
interaction_cst:["0.21",null,"1.2",""]
max_features:["0.21",null,"1.4",""]`,
  BaseLabelPropagation: `kernel='rbf'
gamma=20
n_neighbors=7
alpha=1
max_iter=30
tol=0.001
n_jobs:["0.18","1","0.20","None"]`,
  BaseLibSVM: `impl:["0.18","","0.20",null]
kernel=
degree=
gamma=
coef0=
tol=
C=
nu=
epsilon=
shrinking=
probability=
cache_size=
class_weight=
verbose=
max_iter=
random_state=`,
  BaseMixture: `n_components=
tol=
reg_covar=
max_iter=
n_init=
init_params=
random_state=
warm_start=
verbose=
verbose_interval=`,
  BaseMultilayerPerceptron: `hidden_layer_sizes=
activation=
solver=
alpha=
batch_size=
learning_rate=
learning_rate_init=
power_t=
max_iter=
loss=
shuffle=
random_state=
tol=
verbose=
warm_start=
momentum=
nesterovs_momentum=
early_stopping=
validation_fraction=
beta_1=
beta_2=
epsilon=
n_iter_no_change:["0.18",null,"0.20",""]
max_fun:["0.18",null,"0.22",""]`,
  BaseNB: ``,
  BaseRandomProjection: `n_components='auto'
eps=0.1
dense_output:["0.18","False","1.1",null]
random_state
compute_inverse_components:["0.18",null,"1.1","False"]`,
  BaseRandomizedLinearModel: ``,
  BaseSGD: `loss=
penalty='l2'
alpha=0.0001
C:["0.18","1.0","1.8",null]
l1_ratio=0.15
fit_intercept=True
n_iter:["0.18","5","0.19","None","0.21",null]
shuffle=True
verbose=0
epsilon=0.1
random_state
learning_rate='optimal'
eta0:["0.18","0.0","1.8","0.01"]
power_t=0.5
warm_start=False
average=False
max_iter:["0.18",null,"0.19","None","0.21","1000"]
tol:["0.18",null,"0.19","None","0.21","0.001"]
early_stopping:["0.18",null,"0.20","False"]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","5"]`,
  BaseSGDClassifier: `loss='hinge'
penalty='l2'
alpha=0.0001
l1_ratio=0.15
fit_intercept=True
n_iter:["0.18","5","0.19","None","0.21",null]
shuffle=True
verbose=0
epsilon=0.1
n_jobs:["0.18","1","0.20","None"]
random_state
learning_rate='optimal'
eta0:["0.18","0.0","1.8","0.01"]
power_t=0.5
class_weight
warm_start=False
average=False
max_iter:["0.18",null,"0.19","None","0.21","1000"]
tol:["0.18",null,"0.19","None","0.21","0.001"]
early_stopping:["0.18",null,"0.20","False"]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","5"]`,
  BaseSGDRegressor: `loss:["0.18","'squared_loss'","1.0","'squared_error'"]
penalty='l2'
alpha=0.0001
l1_ratio=0.15
fit_intercept=True
n_iter:["0.18","5","0.19","None","0.21",null]
shuffle=True
verbose=0
epsilon=0.1
random_state
learning_rate='invscaling'
eta0=0.01
power_t=0.25
warm_start=False
average=False
max_iter:["0.18",null,"0.19","None","0.21","1000"]
tol:["0.18",null,"0.19","None","0.21","0.001"]
early_stopping:["0.18",null,"0.20","False"]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","5"]`,
  BaseSVC: `impl:["0.18","","0.20",null]
kernel=
degree=
gamma=
coef0=
tol=
C=
nu=
shrinking=
probability=
cache_size=
class_weight=
verbose=
max_iter=
decision_function_shape=
random_state=
break_ties:["0.18",null,"0.22",""]`,
  BaseSearchCV: `estimator=
scoring
fit_params:["0.18","None","0.21",null]
n_jobs:["0.18","1","0.20","None"]
iid:["0.18","True","0.20","'warn'","0.22","'deprecated'","0.24",null]
refit=True
cv:["0.18","None","0.20","'warn'","0.22","None"]
verbose=0
pre_dispatch='2*n_jobs'
error_score:["0.18","'raise'","0.20","'raise-deprecating'","0.22","nan"]
return_train_score=True`,
  BaseSpectral: `n_clusters=3
svd_method='randomized'
n_svd_vecs
mini_batch=False
init='k-means++'
n_init=10
n_jobs:["0.18","1","0.20","None","0.23","'deprecated'","1.0",null]
random_state`,
  BaseSuccessiveHalving: `estimator=
scoring
n_jobs
refit=True
cv=5
verbose=0
random_state
error_score=nan
return_train_score=True
max_resources='auto'
min_resources='exhaust'
resource='n_samples'
factor=3
aggressive_elimination=False`,
  BaseThresholdClassifier: `estimator=
response_method='auto'`,
  BaseWeightBoosting: `base_estimator:["0.18","None","1.2","'deprecated'","1.4",null]
n_estimators=50
estimator_params=()
learning_rate=1.0
random_state
estimator:["0.18",null,"1.2","None"]`,
  BayesianGaussianMixture: `n_components=1
covariance_type='full'
tol=0.001
reg_covar=1e-06
max_iter=100
n_init=1
init_params='kmeans'
weight_concentration_prior_type='dirichlet_process'
weight_concentration_prior
mean_precision_prior
mean_prior
degrees_of_freedom_prior
covariance_prior
random_state
warm_start=False
verbose=0
verbose_interval=10`,
  BayesianRidge: `n_iter:["0.18","300","1.3","'deprecated'","1.5",null]
tol=0.001
alpha_1=1e-06
alpha_2=1e-06
lambda_1=1e-06
lambda_2=1e-06
compute_score=False
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
copy_X=True
verbose=False
alpha_init:["0.18",null,"0.22","None"]
lambda_init:["0.18",null,"0.22","None"]
max_iter:["0.18",null,"1.3","None","1.5","300"]`,
  BernoulliNB: `alpha=1.0
binarize=0.0
fit_prior=True
class_prior
force_alpha:["0.18",null,"1.2","'warn'","1.4","True"]`,
  BernoulliRBM: `n_components=256
learning_rate=0.1
batch_size=10
n_iter=10
verbose=0
random_state`,
  Binarizer: `threshold=0.0
copy=True`,
  Birch: `threshold=0.5
branching_factor=50
n_clusters=3
compute_labels=True
copy:["0.18","True","1.6","'deprecated'","1.8",null]`,
  BisectingKMeans: `n_clusters=8
init='random'
n_init=1
random_state
max_iter=300
verbose=0
tol=0.0001
copy_x=True
algorithm='lloyd'
bisecting_strategy='biggest_inertia'`,
  CCA: `n_components=2
scale=True
max_iter=500
tol=1e-06
copy=True`,
  CalibratedClassifierCV: `base_estimator:["0.18","None","1.2","'deprecated'","1.4",null]
method='sigmoid'
cv:["0.18","3","0.20","'warn'","0.22","None"]
n_jobs:["0.18",null,"0.24","None"]
ensemble:["0.18",null,"0.24","True","1.6","'auto'"]
estimator:["0.18",null,"1.2","None"]`,
  CategoricalNB: `alpha=1.0
fit_prior=True
class_prior
min_categories:["0.22",null,"0.24","None"]
force_alpha:["0.22",null,"1.2","'warn'","1.4","True"]`,
  CheckingClassifier: `check_y
check_X
foo_param=0
expected_fit_params
check_y_params:["0.20",null,"0.24","None"]
check_X_params:["0.20",null,"0.24","None"]
methods_to_check:["0.20",null,"0.24","'all'"]
expected_sample_weight:["0.20",null,"1.1","None"]
random_state:["0.20",null,"1.5","None"]`,
  ClassicalMDS: `n_components=2
metric='euclidean'
metric_params`,
  ClassifierChain: `base_estimator:["0.19","","1.7","'deprecated'","1.9",null]
order
cv
random_state
verbose:["0.19",null,"1.2","False"]
chain_method:["0.19",null,"1.5","'predict'"]
estimator:["0.19",null,"1.7","None","1.9",""]`,
  ColumnTransformer: `transformers=
remainder='drop'
sparse_threshold=0.3
n_jobs
transformer_weights
verbose:["0.20",null,"0.21","False"]
verbose_feature_names_out:["0.20",null,"1.0","True"]
force_int_remainder_cols:["0.20",null,"1.5","True","1.7","'deprecated'","1.9",null]`,
  ComplementNB: `alpha=1.0
fit_prior=True
class_prior
norm=False
force_alpha:["0.20",null,"1.2","'warn'","1.4","True"]`,
  CompoundKernel: `kernels=`,
  ConstantKernel: `constant_value=1.0
constant_value_bounds=(1e-05, 100000.0)`,
  CountVectorizer: `input='content'
encoding='utf-8'
decode_error='strict'
strip_accents
lowercase=True
preprocessor
tokenizer
stop_words
token_pattern='(?u)\\\\b\\\\w\\\\w+\\\\b'
ngram_range=(1, 1)
analyzer='word'
max_df=1.0
min_df=1
max_features
vocabulary
binary=False
dtype=<numpy.int64>`,
  DBSCAN: `eps=0.5
min_samples=5
metric='euclidean'
algorithm='auto'
leaf_size=30
p
n_jobs:["0.18","1","0.20","None"]
metric_params:["0.18",null,"0.19","None"]`,
  DPGMM: `n_components=1
covariance_type='diag'
alpha=1.0
random_state
tol=0.001
verbose=0
min_covar
n_iter=10
params='wmc'
init_params='wmc'`,
  DecisionTreeClassifier: `criterion='gini'
splitter='best'
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features
random_state
max_leaf_nodes
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
class_weight
presort:["0.18","False","0.22","'deprecated'","0.24",null]
min_impurity_decrease:["0.18",null,"0.19","0.0"]
ccp_alpha:["0.18",null,"0.22","0.0"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  DecisionTreeRegressor: `criterion:["0.18","'mse'","1.0","'squared_error'"]
splitter='best'
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features
random_state
max_leaf_nodes
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
presort:["0.18","False","0.22","'deprecated'","0.24",null]
min_impurity_decrease:["0.18",null,"0.19","0.0"]
ccp_alpha:["0.18",null,"0.22","0.0"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  DictVectorizer: `dtype=<numpy.float64>
separator='='
sparse=True
sort=True`,
  DictionaryLearning: `n_components
alpha=1
max_iter=1000
tol=1e-08
fit_algorithm='lars'
transform_algorithm='omp'
transform_n_nonzero_coefs
transform_alpha
n_jobs:["0.18","1","0.20","None"]
code_init
dict_init
verbose=False
split_sign=False
random_state
positive_code:["0.18",null,"0.20","False"]
positive_dict:["0.18",null,"0.20","False"]
transform_max_iter:["0.18",null,"0.22","1000"]
callback:["0.18",null,"1.3","None"]`,
  DotProduct: `sigma_0=1.0
sigma_0_bounds=(1e-05, 100000.0)`,
  DummyClassifier: `strategy:["0.18","'stratified'","0.22","'warn'","0.24","'prior'"]
random_state
constant`,
  DummyRegressor: `strategy='mean'
constant
quantile`,
  ElasticNet: `alpha=1.0
l1_ratio=0.5
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
precompute=False
max_iter=1000
copy_X=True
tol=0.0001
warm_start=False
positive=False
random_state
selection='cyclic'`,
  ElasticNetCV: `l1_ratio=0.5
eps=0.001
n_alphas:["0.18","100","1.7","'deprecated'","1.9",null]
alphas:["0.18","None","1.7","'warn'","1.9","100"]
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
precompute='auto'
max_iter=1000
tol=0.0001
cv:["0.18","None","0.20","'warn'","0.22","None"]
copy_X=True
verbose=0
n_jobs:["0.18","1","0.20","None"]
positive=False
random_state
selection='cyclic'`,
  EllipticEnvelope: `store_precision=True
assume_centered=False
support_fraction
contamination=0.1
random_state`,
  EmpiricalCovariance: `store_precision=True
assume_centered=False`,
  ExpSineSquared: `length_scale=1.0
periodicity=1.0
length_scale_bounds=(1e-05, 100000.0)
periodicity_bounds=(1e-05, 100000.0)`,
  Exponentiation: `kernel=
exponent=`,
  ExtraTreeClassifier: `criterion='gini'
splitter='random'
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features:["0.18","'auto'","1.1","'sqrt'"]
random_state
max_leaf_nodes
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
class_weight
min_impurity_decrease:["0.18",null,"0.19","0.0"]
ccp_alpha:["0.18",null,"0.22","0.0"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  ExtraTreeRegressor: `criterion:["0.18","'mse'","1.0","'squared_error'"]
splitter='random'
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features:["0.18","'auto'","1.1","1.0"]
random_state
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
max_leaf_nodes
min_impurity_decrease:["0.18",null,"0.19","0.0"]
ccp_alpha:["0.18",null,"0.22","0.0"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  ExtraTreesClassifier: `n_estimators:["0.18","10","0.20","'warn'","0.22","100"]
criterion='gini'
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features:["0.18","'auto'","1.1","'sqrt'"]
max_leaf_nodes
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
bootstrap=False
oob_score=False
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
warm_start=False
class_weight
min_impurity_decrease:["0.18",null,"0.19","0.0"]
ccp_alpha:["0.18",null,"0.22","0.0"]
max_samples:["0.18",null,"0.22","None"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  ExtraTreesRegressor: `n_estimators:["0.18","10","0.20","'warn'","0.22","100"]
criterion:["0.18","'mse'","1.0","'squared_error'"]
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features:["0.18","'auto'","1.1","1.0"]
max_leaf_nodes
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
bootstrap=False
oob_score=False
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
warm_start=False
min_impurity_decrease:["0.18",null,"0.19","0.0"]
ccp_alpha:["0.18",null,"0.22","0.0"]
max_samples:["0.18",null,"0.22","None"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  FactorAnalysis: `n_components
tol=0.01
copy=True
max_iter=1000
noise_variance_init
svd_method='randomized'
iterated_power=3
random_state=0
rotation:["0.18",null,"0.24","None"]`,
  FastICA: `n_components
algorithm='parallel'
whiten:["0.18","True","1.1","'warn'","1.3","'unit-variance'"]
fun='logcosh'
fun_args
max_iter=200
tol=0.0001
w_init
random_state
whiten_solver:["0.18",null,"1.2","'svd'"]`,
  FeatureAgglomeration: `n_clusters=2
affinity:["0.18","'euclidean'","1.2","'deprecated'","1.4",null]
memory:["0.18","","0.19","None"]
connectivity
compute_full_tree='auto'
linkage='ward'
pooling_func:["0.18","<numpy.core.fromnumeric.mean>","0.20","<numpy.mean>"]
distance_threshold:["0.18",null,"0.21","None"]
compute_distances:["0.18",null,"0.24","False"]
metric:["0.18",null,"1.2","None","1.4","'euclidean'"]`,
  FeatureHasher: `n_features=1048576
input_type='dict'
dtype=<numpy.float64>
non_negative:["0.18","False","0.21",null]
alternate_sign:["0.18",null,"0.19","True"]`,
  FeatureUnion: `transformer_list=
n_jobs:["0.18","1","0.20","None"]
transformer_weights
verbose:["0.18",null,"0.21","False"]
verbose_feature_names_out:["0.18",null,"1.5","True"]`,
  FixedThresholdClassifier: `estimator=
threshold='auto'
pos_label
response_method='auto'`,
  ForestClassifier: `@BaseForest`,
  ForestRegressor: `base_estimator:["0.18","","1.2","'deprecated'","1.4",null]
n_estimators:["0.18","10","0.20","100"]
estimator_params=()
bootstrap=False
oob_score=False
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
warm_start=False
max_samples:["0.18",null,"0.22","None"]
estimator:["0.18",null,"1.2",""]`,
  FrozenEstimator: `estimator=`,
  FunctionTransformer: `func
inverse_func
validate:["0.18","True","0.20","None","0.22","False"]
accept_sparse=False
pass_y:["0.18","False","0.19","'deprecated'","0.22",null]
kw_args
inv_kw_args
check_inverse:["0.18",null,"0.20","True"]
feature_names_out:["0.18",null,"1.1","None"]`,
  GMM: `n_components=1
covariance_type='diag'
random_state
tol=0.001
min_covar=0.001
n_iter=100
n_init=1
params='wmc'
init_params='wmc'
verbose=0`,
  GammaRegressor: `alpha=1.0
fit_intercept=True
max_iter=100
tol=0.0001
warm_start=False
verbose=0
solver:["0.23",null,"1.2","'lbfgs'"]`,
  GaussianMixture: `n_components=1
covariance_type='full'
tol=0.001
reg_covar=1e-06
max_iter=100
n_init=1
init_params='kmeans'
weights_init
means_init
precisions_init
random_state
warm_start=False
verbose=0
verbose_interval=10`,
  GaussianNB: `priors
var_smoothing:["0.18",null,"0.20","1e-09"]`,
  GaussianProcess: `regr='constant'
corr='squared_exponential'
beta0
storage_mode='full'
verbose=False
theta0=0.1
thetaL
thetaU
optimizer='fmin_cobyla'
random_start=1
normalize=True
nugget=2.220446049250313e-15
random_state`,
  GaussianProcessClassifier: `kernel
optimizer='fmin_l_bfgs_b'
n_restarts_optimizer=0
max_iter_predict=100
warm_start=False
copy_X_train=True
random_state
multi_class='one_vs_rest'
n_jobs:["0.18","1","0.20","None"]`,
  GaussianProcessRegressor: `kernel
alpha=1e-10
optimizer='fmin_l_bfgs_b'
n_restarts_optimizer=0
normalize_y=False
copy_X_train=True
random_state
n_targets:["0.18",null,"1.3","None"]`,
  GaussianRandomProjection: `n_components='auto'
eps=0.1
random_state
compute_inverse_components:["0.18",null,"1.1","False"]`,
  GaussianRandomProjectionHash: `n_components:["0.18","8","0.19","32"]
random_state`,
  GeneralizedLinearRegressor: `alpha=1.0
fit_intercept=True
family='normal'
link='auto'
solver='lbfgs'
max_iter=100
tol=0.0001
warm_start=False
verbose=0`,
  GenericUnivariateSelect: `score_func:["0.18","<sklearn.feature_selection.univariate_selection.f_classif>","0.22","<sklearn.feature_selection._univariate_selection.f_classif>"]
mode='percentile'
param=1e-05`,
  GradientBoostingClassifier: `loss:["0.18","'deviance'","1.1","'log_loss'"]
learning_rate=0.1
n_estimators=100
subsample=1.0
criterion:["0.18","'friedman_mse'","1.9","'deprecated'"]
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_depth=3
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
init
random_state
max_features
verbose=0
max_leaf_nodes
warm_start=False
presort:["0.18","'auto'","0.22","'deprecated'","0.24",null]
min_impurity_decrease:["0.18",null,"0.19","0.0"]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","None"]
tol:["0.18",null,"0.20","0.0001"]
ccp_alpha:["0.18",null,"0.22","0.0"]`,
  GradientBoostingRegressor: `loss:["0.18","'ls'","1.0","'squared_error'"]
learning_rate=0.1
n_estimators=100
subsample=1.0
criterion:["0.18","'friedman_mse'","1.9","'deprecated'"]
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_depth=3
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
init
random_state
max_features
alpha=0.9
verbose=0
max_leaf_nodes
warm_start=False
presort:["0.18","'auto'","0.22","'deprecated'","0.24",null]
min_impurity_decrease:["0.18",null,"0.19","0.0"]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","None"]
tol:["0.18",null,"0.20","0.0001"]
ccp_alpha:["0.18",null,"0.22","0.0"]`,
  GraphLasso: `alpha=0.01
mode='cd'
tol=0.0001
enet_tol=0.0001
max_iter=100
verbose=False
assume_centered=False`,
  GraphLassoCV: `alphas=4
n_refinements=4
cv:["0.18","None","0.20","'warn'"]
tol=0.0001
enet_tol=0.0001
max_iter=100
mode='cd'
n_jobs:["0.18","1","0.20","None"]
verbose=False
assume_centered=False`,
  GraphicalLasso: `alpha=0.01
mode='cd'
tol=0.0001
enet_tol=0.0001
max_iter=100
verbose=False
assume_centered=False
covariance:["0.20",null,"1.3","None"]
eps:["0.20",null,"1.3","2.220446049250313e-16"]`,
  GraphicalLassoCV: `alphas=4
n_refinements=4
cv:["0.20","'warn'","0.22","None"]
tol=0.0001
enet_tol=0.0001
max_iter=100
mode='cd'
n_jobs
verbose=False
assume_centered=False
eps:["0.20",null,"1.3","2.220446049250313e-16"]`,
  GridSearchCV: `estimator=
param_grid=
scoring
fit_params:["0.18","None","0.21",null]
n_jobs:["0.18","1","0.20","None"]
iid:["0.18","True","0.20","'warn'","0.22","'deprecated'","0.24",null]
refit=True
cv:["0.18","None","0.20","'warn'","0.22","None"]
verbose=0
pre_dispatch='2*n_jobs'
error_score:["0.18","'raise'","0.20","'raise-deprecating'","0.22","nan"]
return_train_score:["0.18","True","0.19","'warn'","0.21","False"]`,
  HDBSCAN: `min_cluster_size=5
min_samples
cluster_selection_epsilon=0.0
max_cluster_size
metric='euclidean'
metric_params
alpha=1.0
algorithm='auto'
leaf_size=40
n_jobs
cluster_selection_method='eom'
allow_single_cluster=False
store_centers
copy:["1.3","False","1.8","'warn'"]`,
  HalvingGridSearchCV: `estimator=
param_grid=
factor=3
resource='n_samples'
max_resources='auto'
min_resources='exhaust'
aggressive_elimination=False
cv=5
scoring
refit=True
error_score=nan
return_train_score=True
random_state
n_jobs
verbose=0`,
  HalvingRandomSearchCV: `estimator=
param_distributions=
n_candidates='exhaust'
factor=3
resource='n_samples'
max_resources='auto'
min_resources='smallest'
aggressive_elimination=False
cv=5
scoring
refit=True
error_score=nan
return_train_score=True
random_state
n_jobs
verbose=0`,
  HashingVectorizer: `input='content'
encoding='utf-8'
decode_error='strict'
strip_accents
lowercase=True
preprocessor
tokenizer
stop_words
token_pattern='(?u)\\\\b\\\\w\\\\w+\\\\b'
ngram_range=(1, 1)
analyzer='word'
n_features=1048576
binary=False
norm='l2'
non_negative:["0.18","False","0.21",null]
dtype=<numpy.float64>
alternate_sign:["0.18",null,"0.19","True"]`,
  HistGradientBoostingClassifier: `loss:["0.21","'auto'","1.1","'log_loss'"]
learning_rate=0.1
max_iter=100
max_leaf_nodes=31
max_depth
min_samples_leaf=20
l2_regularization=0.0
max_bins:["0.21","256","0.22","255"]
scoring:["0.21","None","0.23","'loss'"]
validation_fraction=0.1
n_iter_no_change:["0.21","None","0.23","10"]
tol=1e-07
verbose=0
random_state
warm_start:["0.21",null,"0.22","False"]
monotonic_cst:["0.21",null,"0.23","None"]
early_stopping:["0.21",null,"0.23","'auto'"]
categorical_features:["0.21",null,"0.24","None","1.4","'warn'","1.6","'from_dtype'"]
interaction_cst:["0.21",null,"1.2","None"]
class_weight:["0.21",null,"1.2","None"]
max_features:["0.21",null,"1.4","1.0"]`,
  HistGradientBoostingRegressor: `loss:["0.21","'least_squares'","1.0","'squared_error'"]
learning_rate=0.1
max_iter=100
max_leaf_nodes=31
max_depth
min_samples_leaf=20
l2_regularization=0.0
max_bins:["0.21","256","0.22","255"]
scoring:["0.21","None","0.23","'loss'"]
validation_fraction=0.1
n_iter_no_change:["0.21","None","0.23","10"]
tol=1e-07
verbose=0
random_state
warm_start:["0.21",null,"0.22","False"]
monotonic_cst:["0.21",null,"0.23","None"]
early_stopping:["0.21",null,"0.23","'auto'"]
categorical_features:["0.21",null,"0.24","None","1.4","'warn'","1.6","'from_dtype'"]
quantile:["0.21",null,"1.1","None"]
interaction_cst:["0.21",null,"1.2","None"]
max_features:["0.21",null,"1.4","1.0"]`,
  HuberRegressor: `epsilon=1.35
max_iter=100
alpha=0.0001
warm_start=False
fit_intercept=True
tol=1e-05`,
  Imputer: `missing_values='NaN'
strategy='mean'
axis=0
verbose=0
copy=True`,
  IncrementalPCA: `n_components
whiten=False
copy=True
batch_size`,
  IsolationForest: `n_estimators=100
max_samples='auto'
contamination:["0.18","0.1","0.20","'legacy'","0.22","'auto'"]
max_features=1.0
bootstrap=False
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
behaviour:["0.18",null,"0.20","'old'","0.22","'deprecated'","0.24",null]
warm_start:["0.18",null,"0.21","False"]`,
  Isomap: `n_neighbors=5
n_components=2
eigen_solver='auto'
tol=0
max_iter
path_method='auto'
neighbors_algorithm='auto'
n_jobs:["0.18","1","0.20","None"]
metric:["0.18",null,"0.22","'minkowski'"]
p:["0.18",null,"0.22","2"]
metric_params:["0.18",null,"0.22","None"]
radius:["0.18",null,"1.1","None"]`,
  IsotonicRegression: `y_min
y_max
increasing=True
out_of_bounds='nan'`,
  IterativeImputer: `estimator
missing_values=nan
sample_posterior=False
max_iter=10
tol=0.001
n_nearest_features
initial_strategy='mean'
imputation_order='ascending'
min_value:["0.21","None","0.24","-inf"]
max_value:["0.21","None","0.24","inf"]
verbose=0
random_state
add_indicator=False
skip_complete:["0.21",null,"0.22","False"]
keep_empty_features:["0.21",null,"1.2","False"]
fill_value:["0.21",null,"1.3","None"]`,
  KBinsDiscretizer: `n_bins=5
encode='onehot'
strategy='quantile'
dtype:["0.20",null,"0.24","None"]
subsample:["0.20",null,"1.1","'warn'","1.5","200000"]
random_state:["0.20",null,"1.1","None"]
quantile_method:["0.20",null,"1.7","'warn'","1.9","'averaged_inverted_cdf'"]`,
  KMeans: `n_clusters=8
init='k-means++'
n_init:["0.18","10","1.2","'warn'","1.4","'auto'"]
max_iter=300
tol=0.0001
precompute_distances:["0.18","'auto'","0.23","'deprecated'","1.0",null]
verbose=0
random_state
copy_x=True
n_jobs:["0.18","1","0.20","None","0.23","'deprecated'","1.0",null]
algorithm:["0.18","'auto'","1.1","'lloyd'"]`,
  KNNImputer: `missing_values=nan
n_neighbors=5
weights='uniform'
metric='nan_euclidean'
copy=True
add_indicator=False
keep_empty_features:["0.22",null,"1.2","False"]`,
  KNeighborsClassifier: `n_neighbors=5
weights='uniform'
algorithm='auto'
leaf_size=30
p=2
metric='minkowski'
metric_params
n_jobs:["0.18","1","0.20","None"]`,
  KNeighborsRegressor: `@KNeighborsClassifier`,
  KNeighborsTransformer: `mode='distance'
n_neighbors=5
algorithm='auto'
leaf_size=30
metric='minkowski'
p=2
metric_params
n_jobs:["0.22","1","1.2","None"]`,
  Kernel: ``,
  KernelCenterer: ``,
  KernelDensity: `bandwidth=1.0
algorithm='auto'
kernel='gaussian'
metric='euclidean'
atol=0
rtol=0
breadth_first=True
leaf_size=40
metric_params`,
  KernelOperator: `k1=
k2=`,
  KernelPCA: `n_components
kernel='linear'
gamma
degree=3
coef0=1
kernel_params
alpha=1.0
fit_inverse_transform=False
eigen_solver='auto'
tol=0
max_iter
remove_zero_eig=False
random_state
copy_X=True
n_jobs:["0.18","1","0.20","None"]
iterated_power:["0.18",null,"1.0","'auto'"]`,
  KernelRidge: `alpha=1
kernel='linear'
gamma
degree=3
coef0=1
kernel_params`,
  LSHForest: `n_estimators=10
radius=1.0
n_candidates=50
n_neighbors=5
min_hash_match=4
radius_cutoff_ratio=0.9
random_state`,
  LabelBinarizer: `neg_label=0
pos_label=1
sparse_output=False`,
  LabelEncoder: ``,
  LabelPropagation: `kernel='rbf'
gamma=20
n_neighbors=7
alpha:["0.18","1","0.19","None","0.21",null]
max_iter:["0.18","30","0.19","1000"]
tol=0.001
n_jobs:["0.18","1","0.20","None"]`,
  LabelSpreading: `kernel='rbf'
gamma=20
n_neighbors=7
alpha=0.2
max_iter=30
tol=0.001
n_jobs:["0.18","1","0.20","None"]`,
  Lars: `fit_intercept=True
verbose=False
normalize:["0.18","True","1.0","'deprecated'","1.4",null]
precompute='auto'
n_nonzero_coefs=500
eps=2.220446049250313e-16
copy_X=True
fit_path=True
positive:["0.18","False","0.22",null]
jitter:["0.18",null,"0.23","None"]
random_state:["0.18",null,"0.23","None"]`,
  LarsCV: `fit_intercept=True
verbose=False
max_iter=500
normalize:["0.18","True","1.0","'deprecated'","1.4",null]
precompute='auto'
cv:["0.18","None","0.20","'warn'","0.22","None"]
max_n_alphas=1000
n_jobs:["0.18","1","0.20","None"]
eps=2.220446049250313e-16
copy_X=True
positive:["0.18","False","0.22",null]`,
  Lasso: `alpha=1.0
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
precompute=False
copy_X=True
max_iter=1000
tol=0.0001
warm_start=False
positive=False
random_state
selection='cyclic'`,
  LassoCV: `eps=0.001
n_alphas:["0.18","100","1.7","'deprecated'","1.9",null]
alphas:["0.18","None","1.7","'warn'","1.9","100"]
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
precompute='auto'
max_iter=1000
tol=0.0001
copy_X=True
cv:["0.18","None","0.20","'warn'","0.22","None"]
verbose=False
n_jobs:["0.18","1","0.20","None"]
positive=False
random_state
selection='cyclic'`,
  LassoLars: `alpha=1.0
fit_intercept=True
verbose=False
normalize:["0.18","True","1.0","'deprecated'","1.4",null]
precompute='auto'
max_iter=500
eps=2.220446049250313e-16
copy_X=True
fit_path=True
positive=False
jitter:["0.18",null,"0.23","None"]
random_state:["0.18",null,"0.23","None"]`,
  LassoLarsCV: `fit_intercept=True
verbose=False
max_iter=500
normalize:["0.18","True","1.0","'deprecated'","1.4",null]
precompute='auto'
cv:["0.18","None","0.20","'warn'","0.22","None"]
max_n_alphas=1000
n_jobs:["0.18","1","0.20","None"]
eps=2.220446049250313e-16
copy_X=True
positive=False`,
  LassoLarsIC: `criterion='aic'
fit_intercept=True
verbose=False
normalize:["0.18","True","1.0","'deprecated'","1.4",null]
precompute='auto'
max_iter=500
eps=2.220446049250313e-16
copy_X=True
positive=False
noise_variance:["0.18",null,"1.0","None"]`,
  LatentDirichletAllocation: `n_topics:["0.18","10","0.19","None","0.21",null]
doc_topic_prior
topic_word_prior
learning_method:["0.18","None","0.20","'batch'"]
learning_decay=0.7
learning_offset=10.0
max_iter=10
batch_size=128
evaluate_every=-1
total_samples=1000000.0
perp_tol=0.1
mean_change_tol=0.001
max_doc_update_iter=100
n_jobs:["0.18","1","0.20","None"]
verbose=0
random_state
n_components:["0.18",null,"0.19","10"]`,
  LedoitWolf: `store_precision=True
assume_centered=False
block_size=1000`,
  LinearDiscriminantAnalysis: `solver='svd'
shrinkage
priors
n_components
store_covariance=False
tol=0.0001
covariance_estimator:["0.18",null,"0.24","None"]`,
  LinearModel: ``,
  LinearModelCV: `@LassoCV`,
  LinearRegression: `fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
copy_X=True
n_jobs:["0.18","1","0.20","None"]
positive:["0.18",null,"0.24","False"]
tol:["0.18",null,"1.7","1e-06"]`,
  LinearSVC: `penalty='l2'
loss='squared_hinge'
dual:["0.18","True","1.3","'warn'","1.5","'auto'"]
tol=0.0001
C=1.0
multi_class='ovr'
fit_intercept=True
intercept_scaling=1
class_weight
verbose=0
random_state
max_iter=1000`,
  LinearSVR: `epsilon=0.0
tol=0.0001
C=1.0
loss='epsilon_insensitive'
fit_intercept=True
intercept_scaling=1.0
dual:["0.18","True","1.3","'warn'","1.5","'auto'"]
verbose=0
random_state
max_iter=1000`,
  LocalOutlierFactor: `n_neighbors=20
algorithm='auto'
leaf_size=30
metric='minkowski'
p=2
metric_params
contamination:["0.19","0.1","0.20","'legacy'","0.22","'auto'"]
n_jobs:["0.19","1","0.20","None"]
novelty:["0.19",null,"0.20","False"]`,
  LocallyLinearEmbedding: `n_neighbors=5
n_components=2
reg=0.001
eigen_solver='auto'
tol=1e-06
max_iter=100
method='standard'
hessian_tol=0.0001
modified_tol=1e-12
neighbors_algorithm='auto'
random_state
n_jobs:["0.18","1","0.20","None"]`,
  LogOddsEstimator: ``,
  LogisticRegression: `penalty:["0.18","'l2'","1.8","'deprecated'"]
dual=False
tol=0.0001
C=1.0
fit_intercept=True
intercept_scaling=1
class_weight
random_state
solver:["0.18","'liblinear'","0.20","'warn'","0.22","'lbfgs'"]
max_iter=100
multi_class:["0.18","'ovr'","0.20","'warn'","0.22","'auto'","1.5","'deprecated'","1.8",null]
verbose=0
warm_start=False
n_jobs:["0.18","1","0.20","None"]
l1_ratio:["0.18",null,"0.21","None","1.8","0.0"]`,
  LogisticRegressionCV: `Cs=10
fit_intercept=True
cv:["0.18","None","0.20","'warn'","0.22","None"]
dual=False
penalty:["0.18","'l2'","1.8","'deprecated'"]
scoring:["0.18","None","1.9","'warn'"]
solver='lbfgs'
tol=0.0001
max_iter=100
class_weight
n_jobs:["0.18","1","0.20","None"]
verbose=0
refit=True
intercept_scaling=1.0
multi_class:["0.18","'ovr'","0.20","'warn'","0.22","'auto'","1.5","'deprecated'","1.8",null]
random_state
l1_ratios:["0.18",null,"0.21","None","1.8","'warn'"]
use_legacy_attributes:["0.18",null,"1.8","'warn'"]`,
  MDS: `n_components=2
metric:["0.18","True","1.8","'euclidean'"]
n_init:["0.18","4","1.7","'warn'","1.9","1"]
max_iter=300
verbose=0
eps:["0.18","0.001","1.7","1e-06"]
n_jobs:["0.18","1","0.20","None"]
random_state
dissimilarity:["0.18","'euclidean'","1.8","'deprecated'"]
normalized_stress:["0.18",null,"1.2","'warn'","1.4","'auto'"]
metric_mds:["0.18",null,"1.8","True"]
init:["0.18",null,"1.8","'warn'"]
metric_params:["0.18",null,"1.8","None"]`,
  MLPClassifier: `hidden_layer_sizes=(100,)
activation='relu'
solver='adam'
alpha=0.0001
batch_size='auto'
learning_rate='constant'
learning_rate_init=0.001
power_t=0.5
max_iter=200
shuffle=True
random_state
tol=0.0001
verbose=False
warm_start=False
momentum=0.9
nesterovs_momentum=True
early_stopping=False
validation_fraction=0.1
beta_1=0.9
beta_2=0.999
epsilon=1e-08
n_iter_no_change:["0.18",null,"0.20","10"]
max_fun:["0.18",null,"0.22","15000"]`,
  MLPRegressor: `hidden_layer_sizes=(100,)
activation='relu'
solver='adam'
alpha=0.0001
batch_size='auto'
learning_rate='constant'
learning_rate_init=0.001
power_t=0.5
max_iter=200
shuffle=True
random_state
tol=0.0001
verbose=False
warm_start=False
momentum=0.9
nesterovs_momentum=True
early_stopping=False
validation_fraction=0.1
beta_1=0.9
beta_2=0.999
epsilon=1e-08
n_iter_no_change:["0.18",null,"0.20","10"]
max_fun:["0.18",null,"0.22","15000"]
loss:["0.18",null,"1.7","'squared_error'"]`,
  Matern: `length_scale=1.0
length_scale_bounds=(1e-05, 100000.0)
nu=1.5`,
  MaxAbsScaler: `copy=True
clip:["0.18",null,"1.8","False"]`,
  MeanEstimator: ``,
  MeanShift: `bandwidth
seeds
bin_seeding=False
min_bin_freq=1
cluster_all=True
n_jobs:["0.18","1","0.20","None"]
max_iter:["0.18",null,"0.22","300"]`,
  MinCovDet: `store_precision=True
assume_centered=False
support_fraction
random_state`,
  MinMaxScaler: `feature_range=(0, 1)
copy=True
clip:["0.18",null,"0.24","False"]`,
  MiniBatchDictionaryLearning: `n_components
alpha=1
n_iter:["0.18","1000","1.1","'deprecated'","1.4",null]
fit_algorithm='lars'
n_jobs:["0.18","1","0.20","None"]
batch_size:["0.18","3","1.1","'warn'","1.3","256"]
shuffle=True
dict_init
transform_algorithm='omp'
transform_n_nonzero_coefs
transform_alpha
verbose=False
split_sign=False
random_state
positive_code:["0.18",null,"0.20","False"]
positive_dict:["0.18",null,"0.20","False"]
transform_max_iter:["0.18",null,"0.22","1000"]
max_iter:["0.18",null,"1.1","None","1.4","1000"]
callback:["0.18",null,"1.1","None"]
tol:["0.18",null,"1.1","0.001"]
max_no_improvement:["0.18",null,"1.1","10"]`,
  MiniBatchKMeans: `n_clusters=8
init='k-means++'
max_iter=100
batch_size:["0.18","100","1.0","1024"]
verbose=0
compute_labels=True
random_state
tol=0.0
max_no_improvement=10
init_size
n_init:["0.18","3","1.2","'warn'","1.4","'auto'"]
reassignment_ratio=0.01`,
  MiniBatchNMF: `n_components:["1.1","None","1.4","'warn'","1.6","'auto'"]
init
batch_size=1024
beta_loss='frobenius'
tol=0.0001
max_no_improvement=10
max_iter=200
alpha_W=0.0
alpha_H='same'
l1_ratio=0.0
forget_factor=0.7
fresh_restarts=False
fresh_restarts_max_iter=30
transform_max_iter
random_state
verbose=0`,
  MiniBatchSparsePCA: `n_components
alpha=1
ridge_alpha=0.01
n_iter:["0.18","100","1.2","'deprecated'","1.4",null]
callback
batch_size=3
verbose=False
shuffle=True
n_jobs:["0.18","1","0.20","None"]
method='lars'
random_state
normalize_components:["0.18",null,"0.20","False","0.22","'deprecated'","0.24",null]
max_iter:["0.18",null,"1.2","None","1.4","1000"]
tol:["0.18",null,"1.2","0.001"]
max_no_improvement:["0.18",null,"1.2","10"]`,
  MissingIndicator: `missing_values=nan
features='missing-only'
sparse='auto'
error_on_new=True`,
  MultiLabelBinarizer: `classes
sparse_output=False`,
  MultiOutputClassifier: `estimator=
n_jobs:["0.18","1","0.20","None"]`,
  MultiOutputEstimator: `@MultiOutputClassifier`,
  MultiOutputLinearModel: ``,
  MultiOutputRegressor: `@MultiOutputClassifier`,
  MultiTaskElasticNet: `alpha=1.0
l1_ratio=0.5
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
copy_X=True
max_iter=1000
tol=0.0001
warm_start=False
random_state
selection='cyclic'`,
  MultiTaskElasticNetCV: `l1_ratio=0.5
eps=0.001
n_alphas:["0.18","100","1.7","'deprecated'","1.9",null]
alphas:["0.18","None","1.7","'warn'","1.9","100"]
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
max_iter=1000
tol=0.0001
cv:["0.18","None","0.20","'warn'","0.22","None"]
copy_X=True
verbose=0
n_jobs:["0.18","1","0.20","None"]
random_state
selection='cyclic'`,
  MultiTaskLasso: `alpha=1.0
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
copy_X=True
max_iter=1000
tol=0.0001
warm_start=False
random_state
selection='cyclic'`,
  MultiTaskLassoCV: `eps=0.001
n_alphas:["0.18","100","1.7","'deprecated'","1.9",null]
alphas:["0.18","None","1.7","'warn'","1.9","100"]
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
max_iter=1000
tol=0.0001
copy_X=True
cv:["0.18","None","0.20","'warn'","0.22","None"]
verbose=False
n_jobs:["0.18","1","0.20","None"]
random_state
selection='cyclic'`,
  MultinomialNB: `alpha=1.0
fit_prior=True
class_prior
force_alpha:["0.18",null,"1.2","'warn'","1.4","True"]`,
  NMF: `n_components:["0.18","None","1.4","'warn'","1.6","'auto'"]
init:["0.18","None","0.24","'warn'","1.1","None"]
solver='cd'
tol=0.0001
max_iter=200
random_state
alpha:["0.18","0.0","1.0","'deprecated'","1.2",null]
l1_ratio=0.0
verbose=0
shuffle=False
nls_max_iter:["0.18","2000","0.19",null]
sparseness:["0.18","None","0.19",null]
beta:["0.18","1","0.19",null]
eta:["0.18","0.1","0.19",null]
beta_loss:["0.18",null,"0.19","'frobenius'"]
regularization:["0.18",null,"0.24","'both'","1.0","'deprecated'","1.2",null]
alpha_W:["0.18",null,"1.0","0.0"]
alpha_H:["0.18",null,"1.0","'same'"]`,
  NearestCentroid: `metric='euclidean'
shrink_threshold
priors:["0.18",null,"1.6","'uniform'"]`,
  NearestNeighbors: `n_neighbors=5
radius=1.0
algorithm='auto'
leaf_size=30
metric='minkowski'
p=2
metric_params
n_jobs:["0.18","1","0.20","None"]`,
  NeighborhoodComponentsAnalysis: `n_components
init='auto'
warm_start=False
max_iter=50
tol=1e-05
callback
verbose=0
random_state`,
  NeighborsBase: `n_neighbors:["0.18",null,"0.20","None"]
radius:["0.18",null,"0.20","None"]
algorithm:["0.18",null,"0.20","'auto'"]
leaf_size:["0.18",null,"0.20","30"]
metric:["0.18",null,"0.20","'minkowski'"]
p:["0.18",null,"0.20","2"]
metric_params:["0.18",null,"0.20","None"]
n_jobs:["0.18",null,"0.20","None"]`,
  NoSampleWeightWrapper: `est`,
  Normalizer: `norm='l2'
copy=True`,
  NuSVC: `nu=0.5
kernel='rbf'
degree=3
gamma:["0.18","'auto'","0.20","'auto_deprecated'","0.22","'scale'"]
coef0=0.0
shrinking=True
probability:["0.18","False","1.9","'deprecated'"]
tol=0.001
cache_size=200
class_weight
verbose=False
max_iter=-1
decision_function_shape:["0.18","None","0.19","'ovr'"]
random_state
break_ties:["0.18",null,"0.22","False"]`,
  NuSVR: `nu=0.5
C=1.0
kernel='rbf'
degree=3
gamma:["0.18","'auto'","0.20","'auto_deprecated'","0.22","'scale'"]
coef0=0.0
shrinking=True
tol=0.001
cache_size=200
verbose=False
max_iter=-1`,
  Nystroem: `kernel='rbf'
gamma
coef0:["0.18","1","0.19","None"]
degree:["0.18","3","0.19","None"]
kernel_params
n_components=100
random_state
n_jobs:["0.18",null,"0.24","None"]`,
  OAS: `@EmpiricalCovariance`,
  OPTICS: `min_samples=5
max_eps=inf
metric='minkowski'
p=2
metric_params
cluster_method='xi'
eps
xi=0.05
predecessor_correction=True
min_cluster_size
algorithm='auto'
leaf_size=30
n_jobs
memory:["0.21",null,"1.0","None"]`,
  OneClassSVM: `kernel='rbf'
degree=3
gamma:["0.18","'auto'","0.20","'auto_deprecated'","0.22","'scale'"]
coef0=0.0
tol=0.001
nu=0.5
shrinking=True
cache_size=200
verbose=False
max_iter=-1
random_state:["0.18","None","0.22",null]`,
  OneHotEncoder: `n_values:["0.18","'auto'","0.20","None","0.22",null]
categorical_features:["0.18","'all'","0.20","None","0.22",null]
dtype=<numpy.float64>
sparse:["0.18","True","1.2","'deprecated'","1.4",null]
handle_unknown='error'
categories:["0.18",null,"0.20","None","0.22","'auto'"]
drop:["0.18",null,"0.21","None"]
min_frequency:["0.18",null,"1.1","None"]
max_categories:["0.18",null,"1.1","None"]
sparse_output:["0.18",null,"1.2","True"]
feature_name_combiner:["0.18",null,"1.3","'concat'"]`,
  OneVsOneClassifier: `@MultiOutputClassifier`,
  OneVsRestClassifier: `estimator=
n_jobs:["0.18","1","0.20","None"]
verbose:["0.18",null,"1.1","0"]`,
  OrdinalEncoder: `categories='auto'
dtype=<numpy.float64>
handle_unknown:["0.20",null,"0.24","'error'"]
unknown_value:["0.20",null,"0.24","None"]
encoded_missing_value:["0.20",null,"1.1","nan"]
min_frequency:["0.20",null,"1.3","None"]
max_categories:["0.20",null,"1.3","None"]`,
  OrthogonalMatchingPursuit: `n_nonzero_coefs
tol
fit_intercept=True
normalize:["0.18","True","1.0","'deprecated'","1.4",null]
precompute='auto'`,
  OrthogonalMatchingPursuitCV: `copy=True
fit_intercept=True
normalize:["0.18","True","1.0","'deprecated'","1.4",null]
max_iter
cv:["0.18","None","0.20","'warn'","0.22","None"]
n_jobs:["0.18","1","0.20","None"]
verbose=False`,
  OutputCodeClassifier: `estimator=
code_size=1.5
random_state
n_jobs:["0.18","1","0.20","None"]`,
  PCA: `n_components
copy=True
whiten=False
svd_solver='auto'
tol=0.0
iterated_power='auto'
random_state
n_oversamples:["0.18",null,"1.1","10"]
power_iteration_normalizer:["0.18",null,"1.1","'auto'"]`,
  PLSCanonical: `n_components=2
scale=True
algorithm='nipals'
max_iter=500
tol=1e-06
copy=True`,
  PLSRegression: `@CCA`,
  PLSSVD: `n_components=2
scale=True
copy=True`,
  PairwiseKernel: `gamma=1.0
gamma_bounds=(1e-05, 100000.0)
metric='linear'
pairwise_kernels_kwargs`,
  PassiveAggressiveClassifier: `C=1.0
fit_intercept=True
n_iter:["0.18","5","0.19","None","0.21",null]
shuffle=True
verbose=0
loss='hinge'
n_jobs:["0.18","1","0.20","None"]
random_state
warm_start=False
class_weight
max_iter:["0.18",null,"0.19","None","0.21","1000"]
tol:["0.18",null,"0.19","None","0.21","0.001"]
average:["0.18",null,"0.19","False"]
early_stopping:["0.18",null,"0.20","False"]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","5"]`,
  PassiveAggressiveRegressor: `C=1.0
fit_intercept=True
n_iter:["0.18","5","0.19","None","0.21",null]
shuffle=True
verbose=0
loss='epsilon_insensitive'
epsilon=0.1
random_state
warm_start=False
max_iter:["0.18",null,"0.19","None","0.21","1000"]
tol:["0.18",null,"0.19","None","0.21","0.001"]
average:["0.18",null,"0.19","False"]
early_stopping:["0.18",null,"0.20","False"]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","5"]`,
  PatchExtractor: `patch_size
max_patches
random_state`,
  Perceptron: `penalty
alpha=0.0001
fit_intercept=True
n_iter:["0.18","5","0.19","None","0.21",null]
shuffle=True
verbose=0
eta0=1.0
n_jobs:["0.18","1","0.20","None"]
random_state=0
class_weight
warm_start=False
max_iter:["0.18",null,"0.19","None","0.21","1000"]
tol:["0.18",null,"0.19","None","0.21","0.001"]
early_stopping:["0.18",null,"0.20","False"]
validation_fraction:["0.18",null,"0.20","0.1"]
n_iter_no_change:["0.18",null,"0.20","5"]
l1_ratio:["0.18",null,"0.24","0.15"]`,
  Pipeline: `steps=
memory:["0.18",null,"0.19","None"]
verbose:["0.18",null,"0.21","False"]
transform_input:["0.18",null,"1.6","None"]`,
  PoissonRegressor: `@GammaRegressor`,
  PolynomialCountSketch: `gamma=1.0
degree=2
coef0:["0.24","0","1.9","0.0"]
n_components=100
random_state`,
  PolynomialFeatures: `degree=2
interaction_only=False
include_bias=True
order:["0.18",null,"0.21","'C'"]`,
  PowerTransformer: `method='yeo-johnson'
standardize=True
copy=True`,
  PriorProbabilityEstimator: ``,
  Product: `k1=
k2=`,
  ProjectedGradientNMF: `n_components
solver='pg'
init
tol=0.0001
max_iter=200
random_state
alpha=0.0
l1_ratio=0.0
verbose=0
nls_max_iter=2000
sparseness
beta=1
eta=0.1`,
  QuadraticDiscriminantAnalysis: `priors
reg_param=0.0
store_covariances:["0.18","False","0.19","None","0.21",null]
tol=0.0001
store_covariance:["0.18",null,"0.19","False"]
solver:["0.18",null,"1.8","'svd'"]
shrinkage:["0.18",null,"1.8","None"]
covariance_estimator:["0.18",null,"1.8","None"]`,
  QuantileEstimator: `alpha=0.9`,
  QuantileRegressor: `quantile=0.5
alpha=1.0
fit_intercept=True
solver:["1.0","'interior-point'","1.2","'warn'","1.4","'highs'"]
solver_options`,
  QuantileTransformer: `n_quantiles=1000
output_distribution='uniform'
ignore_implicit_zeros=False
subsample:["0.19","100000","1.2","10000"]
random_state
copy=True`,
  RANSACRegressor: `base_estimator:["0.18","None","1.1","'deprecated'","1.3",null]
min_samples
residual_threshold
is_data_valid
is_model_valid
max_trials=100
stop_n_inliers=inf
stop_score=inf
stop_probability=0.99
residual_metric:["0.18","None","0.20",null]
loss:["0.18","'absolute_loss'","1.0","'absolute_error'"]
random_state
max_skips:["0.18",null,"0.19","inf"]
estimator:["0.18",null,"1.1","None"]`,
  RBF: `length_scale=1.0
length_scale_bounds=(1e-05, 100000.0)`,
  RBFSampler: `gamma=1.0
n_components=100
random_state`,
  RFE: `estimator=
n_features_to_select
step=1
verbose=0
importance_getter:["0.18",null,"0.24","'auto'"]`,
  RFECV: `estimator=
step=1
cv:["0.18","None","0.20","'warn'","0.22","None"]
scoring
verbose=0
n_jobs:["0.18","1","0.20","None"]
min_features_to_select:["0.18",null,"0.20","1"]
importance_getter:["0.18",null,"0.24","'auto'"]`,
  RadiusNeighborsClassifier: `radius=1.0
weights='uniform'
algorithm='auto'
leaf_size=30
p=2
metric='minkowski'
outlier_label
metric_params
n_jobs:["0.18",null,"0.20","None"]`,
  RadiusNeighborsRegressor: `radius=1.0
weights='uniform'
algorithm='auto'
leaf_size=30
p=2
metric='minkowski'
metric_params
n_jobs:["0.18",null,"0.20","None"]`,
  RadiusNeighborsTransformer: `mode='distance'
radius=1.0
algorithm='auto'
leaf_size=30
metric='minkowski'
p=2
metric_params
n_jobs:["0.22","1","1.2","None"]`,
  RandomForestClassifier: `n_estimators:["0.18","10","0.20","'warn'","0.22","100"]
criterion='gini'
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features:["0.18","'auto'","1.1","'sqrt'"]
max_leaf_nodes
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
bootstrap=True
oob_score=False
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
warm_start=False
class_weight
min_impurity_decrease:["0.18",null,"0.19","0.0"]
ccp_alpha:["0.18",null,"0.22","0.0"]
max_samples:["0.18",null,"0.22","None"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  RandomForestRegressor: `n_estimators:["0.18","10","0.20","'warn'","0.22","100"]
criterion:["0.18","'mse'","1.0","'squared_error'"]
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features:["0.18","'auto'","1.1","1.0"]
max_leaf_nodes
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
bootstrap=True
oob_score=False
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
warm_start=False
min_impurity_decrease:["0.18",null,"0.19","0.0"]
ccp_alpha:["0.18",null,"0.22","0.0"]
max_samples:["0.18",null,"0.22","None"]
monotonic_cst:["0.18",null,"1.4","None"]`,
  RandomTreesEmbedding: `n_estimators:["0.18","10","0.20","'warn'","0.22","100"]
max_depth=5
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_leaf_nodes
min_impurity_split:["0.18","1e-07","0.19","None","1.0",null]
sparse_output=True
n_jobs:["0.18","1","0.20","None"]
random_state
verbose=0
warm_start=False
min_impurity_decrease:["0.18",null,"0.19","0.0"]`,
  RandomizedLasso: `alpha='aic'
scaling=0.5
sample_fraction=0.75
n_resampling=200
selection_threshold=0.25
fit_intercept=True
verbose=False
normalize=True
precompute='auto'
max_iter=500
eps=2.220446049250313e-16
random_state
n_jobs:["0.18","1","0.20","None"]
pre_dispatch='3*n_jobs'
memory:["0.18","","0.19","None"]`,
  RandomizedLogisticRegression: `C=1
scaling=0.5
sample_fraction=0.75
n_resampling=200
selection_threshold=0.25
tol=0.001
fit_intercept=True
verbose=False
normalize=True
random_state
n_jobs:["0.18","1","0.20","None"]
pre_dispatch='3*n_jobs'
memory:["0.18","","0.19","None"]`,
  RandomizedPCA: `n_components
copy=True
iterated_power=2
whiten=False
random_state`,
  RandomizedSearchCV: `estimator=
param_distributions=
n_iter=10
scoring
fit_params:["0.18","None","0.21",null]
n_jobs:["0.18","1","0.20","None"]
iid:["0.18","True","0.20","'warn'","0.22","'deprecated'","0.24",null]
refit=True
cv:["0.18","None","0.20","'warn'","0.22","None"]
verbose=0
pre_dispatch='2*n_jobs'
random_state
error_score:["0.18","'raise'","0.20","'raise-deprecating'","0.22","nan"]
return_train_score:["0.18","True","0.19","'warn'","0.21","False"]`,
  RationalQuadratic: `length_scale=1.0
alpha=1.0
length_scale_bounds=(1e-05, 100000.0)
alpha_bounds=(1e-05, 100000.0)`,
  RegressorChain: `base_estimator:["0.20","","1.7","'deprecated'","1.9",null]
order
cv
random_state
verbose:["0.20",null,"1.2","False"]
estimator:["0.20",null,"1.7","None","1.9",""]`,
  Ridge: `alpha=1.0
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
copy_X=True
max_iter
tol:["0.18","0.001","1.2","0.0001"]
solver='auto'
random_state
positive:["0.18",null,"1.0","False"]`,
  RidgeCV: `alphas=(0.1, 1.0, 10.0)
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
scoring
cv
gcv_mode
store_cv_values:["0.18","False","1.5","'deprecated'","1.7",null]
alpha_per_target:["0.18",null,"0.24","False"]
store_cv_results:["0.18",null,"1.5","None","1.7","False"]`,
  RidgeClassifier: `alpha=1.0
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
copy_X=True
max_iter
tol:["0.18","0.001","1.2","0.0001"]
class_weight
solver='auto'
random_state
positive:["0.18",null,"1.0","False"]`,
  RidgeClassifierCV: `alphas=(0.1, 1.0, 10.0)
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
scoring
cv
class_weight
store_cv_values:["0.18",null,"0.20","False","1.5","'deprecated'","1.7",null]
store_cv_results:["0.18",null,"1.5","None","1.7","False"]`,
  RobustScaler: `with_centering=True
with_scaling=True
quantile_range=(25.0, 75.0)
copy=True
unit_variance:["0.18",null,"0.24","False"]`,
  SGDClassifier: `@BaseSGDClassifier`,
  SGDOneClassSVM: `nu=0.5
fit_intercept=True
max_iter=1000
tol=0.001
shuffle=True
verbose=0
random_state
learning_rate='optimal'
eta0:["1.0","0.0","1.8","0.01"]
power_t=0.5
warm_start=False
average=False`,
  SGDRegressor: `@BaseSGDRegressor`,
  SVC: `C=1.0
kernel='rbf'
degree=3
gamma:["0.18","'auto'","0.20","'auto_deprecated'","0.22","'scale'"]
coef0=0.0
shrinking=True
probability:["0.18","False","1.9","'deprecated'"]
tol=0.001
cache_size=200
class_weight
verbose=False
max_iter=-1
decision_function_shape:["0.18","None","0.19","'ovr'"]
random_state
break_ties:["0.18",null,"0.22","False"]`,
  SVR: `kernel='rbf'
degree=3
gamma:["0.18","'auto'","0.20","'auto_deprecated'","0.22","'scale'"]
coef0=0.0
tol=0.001
C=1.0
epsilon=0.1
shrinking=True
cache_size=200
verbose=False
max_iter=-1`,
  ScaledLogOddsEstimator: ``,
  SelectFdr: `score_func:["0.18","<sklearn.feature_selection.univariate_selection.f_classif>","0.22","<sklearn.feature_selection._univariate_selection.f_classif>"]
alpha=0.05`,
  SelectFpr: `@SelectFdr`,
  SelectFromModel: `estimator=
threshold
prefit=False
norm_order:["0.18",null,"0.19","1"]
max_features:["0.18",null,"0.20","None"]
importance_getter:["0.18",null,"0.24","'auto'"]`,
  SelectFwe: `@SelectFdr`,
  SelectKBest: `score_func:["0.18","<sklearn.feature_selection.univariate_selection.f_classif>","0.22","<sklearn.feature_selection._univariate_selection.f_classif>"]
k=10`,
  SelectPercentile: `score_func:["0.18","<sklearn.feature_selection.univariate_selection.f_classif>","0.22","<sklearn.feature_selection._univariate_selection.f_classif>"]
percentile=10`,
  SelfTrainingClassifier: `base_estimator:["0.24","","1.6","'deprecated'","1.8",null]
threshold=0.75
criterion='threshold'
k_best=10
max_iter=10
verbose=False
estimator:["0.24",null,"1.6","None"]`,
  SequentialFeatureSelector: `estimator=
n_features_to_select:["0.24","None","1.1","'warn'","1.3","'auto'"]
direction='forward'
scoring
cv=5
n_jobs
tol:["0.24",null,"1.1","None"]`,
  ShrunkCovariance: `store_precision=True
assume_centered=False
shrinkage=0.1`,
  SimpleImputer: `missing_values=nan
strategy='mean'
fill_value
verbose:["0.20","0","1.1","'deprecated'","1.3",null]
copy=True
add_indicator:["0.20",null,"0.21","False"]
keep_empty_features:["0.20",null,"1.2","False"]`,
  SkewedChi2Sampler: `skewedness=1.0
n_components=100
random_state`,
  SparseCoder: `dictionary=
transform_algorithm='omp'
transform_n_nonzero_coefs
transform_alpha
split_sign=False
n_jobs:["0.18","1","0.20","None"]
positive_code:["0.18",null,"0.20","False"]
transform_max_iter:["0.18",null,"0.22","1000"]`,
  SparsePCA: `n_components
alpha=1
ridge_alpha=0.01
max_iter=1000
tol=1e-08
method='lars'
n_jobs:["0.18","1","0.20","None"]
U_init
V_init
verbose=False
random_state
normalize_components:["0.18",null,"0.20","False","0.22","'deprecated'","0.24",null]`,
  SparseRandomProjection: `n_components='auto'
density='auto'
eps=0.1
dense_output=False
random_state
compute_inverse_components:["0.18",null,"1.1","False"]`,
  SpectralBiclustering: `n_clusters=3
method='bistochastic'
n_components=6
n_best=3
svd_method='randomized'
n_svd_vecs
mini_batch=False
init='k-means++'
n_init=10
n_jobs:["0.18","1","0.20","None","0.23","'deprecated'","1.0",null]
random_state`,
  SpectralClustering: `n_clusters=8
eigen_solver
random_state
n_init=10
gamma=1.0
affinity='rbf'
n_neighbors=10
eigen_tol:["0.18","0.0","1.2","'auto'"]
assign_labels='kmeans'
degree=3
coef0=1
kernel_params
n_jobs:["0.18","1","0.20","None"]
n_components:["0.18",null,"0.22","None"]
verbose:["0.18",null,"0.24","False"]`,
  SpectralCoclustering: `@BaseSpectral`,
  SpectralEmbedding: `n_components=2
affinity='nearest_neighbors'
gamma
random_state
eigen_solver
n_neighbors
n_jobs:["0.18","1","0.20","None"]
eigen_tol:["0.18",null,"1.2","'auto'"]`,
  SplineTransformer: `n_knots=5
degree=3
knots='uniform'
extrapolation='constant'
include_bias=True
order='C'
sparse_output:["1.0",null,"1.3","False"]
handle_missing:["1.0",null,"1.8","'error'"]`,
  StackingClassifier: `estimators=
final_estimator
cv
stack_method='auto'
n_jobs
passthrough=False
verbose=0`,
  StackingRegressor: `estimators=
final_estimator
cv
n_jobs
passthrough=False
verbose=0`,
  StandardScaler: `copy=True
with_mean=True
with_std=True`,
  Sum: `k1=
k2=`,
  TSNE: `n_components=2
perplexity=30.0
early_exaggeration:["0.18","4.0","0.19","12.0"]
learning_rate:["0.18","1000.0","0.19","200.0","1.0","'warn'","1.2","'auto'"]
n_iter:["0.18","1000","1.5","'deprecated'","1.7",null]
n_iter_without_progress:["0.18","30","0.19","300"]
min_grad_norm=1e-07
metric='euclidean'
init:["0.18","'random'","1.0","'warn'","1.2","'pca'"]
verbose=0
random_state
method='barnes_hut'
angle=0.5
n_jobs:["0.18",null,"0.22","None"]
square_distances:["0.18",null,"0.24","'legacy'","1.1","'deprecated'","1.3",null]
metric_params:["0.18",null,"1.1","None"]
max_iter:["0.18",null,"1.5","None","1.7","1000"]`,
  TargetEncoder: `categories='auto'
target_type='auto'
smooth='auto'
cv=5
shuffle:["1.3","True","1.9","'deprecated'"]
random_state:["1.3","None","1.9","'deprecated'"]`,
  TfidfTransformer: `norm='l2'
use_idf=True
smooth_idf=True
sublinear_tf=False`,
  TfidfVectorizer: `input='content'
encoding='utf-8'
decode_error='strict'
strip_accents
lowercase=True
preprocessor
tokenizer
analyzer='word'
stop_words
token_pattern='(?u)\\\\b\\\\w\\\\w+\\\\b'
ngram_range=(1, 1)
max_df=1.0
min_df=1
max_features
vocabulary
binary=False
dtype:["0.18","<numpy.int64>","0.20","<numpy.float64>"]
norm='l2'
use_idf=True
smooth_idf=True
sublinear_tf=False`,
  TheilSenRegressor: `fit_intercept=True
copy_X:["0.18","True","1.6","'deprecated'","1.8",null]
max_subpopulation=10000.0
n_subsamples
max_iter=300
tol=0.001
random_state
n_jobs:["0.18","1","0.20","None"]
verbose=False`,
  TransformedTargetRegressor: `regressor
transformer
func
inverse_func
check_inverse=True`,
  TruncatedSVD: `n_components=2
algorithm='randomized'
n_iter=5
random_state
tol=0.0
n_oversamples:["0.18",null,"1.1","10"]
power_iteration_normalizer:["0.18",null,"1.1","'auto'"]`,
  TunedThresholdClassifierCV: `estimator=
scoring='balanced_accuracy'
response_method='auto'
thresholds=100
cv
refit=True
n_jobs
random_state
store_cv_results=False`,
  TweedieRegressor: `power=0.0
alpha=1.0
fit_intercept=True
link='auto'
max_iter=100
tol=0.0001
warm_start=False
verbose=0
solver:["0.23",null,"1.2","'lbfgs'"]`,
  VBGMM: `@DPGMM`,
  VarianceThreshold: `threshold=0.0`,
  VotingClassifier: `estimators=
voting='hard'
weights
n_jobs:["0.18","1","0.20","None"]
flatten_transform:["0.18",null,"0.19","None","0.21","True"]
verbose:["0.18",null,"0.23","False"]`,
  VotingRegressor: `estimators=
weights
n_jobs
verbose:["0.21",null,"0.23","False"]`,
  WhiteKernel: `noise_level=1.0
noise_level_bounds=(1e-05, 100000.0)`,
  ZeroEstimator: ``,
  _BaseChain: `@RegressorChain`,
  _BaseComposition: ``,
  _BaseDiscreteNB: `alpha:["0.22",null,"1.2","1.0"]
fit_prior:["0.22",null,"1.2","True"]
class_prior:["0.22",null,"1.2","None"]
force_alpha:["0.22",null,"1.2","'warn'","1.4","True"]`,
  _BaseEncoder: ``,
  _BaseFilter: `score_func=`,
  _BaseHeterogeneousEnsemble: `estimators=`,
  _BaseImputer: `missing_values=nan
add_indicator=False
keep_empty_features:["0.22",null,"1.2","False"]`,
  _BaseKMeans: `n_clusters=
init=
n_init=
max_iter=
tol=
verbose=
random_state=`,
  _BaseNB: ``,
  _BaseNMF: `n_components:["1.2","None","1.4","'warn'","1.6","'auto'"]
init
beta_loss='frobenius'
tol=0.0001
max_iter=200
random_state
alpha_W=0.0
alpha_H='same'
l1_ratio=0.0
verbose=0`,
  _BasePCA: ``,
  _BasePipeline: ``,
  _BaseRidge: `@Ridge`,
  _BaseRidgeCV: `@RidgeCV`,
  _BaseSparsePCA: `n_components
alpha=1
ridge_alpha=0.01
max_iter=1000
tol=1e-08
method='lars'
n_jobs
verbose=False
random_state`,
  _BaseStacking: `estimators=
final_estimator
cv
stack_method='auto'
n_jobs
verbose=0
passthrough=False`,
  _BaseVoting: `estimators:["0.21",null,"0.22",""]`,
  _BinMapper: `max_bins:["0.21","256","0.22",null]
subsample=200000
random_state
n_bins:["0.21",null,"0.22","256"]
is_categorical:["0.21",null,"0.24","None"]
known_categories:["0.21",null,"0.24","None"]
n_threads:["0.21",null,"1.0","None"]`,
  _BinaryGaussianProcessClassifierLaplace: `kernel
optimizer='fmin_l_bfgs_b'
n_restarts_optimizer=0
max_iter_predict=100
warm_start=False
copy_X_train=True
random_state`,
  _ConstantPredictor: ``,
  _DPGMMBase: `@DPGMM`,
  _GMMBase: `@GMM`,
  _GeneralizedLinearRegressor: `alpha=1.0
fit_intercept=True
solver='lbfgs'
max_iter=100
tol=0.0001
warm_start=False
verbose=0`,
  _IdentityClassifier: `classes=`,
  _IdentityRegressor: ``,
  _MockEstimatorOnOffPrediction: `response_methods`,
  _MultiOutputEstimator: `estimator=
n_jobs`,
  _PLS: `n_components=2
scale=True
deflation_mode='regression'
mode='A'
algorithm='nipals'
norm_y_weights:["0.18","False","0.24",null]
max_iter=500
tol=1e-06
copy=True`,
  _RidgeGCV: `alphas=(0.1, 1.0, 10.0)
fit_intercept=True
normalize:["0.18","False","1.0","'deprecated'","1.2",null]
scoring
copy_X=True
gcv_mode
store_cv_values:["0.18","False","1.5",null]
is_clf:["0.18",null,"0.23","False"]
alpha_per_target:["0.18",null,"0.24","False"]
store_cv_results:["0.18",null,"1.5","False"]`,
  _SigmoidCalibration: ``,
  _TemperatureScaling: ``,
};
