import type { ByteSource } from "../../bytes/source.ts";
import { type DType, scalarDType } from "../../model/dtype.ts";
import { datetimeDType } from "../../model/dtype-build.ts";

/** How the values of an array lie in its buffers: https://arrow.apache.org/docs/format/Columnar.html */
export type ArrowType =
  /** `stored`: the type in the buffer, where it is narrower than what it means: days and times of 32 bits. */
  | { readonly kind: "fixed"; readonly dtype: DType; readonly stored?: "int32"; readonly zone?: string }
  | { readonly kind: "bool" | "null" }
  | { readonly kind: "bytes"; readonly isText: boolean; readonly isWide: boolean }
  | { readonly kind: "view"; readonly isText: boolean }
  | { readonly kind: "fixed-bytes"; readonly size: number }
  | { readonly kind: "decimal"; readonly size: number; readonly scale: number }
  | { readonly kind: "list"; readonly isWide: boolean; readonly item: ArrowType }
  | { readonly kind: "fixed-list"; readonly size: number; readonly item: ArrowType }
  | { readonly kind: "struct"; readonly fields: readonly ArrowField[] }
  | { readonly kind: "dictionary"; readonly index: ArrowType; readonly item: ArrowType; readonly isOrdered: boolean };

export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
}

export interface ArrowArray {
  readonly type: ArrowType;
  readonly length: number;
  /** Elements of the buffers before the first of this array. */
  readonly offset: number;
  /** False where it is known that no value is missing. */
  readonly hasNulls: boolean;
  readonly buffers: readonly (ByteSource | undefined)[];
  readonly children: readonly ArrowArray[];
  readonly dictionary?: ArrowArray;
  /** Where it is made in the file. */
  readonly place: number;
}

/** Lists in lists: tables have two or three levels. */
export const NESTING = 16;

const FIXED: Readonly<Record<string, "float16" | "float32" | "float64">> = {
  halffloat: "float16",
  float: "float32",
  double: "float64",
};
const UNITS = new Set(["s", "ms", "us", "ns"]);

export const fixed = (name: Parameters<typeof scalarDType>[0]): ArrowType => ({
  kind: "fixed",
  dtype: scalarDType(name),
});

/** Points in time and spans of it: `isNarrow` where they have 32 bits. */
export function timeType(kind: "M" | "m", unit: string, isNarrow: boolean, zone?: string): ArrowType {
  return {
    kind: "fixed",
    dtype: datetimeDType(kind, unit),
    ...(isNarrow && { stored: "int32" as const }),
    ...(zone !== undefined && zone !== "" && { zone }),
  };
}

/** A type as pyarrow writes its name: `int64`, `large_string`, `date32[day]`, `time64[us]`. */
export function typeOfName(name: string): ArrowType | undefined {
  if (/^u?int(?:8|16|32|64)$|^float(?:16|32|64)$/.test(name)) return fixed(name as "int64");
  const number = Object.hasOwn(FIXED, name) ? FIXED[name] : undefined;
  if (number !== undefined) return fixed(number);
  const text = /^(large_)?(string|utf8|binary)$/.exec(name);
  if (text !== null) return { kind: "bytes", isText: text[2] !== "binary", isWide: text[1] !== undefined };
  const view = /^(string|binary)_view$/.exec(name);
  if (view !== null) return { kind: "view", isText: view[1] === "string" };
  if (name === "null") return { kind: "null" };
  if (/^bool_?$/.test(name)) return { kind: "bool" };
  const time = /^(date32|date64|time32|time64|timestamp|duration)(?:\[(\w+)\])?$/.exec(name);
  return time === null ? undefined : timeOfName(time[1] ?? "", time[2]);
}

export function timeOfName(kind: string, unit: string | undefined, zone?: string): ArrowType | undefined {
  if (kind === "date32") return timeType("M", "D", true);
  if (kind === "date64") return timeType("M", "ms", false);
  if (unit === undefined || !UNITS.has(unit)) return undefined;
  if (kind === "timestamp") return timeType("M", unit, false, zone);
  return timeType("m", unit, kind === "time32");
}
