import { message, type MessageSpec } from "../protobuf/spec.ts";
import { messageTables } from "../protobuf/tables.ts";

/**
 * Messages of Tribuo 4.3 and of OLCUT's provenance, by their full names: https://github.com/oracle/tribuo (the .proto files of
 * each module) and https://github.com/oracle/olcut. A whole number where the schema has a boolean or an enumeration.
 */
const TABLES = messageTables(`
google.protobuf.Any: 1 type_url text, 2 value bytes
olcut.ListProvenanceProto: 1 index int, 2 values []int
olcut.MapProvenanceProto.ValuesEntry: 1 key text, 2 value int
olcut.MapProvenanceProto: 1 index int, 2 values []olcut.MapProvenanceProto.ValuesEntry
olcut.ObjectProvenanceProto.ValuesEntry: 1 key text, 2 value int
olcut.ObjectProvenanceProto: 1 index int, 2 object_name text, 3 object_class_name text, 4 provenance_class_name text, 5 values []olcut.ObjectProvenanceProto.ValuesEntry
olcut.RootProvenanceProto: 1 omp []olcut.ObjectProvenanceProto, 2 smp []olcut.SimpleProvenanceProto, 3 mmp []olcut.MapProvenanceProto, 4 lmp []olcut.ListProvenanceProto
olcut.SimpleProvenanceProto: 1 index int, 2 key text, 3 value text, 4 additional text, 5 provenance_class_name text, 6 is_reference int
tribuo.anomaly.AnomalyInfoProto: 1 expectedCount int, 2 anomalyCount int, 3 unknownCount int
tribuo.anomaly.EventProto: 1 event int, 2 score double
tribuo.anomaly.libsvm.LibSVMAnomalyModelProto: 1 metadata tribuo.core.ModelDataProto, 2 model tribuo.common.libsvm.SVMModelProto
tribuo.classification.DefaultFeatureExtractorProto: 1 most_recent_outcome int, 2 least_recent_outcome int, 3 use_bigram int, 4 use_trigram int, 5 use_4gram int
tribuo.classification.DummyClassifierModelProto: 1 metadata tribuo.core.ModelDataProto, 2 dummy_type text, 3 constant_label tribuo.core.OutputProto, 4 cdf []double, 5 seed int
tribuo.classification.ImmutableLabelInfoProto: 1 label []text, 2 count []int, 3 id []int, 4 unknownCount int
tribuo.classification.LabelFeatureExtractorProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.classification.LabelProto: 1 label text, 2 score double
tribuo.classification.MutableLabelInfoProto: 1 label []text, 2 count []int, 3 unknownCount int
tribuo.classification.ViterbiModelProto: 1 metadata tribuo.core.ModelDataProto, 2 model tribuo.core.ModelProto, 3 label_feature_extractor tribuo.classification.LabelFeatureExtractorProto, 4 stack_size int, 5 score_aggregation text
tribuo.classification.libsvm.LibSVMClassificationModelProto: 1 metadata tribuo.core.ModelDataProto, 2 model tribuo.common.libsvm.SVMModelProto
tribuo.classification.mnb.MultinomialNaiveBayesProto: 1 metadata tribuo.core.ModelDataProto, 2 label_word_probs tribuo.math.TensorProto, 3 alpha double
tribuo.classification.sgd.CRFModelProto: 1 metadata tribuo.core.ModelDataProto, 2 params tribuo.math.ParametersProto, 3 confidence_type text
tribuo.classification.sgd.CRFParametersProto: 1 numFeatures int, 2 numLabels int, 3 biases tribuo.math.TensorProto, 4 featureLabelWeights tribuo.math.TensorProto, 5 labelLabelWeights tribuo.math.TensorProto
tribuo.classification.sgd.ClassificationLinearSGDProto: 1 metadata tribuo.core.ModelDataProto, 2 params tribuo.math.ParametersProto, 3 normalizer tribuo.math.NormalizerProto
tribuo.classification.sgd.FMClassificationModelProto: 1 metadata tribuo.core.ModelDataProto, 2 params tribuo.math.ParametersProto, 3 normalizer tribuo.math.NormalizerProto
tribuo.classification.sgd.KernelSVMModelProto: 1 metadata tribuo.core.ModelDataProto, 2 kernel tribuo.math.KernelProto, 3 weights tribuo.math.TensorProto, 4 support_vectors []tribuo.math.TensorProto
tribuo.clustering.ClusterIDProto: 1 id int, 2 score double
tribuo.clustering.ClusteringInfoProto: 1 id []int, 2 count []int, 3 unknownCount int
tribuo.clustering.hdbscan.ClusterExemplarProto: 1 label int, 2 outlier_score double, 3 features tribuo.math.TensorProto, 4 max_dist_to_edge double
tribuo.clustering.hdbscan.HdbscanModelProto: 1 metadata tribuo.core.ModelDataProto, 2 cluster_labels []int, 3 outlier_scores_vector tribuo.math.TensorProto, 4 distance tribuo.math.DistanceProto, 5 cluster_exemplars []tribuo.clustering.hdbscan.ClusterExemplarProto, 6 noise_points_outlier_score double
tribuo.clustering.kmeans.KMeansModelProto: 1 metadata tribuo.core.ModelDataProto, 2 centroid_vectors []tribuo.math.TensorProto, 3 distance tribuo.math.DistanceProto
tribuo.common.liblinear.LibLinearModelProto: 1 metadata tribuo.core.ModelDataProto, 2 models []bytes
tribuo.common.liblinear.LibLinearProto: 1 bias double, 2 label []int, 3 nr_class int, 4 nr_feature int, 5 solver_type text, 6 w []double, 7 rho double
tribuo.common.libsvm.SVMModelProto: 1 param tribuo.common.libsvm.SVMParameterProto, 2 nr_class int, 3 l int, 4 SV []tribuo.common.libsvm.SVMNodeArrayProto, 5 sv_coef_lengths []int, 6 sv_coef []double, 7 rho []double, 8 probA []double, 9 probB []double, 10 sv_indices []int, 11 label []int, 12 nSV []int
tribuo.common.libsvm.SVMNodeArrayProto: 1 index []int, 2 value []double
tribuo.common.libsvm.SVMParameterProto: 1 svm_type int, 2 kernel_type int, 3 degree int, 4 gamma double, 5 coef0 double, 6 cache_size double, 7 eps double, 8 C double, 9 nr_weight int, 10 weight_label []int, 11 weight []double, 12 nu double, 13 p double, 14 shrinking int, 15 probability int
tribuo.common.nearest.KNNModelProto: 1 metadata tribuo.core.ModelDataProto, 2 vectors []tribuo.math.TensorProto, 3 outputs []tribuo.core.OutputProto, 4 k int, 5 distance tribuo.math.DistanceProto, 6 num_threads int, 7 parallel_backend text, 8 combiner tribuo.core.EnsembleCombinerProto, 9 neighbours_query_factory tribuo.math.NeighbourFactoryProto
tribuo.common.sgd.FMParametersProto: 1 numFactors int, 2 weights []tribuo.math.TensorProto
tribuo.common.tree.LeafNodeProto.ScoreEntry: 1 key text, 2 value tribuo.core.OutputProto
tribuo.common.tree.LeafNodeProto: 1 parent_idx int, 2 cur_idx int, 3 impurity double, 4 output tribuo.core.OutputProto, 5 score []tribuo.common.tree.LeafNodeProto.ScoreEntry, 6 generates_probabilities int
tribuo.common.tree.SplitNodeProto: 1 parent_idx int, 2 cur_idx int, 3 greater_than_idx int, 4 less_than_or_equal_idx int, 5 split_feature_idx int, 6 split_value double, 7 impurity double
tribuo.common.tree.TreeModelProto: 1 metadata tribuo.core.ModelDataProto, 2 nodes []tribuo.common.tree.TreeNodeProto
tribuo.common.tree.TreeNodeProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.common.xgboost.XGBoostExternalModelProto: 1 metadata tribuo.core.ModelDataProto, 2 converter tribuo.common.xgboost.XGBoostOutputConverterProto, 3 model bytes, 4 forward_feature_mapping []int, 5 backward_feature_mapping []int
tribuo.common.xgboost.XGBoostModelProto: 1 metadata tribuo.core.ModelDataProto, 2 converter tribuo.common.xgboost.XGBoostOutputConverterProto, 3 models []bytes
tribuo.common.xgboost.XGBoostOutputConverterProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.BinningTransformerProto: 1 binning_type text, 2 bins []double, 3 values []double
tribuo.core.CategoricalIDInfoProto: 1 name text, 2 count int, 3 id int, 10 key []double, 11 value []int, 12 observed_value double, 13 observed_count int
tribuo.core.CategoricalInfoProto: 1 name text, 2 count int, 10 key []double, 11 value []int, 12 observed_value double, 13 observed_count int
tribuo.core.EnsembleCombinerProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.FeatureDomainProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.HashedFeatureMapProto: 1 hasher tribuo.core.HasherProto, 2 info []tribuo.core.VariableInfoProto
tribuo.core.HasherProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.IDFTransformerProto: 1 df double, 2 N double
tribuo.core.ImmutableFeatureMapProto: 1 info []tribuo.core.VariableInfoProto
tribuo.core.IndependentSequenceModelProto: 1 metadata tribuo.core.ModelDataProto, 2 model tribuo.core.ModelProto
tribuo.core.LinearScalingTransformerProto: 1 observedMin double, 2 observedMax double, 3 targetMin double, 4 targetMax double
tribuo.core.MeanStdDevTransformerProto: 1 observedMean double, 2 observedStdDev double, 3 targetMean double, 4 targetStdDev double
tribuo.core.MeanVarianceProto: 1 version int, 2 max double, 3 min double, 4 mean double, 5 sumSquares double, 6 count int
tribuo.core.MessageDigestHasherProto: 1 hash_type text
tribuo.core.ModHashCodeHasherProto: 1 dimension int
tribuo.core.ModelDataProto: 1 name text, 2 provenance olcut.RootProvenanceProto, 3 generate_probabilities int, 4 feature_domain tribuo.core.FeatureDomainProto, 5 output_domain tribuo.core.OutputDomainProto, 6 tribuo_version text
tribuo.core.ModelProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.MutableFeatureMapProto: 1 convert_high_cardinality int, 2 info []tribuo.core.VariableInfoProto
tribuo.core.OutputDomainProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.OutputFactoryProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.OutputProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.RealIDInfoProto: 1 name text, 2 count int, 3 id int, 10 max double, 11 min double, 12 mean double, 13 sumSquares double
tribuo.core.RealInfoProto: 1 name text, 2 count int, 10 max double, 11 min double, 12 mean double, 13 sumSquares double
tribuo.core.SequenceModelProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.SimpleTransformProto: 1 op text, 2 first_operand double, 3 second_operand double
tribuo.core.TransformedModelProto: 1 metadata tribuo.core.ModelDataProto, 2 model tribuo.core.ModelProto, 3 transformer_map tribuo.core.TransformerMapProto, 4 densify int
tribuo.core.TransformerListProto: 1 transformer []tribuo.core.TransformerProto
tribuo.core.TransformerMapProto.TransformersEntry: 1 key text, 2 value tribuo.core.TransformerListProto
tribuo.core.TransformerMapProto: 1 version int, 2 transformers []tribuo.core.TransformerMapProto.TransformersEntry, 3 datasetProvenance olcut.RootProvenanceProto, 4 transformationMapProvenance olcut.RootProvenanceProto
tribuo.core.TransformerProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.VariableInfoProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.core.WeightedEnsembleModelProto: 1 metadata tribuo.core.ModelDataProto, 2 models []tribuo.core.ModelProto, 3 weights []float, 4 combiner tribuo.core.EnsembleCombinerProto
tribuo.math.DistanceProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.math.KernelProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.math.NeighbourFactoryProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.math.NormalizerProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.math.ParametersProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.math.TensorProto: 1 version int, 2 class_name text, 3 serialized_data google.protobuf.Any
tribuo.math.impl.AdaGradRDADenseTensorProto: 1 data tribuo.math.impl.DenseTensorProto, 2 learningRate double, 3 epsilon double, 4 l1 double, 5 l2 double, 6 gradNorms bytes, 7 iteration int
tribuo.math.impl.BruteForceFactoryProto: 1 numThreads int, 2 distance tribuo.math.DistanceProto
tribuo.math.impl.DenseTensorProto: 1 dimensions []int, 2 values bytes
tribuo.math.impl.KDTreeFactoryProto: 1 numThreads int, 2 distance tribuo.math.DistanceProto
tribuo.math.impl.LinearParametersProto: 1 weightMatrix tribuo.math.TensorProto
tribuo.math.impl.PolynomialKernelProto: 1 gamma double, 2 intercept double, 3 degree double
tribuo.math.impl.RBFKernelProto: 1 gamma double
tribuo.math.impl.ShrinkingDenseTensorProto: 1 data tribuo.math.impl.DenseTensorProto, 2 baseRate double, 3 lambdaSqrt double, 4 scaleShrinking int, 5 reproject int, 6 squaredTwoNorm double, 7 iteration int, 8 multiplier double
tribuo.math.impl.SigmoidKernelProto: 1 gamma double, 2 intercept double
tribuo.math.impl.SparseTensorProto: 1 dimensions []int, 2 numNonZero int, 3 indices bytes, 4 values bytes
tribuo.multilabel.ClassifierChainModelProto: 1 metadata tribuo.core.ModelDataProto, 2 models []tribuo.core.ModelProto, 3 label_order []tribuo.core.OutputProto
tribuo.multilabel.ImmutableMultiLabelInfoProto: 1 label []text, 2 count []int, 3 id []int, 4 unknownCount int, 5 totalCount int
tribuo.multilabel.IndependentMultiLabelModelProto: 1 metadata tribuo.core.ModelDataProto, 2 models []tribuo.core.ModelProto, 3 labels []tribuo.core.OutputProto
tribuo.multilabel.MultiLabelProto: 1 label []text, 2 lblScore []double, 3 overallScore double
tribuo.multilabel.MutableMultiLabelInfoProto: 1 label []text, 2 count []int, 3 unknownCount int, 4 totalCount int
tribuo.multilabel.sgd.FMMultiLabelModelProto: 1 metadata tribuo.core.ModelDataProto, 2 params tribuo.math.ParametersProto, 3 normalizer tribuo.math.NormalizerProto, 4 threshold double
tribuo.multilabel.sgd.MultiLabelLinearSGDProto: 1 metadata tribuo.core.ModelDataProto, 2 params tribuo.math.ParametersProto, 3 normalizer tribuo.math.NormalizerProto, 4 threshold double
tribuo.regression.DimensionTupleProto: 1 name text, 2 value double, 3 variance double
tribuo.regression.DummyRegressionModelProto: 1 metadata tribuo.core.ModelDataProto, 2 dummy_type text, 3 output tribuo.core.OutputProto, 4 seed int, 5 means []double, 6 variances []double, 7 dimension_names []text
tribuo.regression.ImmutableRegressionInfoProto: 1 label []text, 2 count []int, 3 id []int, 4 max []double, 5 min []double, 6 mean []double, 7 sumSquares []double, 8 unknownCount int, 9 overallCount int
tribuo.regression.MutableRegressionInfoProto: 1 label []text, 2 count []int, 3 max []double, 4 min []double, 5 mean []double, 6 sumSquares []double, 7 unknownCount int, 8 overallCount int
tribuo.regression.RegressionFactoryProto: 1 splitChar text
tribuo.regression.RegressorProto: 1 name []text, 2 value []double, 3 variance []double
tribuo.regression.libsvm.LibSVMRegressionModelProto: 1 metadata tribuo.core.ModelDataProto, 2 model []tribuo.common.libsvm.SVMModelProto, 4 means []double, 5 variances []double, 6 standardized int
tribuo.regression.mnb.SparseLinearModelProto: 1 metadata tribuo.core.ModelDataProto, 2 dimensions []text, 3 weights []tribuo.math.TensorProto, 4 feature_means tribuo.math.TensorProto, 5 feature_norms tribuo.math.TensorProto, 6 bias int, 7 y_mean []double, 8 y_norm []double
tribuo.regression.sgd.FMRegressionModelProto: 1 metadata tribuo.core.ModelDataProto, 2 params tribuo.math.ParametersProto, 3 dimension_names []text, 4 standardise int
tribuo.regression.sgd.RegressionLinearSGDProto: 1 metadata tribuo.core.ModelDataProto, 2 params tribuo.math.ParametersProto, 3 dimension_names []text
tribuo.regression.tree.IndependentRegressionTreeModelProto.NodesEntry: 1 key text, 2 value tribuo.regression.tree.TreeNodeListProto
tribuo.regression.tree.IndependentRegressionTreeModelProto: 1 metadata tribuo.core.ModelDataProto, 2 nodes []tribuo.regression.tree.IndependentRegressionTreeModelProto.NodesEntry
tribuo.regression.tree.TreeNodeListProto: 3 nodes []tribuo.common.tree.TreeNodeProto
`);

export const MODEL: MessageSpec = TABLES.get("tribuo.core.ModelProto") ?? message("tribuo.core.ModelProto", {});

/** The table of what an `Any` holds; undefined for a message that is not known. */
export function messageOf(typeUrl: string): MessageSpec | undefined {
  return TABLES.get(typeUrl.slice(typeUrl.lastIndexOf("/") + 1));
}
