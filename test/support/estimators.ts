import { scalarDType } from "../../src/core/model/dtype.ts";
import type { ListNode, ObjectNode, TensorNode, Value } from "../../src/core/model/value.ts";
import { arrayNode, dictOf, float64Bytes, objectOf, tensorOf } from "./artifacts.ts";

/** scikit-learn objects as the pickle reader describes them. */

/** An object array of text. */
export function texts(...names: readonly string[]): TensorNode {
  const dtype = { name: "object", kind: "O", itemSize: 8, bits: 64, bigEndian: false } as const;
  return { ...arrayNode(tensorOf(dtype, [names.length], new Uint8Array(0))), objects: names };
}

export function floats(shape: readonly number[], ...values: readonly number[]): TensorNode {
  return arrayNode(tensorOf(scalarDType("float64"), shape, float64Bytes(...values)));
}

export function list(...items: readonly Value[]): ListNode {
  return { kind: "list", type: "list", items: [...items] };
}

export function tuple(...items: readonly Value[]): ListNode {
  return { kind: "list", type: "tuple", items: [...items] };
}

export interface LogisticOptions {
  readonly features?: readonly string[];
  readonly classes?: readonly string[];
  readonly coef?: readonly number[];
  readonly version?: string;
  readonly settings?: Readonly<Record<string, Value>>;
}

export function logistic(options: LogisticOptions = {}): ObjectNode {
  const features = options.features ?? ["age", "income"];
  const coef = options.coef ?? features.map((_, i) => 0.1 + i);
  return objectOf(
    "sklearn.linear_model._logistic",
    "LogisticRegression",
    dictOf({
      C: 1,
      penalty: "l2",
      ...options.settings,
      feature_names_in_: texts(...features),
      n_features_in_: BigInt(features.length),
      classes_: texts(...(options.classes ?? ["bad", "good"])),
      coef_: floats([1, coef.length], ...coef),
      intercept_: floats([1], -0.75),
      _sklearn_version: options.version ?? "1.2.2",
    }),
  );
}

export function scaler(features: readonly string[] | undefined, count: number): ObjectNode {
  return objectOf(
    "sklearn.preprocessing._data",
    "StandardScaler",
    dictOf({
      with_mean: true,
      with_std: true,
      copy: true,
      ...(features === undefined ? {} : { feature_names_in_: texts(...features) }),
      n_features_in_: BigInt(count),
      mean_: floats([count], ...Array.from({ length: count }, (_, i) => i + 0.5)),
      _sklearn_version: "1.2.2",
    }),
  );
}

export function pipeline(...steps: readonly (readonly [name: string, part: Value])[]): ObjectNode {
  return objectOf(
    "sklearn.pipeline",
    "Pipeline",
    dictOf({
      steps: list(...steps.map(([name, part]) => tuple(name, part))),
      memory: null,
      verbose: false,
      _sklearn_version: "1.2.2",
    }),
  );
}
