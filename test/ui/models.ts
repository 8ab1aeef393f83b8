import { fromBytes } from "../../src/core/bytes/source.ts";
import { finding } from "../../src/core/findings/finding.ts";
import type { Artifact, ImportUse } from "../../src/core/model/artifact.ts";
import { scalarDType, type ScalarName } from "../../src/core/model/dtype.ts";
import { say } from "../../src/core/model/sentence.ts";
import type { TensorRef } from "../../src/core/model/tensor.ts";
import type { TensorNode, Value } from "../../src/core/model/value.ts";
import { arrayNode, artifactOf, dictOf, float64Bytes, objectOf } from "../support/artifacts.ts";

/** Models put together by hand where a test needs one that no small file holds: enormous, or odd in one way. */

export const FEATURES = [
  "utilisation",
  "late_90d",
  "income",
  "age",
  "months_since_oldest_account",
  "open_accounts",
  "recent_inquiries",
  "debt_to_income",
  "late_30d",
  "home_owner",
  "loan_amount",
  "employment_years",
] as const;

export const COEFFICIENTS = [
  1.7312805652618408, 0.98271036148071289, -0.61240333318710327, -0.21433189511299133, -0.40983137488365173,
  0.012831534259021282, 0.5321076512336731, 0.77120447158813477, 0.36419916152954102, -0.1850239783525467,
  0.094127416610717773, -2.6437253836775199e-5,
] as const;

export async function logisticRegression(): Promise<Artifact> {
  const names = objectArray(FEATURES);
  const state = dictOf({
    penalty: "l2",
    dual: false,
    tol: 0.0001,
    C: 0.5,
    fit_intercept: true,
    intercept_scaling: 1n,
    class_weight: "balanced",
    random_state: 7n,
    solver: "lbfgs",
    max_iter: 1000n,
    multi_class: "auto",
    verbose: 0n,
    warm_start: false,
    n_jobs: null,
    l1_ratio: null,
    feature_names_in_: names,
    n_features_in_: 12n,
    classes_: objectArray(["bad", "good"]),
    n_iter_: arrayNode(tensor("int32", [1], new Uint8Array([41, 0, 0, 0]))),
    coef_: arrayNode(tensor("float64", [1, 12], float64Bytes(...COEFFICIENTS))),
    intercept_: arrayNode(tensor("float64", [1], float64Bytes(-1.3862943611198906))),
    _sklearn_version: "1.2.1",
  });
  return artifactOf(objectOf("sklearn.linear_model._logistic", "LogisticRegression", state), {
    format: "joblib",
    container: ["zlib"],
    facts: [{ id: "pickle.protocol", label: "Pickle protocol", value: "4" }],
    imports: [
      "sklearn.linear_model._logistic.LogisticRegression",
      "joblib.numpy_pickle.NumpyArrayWrapper",
      "numpy.ndarray",
      "numpy.dtype",
      "numpy.core.multiarray.scalar",
    ].map(
      (name, i): ImportUse => ({
        module: name.slice(0, name.lastIndexOf(".")),
        name: name.slice(name.lastIndexOf(".") + 1),
        offset: 16 + i * 120,
        role: "call",
        class: "ordinary",
      }),
    ),
    findings: [
      finding(
        "precision/float32-valued",
        "warning",
        say("{path}: every value of this float64 array is a float32 value; it was rounded before it was saved.", {
          path: "coef_",
        }),
        { path: "coef_" },
      ),
    ],
  });
}

export function tensor(scalar: ScalarName, shape: readonly number[], bytes: Uint8Array): TensorRef {
  return { dtype: scalarDType(scalar), shape, order: "C", offset: 0, data: fromBytes(bytes, "by hand") };
}

/** A float64 tensor of any size whose element `i` is `valueAt(i)`, made as it is read. */
export function computed(shape: readonly number[], valueAt: (index: number) => number): TensorRef {
  const count = shape.reduce((product, size) => product * size, 1);
  const data = {
    size: count * 8,
    name: "computed",
    read(start: number, end: number): Promise<Uint8Array> {
      const bytes = new Uint8Array(end - start);
      const view = new DataView(new ArrayBuffer(8));
      for (let at = start; at < end; ) {
        view.setFloat64(0, valueAt(Math.floor(at / 8)), true);
        for (let part = at % 8; part < 8 && at < end; part += 1, at += 1) bytes[at - start] = view.getUint8(part);
      }
      return Promise.resolve(bytes);
    },
  };
  return { dtype: scalarDType("float64"), shape, order: "C", offset: 0, data };
}

/** Named tensors, as a safetensors file holds them. */
export async function namedTensors(tensors: Readonly<Record<string, TensorRef>>): Promise<Artifact> {
  const entries: Record<string, Value> = {};
  for (const [name, each] of Object.entries(tensors)) entries[name] = arrayNode(each);
  return artifactOf(dictOf(entries), { format: "safetensors", namedTensors: true });
}

function objectArray(texts: readonly string[]): TensorNode {
  const empty = {
    dtype: { name: "object", kind: "O" as const, itemSize: 8, bits: 64, bigEndian: false },
    shape: [texts.length],
    order: "C" as const,
    offset: 0,
    data: fromBytes(new Uint8Array(0), "objects"),
  };
  return { kind: "tensor", tensor: empty, className: "numpy.ndarray", objects: [...texts], offset: 0 };
}
