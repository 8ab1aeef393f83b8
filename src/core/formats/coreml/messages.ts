import { message, type MessageSpec } from "../protobuf/spec.ts";
import { messageTables } from "../protobuf/tables.ts";
import { PROGRAM_MESSAGES } from "./program-messages.ts";

/**
 * Messages of Model.proto and what it imports:
 * https://github.com/apple/coremltools/tree/main/mlmodel/format
 */
const TABLES = messageTables(`
Model: 1 specificationVersion int, 2 description ModelDescription, 10 isUpdatable int, 200 pipelineClassifier PipelineClassifier, 201 pipelineRegressor PipelineRegressor, 202 pipeline Pipeline, 300 glmRegressor GLMRegressor, 301 supportVectorRegressor SupportVectorRegressor, 302 treeEnsembleRegressor TreeEnsembleRegressor, 303 neuralNetworkRegressor NeuralNetworkRegressor, 304 bayesianProbitRegressor BayesianProbitRegressor, 400 glmClassifier GLMClassifier, 401 supportVectorClassifier SupportVectorClassifier, 402 treeEnsembleClassifier TreeEnsembleClassifier, 403 neuralNetworkClassifier NeuralNetworkClassifier, 404 kNearestNeighborsClassifier KNearestNeighborsClassifier, 500 neuralNetwork NeuralNetwork, 501 itemSimilarityRecommender ItemSimilarityRecommender, 502 mlProgram Program, 555 customModel CustomModel, 556 linkedModel LinkedModel, 560 classConfidenceThresholding ClassConfidenceThresholding, 600 oneHotEncoder OneHotEncoder, 601 imputer Imputer, 602 featureVectorizer FeatureVectorizer, 603 dictVectorizer DictVectorizer, 604 scaler Scaler, 606 categoricalMapping CategoricalMapping, 607 normalizer Normalizer, 609 arrayFeatureExtractor ArrayFeatureExtractor, 610 nonMaximumSuppression NonMaximumSuppression, 900 identity Identity, 2000 textClassifier CoreMLModels.TextClassifier, 2001 wordTagger CoreMLModels.WordTagger, 2002 visionFeaturePrint CoreMLModels.VisionFeaturePrint, 2003 soundAnalysisPreprocessing CoreMLModels.SoundAnalysisPreprocessing, 2004 gazetteer CoreMLModels.Gazetteer, 2005 wordEmbedding CoreMLModels.WordEmbedding, 2006 audioFeaturePrint CoreMLModels.AudioFeaturePrint, 3000 serializedModel SerializedModel
ModelDescription: 1 input []FeatureDescription, 10 output []FeatureDescription, 11 predictedFeatureName text, 12 predictedProbabilitiesName text, 13 state []FeatureDescription, 20 functions []FunctionDescription, 21 defaultFunctionName text, 50 trainingInput []FeatureDescription, 100 metadata Metadata
FunctionDescription: 1 name text, 2 input []FeatureDescription, 3 output []FeatureDescription, 4 predictedFeatureName text, 5 predictedProbabilitiesName text, 6 state []FeatureDescription
FeatureDescription: 1 name text, 2 shortDescription text, 3 type FeatureType
FeatureType: 1 int64Type Int64FeatureType, 2 doubleType DoubleFeatureType, 3 stringType StringFeatureType, 4 imageType ImageFeatureType, 5 multiArrayType ArrayFeatureType, 6 dictionaryType DictionaryFeatureType, 7 sequenceType SequenceFeatureType, 8 stateType StateFeatureType, 1000 isOptional int
Int64FeatureType: 
DoubleFeatureType: 
StringFeatureType: 
ImageFeatureType: 1 width int, 2 height int, 3 colorSpace int, 21 enumeratedSizes ImageFeatureType.EnumeratedImageSizes, 31 imageSizeRange ImageFeatureType.ImageSizeRange
ImageFeatureType.EnumeratedImageSizes: 1 sizes []ImageFeatureType.ImageSize
ImageFeatureType.ImageSize: 1 width int, 2 height int
ImageFeatureType.ImageSizeRange: 1 widthRange SizeRange, 2 heightRange SizeRange
SizeRange: 1 lowerBound int, 2 upperBound int
ArrayFeatureType: 1 shape []int, 2 dataType int, 21 enumeratedShapes ArrayFeatureType.EnumeratedShapes, 31 shapeRange ArrayFeatureType.ShapeRange, 41 intDefaultValue int, 51 floatDefaultValue float, 61 doubleDefaultValue double
ArrayFeatureType.EnumeratedShapes: 1 shapes []ArrayFeatureType.Shape
ArrayFeatureType.Shape: 1 shape []int
ArrayFeatureType.ShapeRange: 1 sizeRanges []SizeRange
DictionaryFeatureType: 1 int64KeyType Int64FeatureType, 2 stringKeyType StringFeatureType
SequenceFeatureType: 1 int64Type Int64FeatureType, 3 stringType StringFeatureType, 101 sizeRange SizeRange
StateFeatureType: 1 arrayType ArrayFeatureType
Metadata: 1 shortDescription text, 2 versionString text, 3 author text, 4 license text, 100 userDefined []Metadata.UserDefinedEntry
Metadata.UserDefinedEntry: 1 key text, 2 value text
PipelineClassifier: 1 pipeline Pipeline
Pipeline: 1 models []Model, 2 names []text
PipelineRegressor: 1 pipeline Pipeline
GLMRegressor: 1 weights []GLMRegressor.DoubleArray, 2 offset []double, 3 postEvaluationTransform int
GLMRegressor.DoubleArray: 1 value []double
SupportVectorRegressor: 1 kernel Kernel, 2 sparseSupportVectors SparseSupportVectors, 3 denseSupportVectors DenseSupportVectors, 4 coefficients Coefficients, 5 rho double
Kernel: 1 linearKernel LinearKernel, 2 rbfKernel RBFKernel, 3 polyKernel PolyKernel, 4 sigmoidKernel SigmoidKernel
LinearKernel: 
RBFKernel: 1 gamma double
PolyKernel: 1 degree int, 2 c double, 3 gamma double
SigmoidKernel: 1 gamma double, 2 c double
SparseSupportVectors: 1 vectors []SparseVector
SparseVector: 1 nodes []SparseNode
SparseNode: 1 index int, 2 value double
DenseSupportVectors: 1 vectors []DenseVector
DenseVector: 1 values []double
Coefficients: 1 alpha []double
TreeEnsembleRegressor: 1 treeEnsemble TreeEnsembleParameters, 2 postEvaluationTransform int
TreeEnsembleParameters: 1 nodes []TreeEnsembleParameters.TreeNode, 2 numPredictionDimensions int, 3 basePredictionValue []double
TreeEnsembleParameters.TreeNode: 1 treeId int, 2 nodeId int, 3 nodeBehavior int, 10 branchFeatureIndex int, 11 branchFeatureValue double, 12 trueChildNodeId int, 13 falseChildNodeId int, 14 missingValueTracksTrueChild int, 20 evaluationInfo []TreeEnsembleParameters.TreeNode.EvaluationInfo, 30 relativeHitRate double
TreeEnsembleParameters.TreeNode.EvaluationInfo: 1 evaluationIndex int, 2 evaluationValue double
NeuralNetworkRegressor: 1 layers []NeuralNetworkLayer, 2 preprocessing []NeuralNetworkPreprocessing, 5 arrayInputShapeMapping int, 6 imageInputShapeMapping int, 10 updateParams NetworkUpdateParameters
NeuralNetworkLayer: 1 name text, 2 input []text, 3 output []text, 4 inputTensor []Tensor, 5 outputTensor []Tensor, 10 isUpdatable int, 100 convolution ConvolutionLayerParams, 120 pooling PoolingLayerParams, 130 activation ActivationParams, 140 innerProduct InnerProductLayerParams, 150 embedding EmbeddingLayerParams, 160 batchnorm BatchnormLayerParams, 165 mvn MeanVarianceNormalizeLayerParams, 170 l2normalize L2NormalizeLayerParams, 175 softmax SoftmaxLayerParams, 180 lrn LRNLayerParams, 190 crop CropLayerParams, 200 padding PaddingLayerParams, 210 upsample UpsampleLayerParams, 211 resizeBilinear ResizeBilinearLayerParams, 212 cropResize CropResizeLayerParams, 220 unary UnaryFunctionLayerParams, 230 add AddLayerParams, 231 multiply MultiplyLayerParams, 240 average AverageLayerParams, 245 scale ScaleLayerParams, 250 bias BiasLayerParams, 260 max MaxLayerParams, 261 min MinLayerParams, 270 dot DotProductLayerParams, 280 reduce ReduceLayerParams, 290 loadConstant LoadConstantLayerParams, 300 reshape ReshapeLayerParams, 301 flatten FlattenLayerParams, 310 permute PermuteLayerParams, 320 concat ConcatLayerParams, 330 split SplitLayerParams, 340 sequenceRepeat SequenceRepeatLayerParams, 345 reorganizeData ReorganizeDataLayerParams, 350 slice SliceLayerParams, 400 simpleRecurrent SimpleRecurrentLayerParams, 410 gru GRULayerParams, 420 uniDirectionalLSTM UniDirectionalLSTMLayerParams, 430 biDirectionalLSTM BiDirectionalLSTMLayerParams, 500 custom CustomLayerParams, 600 copy CopyLayerParams, 605 branch BranchLayerParams, 615 loop LoopLayerParams, 620 loopBreak LoopBreakLayerParams, 625 loopContinue LoopContinueLayerParams, 635 rangeStatic RangeStaticLayerParams, 640 rangeDynamic RangeDynamicLayerParams, 660 clip ClipLayerParams, 665 ceil CeilLayerParams, 670 floor FloorLayerParams, 680 sign SignLayerParams, 685 round RoundLayerParams, 700 exp2 Exp2LayerParams, 710 sin SinLayerParams, 715 cos CosLayerParams, 720 tan TanLayerParams, 730 asin AsinLayerParams, 735 acos AcosLayerParams, 740 atan AtanLayerParams, 750 sinh SinhLayerParams, 755 cosh CoshLayerParams, 760 tanh TanhLayerParams, 770 asinh AsinhLayerParams, 775 acosh AcoshLayerParams, 780 atanh AtanhLayerParams, 790 erf ErfLayerParams, 795 gelu GeluLayerParams, 815 equal EqualLayerParams, 820 notEqual NotEqualLayerParams, 825 lessThan LessThanLayerParams, 827 lessEqual LessEqualLayerParams, 830 greaterThan GreaterThanLayerParams, 832 greaterEqual GreaterEqualLayerParams, 840 logicalOr LogicalOrLayerParams, 845 logicalXor LogicalXorLayerParams, 850 logicalNot LogicalNotLayerParams, 855 logicalAnd LogicalAndLayerParams, 865 modBroadcastable ModBroadcastableLayerParams, 870 minBroadcastable MinBroadcastableLayerParams, 875 maxBroadcastable MaxBroadcastableLayerParams, 880 addBroadcastable AddBroadcastableLayerParams, 885 powBroadcastable PowBroadcastableLayerParams, 890 divideBroadcastable DivideBroadcastableLayerParams, 895 floorDivBroadcastable FloorDivBroadcastableLayerParams, 900 multiplyBroadcastable MultiplyBroadcastableLayerParams, 905 subtractBroadcastable SubtractBroadcastableLayerParams, 920 tile TileLayerParams, 925 stack StackLayerParams, 930 gather GatherLayerParams, 935 scatter ScatterLayerParams, 940 gatherND GatherNDLayerParams, 945 scatterND ScatterNDLayerParams, 950 softmaxND SoftmaxNDLayerParams, 952 gatherAlongAxis GatherAlongAxisLayerParams, 954 scatterAlongAxis ScatterAlongAxisLayerParams, 960 reverse ReverseLayerParams, 965 reverseSeq ReverseSeqLayerParams, 975 splitND SplitNDLayerParams, 980 concatND ConcatNDLayerParams, 985 transpose TransposeLayerParams, 995 sliceStatic SliceStaticLayerParams, 1000 sliceDynamic SliceDynamicLayerParams, 1005 slidingWindows SlidingWindowsLayerParams, 1015 topK TopKLayerParams, 1020 argMin ArgMinLayerParams, 1025 argMax ArgMaxLayerParams, 1040 embeddingND EmbeddingNDLayerParams, 1045 batchedMatmul BatchedMatMulLayerParams, 1065 getShape GetShapeLayerParams, 1070 loadConstantND LoadConstantNDLayerParams, 1080 fillLike FillLikeLayerParams, 1085 fillStatic FillStaticLayerParams, 1090 fillDynamic FillDynamicLayerParams, 1100 broadcastToLike BroadcastToLikeLayerParams, 1105 broadcastToStatic BroadcastToStaticLayerParams, 1110 broadcastToDynamic BroadcastToDynamicLayerParams, 1120 squeeze SqueezeLayerParams, 1125 expandDims ExpandDimsLayerParams, 1130 flattenTo2D FlattenTo2DLayerParams, 1135 reshapeLike ReshapeLikeLayerParams, 1140 reshapeStatic ReshapeStaticLayerParams, 1145 reshapeDynamic ReshapeDynamicLayerParams, 1150 rankPreservingReshape RankPreservingReshapeLayerParams, 1155 constantPad ConstantPaddingLayerParams, 1170 randomNormalLike RandomNormalLikeLayerParams, 1175 randomNormalStatic RandomNormalStaticLayerParams, 1180 randomNormalDynamic RandomNormalDynamicLayerParams, 1190 randomUniformLike RandomUniformLikeLayerParams, 1195 randomUniformStatic RandomUniformStaticLayerParams, 1200 randomUniformDynamic RandomUniformDynamicLayerParams, 1210 randomBernoulliLike RandomBernoulliLikeLayerParams, 1215 randomBernoulliStatic RandomBernoulliStaticLayerParams, 1220 randomBernoulliDynamic RandomBernoulliDynamicLayerParams, 1230 categoricalDistribution CategoricalDistributionLayerParams, 1250 reduceL1 ReduceL1LayerParams, 1255 reduceL2 ReduceL2LayerParams, 1260 reduceMax ReduceMaxLayerParams, 1265 reduceMin ReduceMinLayerParams, 1270 reduceSum ReduceSumLayerParams, 1275 reduceProd ReduceProdLayerParams, 1280 reduceMean ReduceMeanLayerParams, 1285 reduceLogSum ReduceLogSumLayerParams, 1290 reduceSumSquare ReduceSumSquareLayerParams, 1295 reduceLogSumExp ReduceLogSumExpLayerParams, 1313 whereNonZero WhereNonZeroLayerParams, 1315 matrixBandPart MatrixBandPartLayerParams, 1320 lowerTriangular LowerTriangularLayerParams, 1325 upperTriangular UpperTriangularLayerParams, 1330 whereBroadcastable WhereBroadcastableLayerParams, 1350 layerNormalization LayerNormalizationLayerParams, 1400 NonMaximumSuppression NonMaximumSuppressionLayerParams, 1450 oneHot OneHotLayerParams, 1455 cumSum CumSumLayerParams, 1460 clampedReLU ClampedReLULayerParams, 1461 argSort ArgSortLayerParams, 1465 pooling3d Pooling3DLayerParams, 1466 globalPooling3d GlobalPooling3DLayerParams, 1470 sliceBySize SliceBySizeLayerParams, 1471 convolution3d Convolution3DLayerParams
Tensor: 1 rank int, 2 dimValue []int
ConvolutionLayerParams: 1 outputChannels int, 2 kernelChannels int, 10 nGroups int, 20 kernelSize []int, 30 stride []int, 40 dilationFactor []int, 50 valid ValidPadding, 51 same SamePadding, 60 isDeconvolution int, 70 hasBias int, 90 weights WeightParams, 91 bias WeightParams, 100 outputShape []int
ValidPadding: 1 paddingAmounts BorderAmounts
BorderAmounts: 10 borderAmounts []BorderAmounts.EdgeSizes
BorderAmounts.EdgeSizes: 1 startEdgeSize int, 2 endEdgeSize int
SamePadding: 1 asymmetryMode int
WeightParams: 1 floatValue []float, 2 float16Value bytes, 30 rawValue bytes, 31 int8RawValue bytes, 40 quantization QuantizationParams, 50 isUpdatable int
QuantizationParams: 1 numberOfBits int, 101 linearQuantization LinearQuantizationParams, 102 lookupTableQuantization LookUpTableQuantizationParams
LinearQuantizationParams: 1 scale []float, 2 bias []float
LookUpTableQuantizationParams: 1 floatValue []float
PoolingLayerParams: 1 type int, 10 kernelSize []int, 20 stride []int, 30 valid ValidPadding, 31 same SamePadding, 32 includeLastPixel PoolingLayerParams.ValidCompletePadding, 50 avgPoolExcludePadding int, 60 globalPooling int
PoolingLayerParams.ValidCompletePadding: 10 paddingAmounts []int
ActivationParams: 5 linear ActivationLinear, 10 ReLU ActivationReLU, 15 leakyReLU ActivationLeakyReLU, 20 thresholdedReLU ActivationThresholdedReLU, 25 PReLU ActivationPReLU, 30 tanh ActivationTanh, 31 scaledTanh ActivationScaledTanh, 40 sigmoid ActivationSigmoid, 41 sigmoidHard ActivationSigmoidHard, 50 ELU ActivationELU, 60 softsign ActivationSoftsign, 70 softplus ActivationSoftplus, 71 parametricSoftplus ActivationParametricSoftplus
ActivationLinear: 1 alpha float, 2 beta float
ActivationReLU: 
ActivationLeakyReLU: 1 alpha float
ActivationThresholdedReLU: 1 alpha float
ActivationPReLU: 1 alpha WeightParams
ActivationTanh: 
ActivationScaledTanh: 1 alpha float, 2 beta float
ActivationSigmoid: 
ActivationSigmoidHard: 1 alpha float, 2 beta float
ActivationELU: 1 alpha float
ActivationSoftsign: 
ActivationSoftplus: 
ActivationParametricSoftplus: 1 alpha WeightParams, 2 beta WeightParams
InnerProductLayerParams: 1 inputChannels int, 2 outputChannels int, 10 hasBias int, 20 weights WeightParams, 21 bias WeightParams, 22 int8DynamicQuantize int
EmbeddingLayerParams: 1 inputDim int, 2 outputChannels int, 10 hasBias int, 20 weights WeightParams, 21 bias WeightParams
BatchnormLayerParams: 1 channels int, 5 computeMeanVar int, 6 instanceNormalization int, 10 epsilon float, 15 gamma WeightParams, 16 beta WeightParams, 17 mean WeightParams, 18 variance WeightParams
MeanVarianceNormalizeLayerParams: 1 acrossChannels int, 2 normalizeVariance int, 3 epsilon float
L2NormalizeLayerParams: 1 epsilon float
SoftmaxLayerParams: 
LRNLayerParams: 1 alpha float, 2 beta float, 3 localSize int, 4 k float
CropLayerParams: 1 cropAmounts BorderAmounts, 5 offset []int
PaddingLayerParams: 1 constant PaddingLayerParams.PaddingConstant, 2 reflection PaddingLayerParams.PaddingReflection, 3 replication PaddingLayerParams.PaddingReplication, 10 paddingAmounts BorderAmounts
PaddingLayerParams.PaddingConstant: 1 value float
PaddingLayerParams.PaddingReflection: 
PaddingLayerParams.PaddingReplication: 
UpsampleLayerParams: 1 scalingFactor []int, 5 mode int, 6 linearUpsampleMode int, 7 fractionalScalingFactor []float
ResizeBilinearLayerParams: 1 targetSize []int, 2 mode SamplingMode
SamplingMode: 1 samplingMethod int
CropResizeLayerParams: 1 targetSize []int, 2 normalizedCoordinates int, 3 mode SamplingMode, 4 boxIndicesMode BoxCoordinatesMode, 5 spatialScale float
BoxCoordinatesMode: 1 boxMode int
UnaryFunctionLayerParams: 1 type int, 2 alpha float, 3 epsilon float, 4 shift float, 5 scale float
AddLayerParams: 1 alpha float
MultiplyLayerParams: 1 alpha float
AverageLayerParams: 
ScaleLayerParams: 1 shapeScale []int, 2 scale WeightParams, 3 hasBias int, 4 shapeBias []int, 5 bias WeightParams
BiasLayerParams: 1 shape []int, 2 bias WeightParams
MaxLayerParams: 
MinLayerParams: 
DotProductLayerParams: 1 cosineSimilarity int
ReduceLayerParams: 1 mode int, 2 epsilon float, 3 axis int
LoadConstantLayerParams: 1 shape []int, 2 data WeightParams
ReshapeLayerParams: 1 targetShape []int, 2 mode int
FlattenLayerParams: 1 mode int
PermuteLayerParams: 1 axis []int
ConcatLayerParams: 100 sequenceConcat int
SplitLayerParams: 1 nOutputs int
SequenceRepeatLayerParams: 1 nRepetitions int
ReorganizeDataLayerParams: 1 mode int, 2 blockSize int
SliceLayerParams: 1 startIndex int, 2 endIndex int, 3 stride int, 4 axis int
SimpleRecurrentLayerParams: 1 inputVectorSize int, 2 outputVectorSize int, 10 activation ActivationParams, 15 sequenceOutput int, 20 hasBiasVector int, 30 weightMatrix WeightParams, 31 recursionMatrix WeightParams, 32 biasVector WeightParams, 100 reverseInput int
GRULayerParams: 1 inputVectorSize int, 2 outputVectorSize int, 10 activations []ActivationParams, 15 sequenceOutput int, 20 hasBiasVectors int, 30 updateGateWeightMatrix WeightParams, 31 resetGateWeightMatrix WeightParams, 32 outputGateWeightMatrix WeightParams, 50 updateGateRecursionMatrix WeightParams, 51 resetGateRecursionMatrix WeightParams, 52 outputGateRecursionMatrix WeightParams, 70 updateGateBiasVector WeightParams, 71 resetGateBiasVector WeightParams, 72 outputGateBiasVector WeightParams, 100 reverseInput int
UniDirectionalLSTMLayerParams: 1 inputVectorSize int, 2 outputVectorSize int, 10 activations []ActivationParams, 15 params LSTMParams, 20 weightParams LSTMWeightParams, 100 reverseInput int
LSTMParams: 10 sequenceOutput int, 20 hasBiasVectors int, 30 forgetBias int, 40 hasPeepholeVectors int, 50 coupledInputAndForgetGate int, 60 cellClipThreshold float
LSTMWeightParams: 1 inputGateWeightMatrix WeightParams, 2 forgetGateWeightMatrix WeightParams, 3 blockInputWeightMatrix WeightParams, 4 outputGateWeightMatrix WeightParams, 20 inputGateRecursionMatrix WeightParams, 21 forgetGateRecursionMatrix WeightParams, 22 blockInputRecursionMatrix WeightParams, 23 outputGateRecursionMatrix WeightParams, 40 inputGateBiasVector WeightParams, 41 forgetGateBiasVector WeightParams, 42 blockInputBiasVector WeightParams, 43 outputGateBiasVector WeightParams, 60 inputGatePeepholeVector WeightParams, 61 forgetGatePeepholeVector WeightParams, 62 outputGatePeepholeVector WeightParams
BiDirectionalLSTMLayerParams: 1 inputVectorSize int, 2 outputVectorSize int, 10 activationsForwardLSTM []ActivationParams, 11 activationsBackwardLSTM []ActivationParams, 15 params LSTMParams, 20 weightParams []LSTMWeightParams
CustomLayerParams: 10 className text, 20 weights []WeightParams, 30 parameters []CustomLayerParams.ParametersEntry, 40 description text
CustomLayerParams.ParametersEntry: 1 key text, 2 value CustomLayerParams.CustomLayerParamValue
CustomLayerParams.CustomLayerParamValue: 10 doubleValue double, 20 stringValue text, 30 intValue int, 40 longValue int, 50 boolValue int
CopyLayerParams: 
BranchLayerParams: 1 ifBranch NeuralNetwork, 2 elseBranch NeuralNetwork
NeuralNetwork: 1 layers []NeuralNetworkLayer, 2 preprocessing []NeuralNetworkPreprocessing, 5 arrayInputShapeMapping int, 6 imageInputShapeMapping int, 10 updateParams NetworkUpdateParameters
NeuralNetworkPreprocessing: 1 featureName text, 10 scaler NeuralNetworkImageScaler, 11 meanImage NeuralNetworkMeanImage
NeuralNetworkImageScaler: 10 channelScale float, 20 blueBias float, 21 greenBias float, 22 redBias float, 30 grayBias float
NeuralNetworkMeanImage: 1 meanImage []float
NetworkUpdateParameters: 1 lossLayers []LossLayer, 2 optimizer Optimizer, 3 epochs Int64Parameter, 10 shuffle BoolParameter, 20 seed Int64Parameter
LossLayer: 1 name text, 10 categoricalCrossEntropyLossLayer CategoricalCrossEntropyLossLayer, 11 meanSquaredErrorLossLayer MeanSquaredErrorLossLayer
CategoricalCrossEntropyLossLayer: 1 input text, 2 target text
MeanSquaredErrorLossLayer: 1 input text, 2 target text
Optimizer: 10 sgdOptimizer SGDOptimizer, 11 adamOptimizer AdamOptimizer
SGDOptimizer: 1 learningRate DoubleParameter, 2 miniBatchSize Int64Parameter, 3 momentum DoubleParameter
DoubleParameter: 1 defaultValue double, 10 range DoubleRange
DoubleRange: 1 minValue double, 2 maxValue double
Int64Parameter: 1 defaultValue int, 10 range Int64Range, 11 set Int64Set
Int64Range: 1 minValue int, 2 maxValue int
Int64Set: 1 values []int
AdamOptimizer: 1 learningRate DoubleParameter, 2 miniBatchSize Int64Parameter, 3 beta1 DoubleParameter, 4 beta2 DoubleParameter, 5 eps DoubleParameter
BoolParameter: 1 defaultValue int
LoopLayerParams: 1 maxLoopIterations int, 2 conditionVar text, 3 conditionNetwork NeuralNetwork, 4 bodyNetwork NeuralNetwork
LoopBreakLayerParams: 
LoopContinueLayerParams: 
RangeStaticLayerParams: 1 endValue float, 2 startValue float, 3 stepSizeValue float
RangeDynamicLayerParams: 2 startValue float, 3 stepSizeValue float
ClipLayerParams: 1 minVal float, 2 maxVal float
CeilLayerParams: 
FloorLayerParams: 
SignLayerParams: 
RoundLayerParams: 
Exp2LayerParams: 
SinLayerParams: 
CosLayerParams: 
TanLayerParams: 
AsinLayerParams: 
AcosLayerParams: 
AtanLayerParams: 
SinhLayerParams: 
CoshLayerParams: 
TanhLayerParams: 
AsinhLayerParams: 
AcoshLayerParams: 
AtanhLayerParams: 
ErfLayerParams: 
GeluLayerParams: 1 mode int
EqualLayerParams: 1 alpha float
NotEqualLayerParams: 1 alpha float
LessThanLayerParams: 2 alpha float
LessEqualLayerParams: 2 alpha float
GreaterThanLayerParams: 2 alpha float
GreaterEqualLayerParams: 2 alpha float
LogicalOrLayerParams: 
LogicalXorLayerParams: 
LogicalNotLayerParams: 
LogicalAndLayerParams: 
ModBroadcastableLayerParams: 
MinBroadcastableLayerParams: 
MaxBroadcastableLayerParams: 
AddBroadcastableLayerParams: 
PowBroadcastableLayerParams: 
DivideBroadcastableLayerParams: 
FloorDivBroadcastableLayerParams: 
MultiplyBroadcastableLayerParams: 
SubtractBroadcastableLayerParams: 
TileLayerParams: 1 reps []int
StackLayerParams: 1 axis int
GatherLayerParams: 1 axis int
ScatterLayerParams: 1 axis int, 2 mode int
GatherNDLayerParams: 
ScatterNDLayerParams: 1 mode int
SoftmaxNDLayerParams: 1 axis int
GatherAlongAxisLayerParams: 1 axis int
ScatterAlongAxisLayerParams: 1 axis int, 2 mode int
ReverseLayerParams: 1 reverseDim []int
ReverseSeqLayerParams: 1 batchAxis int, 2 sequenceAxis int
SplitNDLayerParams: 1 axis int, 2 numSplits int, 3 splitSizes []int
ConcatNDLayerParams: 1 axis int, 2 interleave int
TransposeLayerParams: 1 axes []int
SliceStaticLayerParams: 1 beginIds []int, 2 beginMasks []int, 3 endIds []int, 4 endMasks []int, 5 strides []int, 6 squeezeMasks []int
SliceDynamicLayerParams: 2 beginMasks []int, 3 endIds []int, 4 endMasks []int, 5 strides []int, 6 squeezeMasks []int
SlidingWindowsLayerParams: 1 axis int, 2 windowSize int, 3 step int
TopKLayerParams: 1 axis int, 2 K int, 3 useBottomK int
ArgMinLayerParams: 1 axis int, 2 removeDim int
ArgMaxLayerParams: 1 axis int, 2 removeDim int
EmbeddingNDLayerParams: 1 vocabSize int, 2 embeddingSize int, 3 hasBias int, 20 weights WeightParams, 21 bias WeightParams
BatchedMatMulLayerParams: 1 transposeA int, 2 transposeB int, 5 weightMatrixFirstDimension int, 6 weightMatrixSecondDimension int, 7 hasBias int, 8 weights WeightParams, 9 bias WeightParams, 10 int8DynamicQuantize int
GetShapeLayerParams: 
LoadConstantNDLayerParams: 1 shape []int, 2 data WeightParams
FillLikeLayerParams: 1 value float
FillStaticLayerParams: 1 value float, 2 targetShape []int
FillDynamicLayerParams: 1 value float
BroadcastToLikeLayerParams: 
BroadcastToStaticLayerParams: 1 targetShape []int
BroadcastToDynamicLayerParams: 
SqueezeLayerParams: 1 axes []int, 2 squeezeAll int
ExpandDimsLayerParams: 1 axes []int
FlattenTo2DLayerParams: 1 axis int
ReshapeLikeLayerParams: 
ReshapeStaticLayerParams: 1 targetShape []int
ReshapeDynamicLayerParams: 
RankPreservingReshapeLayerParams: 1 targetShape []int
ConstantPaddingLayerParams: 1 value float, 2 padAmounts []int, 3 padToGivenOutputSizeMode int
RandomNormalLikeLayerParams: 1 seed int, 2 mean float, 3 stdDev float
RandomNormalStaticLayerParams: 1 seed int, 2 mean float, 3 stdDev float, 4 outputShape []int
RandomNormalDynamicLayerParams: 1 seed int, 2 mean float, 3 stdDev float
RandomUniformLikeLayerParams: 1 seed int, 2 minVal float, 3 maxVal float
RandomUniformStaticLayerParams: 1 seed int, 2 minVal float, 3 maxVal float, 4 outputShape []int
RandomUniformDynamicLayerParams: 1 seed int, 2 minVal float, 3 maxVal float
RandomBernoulliLikeLayerParams: 1 seed int, 2 prob float
RandomBernoulliStaticLayerParams: 1 seed int, 2 prob float, 3 outputShape []int
RandomBernoulliDynamicLayerParams: 1 seed int, 2 prob float
CategoricalDistributionLayerParams: 1 seed int, 2 numSamples int, 3 isLogits int, 4 eps float, 5 temperature float
ReduceL1LayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceL2LayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceMaxLayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceMinLayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceSumLayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceProdLayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceMeanLayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceLogSumLayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceSumSquareLayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
ReduceLogSumExpLayerParams: 1 axes []int, 2 keepDims int, 3 reduceAll int
WhereNonZeroLayerParams: 
MatrixBandPartLayerParams: 1 numLower int, 2 numUpper int
LowerTriangularLayerParams: 1 k int
UpperTriangularLayerParams: 1 k int
WhereBroadcastableLayerParams: 
LayerNormalizationLayerParams: 1 normalizedShape []int, 2 eps float, 3 gamma WeightParams, 4 beta WeightParams
NonMaximumSuppressionLayerParams: 1 iouThreshold float, 2 scoreThreshold float, 3 maxBoxes int, 4 perClassSuppression int
OneHotLayerParams: 1 oneHotVectorSize int, 2 axis int, 3 onValue float, 4 offValue float
CumSumLayerParams: 1 axis int, 2 excludeFinalSum int, 3 reverse int
ClampedReLULayerParams: 1 alpha float, 2 beta float
ArgSortLayerParams: 1 axis int, 2 descending int
Pooling3DLayerParams: 1 type int, 2 kernelDepth int, 3 kernelHeight int, 4 kernelWidth int, 5 strideDepth int, 6 strideHeight int, 7 strideWidth int, 8 customPaddingFront int, 9 customPaddingBack int, 10 customPaddingTop int, 11 customPaddingBottom int, 12 customPaddingLeft int, 13 customPaddingRight int, 14 countExcludePadding int, 15 paddingType int
GlobalPooling3DLayerParams: 1 type int
SliceBySizeLayerParams: 2 size int, 3 axis int
Convolution3DLayerParams: 1 outputChannels int, 2 inputChannels int, 10 nGroups int, 20 kernelDepth int, 21 kernelHeight int, 22 kernelWidth int, 31 strideDepth int, 32 strideHeight int, 33 strideWidth int, 40 dilationDepth int, 41 dilationHeight int, 42 dilationWidth int, 50 hasBias int, 60 weights WeightParams, 61 bias WeightParams, 70 paddingType int, 80 customPaddingFront int, 81 customPaddingBack int, 82 customPaddingTop int, 83 customPaddingBottom int, 84 customPaddingLeft int, 85 customPaddingRight int, 86 isDeconvolution int, 87 outputShape []int
BayesianProbitRegressor: 1 numberOfFeatures int, 2 bias BayesianProbitRegressor.Gaussian, 3 features []BayesianProbitRegressor.FeatureWeight, 10 regressionInputFeatureName text, 11 optimismInputFeatureName text, 12 samplingScaleInputFeatureName text, 13 samplingTruncationInputFeatureName text, 20 meanOutputFeatureName text, 21 varianceOutputFeatureName text, 22 pessimisticProbabilityOutputFeatureName text, 23 sampledProbabilityOutputFeatureName text
BayesianProbitRegressor.Gaussian: 1 mean double, 2 precision double
BayesianProbitRegressor.FeatureWeight: 1 featureId int, 2 weights []BayesianProbitRegressor.FeatureValueWeight
BayesianProbitRegressor.FeatureValueWeight: 1 featureValue int, 2 featureWeight BayesianProbitRegressor.Gaussian
GLMClassifier: 1 weights []GLMClassifier.DoubleArray, 2 offset []double, 3 postEvaluationTransform int, 4 classEncoding int, 100 stringClassLabels StringVector, 101 int64ClassLabels Int64Vector
GLMClassifier.DoubleArray: 1 value []double
StringVector: 1 vector []text
Int64Vector: 1 vector []int
SupportVectorClassifier: 1 kernel Kernel, 2 numberOfSupportVectorsPerClass []int, 3 sparseSupportVectors SparseSupportVectors, 4 denseSupportVectors DenseSupportVectors, 5 coefficients []Coefficients, 6 rho []double, 7 probA []double, 8 probB []double, 100 stringClassLabels StringVector, 101 int64ClassLabels Int64Vector
TreeEnsembleClassifier: 1 treeEnsemble TreeEnsembleParameters, 2 postEvaluationTransform int, 100 stringClassLabels StringVector, 101 int64ClassLabels Int64Vector
NeuralNetworkClassifier: 1 layers []NeuralNetworkLayer, 2 preprocessing []NeuralNetworkPreprocessing, 5 arrayInputShapeMapping int, 6 imageInputShapeMapping int, 10 updateParams NetworkUpdateParameters, 100 stringClassLabels StringVector, 101 int64ClassLabels Int64Vector, 200 labelProbabilityLayerName text
KNearestNeighborsClassifier: 1 nearestNeighborsIndex NearestNeighborsIndex, 3 numberOfNeighbors Int64Parameter, 100 stringClassLabels StringVector, 101 int64ClassLabels Int64Vector, 110 defaultStringLabel text, 111 defaultInt64Label int, 200 uniformWeighting UniformWeighting, 210 inverseDistanceWeighting InverseDistanceWeighting
NearestNeighborsIndex: 1 numberOfDimensions int, 2 floatSamples []FloatVector, 100 linearIndex LinearIndex, 110 singleKdTreeIndex SingleKdTreeIndex, 200 squaredEuclideanDistance SquaredEuclideanDistance
FloatVector: 1 vector []float
LinearIndex: 
SingleKdTreeIndex: 1 leafSize int
SquaredEuclideanDistance: 
UniformWeighting: 
InverseDistanceWeighting: 
ItemSimilarityRecommender: 1 itemItemSimilarities []ItemSimilarityRecommender.SimilarItems, 2 itemStringIds StringVector, 3 itemInt64Ids Int64Vector, 10 itemInputFeatureName text, 11 numRecommendationsInputFeatureName text, 12 itemRestrictionInputFeatureName text, 13 itemExclusionInputFeatureName text, 20 recommendedItemListOutputFeatureName text, 21 recommendedItemScoreOutputFeatureName text
ItemSimilarityRecommender.SimilarItems: 1 itemId int, 2 similarItemList []ItemSimilarityRecommender.ConnectedItem, 3 itemScoreAdjustment double
ItemSimilarityRecommender.ConnectedItem: 1 itemId int, 2 similarityScore double
CustomModel: 10 className text, 30 parameters []CustomModel.ParametersEntry, 40 description text
CustomModel.ParametersEntry: 1 key text, 2 value CustomModel.CustomModelParamValue
CustomModel.CustomModelParamValue: 10 doubleValue double, 20 stringValue text, 30 intValue int, 40 longValue int, 50 boolValue int, 60 bytesValue bytes
LinkedModel: 1 linkedModelFile LinkedModelFile
LinkedModelFile: 1 linkedModelFileName StringParameter, 2 linkedModelSearchPath StringParameter
StringParameter: 1 defaultValue text
ClassConfidenceThresholding: 100 precisionRecallCurves []PrecisionRecallCurve
PrecisionRecallCurve: 1 precisionValues FloatVector, 2 precisionConfidenceThresholds FloatVector, 3 recallValues FloatVector, 4 recallConfidenceThresholds FloatVector
OneHotEncoder: 1 stringCategories StringVector, 2 int64Categories Int64Vector, 10 outputSparse int, 11 handleUnknown int
Imputer: 1 imputedDoubleValue double, 2 imputedInt64Value int, 3 imputedStringValue text, 4 imputedDoubleArray DoubleVector, 5 imputedInt64Array Int64Vector, 6 imputedStringDictionary StringToDoubleMap, 7 imputedInt64Dictionary Int64ToDoubleMap, 11 replaceDoubleValue double, 12 replaceInt64Value int, 13 replaceStringValue text
DoubleVector: 1 vector []double
StringToDoubleMap: 1 map []StringToDoubleMap.MapEntry
StringToDoubleMap.MapEntry: 1 key text, 2 value double
Int64ToDoubleMap: 1 map []Int64ToDoubleMap.MapEntry
Int64ToDoubleMap.MapEntry: 1 key int, 2 value double
FeatureVectorizer: 1 inputList []FeatureVectorizer.InputColumn
FeatureVectorizer.InputColumn: 1 inputColumn text, 2 inputDimensions int
DictVectorizer: 1 stringToIndex StringVector, 2 int64ToIndex Int64Vector
Scaler: 1 shiftValue []double, 2 scaleValue []double
CategoricalMapping: 1 stringToInt64Map StringToInt64Map, 2 int64ToStringMap Int64ToStringMap, 101 strValue text, 102 int64Value int
StringToInt64Map: 1 map []StringToInt64Map.MapEntry
StringToInt64Map.MapEntry: 1 key text, 2 value int
Int64ToStringMap: 1 map []Int64ToStringMap.MapEntry
Int64ToStringMap.MapEntry: 1 key int, 2 value text
Normalizer: 1 normType int
ArrayFeatureExtractor: 1 extractIndex []int
NonMaximumSuppression: 1 pickTop NonMaximumSuppression.PickTop, 100 stringClassLabels StringVector, 101 int64ClassLabels Int64Vector, 110 iouThreshold double, 111 confidenceThreshold double, 200 confidenceInputFeatureName text, 201 coordinatesInputFeatureName text, 202 iouThresholdInputFeatureName text, 203 confidenceThresholdInputFeatureName text, 210 confidenceOutputFeatureName text, 211 coordinatesOutputFeatureName text
NonMaximumSuppression.PickTop: 1 perClass int
Identity: 
CoreMLModels.TextClassifier: 1 revision int, 10 language text, 100 modelParameterData bytes, 200 stringClassLabels StringVector
CoreMLModels.WordTagger: 1 revision int, 10 language text, 20 tokensOutputFeatureName text, 21 tokenTagsOutputFeatureName text, 22 tokenLocationsOutputFeatureName text, 23 tokenLengthsOutputFeatureName text, 100 modelParameterData bytes, 200 stringTags StringVector
CoreMLModels.VisionFeaturePrint: 20 scene CoreMLModels.VisionFeaturePrint.Scene, 21 objects CoreMLModels.VisionFeaturePrint.Objects
CoreMLModels.VisionFeaturePrint.Scene: 1 version int
CoreMLModels.VisionFeaturePrint.Objects: 1 version int, 100 output []text
CoreMLModels.SoundAnalysisPreprocessing: 20 vggish CoreMLModels.SoundAnalysisPreprocessing.Vggish
CoreMLModels.SoundAnalysisPreprocessing.Vggish: 
CoreMLModels.Gazetteer: 1 revision int, 10 language text, 100 modelParameterData bytes, 200 stringClassLabels StringVector
CoreMLModels.WordEmbedding: 1 revision int, 10 language text, 100 modelParameterData bytes
CoreMLModels.AudioFeaturePrint: 20 sound CoreMLModels.AudioFeaturePrint.Sound
CoreMLModels.AudioFeaturePrint.Sound: 1 version int
SerializedModel: 1 identifier text, 2 model bytes
${PROGRAM_MESSAGES}`);

export const MODEL: MessageSpec = TABLES.get("Model") ?? message("Model", {});
export const DESCRIPTION: MessageSpec = TABLES.get("ModelDescription") ?? message("ModelDescription", {});
export const FEATURE: MessageSpec = TABLES.get("FeatureDescription") ?? message("FeatureDescription", {});

/** Fields of `Model` from here on are what kind of model it is; there is one of them. */
export const FIRST_KIND = 200;
