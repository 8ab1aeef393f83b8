import { type JsonObject, type JsonValue, jsonGet } from "../../bytes/json-tree.ts";
import { corrupt } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";

/** One weight as a manifest describes it. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization?: { readonly dtype: string; readonly scale: number; readonly min: number };
  /** Byte of the manifest. */
  readonly at: number;
}

export interface Group {
  readonly paths: readonly string[];
  readonly weights: readonly Weight[];
}

/** The groups of a manifest, or of the model that has one; undefined where there is none. Throws `corrupt`. */
export function groupsOf(root: JsonValue | undefined): Group[] | undefined {
  const manifest = isObject(root) ? jsonGet(root, "weightsManifest") : root;
  const items = itemsOf(manifest);
  if (items === undefined) return undefined;
  return items.map((item) => {
    if (!isObject(item)) throw corrupt("a group of the weights is no object");
    const paths = (itemsOf(jsonGet(item, "paths")) ?? []).filter((path) => typeof path === "string");
    return { paths, weights: (itemsOf(jsonGet(item, "weights")) ?? []).map(weightOf) };
  });
}

function weightOf(item: JsonValue): Weight {
  if (!isObject(item)) throw corrupt("a weight is no object");
  const [name, dtype] = [jsonGet(item, "name"), jsonGet(item, "dtype")];
  const dims = itemsOf(jsonGet(item, "shape"));
  if (typeof name !== "string" || typeof dtype !== "string" || dims === undefined || dims.length > LIMITS.dimensions)
    throw corrupt("a weight has no name, shape or dtype", item.start);
  const shape = dims.map((dim) => {
    const size = numberOf(dim);
    if (size === undefined || !Number.isSafeInteger(size) || size < 0)
      throw corrupt(`the shape of ${name}`, item.start);
    return size;
  });
  const how = jsonGet(item, "quantization");
  if (!isObject(how)) return { name, shape, dtype, at: item.start };
  const stored = jsonGet(how, "dtype");
  if (typeof stored !== "string") throw corrupt(`the quantization of ${name} has no dtype`, how.start);
  const [scale, min] = [numberOf(jsonGet(how, "scale")), numberOf(jsonGet(how, "min"))];
  if (stored !== "float16" && (scale === undefined || min === undefined))
    throw corrupt(`the quantization of ${name} has no scale or min`, how.start);
  return { name, shape, dtype, quantization: { dtype: stored, scale: scale ?? 1, min: min ?? 0 }, at: item.start };
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && value.kind === "object";
}

function itemsOf(value: JsonValue | undefined): readonly JsonValue[] | undefined {
  return typeof value === "object" && value !== null && value.kind === "array" ? value.items : undefined;
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === "object" && value !== null && value.kind === "number" ? Number(value.text) : undefined;
}
