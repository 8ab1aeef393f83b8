import type { ImportUse } from "../../model/artifact.ts";

/** What MLflow calls of the module that a flavor names. */
export const LOADER = "_load_pyfunc";

/** Modules of MLflow itself that load a flavor. */
const OWN = /^mlflow(?:\.[a-z_0-9]+){1,3}$/;

/** Ordinary for a loader of MLflow's own; undefined for any other name. */
export function classOfLoader(module: string, name: string): ImportUse["class"] | undefined {
  return name === LOADER && OWN.test(module) ? "ordinary" : undefined;
}
