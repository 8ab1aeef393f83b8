import type { ScalarName } from "../../model/dtype.ts";

/** How the elements of a GGML type lie in the file: one by one, or in blocks that share a scale. */
export type TensorType =
  | { readonly kind: "scalar"; readonly scalar: ScalarName }
  | { readonly kind: "blocks"; readonly name: string; readonly elements: number; readonly bytes: number };

const scalar = (name: ScalarName): TensorType => ({ kind: "scalar", scalar: name });
const blocks = (name: string, elements: number, bytes: number): TensorType => ({
  kind: "blocks",
  name,
  elements,
  bytes,
});

/** GGML's types by number (ggml.h, `enum ggml_type`; block sizes: ggml-common.h). Numbers that are missing were withdrawn. */
export const TENSOR_TYPES: ReadonlyMap<number, TensorType> = new Map([
  [0, scalar("float32")],
  [1, scalar("float16")],
  [2, blocks("q4_0", 32, 18)],
  [3, blocks("q4_1", 32, 20)],
  [6, blocks("q5_0", 32, 22)],
  [7, blocks("q5_1", 32, 24)],
  [8, blocks("q8_0", 32, 34)],
  [9, blocks("q8_1", 32, 36)],
  [10, blocks("q2_k", 256, 84)],
  [11, blocks("q3_k", 256, 110)],
  [12, blocks("q4_k", 256, 144)],
  [13, blocks("q5_k", 256, 176)],
  [14, blocks("q6_k", 256, 210)],
  [15, blocks("q8_k", 256, 292)],
  [16, blocks("iq2_xxs", 256, 66)],
  [17, blocks("iq2_xs", 256, 74)],
  [18, blocks("iq3_xxs", 256, 98)],
  [19, blocks("iq1_s", 256, 50)],
  [20, blocks("iq4_nl", 32, 18)],
  [21, blocks("iq3_s", 256, 110)],
  [22, blocks("iq2_s", 256, 82)],
  [23, blocks("iq4_xs", 256, 136)],
  [24, scalar("int8")],
  [25, scalar("int16")],
  [26, scalar("int32")],
  [27, scalar("int64")],
  [28, scalar("float64")],
  [29, blocks("iq1_m", 256, 56)],
  [30, scalar("bfloat16")],
  [34, blocks("tq1_0", 256, 54)],
  [35, blocks("tq2_0", 256, 66)],
  [39, blocks("mxfp4", 32, 17)],
]);

/** Metadata types of one number, by number (gguf.md, `gguf_metadata_value_type`). */
export const VALUE_TYPES: ReadonlyMap<number, ScalarName> = new Map([
  [0, "uint8"],
  [1, "int8"],
  [2, "uint16"],
  [3, "int16"],
  [4, "uint32"],
  [5, "int32"],
  [6, "float32"],
  [7, "bool"],
  [10, "uint64"],
  [11, "int64"],
  [12, "float64"],
]);
export const TEXT_TYPE = 8;
export const ARRAY_TYPE = 9;
