//   flavors:
//     python_function: {loader_module: mlflow.sklearn, model_path: model.pkl, env: conda.yaml, python_version: 3.11.7}
//     sklearn: {pickled_model: model.pkl, sklearn_version: 1.5.2, serialization_format: cloudpickle}
//   signature: {inputs: '[{"name": "age", "type": "double"}]', outputs: '[{"type": "double"}]'}
//   mlflow_version: 2.16.0
//
//   A folder with a YAML file "MLmodel" in it. Each flavor is a way to load the model, and names the file or folder beside
//   it that has the parameters; conda.yaml, python_env.yaml and requirements.txt say what it was made with.
//   https://mlflow.org/docs/latest/ml/model/#storage-format

import type { Format, Match, Probe } from "../format.ts";
import { isLikelyText, textOf } from "../probe.ts";
import { readMlflow } from "./read.ts";

export const mlflowFormat: Format = {
  id: "mlflow",
  label: "MLflow model",
  extensions: ["mlmodel"],
  sniff,
  read: readMlflow,
};

const KEYS = ["artifact_path", "mlflow_version", "model_uuid", "model_id", "run_id", "signature", "utc_time_created"];

function sniff({ head }: Probe): Match | undefined {
  if (!isLikelyText(head)) return undefined;
  const text = textOf(head);
  if (!/^flavors:\s*$/m.test(text)) return undefined;
  const isTold = /^ {2}\w+:/m.test(text) && KEYS.some((key) => new RegExp(`^${key}:`, "m").test(text));
  return isTold || /^ {4}loader_module:/m.test(text)
    ? { certainty: "certain", reason: "the flavors of an MLflow model" }
    : undefined;
}
