import type { ByteSource } from "../../bytes/source.ts";
import { unpacked } from "../../bytes/unpacked.ts";
import { blockDType, type DType, type ScalarName, scalarDType } from "../../model/dtype.ts";

/** How the elements of a type lie in a buffer; `string`, `resource` and `variant` are none. */
export type ElementType =
  | { readonly name: string; readonly kind: "scalar"; readonly scalar: ScalarName }
  | { readonly name: string; readonly kind: "packed"; readonly bits: 2 | 4; readonly isSigned: boolean }
  | { readonly name: string; readonly kind: "other" };

const scalar = (name: ScalarName): ElementType => ({ name, kind: "scalar", scalar: name });
const packed = (name: string, bits: 2 | 4, isSigned: boolean): ElementType => ({
  name,
  kind: "packed",
  bits,
  isSigned,
});
const other = (name: string): ElementType => ({ name, kind: "other" });

/** `TensorType` of the schema, by number. */
const TYPES: readonly ElementType[] = [
  scalar("float32"),
  scalar("float16"),
  scalar("int32"),
  scalar("uint8"),
  scalar("int64"),
  other("string"),
  scalar("bool"),
  scalar("int16"),
  scalar("complex64"),
  scalar("int8"),
  scalar("float64"),
  scalar("complex128"),
  scalar("uint64"),
  other("resource"),
  other("variant"),
  scalar("uint32"),
  scalar("uint16"),
  packed("int4", 4, true),
  scalar("bfloat16"),
  packed("int2", 2, true),
  packed("uint4", 4, false),
  scalar("float8_e4m3fn"),
  scalar("float8_e5m2"),
];

export function elementType(number: number): ElementType {
  return TYPES[number] ?? other(`type ${number}`);
}

/** The elements of a type as they are read, how many bytes `count` of them take, and the source that has them. */
export function elementsOf(
  type: Exclude<ElementType, { kind: "other" }>,
  count: number,
): { readonly dtype: DType; readonly bytes: number; readonly read: (data: ByteSource) => ByteSource } {
  if (type.kind === "scalar") {
    const dtype = scalarDType(type.scalar);
    return { dtype, bytes: count * dtype.itemSize, read: (data) => data };
  }
  const { name, bits, isSigned } = type;
  return {
    dtype: blockDType(name, isSigned ? "int8" : "uint8", 8 / bits, 1),
    bytes: Math.ceil((count * bits) / 8),
    read: (data) => unpacked(data, { bits, isSigned, count }),
  };
}
