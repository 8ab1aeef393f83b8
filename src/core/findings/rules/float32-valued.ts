import { say } from "../../model/sentence.ts";
import type { FileContext, Remark, Rule } from "../rule.ts";
import { alike } from "../alike.ts";
import { lastName } from "./names.ts";

/** Fewer values that look like float32 may be chance, or a number somebody chose. */
const ENOUGH = 4;

/**
 * Split points lie half-way between two inputs, and trees take their inputs as float32. Core ML has doubles for them and
 * for leaves, whatever the library had that trained the trees. Gains of splits are float32 in LightGBM, and treelite copies them.
 */
const THRESHOLDS = new Set([
  "threshold",
  "num_threshold",
  "bin_thresholds_",
  "children_left",
  "children_right",
  "branchFeatureValue",
  "evaluationValue",
  "split_gain",
  "gain",
]);

export const float32Valued: Rule = {
  id: "precision/float32-valued",
  severity: "warning",
  why: "Half of the digits were lost on the way, which may be on purpose; the model still works.",
  checkFile: async ({ artifact, scans }: FileContext) => {
    const found: Narrowed[] = [];
    for (const parameter of artifact.parameters) {
      const { path, tensor } = parameter;
      if (tensor.dtype.scalar !== "float64" || THRESHOLDS.has(lastName(path))) continue;
      const scan = await scans.of(parameter);
      if (scan === undefined || !scan.isFloat32Valued) continue;
      if (scan.float32Patterns < ENOUGH || scan.float32Patterns * 2 < scan.nonZero) continue;
      found.push({ path, elements: scan.elements, patterns: scan.float32Patterns });
    }
    return alike(found).map(remark);
  },
};

interface Narrowed {
  readonly path: string;
  readonly elements: number;
  readonly patterns: number;
}

function remark(arrays: readonly [Narrowed, ...Narrowed[]]): Remark {
  const [{ path }] = arrays;
  const count = arrays.reduce((sum, { elements }) => sum + elements, 0);
  const patterns = arrays.reduce((sum, one) => sum + one.patterns, 0);
  return {
    path,
    sentence:
      arrays.length === 1
        ? say(
            "{path} is stored as float64, but each of its {count} values is a float32 value: it went through float32 on the way. Compare it with the original, or save it before it is narrowed.",
            { path, count },
          )
        : say(
            "{arrays} arrays like {path} are stored as float64, but each of their {count} values is a float32 value: they went through float32 on the way. Compare them with the originals, or save them before they are narrowed.",
            { path, count, arrays: arrays.length },
          ),
    evidence: {
      elements: `${count}`,
      patterns: `${patterns}`,
      ...(arrays.length === 1 ? {} : { arrays: `${arrays.length}` }),
    },
  };
}
