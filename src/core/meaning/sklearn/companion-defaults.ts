// Written by test/generate/companion_defaults.py: do not edit.
import type { Constructors } from "./default-rows.ts";

/** By distribution. A default is written as in the table of scikit-learn itself. */
export const COMPANIONS: Readonly<Record<string, Constructors>> = {
  catboost: {
    versions: ["1.1", "1.2"],
    classes: {
      CatBoost: `params`,
      CatBoostClassifier: `iterations
learning_rate
depth
l2_leaf_reg
model_size_reg
rsm
loss_function
border_count
feature_border_type
per_float_feature_quantization
input_borders
output_borders
fold_permutation_block
od_pval
od_wait
od_type
nan_mode
counter_calc_method
leaf_estimation_iterations
leaf_estimation_method
thread_count
random_seed
use_best_model
best_model_min_trees
verbose
silent
logging_level
metric_period
ctr_leaf_count_limit
store_all_simple_ctr
max_ctr_complexity
has_time
allow_const_label
target_border
classes_count
class_weights
auto_class_weights
class_names
one_hot_max_size
random_strength
name
ignored_features
train_dir
custom_loss
custom_metric
eval_metric
bagging_temperature
save_snapshot
snapshot_file
snapshot_interval
fold_len_multiplier
used_ram_limit
gpu_ram_part
pinned_memory_size
allow_writing_files
final_ctr_computation_mode
approx_on_full_history
boosting_type
simple_ctr
combinations_ctr
per_feature_ctr
ctr_description
ctr_target_border_count
task_type
device_config
devices
bootstrap_type
subsample
mvs_reg
sampling_unit
sampling_frequency
dev_score_calc_obj_block_size
dev_efb_max_buckets
sparse_features_conflict_fraction
max_depth
n_estimators
num_boost_round
num_trees
colsample_bylevel
random_state
reg_lambda
objective
eta
max_bin
scale_pos_weight
gpu_cat_features_storage
data_partition
metadata
early_stopping_rounds
cat_features
grow_policy
min_data_in_leaf
min_child_samples
max_leaves
num_leaves
score_function
leaf_estimation_backtracking
ctr_history_unit
monotone_constraints
feature_weights
penalties_coefficient
first_feature_use_penalties
per_object_feature_penalties
model_shrink_rate
model_shrink_mode
langevin
diffusion_temperature
posterior_sampling
boost_from_average
text_features
tokenizers
dictionaries
feature_calcers
text_processing
embedding_features
callback
eval_fraction
random_score_type:["1.1",null,"1.2","None"]
fixed_binary_splits:["1.1",null,"1.2","None"]`,
      CatBoostRanker: `iterations
learning_rate
depth
l2_leaf_reg
model_size_reg
rsm
loss_function='YetiRank'
border_count
feature_border_type
per_float_feature_quantization
input_borders
output_borders
fold_permutation_block
od_pval
od_wait
od_type
nan_mode
counter_calc_method
leaf_estimation_iterations
leaf_estimation_method
thread_count
random_seed
use_best_model
best_model_min_trees
verbose
silent
logging_level
metric_period
ctr_leaf_count_limit
store_all_simple_ctr
max_ctr_complexity
has_time
allow_const_label
target_border
one_hot_max_size
random_strength
name
ignored_features
train_dir
custom_metric
eval_metric
bagging_temperature
save_snapshot
snapshot_file
snapshot_interval
fold_len_multiplier
used_ram_limit
gpu_ram_part
pinned_memory_size
allow_writing_files
final_ctr_computation_mode
approx_on_full_history
boosting_type
simple_ctr
combinations_ctr
per_feature_ctr
ctr_description
ctr_target_border_count
task_type
device_config
devices
bootstrap_type
subsample
mvs_reg
sampling_frequency
sampling_unit
dev_score_calc_obj_block_size
dev_efb_max_buckets
sparse_features_conflict_fraction
max_depth
n_estimators
num_boost_round
num_trees
colsample_bylevel
random_state
reg_lambda
objective
eta
max_bin
gpu_cat_features_storage
data_partition
metadata
early_stopping_rounds
cat_features
grow_policy
min_data_in_leaf
min_child_samples
max_leaves
num_leaves
score_function
leaf_estimation_backtracking
ctr_history_unit
monotone_constraints
feature_weights
penalties_coefficient
first_feature_use_penalties
per_object_feature_penalties
model_shrink_rate
model_shrink_mode
langevin
diffusion_temperature
posterior_sampling
boost_from_average
text_features
tokenizers
dictionaries
feature_calcers
text_processing
embedding_features
eval_fraction
random_score_type:["1.1",null,"1.2","None"]
fixed_binary_splits:["1.1",null,"1.2","None"]`,
      CatBoostRegressor: `iterations
learning_rate
depth
l2_leaf_reg
model_size_reg
rsm
loss_function='RMSE'
border_count
feature_border_type
per_float_feature_quantization
input_borders
output_borders
fold_permutation_block
od_pval
od_wait
od_type
nan_mode
counter_calc_method
leaf_estimation_iterations
leaf_estimation_method
thread_count
random_seed
use_best_model
best_model_min_trees
verbose
silent
logging_level
metric_period
ctr_leaf_count_limit
store_all_simple_ctr
max_ctr_complexity
has_time
allow_const_label
target_border
one_hot_max_size
random_strength
name
ignored_features
train_dir
custom_metric
eval_metric
bagging_temperature
save_snapshot
snapshot_file
snapshot_interval
fold_len_multiplier
used_ram_limit
gpu_ram_part
pinned_memory_size
allow_writing_files
final_ctr_computation_mode
approx_on_full_history
boosting_type
simple_ctr
combinations_ctr
per_feature_ctr
ctr_description
ctr_target_border_count
task_type
device_config
devices
bootstrap_type
subsample
mvs_reg
sampling_frequency
sampling_unit
dev_score_calc_obj_block_size
dev_efb_max_buckets
sparse_features_conflict_fraction
max_depth
n_estimators
num_boost_round
num_trees
colsample_bylevel
random_state
reg_lambda
objective
eta
max_bin
gpu_cat_features_storage
data_partition
metadata
early_stopping_rounds
cat_features
grow_policy
min_data_in_leaf
min_child_samples
max_leaves
num_leaves
score_function
leaf_estimation_backtracking
ctr_history_unit
monotone_constraints
feature_weights
penalties_coefficient
first_feature_use_penalties
per_object_feature_penalties
model_shrink_rate
model_shrink_mode
langevin
diffusion_temperature
posterior_sampling
boost_from_average
text_features
tokenizers
dictionaries
feature_calcers
text_processing
embedding_features
eval_fraction
random_score_type:["1.1",null,"1.2","None"]
fixed_binary_splits:["1.1",null,"1.2","None"]`,
    },
  },
  "category-encoders": {
    versions: ["2.5", "2.11"],
    classes: {
      BackwardDifferenceEncoder: `verbose=0
cols
mapping
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      BaseContrastEncoder: `@BackwardDifferenceEncoder`,
      BaseEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      BaseNEncoder: `verbose=0
cols
mapping
drop_invariant=False
return_df=True
base=2
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      BinaryEncoder: `@BaseNEncoder`,
      CatBoostEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state
sigma
a=1
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      CountEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size
combine_min_nan_groups
min_group_name
normalize=False`,
      CountTargetEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
min_samples_leaf=20
smoothing=10`,
      GLMMEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state
randomized=False
sigma=0.05
binomial_target
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      GrayEncoder: `verbose=0
cols
mapping
drop_invariant=False
return_df=True
base=2
handle_unknown='value'
handle_missing='value'
min_group_size
min_group_name
combine_min_nan_groups`,
      HashingEncoder: `max_process=0
max_sample=0
verbose=0
n_components=8
cols
drop_invariant=False
return_df=True
hash_method='md5'
process_creation_method:["2.5",null,"2.11","'fork'"]
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      HelmertEncoder: `@BackwardDifferenceEncoder`,
      JamesSteinEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
model='independent'
random_state
randomized=False
sigma=0.05
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      LeaveOneOutEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state
sigma
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      MEstimateEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state
randomized=False
sigma=0.05
m=1.0
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      MultiHotEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
delimiter='|'
use_cat_names=False`,
      NestedCVWrapper: `feature_encoder=
cv=5
shuffle=True
random_state`,
      OneHotEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
use_cat_names=False
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      OrdinalEncoder: `verbose=0
mapping
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
index_start:["2.5",null,"2.11","1"]
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      PolynomialEncoder: `@BackwardDifferenceEncoder`,
      PolynomialWrapper: `feature_encoder=`,
      QuantileEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
quantile=0.5
m=1.0
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      RankHotEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
use_cat_names=False
min_group_size
min_group_name
combine_min_nan_groups`,
      SumEncoder: `@BackwardDifferenceEncoder`,
      SummaryEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
quantiles=(0.25, 0.75)
m=1.0`,
      TargetEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
min_samples_leaf:["2.5","1","2.11","20"]
smoothing:["2.5","1.0","2.11","10"]
hierarchy
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      WOEEncoder: `verbose=0
cols
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state
randomized=False
sigma=0.05
regularization=1.0
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
    },
  },
  hmmlearn: {
    versions: ["0.2", "0.3"],
    classes: {
      BaseCategoricalHMM: `n_components=
algorithm=
random_state=
n_iter=
tol=
verbose=
params=
init_params=
implementation=`,
      BaseGMMHMM: `n_components=1
startprob_prior=1.0
transmat_prior=1.0
algorithm='viterbi'
random_state
n_iter=10
tol=0.01
verbose=False
params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
init_params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
implementation='log'`,
      BaseGaussianHMM: `@BaseCategoricalHMM`,
      BaseHMM: `@BaseGMMHMM`,
      BaseMultinomialHMM: `@BaseGMMHMM`,
      BasePoissonHMM: `@BaseGMMHMM`,
      CategoricalHMM: `n_components=1
startprob_prior=1.0
transmat_prior=1.0
emissionprob_prior=1.0
algorithm='viterbi'
random_state
n_iter=10
tol=0.01
verbose=False
params='ste'
init_params='ste'
implementation='log'
n_features:["0.2",null,"0.3","None"]`,
      GMMHMM: `n_components=1
n_mix=1
min_covar=0.001
startprob_prior=1.0
transmat_prior=1.0
weights_prior=1.0
means_prior=0.0
means_weight=0.0
covars_prior
covars_weight
algorithm='viterbi'
covariance_type='diag'
random_state
n_iter=10
tol=0.01
verbose=False
params='stmcw'
init_params='stmcw'
implementation='log'`,
      GaussianHMM: `n_components=1
covariance_type='diag'
min_covar=0.001
startprob_prior=1.0
transmat_prior=1.0
means_prior=0
means_weight=0
covars_prior=0.01
covars_weight=1
algorithm='viterbi'
random_state
n_iter=10
tol=0.01
verbose=False
params='stmc'
init_params='stmc'
implementation='log'`,
      MultinomialHMM: `n_components=1
n_trials
startprob_prior=1.0
transmat_prior=1.0
algorithm='viterbi'
random_state
n_iter=10
tol=0.01
verbose=False
params='ste'
init_params='ste'
implementation='log'`,
      PoissonHMM: `n_components=1
startprob_prior=1.0
transmat_prior=1.0
lambdas_prior=0.0
lambdas_weight=0.0
algorithm='viterbi'
random_state
n_iter=10
tol=0.01
verbose=False
params='stl'
init_params='stl'
implementation='log'`,
      VariationalBaseHMM: `n_components=1
startprob_prior
transmat_prior
algorithm='viterbi'
random_state
n_iter=100
tol=1e-06
verbose=False
params='ste'
init_params='ste'
implementation='log'`,
      VariationalCategoricalHMM: `n_components=1
startprob_prior
transmat_prior
emissionprob_prior
n_features
algorithm='viterbi'
random_state
n_iter=100
tol=1e-06
verbose=False
params='ste'
init_params='ste'
implementation='log'`,
      VariationalGaussianHMM: `n_components=1
covariance_type='full'
startprob_prior
transmat_prior
means_prior
beta_prior
dof_prior
scale_prior
algorithm='viterbi'
random_state
n_iter=100
tol=1e-06
verbose=False
params='stmc'
init_params='stmc'
implementation='log'`,
      _AbstractHMM: `@BaseCategoricalHMM`,
    },
  },
  "imbalanced-learn": {
    versions: ["0.10", "0.14"],
    classes: {
      ADASYN: `sampling_strategy='auto'
random_state
n_neighbors=5
n_jobs:["0.10","None","0.14",null]`,
      AllKNN: `sampling_strategy='auto'
n_neighbors=3
kind_sel='all'
allow_minority=False
n_jobs`,
      BalancedBaggingClassifier: `estimator
n_estimators=10
max_samples=1.0
max_features=1.0
bootstrap=True
bootstrap_features=False
oob_score=False
warm_start=False
sampling_strategy='auto'
replacement=False
n_jobs
random_state
verbose=0
sampler
base_estimator:["0.10","'deprecated'","0.14",null]`,
      BalancedRandomForestClassifier: `n_estimators=100
criterion='gini'
max_depth
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features='sqrt'
max_leaf_nodes
min_impurity_decrease=0.0
bootstrap:["0.10","True","0.14","False"]
oob_score=False
sampling_strategy:["0.10","'auto'","0.14","'all'"]
replacement:["0.10","False","0.14","True"]
n_jobs
random_state
verbose=0
warm_start=False
class_weight
ccp_alpha=0.0
max_samples
monotonic_cst:["0.10",null,"0.14","None"]`,
      BaseCleaningSampler: `sampling_strategy='auto'`,
      BaseOverSampler: `sampling_strategy='auto'`,
      BaseSMOTE: `sampling_strategy='auto'
random_state
k_neighbors=5
n_jobs:["0.10","None","0.14",null]`,
      BaseSampler: `sampling_strategy='auto'`,
      BaseUnderSampler: `sampling_strategy='auto'`,
      BorderlineSMOTE: `sampling_strategy='auto'
random_state
k_neighbors=5
n_jobs:["0.10","None","0.14",null]
m_neighbors=10
kind='borderline-1'`,
      ClusterCentroids: `sampling_strategy='auto'
random_state
estimator
voting='auto'`,
      CondensedNearestNeighbour: `sampling_strategy='auto'
random_state
n_neighbors
n_seeds_S=1
n_jobs`,
      EasyEnsembleClassifier: `n_estimators=10
estimator
warm_start=False
sampling_strategy='auto'
replacement=False
n_jobs
random_state
verbose=0
base_estimator:["0.10","'deprecated'","0.14",null]`,
      EditedNearestNeighbours: `sampling_strategy='auto'
n_neighbors=3
kind_sel='all'
n_jobs`,
      FunctionSampler: `func
accept_sparse=True
kw_args
validate=True`,
      InstanceHardnessThreshold: `estimator
sampling_strategy='auto'
random_state
cv=5
n_jobs`,
      KMeansSMOTE: `sampling_strategy='auto'
random_state
k_neighbors=2
n_jobs
kmeans_estimator
cluster_balance_threshold='auto'
density_exponent='auto'`,
      NearMiss: `sampling_strategy='auto'
version=1
n_neighbors=3
n_neighbors_ver3=3
n_jobs`,
      NeighbourhoodCleaningRule: `sampling_strategy='auto'
n_neighbors=3
kind_sel:["0.10","'all'","0.14",null]
threshold_cleaning=0.5
n_jobs
edited_nearest_neighbours:["0.10",null,"0.14","None"]`,
      OneSidedSelection: `@CondensedNearestNeighbour`,
      Pipeline: `steps=
memory
verbose=False
transform_input:["0.10",null,"0.14","None"]`,
      RUSBoostClassifier: `estimator
n_estimators=50
learning_rate=1.0
algorithm:["0.10","'SAMME.R'","0.14","'deprecated'"]
sampling_strategy='auto'
replacement=False
random_state
base_estimator:["0.10","'deprecated'","0.14",null]`,
      RandomOverSampler: `sampling_strategy='auto'
random_state
shrinkage`,
      RandomUnderSampler: `sampling_strategy='auto'
random_state
replacement=False`,
      RepeatedEditedNearestNeighbours: `sampling_strategy='auto'
n_neighbors=3
max_iter=100
kind_sel='all'
n_jobs`,
      SMOTE: `@BaseSMOTE`,
      SMOTEENN: `sampling_strategy='auto'
random_state
smote
enn
n_jobs`,
      SMOTEN: `sampling_strategy='auto'
random_state
k_neighbors=5
n_jobs:["0.10","None","0.14",null]
categorical_encoder:["0.10",null,"0.14","None"]`,
      SMOTENC: `categorical_features=
sampling_strategy='auto'
random_state
k_neighbors=5
n_jobs:["0.10","None","0.14",null]
categorical_encoder:["0.10",null,"0.14","None"]`,
      SMOTETomek: `sampling_strategy='auto'
random_state
smote
tomek
n_jobs`,
      SVMSMOTE: `sampling_strategy='auto'
random_state
k_neighbors=5
n_jobs:["0.10","None","0.14",null]
m_neighbors=10
svm_estimator
out_step=0.5`,
      SamplerMixin: ``,
      TomekLinks: `sampling_strategy='auto'
n_jobs`,
      ValueDifferenceMetric: `n_categories='auto'
k=1
r=2`,
    },
  },
  lifelines: {
    versions: ["0.27", "0.30"],
    classes: {
      AalenAdditiveFitter: `fit_intercept=True
alpha=0.05
coef_penalizer=0.0
smoothing_penalizer=0.0`,
      AalenJohansenFitter: `jitter_level=0.0001
seed
alpha=0.05
calculate_variance=True
label`,
      BaseFitter: `alpha=0.05
label`,
      BreslowFlemingHarringtonFitter: `alpha=0.05
label`,
      CRCSplineFitter: `n_baseline_knots
knots
alpha=0.05
penalizer=0.0
l1_ratio=0.0
label`,
      CoxPHFitter: `baseline_estimation_method='breslow'
penalizer=0.0
strata
l1_ratio=0.0
n_baseline_knots
knots
breakpoints
alpha=0.05
label`,
      CoxTimeVaryingFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
strata`,
      ExponentialFitter: `alpha=0.05
label`,
      GeneralizedGammaFitter: `alpha=0.05
label`,
      GeneralizedGammaRegressionFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
label`,
      KaplanMeierFitter: `alpha=0.05
label`,
      KnownModelParametricUnivariateFitter: `alpha=0.05
label`,
      LogLogisticAFTFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
fit_intercept=True
model_ancillary=False`,
      LogLogisticFitter: `alpha=0.05
label`,
      LogNormalAFTFitter: `@LogLogisticAFTFitter`,
      LogNormalFitter: `alpha=0.05
label`,
      MixtureCureFitter: `base_fitter=
alpha=0.05
label`,
      NelsonAalenFitter: `alpha=0.05
nelson_aalen_smoothing=True
label`,
      NonParametricUnivariateFitter: `alpha=0.05
label`,
      ParametericAFTRegressionFitter: `@LogLogisticAFTFitter`,
      ParametricCoxModelFitter: `@GeneralizedGammaRegressionFitter`,
      ParametricPiecewiseBaselinePHFitter: `strata=
strata_values=
breakpoints=
alpha=0.05
penalizer=0.0
l1_ratio=0.0
label`,
      ParametricRegressionFitter: `@GeneralizedGammaRegressionFitter`,
      ParametricSplinePHFitter: `strata=
strata_values=
n_baseline_knots=1
knots
alpha=0.05
penalizer=0.0
l1_ratio=0.0
label`,
      ParametricUnivariateFitter: `alpha=0.05
label`,
      PiecewiseExponentialFitter: `breakpoints=
alpha=0.05
label`,
      PiecewiseExponentialRegressionFitter: `breakpoints=
alpha=0.05
penalizer=0.0`,
      RegressionFitter: `alpha=0.05
label`,
      SemiParametricPHFitter: `penalizer=0.0
strata
l1_ratio=0.0
alpha=0.05
label`,
      SemiParametricRegressionFitter: `alpha=0.05
label`,
      SplineFitter: `knot_locations=
alpha=0.05
label`,
      UnivariateFitter: `alpha=0.05
label`,
      WeibullAFTFitter: `@LogLogisticAFTFitter`,
      WeibullFitter: `alpha=0.05
label`,
    },
  },
  lightgbm: {
    versions: ["3.3", "4.7"],
    classes: {
      DaskLGBMClassifier: `boosting_type='gbdt'
num_leaves=31
max_depth=-1
learning_rate=0.1
n_estimators=100
subsample_for_bin=200000
objective
class_weight
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'
client`,
      DaskLGBMRanker: `@DaskLGBMClassifier`,
      DaskLGBMRegressor: `@DaskLGBMClassifier`,
      LGBMClassifier: `boosting_type='gbdt'
num_leaves=31
max_depth=-1
learning_rate=0.1
n_estimators=100
subsample_for_bin=200000
objective
class_weight
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'`,
      LGBMModel: `@LGBMClassifier`,
      LGBMRanker: `@LGBMClassifier`,
      LGBMRegressor: `@LGBMClassifier`,
    },
  },
  mlxtend: {
    versions: ["0.21", "0.23"],
    classes: {
      Adaline: `eta=0.01
epochs=50
minibatches
random_seed
print_progress=0`,
      ColumnSelector: `cols
drop_axis=False`,
      CopyTransformer: ``,
      DenseTransformer: `return_copy=True`,
      EnsembleVoteClassifier: `clfs=
voting='hard'
weights
verbose=0
use_clones=True
fit_base_estimators=True`,
      ExhaustiveFeatureSelector: `estimator=
min_features=1
max_features=1
print_progress=True
scoring='accuracy'
cv=5
n_jobs=1
pre_dispatch='2*n_jobs'
clone_estimator=True
fixed_features
feature_groups`,
      Kmeans: `k=
max_iter=10
convergence_tolerance=1e-05
random_seed
print_progress=0`,
      LinearDiscriminantAnalysis: `n_discriminants`,
      LinearRegression: `method='direct'
eta=0.01
epochs=50
minibatches
random_seed
print_progress=0`,
      LogisticRegression: `eta=0.01
epochs=50
l2_lambda=0.0
minibatches=1
random_seed
print_progress=0`,
      MultiLayerPerceptron: `eta=0.5
epochs=50
hidden_layers=[50]
n_classes
momentum=0.0
l1=0.0
l2=0.0
dropout=1.0
decrease_const=0.0
minibatches=1
random_seed
print_progress=0`,
      OneRClassifier: `resolve_ties='first'`,
      Perceptron: `eta=0.1
epochs=50
random_seed
print_progress=0`,
      PrincipalComponentAnalysis: `n_components
solver='svd'
whitening=False`,
      RBFKernelPCA: `gamma=15.0
n_components
copy_X=True`,
      SequentialFeatureSelector: `estimator=
k_features=1
forward=True
floating=False
verbose=0
scoring
cv=5
n_jobs=1
pre_dispatch='2*n_jobs'
clone_estimator=True
fixed_features
feature_groups`,
      SoftmaxRegression: `eta=0.01
epochs=50
l2=0.0
minibatches=1
n_classes
random_seed
print_progress=0`,
      StackingCVClassifier: `classifiers=
meta_classifier=
use_probas=False
drop_proba_col
cv=2
shuffle=True
random_state
stratify=True
verbose=0
use_features_in_secondary=False
store_train_meta_features=False
use_clones=True
n_jobs
pre_dispatch='2*n_jobs'`,
      StackingCVRegressor: `regressors=
meta_regressor=
cv=5
shuffle=True
random_state
verbose=0
refit=True
use_features_in_secondary=False
store_train_meta_features=False
n_jobs
pre_dispatch='2*n_jobs'
multi_output=False`,
      StackingClassifier: `classifiers=
meta_classifier=
use_probas=False
drop_proba_col
average_probas=False
verbose=0
use_features_in_secondary=False
store_train_meta_features=False
use_clones=True
fit_base_estimators=True`,
      StackingRegressor: `regressors=
meta_regressor=
verbose=0
use_features_in_secondary=False
store_train_meta_features=False
refit=True
multi_output=False`,
      TransactionEncoder: ``,
      _BaseModel: ``,
      _BaseXComposition: ``,
    },
  },
  prophet: {
    versions: ["1.1", "1.5"],
    classes: {
      Prophet: `growth='linear'
changepoints
n_changepoints=25
changepoint_range=0.8
yearly_seasonality='auto'
weekly_seasonality='auto'
daily_seasonality='auto'
holidays
seasonality_mode='additive'
seasonality_prior_scale=10.0
holidays_prior_scale=10.0
changepoint_prior_scale=0.05
mcmc_samples=0
interval_width=0.8
uncertainty_samples=1000
stan_backend
scaling:["1.1",null,"1.5","'absmax'"]
holidays_mode:["1.1",null,"1.5","None"]`,
    },
  },
  "scikit-surprise": {
    versions: ["1.1"],
    classes: {
      AlgoBase: ``,
      BaselineOnly: `bsl_options={}
verbose=True`,
      CoClustering: `n_cltr_u=3
n_cltr_i=3
n_epochs=20
random_state
verbose=False`,
      KNNBaseline: `k=40
min_k=1
sim_options={}
bsl_options={}
verbose=True`,
      KNNBasic: `k=40
min_k=1
sim_options={}
verbose=True`,
      KNNWithMeans: `k=40
min_k=1
sim_options={}
verbose=True`,
      KNNWithZScore: `k=40
min_k=1
sim_options={}
verbose=True`,
      NMF: `n_factors=15
n_epochs=50
biased=False
reg_pu=0.06
reg_qi=0.06
reg_bu=0.02
reg_bi=0.02
lr_bu=0.005
lr_bi=0.005
init_low=0
init_high=1
random_state
verbose=False`,
      NormalPredictor: ``,
      SVD: `n_factors=100
n_epochs=20
biased=True
init_mean=0
init_std_dev=0.1
lr_all=0.005
reg_all=0.02
lr_bu
lr_bi
lr_pu
lr_qi
reg_bu
reg_bi
reg_pu
reg_qi
random_state
verbose=False`,
      SVDpp: `n_factors=20
n_epochs=20
init_mean=0
init_std_dev=0.1
lr_all=0.007
reg_all=0.02
lr_bu
lr_bi
lr_pu
lr_qi
lr_yj
reg_bu
reg_bi
reg_pu
reg_qi
reg_yj
random_state
verbose=False
cache_ratings=False`,
      SlopeOne: ``,
      SymmetricAlgo: `sim_options={}
verbose=True`,
    },
  },
  "scikit-survival": {
    versions: ["0.19", "0.26"],
    classes: {
      BaseEnsembleSelection: `meta_estimator=
base_estimators=
scorer
n_estimators=0.2
min_score=0.66
correlation='pearson'
min_correlation=0.6
cv
n_jobs=1
verbose=0`,
      BaseSurvivalSVM: `alpha=1
rank_ratio=1.0
fit_intercept=False
max_iter=20
verbose=False
tol
optimizer
random_state
timeit=False`,
      CensoringDistributionEstimator: `conf_level:["0.19",null,"0.26","0.95"]
conf_type:["0.19",null,"0.26","None"]`,
      ClinicalKernelTransform: `fit_once=False
_numeric_ranges
_numeric_columns
_nominal_columns`,
      ComponentwiseGradientBoostingSurvivalAnalysis: `loss='coxph'
learning_rate=0.1
n_estimators=100
subsample=1.0
dropout_rate=0
random_state
verbose=0
warm_start:["0.19",null,"0.26","False"]`,
      ComponentwiseLeastSquares: `component=`,
      CoxPHSurvivalAnalysis: `alpha=0
ties='breslow'
n_iter=100
tol=1e-09
verbose=0`,
      CoxnetSurvivalAnalysis: `n_alphas=100
alphas
alpha_min_ratio='auto'
l1_ratio=0.5
penalty_factor
normalize=False
copy_X=True
tol=1e-07
max_iter=100000
verbose=False
fit_baseline_model=False`,
      DummySurvivalEstimator: `strategy='mean'
constant
quantile`,
      EnsembleAverage: `base_estimators=
name`,
      EnsembleSelection: `base_estimators=
scorer
n_estimators=0.2
min_score=0.2
correlation='pearson'
min_correlation=0.6
cv
n_jobs=1
verbose=0`,
      EnsembleSelectionRegressor: `base_estimators=
scorer
n_estimators=0.2
min_score=0.66
correlation='pearson'
min_correlation=0.6
cv
n_jobs=1
verbose=0`,
      ExtraSurvivalTree: `splitter='random'
max_depth
min_samples_split=6
min_samples_leaf=3
min_weight_fraction_leaf=0.0
max_features
random_state
max_leaf_nodes
low_memory=False`,
      ExtraSurvivalTrees: `n_estimators=100
max_depth
min_samples_split=6
min_samples_leaf=3
min_weight_fraction_leaf=0.0
max_features='sqrt'
max_leaf_nodes
bootstrap=True
oob_score=False
n_jobs
random_state
verbose=0
warm_start=False
max_samples
low_memory:["0.19",null,"0.26","False"]`,
      FastKernelSurvivalSVM: `alpha=1
rank_ratio=1.0
fit_intercept=False
kernel='rbf'
gamma
degree=3
coef0=1
kernel_params
max_iter=20
verbose=False
tol
optimizer
random_state
timeit=False`,
      FastSurvivalSVM: `@BaseSurvivalSVM`,
      GradientBoostingSurvivalAnalysis: `loss='coxph'
learning_rate=0.1
n_estimators=100
criterion='friedman_mse'
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_depth=3
min_impurity_decrease=0.0
random_state
max_features
max_leaf_nodes
subsample=1.0
dropout_rate=0.0
verbose=0
ccp_alpha=0.0
warm_start:["0.19",null,"0.26","False"]
validation_fraction:["0.19",null,"0.26","0.1"]
n_iter_no_change:["0.19",null,"0.26","None"]
tol:["0.19",null,"0.26","0.0001"]`,
      HingeLossSurvivalSVM: `solver='ecos'
alpha=1.0
kernel='linear'
gamma
degree=3
coef0=1
kernel_params
pairs='all'
verbose=False
timeit
max_iter`,
      IPCRidge: `alpha=1.0
fit_intercept=True
normalize:["0.19","'deprecated'","0.26",null]
copy_X=True
max_iter
tol=0.001
solver='auto'
positive:["0.19",null,"0.26","False"]
random_state:["0.19",null,"0.26","None"]`,
      MeanEstimator: ``,
      MeanRankEstimator: ``,
      MinlipSurvivalAnalysis: `solver='ecos'
alpha=1.0
kernel='linear'
gamma
degree=3
coef0=1
kernel_params
pairs='nearest'
verbose=False
timeit
max_iter`,
      NaiveSurvivalSVM: `penalty='l2'
loss='squared_hinge'
dual=False
tol=0.0001
alpha=1.0
verbose=0
random_state
max_iter=1000`,
      OneHotEncoder: `allow_drop=True`,
      RandomSurvivalForest: `@ExtraSurvivalTrees`,
      Stacking: `meta_estimator=
base_estimators=
probabilities=True`,
      SurvivalFunctionEstimator: `@CensoringDistributionEstimator`,
      SurvivalTree: `splitter='best'
max_depth
min_samples_split=6
min_samples_leaf=3
min_weight_fraction_leaf=0.0
max_features
random_state
max_leaf_nodes
low_memory:["0.19",null,"0.26","False"]`,
      _BaseSurvivalForest: `base_estimator:["0.19","","0.26",null]
n_estimators=100
estimator_params=()
bootstrap=False
oob_score=False
n_jobs
random_state
verbose=0
warm_start=False
max_samples
estimator:["0.19",null,"0.26",""]`,
      _ComponentwiseLeastSquares: `component=`,
      as_concordance_index_ipcw_scorer: `estimator=
tau
tied_tol=1e-08`,
      as_cumulative_dynamic_auc_scorer: `estimator=
times=
tied_tol=1e-08`,
      as_integrated_brier_score_scorer: `estimator=
times=`,
    },
  },
  xgboost: {
    versions: ["1.7", "3.2"],
    classes: {
      XGBClassifier: `objective='binary:logistic'
use_label_encoder:["1.7","None","3.2",null]
max_depth
max_leaves
max_bin
grow_policy
learning_rate
n_estimators:["1.7","100","3.2","None"]
verbosity
booster
tree_method
n_jobs
gamma
min_child_weight
max_delta_step
subsample
sampling_method
colsample_bytree
colsample_bylevel
colsample_bynode
reg_alpha
reg_lambda
scale_pos_weight
base_score
random_state
missing=nan
num_parallel_tree
monotone_constraints
interaction_constraints
importance_type
gpu_id:["1.7","None","3.2",null]
validate_parameters
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types
max_cat_to_onehot
max_cat_threshold
eval_metric
early_stopping_rounds
callbacks
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBModel: `max_depth
max_leaves
max_bin
grow_policy
learning_rate
n_estimators:["1.7","100","3.2","None"]
verbosity
objective
booster
tree_method
n_jobs
gamma
min_child_weight
max_delta_step
subsample
sampling_method
colsample_bytree
colsample_bylevel
colsample_bynode
reg_alpha
reg_lambda
scale_pos_weight
base_score
random_state
missing=nan
num_parallel_tree
monotone_constraints
interaction_constraints
importance_type
gpu_id:["1.7","None","3.2",null]
validate_parameters
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types
max_cat_to_onehot
max_cat_threshold
eval_metric
early_stopping_rounds
callbacks
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBRFClassifier: `learning_rate=1.0
subsample=0.8
colsample_bynode=0.8
reg_lambda=1e-05
objective='binary:logistic'
use_label_encoder:["1.7","None","3.2",null]
max_depth
max_leaves
max_bin
grow_policy
n_estimators:["1.7","100","3.2","None"]
verbosity
booster
tree_method
n_jobs
gamma
min_child_weight
max_delta_step
sampling_method
colsample_bytree
colsample_bylevel
reg_alpha
scale_pos_weight
base_score
random_state
missing=nan
num_parallel_tree
monotone_constraints
interaction_constraints
importance_type
gpu_id:["1.7","None","3.2",null]
validate_parameters
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types
max_cat_to_onehot
max_cat_threshold
eval_metric
early_stopping_rounds
callbacks
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBRFRegressor: `learning_rate=1.0
subsample=0.8
colsample_bynode=0.8
reg_lambda=1e-05
objective='reg:squarederror'
max_depth
max_leaves
max_bin
grow_policy
n_estimators:["1.7","100","3.2","None"]
verbosity
booster
tree_method
n_jobs
gamma
min_child_weight
max_delta_step
sampling_method
colsample_bytree
colsample_bylevel
reg_alpha
scale_pos_weight
base_score
random_state
missing=nan
num_parallel_tree
monotone_constraints
interaction_constraints
importance_type
gpu_id:["1.7","None","3.2",null]
validate_parameters
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types
max_cat_to_onehot
max_cat_threshold
eval_metric
early_stopping_rounds
callbacks
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBRanker: `objective:["1.7","'rank:pairwise'","3.2","'rank:ndcg'"]
max_depth
max_leaves
max_bin
grow_policy
learning_rate
n_estimators:["1.7","100","3.2","None"]
verbosity
booster
tree_method
n_jobs
gamma
min_child_weight
max_delta_step
subsample
sampling_method
colsample_bytree
colsample_bylevel
colsample_bynode
reg_alpha
reg_lambda
scale_pos_weight
base_score
random_state
missing=nan
num_parallel_tree
monotone_constraints
interaction_constraints
importance_type
gpu_id:["1.7","None","3.2",null]
validate_parameters
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types
max_cat_to_onehot
max_cat_threshold
eval_metric
early_stopping_rounds
callbacks
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBRegressor: `objective='reg:squarederror'
max_depth
max_leaves
max_bin
grow_policy
learning_rate
n_estimators:["1.7","100","3.2","None"]
verbosity
booster
tree_method
n_jobs
gamma
min_child_weight
max_delta_step
subsample
sampling_method
colsample_bytree
colsample_bylevel
colsample_bynode
reg_alpha
reg_lambda
scale_pos_weight
base_score
random_state
missing=nan
num_parallel_tree
monotone_constraints
interaction_constraints
importance_type
gpu_id:["1.7","None","3.2",null]
validate_parameters
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types
max_cat_to_onehot
max_cat_threshold
eval_metric
early_stopping_rounds
callbacks
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
    },
  },
};
