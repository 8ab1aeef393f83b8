/**
 * Numbers and fields of MNN's schema: https://github.com/alibaba/MNN/tree/master/schema/default
 */

/** `OpType`: runs of names, each from a number on. */
const OPERATORS: readonly (readonly [number, string])[] = [
  [
    0,
    "AbsVal QuantizedAdd ArgMax AsString InstanceNorm BatchToSpaceND Copy BinaryOp Bnll Cast Concat Const Convolution ConvolutionDepthwise Crop CropAndResize ImageProcess Deconvolution DeconvolutionDepthwise Dequantize DetectionOutput Dropout Eltwise ELU Unique Exp ExpandDims Fill Flatten FloorMod Gather GatherV2 Im2Seq InnerProduct Input Interp Log LRN LSTM MatMul MVN NonMaxSuppression NonMaxSuppressionV2 Normalize Pack Padding Permute Pooling Power PReLU PriorBox Proposal QuantizedAvgPool QuantizedBiasAdd QuantizedConcat QuantizedDepthwiseConv2D QuantizedLogistic QuantizedMatMul QuantizedMaxPool QuantizedRelu QuantizedRelu6 QuantizedReshape QuantizedSoftmax QuantizeMaxMin QuantizeV2 Range Rank ReduceJoin Reduction ReLU ReLU6 RequantizationRange Requantize Reshape Resize RNN ROIPooling Scale Selu Seq2Out Shape Sigmoid Size Slice SliceTf Softmax SpaceToBatchND SpatialProduct Split Segment Squeeze StridedSlice StringJoin StringSplit StringToNumber TanH TfQuantizedConv2D Threshold Tile TopKV2 Transpose UnaryOp Unpack Where Moments RNNSequenceGRU BatchMatMul Unsqueeze CosineSimilarity DepthToSpace SpaceToDepth ReverseSequence Pooling3D Convolution3D MatrixBandPart GatherND DetectionPostProcess UnravelIndex ScatterNd OneHot BroadcastTo Dilation2D",
  ],
  [
    128,
    "Raster ConvertTensor ArgMin LinSpace RandomUniform TensorArray TensorArraySize TensorArrayRead TensorArrayWrite TensorArrayGather TensorArrayScatter TensorArraySplit TensorArrayConcat LSTMBlockCell Reverse",
  ],
  [
    256,
    "Plugin Select ZerosLike Broastcast SetDiff1D ReluGrad Relu6Grad PoolGrad SoftmaxGrad Conv2DBackPropFilter TrainableParam BatchNorm ZeroGrad",
  ],
  [512, "Extra ConvInt8 Int8ToFloat DepthwiseConvInt8 PoolInt8 FloatToInt8 EltwiseInt8"],
  [600, "While If"],
  [603, "LayerNorm GridSample"],
];

const NAMES = new Map(
  OPERATORS.flatMap(([first, names]) => names.split(" ").map((name, k) => [first + k, name] as const)),
);

export const operatorName = (type: number): string => NAMES.get(type) ?? `type ${type}`;

export const CONVOLUTION = 9;
export const BLOB = 7;

/** What lies in a field: numbers, integers, a blob, weights in a compressed form, weights of eight bits with their scales. */
export type PartKind = "floats" | "blob" | "compressed" | "quantised" | "quantised itself";

export interface Part {
  readonly name: string;
  readonly field: number;
  readonly kind: PartKind;
}

const floats = (field: number, ...names: string[]): Part[] =>
  names.map((name, k) => ({ name, field: field + k, kind: "floats" }));
const blobs = (field: number, ...names: string[]): Part[] =>
  names.map((name, k) => ({ name, field: field + k, kind: "blob" }));
const quantised = (field: number, ...names: string[]): Part[] =>
  names.map((name, k) => ({ name, field: field + k, kind: "quantised" }));

/** By the number of a parameter's kind in the union `OpParameter`: what was learned. All others have settings only. */
export const LEARNED: Readonly<Record<number, readonly Part[]>> = {
  5: floats(1, "slopeData", "meanData", "varData", "biasData", "Adata", "Bdata"),
  9: [
    ...floats(1, "weight", "bias"),
    { name: "quanParameter", field: 3, kind: "compressed" },
    ...quantised(4, "symmetricQuan"),
  ],
  20: [...floats(3, "weight", "bias"), { name: "quanParameter", field: 7, kind: "compressed" }],
  24: blobs(3, "weightI", "weightH", "bias", "weightIQ", "weightIA"),
  25: floats(3, "weight", "bias"),
  27: floats(3, "scale"),
  32: floats(1, "slope"),
  34: blobs(7, "ratios", "scales", "anchors"),
  58: floats(1, "scaleData", "biasData"),
  63: blobs(0, "blockShape", "padding"),
  72: blobs(
    4,
    "fwGateWeight",
    "fwGateBias",
    "fwCandidateWeight",
    "fwCandidateBias",
    "fwRecurrentBias",
    "bwGateWeight",
    "bwGateBias",
    "bwCandidateWeight",
    "bwCandidateBias",
    "bwRecurrentBias",
  ),
  74: [{ name: "", field: 0, kind: "quantised itself" }],
  76: quantised(1, "inputQuan0", "inputQuan1", "outputQuan"),
  80: floats(1, "weight", "bias"),
  88: floats(2, "gamma", "beta"),
};

/** Kinds whose learned parts are not known here: added by others, or the programs of loops. */
export const UNKNOWN = new Set([30, 36, 67, 78, 92]);
/** The last kind of the schema that this is about. */
export const LAST_KNOWN = 92;
