// Written by test/generate/companion_defaults.py: do not edit.
import type { Constructors } from "./default-rows.ts";

/** By distribution. A default is written as in the table of scikit-learn itself. */
export const COMPANIONS: Readonly<Record<string, Constructors>> = {
  catboost: {
    versions: ["1.1", "1.2"],
    classes: {
      CatBoost: `params=None`,
      CatBoostClassifier: `iterations=None
learning_rate=None
depth=None
l2_leaf_reg=None
model_size_reg=None
rsm=None
loss_function=None
border_count=None
feature_border_type=None
per_float_feature_quantization=None
input_borders=None
output_borders=None
fold_permutation_block=None
od_pval=None
od_wait=None
od_type=None
nan_mode=None
counter_calc_method=None
leaf_estimation_iterations=None
leaf_estimation_method=None
thread_count=None
random_seed=None
use_best_model=None
best_model_min_trees=None
verbose=None
silent=None
logging_level=None
metric_period=None
ctr_leaf_count_limit=None
store_all_simple_ctr=None
max_ctr_complexity=None
has_time=None
allow_const_label=None
target_border=None
classes_count=None
class_weights=None
auto_class_weights=None
class_names=None
one_hot_max_size=None
random_strength=None
name=None
ignored_features=None
train_dir=None
custom_loss=None
custom_metric=None
eval_metric=None
bagging_temperature=None
save_snapshot=None
snapshot_file=None
snapshot_interval=None
fold_len_multiplier=None
used_ram_limit=None
gpu_ram_part=None
pinned_memory_size=None
allow_writing_files=None
final_ctr_computation_mode=None
approx_on_full_history=None
boosting_type=None
simple_ctr=None
combinations_ctr=None
per_feature_ctr=None
ctr_description=None
ctr_target_border_count=None
task_type=None
device_config=None
devices=None
bootstrap_type=None
subsample=None
mvs_reg=None
sampling_unit=None
sampling_frequency=None
dev_score_calc_obj_block_size=None
dev_efb_max_buckets=None
sparse_features_conflict_fraction=None
max_depth=None
n_estimators=None
num_boost_round=None
num_trees=None
colsample_bylevel=None
random_state=None
reg_lambda=None
objective=None
eta=None
max_bin=None
scale_pos_weight=None
gpu_cat_features_storage=None
data_partition=None
metadata=None
early_stopping_rounds=None
cat_features=None
grow_policy=None
min_data_in_leaf=None
min_child_samples=None
max_leaves=None
num_leaves=None
score_function=None
leaf_estimation_backtracking=None
ctr_history_unit=None
monotone_constraints=None
feature_weights=None
penalties_coefficient=None
first_feature_use_penalties=None
per_object_feature_penalties=None
model_shrink_rate=None
model_shrink_mode=None
langevin=None
diffusion_temperature=None
posterior_sampling=None
boost_from_average=None
text_features=None
tokenizers=None
dictionaries=None
feature_calcers=None
text_processing=None
embedding_features=None
callback=None
eval_fraction=None
random_score_type:["1.1",null,"1.2","None"]
fixed_binary_splits:["1.1",null,"1.2","None"]`,
      CatBoostRanker: `iterations=None
learning_rate=None
depth=None
l2_leaf_reg=None
model_size_reg=None
rsm=None
loss_function='YetiRank'
border_count=None
feature_border_type=None
per_float_feature_quantization=None
input_borders=None
output_borders=None
fold_permutation_block=None
od_pval=None
od_wait=None
od_type=None
nan_mode=None
counter_calc_method=None
leaf_estimation_iterations=None
leaf_estimation_method=None
thread_count=None
random_seed=None
use_best_model=None
best_model_min_trees=None
verbose=None
silent=None
logging_level=None
metric_period=None
ctr_leaf_count_limit=None
store_all_simple_ctr=None
max_ctr_complexity=None
has_time=None
allow_const_label=None
target_border=None
one_hot_max_size=None
random_strength=None
name=None
ignored_features=None
train_dir=None
custom_metric=None
eval_metric=None
bagging_temperature=None
save_snapshot=None
snapshot_file=None
snapshot_interval=None
fold_len_multiplier=None
used_ram_limit=None
gpu_ram_part=None
pinned_memory_size=None
allow_writing_files=None
final_ctr_computation_mode=None
approx_on_full_history=None
boosting_type=None
simple_ctr=None
combinations_ctr=None
per_feature_ctr=None
ctr_description=None
ctr_target_border_count=None
task_type=None
device_config=None
devices=None
bootstrap_type=None
subsample=None
mvs_reg=None
sampling_frequency=None
sampling_unit=None
dev_score_calc_obj_block_size=None
dev_efb_max_buckets=None
sparse_features_conflict_fraction=None
max_depth=None
n_estimators=None
num_boost_round=None
num_trees=None
colsample_bylevel=None
random_state=None
reg_lambda=None
objective=None
eta=None
max_bin=None
gpu_cat_features_storage=None
data_partition=None
metadata=None
early_stopping_rounds=None
cat_features=None
grow_policy=None
min_data_in_leaf=None
min_child_samples=None
max_leaves=None
num_leaves=None
score_function=None
leaf_estimation_backtracking=None
ctr_history_unit=None
monotone_constraints=None
feature_weights=None
penalties_coefficient=None
first_feature_use_penalties=None
per_object_feature_penalties=None
model_shrink_rate=None
model_shrink_mode=None
langevin=None
diffusion_temperature=None
posterior_sampling=None
boost_from_average=None
text_features=None
tokenizers=None
dictionaries=None
feature_calcers=None
text_processing=None
embedding_features=None
eval_fraction=None
random_score_type:["1.1",null,"1.2","None"]
fixed_binary_splits:["1.1",null,"1.2","None"]`,
      CatBoostRegressor: `iterations=None
learning_rate=None
depth=None
l2_leaf_reg=None
model_size_reg=None
rsm=None
loss_function='RMSE'
border_count=None
feature_border_type=None
per_float_feature_quantization=None
input_borders=None
output_borders=None
fold_permutation_block=None
od_pval=None
od_wait=None
od_type=None
nan_mode=None
counter_calc_method=None
leaf_estimation_iterations=None
leaf_estimation_method=None
thread_count=None
random_seed=None
use_best_model=None
best_model_min_trees=None
verbose=None
silent=None
logging_level=None
metric_period=None
ctr_leaf_count_limit=None
store_all_simple_ctr=None
max_ctr_complexity=None
has_time=None
allow_const_label=None
target_border=None
one_hot_max_size=None
random_strength=None
name=None
ignored_features=None
train_dir=None
custom_metric=None
eval_metric=None
bagging_temperature=None
save_snapshot=None
snapshot_file=None
snapshot_interval=None
fold_len_multiplier=None
used_ram_limit=None
gpu_ram_part=None
pinned_memory_size=None
allow_writing_files=None
final_ctr_computation_mode=None
approx_on_full_history=None
boosting_type=None
simple_ctr=None
combinations_ctr=None
per_feature_ctr=None
ctr_description=None
ctr_target_border_count=None
task_type=None
device_config=None
devices=None
bootstrap_type=None
subsample=None
mvs_reg=None
sampling_frequency=None
sampling_unit=None
dev_score_calc_obj_block_size=None
dev_efb_max_buckets=None
sparse_features_conflict_fraction=None
max_depth=None
n_estimators=None
num_boost_round=None
num_trees=None
colsample_bylevel=None
random_state=None
reg_lambda=None
objective=None
eta=None
max_bin=None
gpu_cat_features_storage=None
data_partition=None
metadata=None
early_stopping_rounds=None
cat_features=None
grow_policy=None
min_data_in_leaf=None
min_child_samples=None
max_leaves=None
num_leaves=None
score_function=None
leaf_estimation_backtracking=None
ctr_history_unit=None
monotone_constraints=None
feature_weights=None
penalties_coefficient=None
first_feature_use_penalties=None
per_object_feature_penalties=None
model_shrink_rate=None
model_shrink_mode=None
langevin=None
diffusion_temperature=None
posterior_sampling=None
boost_from_average=None
text_features=None
tokenizers=None
dictionaries=None
feature_calcers=None
text_processing=None
embedding_features=None
eval_fraction=None
random_score_type:["1.1",null,"1.2","None"]
fixed_binary_splits:["1.1",null,"1.2","None"]`,
    },
  },
  "category-encoders": {
    versions: ["2.5", "2.11"],
    classes: {
      BackwardDifferenceEncoder: `verbose=0
cols=None
mapping=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      BaseContrastEncoder: `verbose=0
cols=None
mapping=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      BaseEncoder: `verbose=0
cols=None
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
cols=None
mapping=None
drop_invariant=False
return_df=True
base=2
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      BinaryEncoder: `verbose=0
cols=None
mapping=None
drop_invariant=False
return_df=True
base=2
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      CatBoostEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state=None
sigma=None
a=1
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      CountEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size=None
combine_min_nan_groups=None
min_group_name=None
normalize=False`,
      CountTargetEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
min_samples_leaf=20
smoothing=10`,
      GLMMEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state=None
randomized=False
sigma=0.05
binomial_target=None
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      GrayEncoder: `verbose=0
cols=None
mapping=None
drop_invariant=False
return_df=True
base=2
handle_unknown='value'
handle_missing='value'
min_group_size=None
min_group_name=None
combine_min_nan_groups=None`,
      HashingEncoder: `max_process=0
max_sample=0
verbose=0
n_components=8
cols=None
drop_invariant=False
return_df=True
hash_method='md5'
process_creation_method:["2.5",null,"2.11","'fork'"]
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      HelmertEncoder: `verbose=0
cols=None
mapping=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      JamesSteinEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
model='independent'
random_state=None
randomized=False
sigma=0.05
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      LeaveOneOutEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state=None
sigma=None
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      MEstimateEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state=None
randomized=False
sigma=0.05
m=1.0
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      MultiHotEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
delimiter='|'
use_cat_names=False`,
      NestedCVWrapper: `feature_encoder=
cv=5
shuffle=True
random_state=None`,
      OneHotEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
use_cat_names=False
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      OrdinalEncoder: `verbose=0
mapping=None
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
index_start:["2.5",null,"2.11","1"]
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      PolynomialEncoder: `verbose=0
cols=None
mapping=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      PolynomialWrapper: `feature_encoder=`,
      QuantileEncoder: `verbose=0
cols=None
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
cols=None
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
use_cat_names=False
min_group_size=None
min_group_name=None
combine_min_nan_groups=None`,
      SumEncoder: `verbose=0
cols=None
mapping=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]`,
      SummaryEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
quantiles=(0.25, 0.75)
m=1.0`,
      TargetEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_missing='value'
handle_unknown='value'
min_samples_leaf:["2.5","1","2.11","20"]
smoothing:["2.5","1.0","2.11","10"]
hierarchy=None
min_group_size:["2.5",null,"2.11","None"]
min_group_name:["2.5",null,"2.11","None"]
combine_min_nan_groups:["2.5",null,"2.11","None"]
composite_cols:["2.5",null,"2.11","None"]
keep_components:["2.5",null,"2.11","False"]`,
      WOEEncoder: `verbose=0
cols=None
drop_invariant=False
return_df=True
handle_unknown='value'
handle_missing='value'
random_state=None
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
random_state=None
n_iter=10
tol=0.01
verbose=False
params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
init_params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
implementation='log'`,
      BaseGaussianHMM: `n_components=
algorithm=
random_state=
n_iter=
tol=
verbose=
params=
init_params=
implementation=`,
      BaseHMM: `n_components=1
startprob_prior=1.0
transmat_prior=1.0
algorithm='viterbi'
random_state=None
n_iter=10
tol=0.01
verbose=False
params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
init_params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
implementation='log'`,
      BaseMultinomialHMM: `n_components=1
startprob_prior=1.0
transmat_prior=1.0
algorithm='viterbi'
random_state=None
n_iter=10
tol=0.01
verbose=False
params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
init_params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
implementation='log'`,
      BasePoissonHMM: `n_components=1
startprob_prior=1.0
transmat_prior=1.0
algorithm='viterbi'
random_state=None
n_iter=10
tol=0.01
verbose=False
params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
init_params='abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
implementation='log'`,
      CategoricalHMM: `n_components=1
startprob_prior=1.0
transmat_prior=1.0
emissionprob_prior=1.0
algorithm='viterbi'
random_state=None
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
covars_prior=None
covars_weight=None
algorithm='viterbi'
covariance_type='diag'
random_state=None
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
random_state=None
n_iter=10
tol=0.01
verbose=False
params='stmc'
init_params='stmc'
implementation='log'`,
      MultinomialHMM: `n_components=1
n_trials=None
startprob_prior=1.0
transmat_prior=1.0
algorithm='viterbi'
random_state=None
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
random_state=None
n_iter=10
tol=0.01
verbose=False
params='stl'
init_params='stl'
implementation='log'`,
      VariationalBaseHMM: `n_components=1
startprob_prior=None
transmat_prior=None
algorithm='viterbi'
random_state=None
n_iter=100
tol=1e-06
verbose=False
params='ste'
init_params='ste'
implementation='log'`,
      VariationalCategoricalHMM: `n_components=1
startprob_prior=None
transmat_prior=None
emissionprob_prior=None
n_features=None
algorithm='viterbi'
random_state=None
n_iter=100
tol=1e-06
verbose=False
params='ste'
init_params='ste'
implementation='log'`,
      VariationalGaussianHMM: `n_components=1
covariance_type='full'
startprob_prior=None
transmat_prior=None
means_prior=None
beta_prior=None
dof_prior=None
scale_prior=None
algorithm='viterbi'
random_state=None
n_iter=100
tol=1e-06
verbose=False
params='stmc'
init_params='stmc'
implementation='log'`,
      _AbstractHMM: `n_components=
algorithm=
random_state=
n_iter=
tol=
verbose=
params=
init_params=
implementation=`,
    },
  },
  "imbalanced-learn": {
    versions: ["0.10", "0.14"],
    classes: {
      ADASYN: `sampling_strategy='auto'
random_state=None
n_neighbors=5
n_jobs:["0.10","None","0.14",null]`,
      AllKNN: `sampling_strategy='auto'
n_neighbors=3
kind_sel='all'
allow_minority=False
n_jobs=None`,
      BalancedBaggingClassifier: `estimator=None
n_estimators=10
max_samples=1.0
max_features=1.0
bootstrap=True
bootstrap_features=False
oob_score=False
warm_start=False
sampling_strategy='auto'
replacement=False
n_jobs=None
random_state=None
verbose=0
sampler=None
base_estimator:["0.10","'deprecated'","0.14",null]`,
      BalancedRandomForestClassifier: `n_estimators=100
criterion='gini'
max_depth=None
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_features='sqrt'
max_leaf_nodes=None
min_impurity_decrease=0.0
bootstrap:["0.10","True","0.14","False"]
oob_score=False
sampling_strategy:["0.10","'auto'","0.14","'all'"]
replacement:["0.10","False","0.14","True"]
n_jobs=None
random_state=None
verbose=0
warm_start=False
class_weight=None
ccp_alpha=0.0
max_samples=None
monotonic_cst:["0.10",null,"0.14","None"]`,
      BaseCleaningSampler: `sampling_strategy='auto'`,
      BaseOverSampler: `sampling_strategy='auto'`,
      BaseSMOTE: `sampling_strategy='auto'
random_state=None
k_neighbors=5
n_jobs:["0.10","None","0.14",null]`,
      BaseSampler: `sampling_strategy='auto'`,
      BaseUnderSampler: `sampling_strategy='auto'`,
      BorderlineSMOTE: `sampling_strategy='auto'
random_state=None
k_neighbors=5
n_jobs:["0.10","None","0.14",null]
m_neighbors=10
kind='borderline-1'`,
      ClusterCentroids: `sampling_strategy='auto'
random_state=None
estimator=None
voting='auto'`,
      CondensedNearestNeighbour: `sampling_strategy='auto'
random_state=None
n_neighbors=None
n_seeds_S=1
n_jobs=None`,
      EasyEnsembleClassifier: `n_estimators=10
estimator=None
warm_start=False
sampling_strategy='auto'
replacement=False
n_jobs=None
random_state=None
verbose=0
base_estimator:["0.10","'deprecated'","0.14",null]`,
      EditedNearestNeighbours: `sampling_strategy='auto'
n_neighbors=3
kind_sel='all'
n_jobs=None`,
      FunctionSampler: `func=None
accept_sparse=True
kw_args=None
validate=True`,
      InstanceHardnessThreshold: `estimator=None
sampling_strategy='auto'
random_state=None
cv=5
n_jobs=None`,
      KMeansSMOTE: `sampling_strategy='auto'
random_state=None
k_neighbors=2
n_jobs=None
kmeans_estimator=None
cluster_balance_threshold='auto'
density_exponent='auto'`,
      NearMiss: `sampling_strategy='auto'
version=1
n_neighbors=3
n_neighbors_ver3=3
n_jobs=None`,
      NeighbourhoodCleaningRule: `sampling_strategy='auto'
n_neighbors=3
kind_sel:["0.10","'all'","0.14",null]
threshold_cleaning=0.5
n_jobs=None
edited_nearest_neighbours:["0.10",null,"0.14","None"]`,
      OneSidedSelection: `sampling_strategy='auto'
random_state=None
n_neighbors=None
n_seeds_S=1
n_jobs=None`,
      Pipeline: `steps=
memory=None
verbose=False
transform_input:["0.10",null,"0.14","None"]`,
      RUSBoostClassifier: `estimator=None
n_estimators=50
learning_rate=1.0
algorithm:["0.10","'SAMME.R'","0.14","'deprecated'"]
sampling_strategy='auto'
replacement=False
random_state=None
base_estimator:["0.10","'deprecated'","0.14",null]`,
      RandomOverSampler: `sampling_strategy='auto'
random_state=None
shrinkage=None`,
      RandomUnderSampler: `sampling_strategy='auto'
random_state=None
replacement=False`,
      RepeatedEditedNearestNeighbours: `sampling_strategy='auto'
n_neighbors=3
max_iter=100
kind_sel='all'
n_jobs=None`,
      SMOTE: `sampling_strategy='auto'
random_state=None
k_neighbors=5
n_jobs:["0.10","None","0.14",null]`,
      SMOTEENN: `sampling_strategy='auto'
random_state=None
smote=None
enn=None
n_jobs=None`,
      SMOTEN: `sampling_strategy='auto'
random_state=None
k_neighbors=5
n_jobs:["0.10","None","0.14",null]
categorical_encoder:["0.10",null,"0.14","None"]`,
      SMOTENC: `categorical_features=
sampling_strategy='auto'
random_state=None
k_neighbors=5
n_jobs:["0.10","None","0.14",null]
categorical_encoder:["0.10",null,"0.14","None"]`,
      SMOTETomek: `sampling_strategy='auto'
random_state=None
smote=None
tomek=None
n_jobs=None`,
      SVMSMOTE: `sampling_strategy='auto'
random_state=None
k_neighbors=5
n_jobs:["0.10","None","0.14",null]
m_neighbors=10
svm_estimator=None
out_step=0.5`,
      SamplerMixin: ``,
      TomekLinks: `sampling_strategy='auto'
n_jobs=None`,
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
seed=None
alpha=0.05
calculate_variance=True
label=None`,
      BaseFitter: `alpha=0.05
label=None`,
      BreslowFlemingHarringtonFitter: `alpha=0.05
label=None`,
      CRCSplineFitter: `n_baseline_knots=None
knots=None
alpha=0.05
penalizer=0.0
l1_ratio=0.0
label=None`,
      CoxPHFitter: `baseline_estimation_method='breslow'
penalizer=0.0
strata=None
l1_ratio=0.0
n_baseline_knots=None
knots=None
breakpoints=None
alpha=0.05
label=None`,
      CoxTimeVaryingFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
strata=None`,
      ExponentialFitter: `alpha=0.05
label=None`,
      GeneralizedGammaFitter: `alpha=0.05
label=None`,
      GeneralizedGammaRegressionFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
label=None`,
      KaplanMeierFitter: `alpha=0.05
label=None`,
      KnownModelParametricUnivariateFitter: `alpha=0.05
label=None`,
      LogLogisticAFTFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
fit_intercept=True
model_ancillary=False`,
      LogLogisticFitter: `alpha=0.05
label=None`,
      LogNormalAFTFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
fit_intercept=True
model_ancillary=False`,
      LogNormalFitter: `alpha=0.05
label=None`,
      MixtureCureFitter: `base_fitter=
alpha=0.05
label=None`,
      NelsonAalenFitter: `alpha=0.05
nelson_aalen_smoothing=True
label=None`,
      NonParametricUnivariateFitter: `alpha=0.05
label=None`,
      ParametericAFTRegressionFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
fit_intercept=True
model_ancillary=False`,
      ParametricCoxModelFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
label=None`,
      ParametricPiecewiseBaselinePHFitter: `strata=
strata_values=
breakpoints=
alpha=0.05
penalizer=0.0
l1_ratio=0.0
label=None`,
      ParametricRegressionFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
label=None`,
      ParametricSplinePHFitter: `strata=
strata_values=
n_baseline_knots=1
knots=None
alpha=0.05
penalizer=0.0
l1_ratio=0.0
label=None`,
      ParametricUnivariateFitter: `alpha=0.05
label=None`,
      PiecewiseExponentialFitter: `breakpoints=
alpha=0.05
label=None`,
      PiecewiseExponentialRegressionFitter: `breakpoints=
alpha=0.05
penalizer=0.0`,
      RegressionFitter: `alpha=0.05
label=None`,
      SemiParametricPHFitter: `penalizer=0.0
strata=None
l1_ratio=0.0
alpha=0.05
label=None`,
      SemiParametricRegressionFitter: `alpha=0.05
label=None`,
      SplineFitter: `knot_locations=
alpha=0.05
label=None`,
      UnivariateFitter: `alpha=0.05
label=None`,
      WeibullAFTFitter: `alpha=0.05
penalizer=0.0
l1_ratio=0.0
fit_intercept=True
model_ancillary=False`,
      WeibullFitter: `alpha=0.05
label=None`,
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
objective=None
class_weight=None
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state=None
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'
client=None`,
      DaskLGBMRanker: `boosting_type='gbdt'
num_leaves=31
max_depth=-1
learning_rate=0.1
n_estimators=100
subsample_for_bin=200000
objective=None
class_weight=None
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state=None
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'
client=None`,
      DaskLGBMRegressor: `boosting_type='gbdt'
num_leaves=31
max_depth=-1
learning_rate=0.1
n_estimators=100
subsample_for_bin=200000
objective=None
class_weight=None
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state=None
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'
client=None`,
      LGBMClassifier: `boosting_type='gbdt'
num_leaves=31
max_depth=-1
learning_rate=0.1
n_estimators=100
subsample_for_bin=200000
objective=None
class_weight=None
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state=None
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'`,
      LGBMModel: `boosting_type='gbdt'
num_leaves=31
max_depth=-1
learning_rate=0.1
n_estimators=100
subsample_for_bin=200000
objective=None
class_weight=None
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state=None
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'`,
      LGBMRanker: `boosting_type='gbdt'
num_leaves=31
max_depth=-1
learning_rate=0.1
n_estimators=100
subsample_for_bin=200000
objective=None
class_weight=None
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state=None
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'`,
      LGBMRegressor: `boosting_type='gbdt'
num_leaves=31
max_depth=-1
learning_rate=0.1
n_estimators=100
subsample_for_bin=200000
objective=None
class_weight=None
min_split_gain=0.0
min_child_weight=0.001
min_child_samples=20
subsample=1.0
subsample_freq=0
colsample_bytree=1.0
reg_alpha=0.0
reg_lambda=0.0
random_state=None
n_jobs:["3.3","-1","4.7","None"]
silent:["3.3","'warn'","4.7",null]
importance_type='split'`,
    },
  },
  mlxtend: {
    versions: ["0.21", "0.23"],
    classes: {
      Adaline: `eta=0.01
epochs=50
minibatches=None
random_seed=None
print_progress=0`,
      ColumnSelector: `cols=None
drop_axis=False`,
      CopyTransformer: ``,
      DenseTransformer: `return_copy=True`,
      EnsembleVoteClassifier: `clfs=
voting='hard'
weights=None
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
fixed_features=None
feature_groups=None`,
      Kmeans: `k=
max_iter=10
convergence_tolerance=1e-05
random_seed=None
print_progress=0`,
      LinearDiscriminantAnalysis: `n_discriminants=None`,
      LinearRegression: `method='direct'
eta=0.01
epochs=50
minibatches=None
random_seed=None
print_progress=0`,
      LogisticRegression: `eta=0.01
epochs=50
l2_lambda=0.0
minibatches=1
random_seed=None
print_progress=0`,
      MultiLayerPerceptron: `eta=0.5
epochs=50
hidden_layers=[50]
n_classes=None
momentum=0.0
l1=0.0
l2=0.0
dropout=1.0
decrease_const=0.0
minibatches=1
random_seed=None
print_progress=0`,
      OneRClassifier: `resolve_ties='first'`,
      Perceptron: `eta=0.1
epochs=50
random_seed=None
print_progress=0`,
      PrincipalComponentAnalysis: `n_components=None
solver='svd'
whitening=False`,
      RBFKernelPCA: `gamma=15.0
n_components=None
copy_X=True`,
      SequentialFeatureSelector: `estimator=
k_features=1
forward=True
floating=False
verbose=0
scoring=None
cv=5
n_jobs=1
pre_dispatch='2*n_jobs'
clone_estimator=True
fixed_features=None
feature_groups=None`,
      SoftmaxRegression: `eta=0.01
epochs=50
l2=0.0
minibatches=1
n_classes=None
random_seed=None
print_progress=0`,
      StackingCVClassifier: `classifiers=
meta_classifier=
use_probas=False
drop_proba_col=None
cv=2
shuffle=True
random_state=None
stratify=True
verbose=0
use_features_in_secondary=False
store_train_meta_features=False
use_clones=True
n_jobs=None
pre_dispatch='2*n_jobs'`,
      StackingCVRegressor: `regressors=
meta_regressor=
cv=5
shuffle=True
random_state=None
verbose=0
refit=True
use_features_in_secondary=False
store_train_meta_features=False
n_jobs=None
pre_dispatch='2*n_jobs'
multi_output=False`,
      StackingClassifier: `classifiers=
meta_classifier=
use_probas=False
drop_proba_col=None
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
changepoints=None
n_changepoints=25
changepoint_range=0.8
yearly_seasonality='auto'
weekly_seasonality='auto'
daily_seasonality='auto'
holidays=None
seasonality_mode='additive'
seasonality_prior_scale=10.0
holidays_prior_scale=10.0
changepoint_prior_scale=0.05
mcmc_samples=0
interval_width=0.8
uncertainty_samples=1000
stan_backend=None
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
random_state=None
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
random_state=None
verbose=False`,
      NormalPredictor: ``,
      SVD: `n_factors=100
n_epochs=20
biased=True
init_mean=0
init_std_dev=0.1
lr_all=0.005
reg_all=0.02
lr_bu=None
lr_bi=None
lr_pu=None
lr_qi=None
reg_bu=None
reg_bi=None
reg_pu=None
reg_qi=None
random_state=None
verbose=False`,
      SVDpp: `n_factors=20
n_epochs=20
init_mean=0
init_std_dev=0.1
lr_all=0.007
reg_all=0.02
lr_bu=None
lr_bi=None
lr_pu=None
lr_qi=None
lr_yj=None
reg_bu=None
reg_bi=None
reg_pu=None
reg_qi=None
reg_yj=None
random_state=None
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
scorer=None
n_estimators=0.2
min_score=0.66
correlation='pearson'
min_correlation=0.6
cv=None
n_jobs=1
verbose=0`,
      BaseSurvivalSVM: `alpha=1
rank_ratio=1.0
fit_intercept=False
max_iter=20
verbose=False
tol=None
optimizer=None
random_state=None
timeit=False`,
      CensoringDistributionEstimator: `conf_level:["0.19",null,"0.26","0.95"]
conf_type:["0.19",null,"0.26","None"]`,
      ClinicalKernelTransform: `fit_once=False
_numeric_ranges=None
_numeric_columns=None
_nominal_columns=None`,
      ComponentwiseGradientBoostingSurvivalAnalysis: `loss='coxph'
learning_rate=0.1
n_estimators=100
subsample=1.0
dropout_rate=0
random_state=None
verbose=0
warm_start:["0.19",null,"0.26","False"]`,
      ComponentwiseLeastSquares: `component=`,
      CoxPHSurvivalAnalysis: `alpha=0
ties='breslow'
n_iter=100
tol=1e-09
verbose=0`,
      CoxnetSurvivalAnalysis: `n_alphas=100
alphas=None
alpha_min_ratio='auto'
l1_ratio=0.5
penalty_factor=None
normalize=False
copy_X=True
tol=1e-07
max_iter=100000
verbose=False
fit_baseline_model=False`,
      DummySurvivalEstimator: `strategy='mean'
constant=None
quantile=None`,
      EnsembleAverage: `base_estimators=
name=None`,
      EnsembleSelection: `base_estimators=
scorer=None
n_estimators=0.2
min_score=0.2
correlation='pearson'
min_correlation=0.6
cv=None
n_jobs=1
verbose=0`,
      EnsembleSelectionRegressor: `base_estimators=
scorer=None
n_estimators=0.2
min_score=0.66
correlation='pearson'
min_correlation=0.6
cv=None
n_jobs=1
verbose=0`,
      ExtraSurvivalTree: `splitter='random'
max_depth=None
min_samples_split=6
min_samples_leaf=3
min_weight_fraction_leaf=0.0
max_features=None
random_state=None
max_leaf_nodes=None
low_memory=False`,
      ExtraSurvivalTrees: `n_estimators=100
max_depth=None
min_samples_split=6
min_samples_leaf=3
min_weight_fraction_leaf=0.0
max_features='sqrt'
max_leaf_nodes=None
bootstrap=True
oob_score=False
n_jobs=None
random_state=None
verbose=0
warm_start=False
max_samples=None
low_memory:["0.19",null,"0.26","False"]`,
      FastKernelSurvivalSVM: `alpha=1
rank_ratio=1.0
fit_intercept=False
kernel='rbf'
gamma=None
degree=3
coef0=1
kernel_params=None
max_iter=20
verbose=False
tol=None
optimizer=None
random_state=None
timeit=False`,
      FastSurvivalSVM: `alpha=1
rank_ratio=1.0
fit_intercept=False
max_iter=20
verbose=False
tol=None
optimizer=None
random_state=None
timeit=False`,
      GradientBoostingSurvivalAnalysis: `loss='coxph'
learning_rate=0.1
n_estimators=100
criterion='friedman_mse'
min_samples_split=2
min_samples_leaf=1
min_weight_fraction_leaf=0.0
max_depth=3
min_impurity_decrease=0.0
random_state=None
max_features=None
max_leaf_nodes=None
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
gamma=None
degree=3
coef0=1
kernel_params=None
pairs='all'
verbose=False
timeit=None
max_iter=None`,
      IPCRidge: `alpha=1.0
fit_intercept=True
normalize:["0.19","'deprecated'","0.26",null]
copy_X=True
max_iter=None
tol=0.001
solver='auto'
positive:["0.19",null,"0.26","False"]
random_state:["0.19",null,"0.26","None"]`,
      MeanEstimator: ``,
      MeanRankEstimator: ``,
      MinlipSurvivalAnalysis: `solver='ecos'
alpha=1.0
kernel='linear'
gamma=None
degree=3
coef0=1
kernel_params=None
pairs='nearest'
verbose=False
timeit=None
max_iter=None`,
      NaiveSurvivalSVM: `penalty='l2'
loss='squared_hinge'
dual=False
tol=0.0001
alpha=1.0
verbose=0
random_state=None
max_iter=1000`,
      OneHotEncoder: `allow_drop=True`,
      RandomSurvivalForest: `n_estimators=100
max_depth=None
min_samples_split=6
min_samples_leaf=3
min_weight_fraction_leaf=0.0
max_features='sqrt'
max_leaf_nodes=None
bootstrap=True
oob_score=False
n_jobs=None
random_state=None
verbose=0
warm_start=False
max_samples=None
low_memory:["0.19",null,"0.26","False"]`,
      Stacking: `meta_estimator=
base_estimators=
probabilities=True`,
      SurvivalFunctionEstimator: `conf_level:["0.19",null,"0.26","0.95"]
conf_type:["0.19",null,"0.26","None"]`,
      SurvivalTree: `splitter='best'
max_depth=None
min_samples_split=6
min_samples_leaf=3
min_weight_fraction_leaf=0.0
max_features=None
random_state=None
max_leaf_nodes=None
low_memory:["0.19",null,"0.26","False"]`,
      _BaseSurvivalForest: `base_estimator:["0.19","","0.26",null]
n_estimators=100
estimator_params=()
bootstrap=False
oob_score=False
n_jobs=None
random_state=None
verbose=0
warm_start=False
max_samples=None
estimator:["0.19",null,"0.26",""]`,
      _ComponentwiseLeastSquares: `component=`,
      as_concordance_index_ipcw_scorer: `estimator=
tau=None
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
max_depth=None
max_leaves=None
max_bin=None
grow_policy=None
learning_rate=None
n_estimators:["1.7","100","3.2","None"]
verbosity=None
booster=None
tree_method=None
n_jobs=None
gamma=None
min_child_weight=None
max_delta_step=None
subsample=None
sampling_method=None
colsample_bytree=None
colsample_bylevel=None
colsample_bynode=None
reg_alpha=None
reg_lambda=None
scale_pos_weight=None
base_score=None
random_state=None
missing=nan
num_parallel_tree=None
monotone_constraints=None
interaction_constraints=None
importance_type=None
gpu_id:["1.7","None","3.2",null]
validate_parameters=None
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types=None
max_cat_to_onehot=None
max_cat_threshold=None
eval_metric=None
early_stopping_rounds=None
callbacks=None
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBModel: `max_depth=None
max_leaves=None
max_bin=None
grow_policy=None
learning_rate=None
n_estimators:["1.7","100","3.2","None"]
verbosity=None
objective=None
booster=None
tree_method=None
n_jobs=None
gamma=None
min_child_weight=None
max_delta_step=None
subsample=None
sampling_method=None
colsample_bytree=None
colsample_bylevel=None
colsample_bynode=None
reg_alpha=None
reg_lambda=None
scale_pos_weight=None
base_score=None
random_state=None
missing=nan
num_parallel_tree=None
monotone_constraints=None
interaction_constraints=None
importance_type=None
gpu_id:["1.7","None","3.2",null]
validate_parameters=None
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types=None
max_cat_to_onehot=None
max_cat_threshold=None
eval_metric=None
early_stopping_rounds=None
callbacks=None
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBRFClassifier: `learning_rate=1.0
subsample=0.8
colsample_bynode=0.8
reg_lambda=1e-05
objective='binary:logistic'
use_label_encoder:["1.7","None","3.2",null]
max_depth=None
max_leaves=None
max_bin=None
grow_policy=None
n_estimators:["1.7","100","3.2","None"]
verbosity=None
booster=None
tree_method=None
n_jobs=None
gamma=None
min_child_weight=None
max_delta_step=None
sampling_method=None
colsample_bytree=None
colsample_bylevel=None
reg_alpha=None
scale_pos_weight=None
base_score=None
random_state=None
missing=nan
num_parallel_tree=None
monotone_constraints=None
interaction_constraints=None
importance_type=None
gpu_id:["1.7","None","3.2",null]
validate_parameters=None
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types=None
max_cat_to_onehot=None
max_cat_threshold=None
eval_metric=None
early_stopping_rounds=None
callbacks=None
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBRFRegressor: `learning_rate=1.0
subsample=0.8
colsample_bynode=0.8
reg_lambda=1e-05
objective='reg:squarederror'
max_depth=None
max_leaves=None
max_bin=None
grow_policy=None
n_estimators:["1.7","100","3.2","None"]
verbosity=None
booster=None
tree_method=None
n_jobs=None
gamma=None
min_child_weight=None
max_delta_step=None
sampling_method=None
colsample_bytree=None
colsample_bylevel=None
reg_alpha=None
scale_pos_weight=None
base_score=None
random_state=None
missing=nan
num_parallel_tree=None
monotone_constraints=None
interaction_constraints=None
importance_type=None
gpu_id:["1.7","None","3.2",null]
validate_parameters=None
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types=None
max_cat_to_onehot=None
max_cat_threshold=None
eval_metric=None
early_stopping_rounds=None
callbacks=None
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBRanker: `objective:["1.7","'rank:pairwise'","3.2","'rank:ndcg'"]
max_depth=None
max_leaves=None
max_bin=None
grow_policy=None
learning_rate=None
n_estimators:["1.7","100","3.2","None"]
verbosity=None
booster=None
tree_method=None
n_jobs=None
gamma=None
min_child_weight=None
max_delta_step=None
subsample=None
sampling_method=None
colsample_bytree=None
colsample_bylevel=None
colsample_bynode=None
reg_alpha=None
reg_lambda=None
scale_pos_weight=None
base_score=None
random_state=None
missing=nan
num_parallel_tree=None
monotone_constraints=None
interaction_constraints=None
importance_type=None
gpu_id:["1.7","None","3.2",null]
validate_parameters=None
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types=None
max_cat_to_onehot=None
max_cat_threshold=None
eval_metric=None
early_stopping_rounds=None
callbacks=None
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
      XGBRegressor: `objective='reg:squarederror'
max_depth=None
max_leaves=None
max_bin=None
grow_policy=None
learning_rate=None
n_estimators:["1.7","100","3.2","None"]
verbosity=None
booster=None
tree_method=None
n_jobs=None
gamma=None
min_child_weight=None
max_delta_step=None
subsample=None
sampling_method=None
colsample_bytree=None
colsample_bylevel=None
colsample_bynode=None
reg_alpha=None
reg_lambda=None
scale_pos_weight=None
base_score=None
random_state=None
missing=nan
num_parallel_tree=None
monotone_constraints=None
interaction_constraints=None
importance_type=None
gpu_id:["1.7","None","3.2",null]
validate_parameters=None
predictor:["1.7","None","3.2",null]
enable_categorical=False
feature_types=None
max_cat_to_onehot=None
max_cat_threshold=None
eval_metric=None
early_stopping_rounds=None
callbacks=None
device:["1.7",null,"3.2","None"]
feature_weights:["1.7",null,"3.2","None"]
multi_strategy:["1.7",null,"3.2","None"]`,
    },
  },
};
