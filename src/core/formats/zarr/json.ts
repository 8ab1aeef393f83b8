import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, limitExceeded } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";

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

/** A number that may be more than a double holds: as a text it keeps its digits. */
const LONG_FILL = /("fill_value"\s*:\s*)(-?\d{16,20})(?=\s*[,}])/g;

export async function parsedFile(source: ByteSource): Promise<JsonObject> {
  const { size, name } = source;
  if (size > LIMITS.protobufTextBytes)
    throw limitExceeded(`${name}: bytes of metadata`, size, LIMITS.protobufTextBytes);
  const text = new TextDecoder().decode(await source.read(0, size));
  let value: Json;
  try {
    value = JSON.parse(text.replace(LONG_FILL, '$1"$2"')) as Json;
  } catch (error) {
    throw corrupt(`${name}: ${error instanceof Error ? error.message : "no JSON"}`, 0);
  }
  if (!isObject(value)) throw corrupt(`${name}: no object`, 0);
  return value;
}
