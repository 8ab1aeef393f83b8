import type { Estimator, NamedValue } from "../model/artifact.ts";
import type { Facts } from "./facts.ts";
import { isPublicName } from "./path.ts";
import type { AttributeRole } from "./roles.ts";

/** An estimator while its attributes are being collected. */
export interface Draft extends Estimator {
  readonly hyperparameters: NamedValue[];
  readonly fitted: string[];
}

/** Where a value stands: shared by everything that one container or attribute holds. */
export interface Place {
  readonly role: AttributeRole;
  readonly depth: number;
  /** The nearest estimator above, and which attribute of it leads here. */
  readonly owner?: Draft;
  readonly attribute?: string;
  /** True for that attribute itself, not for what is inside of it. */
  readonly isAttribute: boolean;
  /** Names that may run along the dimensions of what stands here under a name. */
  readonly facts?: Facts;
}

/** The place of what a container at `place` holds. */
export function inside(place: Place): Place {
  return { ...place, depth: place.depth + 1, isAttribute: false };
}

/** Tells the estimator above of an address that its user would call learned. */
export function noteLearned({ owner, attribute }: Place, path: string): void {
  if (owner !== undefined && (attribute === undefined || isPublicName(attribute))) owner.fitted.push(path);
}
