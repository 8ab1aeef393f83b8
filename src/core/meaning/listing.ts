import { LIMITS } from "../limits.ts";
import type { AxisLabels, NamedValue, Parameter } from "../model/artifact.ts";
import type { TensorRef } from "../model/tensor.ts";
import type { Value } from "../model/value.ts";
import type { Child } from "./children.ts";
import { quotedPath } from "./path.ts";
import { noteLearned, type Place } from "./place.ts";
import { isDefaultSetting } from "./sklearn/defaults-of.ts";

/** What was given an address so far. */
export interface Listing {
  readonly parameters: Parameter[];
  readonly values: NamedValue[];
  /** Limits that were met: values beyond them are in the tree, without an address. */
  readonly limits: Set<"depth" | "count">;
  /** Addresses given, of which each is known to differ from the others, before one was given that is not. */
  readonly distinct: string[];
  /** From then on: addresses given, with how many values wanted each. */
  taken: Map<string, number> | undefined;
  /** Parameters that are Python numbers and lists. */
  scalars: number;
  /** Characters of all addresses. */
  characters: number;
}

export function createListing(): Listing {
  return { parameters: [], values: [], limits: new Set(), distinct: [], taken: undefined, scalars: 0, characters: 0 };
}

/** What a file is called that is one array or one value, and so has no name for it. */
const LONE_TENSOR = "array";
const LONE_VALUE = "value";

/** The address of a value: its plain one, else the quoted one, else the plain one with a number. */
export function claim(
  listing: Listing,
  path: string,
  { within, key, isDistinct }: Pick<Child, "within" | "key" | "isDistinct">,
): string {
  listing.characters += path.length;
  if (isDistinct === true && listing.taken === undefined) {
    listing.distinct.push(path);
    return path;
  }
  listing.taken ??= new Map(listing.distinct.map((each) => [each, 1]));
  const { taken } = listing;
  const wanted = taken.get(path);
  if (wanted === undefined) {
    taken.set(path, 1);
    return path;
  }
  const otherPath = within === undefined || key === undefined ? undefined : quotedPath(within, key);
  if (otherPath !== undefined && !taken.has(otherPath)) {
    taken.set(otherPath, 1);
    return otherPath;
  }
  for (let n = wanted + 1; ; n++) {
    const numbered = `${path}#${n}`;
    if (taken.has(numbered)) continue;
    taken.set(path, n);
    taken.set(numbered, 1);
    return numbered;
  }
}

/** True when no further number or list of numbers gets an address. */
export function isFull({ parameters, scalars }: Listing): boolean {
  return parameters.length >= LIMITS.tensors || scalars >= LIMITS.scalarParameters;
}

/** True when neither a number nor a value gets an address any more, and some wanted one. */
export function isSpent({ scalars, values, limits }: Listing): boolean {
  return scalars >= LIMITS.scalarParameters && values.length >= LIMITS.namedValues && limits.has("count");
}

/** True when nothing more gets an address, for all of them would be too long: one long name before many short ones. */
function isTooLong({ characters }: Listing, { path }: Child): boolean {
  return characters + path.length > LIMITS.addressCharacters;
}

export function listParameter(
  listing: Listing,
  child: Child,
  place: Place,
  tensor: TensorRef,
  origin: Parameter["origin"],
  axes: readonly (AxisLabels | undefined)[],
): void {
  const isMany = isFull(listing) && (origin !== "tensor" || listing.parameters.length >= LIMITS.tensors);
  if (isMany || isTooLong(listing, child)) {
    listing.limits.add("count");
    return;
  }
  if (origin !== "tensor") listing.scalars++;
  const path = claim(listing, child.path === "" ? LONE_TENSOR : child.path, child);
  listing.parameters.push({ path, tensor, axes, origin });
  noteLearned(place, path);
}

/** `setting`: the value as it compares with a default, where that is not the value itself. */
export function listValue(listing: Listing, child: Child, place: Place, setting: Value = child.value): void {
  if (listing.values.length >= LIMITS.namedValues || isTooLong(listing, child)) {
    listing.limits.add("count");
    return;
  }
  const { role, owner } = place;
  const path = claim(listing, child.path === "" ? LONE_VALUE : child.path, child);
  const { value, name } = child;
  const isDefault =
    role === "hyperparameter" && place.isAttribute && owner !== undefined && name !== undefined
      ? isDefaultSetting(owner.className, owner.version, name, setting, owner.library)
      : undefined;
  const listed = role === "constant" ? "value" : role;
  const named: NamedValue =
    isDefault === undefined ? { path, role: listed, value } : { path, role: listed, value, isDefault };
  listing.values.push(named);
  if (role === "hyperparameter") owner?.hyperparameters.push(named);
  else noteLearned(place, path);
}
