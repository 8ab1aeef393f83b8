import { ArtifactError } from "../../errors.ts";
import type { Artifact, FormatId, RawArtifact, Schema } from "../../model/artifact.ts";
import { dictGet, isNode } from "../../model/value.ts";
import { quietWork } from "../../work.ts";
import { attributeOf } from "../anatomy.ts";
import { heldBooster } from "../boosters.ts";
import { attributePath, rootKeyPath } from "../path.ts";
import type { TreeEnsemble } from "./ensemble.ts";

/** A model in its library's own form: a file of its own, in an archive or not, or inside of a Python object. */
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
  const found = [...modelsWithin(artifact, format)];
  // What was converted is still the model that its format told of.
  if (artifact.format === format || (found.length === 0 && artifact.told?.framework?.name === format))
    return [{ raw: artifact, path: "", isHeld: false, schema: artifact.schema }];
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

/** Files of an archive. */
function* modelsWithin({ told, root, schema }: Artifact, format: FormatId): Generator<HeldModel> {
  const { models } = told ?? {};
  if (models === undefined || !isNode(root) || root.kind !== "dict") return;
  for (const [key, each] of models) {
    if (each !== format) continue;
    const raw = { format, root: dictGet(root, key) };
    yield { raw, path: rootKeyPath(key, false), isHeld: false, schema: models.size === 1 ? schema : {} };
  }
}

/** The ensemble with names of classes and features that only the objects around it know. */
export function withSchema(ensemble: TreeEnsemble, { features, classes }: Schema): TreeEnsemble {
  return {
    ...ensemble,
    ...(ensemble.features === undefined && features !== undefined ? { features } : {}),
    ...(ensemble.classes === undefined && classes !== undefined ? { classes } : {}),
  };
}
