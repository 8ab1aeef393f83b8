import type { ScalarName } from "../../model/dtype.ts";

/** `VarType.Type` as far as it is elements of tensors. */
const TYPES: Readonly<Record<number, ScalarName>> = {
  0: "bool",
  1: "int16",
  2: "int32",
  3: "int64",
  4: "float16",
  5: "float32",
  6: "float64",
  19: "uint64",
  20: "uint8",
  21: "int8",
  22: "bfloat16",
  23: "complex64",
  24: "complex128",
  32: "float8_e4m3fn",
  33: "float8_e5m2",
};

export const elementType = (type: number): ScalarName | undefined => TYPES[type];

/** `VarType.Type` of a variable that is a tensor. */
export const DENSE_TENSOR = 7;
