import type { Value } from "../../model/value.ts";

/** Constructor parameter names of a scikit-learn class in a version; undefined when they are not known for certain. */
export function constructorParameters(
  _className: string,
  _version: string | undefined,
): ReadonlySet<string> | undefined {
  return undefined;
}

export function isDefaultSetting(
  _className: string,
  _version: string | undefined,
  _name: string,
  _value: Value,
): boolean | undefined {
  return undefined;
}
