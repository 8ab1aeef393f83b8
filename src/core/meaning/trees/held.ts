import { ArtifactError } from "../../errors.ts";
import type { Artifact, RawArtifact, Schema } from "../../model/artifact.ts";
import { quietWork } from "../../work.ts";
import { attributeOf } from "../anatomy.ts";
import { heldBooster } from "../boosters.ts";
import { attributePath } from "../path.ts";
import type { TreeEnsemble } from "./ensemble.ts";

/** A model in its library's own form: a file of its own, or inside of a Python object. */
export interface HeldModel {
  readonly raw: Pick<RawArtifact, "format" | "root">;
  /** The address of what holds it; "" for a file of its own, and for an object that is all of a file. */
  readonly path: string;
  /** An object holds it. */
  readonly isHeld: boolean;
  /** What the objects around it know of its input and output. */
  readonly schema: Schema;
}

/** Every model of one format in an artifact, in the order of the file. What objects hold was read when they were described. */
export async function modelsOf(
  artifact: Artifact,
  format: "xgboost" | "lightgbm" | "catboost",
): Promise<readonly HeldModel[]> {
  // What was converted is still the model that its format told of.
  if (artifact.format === format || artifact.told?.framework?.name === format)
    return [{ raw: artifact, path: "", isHeld: false, schema: artifact.schema }];
  const found: HeldModel[] = [];
  const work = quietWork();
  for (const { node, path, schema } of artifact.estimators) {
    const held = await heldBooster(node, work);
    if (held === undefined || held instanceof ArtifactError || held.raw.format !== format) continue;
    const wrapper = artifact.estimators.find(
      (each) => attributePath(each.path, "_Booster") === path && attributeOf(each.node, "_Booster") === node,
    );
    found.push({ raw: held.raw, path, isHeld: true, schema: { ...schema, ...wrapper?.schema } });
  }
  return found;
}

/** The ensemble with names of classes and features that only the objects around it know. */
export function withSchema(ensemble: TreeEnsemble, { features, classes }: Schema): TreeEnsemble {
  return {
    ...ensemble,
    ...(ensemble.features === undefined && features !== undefined ? { features } : {}),
    ...(ensemble.classes === undefined && classes !== undefined ? { classes } : {}),
  };
}
