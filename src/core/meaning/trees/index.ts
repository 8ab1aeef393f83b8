import { ignoreUnreadable } from "../../errors.ts";
import type { Artifact } from "../../model/artifact.ts";
import type { TreeEnsemble } from "./ensemble.ts";
import { catboostEnsembles } from "./catboost.ts";
import { coremlEnsembles } from "./coreml.ts";
import { filesOf } from "./files.ts";
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

/** Archives in archives, and the model of a folder in one. */
const DEPTH = 4;

/** What opened files were found to have: describing the files of an archive is done once. */
const known = new WeakMap<Artifact, Promise<readonly TreeEnsemble[]>>();

/**
 * Every tree ensemble of an artifact, and lone trees that are part of none; of an archive those of each file in it. Reads the
 * few numbers that an ensemble starts from, no trees. Throws as reading them does.
 */
export function ensemblesOf(artifact: Artifact): Promise<readonly TreeEnsemble[]> {
  const found = known.get(artifact) ?? ensemblesWithin(artifact, 0);
  known.set(artifact, found);
  return found;
}

async function ensemblesWithin(artifact: Artifact, depth: number): Promise<readonly TreeEnsemble[]> {
  const found: TreeEnsemble[] = [];
  if (artifact.told?.model !== undefined || artifact.told?.models !== undefined) {
    if (depth < DEPTH)
      for await (const file of filesOf(artifact)) {
        // What is wrong with one file is said of it, and takes no trees from the others.
        const ensembles = await ensemblesWithin(file.artifact, depth + 1).catch((error) => ignoreUnreadable(error, []));
        found.push(...ensembles.map((each) => file.place(each)));
      }
    return found;
  }
  for (const ensembles of Object.values(LIBRARIES)) found.push(...(await ensembles(artifact)));
  return found;
}
