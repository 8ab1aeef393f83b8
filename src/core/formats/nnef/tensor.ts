import { Cursor } from "../../bytes/cursor.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { corrupt, truncated, unsupported } from "../../errors.ts";
import { isScalarName, scalarDType } from "../../model/dtype.ts";
import { elementCount } from "../../model/tensor.ts";
import type { Value } from "../../model/value.ts";

const HEADER = 128;
const DIMENSIONS = 8;
/** What elements are, by number; quantised ones are integers with a rule that stands in the graph. */
const KINDS = ["float", "uint", "uint", "int", "int", "bool"] as const;

/** A tensor of a `.dat` file. Throws `corrupt`, `truncated`, or `unsupported` for what vendors add. */
export async function nnefTensor(source: ByteSource): Promise<Value> {
  const cursor = new Cursor(await source.read(0, Math.min(HEADER, source.size)), source.name);
  cursor.expect([0x4e, 0xef], "signature");
  cursor.skip(2);
  const length = cursor.u32();
  const rank = cursor.u32();
  if (rank > DIMENSIONS) throw corrupt(`${source.name}: ${rank} dimensions, at most ${DIMENSIONS}`, 8);
  const sizes = Array.from({ length: DIMENSIONS }, () => cursor.u32());
  const [bits, code] = [cursor.u32(), cursor.u32()];
  const kind = KINDS[code];
  const name = kind === "bool" ? "bool" : `${kind ?? ""}${bits}`;
  if (kind === undefined || !isScalarName(name) || (kind === "bool" && bits !== 8))
    throw unsupported(`${source.name}: elements of type 0x${code.toString(16)} in ${bits} bits`, 44);
  const dtype = scalarDType(name);
  const shape = sizes.slice(0, rank);
  const bytes = elementCount(shape, source.name) * dtype.itemSize;
  if (bytes !== length)
    throw corrupt(`${source.name}: ${length} bytes for the shape [${shape.join(", ")}] of ${name}`, 4);
  if (HEADER + length > source.size) throw truncated(source.name, HEADER, length, source.size - HEADER);
  if (HEADER + length < source.size)
    throw corrupt(`${source.name}: ${source.size - HEADER - length} bytes follow the elements`, HEADER + length);
  return {
    kind: "tensor",
    tensor: { dtype, shape, order: "C", offset: HEADER, data: source },
    className: "tensor",
    offset: 0,
  };
}
