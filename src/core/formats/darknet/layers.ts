import { type ArtifactError, corrupt, unsupported } from "../../errors.ts";
import { optionOf, type Section } from "./configuration.ts";

/** Weights of one layer, in the order of the file. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What goes from layer to layer. */
interface Size {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export interface Layers {
  readonly weights: readonly Weight[];
  /** A layer whose weights are not known how to read: what follows is not read either. */
  readonly stopped?: ArtifactError;
}

/** Layers that have no weights and give on what they get. */
const PLAIN = new Set([
  "dropout",
  "softmax",
  "cost",
  "yolo",
  "gaussian_yolo",
  "region",
  "detection",
  "activation",
  "logistic",
  "l2norm",
  "normalization",
  "iseg",
  "contrastive",
  "shortcut",
  "sam",
]);

/** The weights that a network has, from its sections (parser.c, `parse_network_cfg` and `load_weights_upto`). */
export function layersOf(sections: readonly Section[]): Layers {
  const [net, ...layers] = sections;
  const weights: Weight[] = [];
  const sizes: Size[] = [];
  if (net === undefined) return { weights };
  let size: Size = {
    channels: optionOf(net, "channels", 0),
    height: optionOf(net, "height", 0),
    width: optionOf(net, "width", 0),
  };
  // A network of vectors has inputs and no picture.
  if (size.channels * size.height * size.width === 0)
    size = { channels: optionOf(net, "inputs", 0), height: 1, width: 1 };
  for (const [k, section] of layers.entries()) {
    const next = step(section, size, sizes, (name, shape) =>
      weights.push({ name: `${k}.${section.type}.${name}`, shape }),
    );
    if (typeof next === "string")
      return { weights, stopped: unsupported(`line ${section.line}: [${section.type}] ${next}`) };
    if (![next.channels, next.height, next.width].every((each) => Number.isSafeInteger(each) && each > 0))
      return {
        weights,
        stopped: corrupt(
          `line ${section.line}: [${section.type}] would have ${next.channels} x ${next.height} x ${next.width} outputs`,
        ),
      };
    size = next;
    sizes.push(next);
  }
  return { weights };
}

/** What a layer gives on, its weights told; as text why they cannot be. */
function step(
  section: Section,
  size: Size,
  before: readonly Size[],
  add: (name: string, shape: readonly number[]) => void,
): Size | string {
  const option = (key: string, otherwise: number): number => optionOf(section, key, otherwise);
  const { channels, height, width } = size;
  const kernel = option("size", 1);
  const stride = Math.max(1, option("stride", 1));
  const isNormal = option("batch_normalize", 0) !== 0;
  const window = (length: number, pad: number, by = stride): number => Math.floor((length + pad - kernel) / by) + 1;
  const statistics = (count: number): void => {
    if (isNormal) for (const name of ["scales", "rolling_mean", "rolling_variance"]) add(name, [count]);
  };
  switch (section.type) {
    case "convolutional": {
      const filters = option("filters", 1);
      const groups = Math.max(1, option("groups", 1));
      if (channels % groups !== 0) return `divides ${channels} channels into ${groups} groups`;
      if (section.options.has("share_index") || option("antialiasing", 0) !== 0 || option("xnor", 0) !== 0)
        return "shares, smooths or packs its weights, which is not read";
      add("biases", [filters]);
      statistics(filters);
      add("weights", [filters, channels / groups, kernel, kernel]);
      const pad = 2 * (option("pad", 0) !== 0 ? Math.floor(kernel / 2) : option("padding", 0));
      return {
        channels: filters,
        height: window(height, pad, Math.max(1, option("stride_y", stride))),
        width: window(width, pad, Math.max(1, option("stride_x", stride))),
      };
    }
    case "connected": {
      const outputs = option("output", 1);
      add("biases", [outputs]);
      add("weights", [outputs, channels * height * width]);
      statistics(outputs);
      return { channels: outputs, height: 1, width: 1 };
    }
    case "local": {
      const filters = option("filters", 1);
      const pad = option("pad", 0) !== 0 ? kernel - 1 : 0;
      const [rows, columns] = [window(height, pad), window(width, pad)];
      add("biases", [filters * rows * columns]);
      add("weights", [rows * columns, filters, channels, kernel, kernel]);
      return { channels: filters, height: rows, width: columns };
    }
    case "maxpool": {
      const pool = option("size", stride);
      const pad = option("padding", pool - 1);
      const out = (length: number): number => Math.floor((length + pad - pool) / stride) + 1;
      return { channels, height: out(height), width: out(width) };
    }
    case "avgpool":
      return { channels, height: 1, width: 1 };
    case "upsample":
      return { channels, height: height * option("stride", 2), width: width * option("stride", 2) };
    case "reorg":
      return option("reverse", 0) === 0
        ? {
            channels: channels * stride * stride,
            height: Math.floor(height / stride),
            width: Math.floor(width / stride),
          }
        : { channels: Math.floor(channels / (stride * stride)), height: height * stride, width: width * stride };
    case "crop":
      return { channels, height: option("crop_height", 1), width: option("crop_width", 1) };
    case "route":
    case "scale_channels": {
      const key = section.type === "route" ? "layers" : "from";
      const named = (section.options.get(key) ?? "").split(",").map((text) => Number.parseInt(text, 10));
      const sources = named.map((at) => before[at < 0 ? before.length + at : at]);
      const [first] = sources;
      if (first === undefined || sources.includes(undefined)) return "names a layer that is not before it";
      const sum = sources.reduce((total, each) => total + (each?.channels ?? 0), 0);
      return { ...first, channels: sum / Math.max(1, option("groups", 1)) };
    }
    default:
      return PLAIN.has(section.type) ? size : "has weights that are not read";
  }
}
