import { corrupt } from "../../errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whole numbers of at least `least`. Throws `corrupt` for anything else. */
export function sizesOf(value: Json | undefined, what: string, least: number): number[] {
  const isList = Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= least);
  if (!isList) throw corrupt(`${what} is ${JSON.stringify(value ?? null).slice(0, 80)}`);
  return [...(value as readonly number[])];
}

/** A part of version 3's metadata: a name and what it is set to; the name alone where there is nothing to set. */
export function configurationOf(value: Json | undefined): { readonly name: string; readonly values: JsonObject } {
  if (typeof value === "string") return { name: value, values: {} };
  if (!isObject(value) || typeof value["name"] !== "string") throw corrupt("a part of the metadata without a name");
  const values = value["configuration"];
  return { name: value["name"], values: isObject(values) ? values : {} };
}
