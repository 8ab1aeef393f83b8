import type { Artifact } from "../../model/artifact.ts";
import type { TreeEnsemble } from "./ensemble.ts";
import { catboostEnsembles } from "./catboost.ts";
import { coremlEnsembles } from "./coreml.ts";
import { lightgbmEnsembles } from "./lightgbm.ts";
import { mleapEnsembles } from "./mleap.ts";
import { mlnetEnsembles } from "./mlnet.ts";
import { mojoEnsembles } from "./mojo.ts";
import { onnxEnsembles } from "./onnx.ts";
import { pmmlEnsembles } from "./pmml.ts";
import { sklearnEnsembles } from "./sklearn.ts";
import { treeliteEnsembles } from "./treelite.ts";
import { wekaEnsembles } from "./weka.ts";
import { xgboostEnsembles } from "./xgboost.ts";

/** One row per library: how its tree ensembles are found in an artifact. */
const LIBRARIES = {
  "scikit-learn": sklearnEnsembles,
  xgboost: xgboostEnsembles,
  lightgbm: lightgbmEnsembles,
  catboost: catboostEnsembles,
  onnx: onnxEnsembles,
  coreml: coremlEnsembles,
  h2o: mojoEnsembles,
  "ml.net": mlnetEnsembles,
  mleap: mleapEnsembles,
  treelite: treeliteEnsembles,
  weka: wekaEnsembles,
  pmml: pmmlEnsembles,
} as const satisfies Record<string, (artifact: Artifact) => Promise<readonly TreeEnsemble[]>>;

/**
 * Every tree ensemble of an artifact, and lone trees that are part of none. Reads the few numbers that an ensemble starts
 * from, no trees. Throws as reading them does.
 */
export async function ensemblesOf(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const found: TreeEnsemble[] = [];
  for (const ensembles of Object.values(LIBRARIES)) found.push(...(await ensembles(artifact)));
  return found;
}
