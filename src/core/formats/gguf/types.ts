import type { ScalarName } from "../../model/dtype.ts";
import type { BlockType } from "./blocks/block-type.ts";
import { GRID_TYPES } from "./blocks/grid-types.ts";
import { LEVEL_TYPES } from "./blocks/levels.ts";
import { PLAIN_TYPES } from "./blocks/plain.ts";
import { SUPER_TYPES } from "./blocks/super-blocks.ts";

/** GGML's types of single elements by number (ggml.h, `enum ggml_type`). */
export const ELEMENT_TYPES: ReadonlyMap<number, ScalarName> = new Map([
  [0, "float32"],
  [1, "float16"],
  [24, "int8"],
  [25, "int16"],
  [26, "int32"],
  [27, "int64"],
  [28, "float64"],
  [30, "bfloat16"],
]);

/** Numbers of the block types. Those that are missing were withdrawn. */
const BLOCK_NUMBERS: Readonly<Record<string, number>> = {
  q4_0: 2,
  q4_1: 3,
  q5_0: 6,
  q5_1: 7,
  q8_0: 8,
  q8_1: 9,
  q2_k: 10,
  q3_k: 11,
  q4_k: 12,
  q5_k: 13,
  q6_k: 14,
  q8_k: 15,
  iq2_xxs: 16,
  iq2_xs: 17,
  iq3_xxs: 18,
  iq1_s: 19,
  iq4_nl: 20,
  iq3_s: 21,
  iq2_s: 22,
  iq4_xs: 23,
  iq1_m: 29,
  tq1_0: 34,
  tq2_0: 35,
  mxfp4: 39,
  nvfp4: 40,
  q1_0: 41,
};

export const BLOCK_TYPES: ReadonlyMap<number, BlockType> = new Map(
  [...PLAIN_TYPES, ...SUPER_TYPES, ...LEVEL_TYPES, ...GRID_TYPES].map((type) => [BLOCK_NUMBERS[type.name] ?? -1, type]),
);

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
