import type { SourceCursor } from "../../bytes/source-cursor.ts";
import { corrupt } from "../../errors.ts";
import type { TensorInfo } from "../gguf/header.ts";
import { BLOCK_TYPES, ELEMENT_TYPES } from "../gguf/types.ts";
import { scalarDType } from "../../model/dtype.ts";

/** Dimensions of a tensor: GGML_MAX_DIMS. */
const DIMENSIONS = 4;
/** GGML keeps 64 bytes of a name; rwkv.cpp and adapters have longer ones. */
const LONGEST_NAME = 1024;

/** Blocks as they were before they got their present form: elements and bytes of each, by number of the type. */
const OLD_BLOCKS: ReadonlyMap<number, readonly [string, number, number]> = new Map([
  [2, ["q4_0", 32, 20]],
  [3, ["q4_1", 32, 24]],
  [4, ["q4_2", 16, 10]],
  [5, ["q4_3", 16, 12]],
  [6, ["q5_0", 32, 22]],
  [7, ["q5_1", 32, 24]],
  [8, ["q8_0", 32, 36]],
]);

export type TensorHeader = Pick<TensorInfo, "name" | "shape" | "type" | "at">;

/** The header of a tensor: its data begin where the cursor then stands, or at the next multiple of 32. */
export async function tensorHeader(cursor: SourceCursor): Promise<TensorHeader> {
  const { source, offset: at } = cursor;
  const [count, length, type] = [await cursor.i32(), await cursor.i32(), await cursor.i32()];
  if (count < 0 || count > DIMENSIONS) throw corrupt(`${source.name}: ${count} dimensions at byte ${at}`, at);
  if (length < 1 || length > LONGEST_NAME) throw corrupt(`${source.name}: a name of ${length} bytes at byte ${at}`, at);
  const sizes: number[] = [];
  for (let k = 0; k < count; k++) sizes.push(await cursor.i32());
  if (sizes.some((size) => size < 0)) throw corrupt(`${source.name}: sizes ${sizes.join(", ")} at byte ${at}`, at);
  const name = UTF8.decode(await cursor.take(length));
  return { name, shape: sizes.reverse(), type, at };
}

const UTF8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** Bytes of a tensor's data; as text why they are not known. `old`: the name of a block type that is not read any more. */
export function dataOf(
  { shape, type }: TensorHeader,
  hasOldBlocks: boolean,
): { readonly bytes: number; readonly old?: string } | string {
  const elements = shape.reduce((product, size) => product * size, 1);
  const scalar = ELEMENT_TYPES.get(type);
  const old = hasOldBlocks ? OLD_BLOCKS.get(type) : undefined;
  const block = BLOCK_TYPES.get(type);
  const bytes =
    scalar !== undefined
      ? elements * scalarDType(scalar).itemSize
      : old !== undefined
        ? (elements / old[1]) * old[2]
        : block !== undefined && !hasOldBlocks
          ? (elements / block.elements) * block.bytes
          : Number.NaN;
  if (Number.isNaN(bytes)) return `it has the type ${type}, whose size is not known`;
  if (!Number.isSafeInteger(elements) || !Number.isSafeInteger(bytes))
    return `its shape [${shape.join(", ")}] is none of whole blocks`;
  return { bytes, ...(old === undefined ? {} : { old: old[0] }) };
}
