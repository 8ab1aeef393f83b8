import type { ByteSource } from "../../bytes/source.ts";
import { SourceCursor } from "../../bytes/source-cursor.ts";
import { type ArtifactError, asArtifactError, corrupt, limitExceeded, unsupported } from "../../errors.ts";
import { LIMITS } from "../../limits.ts";
import { scalarDType } from "../../model/dtype.ts";
import { denseByteLength, type TensorRef } from "../../model/tensor.ts";
import type { Work } from "../../work.ts";
import { parseMessage } from "../protobuf/parse.ts";
import { TENSOR } from "./messages.ts";
import { elementType } from "./types.ts";

//   One tensor, little-endian; files of parameters have many of them, one behind the other, in the order of their names
//   +--------+------------------+------------------------------+--------+-----------------+------------+----------+
//   | u32 0  | u64 levels       | for each: u64 bytes, offsets | u32 0  | i32 bytes of    | TensorDesc | elements |
//   | version| of detail (LoD)  | into the rows                | version| what follows    | type, dims |          |
//   +--------+------------------+------------------------------+--------+-----------------+------------+----------+
//   https://github.com/PaddlePaddle/Paddle/blob/develop/paddle/fluid/framework/lod_tensor.cc (SerializeToStream)

/** A TensorDesc: a type and some dimensions. */
const DESCRIPTION_BYTES = 4096;
/** Nested sequences: two levels are the most that are met. */
const LEVELS = 16;

export interface Tensors {
  readonly tensors: readonly TensorRef[];
  /** Why reading stopped before the end. */
  readonly error?: ArtifactError;
}

/** Goes from tensor to tensor, reading no element. Throws `cancelled` only. */
export async function readTensors(source: ByteSource, work: Work): Promise<Tensors> {
  const cursor = new SourceCursor(source);
  const tensors: TensorRef[] = [];
  try {
    while (cursor.remaining > 0) {
      if (work.isDue()) await work.checkpoint();
      if (tensors.length >= LIMITS.namedValues)
        throw limitExceeded(`${source.name}: tensors`, tensors.length + 1, LIMITS.namedValues, cursor.offset);
      tensors.push(await readTensor(cursor, work));
    }
    return { tensors };
  } catch (error) {
    const reason = asArtifactError(error, `reading ${source.name}`);
    if (reason.code === "cancelled" || reason.code === "changed") throw reason;
    return { tensors, error: reason };
  }
}

async function readTensor(cursor: SourceCursor, work: Work): Promise<TensorRef> {
  const { source, offset: start } = cursor;
  const version = await cursor.u32();
  if (version !== 0) throw unsupported(`${source.name}: version ${version} of a tensor at byte ${start}`, start);
  const levels = await cursor.size("levels", LEVELS);
  for (let k = 0; k < levels; k++) cursor.skip(await cursor.size("bytes of a level"));
  const at = cursor.offset;
  const inner = await cursor.u32();
  if (inner !== 0) throw unsupported(`${source.name}: version ${inner} of a tensor at byte ${at}`, at);
  const length = await cursor.i32();
  if (length < 2 || length > DESCRIPTION_BYTES)
    throw corrupt(`${source.name}: ${length} bytes of a description at byte ${at + 4}`, at + 4);
  const range = { start: cursor.offset, end: cursor.offset + length };
  cursor.skip(length);
  const { message, error } = await parseMessage(source, TENSOR, work, range);
  if (error !== undefined) throw error;
  const type = message.number("data_type") ?? -1;
  const scalar = elementType(type);
  if (scalar === undefined) throw unsupported(`${source.name}: a tensor of type ${type} at byte ${start}`, start);
  const shape = message.ints("dims").map(Number);
  if (shape.length > LIMITS.dimensions || shape.some((size) => size < 0))
    throw corrupt(`${source.name}: a tensor of the shape [${shape.join(", ")}] at byte ${start}`, start);
  const dtype = scalarDType(scalar);
  const { offset } = cursor;
  cursor.skip(denseByteLength({ dtype, shape }));
  return { dtype, shape, order: "C", offset, data: source };
}
