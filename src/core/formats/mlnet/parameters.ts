import { slice, type ByteSource } from "../../bytes/source.ts";
import { type ScalarName, scalarDType } from "../../model/dtype.ts";
import type { Value } from "../../model/value.ts";
import type { Work } from "../../work.ts";
import { treesOf } from "./trees.ts";

//   linear:        i32 4, f32 bias, i32 features, i32 indices, i32 each, i32 weights, f32 each; dense without indices
//   calibrator:    f64 slope, f64 offset (Platt)
//   affine:        i32 4, i32 features, i32 -1, i32 scales, f32 each, i32 offsets, f32 each (normaliser)
//   factorisation: i32 rows, i64 first row, i32 columns, i64 first column, i32 rank, f32 of rows, f32 of columns

/** The parameters of the kinds that are known here, where the bytes are exactly what the layout says; else undefined. */
export async function parametersOf(
  kind: string,
  model: ByteSource,
  work: Work,
): Promise<readonly (readonly [string, Value])[] | undefined> {
  if (model.size === 0) return [];
  if (kind.startsWith("LINEAR")) return linear(model);
  if (kind === "PLATTCAL" && model.size === 16)
    return [
      ["slope", array(model, "float64", 0, [])],
      ["offset", array(model, "float64", 8, [])],
    ];
  if (kind === "FAFAMAPD") return factors(model);
  return (kind.startsWith("AFF") ? await affine(model) : undefined) ?? treesOf(model, work);
}

async function linear(model: ByteSource): Promise<readonly (readonly [string, Value])[] | undefined> {
  const head = await headOf(model, 20);
  if (head?.getInt32(0, true) !== 4) return undefined;
  const [features, indices] = [head.getInt32(8, true), head.getInt32(12, true)];
  const at = 16 + Math.max(0, indices) * 4;
  if (indices < 0 || at + 4 > model.size) return undefined;
  const tail = await model.read(at, at + 4);
  const weights = new DataView(tail.buffer, tail.byteOffset, 4).getInt32(0, true);
  if (weights < 0 || at + 4 + weights * 4 !== model.size || weights !== (indices === 0 ? features : indices))
    return undefined;
  return [
    ["bias", array(model, "float32", 4, [])],
    ["features", BigInt(features)],
    ...(indices === 0 ? [] : [["indices", array(model, "int32", 16, [indices])] as const]),
    ["weights", array(model, "float32", at + 4, [weights])],
  ];
}

async function factors(model: ByteSource): Promise<readonly (readonly [string, Value])[] | undefined> {
  const head = await headOf(model, 28);
  if (head === undefined) return undefined;
  const [rows, columns, rank] = [head.getInt32(0, true), head.getInt32(12, true), head.getInt32(24, true)];
  if (rows < 0 || columns < 0 || rank < 0 || 28 + (rows + columns) * rank * 4 !== model.size) return undefined;
  return [
    ["rows", array(model, "float32", 28, [rows, rank])],
    ["columns", array(model, "float32", 28 + rows * rank * 4, [columns, rank])],
  ];
}

async function affine(model: ByteSource): Promise<readonly (readonly [string, Value])[] | undefined> {
  const head = await headOf(model, 16);
  // Indices stand before the scales of a sparse one, which is not known here.
  if (head?.getInt32(0, true) !== 4 || head.getInt32(8, true) !== -1) return undefined;
  const scales = head.getInt32(12, true);
  const at = 16 + scales * 4;
  if (scales < 0 || at + 4 > model.size) return undefined;
  const tail = await model.read(at, at + 4);
  const offsets = new DataView(tail.buffer, tail.byteOffset, 4).getInt32(0, true);
  if (offsets < 0 || at + 4 + offsets * 4 !== model.size) return undefined;
  return [
    ["scale", array(model, "float32", 16, [scales])],
    ...(offsets === 0 ? [] : [["offset", array(model, "float32", at + 4, [offsets])] as const]),
  ];
}

async function headOf(model: ByteSource, length: number): Promise<DataView | undefined> {
  if (model.size < length) return undefined;
  const bytes = await model.read(0, length);
  return new DataView(bytes.buffer, bytes.byteOffset, length);
}

function array(model: ByteSource, scalar: ScalarName, offset: number, shape: readonly number[]): Value {
  const dtype = scalarDType(scalar);
  const data = slice(model, 0, model.size);
  return { kind: "tensor", tensor: { dtype, shape, order: "C", offset, data }, className: "array", offset };
}
