import { type ByteSource, checkRange, slice } from "../../bytes/source.ts";
import { corrupt } from "../../errors.ts";
import { scalarDType } from "../../model/dtype.ts";
import { elementCount, type TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { fixedCount, fixedTensor } from "../protobuf/fixed-numbers.ts";
import type { Message, Range } from "../protobuf/message.ts";
import { varintNumbers } from "../protobuf/varint-numbers.ts";
import { made, numbersOf, once } from "./decompressed.ts";

/**
 * Weights of a neural network's layer as whole numbers of a few bits, by which a table or a line says what they are:
 * https://apple.github.io/coremltools/mlmodel/Format/NeuralNetwork.html, QuantizationParams. The numbers follow each other
 * across bytes, the highest bit of each first.
 */

/** How many weights there are, and how many follow each other that have one scale; the layer tells, not the weights. */
export interface Extent {
  readonly count: number;
  /** Undefined where the scales part the weights evenly. */
  readonly inner?: number;
}

/** Fields of layers that are weights, and how many they are; undefined for a layer that is not one of these. */
export async function extentsOf(
  layer: Message,
  source: ByteSource,
  work: Work,
): Promise<readonly (readonly [string, Extent])[] | undefined> {
  const size = (name: string): number => Number(layer.int(name) ?? 0n);
  const product = async (name: string): Promise<number> => {
    const numbers = layer.numbers(name);
    if (numbers === undefined) return 0;
    const { data, count } = await varintNumbers(source, numbers, 8, work);
    if (count > 16) return 0;
    const bytes = await data.read(0, count * 8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let all = 1;
    for (let k = 0; k < count; k++) all *= Number(view.getBigUint64(k * 8, true));
    return all;
  };
  const matrix = (rows: string, columns: string): readonly (readonly [string, Extent])[] => [
    ["weights", { count: size(rows) * size(columns) }],
    ["bias", { count: size(rows) }],
  ];
  switch (layer.spec.name) {
    case "InnerProductLayerParams":
      return matrix("outputChannels", "inputChannels");
    case "EmbeddingLayerParams":
      return matrix("outputChannels", "inputDim");
    case "EmbeddingNDLayerParams":
      return matrix("embeddingSize", "vocabSize");
    case "BatchedMatMulLayerParams":
      return matrix("weightMatrixSecondDimension", "weightMatrixFirstDimension");
    case "LoadConstantLayerParams":
    case "LoadConstantNDLayerParams":
      return [["data", { count: await product("shape") }]];
    case "ConvolutionLayerParams": {
      const kernel = layer.has("kernelSize") ? await product("kernelSize") : 9;
      const channels = size("kernelChannels") * size("outputChannels");
      const bias = ["bias", { count: size("outputChannels") }] as const;
      // Of the other direction the second axis is that of the outputs, which groups share.
      if (size("isDeconvolution") === 0) return [["weights", { count: channels * kernel }], bias];
      const groups = Math.max(1, size("nGroups"));
      return [["weights", { count: Math.floor(channels / groups) * kernel, inner: kernel }], bias];
    }
    default:
      return undefined;
  }
}

/** The numbers as a byte each. Throws `corrupt` where there are not as many as the layer needs. */
export function codesOf(source: ByteSource, raw: Range, bits: number, count: number): TensorRef {
  const needed = Math.ceil((count * bits) / 8);
  if (!Number.isSafeInteger(count) || needed !== raw.end - raw.start)
    throw corrupt(`${raw.end - raw.start} bytes of weights of ${bits} bits, the layer has ${count}`, raw.start);
  const packed = slice(source, raw.start, raw.end);
  const data: ByteSource = {
    size: count,
    name: source.name,
    async read(start, end) {
      checkRange(data, start, end);
      const first = Math.floor((start * bits) / 8);
      const bytes = await packed.read(first, Math.ceil((end * bits) / 8));
      const out = new Uint8Array(end - start);
      for (let k = 0; k < out.length; k++) {
        const at = (start + k) * bits - first * 8;
        const two = ((bytes[at >> 3] ?? 0) << 8) | (bytes[(at >> 3) + 1] ?? 0);
        out[k] = (two >> (16 - bits - (at & 7))) & ((1 << bits) - 1);
      }
      return out;
    },
  };
  return { dtype: scalarDType("uint8"), shape: [count], order: "C", offset: 0, data };
}

/** The weights that the numbers stand for, in single precision; undefined where nothing says what they are. */
export function meantBy(
  codes: TensorRef,
  quantization: Message,
  source: ByteSource,
  inner: number | undefined,
): TensorRef | undefined {
  const float32 = scalarDType("float32");
  const floats = (of: Message | undefined, name: string): TensorRef | undefined => {
    const numbers = of?.numbers(name);
    return numbers === undefined ? undefined : fixedTensor(source, numbers, float32, [fixedCount(numbers)]);
  };
  const all = (tensor: TensorRef): (() => Promise<Float64Array>) =>
    once(() => numbersOf(tensor, 0, elementCount(tensor.shape)));
  const table = floats(quantization.message("lookupTableQuantization"), "floatValue");
  if (table !== undefined) {
    const entries = all(table);
    return made(codes, float32, codes.shape, async (first, count) => {
      const [values, found] = [await entries(), await numbersOf(codes, first, count)];
      const out = new Float32Array(count);
      for (const [k, code] of found.entries()) {
        const value = values[code];
        if (value === undefined) throw corrupt(`weight ${first + k} is entry ${code} of a table of ${values.length}`);
        out[k] = value;
      }
      return bytesOf(out);
    });
  }
  const linear = quantization.message("linearQuantization");
  const [scale, bias] = [floats(linear, "scale"), floats(linear, "bias")];
  if (scale === undefined) return undefined;
  const channels = elementCount(scale.shape);
  const total = elementCount(codes.shape);
  const run = channels === 1 ? total : (inner ?? total / channels);
  if (total % channels !== 0 || run === 0 || (bias !== undefined && elementCount(bias.shape) !== channels))
    throw corrupt(`${channels} scales for ${total} weights`);
  const scales = all(scale);
  const shifts = bias === undefined ? undefined : all(bias);
  return made(codes, float32, codes.shape, async (first, count) => {
    const [factors, added, found] = [await scales(), await shifts?.(), await numbersOf(codes, first, count)];
    const out = new Float32Array(count);
    for (const [k, code] of found.entries()) {
      const channel = Math.floor((first + k) / run) % channels;
      out[k] = code * (factors[channel] ?? 0) + (added?.[channel] ?? 0);
    }
    return bytesOf(out);
  });
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}
