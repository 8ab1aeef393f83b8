import { type Layer, settingOf } from "./param.ts";

/** One array that a layer loads. */
export interface Load {
  readonly name: string;
  readonly count: number;
  /** Where it is told; else one row. */
  readonly shape?: readonly number[];
  /** Begins with a tag that says how it is stored. */
  readonly isTagged: boolean;
}

type Setting = (key: number, otherwise?: number) => number;

const tagged = (name: string, count: number, shape?: readonly number[]): Load => ({
  name,
  count,
  isTagged: true,
  ...(shape === undefined ? {} : { shape }),
});
const bare = (name: string, count: number, shape?: readonly number[]): Load => ({
  name,
  count,
  isTagged: false,
  ...(shape === undefined ? {} : { shape }),
});
const when = (condition: boolean, ...loads: readonly Load[]): readonly Load[] => (condition ? loads : []);

function convolution(setting: Setting, { type }: Layer): readonly Load[] | string {
  if (setting(19) !== 0) return [];
  const [outputs, width, size] = [setting(0), setting(1), setting(6)];
  const height = type.endsWith("1D") ? 1 : setting(11, width);
  const depth = type.endsWith("3D") ? setting(21, width) : 1;
  const groups = Math.max(1, type.includes("DepthWise") ? setting(7, 1) : 1);
  const kernel = type.endsWith("1D") ? [width] : type.endsWith("3D") ? [depth, height, width] : [height, width];
  const inputs = size / (outputs * width * height * depth);
  // A transposed one has its outputs first too, within each group.
  const shape = Number.isInteger(inputs) ? [outputs, inputs, ...kernel] : undefined;
  const quantised = setting(8);
  const scales = type.includes("DepthWise") ? (quantised % 100 === 1 ? groups : 1) : outputs;
  return [
    tagged("weight", size, shape),
    ...when(setting(5) !== 0, bare("bias", outputs)),
    ...when(quantised !== 0, bare("weight_int8_scales", scales), bare("bottom_blob_int8_scales", 1)),
    ...when(quantised > 100, bare("top_blob_int8_scales", 1)),
  ];
}

/** LSTM, GRU and RNN: gates by rows. */
function recurrent(gates: number, biases: number): (setting: Setting) => readonly Load[] | string {
  return (setting) => {
    const [outputs, size] = [setting(0), setting(1)];
    const directions = setting(2) === 2 ? 2 : 1;
    if (setting(3) !== 0 && setting(3) !== outputs) return "projects its outputs, which is not read";
    if (setting(8) !== 0) return "is quantised in a way that is not read";
    const rows = gates * outputs;
    const inputs = size / directions / rows;
    return [
      tagged("weight_xc", size, Number.isInteger(inputs) ? [directions, rows, inputs] : undefined),
      tagged("bias_c", directions * biases * outputs, [directions, biases, outputs]),
      tagged("weight_hc", directions * rows * outputs, [directions, rows, outputs]),
    ];
  };
}

/** What each type of layer loads (`load_model` of src/layer/<type>.cpp). Types that are missing load nothing. */
const LOADS: Readonly<Record<string, (setting: Setting, layer: Layer) => readonly Load[] | string>> = {
  ...Object.fromEntries(
    ["Convolution", "Deconvolution"].flatMap((type) =>
      ["", "1D", "3D", "DepthWise", "DepthWise1D", "DepthWise3D"].map((form) => [`${type}${form}`, convolution]),
    ),
  ),
  InnerProduct: (setting) => {
    const [outputs, size] = [setting(0), setting(2)];
    const inputs = size / outputs;
    return [
      tagged("weight", size, Number.isInteger(inputs) ? [outputs, inputs] : undefined),
      ...when(setting(1) !== 0, bare("bias", outputs)),
      ...when(setting(8) !== 0, bare("weight_int8_scales", outputs), bare("bottom_blob_int8_scales", 1)),
    ];
  },
  BatchNorm: (setting) => ["slope", "mean", "variance", "bias"].map((name) => bare(name, setting(0))),
  // A scale that comes as an input is not stored.
  Scale: (setting) =>
    setting(0) === -233 ? [] : [bare("scale", setting(0)), ...when(setting(1) !== 0, bare("bias", setting(0)))],
  Bias: (setting) => [bare("bias", setting(0))],
  PReLU: (setting) => [bare("slope", setting(0))],
  Normalize: (setting) => [bare("scale", setting(3))],
  MemoryData: (setting) => {
    const shape = [setting(2), setting(11), setting(1), setting(0)].filter((size) => size !== 0);
    const count = shape.reduce((product, size) => product * size, shape.length === 0 ? 0 : 1);
    return setting(21, 1) === 1 ? [bare("data", count, shape)] : [tagged("data", count, shape)];
  },
  Embed: (setting) => {
    if (setting(18) !== 0) return "is quantised in a way that is not read";
    const [outputs, size] = [setting(0), setting(3)];
    const words = size / outputs;
    return [
      tagged("weight", size, Number.isInteger(words) ? [words, outputs] : undefined),
      ...when(setting(2) !== 0, bare("bias", outputs)),
    ];
  },
  InstanceNorm: (setting) => when(setting(2, 1) !== 0, bare("gamma", setting(0)), bare("beta", setting(0))),
  LayerNorm: (setting) => when(setting(2, 1) !== 0, bare("gamma", setting(0)), bare("beta", setting(0))),
  GroupNorm: (setting) => when(setting(3, 1) !== 0, bare("gamma", setting(1)), bare("beta", setting(1))),
  RMSNorm: (setting) => when(setting(2, 1) !== 0, bare("gamma", setting(0))),
  LSTM: recurrent(4, 4),
  GRU: recurrent(3, 4),
  RNN: recurrent(1, 1),
  MultiHeadAttention: () => "has weights that are not read",
  DeformableConv2D: () => "has weights that are not read",
  Gemm: (setting) => (setting(4) + setting(5) + setting(6) === 0 ? [] : "has constants that are not read"),
  Quantize: (setting) => [bare("scale", setting(0, 1))],
  Dequantize: (setting) => [bare("scale", setting(0, 1)), ...when(setting(1) !== 0, bare("bias", setting(1)))],
  Requantize: (setting) => [
    bare("scale_in", setting(0, 1)),
    bare("scale_out", setting(1, 1)),
    ...when(setting(2) !== 0, bare("bias", setting(2))),
  ],
};

/** What a layer loads; as text why that is not known. */
export function loadsOf(layer: Layer): readonly Load[] | string {
  const make = Object.hasOwn(LOADS, layer.type) ? LOADS[layer.type] : undefined;
  if (make === undefined) return [];
  const loads = make((key, otherwise = 0) => settingOf(layer, key, otherwise), layer);
  if (typeof loads === "string") return loads;
  return loads.every(({ count }) => Number.isSafeInteger(count) && count >= 0) ? loads : "has sizes that are none";
}
